//! `private-after-cache`: a rule that keeps responses out of shared caches, where the platform's own cache comes first.

use selvedge_plan::Stage;

use crate::analysis::pattern::paths_cover;
use crate::compile::{Placed, Placement};
use crate::platform::Target;
use crate::rules::{Kind, Rule};
use crate::sources::Report;

pub(super) fn check(placement: &Placement<'_>, target: Target, report: &mut Report<'_>) {
    let table = target.table();
    if table.one_pass {
        return;
    }
    let all = placement.of(Kind::ResponseHeaders);
    let at = |stage: Stage| all.iter().filter(move |placed| placed.stage == stage);
    let before: Vec<&dyn Rule> = at(Stage::OriginResponse)
        .map(|placed| placed.rule)
        .filter(|rule| rule.guards().is_some() && rule.when().is_none())
        .collect();
    for placed in at(Stage::ViewerResponse) {
        let Some(does) = placed.rule.guards() else { continue };
        let paths = placed.rule.paths();
        if before.iter().any(|rule| rule.paths().zip(paths).is_some_and(|(wide, narrow)| paths_cover(wide, narrow))) {
            continue;
        }
        let member = Kind::ResponseHeaders.member();
        let first = at(Stage::ViewerResponse).find(|first| first.reads.viewer.is_some() && first.rule.at().is_none());
        let (because, help) = match (placed, first) {
            (Placed { rule, .. }, _) if rule.at().is_some() => {
                (String::new(), "leave \"at\" out, and it runs at origin-response".to_owned())
            }
            (Placed { reads, .. }, _) if reads.viewer.is_some() => (
                format!(", since it reads {}", reads.viewer.unwrap_or("the request")),
                "say it for all requests of these paths in a rule of its own, listed before, or cache nothing there"
                    .to_owned(),
            ),
            (_, Some(first)) => {
                let first = member.place(first.number);
                (format!(", since {first} before it does"), format!("list it before {first}"))
            }
            (_, None) => (String::new(), "list it before the rules that run at viewer-response".to_owned()),
        };
        report.warning(
            "private-after-cache",
            &member.place(placed.number).to_string(),
            format!(
                "{does} at viewer-response{because}: {} has stored the response by then, and answers others with it",
                table.title
            ),
            &help,
        );
    }
}
