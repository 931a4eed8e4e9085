//! What happens to a message where the engine fails: nothing passes a stage whose rules guard something.

use selvedge_plan::Stage;

use super::place::Placement;
use crate::rules::{EncodedSlashes, Kind, On, OnTrap};

/// What happens at one of the four stages where the engine fails there, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TrapOutcome {
    pub(crate) stage: Stage,
    pub(crate) blocks: bool,
    /// `responses[0] answers 403`; `None` where nothing is guarded and nothing said.
    pub(crate) because: Option<String>,
}

/// What happens at each of the four stages.
pub(crate) fn on_trap(placement: &Placement<'_>) -> Vec<TrapOutcome> {
    let rules = placement.rules;
    let guards = match rules.on_trap {
        Some(_) => Vec::new(),
        None => guards(placement),
    };
    let outcome = |stage: Stage| {
        let mut here = guards.iter().filter(|guard| guard.stages.contains(&stage));
        let because = match (rules.on_trap, here.next()) {
            (Some(OnTrap::Block), _) => Some("\"onTrap\" is \"block\"".to_owned()),
            (Some(OnTrap::Pass), _) => Some("\"onTrap\" is \"pass\"".to_owned()),
            (None, None) => None,
            (None, Some(first)) => Some(match here.count() {
                0 => first.to_string(),
                more => format!("{first}, and {more} more"),
            }),
        };
        let blocks = because.is_some() && rules.on_trap != Some(OnTrap::Pass);
        TrapOutcome { stage, blocks, because }
    };
    Stage::REAL.into_iter().map(outcome).collect()
}

/// The stages that nothing passes where the engine fails.
pub(super) fn blocking(placement: &Placement<'_>) -> impl Iterator<Item = Stage> + use<> {
    let guarded: Vec<Stage> = match placement.rules.on_trap {
        Some(OnTrap::Pass) => Vec::new(),
        Some(OnTrap::Block) => Stage::ALL.to_vec(),
        None => guards(placement).iter().flat_map(|guard| guard.stages).copied().collect(),
    };
    guarded.into_iter()
}

/// A rule that keeps something from someone.
struct Guard {
    /// Where it would be left out.
    stages: &'static [Stage],
    place: String,
    does: String,
}

impl std::fmt::Display for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.place, self.does)
    }
}

fn guards(placement: &Placement<'_>) -> Vec<Guard> {
    let mut guards = Vec::new();
    if placement.rules.encoded_slashes == EncodedSlashes::Reject {
        let stages = &[Stage::ViewerRequest, Stage::OriginRequest];
        guards.push(Guard { stages, place: "encodedSlashes".to_owned(), does: "answers 400".to_owned() });
    }
    for kind in Kind::ALL {
        let member = kind.member();
        for placed in placement.of(kind) {
            let stages = if member.on == On::Response { with_answers(placed.stage) } else { alone(placed.stage) };
            let does = placed.rule.guards();
            guards.extend(does.map(|does| Guard { stages, place: member.place(placed.number).to_string(), does }));
        }
    }
    guards
}

fn alone(stage: Stage) -> &'static [Stage] {
    match stage {
        Stage::ViewerRequest => &[Stage::ViewerRequest],
        Stage::OriginRequest => &[Stage::OriginRequest],
        Stage::OriginResponse => &[Stage::OriginResponse],
        _ => &[Stage::ViewerResponse],
    }
}

