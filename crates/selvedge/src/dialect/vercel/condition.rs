//! `has` and `missing`: what must hold of the request.

use super::member;
use super::source::{Split, regex_of};
use crate::rules::Value;

/// The request header in which Vercel tells the country, <https://vercel.com/docs/headers/request-headers>: what viewers send under
/// this name does not count there.
const COUNTRY: &str = "x-vercel-ip-country";

/// As many items of one list are taken: the schema of @vercel/routing-utils.
const MAX_ITEMS: usize = 16;

/// Conditions as a rule has them, and the names that destinations may use.
#[derive(Clone, Default)]
pub(super) struct Condition {
    pub(super) when: Option<Value>,
    /// Names, and the facts they are.
    pub(super) facts: Vec<(String, String)>,
}

/// Reads the two lists. The error says what cannot be honoured, with the place of the item.
pub(super) fn read(has: Option<&Value>, missing: Option<&Value>) -> Result<Condition, (String, String)> {
    let mut all = Conjunction::default();
    let mut facts = Vec::new();
    for (list, name) in [(has, "has"), (missing, "missing")] {
        match list {
            None => {}
            Some(Value::Array(items)) if items.len() <= MAX_ITEMS => {}
            Some(Value::Array(_)) => return Err((name.to_owned(), format!("Vercel takes {MAX_ITEMS} conditions"))),
            Some(_) => return Err((name.to_owned(), "expected a list: write [ … ] around it".to_owned())),
        }
    }
    for (item, place) in items(has, "has") {
        let one = One::read(item).map_err(|error| (place, error))?;
        if let (Some(key), true) = (&one.key, one.names_itself) {
            facts.push((key.clone(), format!("{}.{key}", one.kind)));
        }
        if one.kind == "host" {
            facts.push(("host".to_owned(), "host".to_owned()));
        }
        let groups = one.groups();
        all.none.extend(one.spared().map(object));
        if all.must(one) {
            facts.extend(groups.into_iter().map(|name| (name.clone(), name)));
        }
    }
    for (item, place) in items(missing, "missing") {
        all.must_not(One::read(item).map_err(|error| (place, error))?);
    }
    Ok(Condition { when: all.finish(), facts })
}

/// Whether an item looks at the host.
pub(super) fn is_by_host(item: &Value) -> bool {
    conditions(item).any(|one| member(one, "type") == Some(&Value::String("host".to_owned())))
}

/// Whether an item looks at the country.
pub(super) fn is_by_country(item: &Value) -> bool {
    conditions(item).any(|one| One::read(one).is_ok_and(|one| one.kind == "country"))
}

fn conditions(item: &Value) -> impl Iterator<Item = &Value> {
    ["has", "missing"].into_iter().flat_map(|name| items(member(item, name), name)).map(|(one, _)| one)
}

fn items<'v>(list: Option<&'v Value>, name: &str) -> Vec<(&'v Value, String)> {
    match list {
        Some(Value::Array(items)) => {
            items.iter().enumerate().map(|(at, item)| (item, format!("{name}[{at}]"))).collect()
        }
        _ => Vec::new(),
    }
}

/// One item: a test on one thing.
#[derive(Clone)]
struct One {
    kind: String,
    key: Option<String>,
    test: Value,
    /// None of these may hold besides: lookaheads of its expression.
    but: Vec<Value>,
    /// The test is to fail.
    not: bool,
    /// Without a value: its name stands for what is there.
    names_itself: bool,
}

impl One {
    fn read(item: &Value) -> Result<One, String> {
        let text = |name: &str| match member(item, name) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => None,
        };
        let kind = text("type").unwrap_or_default();
        let by_name = kind != "host";
        let Value::Object(members) = item else { return Err("expected { \"type\": … }".to_owned()) };
        let is_known = |name: &str| ["type", "value"].contains(&name) || (name == "key" && by_name);
        if let Some((name, _)) = members.iter().find(|(name, _)| !is_known(name)) {
            return Err(format!("Vercel refuses {name:?} in a condition of the type {kind:?}"));
        }
        let key = match kind.as_str() {
            "host" => None,
            "header" | "cookie" | "query" => Some(text("key").ok_or("\"key\" is missing")?),
            _ => {
                return Err(format!(
                    "there is no condition of the type {kind:?}: there are host, header, cookie and query"
                ));
            }
        };
        let value = member(item, "value");
        if value.is_none() && !by_name {
            return Err("\"value\" is missing".to_owned());
        }
        let names_itself = value.is_none();
        let mut but = Vec::new();
        let (test, not) = match value {
            None => (Value::Bool(true), false),
            Some(Value::String(text)) => (test_of(text, &mut but)?, false),
            Some(Value::Object(members)) => operator(members, &mut but)?,
            Some(_) => return Err("\"value\" is a text or an object".to_owned()),
        };
        let is_country = key.as_ref().is_some_and(|key| kind == "header" && key.eq_ignore_ascii_case(COUNTRY));
        Ok(match countries(&test).filter(|_| is_country && but.is_empty()) {
            Some(test) => One { kind: "country".to_owned(), key: None, test, but, not, names_itself },
            None => One { kind, key, test, but, not, names_itself },
        })
    }

    /// What is not to hold for it to hold.
    fn spared(&self) -> impl Iterator<Item = One> {
        self.but.iter().map(|test| One { test: test.clone(), but: Vec::new(), ..self.clone() })
    }

    /// The named groups of its expression, which a rule captures.
    fn groups(&self) -> Vec<String> {
        let Some(Value::String(regex)) = member(&self.test, "regex") else { return Vec::new() };
        let regex = regex_lite::Regex::new(regex).ok().filter(|_| !self.not);
        let names = |regex: regex_lite::Regex| regex.capture_names().flatten().map(str::to_owned).collect();
        regex.map(names).unwrap_or_default()
    }

    /// As members of `when`.
    fn members(self) -> (String, Value) {
        match self.key {
            Some(key) => (self.kind, Value::Object(vec![(key, self.test)])),
            None => (self.kind, self.test),
        }
    }
}

