//! Explanations: one request through the four stages, each rule that is looked at there, and why it acted or did not.
//!
//! The reader tells what it does while it decides, and the compiler where in the plan each rule stands. Why a rule does not
//! match is asked of the reader too. There is no second interpreter of rules that could be wrong.

mod change;
mod compiled;
mod exchange;
mod explaining;
mod model;
mod parts;
mod pass;
mod platform_side;
mod refusal;
mod rules;
mod stage;
mod state;
mod traffic;
mod unfit;
mod unmet;
mod verdict;

use crate::compile::{compile_mapped, compile_model};
use crate::diagnostic::Diagnostics;
use crate::engine::Engine;
use crate::missing_page::MissingPage;
use crate::platform::Target;
use crate::rules::{Model, Rules};
use crate::sources::{FileFinding, Honoured, Joined, ParsedFile, errors};
use change::{request_head, response_head};
use compiled::Compiled;
use explaining::Explaining;
use pass::Passage;

pub use exchange::{Exchange, OriginAnswer};
pub use model::{Change, Reason, RequestHead, ResponseHead, StageTrace, Step, Trace, Verdict};
pub use traffic::{Journey, JourneyStep, Road, TrafficRule};

/// Follows a request through rules.
///
/// ```
/// use selvedge::trace::{Exchange, Verdict, explain};
/// use selvedge::{Platform, Rules};
///
/// let rules: Rules = r#"{ "redirects": [
///     { "from": "/old/*", "to": "/new/:splat", "when": { "cookie": { "beta": true } } },
///     { "from": "/old/*", "to": "/archive/:splat" }
/// ] }"#.parse()?;
/// let exchange = Exchange::get("https://example.org/old/page");
/// let trace = explain(&rules, Platform::Cloudfront, &exchange)?;
///
/// let [first, second] = trace.stages[0].steps.as_slice() else { unreachable!() };
/// assert_eq!(first.reason.as_ref().unwrap().text, "cookie beta is absent, not present");
/// assert_eq!(second.verdict, Verdict::Acted);
/// assert_eq!(trace.response.status, 301);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Everything that is wrong with the rules, or with the request.
pub fn explain(rules: &Rules, target: impl Into<Target>, exchange: &Exchange) -> Result<Trace, Diagnostics> {
    explain_model(rules.model(), target.into(), exchange)
}

fn explain_model(rules: &Model, target: Target, exchange: &Exchange) -> Result<Trace, Diagnostics> {
    let messages = exchange.messages()?;
    let (plan, map) = compile_mapped(rules, target)?;
    let engine = Engine::of_new_plan(plan)?;
    let compiled = Compiled { engine: &engine, map: &map, rules: rules::Rules::new(rules) };
    let request = request_head(&messages.request, None);
    let mut explaining = Explaining::new(&compiled);
    let Passage { asked, answer: (response, body) } =
        pass::follow(&mut explaining, target, messages, exchange.origin.body.clone());
    Ok(Trace {
        platform: target.platform().name(),
        request,
        stages: explaining.stages,
        asked,
        response: response_head(&response, &body),
        missing_page: None,
        left_out: Vec::new(),
    })
}

/// Why there is no explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// The request cannot be one.
    Request(Diagnostics),
    /// The rules cannot be used.
    Rules(Vec<FileFinding>),
}

/// Follows a request through files that make up one set of rules. Places are those of the set as a whole; steps say in
/// which file, and where there, their rules stand.
///
/// # Errors
///
/// [`Unexplained`] says what is wrong with the files or the request. Lines of a rule file that are not honoured are no
/// obstacle.
pub fn explain_files(
    files: &[ParsedFile<'_>],
    target: impl Into<Target>,
    exchange: &Exchange,
) -> Result<Trace, Unexplained> {
    let target = target.into();
    exchange.messages().map_err(Unexplained::Request)?;
    let joined = Joined::of(files);
    let Honoured { part, rules, left_out, .. } = Honoured::of(&joined, files, target).map_err(Unexplained::Rules)?;
    let trace = explain_model(&rules, target, exchange);
    let mut trace = trace.map_err(|_| Unexplained::Rules(errors(files, target, &compile_model)))?;
    trace.missing_page = MissingPage::among(&left_out, &joined, files, target.platform());
    trace.left_out = left_out;
    for step in trace.stages.iter_mut().flat_map(|stage| &mut stage.steps) {
        step.place = part.place(&step.place);
        let (file, place) = joined.file(&step.place);
        step.file = Some(file);
        step.span = files.get(file).and_then(|file| file.parsed.places.span(&place));
    }
    Ok(trace)
}
