//! `never-matches`: a rule that contradicts itself.

use crate::analysis::condition::{contradicted, is_impossible};
use crate::analysis::pattern::is_empty;
use crate::analysis::scopes::each_scope;
use crate::rules::{Condition, Match, Model, Subject};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    each_scope(rules, &mut |place, paths, when| {
        if is_empty(paths) {
            report.warning(
                "never-matches",
                place,
                "\"except\" leaves nothing of the paths",
                "narrow it, or remove the rule",
            );
        } else if let Some(when) = when.filter(|when| is_impossible(when)) {
            let help = "remove one of the conditions that exclude each other";
            let place = report.comparison(place, contradicted(when));
            report.warning("never-matches", &place, "this condition never holds", help);
        } else if let Some(when) = when {
            when.visit(&mut |subject, test| {
                if let Some((message, help)) = unheard_of(subject, test) {
                    report.warning("never-matches", &report.comparison(place, Some(subject)), message, help);
                }
            });
        }
    });
    let methods = ["GET", "HEAD"].map(str::to_owned).to_vec();
    let safe = Condition::Test { subject: Subject::Method, test: Match::Equal(methods) };
    for (at, rule) in rules.rewrites.iter().enumerate().filter(|(_, rule)| rule.fallback) {
        let Some(when) = rule.when.clone().filter(|when| !is_impossible(when)) else { continue };
        if is_impossible(&Condition::All(vec![safe.clone(), when])) {
            report.warning(
                "never-matches",
                &report.comparison(&format!("rewrites[{at}]"), Some(&Subject::Method)),
                "a fallback rewrite is for GET and HEAD, and this condition is for other methods",
                "leave \"method\" out, or answer other methods by \"responses\" with \"at\": \"origin-response\"",
            );
        }
    }
}

/// A value that no client sends in a header of this name.
fn unheard_of(subject: &Subject, test: &Match) -> Option<(String, &'static str)> {
    let (Subject::Header(name), Match::Equal(values)) = (subject, test) else { return None };
    let (is_odd, what, help): (fn(&str) -> bool, _, _) = match name.as_str() {
        "origin" => (
            is_more_than_an_origin,
            "Origin",
            "an origin is a scheme, a host and maybe a port: \"https://example.com\"",
        ),
        "authorization" => {
            (is_not_basic, "Authorization", "after \"Basic \" stands name:password in base64 (RFC 7617)")
        }
        _ => return None,
    };
    let odd = values.iter().find(|value| is_odd(value))?;
    Some((format!("no client sends {odd:?} as {what}"), help))
}

/// RFC 6454 §6.2: without a path, and without a slash.
fn is_more_than_an_origin(value: &str) -> bool {
    value.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']))
}

fn is_not_basic(value: &str) -> bool {
    let Some(credentials) = value.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("basic ")) else { return false };
    let credentials = value.get(credentials.len()..).unwrap_or_default();
    credentials.is_empty() || credentials.bytes().any(|byte| !(byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)))
}
