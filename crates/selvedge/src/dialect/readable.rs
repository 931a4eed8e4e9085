//! What a reader made and rules refuse: it is left out with a finding, as is what cannot be carried over. So rules that are
//! written down can be read.

use std::collections::{BTreeMap, BTreeSet};

use super::Parsed;
use super::sink::string;
use super::when::asks_who;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::places::Span;
use crate::rules::{Model, Value, refuses};

/// What is wrong with one part may hide what is wrong with another, but not often.
const ROUNDS: usize = 16;

/// The same rules without those that cannot be read, and how many lines of the file that costs. Where one of those keeps requests
/// out, its paths are answered 403.
pub(super) fn readable(mut parsed: Parsed) -> (Parsed, usize) {
    let mut lines = BTreeSet::new();
    for _ in 0..ROUNDS {
        let Err(problems) = Model::from_value(&parsed.rules) else { return (parsed, lines.len()) };
        let problems: Vec<Diagnostic> =
            problems.into_iter().filter(|problem| !is_of_file(&parsed.rules, &problem.place)).collect();
        if problems.is_empty() {
            return (parsed, lines.len());
        }
        for problem in &problems {
            let span = parsed.places.span(&problem.place);
            lines.insert(span);
            let Diagnostic { code, message, help, .. } = problem.clone();
            parsed.findings.push(Finding {
                code,
                severity: Severity::Error,
                place: String::new(),
                span,
                message,
                help,
            });
        }
        leave_out(&mut parsed, problems.into_iter().map(|problem| problem.place).collect());
        parsed.findings.sort_by_key(|finding| finding.span);
    }
    // Nobody knows what the rest would let in.
    parsed.rules = object([("responses", Value::Array(vec![refusal(string("/*"))]))]);
    (parsed, lines.len())
}

/// Takes out what the places are in.
fn leave_out(parsed: &mut Parsed, places: Vec<String>) {
    let Value::Object(members) = &mut parsed.rules else { return };
    let mut out: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut closed: Vec<(Value, Option<Span>)> = Vec::new();
    for place in places {
        let Some((list, number, rest)) = item(&place) else {
            leave_setting_out(members, &place);
            continue;
        };
        let list_of = members.iter_mut().find(|(name, value)| name == list && matches!(value, Value::Array(_)));
        let Some((_, Value::Array(rules))) = list_of else { continue };
        let Some(rule) = rules.get_mut(number) else { continue };
        if list == "headers" && without_header(rule, rest) {
            continue;
        }
        if out.entry(list.to_owned()).or_default().insert(number) && keeps_out(list, rule) {
            closed.push((closing(rule), parsed.places.span(&place)));
        }
    }
    let first = closed.len();
    for (list, numbers) in &out {
        let list_of = members.iter_mut().find(|(name, _)| name == list);
        let Some((_, Value::Array(rules))) = list_of else { continue };
        let mut at = 0;
        rules.retain(|_| {
            at += 1;
            !numbers.contains(&(at - 1))
        });
    }
    members.retain(|(name, value)| !(out.contains_key(name) && *value == Value::Array(Vec::new())));
    let none = BTreeSet::new();
    for list in out.keys().map(String::as_str).chain(["responses"]).collect::<BTreeSet<_>>() {
        let numbers = out.get(list).unwrap_or(&none);
        let shift = if list == "responses" { first } else { 0 };
        parsed.places.renumber(list, |at| (!numbers.contains(&at)).then(|| at + shift - numbers.range(..at).count()));
    }
    if closed.is_empty() {
        return;
    }
    // Before all other answers: none of them lets in whom the guard would have kept out.
    for (at, (_, span)) in closed.iter().enumerate() {
        if let Some(span) = span {
            parsed.places.insert(format!("responses[{at}]"), *span);
        }
    }
    let closed = closed.into_iter().map(|(rule, _)| rule);
    match members.iter_mut().find(|(name, _)| name == "responses") {
        Some((_, Value::Array(rules))) => drop(rules.splice(0..0, closed)),
        _ => members.push(("responses".to_owned(), Value::Array(closed.collect()))),
    }
}

