//! Patterns as entries of a matcher or of a guard.

#[cfg(feature = "trace")]
use selvedge_plan::Plan;
use selvedge_plan::layout::{MAX_CAPTURES, entry, pattern, token};

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

/// Which of the patterns match `path`: each alone, and whether the case of letters does not count.
#[cfg(feature = "trace")]
pub(crate) fn matching(patterns: &[(Pattern, bool)], path: &str) -> Vec<bool> {
    let mut writer = Writer::new();
    let mut places = Vec::new();
    for (number, (pattern, ignore_case)) in patterns.iter().enumerate() {
        let flags = flags(pattern, *ignore_case);
        forms(pattern, &mut |form| places.push((number, write(&mut writer, &form, flags, &[]))));
    }
    let mut matching = vec![false; patterns.len()];
    if let Ok(plan) = Plan::load(&writer.finish(0, |_| String::new())) {
        let mut memory = vec![0; (16 * path.len()).max(4096)];
        for (number, (at, len_flags)) in places {
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

/// Where a form is written: `(offset, length | flags << 24)`.
pub(super) fn write(writer: &mut Writer, form: &Form<'_>, flags: u32, slots: &[String]) -> (u32, u32) {
    match form {
        Form::Exact(path) => {
            let [at, len] = writer.new_text(path);
            (at, len | (entry::EXACT | flags) << 24)
        }
        Form::Regex { source, names } => {
            let mut record = vec![writer.regex(source), 0, slots.len() as u32];
            // Groups by their number: a name stands in front of the number it also has.
            record.extend(slots.iter().map(|slot| group_number(source, names, slot)));
            (writer.words(&record), (entry::REGEX | flags) << 24)
        }
        Form::Glob { anchored, tokens } => {
            let mut kind = if *anchored { 0 } else { pattern::ANY_DEPTH };
            if *anchored && flags & entry::SLASH == 0 && matches!(tokens.last(), Some(Token::Splat(_))) {
                kind |= pattern::ENDS_OPEN;
            }
            if is_simple(*anchored, tokens) {
                kind |= pattern::SIMPLE;
            }
            let mut record = vec![kind, tokens.len() as u32, slots.len() as u32];
            let wildcards: Vec<&str> = tokens
                .iter()
                .filter_map(|token| match token {
                    Token::Param(name) | Token::Splat(name) => Some(name.as_str()),
                    Token::Literal(_) => None,
                })
                .collect();
            for slot in slots {
                let number = wildcards.iter().position(|name| name == slot);
                record.push(number.unwrap_or(MAX_CAPTURES) as u32);
            }
            for token in tokens {
                let (kind, text) = match token {
                    Token::Literal(text) => (token::LITERAL, writer.text(text)),
                    Token::Param(_) => (token::PARAM, [0, 0]),
                    Token::Splat(_) if *anchored => (token::SPLAT, [0, 0]),
                    Token::Splat(_) => (token::SEGMENT_SPLAT, [0, 0]),
                };
                record.push(kind);
                record.extend(text);
            }
            (writer.words(&record), flags << 24)
        }
    }
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
