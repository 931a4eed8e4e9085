#![allow(clippy::unwrap_used)]

use super::path::Spelled;
use super::*;

fn patterns(text: &str) -> String {
    let path = Pcre::new(text, false).and_then(|pcre| pcre.path("/"));
    match path {
        Err(message) => format!("! {message}"),
        Ok(path) => {
            let each = path.patterns.iter().map(|pattern| match pattern {
                Spelled::Path(text) => text.clone(),
                Spelled::Regex(text) => format!("~{text}"),
            });
            each.collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
fn what_paths_can_say_is_said_as_paths() {
    for (text, expected) in [
        ("^old$", "/old"),
        ("^old/?$", "/old /old/"),
        (r"^old\.html$", "/old.html"),
        ("^old/(.*)$", "/old/*"),
        ("^old/(.*)", "/old/*"),
        ("^(.*)$", "/*"),
        ("^", "/*"),
        (".*", "/*"),
        ("^old", "/old*"),
        ("^old/", "/old/*"),
    ] {
        assert_eq!(patterns(text), expected, "{text}");
    }
}

#[test]
fn the_rest_are_expressions_of_the_normalised_path() {
    for (text, expected) in [
        ("^a/([0-9]+)$", r"~^/a/([0-9]+)$"),
        (r"old\.php$", r"~^/.*?old\.php$"),
        ("^a b$", "~^/a%20b$"),
        ("^é$", "~^/%C3%A9$"),
        ("^a,b$", "~^/a(?:,|%2C)b$"),
        ("^([^/]+)/(.*)x$", "~^/([^/]+)/(.*)x$"),
        ("^(.*)20$", "~^/((?:%[0-9A-F]{2}|[^%])*)20$"),
        ("^a.b$", "~^/a(?:%[0-9A-F]{2}|[^%])b$"),
        ("a|b", "~^/.*?(?:a|b)"),
    ] {
        assert_eq!(patterns(text), expected, "{text}");
    }
}

#[test]
fn what_rules_do_not_have_is_refused() {
    for text in [
        "^(?!a)", "(?<=a)b", r"(a)\1", "a++", "(?>a)", "(?i:a)", r"\bword", "(a", "a)", "[a", "*", "a{2}{3}", "(^a|b)",
        "é+[é]",
    ] {
        assert!(patterns(text).starts_with('!'), "{text}: {}", patterns(text));
    }
}

#[test]
fn a_host_is_compared_as_it_is() {
    let text = |text: &str| Pcre::new(text, true).unwrap().text().unwrap();
    assert_eq!(text(r"^www\.(.+)$"), r"(?i)^www\.((?s:.)+)$");
    assert_eq!(Pcre::new(r"^www\.example\.org$", false).unwrap().only().as_deref(), Some("www.example.org"));
}
