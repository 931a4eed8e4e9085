//! `source`: a path in the grammar of path-to-regexp 6, as Vercel reads it: strict, with the delimiter `/`.

use crate::rules::Value;

/// What one `:name` matches where nothing else is said.
const SEGMENT: &str = "[^/]+?";
const ANYTHING: &str = ".*";

/// A source, piece by piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    tokens: Vec<Token>,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    Group(Group),
}

/// `{prefix(pattern)suffix}modifier`, most often written `/:name`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Group {
    name: Option<String>,
    prefix: String,
    suffix: String,
    /// `None` for braces without a group in them.
    pattern: Option<String>,
    modifier: Option<char>,
}

/// What a source comes to among Selvedge's patterns.
#[derive(Debug, PartialEq)]
pub(super) struct Matched {
    pub(super) from: Value,
    /// What a lookahead takes out.
    pub(super) except: Option<Value>,
    pub(super) captures: Vec<Capture>,
    /// `/a/:path*` matches `/a` too, which a pattern can only say together with `/a/`.
    pub(super) either_slash: bool,
}

/// A capture: its name in the file, if it has one, and its name in a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Capture {
    pub(super) name: Option<String>,
    pub(super) reference: String,
}

impl Source {
    /// The error says what is wrong with the text.
    pub(super) fn parse(text: &str) -> Result<Source, String> {
        if !text.starts_with('/') {
            return Err("a source begins with \"/\"".to_owned());
        }
        let lexemes = lex(text)?;
        let mut parser = Parser { lexemes: &lexemes, tokens: Vec::new(), text: String::new() };
        parser.run()?;
        Ok(Source { tokens: parser.tokens })
    }

    /// A character that no path holds, if one is to match literally.
    pub(super) fn never(&self) -> Option<char> {
        let texts = self.tokens.iter().filter_map(|token| match token {
            Token::Text(text) => Some(text.as_str()),
            Token::Group(group) if group.modifier.is_none() => Some(group.prefix.as_str()),
            Token::Group(_) => None,
        });
        texts.flat_map(str::chars).find(|c| matches!(c, '#' | '?'))
    }

    /// As a pattern where one says the same, else as a regular expression.
    pub(super) fn matched(&self) -> Result<Matched, String> {
        let (before, last) = match self.tokens.split_last() {
            Some((Token::Group(group), before)) => (before, Some(group)),
            _ => (self.tokens.as_slice(), None),
        };
        // `/((?!api|assets).*)`, all but some: the one use of lookahead that is common.
        // After anything that may end in several places, it would not be one exception.
        let fixed = before.iter().all(Token::ends_in_one_place);
        if let Some((out, rest)) = last.filter(|group| fixed && group.prefix == "/").and_then(Group::lookahead) {
            let group = Group { pattern: Some(rest.to_owned()), ..last.map(Group::copy).unwrap_or_default() };
            let tokens = before.iter().map(Token::copy).chain([Token::Group(group)]).collect();
            let kept = Source { tokens }.matched()?;
            let start = before.iter().map(Token::regex).collect::<String>() + last.map_or("", |group| &group.prefix);
            return Ok(Matched { except: Some(taken_out(before, last, &start, out)?), ..kept });
        }
        if let Some((pattern, captures)) = self.pattern() {
            let either_slash = self.groups().any(|group| group.modifier.is_some());
            // `/:path*` is optional as a whole, slash included: the root has a slash and nothing after it.
            let except = (either_slash && pattern == "/*").then(|| Value::String("/".to_owned()));
            return Ok(Matched { from: Value::String(pattern), except, captures, either_slash });
        }
        let regex = self.tokens.iter().map(Token::regex).collect::<String>();
        let mut captures = Vec::new();
        for group in self.groups().filter(|group| group.pattern.is_some()) {
            captures.push(match &group.name {
                Some(name) => Capture { name: Some(name.clone()), reference: name.clone() },
                None => Capture { name: None, reference: (captures.len() + 1).to_string() },
            });
        }
        Ok(Matched { from: regex_of(&format!("(?i)^{regex}$"))?, except: None, captures, either_slash: false })
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Group(group) => Some(group),
            Token::Text(_) => None,
        })
    }

    /// The pattern that says the same.
    fn pattern(&self) -> Option<(String, Vec<Capture>)> {
        let mut pattern = String::new();
        let mut captures = Vec::new();
        let mut splats = 0;
        for (position, token) in self.tokens.iter().enumerate() {
            let group = match token {
                Token::Text(text) if text.contains(['*', ':', '{', '}']) => return None,
                Token::Text(text) => {
                    pattern.push_str(text);
                    continue;
                }
                Token::Group(group) => group,
            };
            let last = position + 1 == self.tokens.len();
            let whole = group.suffix.is_empty() && matches!(group.prefix.as_str(), "" | "/");
            pattern.push_str(&group.prefix);
            let reference = match (group.pattern.as_deref()?, group.modifier) {
                (SEGMENT, None) if group.suffix.is_empty() => {
                    let name = group.name.clone()?;
                    // `:a-b` ends a name, `:ab` would not.
                    if matches!(self.tokens.get(position + 1), Some(Token::Text(text)) if text.starts_with(is_word)) {
                        return None;
                    }
                    pattern.push(':');
                    pattern.push_str(&name);
                    name
                }
                // A bare `/a`, and a slash at the end, are matched as well as what is below.
                (ANYTHING, Some('?'))
                    if group.prefix == "/" && whole && last && !pattern.is_empty() && pattern != "/" =>
                {
                    splats += 1;
                    pattern.push('*');
                    if splats == 1 { "splat".to_owned() } else { format!("splat{splats}") }
                }
                (ANYTHING, None) | (SEGMENT, Some('*')) if whole && last => {
                    splats += 1;
                    pattern.push('*');
                    if splats == 1 { "splat".to_owned() } else { format!("splat{splats}") }
                }
                (ANYTHING, None) if group.suffix.is_empty() => {
                    splats += 1;
                    pattern.push('*');
                    if splats == 1 { "splat".to_owned() } else { format!("splat{splats}") }
                }
                _ => return None,
            };
            captures.push(Capture { name: group.name.clone(), reference });
        }
        let mut names: Vec<&str> = captures.iter().map(|capture| capture.reference.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        (names.len() == captures.len()).then_some((pattern, captures))
    }
}

