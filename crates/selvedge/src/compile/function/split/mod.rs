//! One rule set in the places of CloudFront that cost least: a response headers policy, a CloudFront Function at the viewer
//! events, and Lambda@Edge for what is left.
//!
//! All rules keep the stages that they have in one Lambda@Edge function, with two exceptions, which no viewer can tell: rules of
//! origin-request may join those of viewer-request in the function, and constant headers may move to the policy. Where no such
//! stages are to be had, since a rule reads a cookie and the country, a function sees both: then it has to have the viewer stages.

mod policy;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod viewer;

use selvedge_plan::Stage;
use serde::Serialize;

use super::{Function, MAX_BYTES};
use crate::compile::check::check;
use crate::compile::layout::lay_out;
use crate::compile::place::Placement;
use crate::compile::placed::Placed;
use crate::compile::writer::Writer;
use crate::compile::{set_at_viewer_request, unkeyed_at_viewer_request};
use crate::diagnostic::Diagnostics;
use crate::key::Key;
use crate::platform::{Platform, Table, Target};
use crate::rules::{HeaderName, Kind, Model};
use policy::Policy;
pub use policy::PolicyHeader;

/// The platform whose rules are split.
pub(crate) const PLATFORM: Platform = Platform::Cloudfront;

/// Where rules are wanted.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Viewer stages in a function, where all of them fit.
    pub functions: bool,
    /// Constant headers in a response headers policy.
    pub policies: bool,
    /// Single rules, by their places: `redirects[3]`.
    pub rules: Vec<(String, Runs)>,
}

/// What a rule runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runs {
    /// A CloudFront Function.
    Function,
    /// Lambda@Edge.
    Lambda,
    /// A response headers policy.
    Policy,
}

impl Runs {
    /// By its name.
    pub fn of_name(name: &str) -> Option<Runs> {
        match name {
            "function" => Some(Runs::Function),
            "lambda" => Some(Runs::Lambda),
            "policy" => Some(Runs::Policy),
            _ => None,
        }
    }
}

/// A rule set in its places.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Split {
    /// The plan of the stages that run in Lambda@Edge; it has no others.
    #[serde(skip)]
    pub plan: Vec<u8>,
    /// The function, unless there is nothing for it to do.
    pub function: Option<Function>,
    /// What the policy sets and removes.
    pub policy: Vec<PolicyHeader>,
    /// Where each rule runs, in the order of the rules.
    pub rules: Vec<RuleRuns>,
    /// Request headers, in lower case, that are set before the cache is looked up.
    pub set_at_viewer_request: Vec<String>,
    /// Those of them that need not be in the cache key.
    pub unkeyed_at_viewer_request: Vec<String>,
}

/// Where a rule runs, and why.
#[derive(Clone, Debug, Serialize)]
pub struct RuleRuns {
    /// The member of the rules.
    pub member: &'static str,
    /// The rule: `redirects[3]`.
    pub place: String,
    /// The event at which it acts; of several, the first.
    pub event: &'static str,
    /// In what.
    pub runs: Runs,
    /// Why there.
    pub because: String,
}

/// Says why there is no place for rules, whatever is wanted of single ones.
///
/// # Errors
///
/// What CloudFront does not take of the rules, each with its place.
pub(crate) fn check_split(rules: &Model, key: Key, wanted: &Preferences) -> Result<(), Diagnostics> {
    let Stages { placement, conflicts, blind } = Stages::of(rules)?;
    if conflicts.is_empty() {
        return Ok(());
    }
    let left = Policy::of(&placement, wanted).without(rules);
    let left = Stages::again(&left, &conflicts);
    possible(&conflicts, &viewer::choose(&placement, &left, blind.as_deref(), key, wanted))
}

/// Places the rules.
///
/// # Errors
///
/// A preference for a single rule that cannot be met, and what CloudFront does not take of the rules.
pub(crate) fn split_of(rules: &Model, key: Key, wanted: &Preferences) -> Result<Split, Diagnostics> {
    let table = Target::from(PLATFORM).table();
    let Stages { placement, conflicts, blind } = Stages::of(rules)?;
    let mut problems = Diagnostics::new();
    known(&placement, wanted, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let policy = Policy::of(&placement, wanted);
    let left = policy.without(rules);
    let left = Stages::again(&left, &conflicts);
    let viewer = viewer::choose(&placement, &left, blind.as_deref(), key, wanted);
    possible(&conflicts, &viewer)?;

    let in_lambda = |stage: Stage| match stage {
        Stage::ViewerRequest | Stage::ViewerRequestAnswer | Stage::ViewerResponse => viewer.function.is_none(),
        Stage::OriginRequest | Stage::OriginRequestAnswer => !viewer.has_origin_requests,
        Stage::OriginResponse => true,
    };
    let mut writer = Writer::new();
    let flags = lay_out(&placement, &mut writer, PLATFORM, table, |stage| match stage {
        // Answers do not count on the policy: what makes them gives them their headers.
        Stage::OriginResponse => Some(&left),
        stage => in_lambda(stage).then_some(&placement),
    })?;
    let plan = writer.finish(flags, |plan| key.token(plan));

    let mut listed = Vec::new();
    for kind in Kind::ALL {
        for placed in placement.of(kind) {
            let (runs, because) = match policy.runs(kind, placed) {
                Ok(because) => (Runs::Policy, because),
                Err(not_in_policy) => viewer.runs(kind, placed, not_in_policy),
            };
            let place = kind.member().place(placed.number).to_string();
            let event = if runs == Runs::Function && placed.stage == Stage::OriginRequest {
                Stage::ViewerRequest
            } else {
                placed.stage
            };
            listed.push(RuleRuns { member: kind.member().name, place, event: event.name(), runs, because });
        }
    }
    unmet(&listed, wanted, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Split {
        plan,
        function: viewer.function.filter(|function| function.on_request || function.on_response),
        policy: policy.headers,
        rules: listed,
        set_at_viewer_request: set_at_viewer_request(&placement),
        unkeyed_at_viewer_request: unkeyed_at_viewer_request(&placement),
    })
}

/// Rules at their stages.
struct Stages<'r> {
    placement: Placement<'r>,
    /// Why one Lambda@Edge function cannot have them, if a CloudFront Function has to have the viewer stages.
    conflicts: Diagnostics,
    /// The first rule of origin-request that Lambda@Edge cannot have there: the function has to have that stage as well.
    blind: Option<String>,
}