/// The countries that a test of [`COUNTRY`] is for, if it compares codes.
fn countries(test: &Value) -> Option<Value> {
    let is_code = |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let all_codes = |codes: &[Value]| codes.iter().all(|code| matches!(code, Value::String(code) if is_code(code)));
    match test {
        Value::Bool(_) => Some(test.clone()),
        Value::String(code) if is_code(code) => Some(test.clone()),
        Value::Array(codes) if all_codes(codes) => Some(test.clone()),
        Value::Object(_) => {
            let Some(Value::String(regex)) = member(test, "regex") else { return None };
            let inside = regex.strip_prefix("^(?:")?.strip_suffix(")$")?;
            let inside = inside.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).unwrap_or(inside);
            let codes: Vec<Value> =
                inside.trim_start_matches("?:").split('|').map(|code| Value::String(code.to_owned())).collect();
            all_codes(&codes).then_some(Value::Array(codes))
        }
        _ => None,
    }
}

/// A text, or an expression that the whole value matches; `but` for its lookaheads.
fn test_of(text: &str, but: &mut Vec<Value>) -> Result<Value, String> {
    // In a host or a file name a dot is meant as one.
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " -_./:@=,;%&~'\"<>!#".contains(c));
    if is_plain { Ok(Value::String(text.to_owned())) } else { expression(text, but) }
}

fn expression(text: &str, but: &mut Vec<Value>) -> Result<Value, String> {
    let Some(split) = Split::of(text) else { return regex_of(&format!("^(?:{text})$")) };
    for out in &split.taken_out {
        but.push(regex_of(&out.regex())?);
    }
    regex_of(&format!("^(?:{})$", split.kept))
}

/// `{ "pre": "a" }` and the like; whether the test is to fail.
fn operator(members: &[(String, Value)], but: &mut Vec<Value>) -> Result<(Value, bool), String> {
    let [(name, value)] = members else { return Err("a value with several operators".to_owned()) };
    let text = || match value {
        Value::String(text) => Ok(Value::String(text.clone())),
        _ => Err(format!("{name:?} of something else than a text")),
    };
    let texts = || match value {
        Value::Array(items) if items.iter().all(|item| matches!(item, Value::String(_))) => Ok(value.clone()),
        _ => Err(format!("{name:?} of something else than a list of texts")),
    };
    let part = |name: &str| -> Result<Value, String> { Ok(Value::Object(vec![(name.to_owned(), text()?)])) };
    match name.as_str() {
        "eq" => Ok((text()?, false)),
        "neq" => Ok((text()?, true)),
        "inc" => Ok((texts()?, false)),
        "ninc" => Ok((texts()?, true)),
        "pre" => Ok((part("prefix")?, false)),
        "suf" => Ok((part("suffix")?, false)),
        "re" => match value {
            Value::String(regex) => Ok((expression(regex, but)?, false)),
            _ => Err("\"re\" of something else than a text".to_owned()),
        },
        _ => Err(format!("the operator {name:?}")),
    }
}

#[derive(Default)]
struct Conjunction {
    members: Vec<(String, Value)>,
    /// None of these may hold.
    none: Vec<Value>,
}

impl Conjunction {
    /// Whether the test stands where its groups are captured.
    fn must(&mut self, one: One) -> bool {
        if one.not {
            self.none.push(object(One { not: false, ..one }));
            return false;
        }
        let (kind, test) = one.members();
        let known = self.members.iter_mut().find(|(known, _)| *known == kind);
        match (known, test) {
            (None, test) => self.members.push((kind, test)),
            (Some((_, Value::Object(known))), Value::Object(test))
                if test.iter().all(|(key, _)| known.iter().all(|(other, _)| other != key)) =>
            {
                known.extend(test);
            }
            // Two tests of one thing: a second object, by a double negation.
            (Some(_), test) => {
                self.none.push(not(Value::Object(vec![(kind, test)])));
                return false;
            }
        }
        true
    }

    fn must_not(&mut self, one: One) {
        let negated = one.not;
        let spared: Vec<Value> = one.spared().map(object).collect();
        let mut test = object(one);
        if let Value::Object(members) = &mut test {
            members.extend(none_of(spared).map(|none| ("not".to_owned(), none)));
        }
        self.none.push(if negated { not(test) } else { test });
    }

