//! Whether a rule's patterns and conditions let it act on a message, and why not: asked of the reader.

use selvedge_plan::Moment;

use super::compiled::Compiled;
use super::model::Reason;
use super::state::Message;
use super::unmet::unmet;
use crate::compile::{Mapped, matching, written};
use crate::rules::{Paths, Pattern, Token};

/// Rules whose patterns are compared segment by segment at most: that is for the eyes of a person.
const DETAILED: usize = 2048;

/// For each rule of a section of this kind why it does not match; `None` where it does.
pub(super) fn verdicts(
    compiled: &Compiled<'_>,
    message: &Message<'_>,
    moment: &mut Moment<'_, '_>,
    kind: u32,
    list: &[Mapped],
) -> Vec<Option<Reason>> {
    let path = String::from_utf8_lossy(moment.path(kind)).into_owned();
    let mut other_paths: Vec<(usize, &Paths)> = Vec::new();
    let mut reasons: Vec<Option<Reason>> = Vec::with_capacity(list.len());
    for (number, mapped) in list.iter().enumerate() {
        let paths = compiled.rules.of(mapped.paths).map(|named| named.paths);
        reasons.push(if !mapped.patterns.iter().any(|[at, len_flags]| moment.matches(kind, *at, *len_flags)) {
            other_paths.extend(paths.filter(|_| other_paths.len() < DETAILED).map(|paths| (number, paths)));
            Some(Reason::new("pattern", format!("path is {path}")))
        } else if moment.admits(kind, mapped.record) {
            None
        } else {
            Some(refused(compiled, message, moment, kind, (mapped.record, paths)))
        });
    }
    let paths: Vec<&Paths> = other_paths.iter().map(|(_, paths)| *paths).collect();
    for ((number, _), reason) in other_paths.iter().zip(mismatches(&paths, &path)) {
        if let Some(slot) = reasons.get_mut(*number) {
            *slot = Some(reason);
        }
    }
    reasons
}

/// Why the guard of a rule with this record does not let it act: `except` or `when`. A guard is `[condition, vary bits, n, n × pattern]`.
pub(super) fn refused(
    compiled: &Compiled<'_>,
    message: &Message<'_>,
    moment: &mut Moment<'_, '_>,
    kind: u32,
    (record, paths): (u32, Option<&Paths>),
) -> Reason {
    let plan = moment.plan();
    let guard = plan.word(record, 1);
    let mut next = 0;
    for pattern in paths.into_iter().flat_map(|paths| &paths.except) {
        let mut matches = false;
        written(pattern, &mut |_, _| {
            matches |= moment.matches(kind, plan.word(guard, 3 + 2 * next), plan.word(guard, 4 + 2 * next));
            next += 1;
        });
        if matches {
            let path = String::from_utf8_lossy(moment.path(kind));
            return Reason::new("except", format!("path is {path}, which \"except\" {pattern} takes out"));
        }
    }
    Reason::new("condition", unmet(moment, compiled.map, message, plan.word(guard, 0)))
}

/// How far a path went along with the nearest pattern of each rule: all is asked at once.
fn mismatches(list: &[&Paths], path: &str) -> Vec<Reason> {
    let stems: Vec<Vec<Stem>> = list.iter().map(|paths| paths.patterns.iter().flat_map(stems).collect()).collect();
    let mut questions = Vec::new();
    let mut ends = Vec::with_capacity(list.len());
    for (Paths { patterns, ignore_case, .. }, stems) in list.iter().zip(&stems) {
        questions.extend(stems.iter().map(|stem| (stem.pattern.clone(), *ignore_case)));
        // Would it match if the case of letters, or a slash at the end, did not count?
        questions.extend(patterns.iter().map(|pattern| (pattern.clone(), true)));
        questions.extend(patterns.iter().map(|pattern| (without_slash(pattern.clone()), *ignore_case)));
    }
    let mut answers = matching(&questions, path).into_iter();
    for (paths, stems) in list.iter().zip(&stems) {
        let matched: Vec<bool> = answers.by_ref().take(stems.len()).collect();
        let nearest = stems.iter().zip(matched).filter(|(_, matched)| *matched).map(|(stem, _)| stem);
        let nearest = nearest.max_by_key(|stem| stem.segments);
        let mut any = || answers.by_ref().take(paths.patterns.len()).fold(false, |any, matched| any | matched);
        ends.push(mismatch(path, nearest, any(), any()));
    }
    ends
}

fn mismatch(path: &str, nearest: Option<&Stem>, but_for_case: bool, but_for_slash: bool) -> Reason {
    let text = |more: &str| format!("path is {path}{more}");
    match nearest {
        _ if but_for_case => {
            let more = ", which differs in the case of its letters: \"ignoreCase\" would let it match";
            Reason { near: u32::MAX, ..Reason::new("case", text(more)) }
        }
        _ if but_for_slash => {
            Reason { near: u32::MAX, ..Reason::new("slash", text(", which differs by the slash at its end")) }
        }
        Some(Stem { begin, rest, segments, .. }) => {
            let more = format!(", which matches as far as {begin}, but not {rest}");
            Reason { near: *segments, ..Reason::new("pattern", text(&more)) }
        }
        None => Reason::new("pattern", text("")),
    }
}

/// A pattern for which a slash at the end does not count.
fn without_slash(pattern: Pattern) -> Pattern {
    match pattern {
        Pattern::Path { anchored, tokens, .. } => Pattern::Path { anchored, tokens, slash: None },
        regex => regex,
    }
}

/// The first segments of a pattern, with anything after them.
struct Stem {
    begin: String,
    rest: String,
    segments: u32,
    pattern: Pattern,
}

/// Every shorter beginning of a pattern that ends where a segment does.
fn stems(pattern: &Pattern) -> Vec<Stem> {
    let Pattern::Path { anchored: true, tokens, slash: end } = pattern else { return Vec::new() };
    let mut stems = Vec::new();
    let mut head: Vec<Token> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if let Token::Literal(text) = token {
            for (slash, _) in text.match_indices('/').filter(|(slash, _)| at > 0 || *slash > 0) {
                let (begin, rest) = text.split_at(slash);
                let mut tokens_before = head.clone();
                tokens_before.push(Token::Literal(begin.to_owned()));
                let shown = Pattern::Path { anchored: true, tokens: tokens_before.clone(), slash: None }.to_string();
                tokens_before.pop();
                tokens_before.push(Token::Literal(format!("{begin}/")));
                tokens_before.push(Token::Splat(String::new()));
                let mut tail = vec![Token::Literal(rest.to_owned())];
                tail.extend(tokens.iter().skip(at + 1).cloned());
                stems.push(Stem {
                    segments: shown.matches('/').count() as u32,
                    begin: shown,
                    rest: Pattern::Path { anchored: true, tokens: tail, slash: *end }.to_string(),
                    pattern: Pattern::Path { anchored: true, tokens: tokens_before, slash: None },
                });
            }
        }
        head.push(token.clone());
    }
    stems
}
