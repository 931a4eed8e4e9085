//! `foreign-syntax`: patterns and targets in another tool's spelling, which is literal text here.

mod spellings;

use spellings::{braces, bracketed, dollar, escaped_digit, group, quantified};

use crate::analysis::scopes::each_scope;
use crate::analysis::texts::{Kind, each_text};
use crate::rules::{Match, Model, Pattern, Subject, Value};
use crate::sources::Report;

/// The signs without which nothing is another spelling.
const SIGNS: &[u8] = b"^$:(*+{[<|\\";

pub(super) fn check(written: &Value, rules: &Model, report: &mut Report<'_>) {
    each_text(written, &mut |kind, text, place| {
        // Of a list of a million rows hardly any has one.
        if !text.bytes().any(|byte| SIGNS.contains(&byte)) {
            return;
        }
        let found = match kind {
            Kind::Pattern | Kind::Exception => in_pattern(text),
            Kind::Target => in_target(text),
            Kind::Replacement => in_replacement(text),
        };
        let Some((what, help)) = found else { return };
        let place = place.to_string();
        // What stands in a vendor's file was read by the vendor's grammar.
        if !report.is_rule_file(&place) {
            report.warning("foreign-syntax", &place, format_args!("{what:?} is literal text here"), help);
        }
    });
    each_scope(rules, &mut |place, paths, when| {
        for pattern in paths.patterns.iter().chain(&paths.except) {
            if let Pattern::Regex { source, .. } = pattern {
                between_slashes(source, place, report);
            }
        }
        if let Some(when) = when {
            when.visit(&mut |subject, test| {
                if let Match::Regex(source) = test {
                    between_slashes(source, &format!("{place}.when"), report);
                    if !may_hold_path(subject) {
                        with_flags(source, &format!("{place}.when"), report);
                    }
                }
            });
        }
    });
}

/// `/^…/` and `/…$/i`, as JavaScript and others write an expression: its anchor can never hold there.
fn between_slashes(source: &str, place: &str, report: &mut Report<'_>) {
    if let Some(inside) = delimited(source)
        && !report.is_rule_file(place)
    {
        report.warning(
            "foreign-syntax",
            place,
            format_args!("the slashes around {source:?} are literal text here, and it never matches"),
            format!("write {inside:?}"),
        );
    }
}

/// `/bot/i`, tested against what has no slashes as a path has: the flags are literal text.
fn with_flags(source: &str, place: &str, report: &mut Report<'_>) {
    if delimited(source).is_none()
        && let Some(inside) = flagged(source)
        && !report.is_rule_file(place)
    {
        let message = format_args!("the slashes and flags of {source:?} are literal text here");
        report.warning("foreign-syntax", place, message, format!("write {:?}", format!("(?i){inside}")));
    }
}

/// What stands between the slashes where letter case does not count.
fn flagged(source: &str) -> Option<&str> {
    let (body, flags) = source.strip_prefix('/')?.rsplit_once('/')?;
    let is_flags = flags.contains('i') && flags.bytes().all(|byte| b"dgimsuvy".contains(&byte));
    (is_flags && !body.is_empty()).then_some(body)
}

/// Whether a value may be an address, or a part of one.
fn may_hold_path(subject: &Subject) -> bool {
    const WITHOUT: [&str; 6] = ["user-agent", "accept", "accept-language", "authorization", "origin", "host"];
    match subject {
        Subject::Header(name) => !WITHOUT.contains(&name.as_str()),
        Subject::Query(_) | Subject::Cookie(_) | Subject::ResponseHeader(_) => true,
        _ => false,
    }
}

fn delimited(source: &str) -> Option<&str> {
    let (body, flags) = source.strip_prefix('/')?.rsplit_once('/')?;
    let is_flags = flags.bytes().all(|byte| byte.is_ascii_lowercase());
    let anchored = body.starts_with('^') || body.ends_with('$') && !body.ends_with("\\$");
    (is_flags && anchored).then_some(body)
}

/// A piece of another spelling, and what to write for it.
type Foreign<'t> = Option<(&'t str, String)>;

