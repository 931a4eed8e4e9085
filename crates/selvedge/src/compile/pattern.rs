//! Patterns as entries of a matcher or of a guard.

#[cfg(feature = "trace")]
use selvedge_plan::Plan;
use selvedge_plan::layout::{MAX_CAPTURES, entry, pattern, token};

use super::bytes::{push_number, push_text};
use super::writer::Writer;
use crate::expression::Expression;
use crate::rules::{Pattern, Token};

/// What one pattern becomes; a final `/*` becomes two, since it also matches the bare prefix.
pub(crate) enum Form<'r> {
    /// A literal path, less its trailing slash.
    Exact(&'r str),
    Glob {
        anchored: bool,
        tokens: Vec<Token>,
    },
    Regex {
        source: &'r str,
        names: &'r [String],
    },
}

/// Hands out the forms of a pattern, in the order in which they are tried.
pub(crate) fn forms<'r>(pattern: &'r Pattern, each: &mut dyn FnMut(Form<'r>)) {
    let (anchored, tokens, exact) = match pattern {
        Pattern::Regex { source, names } => return each(Form::Regex { source, names }),
        Pattern::Path { anchored, tokens, slash } => (*anchored, tokens.as_slice(), slash.is_some()),
    };
    match tokens {
        [] => return each(Form::Exact("")),
        [Token::Literal(path)] if anchored => return each(Form::Exact(path)),
        _ => each(Form::Glob { anchored, tokens: tokens.to_vec() }),
    }
    if exact {
        return;
    }
    let [before @ .., Token::Literal(prefix), Token::Splat(_)] = tokens else { return };
    let Some(bare) = prefix.strip_suffix('/') else { return };
    // Of `/a//*` it is `/a/`, which as any path is written less one trailing slash.
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    match (before, bare) {
        ([], _) if anchored => each(Form::Exact(bare)),
        ([], "") => {}
        _ => {
            let mut tokens = before.to_vec();
            if !bare.is_empty() {
                tokens.push(Token::Literal(bare.to_owned()));
            }
            each(Form::Glob { anchored, tokens });
        }
    }
}

/// Hands out the forms that a plan has. Where one pass matches, the end `/*` is its tail, and the bare prefix no other form.
pub(crate) fn written<'r>(pattern: &'r Pattern, each: &mut dyn FnMut(Form<'r>, bool)) {
    let tail = match pattern {
        Pattern::Path { anchored: true, tokens, slash: None } => match tokens.as_slice() {
            [.., Token::Literal(prefix), Token::Splat(_)] => {
                prefix.ends_with('/') && !prefix.ends_with("//") && is_simple(true, tokens)
            }
            _ => false,
        },
        _ => false,
    };
    let mut done = false;
    forms(pattern, &mut |form| {
        if !(tail && done) {
            each(form, tail);
        }
        done = true;
    });
}

/// Which of the patterns match `path`: each alone, and whether the case of letters does not count.
#[cfg(feature = "trace")]
pub(crate) fn matching(patterns: &[(Pattern, bool)], path: &str) -> Vec<bool> {
    let mut writer = Writer::new();
    let mut places = Vec::new();
    for (number, (pattern, ignore_case)) in patterns.iter().enumerate() {
        let flags = flags(pattern, *ignore_case);
        written(pattern, &mut |form, tail| places.push((number, write(&mut writer, &form, tail, flags, &[]))));
    }
    let mut matching = vec![false; patterns.len()];
    if let Ok(plan) = Plan::load(&writer.finish(0, |_| String::new())) {
        let mut memory = vec![0; (16 * path.len()).max(4096)];
        for (number, [at, len_flags]) in places {
            let matches = loop {
                match plan.matches_path(at, len_flags, path.as_bytes(), &mut memory) {
                    None if memory.len() < 1 << 24 => memory = vec![0; 2 * memory.len()],
                    answer => break answer == Some(true),
                }
            };
            if let Some(slot) = matching.get_mut(number) {
                *slot |= matches;
            }
        }
    }
    matching
}

/// What an entry or guard says of a pattern besides its form.
pub(super) fn flags(pattern: &Pattern, ignore_case: bool) -> u32 {
    let slash = match pattern {
        Pattern::Path { slash: Some(true), .. } => entry::SLASH,
        Pattern::Path { slash: Some(false), anchored, tokens } => match tokens.last() {
            Some(Token::Splat(_)) if *anchored => 0,
            _ => entry::NO_SLASH,
        },
        _ => 0,
    };
    if ignore_case { slash | entry::FOLD } else { slash }
}

