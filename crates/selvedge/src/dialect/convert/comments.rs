//! The comments of a file.

use crate::dialect::Form;

/// A comment, without what marks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment<'t> {
    /// From 1.
    pub(super) line: u32,
    pub(super) text: &'t str,
}

/// The comments of a file, in their order.
pub(super) fn of(text: &str, form: Form) -> Vec<Comment<'_>> {
    let behind_words = match form {
        Form::Redirects(_) => true,
        // In a value `#` is a character as any other.
        Form::Headers(_) => false,
        #[cfg(feature = "migrate")]
        Form::Apache | Form::Nginx => false,
        #[cfg(feature = "toml")]
        Form::NetlifyToml => false,
        Form::Rules => return of_json(text),
        Form::VercelJson => return Vec::new(),
        #[cfg(feature = "migrate")]
        Form::Table | Form::Hosting(_) => return Vec::new(),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = text.split('\n').zip(1u32..);
    numbered.filter_map(|(text, line)| Some(Comment { line, text: comment(text, behind_words)? })).collect()
}

/// `//` and `/* */`, a comment for each line.
fn of_json(text: &str) -> Vec<Comment<'_>> {
    let mut comments = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '"' => string(rest),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            _ => c.len_utf8(),
        };
        let (piece, after) = rest.split_at(end.min(rest.len()));
        if let Some(inside) = piece.strip_prefix("/*") {
            let lines = inside.strip_suffix("*/").unwrap_or(inside).split('\n').zip(line..);
            let texts = lines.map(|(text, line)| Comment { line, text: text.trim().trim_start_matches('*').trim() });
            comments.extend(texts.filter(|comment| !comment.text.is_empty()));
        } else if let Some(text) = piece.strip_prefix("//") {
            comments.push(Comment { line, text: text.trim() });
        }
        line += piece.matches('\n').count() as u32;
        rest = after;
    }
    comments
}

/// How long the string at the beginning of a text is.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |end| end + 2)
}

fn comment(line: &str, behind_words: bool) -> Option<&str> {
    let line = line.trim();
    let text = match line.strip_prefix('#') {
        Some(text) => text,
        None if behind_words => {
            let at =
                line.char_indices().zip(line.chars().skip(1)).find(|((_, c), next)| c.is_whitespace() && *next == '#');
            let ((at, c), _) = at?;
            line.get(at + c.len_utf8() + 1..)?
        }
        None => return None,
    };
    // A line of `####` is a comment too.
    Some(text.trim_start_matches('#').trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    fn texts(text: &str, form: Form) -> Vec<(u32, &str)> {
        of(text, form).into_iter().map(|comment| (comment.line, comment.text)).collect()
    }

    #[test]
    fn whole_lines_and_behind_words() {
        let text = "\u{feff}# one\r\n/a /b#x # two\r\n\n  ## three ##\n/c /d #four";
        assert_eq!(
            texts(text, Form::Redirects(Dialect::Netlify)),
            [(1, "one"), (2, "two"), (4, "three ##"), (5, "four")]
        );
        let json = "{ // one\r\n  \"a\": \"// no \\\" /* no */\", /* two\n   * three */ \"b\": 1 } // four";
        assert_eq!(texts(json, Form::Rules), [(1, "one"), (2, "two"), (3, "three"), (3, "four")]);
        assert_eq!(texts("# a\n/x\n  X-A: 1 # no\n", Form::Headers(Dialect::Netlify)), [(1, "a")]);
    }
}