/// Whether it is the body of an answer that is a file of the site, which is read when rules are built.
fn is_of_file(rules: &Value, place: &str) -> bool {
    let rule = item(place).and_then(|(list, number, rest)| match rules.member(list) {
        Some(Value::Array(rules)) if is_in(rest, ".body") => rules.get(number),
        _ => None,
    });
    rule.and_then(|rule| rule.member("body")?.member("file")).is_some()
}

/// A list, the number of a rule in it, and what follows: `headers[3].set["X-A"]`.
fn item(place: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = place.split_once('[')?;
    let (number, rest) = rest.split_once(']')?;
    Some((list, number.parse().ok().filter(|_| !list.contains('.'))?, rest))
}

/// Of a member that is given twice the first counts; another one is left out.
fn leave_setting_out(members: &mut Vec<(String, Value)>, place: &str) {
    let name = place.split(['.', '[']).next().unwrap_or(place);
    let is_twice = members.iter().filter(|(own, _)| own == name).count() > 1;
    let first = members.iter().position(|(own, _)| own == name);
    let mut at = 0;
    members.retain(|(own, _)| {
        at += 1;
        own != name || is_twice && first == Some(at - 1)
    });
}

/// Takes one header out of a rule that has others. `false`: the rule is wrong as a whole, or nothing of it is left.
fn without_header(rule: &mut Value, rest: &str) -> bool {
    let Value::Object(members) = rule else { return false };
    let actions = ["set", "append", "default", "remove", "replace"];
    let count = |value: &Value| match value {
        Value::Object(headers) => headers.len(),
        Value::Array(names) => names.len(),
        _ => 1,
    };
    let all: usize = members.iter().filter(|(name, _)| actions.contains(&name.as_str())).map(|(_, it)| count(it)).sum();
    let Some(at) = members.iter().position(|(name, _)| rest.strip_prefix('.').is_some_and(|it| is_in(it, name))) else {
        return false;
    };
    let Some((action, value)) = members.get_mut(at).filter(|(name, _)| all > 1 && actions.contains(&name.as_str()))
    else {
        return false;
    };
    match value {
        Value::Object(headers) => headers.retain(|(name, _)| !is_in(rest, &format!(".{action}[{name:?}]"))),
        Value::Array(names) => {
            let mut at = 0;
            names.retain(|_| {
                at += 1;
                !is_in(rest, &format!(".{action}[{}]", at - 1))
            });
        }
        _ => return false,
    }
    if count(value) == 0 {
        members.remove(at);
    }
    true
}

