//! Names of headers.

pub(crate) use selvedge_plan::layout::NOTE_HEADER;

use super::grammar::check_token;
use super::read::Node;

/// The name of a header, or several by a wildcard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum HeaderName {
    /// One header, as written.
    Exact(String),
    /// `x-amz-meta-*` or `*-debug`, in lower case, with one `*`; only where headers are removed.
    Wildcard(String),
}

/// Fields of one connection (RFC 9110 §7.6.1) that every platform keeps to itself.
const CONNECTION_FIELDS: [&str; 4] = ["connection", "keep-alive", "proxy-connection", "upgrade"];

impl HeaderName {
    /// The name or wildcard.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            HeaderName::Exact(name) | HeaderName::Wildcard(name) => name,
        }
    }

    /// The name or wildcard in lower case.
    pub(crate) fn lower(&self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    /// One name.
    pub(crate) fn read(node: &Node<'_>, text: &str) -> Option<HeaderName> {
        if text.contains('*') && !text.contains(|c: char| c != '*') {
            node.error("would remove every header", "name them, or use a prefix such as \"x-amz-meta-*\"");
            return None;
        }
        if text.contains('*') {
            node.error(format_args!("{text:?} is a wildcard, and only \"remove\" takes those"), "write the whole name");
            return None;
        }
        if !check_token(node, text, "a header name") {
            return None;
        }
        if CONNECTION_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(text)) {
            node.error(
                format_args!("{text:?} belongs to one connection, and no platform lets a rule touch it"),
                "leave it to the platform",
            );
            return None;
        }
        if text.eq_ignore_ascii_case(NOTE_HEADER) {
            node.error("\"x-selvedge\" is Selvedge's own note between the stages", "use another name");
            return None;
        }
        Some(HeaderName::Exact(text.to_owned()))
    }

    /// One name, or a wildcard.
    pub(crate) fn read_wildcard(node: &Node<'_>, text: &str) -> Option<HeaderName> {
        match text.split_once('*') {
            Some((before, after)) if !(before.is_empty() && after.is_empty()) => {
                if after.contains('*') {
                    node.error(format_args!("{text:?} has more than one \"*\""), "write one rule for each");
                    return None;
                }
                let lower = text.to_ascii_lowercase();
                check_token(node, text, "a header name").then_some(HeaderName::Wildcard(lower))
            }
            _ => HeaderName::read(node, text),
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    fn set(name: &str, value: &str) -> String {
        format!(r#"{{ "headers": [{{ "set": {{ "{name}": {value} }} }}] }}"#)
    }

    #[test]
    fn names_keep_their_case_and_values_may_be_lists() {
        let rules = rules(&set("X-Frame", r#"["a", "b {host}"]"#));
        let (name, values) = &rules.headers[0].set[0];
        assert_eq!((name.as_str(), name.lower(), values.len()), ("X-Frame", "x-frame".to_owned(), 2));
    }

    #[test]
    fn names_are_tokens() {
        for name in ["X Bad", "X:", "Ü", "a(b)"] {
            assert_problem(&set(name, r#""v""#), &format!("headers[0].set[{name:?}]"), "is not a header name");
        }
        assert_problem(&set("", r#""v""#), "headers[0].set[\"\"]", "cannot be empty");
        assert_problem(&set("X-*", r#""v""#), "headers[0].set[\"X-*\"]", "only \"remove\"");
        assert_problem(&set("X-Selvedge", r#""v""#), "headers[0].set[\"X-Selvedge\"]", "own note");
    }
}
