//! What of the request goes to a CloudFront Function.
//!
//! Of one cache behaviour AWS takes no mixture of functions and Lambda@Edge at viewer events: all rules of the viewer stages fit
//! into the function, or none is there.

use selvedge_plan::Stage;

use super::{MAX_BYTES, Preferences, Runs, all, is_viewer, wish};
use crate::compile::check::check;
use crate::compile::function::{Function, PLATFORM, Scope, StoreUse, generate};
use crate::compile::place::Placement;
use crate::compile::placed::Placed;
use crate::compile::sections;
use crate::compile::stage::StageBuilder;
use crate::compile::writer::Writer;
use crate::diagnostic::Diagnostics;
use crate::expression::Expression;
use crate::key::Key;
use crate::platform::Target;
use crate::rules::{Kind, Part, Pattern, Template, TrailingSlash};

/// What the function does, and why it does no more.
pub(super) struct Viewer {
    pub(super) function: Option<Function>,
    /// The function has the rules of origin-request as well.
    pub(super) has_origin_requests: bool,
    /// Why there is no function.
    pub(super) why_lambda: String,
    /// Why origin-request stays.
    why_origin: String,
}

/// `left`: the rules without those that the policy has. `blind`: what of origin-request Lambda@Edge cannot have there.
pub(super) fn choose(
    placement: &Placement<'_>,
    left: &Placement<'_>,
    blind: Option<&str>,
    key: Key,
    wanted: &Preferences,
) -> Viewer {
    let viewer = Scope { requests: false, responses: false };
    let in_lambda = |why_lambda: String| Viewer {
        function: None,
        has_origin_requests: false,
        why_origin: format!("acts before the origin is asked, and {why_lambda}"),
        why_lambda,
    };
    if !wanted.functions {
        return in_lambda("functions are not wanted".to_owned());
    }
    let pinned = |(kind, placed): (Kind, &Placed<'_>)| {
        let pinned = is_viewer(placed) && wish(wanted, kind, placed) == Some(Runs::Lambda);
        pinned.then(|| kind.member().place(placed.number).to_string())
    };
    if let Some(place) = all(placement).find_map(pinned) {
        return in_lambda(format!("{place} is wanted in Lambda@Edge, which takes all of both viewer events"));
    }
    if let Some(why) = refused(placement, viewer) {
        return in_lambda(format!("a function cannot take all of both viewer events: {why}"));
    }
    let whole = Scope { requests: true, responses: false };
    let stays = if placement_has(placement, Stage::OriginRequest) {
        stays(placement, left, wanted).or_else(|| refused(placement, whole))
    } else {
        Some("there is nothing at origin-request".to_owned())
    };
    let why_origin = match stays.map_or_else(|| fitting(placement, whole, key), Err) {
        Ok(function) => {
            return Viewer {
                function: Some(function),
                has_origin_requests: true,
                why_lambda: String::new(),
                why_origin: String::new(),
            };
        }
        Err(why) => why,
    };
    if let Some(place) = blind {
        return in_lambda(format!("{place} would have to be there with all of origin-request: {why_origin}"));
    }
    match fitting(placement, viewer, key) {
        Ok(function) => {
            Viewer { function: Some(function), has_origin_requests: false, why_lambda: String::new(), why_origin }
        }
        Err(why) => in_lambda(why),
    }
}

impl Viewer {
    /// Where a rule runs that the policy does not have, and why.
    pub(super) fn runs(&self, kind: Kind, placed: &Placed<'_>, not_in_policy: String) -> (Runs, String) {
        match placed.stage {
            Stage::OriginRequest if self.has_origin_requests => {
                let because = "needs nothing of the origin's side, so it joins the rules of viewer-request";
                (Runs::Function, because.to_owned())
            }
            Stage::OriginRequest => (Runs::Lambda, self.why_origin.clone()),
            Stage::OriginResponse => {
                let what = if kind.member().on == crate::rules::On::Response { "changes" } else { "looks at" };
                (Runs::Lambda, format!("{what} what the origin answers, before it is cached{not_in_policy}"))
            }
            _ if self.function.is_some() => (Runs::Function, "acts at the viewer's side".to_owned()),
            _ => (Runs::Lambda, self.why_lambda.clone()),
        }
    }
}

fn placement_has(placement: &Placement<'_>, stage: Stage) -> bool {
    all(placement).any(|(_, placed)| placed.stage == stage)
}

