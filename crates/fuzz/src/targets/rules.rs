use selvedge::dialect::{Form, Options, Parsed, parse};
use selvedge::internal::compile_value;
use selvedge::lint::check;
use selvedge::sources::ParsedFile;
use selvedge::{Engine, Key, Platform, Target, Value, outline};

use crate::exchange::Exchange;
use crate::meter::Allowance;
use crate::{cases, judge};

pub(super) const TARGET: crate::Target = crate::Target {
    name: "rules",
    about: "any text as rules: read, checked, linted, compiled for every platform, asked for its own paths",
    max_len: 4096,
    seeds,
    prepare: || {},
    run,
    allowance: Allowance { once: 64 << 20, per_byte: 1 << 20 },
};

fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = parse(text, Form::Rules, &Options::new());
    if parsed.findings.is_empty() {
        use_on(parsed, &Platform::ALL);
    }
}

/// What is done with rules, wherever they come from.
pub(super) fn use_on(parsed: Parsed, platforms: &[Platform]) {
    let files = [ParsedFile { name: "rules", form: Form::Rules, parsed, site: None }];
    let rules = &files[0].parsed.rules;
    let key = Key::new("the same for each compilation")
        .unwrap_or_else(|error| panic!("broken: a key that is long enough: {error:?}"));
    for platform in platforms {
        let target = Target::from(*platform).with_key(key);
        let found = check(&files, Some(target));
        let outlined = outline(&files, target);
        match compile_value(rules, target) {
            Ok(plan) => {
                assert_eq!(outlined.map(|outline| outline.plan).as_ref(), Ok(&plan), "equal rules give equal bytes");
                ask_for_own_paths(plan, rules);
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                // Lines of a vendor's file that cannot be honoured cost themselves alone, and are named, or a setting does it.
                let named = outlined.map_or(true, |it| !it.left_out.is_empty() || it.missing_page.is_some());
                assert!(named, "refused, and no line is left out: {problems}");
                assert!(!found.is_empty(), "refused, and check finds nothing: {problems}");
            }
        }
    }
}

fn ask_for_own_paths(plan: Vec<u8>, rules: &Value) {
    // An expression may be too large for the reader.
    let Ok(engine) = Engine::from_plan(plan) else { return };
    let mut paths = vec!["/".to_owned()];
    collect_paths(rules, &mut paths);
    for path in paths.iter().take(12) {
        let text =
            format!("GET https://example.org{path}?a=1&b\nCookie: a=1\nAccept-Encoding: br\nAccept-Language: de\n");
        let Some(exchange) = Exchange::read(text.as_bytes()) else { continue };
        let outcome = exchange.pass(&engine);
        let sets_location = rules_text(rules).to_ascii_lowercase().contains("\"location\"");
        if let Some(location) = outcome.response.headers.get("location").filter(|_| !sets_location) {
            judge::location(location.as_bytes());
        }
    }
}

/// What patterns match: a character for each wildcard.
fn collect_paths(value: &Value, paths: &mut Vec<String>) {
    match value {
        Value::String(pattern) if pattern.starts_with(['/', '*']) => {
            let mut path = String::new();
            let mut rest = pattern.as_str();
            while let Some(c) = rest.chars().next() {
                let name =
                    rest[c.len_utf8()..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(rest.len(), |at| at + 1);
                path.push(if c == '*' || c == ':' { 'x' } else { c });
                rest = &rest[if c == ':' { name } else { c.len_utf8() }..];
            }
            paths.push(if path.starts_with('/') { path } else { format!("/{path}") });
        }
        Value::Array(items) => items.iter().for_each(|item| collect_paths(item, paths)),
        Value::Object(members) => members.iter().for_each(|(_, member)| collect_paths(member, paths)),
        _ => {}
    }
}

fn rules_text(rules: &Value) -> String {
    serde_json::to_string(rules).unwrap_or_default()
}

fn seeds() -> Vec<Vec<u8>> {
    cases::rules().map(String::into_bytes).filter(|rules| rules.len() < 600).step_by(3).collect()
}