fn in_pattern(text: &str) -> Foreign<'_> {
    if let Some(rest) = text.strip_prefix('^').or_else(|| text.strip_suffix('$')) {
        let sign = if text.starts_with('^') { text.get(..1) } else { text.get(rest.len()..) };
        let source = text.trim_start_matches('^');
        return Some((
            sign?,
            format!("a pattern is for the whole path; an expression is {{ \"regex\": \"^{source}\" }}"),
        ));
    }
    if let Some((name, quantifier)) = quantified(text) {
        return Some((quantifier, rest_of_path(name)));
    }
    if let Some((group, name)) = group(text) {
        let help = match name {
            Some(name) => {
                format!("\":{name}\" alone is any one segment; for less, write {{ \"regex\": \"…(?<{name}>…)…\" }}")
            }
            None => "write \"*\", and \":splat\" in the target; an expression is { \"regex\": \"…\" }".to_owned(),
        };
        return Some((group, help));
    }
    if let Some(found) = text.find("**").and_then(|at| text.get(at..at + 2)) {
        return Some((found, "one \"*\" is any characters, slashes included".to_owned()));
    }
    if let Some(braces) = braces(text) {
        let inside = braces.trim_matches(['{', '}']);
        let help = match inside.split_once(',') {
            Some(_) => {
                let each: Vec<String> =
                    inside.split(',').map(|one| format!("{:?}", text.replace(braces, one))).collect();
                format!("write a list: [{}]", each.join(", "))
            }
            None if inside.starts_with('*') => "write \"*\", and \":splat\" in the target".to_owned(),
            None => format!("write \":{}\"", inside.split(':').next().unwrap_or_default()),
        };
        return Some((braces, help));
    }
    if let Some((whole, name, all)) = bracketed(text) {
        return Some((whole, if all { rest_of_path(name) } else { format!("write \":{name}\"") }));
    }
    if let Some(at) = text.find('|') {
        return Some((text.get(at..=at)?, "write a list of patterns".to_owned()));
    }
    for class in ["[^", "[0-9", "[a-z", "[A-Z", "\\d", "\\w", ".+"] {
        if let Some(at) = text.find(class) {
            let help = "a pattern has \":name\" and \"*\"; an expression is { \"regex\": \"^/…$\" }";
            return Some((text.get(at..at + class.len())?, help.to_owned()));
        }
    }
    // `/.*` alone is how one writes files with a dot in front.
    let before = text.strip_suffix("/.*").filter(|before| !before.is_empty())?;
    Some((text.get(before.len() + 1..)?, format!("write {:?}; the dot is literal", format!("{before}/*"))))
}

fn in_target(text: &str) -> Foreign<'_> {
    let path = text.split(['?', '#']).next().unwrap_or(text);
    let facts = "write {host}, {path}, {query} and so on";
    if let Some(found) = dollar(text).or_else(|| escaped_digit(text)) {
        if found.starts_with('$') && found.ends_with(|c: char| c.is_ascii_lowercase()) {
            return Some((found, facts.to_owned()));
        }
        return Some((
            found,
            "write \":splat\" or \":name\" for what the pattern captured, {1} for an expression's group".to_owned(),
        ));
    }
    if let Some((name, quantifier)) = quantified(path) {
        return Some((quantifier, format!("write \":{name}\" alone")));
    }
    if let Some((group, _)) = group(path) {
        return Some((group, "write \":splat\" or \":name\" for what the pattern captured".to_owned()));
    }
    if let Some((whole, name, _)) = bracketed(path) {
        return Some((whole, format!("write \":{name}\"")));
    }
    text.find("%{").and_then(|at| Some((text.get(at..at + 2)?, facts.to_owned())))
}

fn in_replacement(text: &str) -> Foreign<'_> {
    let found = dollar(text).filter(|found| found.contains(|c: char| c.is_ascii_digit() || c == '{'));
    let found = found.or_else(|| escaped_digit(text))?;
    Some((found, "write {1} for the first group, {name} for a named one".to_owned()))
}