/// Rules on responses are for answers as well.
fn with_answers(stage: Stage) -> &'static [Stage] {
    match stage {
        Stage::OriginResponse => &[Stage::OriginResponse, Stage::ViewerRequestAnswer, Stage::OriginRequestAnswer],
        Stage::ViewerResponse => &[Stage::ViewerResponse, Stage::ViewerRequestAnswer],
        stage => alone(stage),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::compile::place;

    /// By stage: whether it blocks, and why.
    fn of(rules: &str) -> Vec<String> {
        let rules = crate::rules::testing::rules(rules);
        let placed = place(&rules);
        let outcomes = on_trap(&placed);
        let bits: Vec<Stage> = blocking(&placed).collect();
        for outcome in &outcomes {
            assert_eq!(outcome.blocks, bits.contains(&outcome.stage), "{outcome:?}");
        }
        let tell = |outcome: TrapOutcome| {
            outcome.because.filter(|_| outcome.blocks).map(|because| format!("{}: {because}", outcome.stage.name()))
        };
        outcomes.into_iter().filter_map(tell).collect()
    }

    #[test]
    fn refusals_block_where_they_are_made() {
        for status in [401, 403, 407, 451, 500, 503] {
            let rules = format!(r#"{{ "responses": [{{ "for": "/x", "status": {status} }}] }}"#);
            assert_eq!(of(&rules), [format!("viewer-request: responses[0] answers {status}")]);
        }
        for status in [200, 404, 410, 429] {
            let rules = format!(r#"{{ "responses": [{{ "for": "/x", "status": {status} }}] }}"#);
            assert!(of(&rules).is_empty(), "{status}");
        }
        let page = r#"{ "rewrites": [{ "from": "/x", "to": "/403.html", "status": 403 }, { "from": "/y", "to": "/404.html", "status": 404 }] }"#;
        assert_eq!(of(page), ["origin-request: rewrites[0] answers 403"]);
        let only_missing = r#"{ "rewrites": [{ "from": "/x", "to": "/500.html", "status": 500, "fallback": true }] }"#;
        assert!(of(only_missing).is_empty());
        let at_origin = r#"{ "responses": [{ "for": "/x", "status": 403, "when": { "country": "DE" } }] }"#;
        assert_eq!(of(at_origin), ["origin-request: responses[0] answers 403"]);
    }

    #[test]
    fn refused_spellings_block_at_both_request_stages() {
        let rules = r#"{ "encodedSlashes": "reject", "rewrites": [{ "from": "/a", "to": "/b" }] }"#;
        let expected = ["viewer-request: encodedSlashes answers 400", "origin-request: encodedSlashes answers 400"];
        assert_eq!(of(rules), expected);
        assert!(of(&rules.replace("reject", "decode")).is_empty());
    }

    #[test]
    fn what_is_kept_from_the_origin_blocks() {
        let rules = r#"{ "headers": [
            { "on": "request", "set": { "X-A": "1" } },
            { "on": "request", "remove": ["X-Internal"] },
            { "on": "request", "at": "viewer-request", "replace": { "Cookie": { "regex": "x", "with": "y" } } },
            { "remove": ["Server"] },
            { "on": "request", "at": "viewer-request", "set": { "X-Ip": "{clientIp}" } }
        ] }"#;
        let expected = [
            "viewer-request: headers[2] replaces in request headers, and 1 more",
            "origin-request: headers[1] removes request headers",
        ];
        assert_eq!(of(rules), expected);
    }

    #[test]
    fn private_caching_blocks_where_it_is_set() {
        for value in
            ["private", "max-age=0, No-Store", "PRIVATE, max-age=60", "private=\\\"X-A\\\"", "no-store,{header.a}"]
        {
            let rules =
                format!(r#"{{ "headers": [{{ "at": "viewer-response", "set": {{ "cache-CONTROL": "{value}" }} }}] }}"#);
            assert!(
                matches!(of(&rules).as_slice(), [one] if one.starts_with("viewer-response: headers[0] sets cache-CONTROL: ")),
                "{value}"
            );
        }
        for value in ["no-cache", "public, max-age=60", "max-age=0, must-revalidate", "x-private"] {
            assert!(
                of(&format!(r#"{{ "headers": [{{ "set": {{ "Cache-Control": "{value}" }} }}] }}"#)).is_empty(),
                "{value}"
            );
        }
        let in_answers =
            r#"{ "redirects": [{ "from": "/a", "to": "/b", "headers": { "Cache-Control": "no-store" } }] }"#;
        assert_eq!(of(in_answers), ["viewer-request: redirects[0] sets Cache-Control: no-store"]);
        let rules = r#"{ "headers": [{ "for": "/a/*", "default": { "Cache-Control": "private" } }, { "append": { "CDN-Cache-Control": "no-store" } }] }"#;
        assert_eq!(of(rules), ["origin-response: headers[0] sets Cache-Control: private, and 1 more"]);
        let rules = crate::rules::testing::rules(rules);
        let stages: Vec<Stage> = blocking(&place(&rules)).collect();
        assert!(stages.contains(&Stage::ViewerRequestAnswer) && stages.contains(&Stage::OriginRequestAnswer));
    }

    #[test]
    fn on_trap_says_otherwise_for_all_stages() {
        assert!(of(r#"{ "responses": [{ "for": "/x", "status": 403 }], "onTrap": "pass" }"#).is_empty());
        assert_eq!(of(r#"{ "onTrap": "block" }"#).len(), 4);
    }
}
