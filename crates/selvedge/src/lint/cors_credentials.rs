//! `cors-credentials`: every origin together with credentials. `*` is refused by browsers (Fetch §3.3.5), and an echo of the
//! request's `Origin` lets every page of the web read what the user may read.

use crate::analysis::condition::implies;
use crate::analysis::pattern::paths_cover;
use crate::rules::{Condition, Fact, HeaderName, Headers, Match, Model, Part, Subject, Template};
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
    let answers = rules.responses.iter().enumerate();
    let answers = answers.map(|(at, rule)| (format!("responses[{at}].headers"), &rule.headers, rule.when.as_ref()));
    for (place, list, when) in answers.filter(|(_, list, _)| allows_credentials(list)) {
        if !when.is_some_and(names_origins) {
            echoes(list).for_each(|name| warn_of_echo(&place, name, report));
        }
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
        let mut allowing = allowing.iter().filter(|other| together(other)).peekable();
        if allowing.peek().is_some() {
            for (verb, list) in edits(rule) {
                wildcards(list).for_each(|name| warn(&format!("headers[{at}].{verb}"), name, report));
            }
        }
        // Either of the two may say which origins.
        if allowing.any(|other| ![rule, *other].iter().any(|it| it.when.as_ref().is_some_and(names_origins))) {
            for (verb, list) in edits(rule) {
                echoes(list).for_each(|name| warn_of_echo(&format!("headers[{at}].{verb}"), name, report));
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

fn warn_of_echo(place: &str, name: &HeaderName, report: &mut Report<'_>) {
    report.warning(
        "cors-credentials",
        &format!("{place}[\"{}\"]", name.as_str()),
        "with Access-Control-Allow-Credentials, every page of the web may read these responses as its visitor does",
        "list the origins in \"when\": { \"header\": { \"Origin\": [\u{2026}] } }, or leave the credentials out",
    );
}

/// Whether a condition says more of the request's origin than that there is one.
fn names_origins(when: &Condition) -> bool {
    let mut found = false;
    when.visit(&mut |subject, test| {
        let is_origin = matches!(subject, Subject::Header(name) if name == "origin");
        found |= is_origin && !matches!(test, Match::Present(_));
    });
    found
}

/// Where the request's own origin is what is allowed.
fn echoes(list: &List) -> impl Iterator<Item = &HeaderName> {
    let is_origin = |part: &Part| matches!(part, Part::Fact { fact: Fact::Header(name), .. } if name.eq_ignore_ascii_case("origin"));
    list.iter()
        .filter(move |(name, values)| {
            let echo = values.iter().any(|value| matches!(value.parts.as_slice(), [part] if is_origin(part)));
            echo && name.lower() == "access-control-allow-origin"
        })
        .map(|(name, _)| name)
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
