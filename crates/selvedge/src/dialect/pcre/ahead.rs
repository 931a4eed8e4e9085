//! A look-ahead at words that must not follow, as an expression without one.
//!
//! `\.(?!well-known)` holds where the text ends after the dot, or goes on with anything but `w`, or with `w` and then anything
//! but `e`, and so on. This is the same only where the rest of the text may be anything: at the end, or before `.*`. At the end it
//! takes characters that the look-ahead does not, so no group that captures may be open there.

use std::collections::BTreeMap;

/// A word, and whether the text has to end after it.
type Word = (Vec<u8>, bool);

/// Words by their characters.
#[derive(Default)]
struct Tree {
    next: BTreeMap<u8, Tree>,
    /// A word ends here: nothing may follow that begins so.
    is_word: bool,
    /// A word and the text end here.
    is_end: bool,
}

/// How many characters all words of a look-ahead may have: each is a group in the one before.
const MAX_CHARACTERS: usize = 200;

/// Writes each look-ahead out. One that cannot be stays for the parser, which refuses it.
pub(super) fn without(text: &str, fold: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut at, mut in_class) = (0, false);
    // Of each open group, whether it captures.
    let mut open: Vec<bool> = Vec::new();
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        if !in_class && let Some((written, length)) = written_out(rest, fold, open.contains(&true)) {
            out.push_str(&written);
            at += length;
            continue;
        }
        let length = if c == '\\' { 1 + rest.chars().nth(1).map_or(0, char::len_utf8) } else { c.len_utf8() };
        match c {
            // A "]" that is first in a class is one of its characters.
            '[' if !in_class => {
                in_class = true;
                let first = ["[^]", "[]", "[^"].iter().find(|begin| rest.starts_with(**begin));
                let length = first.map_or(1, |begin| begin.len());
                out.push_str(rest.get(..length).unwrap_or_default());
                at += length;
                continue;
            }
            ']' => in_class = false,
            '(' if !in_class => {
                open.push(!rest.starts_with("(?") || rest.starts_with("(?<") || rest.starts_with("(?P<"))
            }
            ')' if !in_class => drop(open.pop()),
            _ => {}
        }
        out.push_str(rest.get(..length).unwrap_or_default());
        at += length;
    }
    out
}

/// What a look-ahead at the beginning of a text comes to, and how long it is with the repetition after it.
fn written_out(text: &str, fold: bool, is_captured: bool) -> Option<(String, usize)> {
    let inside = text.strip_prefix("(?!")?;
    let (tree, after) = words(inside, fold)?;
    let (min, rest) = match (after.strip_prefix(".*"), after.strip_prefix(".+")) {
        (Some(rest), _) => (Some(0), rest),
        (_, Some(rest)) => (Some(1), rest),
        _ => (None, after),
    };
    let is_anchored = ends(rest)?;
    if min.is_none() && (is_anchored || is_captured) {
        return None;
    }
    let all = if min.is_some() { ".*" } else { "" };
    Some((tree.write(fold, min != Some(1)) + all, text.len() - rest.len()))
}

/// The words of a look-ahead, and what comes after it.
fn words(text: &str, fold: bool) -> Option<(Tree, &str)> {
    let (all, rest) = match text.strip_prefix("(?:") {
        None => list(text)?,
        Some(inside) => {
            let (mut all, rest) = list(inside)?;
            let outer = rest.strip_prefix('$');
            all.iter_mut().for_each(|(_, is_end)| *is_end |= outer.is_some());
            (all, outer.unwrap_or(rest).strip_prefix(')')?)
        }
    };
    let mut tree = Tree::default();
    for (word, is_end) in &all {
        tree.add(&if fold { word.to_ascii_lowercase() } else { word.clone() }, *is_end);
    }
    // Of an empty word nothing would hold.
    let is_one = |(word, _): &Word| !word.is_empty();
    let length: usize = all.iter().map(|(word, _)| word.len()).sum();
    (all.iter().all(is_one) && length <= MAX_CHARACTERS).then_some((tree, rest))
}

/// Words, each with whether `$` follows it, up to the end of their group; and what comes after that.
fn list(text: &str) -> Option<(Vec<Word>, &str)> {
    let (mut all, mut word, mut is_end) = (Vec::new(), Vec::new(), false);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'|' | b')' => {
                all.push((std::mem::take(&mut word), std::mem::take(&mut is_end)));
                if byte == b')' {
                    return Some((all, text.get(at + 1..)?));
                }
            }
            _ if is_end => return None,
            b'$' => is_end = true,
            b'\\' => word.push(bytes.next().map(|(_, escaped)| escaped).filter(u8::is_ascii_punctuation)?),
            byte if byte.is_ascii_graphic() && !b"([]{}*+?^.".contains(&byte) => word.push(byte),
            _ => return None,
        }
    }
    None
}

impl Tree {
    fn add(&mut self, word: &[u8], ends: bool) {
        match word.split_first() {
            Some((first, rest)) => self.next.entry(*first).or_default().add(rest, ends),
            None if ends => self.is_end = true,
            None => self.is_word = true,
        }
    }

    /// What does not begin with one of the words; `may_end` says whether it may be empty.
    fn write(&self, fold: bool, may_end: bool) -> String {
        let mut ways: Vec<String> = Vec::new();
        if may_end && !self.is_end {
            ways.push("$".to_owned());
        }
        let both = |byte: u8| {
            let cases = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
            let cases = if fold && byte.is_ascii_alphabetic() { cases.to_vec() } else { vec![byte] };
            let escape = if byte.is_ascii_punctuation() { "\\" } else { "" };
            cases.into_iter().map(|byte| format!("{escape}{}", char::from(byte))).collect::<String>()
        };
        let first: String = self.next.keys().map(|byte| both(*byte)).collect();
        ways.push(if first.is_empty() { ".".to_owned() } else { format!("[^{first}]") });
        for (byte, next) in self.next.iter().filter(|(_, next)| !next.is_word) {
            ways.push(format!("[{}]{}", both(*byte), next.write(fold, true)));
        }
        format!("(?:{})", ways.join("|"))
    }
}

/// Whether `$` is all that an expression has after this place, or nothing; `None` where it has more.
fn ends(mut rest: &str) -> Option<bool> {
    let mut is_anchored = false;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..)?;
        match c {
            '$' => is_anchored = true,
            // What repeats comes after itself.
            ')' if after.starts_with(['*', '+', '?', '{']) => return None,
            ')' => {}
            '|' => {
                rest = after_ways(after);
                continue;
            }
            _ => return None,
        }
        rest = after;
    }
    Some(is_anchored)
}

/// What stands from the end of the group on, past its other ways.
fn after_ways(text: &str) -> &str {
    let (mut depth, mut in_class, mut is_escaped, mut class_from) = (0_usize, false, false, 0);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            ']' if in_class && text.get(class_from..at).is_some_and(|own| own != "[" && own != "[^") => {
                in_class = false
            }
            _ if in_class => {}
            '[' => (in_class, class_from) = (true, at),
            '(' => depth += 1,
            ')' if depth == 0 => return text.get(at..).unwrap_or_default(),
            ')' => depth -= 1,
            _ => {}
        }
    }
    ""
}
