//! Patterns of paths: `/blog/:year/*`, `*.css`, or a regular expression.

use std::{error, fmt};

use selvedge_plan::path;

use super::{Value, read::Node};
use crate::expression::{Expression, InvalidExpression};

/// How many `:name` and `*` one pattern may have.
const MAX_WILDCARDS: usize = 16;

/// What stands before and after a `:` or `*` that is meant literally: braces as they are once a path is normalised.
const OPEN: &str = "%7B";
const CLOSE: &str = "%7D";

/// What a path is matched against, in its normalised form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pattern {
    /// Literal text and wildcards.
    Path {
        /// Whether it began with `/`: otherwise it matches the last segments at any depth and captures nothing.
        anchored: bool,
        /// The pattern, piece by piece; without a trailing slash, so the root is empty.
        tokens: Vec<Token>,
        /// Whether it ends with a slash; `None` where a trailing slash more or less does not count.
        slash: Option<bool>,
    },
    /// A regular expression of regex-lite, unanchored.
    Regex {
        /// The expression as written.
        source: String,
        /// What it captures: every group by its name, if it has one, and by its number.
        names: Vec<String>,
    },
}

/// A piece of a path pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// Normalised text that must be there.
    Literal(String),
    /// `:name`: one or more characters of a segment.
    Param(String),
    /// `*`: any characters, slashes included; `splat`, `splat2` and so on.
    Splat(String),
}

/// Why a pattern is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidPattern {
    pub(crate) message: String,
    pub(crate) help: String,
}

impl InvalidPattern {
    fn new(message: impl Into<String>, help: impl Into<String>) -> InvalidPattern {
        InvalidPattern { message: message.into(), help: help.into() }
    }
}

impl Pattern {
    /// Whether it is `/*`, and a slash at the end does not count.
    pub(crate) fn is_every_path(&self) -> bool {
        matches!(self, Pattern::Path { anchored: true, tokens, slash: None | Some(false) }
            if matches!(tokens.as_slice(), [Token::Literal(slash), Token::Splat(_)] if slash == "/"))
    }

    /// Reads a path pattern. The literal text is normalised, so `/café` is `/caf%C3%A9`.
    pub(crate) fn parse(text: &str) -> Result<Pattern, InvalidPattern> {
        Pattern::parse_with(text, false)
    }

    /// As [`Pattern::parse`]; `exact` if a trailing slash counts.
    fn parse_with(text: &str, exact: bool) -> Result<Pattern, InvalidPattern> {
        refuse(text)?;
        let anchored = text.starts_with(['/', '\\']);
        let normal = normalise(text);
        let path = normal.as_deref().unwrap_or(text);
        let (path, slash) = path.strip_suffix('/').map_or((path, false), |path| (path, true));
        let tokens = tokenise(path)?;
        let slash = exact.then_some(slash);
        if tokens.is_empty() && !anchored {
            return Err(InvalidPattern::new("empty pattern", "write \"/*\" for every path"));
        }
        Ok(Pattern::Path { anchored, tokens, slash })
    }

    /// Checks a regular expression and collects what it captures.
    pub(crate) fn regex(source: &str) -> Result<Pattern, InvalidPattern> {
        if source.is_empty() {
            return Err(InvalidPattern::new("empty regular expression", "write \"/*\" for every path"));
        }
        let expression = Expression::new(source)
            .map_err(|InvalidExpression { message, help }| InvalidPattern::new(message, help))?;
        let mut names = Vec::new();
        for (at, name) in expression.names.into_iter().enumerate() {
            names.extend(name);
            names.push((at + 1).to_string());
        }
        Ok(Pattern::Regex { source: source.to_owned(), names })
    }

    /// The names that placeholders can use, in the order of the groups.
    pub(crate) fn captures(&self) -> Vec<&str> {
        match self {
            Pattern::Path { anchored: false, .. } => Vec::new(),
            Pattern::Path { tokens, .. } => tokens.iter().filter_map(Token::name).collect(),
            Pattern::Regex { names, .. } => names.iter().map(String::as_str).collect(),
        }
    }

    /// Whether a placeholder of this name has a capture.
    pub(crate) fn has_capture(&self, name: &str) -> bool {
        match self {
            Pattern::Path { anchored, tokens, .. } => {
                *anchored && tokens.iter().any(|token| token.name() == Some(name))
            }
            Pattern::Regex { names, .. } => names.iter().any(|it| it == name),
        }
    }

