//! What to do about ordinary mistakes in rules of one's own. The compiler says what is wrong; there is no room in it for more.

use crate::diagnostic::Diagnostic;

/// What to write, where the shape of a value says what was meant.
pub(super) fn more_help(problem: &Diagnostic) -> Option<&'static str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn help(code: &'static str, place: &str, message: &str) -> Option<&'static str> {
        let (place, message) = (place.to_owned(), message.to_owned());
        more_help(&Diagnostic { code, place, message, help: String::new() })
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
}