/// Whether a place is this one, or inside of it.
fn is_in(place: &str, outer: &str) -> bool {
    place.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether a rule keeps requests out: by its status, or since it leads those elsewhere who may not come in.
fn keeps_out(list: &str, rule: &Value) -> bool {
    let status = match rule.member("status") {
        Some(Value::Number(status)) => *status as u16,
        _ => 0,
    };
    let leads_by_viewer =
        || rule.member("pass").is_none() && matches!(rule.member("when"), Some(Value::Object(when)) if asks_who(when));
    match list {
        "responses" => status >= 400,
        "rewrites" => refuses(status) || leads_by_viewer(),
        "redirects" => leads_by_viewer(),
        _ => false,
    }
}

/// The answer in the place of a guard: for its paths, or if these are what is wrong, for all.
fn closing(rule: &Value) -> Value {
    let paths = rule.member("for").or(rule.member("from")).cloned();
    let own = paths.map(refusal).filter(|closed| {
        let rules = object([("responses", Value::Array(vec![closed.clone()]))]);
        Model::from_value(&rules).is_ok()
    });
    own.unwrap_or_else(|| refusal(string("/*")))
}

/// Neither case nor a slash at the end opens the paths.
fn refusal(paths: Value) -> Value {
    let yes = Value::Bool(true);
    object([
        ("for", paths),
        ("ignoreCase", yes.clone()),
        ("ignoreTrailingSlash", yes),
        ("status", Value::Number(403.0)),
    ])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::places::Places;

    /// Rules as a reader would have made them, each of a line of its own.
    fn made(rules: &str) -> Parsed {
        let rules = Value::from_json(rules).unwrap();
        let mut places = Places::new();
        let Value::Object(members) = &rules else { unreachable!() };
        for (list, all) in members {
            let Value::Array(all) = all else { continue };
            for at in 0..all.len() {
                places.insert(format!("{list}[{at}]"), Span { line: at as u32 + 1, column: 1, length: 1 });
            }
        }
        Parsed::new(rules, places, Vec::new())
    }

    fn left(rules: &str) -> (String, Parsed) {
        let (parsed, _) = readable(made(rules));
        (serde_json::to_string(&parsed.rules).unwrap(), parsed)
    }

    #[test]
    fn what_is_refused_is_left_out_and_what_keeps_out_closes() {
        let closed = r#""ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#;
        for (rules, expected) in [
            (
                r#"{"redirects":[{"from":"/a","to":"https://:80/"},{"from":"/b","to":"/c"}]}"#,
                r#"{"redirects":[{"from":"/b","to":"/c"}]}"#.to_owned(),
            ),
            (r#"{"redirects":[{"from":"/a","to":"https://:80/"}]}"#, "{}".to_owned()),
            (
                r#"{"responses":[{"for":"/x","status":404},{"for":"/a/*","when":{"host":""},"status":401}]}"#,
                format!(r#"{{"responses":[{{"for":"/a/*",{closed},{{"for":"/x","status":404}}]}}"#),
            ),
            (r#"{"responses":[{"for":"/a?b","status":403}]}"#, format!(r#"{{"responses":[{{"for":"/*",{closed}]}}"#)),
            (r#"{"responses":[{"for":"/a","when":{"host":""},"status":200}]}"#, "{}".to_owned()),
            (
                r#"{"redirects":[{"from":"/a","to":"//","when":{"not":{"cookie":{"s":true}}}}]}"#,
                format!(r#"{{"responses":[{{"for":"/a",{closed}]}}"#),
            ),
            (r#"{"redirects":[{"from":"/a","to":"//","when":{"header":{"User-Agent":"x"}}}]}"#, "{}".to_owned()),
            (
                r#"{"rewrites":[{"from":"/a","to":"https://b/","status":403}]}"#,
                format!(r#"{{"responses":[{{"for":"/a",{closed}]}}"#),
            ),
            (
                r#"{"headers":[{"for":"/a","set":{"X A":"1","X-B":"2"},"remove":["**"]}]}"#,
                r#"{"headers":[{"for":"/a","set":{"X-B":"2"}}]}"#.to_owned(),
            ),
            (r#"{"headers":[{"for":"/a","set":{"X A":"1"}}]}"#, "{}".to_owned()),
            (r#"{"html":{"index":"a.html"},"html":{"index":"b.html"}}"#, r#"{"html":{"index":"a.html"}}"#.to_owned()),
            (r#"{"html":{"index":"a/b"}}"#, "{}".to_owned()),
        ] {
            let (left, parsed) = left(rules);
            assert_eq!(left, expected, "{rules}");
            assert!(parsed.findings.iter().all(|it| it.severity == Severity::Error), "{rules}");
            assert!(!parsed.findings.is_empty(), "{rules}");
        }
    }

    #[test]
    fn what_stays_keeps_its_line() {
        let (_, parsed) = left(
            r#"{"responses":[{"for":"/x","status":404},{"for":"/a","when":{"host":""},"status":401},{"for":"/y","status":410}],
                "redirects":[{"from":"/a","to":"//"},{"from":"/b","to":"/c"}]}"#,
        );
        let line = |place: &str| parsed.places.span(place).map(|span| span.line);
        let lines = ["responses[0]", "responses[1]", "responses[2]", "redirects[0]", "redirects[1]"].map(line);
        assert_eq!(lines, [Some(2), Some(1), Some(3), Some(2), None]);
        assert_eq!(parsed.findings.iter().map(|it| it.span.unwrap().line).collect::<Vec<_>>(), [1, 2]);
    }
}
