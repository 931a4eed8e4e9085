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
    !rule.pass && !rule.absolute && keeps && !rule.from.patterns.is_empty() && rule.from.patterns.iter().all(same)
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
