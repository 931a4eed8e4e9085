//! Expressions of Apache 2.4, `"%{HTTPS} == 'on' && %{CONTENT_TYPE} =~ m#text/html#i"`, as far as rules have what they ask:
//! <https://httpd.apache.org/docs/2.4/expr.html>.

use super::condition::{self, Test};
use super::lex::Owned;
use crate::dialect::pcre::Pcre;
use crate::dialect::sink::string;
use crate::dialect::when::add;
use crate::places::Span;
use crate::rules::Value;

/// Members of `when` for an expression. The error says what rules do not have.
pub(super) fn when(text: &str, span: Span) -> Result<Vec<(String, Value)>, String> {
    let mut when = Vec::new();
    for term in terms(text) {
        let own = self::term(term.trim(), span).map_err(|what| format!("{what} in an expression of Apache"))?;
        add(&mut when, own)?;
    }
    Ok(when)
}

/// What `&&` joins, but for what stands in quotes or in an expression.
fn terms(text: &str) -> Vec<&str> {
    let (mut terms, mut from, mut quote) = (Vec::new(), 0, None);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (quote, byte) {
            (None, b'\'' | b'"' | b'#' | b'/') => quote = Some(*byte),
            (Some(own), byte) if own == *byte => quote = None,
            (None, b'&') if bytes.get(at + 1) == Some(&b'&') => {
                terms.push(text.get(from..at).unwrap_or_default());
                at += 1;
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    terms.push(text.get(from..).unwrap_or_default());
    terms
}

fn term(text: &str, span: Span) -> Result<Vec<(String, Value)>, String> {
    let as_this = || format!("{text:?}");
    let (name, rest) = text.strip_prefix("%{").and_then(|rest| rest.split_once('}')).ok_or_else(as_this)?;
    let (operator, operand) = rest.trim_start().split_once(char::is_whitespace).ok_or_else(as_this)?;
    let operand = operand.trim();
    let (negated, operator) = operator.strip_prefix('!').map_or((false, operator), |rest| (true, rest));
    let (pattern, fold) = match operator {
        "~" | "=~" => regex(operand).ok_or_else(as_this)?,
        "=" | "==" => (format!("={}", quoted(operand).ok_or_else(as_this)?), false),
        "-eq" if operand.bytes().all(|byte| byte.is_ascii_digit()) => (format!("={operand}"), false),
        _ => return Err(as_this()),
    };
    let name = name.to_ascii_uppercase();
    let own = match name.as_str() {
        "REQUEST_STATUS" => {
            let status = pattern.strip_prefix('=').and_then(|code| code.parse::<u16>().ok());
            let status = status.filter(|code| (100..600).contains(code)).ok_or_else(as_this)?;
            vec![("status".to_owned(), Value::Number(f64::from(status)))]
        }
        "CONTENT_TYPE" => {
            // Rules compare the type without its parameters.
            let test = match pattern.strip_prefix('=') {
                Some(_) => return Err(as_this()),
                None if pattern.contains(['$', ';', '!']) => return Err(as_this()),
                None => Value::Object(vec![("regex".to_owned(), string(Pcre::new(&pattern, fold)?.text()?))]),
            };
            vec![("contentType".to_owned(), test)]
        }
        _ => {
            let word = |text: String| Owned { text, span };
            let flags = if fold { "[NC]" } else { "" };
            let words = [word(format!("%{{{name}}}")), word(pattern), word(flags.to_owned())];
            match condition::read(&words, 0)?.test {
                Test::When(when) => when,
                _ => return Err(as_this()),
            }
        }
    };
    Ok(condition::not(negated, own))
}

/// `m#^a#i`, or `/^a/`.
fn regex(text: &str) -> Option<(String, bool)> {
    let inside = text.strip_prefix('m').unwrap_or(text);
    let quote = inside.chars().next().filter(|quote| !quote.is_alphanumeric() && *quote != '\\')?;
    let (source, flags) = inside.get(quote.len_utf8()..)?.rsplit_once(quote)?;
    let is_plain = !source.contains(quote) && !source.starts_with(['!', '=', '-', '<', '>']);
    (is_plain && matches!(flags, "" | "i")).then(|| (source.to_owned(), flags == "i"))
}

fn quoted(text: &str) -> Option<&str> {
    let inside = ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inside.filter(|inside| !inside.contains(['%', '\\', '\'', '"']))
}