    fn finish(mut self) -> Option<Value> {
        self.members.extend(none_of(self.none).map(|none| ("not".to_owned(), none)));
        (!self.members.is_empty()).then_some(Value::Object(self.members))
    }
}

/// What `not` is given, so that none of these holds.
fn none_of(mut tests: Vec<Value>) -> Option<Value> {
    match tests.len() {
        0 | 1 => tests.pop(),
        _ => Some(Value::Object(vec![("any".to_owned(), Value::Array(tests))])),
    }
}

fn object(one: One) -> Value {
    let (kind, test) = one.members();
    Value::Object(vec![(kind, test)])
}

fn not(value: Value) -> Value {
    Value::Object(vec![("not".to_owned(), value)])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn when(has: &str, missing: &str) -> String {
        let [has, missing] = [has, missing].map(|text| Value::from_json(text).unwrap());
        match read(Some(&has), Some(&missing)) {
            Ok(condition) => serde_json::to_string(&condition.when).unwrap(),
            Err((place, error)) => format!("{place}: {error}"),
        }
    }

    #[test]
    fn all_of_has_and_none_of_missing() {
        assert_eq!(
            when(
                r#"[{ "type": "host", "value": "app.example.com" }, { "type": "cookie", "key": "a" },
                    { "type": "cookie", "key": "b", "value": "1|2" }]"#,
                r#"[{ "type": "header", "key": "X-A" }]"#
            ),
            r#"{"host":"app.example.com","cookie":{"a":true,"b":{"regex":"^(?:1|2)$"}},"not":{"header":{"X-A":true}}}"#
        );
        assert_eq!(
            when("[]", r#"[{ "type": "query", "key": "a" }, { "type": "query", "key": "b", "value": "x" }]"#),
            r#"{"not":{"any":[{"query":{"a":true}},{"query":{"b":"x"}}]}}"#
        );
        assert_eq!(
            when(
                r#"[{ "type": "query", "key": "a" }, { "type": "query", "key": "a", "value": { "neq": "x" } }]"#,
                "[]"
            ),
            r#"{"query":{"a":true},"not":{"query":{"a":"x"}}}"#
        );
        assert_eq!(
            when(
                r#"[{ "type": "query", "key": "a", "value": { "pre": "x" } }, { "type": "query", "key": "a" }]"#,
                "[]"
            ),
            r#"{"query":{"a":{"prefix":"x"}},"not":{"not":{"query":{"a":true}}}}"#
        );
    }

    #[test]
    fn a_lookahead_is_a_test_that_fails() {
        let host = r#"[{ "type": "host", "value": "(?!www\\.|app\\.).*" }]"#;
        let (kept, out) = (r#"{"regex":"^(?:.*)$"}"#, r#"{"regex":"^(?:www\\.|app\\.)"}"#);
        assert_eq!(when(host, "[]"), format!(r#"{{"host":{kept},"not":{{"host":{out}}}}}"#));
        assert_eq!(when("[]", host), format!(r#"{{"not":{{"host":{kept},"not":{{"host":{out}}}}}}}"#));
        let twice = r#"[{ "type": "query", "key": "a", "value": { "re": "(?!x)(?!y).+" } }]"#;
        let outs = r#"{"any":[{"query":{"a":{"regex":"^(?:x)"}}},{"query":{"a":{"regex":"^(?:y)"}}}]}"#;
        assert_eq!(when(twice, "[]"), format!(r#"{{"query":{{"a":{{"regex":"^(?:.+)$"}}}},"not":{outs}}}"#));
    }

    #[test]
    fn what_cannot_be_honoured_is_said() {
        assert!(
            when(r#"[{ "type": "query", "key": "a", "value": { "gt": 1 } }]"#, "[]").contains("has[0]: the operator")
        );
        assert!(when(r#"[{ "type": "header" }]"#, "[]").contains("\"key\" is missing"));
        // By the schema of @vercel/routing-utils 6.6.0.
        for has in [
            r#"[{ "type": "host" }]"#,
            r#"[{ "type": "host", "value": "x", "key": "y" }]"#,
            r#"[{ "type": "cookie", "key": "a", "valu": "b" }]"#,
            r#"[{ "type": "cookie", "key": "a", "value": null }]"#,
            r#"[{ "type": "cookie", "key": "a", "value": { "inc": "b" } }]"#,
            r#"{ "type": "cookie", "key": "a" }"#,
            r#"["a"]"#,
            "null",
        ] {
            assert!(when(has, "[]").starts_with("has"), "{has}: {}", when(has, "[]"));
        }
        let many = |count: usize| format!("[{}]", vec![r#"{ "type": "cookie", "key": "a" }"#; count].join(","));
        assert!(when("[]", &many(17)).starts_with("missing: ") && !when("[]", &many(16)).starts_with("missing"));
        assert!(when("[]", r#"[{ "type": "header", "key": "a", "value": "(?<!x)y" }]"#).starts_with("missing[0]: "));
    }
}