    /// A path pattern as a string, or `{ "regex": "…" }`.
    pub(crate) fn read(node: &Node<'_>, exact: bool) -> Option<Pattern> {
        let (result, place) = match node.value {
            Value::Object(_) => {
                let mut fields = node.object()?;
                let regex = fields.required("regex", "write { \"regex\": \"^/…\" }, or the pattern as a string")?;
                (Pattern::regex(regex.string("a regular expression")?), regex)
            }
            _ => (Pattern::parse_with(node.string("a pattern")?, exact), *node),
        };
        result.map_err(|invalid| place.problem("invalid-pattern", invalid.message, invalid.help)).ok()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Path { tokens, slash, .. } => {
                for token in tokens {
                    match token {
                        Token::Literal(text) => f.write_str(text)?,
                        Token::Param(name) => write!(f, ":{name}")?,
                        Token::Splat(_) => f.write_str("*")?,
                    }
                }
                f.write_str(if *slash == Some(true) || tokens.is_empty() { "/" } else { "" })
            }
            Pattern::Regex { source, .. } => f.write_str(source),
        }
    }
}

impl Token {
    fn name(&self) -> Option<&str> {
        match self {
            Token::Literal(_) => None,
            Token::Param(name) | Token::Splat(name) => Some(name),
        }
    }
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for InvalidPattern {}

/// Refuses what would never match, or not what was meant.
fn refuse(text: &str) -> Result<(), InvalidPattern> {
    let fail = |message: &str, help: &str| Err(InvalidPattern::new(message, help));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'*');
    if text.bytes().all(plain) && !text.is_empty() {
        return Ok(());
    }
    if text.is_empty() {
        return fail("empty pattern", "write \"/\" for the root, \"/*\" for every path");
    }
    if text.trim() != text {
        return fail("a pattern cannot begin or end with a blank", "remove it, or write %20");
    }
    if text.contains("://") {
        return fail("a pattern is a path, not a URL", "put the host into \"when\": { \"host\": … }");
    }
    if text.contains('?') {
        return fail("a pattern sees the path only, not the query", "put it into \"when\": { \"query\": { … } }");
    }
    if text.contains('#') {
        return fail("a fragment (#) never reaches a server", "remove it, or write %23 for the character itself");
    }
    if let Some(name) = text
        .split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}'))
        .map(|(name, _)| name)
        .find(|name| is_name(name))
    {
        return Err(InvalidPattern::new(
            format!("\"{{{name}}}\" is not a wildcard in a pattern"),
            format!("write \":{name}\" (or %7B for the brace itself)"),
        ));
    }
    Ok(())
}

/// The normalised text, where it differs. A pattern without a leading slash keeps having none.
pub(crate) fn normalise(text: &str) -> Option<String> {
    if path::is_normal(text.as_bytes()) {
        return None;
    }
    let mut out = vec![0; 3 * text.len() + 1];
    let len = path::normalise(text.as_bytes(), &mut out)?;
    out.truncate(len);
    if !text.starts_with(['/', '\\']) {
        out.remove(0);
    }
    String::from_utf8(out).ok()
}

fn tokenise(path: &str) -> Result<Vec<Token>, InvalidPattern> {
    let special = |byte: u8| matches!(byte, b':' | b'*');
    let mut tokens: Vec<Token> = Vec::new();
    // Nearly all of a large set are literal.
    match path.bytes().filter(|byte| special(*byte)).count() {
        0 if path.is_empty() => return Ok(tokens),
        0 => return Ok(vec![Token::Literal(path.to_owned())]),
        count => tokens.reserve_exact(2 * count + 1),
    }
    let mut literal = String::new();
    let mut splats = 0;
    let mut rest = path;
    while let Some(at) = rest.bytes().position(special) {
        let (before, found) = rest.split_at(at);
        let (sign, after) = found.split_at(1);
        if let (Some(before), Some(after)) = (before.strip_suffix(OPEN), after.strip_prefix(CLOSE)) {
            literal.push_str(before);
            literal.push_str(sign);
            rest = after;
            continue;
        }
        literal.push_str(before);
        let (token, after) = match found.strip_prefix('*') {
            Some(after) => {
                splats += 1;
                (Token::Splat(if splats == 1 { "splat".to_owned() } else { format!("splat{splats}") }), after)
            }
            None => {
                let (name, after) = split_name(after);
                if name.is_empty() {
                    literal.push_str(sign);
                    rest = after;
                    continue;
                }
                (Token::Param(name.to_owned()), after)
            }
        };
        rest = after;
        if !literal.is_empty() {
            tokens.push(Token::Literal(std::mem::take(&mut literal)));
        }
        if let Some(name) = token.name()
            && tokens.iter().any(|other| other.name() == Some(name))
        {
            return Err(InvalidPattern::new(format!("captures {name:?} twice"), "give one of them another name"));
        }
        tokens.push(token);
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        tokens.push(Token::Literal(literal));
    }
    let wildcards = tokens.iter().filter(|token| token.name().is_some()).count();
    if wildcards > MAX_WILDCARDS {
        return Err(InvalidPattern::new(
            format!("{wildcards} wildcards, and a pattern may have {MAX_WILDCARDS}"),
            "write one \"*\" for several segments",
        ));
    }
    Ok(tokens)
}

