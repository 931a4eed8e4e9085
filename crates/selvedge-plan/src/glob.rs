//! Matching one pattern against the normalised path, linear in the path for a pattern of bounded size.

use crate::captures::Captures;
use crate::cursor::Cursor;
use crate::expression;
use crate::layout::{MAX_CAPTURES, MAX_TOKENS, entry, pattern, token};
use crate::span::Span;
use crate::work::Work;

/// The path without the one trailing slash that is ignored.
pub(crate) fn trimmed(work: &Work<'_>, path: Span) -> Span {
    if work.get(path).ends_with(b"/") { path.without(1) } else { path }
}

/// Whether the path ends as the pattern wants it, where a trailing slash counts.
pub(crate) fn slash_fits(work: &Work<'_>, flags: u32, path: Span) -> bool {
    match flags & (entry::SLASH | entry::NO_SLASH) {
        0 => true,
        wanted => (wanted & entry::SLASH != 0) == work.get(path).ends_with(b"/"),
    }
}

/// Whether the pattern of an entry or guard matches `path`; its captures by slot, to which templates refer.
pub(crate) fn matches(work: &mut Work<'_>, at: u32, flags: u32, path: Span, slots: &mut Captures) -> bool {
    slots.clear();
    if !slash_fits(work, flags, path) {
        return false;
    }
    let fold = flags & entry::FOLD != 0;
    let mut cursor = Cursor::new(work.plan, at);
    if flags & entry::EXACT != 0 {
        return same(cursor.bytes(), work.get(trimmed(work, path)), fold);
    }
    let first = cursor.number();
    let mut found = Captures::NONE;
    let matched = if flags & entry::REGEX != 0 {
        expression::captures(work, first.wrapping_mul(4), path, &mut found)
    } else {
        let path = if first & pattern::ENDS_OPEN != 0 { path } else { trimmed(work, path) };
        Glob { flags: first, fold }.matches(work, &mut cursor, path, &mut found)
    };
    if matched {
        for _ in 0..cursor.number().min(MAX_CAPTURES as u32) {
            slots.push(found.get(cursor.number()));
        }
    }
    matched
}

#[derive(Clone, Copy)]
struct Glob {
    flags: u32,
    fold: bool,
}

/// A token and its text.
type Token<'p> = (u32, &'p [u8]);

fn next<'p>(cursor: &mut Cursor<'p>) -> Token<'p> {
    match cursor.number() {
        token::LITERAL => (token::LITERAL, cursor.bytes()),
        kind => (kind, Default::default()),
    }
}

impl Glob {
    /// Reads the tokens; where they match, the cursor is after them.
    fn matches(self, work: &mut Work<'_>, cursor: &mut Cursor<'_>, path: Span, found: &mut Captures) -> bool {
        let count = (cursor.number() as usize).min(MAX_TOKENS);
        let mut capture = |start: usize, end: usize| found.push(path.part(start, end - start));
        if self.flags & pattern::SIMPLE != 0 {
            return self.one_pass(cursor, count, work.get(path), &mut capture);
        }
        // A token is read for each byte in much less than a step.
        if !work.takes((count as u32 / 4 + 1).saturating_mul(path.len)) {
            return false;
        }
        let mut tokens = [Token::default(); MAX_TOKENS];
        let tokens = tokens.get_mut(..count).unwrap_or_default();
        for token in tokens.iter_mut() {
            *token = next(cursor);
        }
        let (text, spare) = work.spare(path);
        self.two_pass(tokens, text, spare, &mut capture).unwrap_or_else(|| {
            work.full = true;
            false
        })
    }

    fn any_depth(self) -> bool {
        self.flags & pattern::ANY_DEPTH != 0
    }

    fn begins(self, text: &[u8], literal: &[u8]) -> bool {
        text.get(..literal.len()).is_some_and(|head| same(literal, head, self.fold))
    }

