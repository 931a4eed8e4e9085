//! `trap-opens-guard`: rules that keep people out, and let everyone in if the engine itself fails. Refusals do so only where
//! the rules ask for it.

use crate::analysis::login::sends_to_login;
use crate::rules::{Model, OnTrap};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    if rules.on_trap == Some(OnTrap::Block) {
        return;
    }
    let passes = rules.on_trap == Some(OnTrap::Pass);
    let refusals = rules.responses.iter().enumerate().filter(|(_, rule)| passes && matches!(rule.status, 401 | 403));
    let refusals = refusals.map(|(at, _)| format!("responses[{at}]"));
    let logins = rules.redirects.iter().enumerate().filter(|(_, rule)| sends_to_login(rule));
    for place in refusals.chain(logins.map(|(at, _)| format!("redirects[{at}]"))) {
        report.warning(
            "trap-opens-guard",
            &place,
            if passes {
                "keeps viewers out, but \"onTrap\" is \"pass\": should the engine fail, they get in"
            } else {
                "keeps viewers out, but a redirect does not block by itself: should the engine fail, they get in"
            },
            "say \"onTrap\": \"block\" at the top",
        );
    }
}