impl<'r> Stages<'r> {
    /// Where one Lambda@Edge function cannot have the rules, each keeps the stage that it has on platforms of one pass: moved to
    /// another it would come before a rewrite, or after one, that it sees the other side of everywhere else.
    fn of(rules: &'r Model) -> Result<Stages<'r>, Diagnostics> {
        let table = Target::from(PLATFORM).table();
        let (mut conflicts, mut problems) = (Diagnostics::new(), Diagnostics::new());
        let placement = Placement::new(rules, table.apart, &mut conflicts);
        check(&placement, table, &mut conflicts);
        if conflicts.is_empty() {
            return Ok(Stages { placement, conflicts, blind: None });
        }
        let placement = Placement::new(rules, None, &mut problems);
        // What a function cannot do for other reasons is told where it is chosen.
        let function = Table { viewer_only: false, ..Target::from(super::PLATFORM).table() };
        check(&placement.only(|_, placed| is_viewer(placed)), function, &mut problems);
        let origin = |stage: Stage| placement.only(move |_, placed| placed.stage == stage);
        check(&origin(Stage::OriginResponse), table, &mut problems);
        let mut of_requests = Diagnostics::new();
        check(&origin(Stage::OriginRequest), table, &mut of_requests);
        let blind = of_requests.iter().next().map(|problem| problem.place.clone());
        if problems.is_empty() { Ok(Stages { placement, conflicts, blind }) } else { Err(problems) }
    }

    /// Some of rules that are placed already.
    fn again(left: &'r Model, conflicts: &Diagnostics) -> Placement<'r> {
        let apart = if conflicts.is_empty() { Target::from(PLATFORM).table().apart } else { None };
        Placement::new(left, apart, &mut Diagnostics::new())
    }
}

/// Where Lambda@Edge has the viewer stages after all, conflicts stay what they are.
fn possible(conflicts: &Diagnostics, viewer: &viewer::Viewer) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::new();
    if viewer.function.is_none() {
        for problem in conflicts {
            let message = format!("{}; a CloudFront Function could do it, but {}", problem.message, viewer.why_lambda);
            // Of other problems the help says nothing of functions.
            let help = match problem.code {
                "stage-conflict" => "split the rule in two, or say with \"at\" where it runs",
                _ => problem.help.as_str(),
            };
            problems.push(problem.code, &problem.place, message, help);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn is_viewer(placed: &Placed<'_>) -> bool {
    matches!(placed.stage, Stage::ViewerRequest | Stage::ViewerResponse)
}

/// Reports preferences for rules that are not there.
fn known(placement: &Placement<'_>, wanted: &Preferences, problems: &mut Diagnostics) {
    for (place, _) in &wanted.rules {
        let is = |(kind, placed): (Kind, &Placed<'_>)| kind.member().place(placed.number).to_string() == *place;
        if !all(placement).any(is) {
            let help = "name a rule as findings do: redirects[3], html, security";
            problems.push("not-on-platform", "rules", format_args!("there is no rule {place}"), help);
        }
    }
}

/// Reports preferences for single rules that were not met.
fn unmet(listed: &[RuleRuns], wanted: &Preferences, problems: &mut Diagnostics) {
    for (place, runs) in &wanted.rules {
        let Some(rule) = listed.iter().find(|rule| rule.place == *place && rule.runs != *runs) else { continue };
        let name = |runs: Runs| match runs {
            Runs::Function => "a function",
            Runs::Lambda => "Lambda@Edge",
            Runs::Policy => "a response headers policy",
        };
        let message = format!("is wanted in {}, but runs in {}: {}", name(*runs), name(rule.runs), rule.because);
        problems.push("not-on-platform", place, message, "leave this rule out of --at");
    }
}

fn all<'p, 'r>(placement: &'p Placement<'r>) -> impl Iterator<Item = (Kind, &'p Placed<'r>)> {
    Kind::ALL.into_iter().flat_map(|kind| placement.of(kind).iter().map(move |placed| (kind, placed)))
}

/// Where a single rule is wanted.
fn wish(wanted: &Preferences, kind: Kind, placed: &Placed<'_>) -> Option<Runs> {
    let place = kind.member().place(placed.number).to_string();
    wanted.rules.iter().find(|(other, _)| *other == place).map(|(_, runs)| *runs)
}

/// The name that a wildcard or a name is for.
fn is_for(name: &HeaderName, header: &str) -> bool {
    let name = name.lower();
    match name.split_once('*') {
        Some((head, tail)) => {
            header.len() >= head.len() + tail.len() && header.starts_with(head) && header.ends_with(tail)
        }
        None => name == header,
    }
}
