//! Regular expressions as JavaScript has them, where both mean the same.

use selvedge_plan::layout::look;

use super::ambiguity::is_ambiguous;
use super::tree::{Repeat, Tree};
use super::{Class, Expression};

/// The last scalar value.
const LAST: u32 = char::MAX as u32;
/// The last one that is a single unit of a string.
const LAST_UNIT: u32 = 0xFFFF;
const BEYOND: &str = "tells characters beyond U+FFFF apart";

impl Expression {
    /// The source of the same expression in JavaScript, without flags; the error says what there is not.
    ///
    /// JavaScript searches by trying: what could take it time that grows with more than a power of the text is refused, too.
    pub(crate) fn script(&self) -> Result<String, &'static str> {
        let mut source = String::new();
        write(&self.tree, &mut source)?;
        Ok(if source.is_empty() { "(?:)".to_owned() } else { source })
    }

    /// Whether it finds something in an empty text.
    pub(crate) fn matches_empty(&self) -> bool {
        self.tree.matches_empty()
    }
}

fn write(tree: &Tree, out: &mut String) -> Result<(), &'static str> {
    match tree {
        Tree::Empty => {}
        Tree::Char(c) => character(*c, out)?,
        Tree::Class(class) => write_class(class, out)?,
        Tree::Look(kind) => out.push_str(match *kind {
            look::START => "^",
            look::END => "$",
            look::END_LINE => "(?=\\n|$)",
            look::WORD => "\\b",
            look::NOT_WORD => "\\B",
            look::WORD_START => "\\b(?=\\w)",
            look::WORD_END => "\\b(?!\\w)",
            look::WORD_END_HALF => "(?!\\w)",
            _ => return Err("looks back at what precedes a match"),
        }),
        Tree::Repeat(repeat) => write_repeat(repeat, out)?,
        Tree::Group(_, of) => {
            out.push('(');
            write(of, out)?;
            out.push(')');
        }
        Tree::Concat(parts) => {
            for part in parts {
                if let Tree::Alternate(_) = part {
                    out.push_str("(?:");
                    write(part, out)?;
                    out.push(')');
                } else {
                    write(part, out)?;
                }
            }
        }
        Tree::Alternate(parts) => {
            for (number, part) in parts.iter().enumerate() {
                if number > 0 {
                    out.push('|');
                }
                write(part, out)?;
            }
        }
    }
    Ok(())
}

fn write_repeat(Repeat { min, max, greedy, of }: &Repeat, out: &mut String) -> Result<(), &'static str> {
    let again = max.is_none_or(|max| max > 1);
    if again && has_group(of) {
        return Err("captures in a part that repeats: JavaScript forgets what an earlier turn captured");
    }
    if again && of.matches_empty() {
        return Err("repeats what may be empty");
    }
    // Of (a+)+ each way to split a text is tried.
    if again && is_ambiguous(of) {
        return Err("repeats what can match one text in two ways: a hostile text could take the function all its time");
    }
    let single = matches!(**of, Tree::Char(_) | Tree::Class(_) | Tree::Group(..));
    out.push_str(if single { "" } else { "(?:" });
    write(of, out)?;
    out.push_str(if single { "" } else { ")" });
    match (min, max) {
        (0, None) => out.push('*'),
        (1, None) => out.push('+'),
        (0, Some(1)) => out.push('?'),
        (min, Some(max)) if min == max => out.push_str(&format!("{{{min}}}")),
        (min, Some(max)) => out.push_str(&format!("{{{min},{max}}}")),
        (min, None) => out.push_str(&format!("{{{min},}}")),
    }
    out.push_str(if *greedy { "" } else { "?" });
    Ok(())
}

fn has_group(tree: &Tree) -> bool {
    match tree {
        Tree::Group(..) => true,
        Tree::Repeat(repeat) => has_group(&repeat.of),
        Tree::Concat(parts) | Tree::Alternate(parts) => parts.iter().any(has_group),
        Tree::Empty | Tree::Char(_) | Tree::Class(_) | Tree::Look(_) => false,
    }
}

fn character(c: u32, out: &mut String) -> Result<(), &'static str> {
    match char::from_u32(c) {
        Some(c @ (' '..='~')) if !c.is_ascii_alphanumeric() && c != '_' && c != ' ' => out.extend(['\\', c]),
        Some(c @ (' '..='~')) => out.push(c),
        _ if c <= LAST_UNIT => out.push_str(&format!("\\u{c:04x}")),
        _ => return Err(BEYOND),
    }
    Ok(())
}

/// A character beyond U+FFFF is two units of a string, so a class has all of them or none.
fn write_class(class: &Class, out: &mut String) -> Result<(), &'static str> {
    let beyond = class.ranges.iter().filter(|range| range.1 > LAST_UNIT);
    let (all, ranges) = match beyond.collect::<Vec<_>>().as_slice() {
        [] => (false, class.ranges.clone()),
        [last] if last.0 <= LAST_UNIT + 1 && last.1 == LAST => (true, class.clone().negated().ranges),
        _ => return Err(BEYOND),
    };
    let words = [("\\d", "digit"), ("\\w", "word")];
    let known = words.iter().find(|(_, name)| Class::posix(name).is_some_and(|class| class.ranges == ranges));
    if let Some((short, _)) = known {
        out.push_str(&if all { short.to_uppercase() } else { (*short).to_owned() });
        return Ok(());
    }
    if all && ranges == [(0x0A, 0x0A)] {
        out.push_str("[^\\n]");
        return Ok(());
    }
    if all && ranges.is_empty() {
        out.push_str("[\\s\\S]");
        return Ok(());
    }
    out.push_str(if all { "[^" } else { "[" });
    for (first, last) in ranges {
        class_character(first, out);
        if last > first {
            out.push_str(if last > first + 1 { "-" } else { "" });
            class_character(last, out);
        }
    }
    out.push(']');
    Ok(())
}

fn class_character(c: u32, out: &mut String) {
    match char::from_u32(c) {
        Some(c) if c.is_ascii_alphanumeric() => out.push(c),
        _ if c < 0x100 => out.push_str(&format!("\\x{c:02x}")),
        _ => out.push_str(&format!("\\u{c:04x}")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn script(source: &str) -> Result<String, &'static str> {
        Expression::new(source).ok().unwrap().script()
    }

    /// By hand, from ECMAScript 5.1 §15.10 and the syntax of regex-lite.
    #[test]
    fn what_both_have_is_written_anew() {
        for (source, expected) in [
            (r"^/(?P<y>\d{4})/(.*)$", r"^\/(\d{4})\/([^\n]*)$"),
            (r"(?i)ab", "[Aa][Bb]"),
            (r"a|b(?:c|d)+?", "a|b(?:c|d)+?"),
            (r"\A[^/]+\z", r"^[^\x2f]+$"),
            (r"(?s).", r"[\s\S]"),
            (r"\w+\b", r"\w+\b"),
            ("", "(?:)"),
        ] {
            assert_eq!(script(source), Ok(expected.to_owned()), "{source}");
        }
    }

    #[test]
    fn what_would_mean_something_else_is_refused() {
        for source in [r"(?:(a)|b)+", "(?m:^)a", "(a|b*)*", "(?:a+)+$", "(?:a|aa)+b", "[\u{1F600}-\u{1F64F}]"] {
            assert!(script(source).is_err(), "{source}");
        }
    }
}
