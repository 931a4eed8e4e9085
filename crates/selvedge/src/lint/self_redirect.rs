//! `self-redirect`: a redirect that leads each of its requests to itself, which counts as no match.

use crate::rules::{Model, Part, Pattern, QueryMode, Redirect, Token};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (at, rule) in rules.redirects.iter().enumerate().filter(|(_, rule)| leads_to_itself(rule)) {
        let slash = rule.from.patterns.iter().all(|pattern| matches!(pattern, Pattern::Path { slash: None, .. }));
        report.warning(
            "self-redirect",
            &format!("redirects[{at}]"),
            "leads each request to itself, which counts as no match",
            match slash {
                true => "a slash at the end is a part of what \"*\" stands for; \"html\": { \"trailingSlash\": \"remove\" } takes it away",
                false => "lead it elsewhere, or remove the rule",
            },
        );
    }
}

/// Whether a redirect's target is what its pattern matched, whatever that was.
fn leads_to_itself(rule: &Redirect) -> bool {
    let keeps = rule.query == QueryMode::Keep && rule.drop.is_empty();
    let target = target_of(&rule.to.parts);
    let same = |pattern: &Pattern| {
        let Pattern::Path { anchored: true, tokens, slash } = pattern else { return false };
        let mut text: String = tokens.iter().map(token).collect();
        match slash {
            None if !matches!(tokens.last(), Some(Token::Splat(_))) => return false,
            None | Some(false) => {}
            Some(true) => text.push('/'),
        }
        target.as_ref() == Some(&text)
    };
    // In another case it is another path, and the target brings it into one.
    let exact = !rule.from.ignore_case && !rule.pass && !rule.absolute;
    exact && keeps && !rule.from.patterns.is_empty() && rule.from.patterns.iter().all(same)
}

/// Captures are written apart from all text.
fn token(token: &Token) -> String {
    match token {
        Token::Literal(text) => text.clone(),
        Token::Param(name) | Token::Splat(name) => format!("\0{name}\0"),
    }
}

fn target_of(parts: &[Part]) -> Option<String> {
    let each = parts.iter().map(|part| match part {
        Part::Literal(text) => (!text.contains(['?', '#'])).then(|| text.clone()),
        Part::Capture { name, filter } => (*filter == Default::default()).then(|| format!("\0{name}\0")),
        Part::Fact { .. } => None,
    });
    each.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    /// What counts as no match is in docs/reference/rules.md, redirects.
    #[test]
    fn what_leads_to_itself_and_what_does_not() {
        for (rule, is_led) in [
            (r#"{ "from": "/*/", "to": "/:splat" }"#, true),
            (r#"{ "from": "/a/:b/*", "to": "/a/:b/:splat" }"#, true),
            (r#"{ "from": "/a/:b/*", "to": "/a/:splat/:b" }"#, false),
            (r#"{ "from": "/a/", "to": "/a", "ignoreTrailingSlash": false }"#, false),
            (r#"{ "from": "/a", "to": "/a" }"#, false),
            (r#"{ "from": "/*/", "to": "/:splat", "ignoreTrailingSlash": false }"#, false),
            (r#"{ "from": "/A/*", "to": "/A/:splat", "ignoreCase": true }"#, false),
            (r#"{ "from": "/*", "to": "/:splat", "query": "drop" }"#, false),
            (r#"{ "from": "/*", "to": "/:splat?a=1" }"#, false),
            (r#"{ "from": "/*", "to": "https://example.com/:splat" }"#, false),
            (r#"{ "from": ["/a/*", "/b/*"], "to": "/a/:splat" }"#, false),
        ] {
            let rules: Rules = serde_json::from_str(&format!(r#"{{ "redirects": [{rule}] }}"#)).unwrap();
            assert_eq!(rules.model().redirects.iter().any(leads_to_itself), is_led, "{rule}");
        }
    }
}
