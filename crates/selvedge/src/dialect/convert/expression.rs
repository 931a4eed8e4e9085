//! Regular expressions as sources of Vercel: `^/blog/(\d+)$` is `/blog/(\d+)`.

use super::paths::Path;

/// An expression for paths as a source, whose groups have numbers. The error says what Vercel does not have.
pub(super) fn expression(regex: &str) -> Result<Path, String> {
    let inside = regex.strip_prefix("(?i)").unwrap_or(regex);
    let mut source = Source::default();
    if !source.read(inside.strip_prefix('^').ok_or_else(other)?)? {
        // It says nothing of the end.
        source.open.push_str(".*");
    }
    source.flush();
    if source.text.starts_with('/') { Ok(source.path()) } else { Err(other()) }
}

fn other() -> String {
    "such regular expressions".to_owned()
}

#[derive(Default)]
struct Source {
    text: String,
    /// What is a group only since it is an expression.
    open: String,
    /// The names or numbers of all groups; those that only hold an expression have none.
    captures: Vec<String>,
    numbered: usize,
}

impl Source {
    /// Adds an expression; whether it says where the path ends.
    fn read(&mut self, mut rest: &str) -> Result<bool, String> {
        while let Some(c) = rest.chars().next() {
            if rest == "$" {
                return Ok(true);
            }
            let (piece, after) = match c {
                '(' => rest.split_at(group_end(rest).ok_or_else(other)?),
                '[' => rest.split_at(class_end(rest).ok_or_else(other)?),
                '\\' => rest.split_at(1 + rest.chars().nth(1).map(char::len_utf8).ok_or_else(other)?),
                '|' | ')' | '^' | '$' => return Err(other()),
                c => rest.split_at(c.len_utf8()),
            };
            let repeated = repetition(after);
            rest = after.get(repeated.len()..).unwrap_or_default();
            if captures(piece) {
                self.group(piece, repeated)?;
                continue;
            }
            if piece.starts_with("(?") && !piece.starts_with("(?:") {
                return Err(other());
            }
            let literal = match piece.strip_prefix('\\') {
                Some(escaped) => (!escaped.starts_with(|c: char| c.is_alphanumeric())).then_some(escaped),
                None => (piece != "." && !piece.starts_with(['(', '['])).then_some(piece),
            };
            match literal.filter(|_| repeated.is_empty()) {
                Some(text) => self.text(text),
                None => self.open.push_str(&format!("{piece}{repeated}")),
            }
        }
        Ok(false)
    }

    /// A group that captures, or has one in it that does. One that is repeated has the last of several texts.
    fn group(&mut self, group: &str, repeated: &str) -> Result<(), String> {
        let inside = group.strip_prefix("(?:").and_then(|group| group.strip_suffix(')'));
        let ends = match (inside, repeated) {
            (None, "") => {
                self.capture(group);
                false
            }
            (Some(inside), "") => self.read(inside)?,
            (Some(inside), "?") => {
                let mut part = Source { numbered: self.numbered, ..Source::default() };
                let ends = part.read(inside)?;
                part.flush();
                if part.captures.len() != 1 || part.text.contains('{') {
                    return Err(other());
                }
                self.flush();
                // A slash in front of a group is a part of it.
                let is_segment = part.text.starts_with("/(") && part.text.ends_with(')');
                let text = if is_segment { format!("{}?", part.text) } else { format!("{{{}}}?", part.text) };
                self.text.push_str(&text);
                self.captures.extend(part.captures);
                self.numbered = part.numbered;
                ends
            }
            _ => true,
        };
        // Where it ends inside, it is not known what follows.
        if ends { Err(other()) } else { Ok(()) }
    }

    fn text(&mut self, text: &str) {
        self.flush();
        if text.starts_with(|c| "(){}*+?:\\".contains(c)) {
            self.text.push('\\');
        }
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        if !self.open.is_empty() {
            self.text.push_str(&format!("({})", std::mem::take(&mut self.open)));
            self.captures.push(String::new());
        }
    }