/// Why rules of origin-request have to stay there, though a function could do them.
fn stays(placement: &Placement<'_>, left: &Placement<'_>, wanted: &Preferences) -> Option<String> {
    for (kind, placed) in all(placement).filter(|(_, placed)| placed.stage == Stage::OriginRequest) {
        let place = kind.member().place(placed.number);
        if wish(wanted, kind, placed) == Some(Runs::Lambda) {
            return Some(format!("{place} is wanted in Lambda@Edge, which takes all of origin-request"));
        }
        if placed.rule.at().is_some() {
            return Some(format!("{place} says \"at\": \"origin-request\""));
        }
        match kind {
            Kind::RequestHeaders => {
                return Some(format!("{place} edits what the origin is asked, not what the cache is"));
            }
            // Before the cache, it would reach the origin only where the cache policy lets queries through.
            Kind::Rewrites if placement.rules.rewrites.get(placed.number).is_some_and(|rule| has_query(&rule.to)) => {
                return Some(format!("{place} writes a query for the origin"));
            }
            // Two viewers of one URL could be answered by two origins, and the cache would not know.
            Kind::Origins if placed.rule.when().is_some() => {
                return Some(format!("{place} chooses an origin by what has to be in the cache key"));
            }
            _ => {}
        }
    }
    let moves = [Kind::Rewrites, Kind::Html].into_iter().any(|kind| placement.has(kind, Stage::OriginRequest));
    (moves && reads_path(left)).then(|| {
        "rules at origin-response look at the path that was asked for, which only origin-request can hand on".to_owned()
    })
}

fn has_query(to: &Template) -> bool {
    to.parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains('?')))
}

/// Whether what stays at origin-response looks at the path.
fn reads_path(left: &Placement<'_>) -> bool {
    let mut stage = StageBuilder::new(Stage::OriginResponse, Target::from(super::PLATFORM).table());
    sections::fill(left, &mut Writer::new(), &mut stage);
    stage.reads_path()
}

/// The first thing that a function cannot do of the rules that it would have.
fn refused(placement: &Placement<'_>, scope: Scope) -> Option<String> {
    let answers = placement.answers_at(Stage::ViewerRequest)
        || scope.requests && placement.answers_at(Stage::OriginRequest)
        || placement.rules.arranges_slashes();
    let of_function = placement.only(|kind, placed| match placed.stage {
        Stage::OriginRequest => scope.requests,
        Stage::OriginResponse => answers && kind.member().on == crate::rules::On::Response,
        _ => true,
    });
    let mut problems = Diagnostics::new();
    check(&of_function, Target::from(PLATFORM).table(), &mut problems);
    // On answers of its own, which may have any status, the function does what origin-response would.
    let of_answers: Vec<String> = of_function
        .of(Kind::ResponseHeaders)
        .iter()
        .filter(|placed| placed.stage == Stage::OriginResponse)
        .map(|placed| format!("{}.when.status", Kind::ResponseHeaders.member().place(placed.number)))
        .collect();
    let problem = problems.iter().find(|problem| !of_answers.contains(&problem.place));
    problem.map(|problem| format!("{} {}", problem.place, problem.message)).or_else(|| slashes_refused(placement))
}

/// `trailingSlash`, which acts at viewer-request, asks for the paths of rules that may be elsewhere.
fn slashes_refused(placement: &Placement<'_>) -> Option<String> {
    let rules = placement.rules;
    rules.html.as_ref().filter(|html| html.trailing_slash != TrailingSlash::Keep)?;
    let asked = [Kind::Html, Kind::Origins, Kind::Rewrites].into_iter().flat_map(|kind| placement.of(kind));
    let mut patterns =
        asked.filter_map(|placed| placed.rule.paths()).flat_map(|paths| paths.patterns.iter().chain(&paths.except));
    patterns.find_map(|pattern| match pattern {
        Pattern::Regex { source, .. } => {
            let why = Expression::new(source).ok()?.script().err()?;
            Some(format!("html.trailingSlash asks for the regular expression {source:?}, which {why}"))
        }
        _ => None,
    })
}

/// The function, with a store where its source would be too large; or why CloudFront does not take it.
fn fitting(placement: &Placement<'_>, scope: Scope, key: Key) -> Result<Function, String> {
    let mut problems = Diagnostics::new();
    let function = generate(placement, scope, key, StoreUse::IfNeeded, &mut problems);
    if let Some(problem) = problems.iter().next() {
        return Err(format!("the KeyValueStore of a function cannot hold {}: {}", problem.place, problem.message));
    }
    let bytes = function.source.len();
    if bytes <= MAX_BYTES {
        return Ok(function);
    }
    let each = function.bytes.iter().map(|(member, bytes)| match *member {
        "" => format!("what they share {bytes}"),
        member => format!("{member} {bytes}"),
    });
    let each = each.collect::<Vec<_>>().join(", ");
    Err(format!("a function of {bytes} bytes would be larger than CloudFront's {MAX_BYTES}: {each}"))
}
