//! `cache-control-typo`: caches ignore in silence what they do not know.

use crate::analysis::cache_control::{cache_controls, directives};
use crate::rules::{Model, suggest};
use crate::sources::Report;

/// Directives with a number of seconds: RFC 9111 §5.2, RFC 5861.
const SECONDS: [&str; 6] =
    ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error", "min-fresh", "max-stale"];

/// Directives that stand alone; the first two may list headers. RFC 9111 §5.2.2, RFC 8246.
const WORDS: [&str; 11] = [
    "no-cache",
    "private",
    "no-store",
    "no-transform",
    "public",
    "must-revalidate",
    "proxy-revalidate",
    "must-understand",
    "immutable",
    "only-if-cached",
    "durable",
];

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (value, place) in cache_controls(rules) {
        for (message, help) in directives(value).into_iter().filter_map(typo) {
            report.warning("cache-control-typo", &place, message, help);
        }
    }
}

fn typo(directive: &str) -> Option<(String, String)> {
    let unknown = |help: String| Some((format!("{directive:?} is not a directive, and caches ignore it"), help));
    if let Some((one, other)) = directive.split_once(';') {
        return unknown(format!("separate directives by a comma: {:?}", format!("{}, {}", one.trim(), other.trim())));
    }
    // A name is a token; quotes are for values, RFC 9111 §5.2.
    if directive.split('=').next().is_some_and(|name| name.contains('"')) {
        return unknown(format!("write {}, without quotes", directive.replace('"', "")));
    }
    let words: Vec<&str> = directive.split(' ').collect();
    if words.len() > 1 && words.iter().all(|word| is_known(word)) {
        return unknown(format!("separate directives by a comma: {:?}", words.join(", ")));
    }
    let (name, value) = match directive.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (directive, None),
    };
    let lower = name.to_ascii_lowercase();
    if let Some((name, value)) = lower.split_once(':') {
        return unknown(format!("write {:?}", format!("{}={}", name.trim(), value.trim())));
    }
    if name.trim() != name || value.is_some_and(|value| value.trim() != value) {
        let whole = format!("{}={}", name.trim(), value.unwrap_or_default().trim());
        return unknown(format!("write {whole:?}, without blanks around \"=\""));
    }
    if let Some((name, value)) = lower.split_once(' ').filter(|(name, _)| SECONDS.contains(name)) {
        return unknown(format!("write {:?}", format!("{name}={}", value.trim())));
    }
    let is_seconds = |value: &str| {
        let digits = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if SECONDS.contains(&lower.as_str()) {
        return match value {
            // Alone it means: however stale.
            None if lower == "max-stale" => None,
            Some(value) if is_seconds(value) => None,
            Some(value) => Some((
                format!("{value:?} is not a number of seconds, and caches ignore {lower:?}"),
                format!("write for example \"{lower}=3600\""),
            )),
            None => Some((format!("{lower:?} says no time"), format!("write for example \"{lower}=3600\""))),
        };
    }
    if WORDS.contains(&lower.as_str()) {
        let may_list = matches!(lower.as_str(), "no-cache" | "private");
        return match value {
            Some(_) if !may_list => Some((format!("{lower:?} takes no value"), format!("write {lower:?}"))),
            _ => None,
        };
    }
    // Extensions are allowed, RFC 9111 §5.2.3: only what looks like another word is reported.
    let near = suggest(&lower, SECONDS.iter().chain(&WORDS).copied())?;
    unknown(format!("did you mean {near:?}?"))
}

fn is_known(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default().to_ascii_lowercase();
    SECONDS.contains(&name.as_str()) || WORDS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos() {
        for (value, help) in [
            ("max-age: 0", "max-age=0"),
            ("max-age 60", "max-age=60"),
            ("maxage=60", "\"max-age\""),
            ("s-max-age=60", "\"s-maxage\""),
            ("public; max-age=60", "public, max-age=60"),
            ("public max-age=60", "public, max-age=60"),
            ("max-age", "max-age=3600"),
            ("max-age=1h", "max-age=3600"),
            ("max-age = 60", "without blanks"),
            ("immutable=1", "\"immutable\""),
            ("no-chache", "\"no-cache\""),
            ("must-revalidated", "\"must-revalidate\""),
            ("\"public, max-age=360000\"", "write public, max-age=360000, without quotes"),
            ("\"no-store\"", "without quotes"),
        ] {
            let found: Vec<_> = directives(value).into_iter().filter_map(typo).collect();
            assert!(matches!(found.as_slice(), [(_, it)] if it.contains(help)), "{value}: {found:?}");
        }
        for value in [
            "public, max-age=31536000, immutable",
            "no-cache=\"Set-Cookie, X-A\", no-store, must-revalidate, max-age=0",
            "Private, Max-Age=60, stale-while-revalidate=30",
            "max-age=60, community=\"UCI\"",
            "",
        ] {
            assert!(directives(value).into_iter().filter_map(typo).next().is_none(), "{value}");
        }
    }
}