impl Token {
    fn ends_in_one_place(&self) -> bool {
        match self {
            Token::Text(_) => true,
            Token::Group(group) => group.modifier.is_none() && group.pattern.as_deref() == Some(SEGMENT),
        }
    }

    fn copy(&self) -> Token {
        match self {
            Token::Text(text) => Token::Text(text.clone()),
            Token::Group(group) => Token::Group(group.copy()),
        }
    }

    fn regex(&self) -> String {
        let group = match self {
            Token::Text(text) => return escaped(text),
            Token::Group(group) => group,
        };
        let (prefix, suffix) = (escaped(&group.prefix), escaped(&group.suffix));
        let modifier = group.modifier.map(String::from).unwrap_or_default();
        let Some(pattern) = &group.pattern else { return format!("(?:{prefix}{suffix}){modifier}") };
        let open = match &group.name {
            Some(name) => format!("(?<{name}>"),
            None => "(".to_owned(),
        };
        match group.modifier {
            _ if prefix.is_empty() && suffix.is_empty() => format!("{open}{pattern}){modifier}"),
            Some(repeat @ ('+' | '*')) => {
                let optional = if repeat == '*' { "?" } else { "" };
                format!("(?:{prefix}{open}(?:{pattern})(?:{suffix}{prefix}(?:{pattern}))*){suffix}){optional}")
            }
            _ => format!("(?:{prefix}{open}{pattern}){suffix}){modifier}"),
        }
    }
}

impl Group {
    fn copy(&self) -> Group {
        Group {
            name: self.name.clone(),
            prefix: self.prefix.clone(),
            suffix: self.suffix.clone(),
            pattern: self.pattern.clone(),
            modifier: self.modifier,
        }
    }

    /// `(?!OUT)REST`: what is taken out, and what is left to match.
    fn lookahead(&self) -> Option<(&str, &str)> {
        let inside = self.pattern.as_deref()?.strip_prefix("(?!")?;
        let mut depth = 1;
        let end = inside.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth == 0
        });
        let (out, rest) = inside.split_at(end?.0);
        let rest = rest.strip_prefix(')')?;
        (!out.contains("(?") && self.suffix.is_empty() && self.modifier.is_none()).then_some((out, rest))
    }
}

/// Everything that begins with one of the alternatives.
fn taken_out(before: &[Token], last: Option<&Group>, start: &str, out: &str) -> Result<Value, String> {
    let literal = match before {
        [] => Some(String::new()),
        [Token::Text(text)] => Some(text.clone()),
        _ => None,
    };
    let is_plain = |text: &str| text.chars().all(|c| is_word(c) || matches!(c, '-' | '/'));
    if let Some(literal) = literal.filter(|_| out.split('|').all(is_plain)) {
        let prefix = literal + last.map_or("", |group| &group.prefix);
        return Ok(Value::Array(out.split('|').map(|each| Value::String(format!("{prefix}{each}*"))).collect()));
    }
    regex_of(&format!("(?i)^{start}(?:{out})"))
}

