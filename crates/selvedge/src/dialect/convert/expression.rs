//! Regular expressions as sources of Vercel: `^/blog/(\d+)$` is `/blog/(\d+)`.

use super::paths::Path;

/// An expression for paths as a source, whose groups have numbers. The error says what Vercel does not have.
pub(super) fn expression(regex: &str) -> Result<Path, String> {
    let other = || "such regular expressions".to_owned();
    let inside = regex.strip_prefix("(?i)").unwrap_or(regex);
    let mut rest = inside.strip_prefix('^').filter(|rest| rest.starts_with('/')).ok_or_else(other)?;
    let mut source = Source::default();
    while let Some(c) = rest.chars().next() {
        if rest == "$" {
            source.flush();
            return Ok(source.path());
        }
        let (piece, after) = match c {
            '(' if rest.starts_with("(?:") => rest.split_at(group_end(rest).ok_or_else(other)?),
            '(' => {
                let (group, after) = rest.split_at(group_end(rest).ok_or_else(other)?);
                // One that is repeated has the last of several texts, or none.
                if !repetition(after).is_empty()
                    || group.starts_with("(?") && !group.starts_with("(?<") && !group.starts_with("(?P<")
                {
                    return Err(other());
                }
                source.capture(group);
                rest = after;
                continue;
            }
            '[' => rest.split_at(class_end(rest).ok_or_else(other)?),
            '\\' => rest.split_at(1 + rest.chars().nth(1).map(char::len_utf8).ok_or_else(other)?),
            '|' | ')' | '^' | '$' => return Err(other()),
            c => rest.split_at(c.len_utf8()),
        };
        let repeated = repetition(after);
        let literal = match piece.strip_prefix('\\') {
            Some(escaped) => (!escaped.starts_with(|c: char| c.is_alphanumeric())).then_some(escaped),
            None => (piece != "." && !piece.starts_with(['(', '['])).then_some(piece),
        };
        match literal.filter(|_| repeated.is_empty()) {
            Some(text) => source.text(text),
            None => source.open.push_str(&format!("{piece}{repeated}")),
        }
        rest = after.get(repeated.len()..).unwrap_or_default();
    }
    // It says nothing of the end.
    source.open.push_str(".*");
    source.flush();
    Ok(source.path())
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
        ] {
            let path = expression(regex).unwrap();
            assert_eq!(
                (path.text.as_str(), path.captures),
                (source, captures.into_iter().map(str::to_owned).collect()),
                "{regex}"
            );
        }
        for regex in ["a", "^a", "^/a|^/b", r"^/(a)?$", r"^/a\b$x", "^/(", "^/[[a]]"] {
            assert!(expression(regex).is_err(), "{regex}");
        }
    }
}
