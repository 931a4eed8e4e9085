//! What to do about ordinary mistakes in rules of one's own. The compiler says what is wrong; there is no room in it for more.

use crate::diagnostic::Diagnostic;
use crate::rules::Value;

/// What to write, where the shape of a value says what was meant; `rule` is the one that it is in.
pub(super) fn more_help(problem: &Diagnostic, rule: Option<&Value>) -> Option<&'static str> {
    let Diagnostic { code, place, message, .. } = problem;
    let member = place.split(['[', '.']).next()?;
    if *code == "unknown-field" {
        let name = place.rsplit(['.', '"']).find(|part| !part.is_empty() && *part != "]")?;
        return match member {
            "headers" if name.contains('-') => Some("write it into \"set\": { \"Name\": \"value\" }"),
            "redirects" | "rewrites" if name.starts_with('/') => {
                Some("write a list: [{ \"from\": \"/a\", \"to\": \"/b\" }]")
            }
            _ => None,
        };
    }
    if let Some(help) = rule.and_then(|rule| meant(problem, rule)) {
        return Some(help);
    }
    if !message.starts_with("expected an object") {
        return None;
    }
    if place == "rules" {
        return Some("write { \"redirects\": [{ \"from\": \"/a\", \"to\": \"/b\" }] }, or another kind of rules");
    }
    if place.ends_with(".when") {
        return Some("write { \"country\": \"DE\" }, or another condition");
    }
    if place.ends_with(".set") || place.ends_with(".append") || place.ends_with(".default") {
        return Some("write { \"Name\": \"value\" }");
    }
    Some(match member {
        "redirects" | "rewrites" => "write { \"from\": \"/a\", \"to\": \"/b\" }",
        "origins" if place.ends_with(".to") => "write { \"custom\": { \"domainName\": \"api.example.com\" } }",
        "origins" if place.ends_with(".s3") => "write { \"domainName\": \"bucket.s3.eu-central-1.amazonaws.com\" }",
        "headers" => "write { \"for\": \"/*\", \"set\": { \"Name\": \"value\" } }",
        "precompressed" => "write { \"for\": [\"*.js\", \"*.css\"], \"encodings\": [\"br\", \"gzip\"] }",
        "html" => "write { \"index\": \"index.html\" }",
        _ => return None,
    })
}

/// What a word was meant to be.
fn meant(problem: &Diagnostic, rule: &Value) -> Option<&'static str> {
    let member = problem.place.rsplit('.').next()?.split('[').next()?;
    match (member, rule.member(member)?) {
        ("status", Value::String(word)) => match word.to_ascii_lowercase().as_str() {
            "permanent" | "moved" => Some("write 301, or 308 to keep the method and the body"),
            "temporary" | "temp" | "found" => Some("write 302, or 307 to keep the method and the body"),
            _ => None,
        },
        ("from" | "for" | "except", patterns) if problem.message.ends_with("not the query") => {
            let texts = match patterns {
                Value::Array(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            let is_optional = |segment: &str| segment.starts_with(':') && segment.ends_with('?');
            let is_it = |text: &Value| matches!(text, Value::String(text) if text.split('/').any(is_optional));
            texts.iter().any(is_it).then_some("a name is always there: write a list of both, [\"/a\", \"/a/:id\"]")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(code: &'static str, place: &str, message: &str) -> Option<&'static str> {
        let (place, message) = (place.to_owned(), message.to_owned());
        more_help(&Diagnostic { code, place, message, help: String::new() }, None)
    }

    #[test]
    fn shapes_say_what_was_meant() {
        let object = "expected an object, found a list";
        for (code, place, message, said) in [
            ("invalid-value", "rules", object, "\"redirects\": [{"),
            ("invalid-value", "redirects[0]", object, "\"from\": \"/a\""),
            ("invalid-value", "origins[0].to", object, "domainName"),
            ("invalid-value", "redirects[0].when", object, "country"),
            ("invalid-value", "headers[0].set", object, "\"Name\""),
            ("unknown-field", "headers[0][\"X-A\"]", "unknown field", "\"set\""),
            ("unknown-field", "redirects[\"/a\"]", "unknown field", "write a list"),
        ] {
            let told = help(code, place, message);
            assert!(told.is_some_and(|help| help.contains(said)), "{place}: {told:?}");
        }
        assert_eq!(help("unknown-field", "headers[0].form", "unknown field"), None);
        assert_eq!(help("invalid-value", "redirects[0].to", "a target begins with a slash"), None);
    }

    #[test]
    fn words_say_what_was_meant() {
        use crate::dialect::{Form, Options};
        use crate::sources::{RuleFile, problems};
        for (rule, said) in [
            (r#""from": "/a", "to": "/b", "status": "permanent""#, "write 301, or 308"),
            (r#""from": "/a", "to": "/b", "status": "Temporary""#, "write 302, or 307"),
            (r#""from": "/a", "to": "/b", "status": "301""#, "without quotes"),
            (r#""from": "/a/:id?", "to": "/b""#, "a name is always there"),
            (r#""from": ["/x", "/a/:id?/c"], "to": "/b""#, "a name is always there"),
            (r#""from": "/a?b", "to": "/b""#, "\"query\""),
        ] {
            let text = format!("{{ \"redirects\": [{{ {rule} }}] }}");
            let file = RuleFile { name: "rules.json", text: &text, form: Form::Rules }.parse(&Options::new());
            let found = problems(&[file], None);
            assert!(found.iter().any(|found| found.finding.help.contains(said)), "{rule}: {found:?}");
        }
    }
}
