//! `cors-credentials`: `*` together with credentials, which every browser refuses (Fetch §3.3.5).

use crate::analysis::condition::implies;
use crate::analysis::pattern::paths_cover;
use crate::rules::{HeaderName, Headers, Model, Template};
use crate::sources::Report;

type List = [(HeaderName, Vec<Template>)];

/// The headers in which `*` is not a wildcard where credentials are allowed.
const WILDCARDS: [&str; 4] = [
    "access-control-allow-origin",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
];

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    let answers =
        rules.responses.iter().enumerate().map(|(at, rule)| (format!("responses[{at}].headers"), &rule.headers));
    let redirects =
        rules.redirects.iter().enumerate().map(|(at, rule)| (format!("redirects[{at}].headers"), &rule.headers));
    for (place, list) in answers.chain(redirects).filter(|(_, list)| allows_credentials(list)) {
        wildcards(list).for_each(|name| warn(&place, name, report));
    }
    let allowing: Vec<&Headers> =
        rules.headers.iter().filter(|rule| edits(rule).any(|(_, list)| allows_credentials(list))).collect();
    for (at, rule) in rules.headers.iter().enumerate() {
        let together = |other: &&Headers| {
            let covers = |wide: &Headers, narrow: &Headers| {
                paths_cover(&wide.paths, &narrow.paths) && implies(narrow.when.as_ref(), wide.when.as_ref())
            };
            covers(rule, other) || covers(other, rule)
        };
        if allowing.iter().any(together) {
            for (verb, list) in edits(rule) {
                wildcards(list).for_each(|name| warn(&format!("headers[{at}].{verb}"), name, report));
            }
        }
    }
}

fn warn(place: &str, name: &HeaderName, report: &mut Report<'_>) {
    let help = match name.lower().ends_with("origin") {
        true => {
            "list the origins in \"when\": { \"header\": { \"Origin\": [\u{2026}] } } and set \"{header.Origin}\", or leave the credentials out"
        }
        false => "write the names out",
    };
    let message =
        "with Access-Control-Allow-Credentials, browsers do not take \"*\" for everything, and refuse the answer";
    report.warning("cors-credentials", &format!("{place}[\"{}\"]", name.as_str()), message, help);
}

fn edits(rule: &Headers) -> impl Iterator<Item = (&'static str, &List)> {
    [("default", &rule.default), ("set", &rule.set), ("append", &rule.append)]
        .into_iter()
        .map(|(verb, list)| (verb, list.as_slice()))
}

fn wildcards(list: &List) -> impl Iterator<Item = &HeaderName> {
    let all = |values: &[Template]| values.iter().any(|value| value.as_literal() == Some("*"));
    list.iter()
        .filter(move |(name, values)| WILDCARDS.contains(&name.lower().as_str()) && all(values))
        .map(|(name, _)| name)
}

fn allows_credentials(list: &List) -> bool {
    let is_true = |values: &[Template]| values.iter().any(|value| value.as_literal() == Some("true"));
    list.iter().any(|(name, values)| name.lower() == "access-control-allow-credentials" && is_true(values))
}
