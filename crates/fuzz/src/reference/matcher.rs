//! Patterns by backtracking: every way to match is tried, the greediest first.

/// A pattern and how its rule reads it.
pub(crate) struct Pattern<'t> {
    pub(crate) text: &'t str,
    pub(crate) ignore_case: bool,
    pub(crate) ignore_slash: bool,
}

#[derive(Clone, Debug)]
enum Token<'t> {
    Literal(&'t str),
    /// `:name`: one or more characters of a segment.
    Name,
    /// `*`: any characters.
    Any,
    /// `*` in a pattern without a leading slash: any characters of a segment.
    InSegment,
}

impl<'t> Pattern<'t> {
    /// What its wildcards match of a normalised path; `None`: it does not match. Without a leading slash nothing is captured.
    pub(crate) fn captures<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        // Where a slash counts, a path ends with one where the pattern does, and nowhere else.
        if !self.ignore_slash && !self.is_anchored() && path.ends_with('/') != self.text.ends_with('/') {
            return None;
        }
        let tokens = self.tokens();
        // A trailing slash more or less does not count, on either side; but a final "*" takes what there is.
        let trimmed = if self.ignore_slash { path.strip_suffix('/').unwrap_or(path) } else { path };
        let whole = |tokens: &[Token<'t>]| {
            if matches!(tokens, [.., Token::Any] | [.., Token::Any, Token::Literal("")]) { path } else { trimmed }
        };
        self.match_from(&tokens, whole(&tokens)).or_else(|| {
            // A final "/*" matches the bare prefix as well, which may end in a "*" of its own: "/*/*" matches "/".
            let bare = self.bare(tokens)?;
            let mut found = self.match_from(&bare, whole(&bare))?;
            if self.is_anchored() {
                found.push("");
            }
            Some(found)
        })
    }

    fn is_anchored(&self) -> bool {
        self.text.starts_with('/')
    }

    /// Less the "/*" at its end, and less the trailing slash that may be left.
    fn bare(&self, tokens: Vec<Token<'t>>) -> Option<Vec<Token<'t>>> {
        let [before @ .., Token::Literal(last), Token::Any | Token::InSegment] = tokens.as_slice() else { return None };
        let last = last.strip_suffix('/').filter(|_| self.ignore_slash)?;
        let last = last.strip_suffix('/').unwrap_or(last);
        (self.is_anchored() || !last.is_empty() || !before.is_empty())
            .then(|| [before, &[Token::Literal(last)]].concat())
    }

    /// Without a leading slash a pattern begins after any slash.
    fn match_from<'p>(&self, tokens: &[Token<'_>], path: &'p str) -> Option<Vec<&'p str>> {
        if self.is_anchored() {
            return self.match_all(tokens, path);
        }
        let mut starts = path.match_indices('/').map(|(at, _)| at + 1);
        starts.find_map(|start| self.match_all(tokens, &path[start..])).map(|_| Vec::new())
    }

    fn tokens(&self) -> Vec<Token<'t>> {
        let anchored = self.is_anchored();
        let mut tokens = Vec::new();
        let text = if self.ignore_slash { self.text.strip_suffix('/').unwrap_or(self.text) } else { self.text };
        let mut rest = text;
        while !rest.is_empty() {
            let len = match rest.as_bytes()[0] {
                b'*' => {
                    tokens.push(if anchored { Token::Any } else { Token::InSegment });
                    1
                }
                b':' => {
                    tokens.push(Token::Name);
                    1 + rest[1..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len() - 1)
                }
                _ => {
                    let len = rest.find(['*', ':']).unwrap_or(rest.len());
                    tokens.push(Token::Literal(&rest[..len]));
                    len
                }
            };
            rest = &rest[len..];
        }
        tokens
    }

    fn match_all<'p>(&self, tokens: &[Token<'_>], text: &'p str) -> Option<Vec<&'p str>> {
        let Some((token, after)) = tokens.split_first() else {
            return text.is_empty().then(Vec::new);
        };
        let in_segment = text.find('/').unwrap_or(text.len());
        let (least, most) = match token {
            Token::Literal(literal) => {
                let head = text.get(..literal.len())?;
                let same = if self.ignore_case { head.eq_ignore_ascii_case(literal) } else { head == *literal };
                return if same { self.match_all(after, &text[literal.len()..]) } else { None };
            }
            Token::Name => (1, in_segment),
            Token::Any => (0, text.len()),
            Token::InSegment => (0, in_segment),
        };
        for len in (least..=most).rev() {
            if let Some(mut found) = self.match_all(after, &text[len..]) {
                found.insert(0, &text[..len]);
                return Some(found);
            }
        }
        None
    }
}