/// Splits `[A-Za-z_][A-Za-z0-9_]*` off the beginning; empty if there is none.
pub(crate) fn split_name(text: &str) -> (&str, &str) {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return ("", text);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}

/// Whether the text is a capture's name.
pub(crate) fn is_name(text: &str) -> bool {
    let (name, rest) = split_name(text);
    !name.is_empty() && rest.is_empty()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use Token::{Literal, Param, Splat};

    fn tokens(text: &str) -> Vec<Token> {
        match Pattern::parse(text).unwrap() {
            Pattern::Path { tokens, .. } => tokens,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn names_splats_and_literals() {
        let lit = |text: &str| Literal(text.to_owned());
        let param = |name: &str| Param(name.to_owned());
        let splat = |name: &str| Splat(name.to_owned());
        assert_eq!(tokens("/a/b"), [lit("/a/b")]);
        assert_eq!(tokens("/a/"), [lit("/a")]);
        assert_eq!(tokens("/a//"), [lit("/a/")]);
        assert_eq!(tokens("/"), []);
        assert_eq!(tokens("/p/:id.html"), [lit("/p/"), param("id"), lit(".html")]);
        assert_eq!(tokens("/v:major-:minor"), [lit("/v"), param("major"), lit("-"), param("minor")]);
        assert_eq!(tokens("/a/*/b/*"), [lit("/a/"), splat("splat"), lit("/b/"), splat("splat2")]);
        assert_eq!(tokens("*.css"), [splat("splat"), lit(".css")]);
        assert_eq!(tokens("/at/12:30"), [lit("/at/12:30")]);
        assert_eq!(tokens("/:a:b"), [lit("/"), param("a"), param("b")]);
        assert_eq!(tokens("/wiki/File{:}a{*}/:b*"), [lit("/wiki/File:a*/"), param("b"), splat("splat")]);
    }

    #[test]
    fn literals_are_normalised() {
        assert_eq!(Pattern::parse("/café").unwrap(), Pattern::parse("/caf%c3%a9").unwrap());
        assert_eq!(Pattern::parse(r"\a\./b/../%7e").unwrap(), Pattern::parse("/a/~").unwrap());
        assert_eq!(tokens("a b.css"), [Literal("a%20b.css".to_owned())]);
    }

    #[test]
    fn slashes_count_where_they_are_meant_to() {
        let slash = |text: &str| match Pattern::parse_with(text, true).unwrap() {
            Pattern::Path { slash, .. } => slash,
            other => unreachable!("{other:?}"),
        };
        assert_eq!(
            [slash("/a"), slash("/a/"), slash("/a/:b"), slash("/")],
            [Some(false), Some(true), Some(false), Some(true)]
        );
        assert_eq!([slash("/a/*"), slash("/a/*/"), slash("*.js")], [Some(false), Some(true), Some(false)]);
        assert_eq!(Pattern::parse_with("/a/", true).unwrap().to_string(), "/a/");
        assert_eq!(Pattern::parse("/a/").unwrap(), Pattern::parse("/a").unwrap());
    }

    #[test]
    fn an_unanchored_pattern_captures_nothing() {
        assert!(Pattern::parse("*.css").unwrap().captures().is_empty());
        assert_eq!(Pattern::parse("/*.css").unwrap().captures(), ["splat"]);
    }

    #[test]
    fn regexes_capture_by_name_and_number() {
        let pattern = Pattern::regex(r"^/(?<y>\d{4})/(.*)$").unwrap();
        assert_eq!(pattern.captures(), ["y", "1", "2"]);
        assert!(Pattern::regex("(").unwrap_err().to_string().starts_with("invalid regular expression: "));
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        for text in ["", "/a?b", "/a#b", "/:a/:a", "/:splat/*", "https://example.com/", "/blog/{slug}", " /a", "./"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
        assert!(Pattern::parse(&"/*".repeat(16)).is_ok());
        assert!(Pattern::parse(&"/*".repeat(17)).is_err());
    }
}
