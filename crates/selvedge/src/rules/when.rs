//! Reading `when`.

use super::Value;
use super::condition::{Condition, Match};
use super::fields::Fields;
use super::grammar::{check_regex, check_token};
use super::pattern::split_name;
use super::read::Node;
use super::status_range::StatusRange;
use super::subject::{Subject, Values, canonical, read_cidr};

/// How deep `any` and `not` may nest.
const MAX_DEPTH: usize = 16;

/// Which part of the exchange a rule sees.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Sees {
    /// The request, and the help says how to see the response.
    Request(&'static str),
    /// The request and the response.
    Response,
}

/// For kinds that only ever act on requests.
pub(crate) const REQUEST_ONLY: Sees = Sees::Request("this kind of rule acts before there is a response");

/// Reads the member `when`.
pub(crate) fn read_when(fields: &mut Fields<'_>, sees: Sees) -> Option<Condition> {
    let node = fields.take("when")?;
    // An empty object holds always; inside `any` or `not` it is a mistake.
    if matches!(node.value, Value::Object(members) if members.is_empty()) {
        return None;
    }
    read_conditions(&node, sees, 1)
}

fn read_conditions(node: &Node<'_>, sees: Sees, depth: usize) -> Option<Condition> {
    if depth > MAX_DEPTH {
        node.error(format_args!("conditions nest deeper than {MAX_DEPTH} levels"), "split the rule into several");
        return None;
    }
    let mut fields = node.object()?;
    let mut all = Vec::new();
    for (name, subject) in Subject::PLAIN {
        if let Some(value) = fields.take_given(name) {
            all.extend(read_test(&value, &subject));
            check_visible(&value, &subject, sees);
        }
    }
    for (name, named) in Subject::NAMED {
        let Some(record) = fields.take_given(name) else { continue };
        let headers = name == "header" || name == "responseHeader";
        let same: fn(&str) -> String = if headers { str::to_ascii_lowercase } else { str::to_owned };
        let mut empty = true;
        for (key, value) in record.record("an object of names and values", same) {
            empty = false;
            if name != "query" {
                check_token(&value, key, if headers { "a header name" } else { "a cookie name" });
            }
            let subject = named(same(key));
            check_visible(&value, &subject, sees);
            all.extend(read_test(&value, &subject));
        }
        if empty && matches!(record.value, Value::Object(_)) {
            record.error("empty condition", "name what to compare, or leave the field out");
        }
    }
    if let Some(list) = fields.take_given("any") {
        let any = list.some_items().filter_map(|item| read_conditions(&item, sees, depth + 1)).collect();
        all.extend(Condition::any(any));
    }
    if let Some(not) = fields.take_given("not") {
        all.extend(read_conditions(&not, sees, depth + 1).map(|condition| Condition::Not(Box::new(condition))));
    }
    if matches!(node.value, Value::Object(members) if members.is_empty()) {
        node.error("empty condition", "say what must hold, or remove it");
    }
    Condition::all(all)
}

fn check_visible(node: &Node<'_>, subject: &Subject, sees: Sees) {
    if let Sees::Request(help) = sees
        && subject.is_response()
    {
        node.error("reads the response (its status or headers), and only the request is visible here", help);
    }
}

fn read_test(node: &Node<'_>, subject: &Subject) -> Option<Condition> {
    let test = |test| Some(Condition::Test { subject: subject.clone(), test });
    let about = subject.about();
    match about.values {
        Values::Addresses => {
            let ranges = node.some_items().filter_map(|item| read_cidr(&item)).collect();
            return test(Match::Cidr(ranges));
        }
        Values::Statuses => {
            let ranges = node.some_items().filter_map(|item| StatusRange::read(&item)).collect();
            return test(Match::Status(ranges));
        }
        Values::Text | Values::Words => {}
    }
    if let Value::Bool(present) = node.value {
        if about.always {
            node.error("always present", "compare it with a value");
        }
        return test(Match::Present(*present));
    }
    let mut equal = Vec::new();
    let mut any = Vec::new();
    for item in node.some_items() {
        match item.value {
            Value::String(text) if *subject == Subject::Host && has_name(text) => {
                any.extend(host_pattern(&item, text).and_then(test));
            }
            Value::String(text) => equal.extend(canonical(&item, subject, text)),
            Value::Object(_) if about.values == Values::Text => any.extend(read_parts(&item, subject)),
            Value::Number(_) => item.expected(what(about.values), "write it in quotes"),
            _ => item.expected(what(about.values), ""),
        }
    }
    if !equal.is_empty() {
        any.extend(test(Match::Equal(equal)));
    }
    Condition::any(any)
}