fn rest_of_path(name: &str) -> String {
    format!("write \"*\" for several segments, and \":splat\" in the target; \":{name}\" is one segment")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From the documentation of path-to-regexp, Express, Next.js, nginx, Apache, ASP.NET, Flask and shells' globs.
    #[test]
    fn what_other_tools_write() {
        for (pattern, what) in [
            ("/old/(.*)", "(.*)"),
            ("/old/:path*", ":path*"),
            ("/old/:slug+", ":slug+"),
            ("/users/:id(\\d+)", ":id(\\d+)"),
            ("/:lang(en|de)/x", ":lang(en|de)"),
            ("/blog/[slug]", "[slug]"),
            ("/blog/[...slug]", "[...slug]"),
            ("/user/<id>", "<id>"),
            ("/user/<int:id>", "<int:id>"),
            ("*.{js,css}", "{js,css}"),
            ("/files/{*path}", "{*path}"),
            ("/users/{id:[0-9]+}", "{id:[0-9]+}"),
            ("/docs/**", "**"),
            ("/old/.*", ".*"),
            ("/old/.+", ".+"),
            ("^/old", "^"),
            ("/old$", "$"),
            ("/a|/b", "|"),
            ("/(?!api)*", "(?!api)"),
            ("/[^/]+", "[^"),
        ] {
            assert_eq!(in_pattern(pattern).map(|(what, _)| what), Some(what), "{pattern}");
            assert!(pattern.bytes().any(|byte| SIGNS.contains(&byte)), "{pattern}");
        }
        for (target, what) in [
            ("/new/$1", "$1"),
            ("/new/${1}", "${1}"),
            ("https://$host$request_uri", "$host"),
            ("https://$http_host/a", "$http_host"),
            ("/find/$arg_q", "$arg_q"),
            ("/new/\\1", "\\1"),
            ("/new/:path*", ":path*"),
            ("/new/(.*)", "(.*)"),
            ("/new/[slug]", "[slug]"),
            ("https://%{HTTP_HOST}/x", "%{"),
        ] {
            assert_eq!(in_target(target).map(|(what, _)| what), Some(what), "{target}");
            assert!(target.bytes().any(|byte| SIGNS.contains(&byte)), "{target}");
        }
        for (source, inside) in [("/^a$/", "^a$"), ("/^\\/a\\/(\\d+)/i", "^\\/a\\/(\\d+)"), ("/\\.html$/", "\\.html$")]
        {
            assert_eq!(delimited(source), Some(inside), "{source}");
        }
        assert_eq!(flagged("/bot|spider/i"), Some("bot|spider"));
        assert_eq!(flagged("/bot/gi"), Some("bot"));
        assert_eq!(in_replacement("https://$1").map(|(what, _)| what), Some("$1"));
        assert_eq!(in_replacement("https://\\1").map(|(what, _)| what), Some("\\1"));
    }

    proptest! {
        /// What is not looked at holds nothing.
        #[test]
        fn without_a_sign_there_is_nothing(text in "[a-zA-Z0-9/._~%?&=#,;!@'\")}\\]> -]{0,24}") {
            prop_assume!(!text.bytes().any(|byte| SIGNS.contains(&byte)));
            prop_assert_eq!(in_pattern(&text), None);
            prop_assert_eq!(in_target(&text), None);
            prop_assert_eq!(in_replacement(&text), None);
        }
    }

    /// Each of these names what it says.
    #[test]
    fn what_means_itself() {
        for pattern in [
            "/",
            "/*",
            "*.*",
            "*.css",
            "img/*.png",
            "/.*",
            "/.well-known/*",
            "/a.*",
            "/wiki/Foo_(bar)",
            "/wiki/File{:}Map",
            "/{*}",
            "/v:major-:minor",
            "/p/:id.html",
            "/c++",
            "/a/*/c",
            "/a+b",
            "/$metadata",
            "/cash$flow",
            "/[a-b]x",
            "/a(b",
            "/caf\u{e9}",
            "/jsmith@example.com",
            "/~user",
            "/a;b,c",
            "/t/:tenant/*",
        ] {
            assert_eq!(in_pattern(pattern), None, "{pattern}");
        }
        for target in [
            "/new/:splat",
            "/{1}",
            "https://a:8080/12:30",
            "/?a=$&b=c",
            "/wiki/Foo_(bar)",
            "/{{a}}",
            "https://{host}/:splat",
            "/a*",
            "/search?q=(a|b)",
            "/$metadata",
            "/us$",
        ] {
            assert_eq!(in_target(target), None, "{target}");
        }
        for source in ["^/a/$", "/a/", "/a/b", "^/a$", "/us\\$/", "/", "", "/a$"] {
            assert_eq!(delimited(source), None, "{source}");
        }
        for source in ["/a/b", "/i", "//i", "/a/x", "a/i", "/bot/"] {
            assert_eq!(flagged(source), None, "{source}");
        }
        for with in ["https://{1}", "$", "US$ {1}", "a$b"] {
            assert_eq!(in_replacement(with), None, "{with}");
        }
    }
}
