//! Rules of `headers` after one that runs at viewer-response: where both edit one header, or the later one reads a header of the
//! response, the order of the list is the order in time.

use selvedge_plan::Stage;

use super::placed::Placed;
use super::steps::tests_status;
use crate::rules::{HeaderName, Headers, Paths, Pattern, Token};

/// The first rule before `rule` at viewer-response that it has to run after. What only the origin's side sees holds it there, but
/// where the one before reads what only the viewer's side sees.
pub(super) fn after(rules: &[Headers], before: &[Placed<'_>], rule: &Placed<'_>) -> Option<usize> {
    let own = rules.get(rule.number)?;
    let reads_edited = rule.reads.response && !tests_status(own);
    let comes_first = |before: &&Placed<'_>| {
        before.stage == Stage::ViewerResponse
            && rules.get(before.number).is_some_and(|it| {
                (it.at.is_none() || rule.reads.origin.is_none())
                    && (reads_edited || same_header(it, own))
                    && may_meet(&it.paths, &own.paths)
            })
    };
    before.iter().find(comes_first).map(|before| before.number)
}

fn same_header(one: &Headers, other: &Headers) -> bool {
    names(one).any(|name| names(other).any(|same| matches(name, same) || matches(same, name)))
}

fn names(rule: &Headers) -> impl Iterator<Item = &HeaderName> {
    let lists = [&rule.default, &rule.set, &rule.append].into_iter().flatten().map(|(name, _)| name);
    rule.remove.iter().chain(rule.replace.iter().map(|(name, _)| name)).chain(lists)
}

/// Whether a name, or a wildcard among those to remove, is for the other one.
fn matches(name: &HeaderName, other: &HeaderName) -> bool {
    let other = other.lower();
    let name = name.lower();
    match name.split_once('*') {
        Some((start, end)) => other.starts_with(start) && other.ends_with(end),
        None => name == other,
    }
}

/// Whether some path may be for both: not where patterns begin differently.
pub(super) fn may_meet(one: &Paths, other: &Paths) -> bool {
    let meet = |one: &Pattern, other: &Pattern| {
        let mut common = beginning(one).zip(beginning(other));
        common.all(|(a, b)| a.eq_ignore_ascii_case(&b))
    };
    one.patterns.iter().any(|one| other.patterns.iter().any(|other| meet(one, other)))
}

/// The literal beginning of a pattern for a whole path.
fn beginning(pattern: &Pattern) -> impl Iterator<Item = u8> {
    let text = match pattern {
        Pattern::Path { anchored: true, tokens, .. } => match tokens.first() {
            Some(Token::Literal(text)) => text.as_str(),
            _ => "",
        },
        _ => "",
    };
    text.bytes()
}
