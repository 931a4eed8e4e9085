//! Explanations: one request through the four stages, each rule that is looked at there, and why it acted or did not.
//!
//! What happens comes from the [`Engine`]. Why it happens is asked of the same reader: parts of the rules are compiled
//! alone, and what they do to the message is the answer. There is no second interpreter of rules that could be wrong.

mod answers;
mod change;
mod exchange;
mod lab;
mod label;
mod model;
mod pass;
mod request;
mod response;
mod steps;
mod verdict;
mod when;

use crate::compile::compile_value;
use crate::diagnostic::Diagnostics;
use crate::engine::Engine;
use crate::platform::Target;
use crate::rules::{Rules, Value};
use crate::source::Places;
use lab::Lab;

pub use exchange::{Exchange, OriginAnswer};
pub use model::{Change, Reason, RequestHead, ResponseHead, StageTrace, Step, Trace, Verdict};

/// Follows a request through rules.
///
/// ```
/// use selvedge::trace::{Exchange, Verdict, explain};
/// use selvedge::{Platform, rules::Value};
///
/// let rules = Value::from_json(r#"{ "redirects": [
///     { "from": "/old/*", "to": "/new/:splat", "when": { "cookie": { "beta": true } } },
///     { "from": "/old/*", "to": "/archive/:splat" }
/// ] }"#)?;
/// let exchange = Exchange { url: "https://example.org/old/page".to_owned(), ..Exchange::default() };
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
pub fn explain(rules: &Value, target: impl Into<Target>, exchange: &Exchange) -> Result<Trace, Diagnostics> {
    let target = target.into();
    let messages = exchange.messages()?;
    let plan = compile_value(rules, target)?;
    let rules = Rules::from_value(rules)?;
    let engine = Engine::of_new_plan(plan)?;
    pass::follow(&engine, &Lab::new(&rules, target, &engine), messages, exchange.origin.body.clone())
}

impl Trace {
    /// Says at each step where its rule was written.
    pub fn locate(&mut self, places: &Places) {
        for step in self.stages.iter_mut().flat_map(|stage| &mut stage.steps) {
            step.span = places.span(&step.place);
        }
    }
}
