//! Spellings of one path that many servers take for the same: reserved characters as they are, and escaped.
//!
//! RFC 3986 §2.2: `/@a` and `/%40a` are two addresses, and patterns keep them apart. Servers compare what they have decoded.

use super::{Pattern, Token, Value};

/// So many characters of a pattern are written in both ways, each with each; a pattern with more becomes an expression.
const MAX_SPELLED: usize = 3;

/// Patterns that are for what `pattern`, as it is written, is for, with its reserved characters as they are and escaped. None
/// where it has no such character. `fold` and `exact` say whether case and a slash at the end count.
pub(crate) fn spellings(text: &str, fold: bool, exact: bool) -> Vec<Value> {
    let Ok(pattern) = Pattern::parse(text) else { return Vec::new() };
    let pieces = pieces(&pattern);
    let count = pieces.iter().filter(|piece| matches!(piece, Piece::Reserved(_))).count();
    if count == 0 {
        return Vec::new();
    }
    let end = if text.len() > 1 && text.ends_with('/') { "/" } else { "" };
    if count > MAX_SPELLED {
        let regex = expression(&pattern, &pieces, fold, exact.then_some(end));
        return vec![Value::Object(vec![("regex".to_owned(), Value::String(regex))])];
    }
    let written = |which: u32| {
        let mut at = 0;
        let mut out = String::new();
        for piece in &pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Reserved(byte) => {
                    match (which >> at & 1 == 1, byte) {
                        (true, byte) => out.push_str(&format!("%{byte:02X}")),
                        (false, b':' | b'*') => out.push_str(&format!("{{{}}}", char::from(*byte))),
                        (false, byte) => out.push(char::from(*byte)),
                    }
                    at += 1;
                }
                Piece::Wildcard { written, .. } => out.push_str(written),
            }
        }
        Value::String(out + end)
    };
    (0..1 << count).map(written).collect()
}

/// Part of a pattern.
enum Piece {
    Text(String),
    /// A character of RFC 3986 §2.2, escaped or not.
    Reserved(u8),
    Wildcard {
        written: String,
        expression: String,
    },
}

fn pieces(pattern: &Pattern) -> Vec<Piece> {
    let Pattern::Path { tokens, .. } = pattern else { return Vec::new() };
    let mut pieces = Vec::new();
    for token in tokens {
        match token {
            Token::Literal(text) => literal(text, &mut pieces),
            Token::Param(name) => {
                pieces.push(Piece::Wildcard { written: format!(":{name}"), expression: format!("(?P<{name}>[^/]+)") })
            }
            Token::Splat(name) => {
                pieces.push(Piece::Wildcard { written: "*".to_owned(), expression: format!("(?P<{name}>.*)") });
            }
        }
    }
    pieces
}

fn literal(text: &str, pieces: &mut Vec<Piece>) {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escape = rest.get(..3).filter(|it| it.starts_with('%'));
        let escaped = escape.and_then(|it| u8::from_str_radix(it.get(1..)?, 16).ok()).filter(|byte| is_reserved(*byte));
        let (byte, length) = match (escaped, u8::try_from(first)) {
            (Some(byte), _) => (Some(byte), 3),
            (None, Ok(byte)) if is_reserved(byte) => (Some(byte), 1),
            _ => (None, first.len_utf8()),
        };
        let (one, after) = rest.split_at(length);
        match byte {
            Some(byte) => {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Reserved(byte));
            }
            None => plain.push_str(one),
        }
        rest = after;
    }
    pieces.push(Piece::Text(plain));
}

/// What RFC 3986 §2.2 reserves and a segment may hold, and `|`, which addresses have as it is.
fn is_reserved(byte: u8) -> bool {
    b"!$&'()*+,:;=@[]|".contains(&byte)
}