    fn capture(&mut self, group: &str) {
        self.flush();
        self.numbered += 1;
        let inside = group.strip_prefix('(').and_then(|group| group.strip_suffix(')')).unwrap_or_default();
        let named =
            inside.strip_prefix("?P<").or_else(|| inside.strip_prefix("?<")).and_then(|rest| rest.split_once('>'));
        let (name, inside) =
            named.map_or((self.numbered.to_string(), inside), |(name, inside)| (name.to_owned(), inside));
        self.text.push_str(&format!("({inside})"));
        self.captures.push(name);
    }

    fn path(self) -> Path {
        Path { text: self.text, captures: self.captures, numbered: true, facts: Vec::new(), bare: false }
    }
}

/// Whether an expression has a group that captures.
fn captures(text: &str) -> bool {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest.chars().next() {
            Some('\\') => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            Some('[') => class_end(rest).unwrap_or(1),
            Some('(') if !rest.starts_with("(?") || rest.starts_with("(?<") || rest.starts_with("(?P<") => return true,
            first => first.map_or(1, char::len_utf8),
        };
    }
    false
}

/// Where a group ends that a text begins with.
fn group_end(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut at = 0;
    while let Some(c) = text.get(at..)?.chars().next() {
        match c {
            '\\' => at += 1,
            '[' => at += class_end(text.get(at..)?)? - 1,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        at += text.get(at..)?.chars().next()?.len_utf8();
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Where a class ends that a text begins with.
fn class_end(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            // Classes in classes are not JavaScript's.
            '[' => return None,
            ']' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The repetition that a text begins with.
fn repetition(text: &str) -> &str {
    let end = match text.chars().next() {
        Some('?' | '*' | '+') => 1,
        Some('{') => text.find('}').map_or(0, |at| at + 1),
        _ => 0,
    };
    let end = if end > 0 && text.get(end..).is_some_and(|rest| rest.starts_with('?')) { end + 1 } else { end };
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_their_places() {
        for (regex, source, captures) in [
            (r"^/blog/(\d+)$", r"/blog/(\d+)", vec!["1"]),
            (r"^/(?<lang>de|en)/(.*)$", "/(de|en)/(.*)", vec!["lang", "2"]),
            (r"^/a\d+/(x)", r"/a(\d+)/(x)(.*)", vec!["", "1", ""]),
            (r"(?i)^/a\.b/?$", r"/a.b(/?)", vec![""]),
            (r"^/a(?:/[^/]*)*$", r"/a((?:/[^/]*)*)", vec![""]),
            (r"^/a\+b\:$", r"/a\+b\:", vec![]),
            // As sources of Vercel's become expressions.
            (r"(?i)^/post(?:/(?<id>\d{1,}))$", r"/post/(\d{1,})", vec!["id"]),
            (r"(?i)^(?:/(en|de))/x$", "/(en|de)/x", vec!["1"]),
            (r"(?i)^/a(?:/(?<b>[^/]+?))?$", "/a/([^/]+?)?", vec!["b"]),
            (r"(?i)^/a(?:\-(?<b>[^/]+?)z)?/c$", r"/a{-([^/]+?)z}?/c", vec!["b"]),
            (r"^/a(?:/(?<b>(?:[^/]+?)(?:/(?:[^/]+?))*))$", "/a/((?:[^/]+?)(?:/(?:[^/]+?))*)", vec!["b"]),
            (r"^/a(?:/(?<b>[^/]+?))?/c(?:/(\d))$", r"/a/([^/]+?)?/c/(\d)", vec!["b", "2"]),
        ] {
            let path = expression(regex).unwrap();
            assert_eq!(
                (path.text.as_str(), path.captures),
                (source, captures.into_iter().map(str::to_owned).collect()),
                "{regex}"
            );
        }
        for regex in [
            "a",
            "^a",
            "^/a|^/b",
            r"^/(a)?$",
            r"^/a\b$x",
            "^/(",
            "^/[[a]]",
            "^/a(?:/(b))*$",
            "^/a(?:/(b)|c)$",
            "^/a(?:(b)$)x",
            "^/(?=a)b",
        ] {
            assert!(expression(regex).is_err(), "{regex}");
        }
    }
}