/// As a pattern, if the engine has all that is in it.
pub(super) fn regex_of(regex: &str) -> Result<Value, String> {
    match regex_lite::Regex::new(regex) {
        Ok(_) => Ok(Value::Object(vec![("regex".to_owned(), Value::String(regex.to_owned()))])),
        Err(error) => Err(format!("as a regular expression it is {regex}, of which the engine says: {error}")),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if ".+*?=^!:${}()[]|\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[derive(Debug)]
enum Lexeme {
    Char(char),
    Escaped(char),
    Name(String),
    Pattern(String),
    Open,
    Close,
    Modifier(char),
}

fn lex(text: &str) -> Result<Vec<Lexeme>, String> {
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
                _ if pattern.starts_with('?') => Err("a group begins with \"?\"".to_owned()),
                _ => Ok(pattern),
            };
        }
        pattern.push(c);
    }
    Err("a \"(\" is not closed".to_owned())
}

struct Parser<'l> {
    lexemes: &'l [Lexeme],
    tokens: Vec<Token>,
    /// Not yet among the tokens.
    text: String,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
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
        Ok(())
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.tokens.push(Token::Text(std::mem::take(&mut self.text)));
        }
    }

    /// `:name(pattern)modifier`, of which the name or the pattern is there.
    fn capture<'l>(&mut self, prefix: String, rest: &'l [Lexeme]) -> &'l [Lexeme] {
        self.flush();
        let mut group = Group { prefix, ..Group::default() };
        let rest = group.inside(rest);
        let rest = group.repeated(rest);
        self.tokens.push(Token::Group(group));
        rest
    }

    /// After `{`.
    fn braces<'l>(&mut self, rest: &'l [Lexeme]) -> Result<&'l [Lexeme], String> {
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
    use super::*;

    fn from(source: &str) -> String {
        match Source::parse(source).unwrap().matched().unwrap().from {
            Value::String(pattern) => pattern,
            Value::Object(members) => format!("{:?}", members.first().map(|(_, regex)| regex)),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn common_sources_are_patterns() {
        for (source, pattern) in [
            ("/about", "/about"),
            ("/blog/:slug", "/blog/:slug"),
            ("/:path*", "/*"),
            ("/docs/:path*", "/docs/*"),
            ("/(.*)", "/*"),
            ("/a/(.*)/b/:c", "/a/*/b/:c"),
            ("/p/:id.html", "/p/:id.html"),
            ("/:file(.*)", "/*"),
        ] {
            assert_eq!(from(source), pattern, "{source}");
        }
    }

    #[test]
    fn others_are_the_expressions_of_path_to_regexp() {
        for (source, regex) in [
            ("/post/:id(\\d{1,})", "^/post(?:/(?<id>\\d{1,}))$"),
            ("/a/:b?", "^/a(?:/(?<b>[^/]+?))?$"),
            ("/a/:b+", "^/a(?:/(?<b>(?:[^/]+?)(?:/(?:[^/]+?))*))$"),
            ("/(en|de)/x", "^(?:/(en|de))/x$"),
            ("/a{-:b}?", "^/a(?:\\-(?<b>[^/]+?))?$"),
        ] {
            let expected = format!("(?i){}", regex.replace("\\-", "-"));
            assert_eq!(from(source), format!("{:?}", Some(Value::String(expected))), "{source}");
        }
    }

    #[test]
    fn a_lookahead_is_an_exception() {
        let of = |source: &str| Source::parse(source).unwrap().matched().unwrap();
        let matched = of("/((?!api|assets/).*)");
        assert_eq!(matched.from, Value::String("/*".to_owned()));
        let texts = ["/api*", "/assets/*"].map(|text| Value::String(text.to_owned()));
        assert_eq!(matched.except, Some(Value::Array(texts.into())));
        let matched = of("/:lang/((?!api$).*)");
        assert_eq!(matched.from, Value::String("/:lang/*".to_owned()));
        let regex = "(?i)^(?:/(?<lang>[^/]+?))/(?:api$)".to_owned();
        assert_eq!(matched.except, Some(Value::Object(vec![("regex".to_owned(), Value::String(regex))])));
    }

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
        assert!(Source::parse("/a/:b((?<=x)y)").unwrap().matched().unwrap_err().contains("(?<=x)y"));
    }
}