/// `end` is what the path has at its end, where a slash there counts.
fn expression(pattern: &Pattern, pieces: &[Piece], fold: bool, end: Option<&str>) -> String {
    let mut out = String::from(if fold { "(?i)" } else { "" });
    out.push_str(if matches!(pattern, Pattern::Path { anchored: true, .. }) { "^" } else { "(?:^|/)" });
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(&regex_lite::escape(text)),
            Piece::Reserved(byte) => {
                let own = regex_lite::escape(&char::from(*byte).to_string());
                out.push_str(&format!("(?:{own}|%{byte:02X})"));
            }
            Piece::Wildcard { expression, .. } => out.push_str(expression),
        }
    }
    let rest = pieces.last().and_then(|last| match last {
        Piece::Wildcard { written, expression } if written == "*" => Some(format!("/{expression}")),
        _ => None,
    });
    match (end, rest.and_then(|rest| Some((out.strip_suffix(&rest)?.to_owned(), rest)))) {
        (Some(end), _) => out + end + "$",
        // The bare folder is one of its paths.
        (None, Some((folder, rest))) => format!("{folder}(?:{rest})?$"),
        (None, None) => out + "/?$",
    }
}

/// `path` with each of its reserved characters written in the other way, one at a time, and with all of them escaped.
pub(crate) fn respelled(path: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    literal(path, &mut pieces);
    let mut out = Vec::new();
    let mut before = String::new();
    let mut all = String::new();
    let mut rest = path;
    for piece in &pieces {
        match piece {
            Piece::Text(text) => {
                all.push_str(text);
                before.push_str(text);
                rest = rest.get(text.len()..).unwrap_or_default();
            }
            Piece::Reserved(byte) => {
                let escaped = format!("%{byte:02X}");
                let (own, other) = match rest.strip_prefix(char::from(*byte)) {
                    Some(after) => ((char::from(*byte).to_string(), after), escaped.clone()),
                    None => (
                        (rest.get(..3).unwrap_or_default().to_owned(), rest.get(3..).unwrap_or_default()),
                        char::from(*byte).to_string(),
                    ),
                };
                rest = own.1;
                out.push(format!("{before}{other}{rest}"));
                before.push_str(&own.0);
                all.push_str(&escaped);
            }
            Piece::Wildcard { .. } => {}
        }
    }
    out.push(all);
    out.retain(|it| it != path);
    out.dedup();
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// By hand.
    #[test]
    fn the_spellings_of_a_pattern() {
        let of = |text: &str| {
            let all = spellings(text, false, true);
            all.iter().map(|it| serde_json::to_string(it).unwrap()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("/a/:b/*"), "");
        assert_eq!(of("/@a/"), r#""/@a/" "/%40a/""#);
        assert_eq!(of("/%40a/:b*"), r#""/@a/:b*" "/%40a/:b*""#);
        assert_eq!(of("/a{:}b"), r#""/a{:}b" "/a%3Ab""#);
        assert_eq!(of("a=b,c"), r#""a=b,c" "a%3Db,c" "a=b%2Cc" "a%3Db%2Cc""#);
        assert_eq!(of("/a%20b"), "");
        assert_eq!(
            of("/(a+b)=.:n/*"),
            r#"{"regex":"^/(?:\\(|%28)a(?:\\+|%2B)b(?:\\)|%29)(?:=|%3D)\\.(?P<n>[^/]+)/(?P<splat>.*)$"}"#
        );
    }

    /// By hand: without `exact` a slash at the end does not count, and the bare folder is one of its paths.
    #[test]
    fn the_expression_of_a_pattern_is_for_what_it_is_for() {
        let of = |text: &str| match spellings(text, true, false).as_slice() {
            [Value::Object(members)] => format!("{:?}", members.first().unwrap().1),
            other => format!("{other:?}"),
        };
        assert!(
            of("/a=,@+/*").contains("(?i)^/a(?:=|%3D)(?:,|%2C)(?:@|%40)(?:\\\\+|%2B)(?:/(?P<splat>.*))?$"),
            "{}",
            of("/a=,@+/*")
        );
        assert!(of("a=,@+").contains("(?i)(?:^|/)a(?:=|%3D)(?:,|%2C)(?:@|%40)(?:\\\\+|%2B)/?$"), "{}", of("a=,@+"));
    }

    /// By hand.
    #[test]
    fn the_spellings_of_a_path() {
        assert_eq!(respelled("/a/b"), [""; 0]);
        assert_eq!(respelled("/@a"), ["/%40a"]);
        assert_eq!(respelled("/%40a"), ["/@a"]);
        assert_eq!(respelled("/@a%2Bc/"), ["/%40a%2Bc/", "/@a+c/", "/%40a%2Bc/"]);
    }
}