/// Whether a host has a `:name`, and not just a port.
fn has_name(host: &str) -> bool {
    // The colons of an IPv6 address are in brackets.
    !host.starts_with('[') && host.split(':').skip(1).any(|after| !split_name(after).0.is_empty())
}

/// `:tenant.example.com` as an expression: a name is one or more characters of a label.
fn host_pattern(node: &Node<'_>, text: &str) -> Option<Match> {
    let mut regex = "^".to_owned();
    // As a host without names.
    let mut shape = String::new();
    for (number, piece) in text.split(':').enumerate() {
        let (name, literal) = if number == 0 { ("", piece) } else { split_name(piece) };
        if !name.is_empty() {
            regex.push_str(&format!("(?<{name}>[^.]+)"));
            shape.push('x');
        } else if number > 0 {
            // A port does not count.
            shape.push(':');
        }
        if !shape.contains(':') {
            let literal = literal.strip_prefix("*.").map_or(literal, |rest| {
                regex.push_str(r".+\.");
                rest
            });
            regex.push_str(&literal.to_ascii_lowercase().replace('.', r"\."));
        }
        shape.push_str(literal);
    }
    canonical(node, &Subject::Host, &shape)?;
    regex.push('$');
    check_regex(node, &regex)?;
    Some(Match::Regex(regex))
}

/// `{ "prefix" | "suffix" | "contains" | "regex": … }`: all that are given must hold, each for one of its list.
fn read_parts(node: &Node<'_>, subject: &Subject) -> Option<Condition> {
    let mut fields = node.object()?;
    let mut all = Vec::new();
    for (name, kind) in [
        ("prefix", Match::Prefix as fn(String) -> Match),
        ("suffix", Match::Suffix),
        ("contains", Match::Contains),
        ("regex", Match::Regex),
    ] {
        let Some(value) = fields.take_given(name) else { continue };
        let mut any = Vec::new();
        for item in value.some_items() {
            let Some(text) = item.string("a string") else { continue };
            if name == "regex" {
                check_regex(&item, text);
            }
            let lower = *subject == Subject::Host && name != "regex";
            let text = if lower { text.to_ascii_lowercase() } else { text.to_owned() };
            any.push(Condition::Test { subject: subject.clone(), test: kind(text) });
        }
        all.extend(Condition::any(any));
    }
    if matches!(node.value, Value::Object(members) if members.is_empty()) {
        node.error("empty comparison", "give \"prefix\", \"suffix\", \"contains\" or \"regex\"");
    }
    Condition::all(all)
}

