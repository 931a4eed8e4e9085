//! Negative lookaheads, which expressions of rules do not have, as exceptions.
//!
//! `P(?!OUT)REST` matches what `PREST` matches, except what begins with `POUT`; as long as `P` can end at one place only. In
//! `.*(?!a)b` it can end at several, and a match at one of them is enough.

use super::is_word;
use crate::expression::is_at_one_place;

/// An expression without its lookaheads.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::dialect::vercel) struct Split {
    pub(in crate::dialect::vercel) kept: String,
    pub(in crate::dialect::vercel) taken_out: Vec<TakenOut>,
}

/// What a text must not begin with.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::dialect::vercel) struct TakenOut {
    pub(in crate::dialect::vercel) before: String,
    pub(in crate::dialect::vercel) out: String,
    /// How many groups begin before it, and how many are in it: they have numbers, and never a text.
    pub(in crate::dialect::vercel) groups: (usize, usize),
}

/// Stands for a lookahead.
const MARK: char = '\u{F8FF}';

impl Split {
    /// Of an expression for a whole text, without anchors. `None`: there is no lookahead in it, or one that is not an exception.
    pub(in crate::dialect::vercel) fn of(regex: &str) -> Option<Split> {
        if regex.contains(MARK) {
            return None;
        }
        let mut kept = regex.to_owned();
        let mut taken_out = Vec::new();
        while let Some((before, out, after)) = first_lookahead(&kept) {
            let marked = format!("{before}{MARK}{}", without_lookaheads(after));
            if !is_at_one_place(&marked, MARK) {
                return None;
            }
            let groups = (captures(before), captures(out));
            taken_out.push(TakenOut { before: without_open_groups(before), out: out.to_owned(), groups });
            kept = format!("{before}{after}");
        }
        (!taken_out.is_empty()).then_some(Split { kept, taken_out })
    }
}

impl TakenOut {
    pub(in crate::dialect::vercel) fn regex(&self) -> String {
        format!("^{}(?:{})", self.before, self.out)
    }

    /// As patterns of rules, if it is nothing but texts.
    pub(in crate::dialect::vercel) fn patterns(&self) -> Option<Vec<String>> {
        let before = literal(&self.before)?;
        self.out.split('|').map(|out| literal(out).map(|out| format!("{before}{out}*"))).collect()
    }
}

/// The one text that an expression matches. `None`: not one, or one that a pattern would not take as it stands.
fn literal(regex: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = regex;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..)?;
        match c {
            '\\' if rest.starts_with(['.', '-', '/']) => {
                text.extend(rest.chars().next());
                rest = rest.get(1..)?;
            }
            c if is_word(c) || matches!(c, '-' | '/') => text.push(c),
            _ => return None,
        }
    }
    Some(text)
}

/// A part of an expression, its lookaheads left out.
pub(super) fn without_lookaheads(regex: &str) -> String {
    let mut left = regex.to_owned();
    while let Some((before, _, after)) = first_lookahead(&left) {
        left = format!("{before}{after}");
    }
    left
}

/// What comes before the first lookahead, what is in it, and what comes after.
fn first_lookahead(regex: &str) -> Option<(&str, &str, &str)> {
    let inside = |(at, _)| regex.get(at..)?.strip_prefix("(?!").map(|inside| (at, inside));
    let (at, inside) = parentheses(regex).find_map(inside)?;
    let mut depth = 1;
    let (end, _) = parentheses(inside).find(|(_, c)| {
        depth += if *c == '(' { 1 } else { -1 };
        depth == 0
    })?;
    Some((regex.get(..at)?, inside.get(..end)?, inside.get(end + 1..)?))
}

/// The beginning of an expression as one of its own.
fn without_open_groups(regex: &str) -> String {
    let mut open = Vec::new();
    for (at, c) in parentheses(regex) {
        if c == '(' {
            open.push(at);
        } else {
            open.pop();
        }
    }
    let mut text = regex.to_owned();
    for at in open.into_iter().rev() {
        let inside = text.split_off(at);
        text.push_str(inside_group(&inside));
    }
    text
}

/// What follows the opening of a group.
fn inside_group(group: &str) -> &str {
    let inside = group.strip_prefix('(').unwrap_or(group);
    let named = inside.strip_prefix("?<").and_then(|name| name.split_once('>'));
    named.map(|(_, inside)| inside).or_else(|| inside.strip_prefix("?:")).unwrap_or(inside)
}

fn captures(regex: &str) -> usize {
    let after = |at: usize| regex.get(at + 1..).unwrap_or_default();
    let is_capture = |at| !after(at).starts_with('?') || after(at).starts_with("?<");
    parentheses(regex).filter(|(at, c)| *c == '(' && is_capture(*at)).count()
}

/// Those that open and close groups, with their places.
fn parentheses(regex: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut escaped, mut in_class) = (false, false);
    regex.char_indices().filter(move |(_, c)| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        !in_class && matches!(c, '(' | ')')
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn split(regex: &str) -> Option<(String, Vec<String>)> {
        Split::of(regex).map(|split| (split.kept, split.taken_out.iter().map(TakenOut::regex).collect()))
    }

    #[test]
    fn a_lookahead_is_an_exception() {
        for (regex, kept, out) in [
            ("/((?!api|a/b).*)", "/(.*)", "^/(?:api|a/b)"),
            ("/(?!api/).*", "/.*", "^/(?:api/)"),
            ("/(en|de)/((?!(?:a|b)(?:/|$)).+)/", "/(en|de)/(.+)/", "^/(en|de)/(?:(?:a|b)(?:/|$))"),
            ("/(?:([^/]+?))/((?![()]\\)).*)", "/(?:([^/]+?))/(.*)", "^/(?:([^/]+?))/(?:[()]\\))"),
        ] {
            assert_eq!(split(regex), Some((kept.to_owned(), vec![out.to_owned()])), "{regex}");
        }
        let outs = vec!["^/(?:a)".to_owned(), "^/(?:b)".to_owned()];
        assert_eq!(split("/(?!a)(?!b).*"), Some(("/.*".to_owned(), outs)));
    }

    #[test]
    fn texts_are_patterns() {
        let patterns = |regex: &str| Split::of(regex).unwrap().taken_out.remove(0).patterns();
        let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(patterns("/((?!api|assets/|f\\.ico).*)"), texts(&["/api*", "/assets/*", "/f.ico*"]));
        for regex in ["/((?!a.b).*)", "/((?!a(?:b|c)).*)", "/((?!a$).*)", "/((?!\\*).*)", "/(?:(a|b))/((?!c).*)"] {
            assert_eq!(patterns(regex), None, "{regex}");
        }
    }

    #[test]
    fn what_can_be_tried_at_several_places_is_not() {
        for regex in
            ["/a", "/.*(?!a)b", "/(?:(?!a).)*", "/(x|(?!a)b)", "(/(?!a).*)?", "/[^/]+(?!a)", "/(?!a", "/[(?!a)]"]
        {
            assert_eq!(split(regex), None, "{regex}");
        }
    }

    #[test]
    fn groups_are_counted() {
        let groups = |regex: &str| Split::of(regex).unwrap().taken_out.remove(0).groups;
        assert_eq!(groups("/(a)/((?!(b|c)(?:d)(?<n>e)).*)"), (2, 2));
    }
}