    /// For patterns where every step is forced: a ":name" goes on to the next slash, a "*" is last. Also `*.css`.
    fn one_pass(
        self,
        cursor: &mut Cursor<'_>,
        count: usize,
        path: &[u8],
        capture: &mut dyn FnMut(usize, usize),
    ) -> bool {
        if self.any_depth() {
            // `*.css`: one "*", then text without a slash.
            cursor.number();
            let (_, literal) = next(cursor);
            let start = path.len().wrapping_sub(literal.len());
            return path.get(start..).is_some_and(|tail| same(literal, tail, self.fold));
        }
        let mut at = 0;
        for _ in 0..count {
            let (kind, literal) = next(cursor);
            let rest = path.get(at..).unwrap_or_default();
            let len = match kind {
                token::LITERAL if self.begins(rest, literal) => literal.len(),
                token::LITERAL => return false,
                token::SPLAT => rest.len(),
                // `/*` at the end, where nothing may follow as well.
                token::TAIL => match rest {
                    [] => 0,
                    [b'/', after @ ..] => {
                        at += 1;
                        after.len()
                    }
                    _ => return false,
                },
                _ => rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len()),
            };
            if kind != token::LITERAL {
                if kind == token::PARAM && len == 0 {
                    return false;
                }
                capture(at, at + len);
            }
            at += len;
        }
        at == path.len()
    }

    /// Any pattern: from the right, which tokens can match from each byte on; then greedily from the left.
    /// `None`: `spare` is too small.
    fn two_pass(
        self,
        tokens: &[Token<'_>],
        path: &[u8],
        spare: &mut [u8],
        capture: &mut dyn FnMut(usize, usize),
    ) -> Option<bool> {
        let (can, _) = spare.as_chunks_mut::<8>();
        let can = can.get_mut(..=path.len())?;
        for at in (0..=path.len()).rev() {
            let next = can.get(at + 1).map_or(0, |mask| u64::from_le_bytes(*mask));
            let in_segment = path.get(at).is_some_and(|byte| *byte != b'/');
            let mut mask = u64::from(at == path.len()) << tokens.len();
            for (number, (kind, literal)) in tokens.iter().copied().enumerate().rev() {
                let here = match kind {
                    token::LITERAL => {
                        let goes_on = if literal.is_empty() {
                            mask >> (number + 1) & 1 == 1
                        } else {
                            can.get(at + literal.len())
                                .is_some_and(|mask| u64::from_le_bytes(*mask) >> (number + 1) & 1 == 1)
                        };
                        goes_on && self.begins(path.get(at..).unwrap_or_default(), literal)
                    }
                    token::PARAM => in_segment && next >> number & 3 != 0,
                    token::SPLAT => mask >> (number + 1) & 1 == 1 || next >> number & 1 == 1,
                    _ => mask >> (number + 1) & 1 == 1 || (in_segment && next >> number & 1 == 1),
                };
                mask |= u64::from(here) << number;
            }
            *can.get_mut(at)? = mask.to_le_bytes();
        }
        let may =
            |at: usize, number: usize| can.get(at).is_some_and(|mask| u64::from_le_bytes(*mask) >> number & 1 == 1);
        if self.any_depth() {
            let starts = (0..=path.len()).any(|at| at > 0 && path.get(at - 1) == Some(&b'/') && may(at, 0));
            return Some(starts);
        }
        if !may(0, 0) {
            return Some(false);
        }
        let mut at = 0;
        for (number, (kind, literal)) in tokens.iter().copied().enumerate() {
            let start = at;
            match kind {
                token::LITERAL => at += literal.len(),
                token::PARAM => {
                    at += 1;
                    while at < path.len() && path.get(at) != Some(&b'/') && may(at, number) {
                        at += 1;
                    }
                }
                _ => {
                    while at < path.len() && may(at + 1, number) {
                        at += 1;
                    }
                }
            }
            if kind != token::LITERAL {
                capture(start, at);
            }
        }
        Some(true)
    }
}

pub(crate) fn same(a: &[u8], b: &[u8], fold: bool) -> bool {
    if fold { a.eq_ignore_ascii_case(b) } else { a == b }
}