fn what(values: Values) -> &'static str {
    if values == Values::Text {
        "a string, a list of strings, true, false or { \"prefix\" | \"suffix\" | \"contains\" | \"regex\": … }"
    } else {
        "a string or a list of strings"
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, problems, rules};

    fn document(when: &str) -> String {
        format!(r#"{{ "languages": ["en", "de-AT"], "headers": [{{ "set": {{ "A": "b" }}, "when": {when} }}] }}"#)
    }

    fn condition(when: &str) -> Condition {
        rules(&document(when)).headers.remove(0).when.unwrap()
    }

    fn test(subject: Subject, test: Match) -> Condition {
        Condition::Test { subject, test }
    }

    fn equal(values: &[&str]) -> Match {
        Match::Equal(values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn values_take_every_shape() {
        let x = || Subject::Query("x".to_owned());
        for (value, expected) in [
            (r#""a""#, test(x(), equal(&["a"]))),
            (r#"["a", ""]"#, test(x(), equal(&["a", ""]))),
            ("true", test(x(), Match::Present(true))),
            ("false", test(x(), Match::Present(false))),
            (r#"{ "prefix": "a" }"#, test(x(), Match::Prefix("a".to_owned()))),
            (r#"{ "regex": "^a" }"#, test(x(), Match::Regex("^a".to_owned()))),
            (
                r#"{ "contains": ["a", "b"], "suffix": "c" }"#,
                Condition::All(vec![
                    test(x(), Match::Suffix("c".to_owned())),
                    Condition::Any(vec![
                        test(x(), Match::Contains("a".to_owned())),
                        test(x(), Match::Contains("b".to_owned())),
                    ]),
                ]),
            ),
        ] {
            assert_eq!(condition(&format!(r#"{{ "query": {{ "x": {value} }} }}"#)), expected, "{value}");
        }
    }

    #[test]
    fn values_are_compared_in_one_spelling() {
        for (when, expected) in [
            (
                r#"{ "host": ["WWW.Example.com:8080", "*.b.com"] }"#,
                test(Subject::Host, equal(&["www.example.com", "*.b.com"])),
            ),
            (r#"{ "scheme": "HTTPS" }"#, test(Subject::Scheme, equal(&["https"]))),
            (r#"{ "method": ["get", "HEAD"] }"#, test(Subject::Method, equal(&["GET", "HEAD"]))),
            (r#"{ "country": "de" }"#, test(Subject::Country, equal(&["DE"]))),
            (r#"{ "language": "DE-at" }"#, test(Subject::Language, equal(&["de-AT"]))),
            (r#"{ "device": "mobile" }"#, test(Subject::Device, equal(&["mobile"]))),
            (r#"{ "header": { "X-A": "B" } }"#, test(Subject::Header("x-a".to_owned()), equal(&["B"]))),
            (r#"{ "cookie": { "Sid": "B" } }"#, test(Subject::Cookie("Sid".to_owned()), equal(&["B"]))),
            (
                r#"{ "status": [404, "5xx"] }"#,
                test(
                    Subject::Status,
                    Match::Status(vec![StatusRange { first: 404, last: 404 }, StatusRange { first: 500, last: 599 }]),
                ),
            ),
        ] {
            assert_eq!(condition(when), expected, "{when}");
        }
    }

    #[test]
    fn all_any_and_not_combine() {
        let host = |name: &str| test(Subject::Host, equal(&[name]));
        assert_eq!(
            condition(r#"{ "host": "a", "any": [{ "host": "b" }, { "host": "c" }], "not": { "host": "d" } }"#),
            Condition::All(vec![
                host("a"),
                Condition::Any(vec![host("b"), host("c")]),
                Condition::Not(Box::new(host("d"))),
            ])
        );
    }

    #[test]
    fn refuses_what_can_never_be_meant() {
        for (when, place, message) in [
            (r#"{ "hots": "a" }"#, ".hots", "did you mean \"host\""),
            (r#"{ "host": "https://a.com" }"#, ".host", "without scheme"),
            (r#"{ "host": "a.*.com" }"#, ".host", "at the beginning"),
            (r#"{ "scheme": "ftp" }"#, ".scheme", "is not a scheme"),
            (r#"{ "method": "GE T" }"#, ".method", "is not a method"),
            (r#"{ "country": "Germany" }"#, ".country", "two letters"),
            (r#"{ "country": "UK" }"#, ".country", "\"GB\""),
            (r#"{ "language": "fr" }"#, ".language", "not one of the site's"),
            (r#"{ "device": "mobil" }"#, ".device", "did you mean \"mobile\""),
            (r#"{ "ip": "10.0.0.0/33" }"#, ".ip", "32 bits"),
            (r#"{ "ip": [] }"#, ".ip", "empty list"),
            (r#"{ "status": 99 }"#, ".status", "from 100 to 599"),
            (r#"{ "status": "6xx" }"#, ".status", "from 100 to 599"),
            (r#"{ "query": { "a": 1 } }"#, ".query[\"a\"]", "write it in quotes"),
            (r#"{ "host": null }"#, "", "\"host\" is null"),
            (r#"{ "query": { "a": null } }"#, ".query[\"a\"]", "found null"),
            (r#"{ "query": { "a": { "prefix": null } } }"#, ".query[\"a\"]", "\"prefix\" is null"),
            (r#"{ "query": {} }"#, ".query", "empty condition"),
            (r#"{ "query": { "a": { "regex": "(" } } }"#, ".query[\"a\"].regex", "invalid regular expression"),
            (r#"{ "query": { "a": {} } }"#, ".query[\"a\"]", "empty comparison"),
            (r#"{ "cookie": { "a b": "c" } }"#, ".cookie[\"a b\"]", "is not a cookie name"),
            (r#"{ "header": { "a": "b", "A": "c" } }"#, ".header", "given twice"),
            (r#"{ "any": [] }"#, ".any", "empty list"),
            (r#"{ "any": [{}] }"#, ".any[0]", "empty condition"),
            (r#"{ "not": {} }"#, ".not", "empty condition"),
        ] {
            assert_problem(&document(when), &format!("headers[0].when{place}"), message);
        }
        assert_problem(
            r#"{ "headers": [{ "set": { "A": "b" }, "when": { "language": "de" } }] }"#,
            "headers[0].when.language",
            "add \"languages\"",
        );
    }

    #[test]
    fn nests_sixteen_levels() {
        let nested =
            |levels: usize| format!("{}{}{}", r#"{"not":"#.repeat(levels), r#"{"host":"a"}"#, "}".repeat(levels));
        condition(&nested(15));
        let found = problems(&document(&nested(16)));
        assert!(found.iter().any(|problem| problem.contains("deeper than 16 levels")), "{found:?}");
    }
}