/// Appends a form as it is written; the flags of its entry. `tail`: see [`written`].
pub(super) fn push(
    writer: &mut Writer,
    bytes: &mut Vec<u8>,
    form: &Form<'_>,
    tail: bool,
    flags: u32,
    slots: &[String],
) -> u32 {
    let numbers: Vec<usize>;
    let kind = match form {
        Form::Exact(path) => {
            push_text(bytes, path);
            return entry::EXACT | flags;
        }
        Form::Regex { source, names } => {
            push_number(bytes, writer.regex(source) / 4);
            // Groups by their number: a name stands in front of the number it also has.
            numbers = slots.iter().map(|slot| group_number(source, names, slot) as usize).collect();
            entry::REGEX
        }
        Form::Glob { anchored, tokens } => {
            let mut kind = if *anchored { 0 } else { pattern::ANY_DEPTH };
            if *anchored && flags & entry::SLASH == 0 && matches!(tokens.last(), Some(Token::Splat(_))) {
                kind |= pattern::ENDS_OPEN;
            }
            if is_simple(*anchored, tokens) {
                kind |= pattern::SIMPLE;
            }
            push_number(bytes, kind);
            push_tokens(bytes, *anchored, tail, tokens);
            let wildcards = tokens.iter().filter_map(|token| match token {
                Token::Param(name) | Token::Splat(name) => Some(name),
                Token::Literal(_) => None,
            });
            let number = |slot: &String| wildcards.clone().position(|name| name == slot);
            numbers = slots.iter().map(|slot| number(slot).unwrap_or(MAX_CAPTURES)).collect();
            0
        }
    };
    push_number(bytes, numbers.len() as u32);
    for number in numbers {
        push_number(bytes, number as u32);
    }
    kind | flags
}

fn push_tokens(bytes: &mut Vec<u8>, anchored: bool, tail: bool, tokens: &[Token]) {
    let mut count = 0;
    let mut list = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let (kind, text) = match token {
            // The slash belongs to the tail.
            Token::Literal(text) if tail && at + 2 == tokens.len() => {
                (token::LITERAL, text.strip_suffix('/').unwrap_or(text))
            }
            Token::Literal(text) => (token::LITERAL, text.as_str()),
            Token::Param(_) => (token::PARAM, ""),
            Token::Splat(_) if tail => (token::TAIL, ""),
            Token::Splat(_) if anchored => (token::SPLAT, ""),
            Token::Splat(_) => (token::SEGMENT_SPLAT, ""),
        };
        if kind == token::LITERAL && text.is_empty() {
            continue;
        }
        count += 1;
        push_number(&mut list, kind);
        if kind == token::LITERAL {
            push_text(&mut list, text);
        }
    }
    push_number(bytes, count);
    bytes.extend(list);
}

/// Writes a form for a guard or an experiment: `[offset, length | flags << 24]`.
fn write(writer: &mut Writer, form: &Form<'_>, tail: bool, flags: u32, slots: &[String]) -> [u32; 2] {
    let mut bytes = Vec::new();
    let flags = push(writer, &mut bytes, form, tail, flags, slots);
    [writer.bytes(&bytes), bytes.len() as u32 | flags << 24]
}

/// Writes the forms of several patterns, see [`write`].
pub(super) fn write_all(writer: &mut Writer, patterns: &[Pattern], ignore_case: bool, slots: &[String]) -> Vec<u32> {
    let mut places = Vec::new();
    for pattern in patterns {
        let flags = flags(pattern, ignore_case);
        written(pattern, &mut |form, tail| places.extend(write(writer, &form, tail, flags, slots)));
    }
    places
}

/// Whether one pass without looking back matches as the greedy rule says.
fn is_simple(anchored: bool, tokens: &[Token]) -> bool {
    if !anchored {
        return matches!(tokens, [Token::Splat(_), Token::Literal(text)] if !text.contains('/'));
    }
    tokens.iter().enumerate().all(|(at, token)| match (token, tokens.get(at + 1)) {
        (Token::Literal(_), _) | (_, None) => true,
        (Token::Param(_), Some(Token::Literal(next))) => next.starts_with('/'),
        _ => false,
    })
}

/// The number of a named or numbered group.
pub(super) fn group_number(source: &str, names: &[String], slot: &str) -> u32 {
    if let Ok(number) = slot.parse::<u32>() {
        return number;
    }
    let found = Expression::new(source).ok().and_then(|expression| expression.group(slot));
    found.or_else(|| names.iter().position(|name| name == slot)).unwrap_or(MAX_CAPTURES) as u32
}
