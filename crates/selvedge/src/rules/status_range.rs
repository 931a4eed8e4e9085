//! Ranges of status codes.

use super::Value;
use super::grammar::is_token;
use super::read::Node;

/// A range of status codes, both ends included: `404` or `"4xx"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StatusRange {
    /// The first code.
    pub(crate) first: u16,
    /// The last code.
    pub(crate) last: u16,
}

impl StatusRange {
    /// `404`, `"404"` or `"4xx"`.
    pub(super) fn read(node: &Node<'_>) -> Option<StatusRange> {
        let code = match node.value {
            Value::Number(number) if number.fract() == 0.0 && (100.0..600.0).contains(number) => Some(*number as u16),
            Value::String(text) => {
                let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
                if let Some(class) =
                    class.and_then(|class| class.parse::<u16>().ok()).filter(|class| (1..=5).contains(class))
                {
                    return Some(StatusRange { first: class * 100, last: class * 100 + 99 });
                }
                text.parse::<u16>().ok().filter(|code| (100..600).contains(code) && is_token(text))
            }
            _ => None,
        };
        if code.is_none() {
            node.expected("a status from 100 to 599, or a class such as \"4xx\"", "");
        }
        code.map(|code| StatusRange { first: code, last: code })
    }
}
