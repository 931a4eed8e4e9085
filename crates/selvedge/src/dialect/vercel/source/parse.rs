//! The text of a source as tokens.

use super::{Group, SEGMENT, Token, is_word};

#[derive(Debug)]
pub(super) enum Lexeme {
    Char(char),
    Escaped(char),
    Name(String),
    Pattern(String),
    Open,
    Close,
    Modifier(char),
}

pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, String> {
    let mut lexemes = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        lexemes.push(match c {
            '*' | '+' | '?' => Lexeme::Modifier(c),
            '\\' => Lexeme::Escaped(rest.next().ok_or("\"\\\" at the end escapes nothing")?),
            '{' => Lexeme::Open,
            '}' => Lexeme::Close,
            ':' => {
                let name: String = rest.clone().take_while(|c| is_word(*c)).collect();
                if name.is_empty() {
                    return Err("\":\" has no name after it; a colon itself is \"\\\\:\"".to_owned());
                }
                rest.nth(name.len() - 1);
                Lexeme::Name(name)
            }
            '(' => Lexeme::Pattern(group(&mut rest)?),
            _ => Lexeme::Char(c),
        });
    }
    Ok(lexemes)
}

/// A group up to the parenthesis that closes it.
fn group(rest: &mut std::str::Chars<'_>) -> Result<String, String> {
    let mut pattern = String::new();
    let mut depth = 1;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                pattern.push(c);
                pattern.extend(rest.next());
                continue;
            }
            '(' if rest.clone().next() != Some('?') => {
                return Err("a group in a group captures; write (?:…)".to_owned());
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return match pattern.as_str() {
                "" => Err("an empty group".to_owned()),
                _ if pattern.starts_with("?!") => {
                    Err("a group that looks ahead stands alone after a slash, as in /((?!api/).*)".to_owned())
                }
                _ if pattern.starts_with('?') => Err("a group begins with \"?\"".to_owned()),
                _ => Ok(pattern),
            };
        }
        pattern.push(c);
    }
    Err("a \"(\" is not closed".to_owned())
}

pub(super) struct Parser<'l> {
    lexemes: &'l [Lexeme],
    tokens: Vec<Token>,
    /// Not yet among the tokens.
    text: String,
}

impl<'l> Parser<'l> {
    pub(super) fn new(lexemes: &'l [Lexeme]) -> Parser<'l> {
        Parser { lexemes, tokens: Vec::new(), text: String::new() }
    }

    pub(super) fn run(mut self) -> Result<Vec<Token>, String> {
        loop {
            self.lexemes = match self.lexemes {
                [] => break,
                [Lexeme::Char(c), rest @ ..] if matches!(rest, [Lexeme::Name(_) | Lexeme::Pattern(_), ..]) => {
                    let is_prefix = matches!(c, '.' | '/');
                    if !is_prefix {
                        self.text.push(*c);
                    }
                    self.capture(if is_prefix { c.to_string() } else { String::new() }, rest)
                }
                rest @ [Lexeme::Name(_) | Lexeme::Pattern(_), ..] => self.capture(String::new(), rest),
                [Lexeme::Char(c) | Lexeme::Escaped(c), rest @ ..] => {
                    self.text.push(*c);
                    rest
                }
                [Lexeme::Open, rest @ ..] => self.braces(rest)?,
                [Lexeme::Close, ..] => return Err("\"}\" closes nothing".to_owned()),
                [Lexeme::Modifier(c), ..] => {
                    return Err(format!(
                        "\"{c}\" has nothing before it that it could repeat; itself it is \"\\\\{c}\""
                    ));
                }
            };
        }
        self.flush();
        Ok(self.tokens)
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.tokens.push(Token::Text(std::mem::take(&mut self.text)));
        }
    }

    /// `:name(pattern)modifier`, of which the name or the pattern is there.
    fn capture(&mut self, prefix: String, rest: &'l [Lexeme]) -> &'l [Lexeme] {
        self.flush();
        let mut group = Group { prefix, ..Group::default() };
        let rest = group.inside(rest);
        let rest = group.repeated(rest);
        self.tokens.push(Token::Group(group));
        rest
    }

    /// After `{`.
    fn braces(&mut self, rest: &'l [Lexeme]) -> Result<&'l [Lexeme], String> {
        self.flush();
        let mut group = Group::default();
        let rest = plain(rest, &mut group.prefix);
        let rest = group.inside(rest);
        let rest = plain(rest, &mut group.suffix);
        let [Lexeme::Close, rest @ ..] = rest else { return Err("a \"{\" is not closed".to_owned()) };
        let rest = group.repeated(rest);
        self.tokens.push(Token::Group(group));
        Ok(rest)
    }
}

impl Group {
    fn inside<'l>(&mut self, mut rest: &'l [Lexeme]) -> &'l [Lexeme] {
        if let [Lexeme::Name(name), after @ ..] = rest {
            self.name = Some(name.clone());
            self.pattern = Some(SEGMENT.to_owned());
            rest = after;
        }
        if let [Lexeme::Pattern(pattern), after @ ..] = rest {
            self.pattern = Some(pattern.clone());
            rest = after;
        }
        rest
    }

    fn repeated<'l>(&mut self, rest: &'l [Lexeme]) -> &'l [Lexeme] {
        match rest {
            [Lexeme::Modifier(c), rest @ ..] => {
                self.modifier = Some(*c);
                rest
            }
            _ => rest,
        }
    }
}

fn plain<'l>(mut rest: &'l [Lexeme], text: &mut String) -> &'l [Lexeme] {
    while let [Lexeme::Char(c) | Lexeme::Escaped(c), after @ ..] = rest {
        text.push(*c);
        rest = after;
    }
    rest
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Source;

    #[test]
    fn what_is_wrong_is_said() {
        for (source, message) in [
            ("about", "begins with"),
            ("/a/:", "no name"),
            ("/a/(b", "not closed"),
            ("/a/((b))", "captures"),
            ("/a/**", "repeat"),
            ("/a}", "closes nothing"),
            ("/a\\", "escapes nothing"),
        ] {
            let error = Source::parse(source).unwrap_err();
            assert!(error.contains(message), "{source}: {error}");
        }
    }
}
