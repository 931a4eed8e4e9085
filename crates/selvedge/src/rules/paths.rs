//! Which paths a rule is for: its patterns, less its exceptions.

use super::fields::Fields;
use std::fmt::{self, Display, Formatter};

use super::Value;
use super::media_types::extensions;
use super::pattern::Pattern;
use super::read::Node;

/// `from` or `for`, with `except` and `ignoreCase`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Paths {
    /// Any of them; the first that matches captures.
    pub(crate) patterns: Vec<Pattern>,
    /// Paths that are taken out again.
    pub(crate) except: Vec<Pattern>,
    /// Whether ASCII letters match in either case; the rule's own setting, or that of the document.
    pub(crate) ignore_case: bool,
}

impl Paths {
    /// Reads the member `name` (`from` or `for`) and its companions; without a default it must be there.
    pub(crate) fn read(fields: &mut Fields<'_>, name: &'static str, default: Option<&str>) -> Option<Paths> {
        let node = match default {
            None => fields.required(name, "say which paths, for example \"/docs/*\""),
            Some(_) => fields.take(name),
        };
        let exact = match fields.take("ignoreTrailingSlash") {
            Some(node) => !node.bool().unwrap_or(true),
            None => fields.node.context.exact_slash.get(),
        };
        let patterns = match (node, default) {
            (Some(node), _) => read_all(&node, exact),
            (None, Some(default)) => Pattern::parse(default).ok().map(|pattern| vec![pattern]),
            (None, None) => None,
        };
        let except = fields.take("except").map(|node| read_all(&node, exact).unwrap_or_default()).unwrap_or_default();
        let ignore_case = match fields.take("ignoreCase") {
            Some(node) => node.bool().unwrap_or(false),
            None => fields.node.context.ignore_case.get(),
        };
        Some(Paths { patterns: patterns?, except, ignore_case })
    }
}

impl Display for Paths {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, pattern) in self.patterns.iter().enumerate() {
            write!(f, "{}{pattern}", if number == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// All the patterns, or none if one of them is wrong: placeholders can be checked only against all.
fn read_all(node: &Node<'_>, exact: bool) -> Option<Vec<Pattern>> {
    let mut all = Vec::with_capacity(1);
    let mut sound = true;
    for item in node.some_items() {
        let before = all.len();
        match item.value.member("files") {
            Some(_) => read_files(&item, &mut all),
            None => all.extend(Pattern::read(&item, exact)),
        }
        sound &= all.len() > before;
    }
    (sound && !all.is_empty()).then_some(all)
}

/// `{ "files": true }`, or `{ "files": ["/CNAME"] }`: what looks like a file by a known extension, what is well known (RFC 8615),
/// and these.
fn read_files(node: &Node<'_>, all: &mut Vec<Pattern>) {
    let Some(mut fields) = node.object() else { return };
    let Some(files) = fields.take("files") else { return };
    if *files.value != Value::Bool(true) {
        all.extend(read_all(&files, false).unwrap_or_default());
    }
    for extension in extensions() {
        all.extend(Pattern::parse(&["*.", extension].concat()));
    }
    all.extend(Pattern::parse("/.well-known/*"));
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    #[test]
    fn takes_one_pattern_or_several() {
        let rules = rules(
            r#"{ "redirects": [{ "from": ["/a", { "regex": "^/b$" }], "to": "/c", "except": "*.css" }],
                 "headers": [{ "set": { "A": "b" } }] }"#,
        );
        assert_eq!(rules.redirects[0].from.patterns.len(), 2);
        assert_eq!(rules.redirects[0].from.except.len(), 1);
        assert_eq!(rules.headers[0].paths.patterns[0].to_string(), "/*");
    }

    #[test]
    fn something_must_match() {
        assert_problem(r#"{ "redirects": [{ "from": [], "to": "/c" }] }"#, "redirects[0].from", "empty list");
        assert_problem(r#"{ "redirects": [{ "to": "/c" }] }"#, "redirects[0]", "\"from\" is missing");
        assert_problem(
            r#"{ "redirects": [{ "from": ["/a", "/:x/:x"], "to": "/c" }] }"#,
            "redirects[0].from[1]",
            "twice",
        );
        assert_problem(
            r#"{ "redirects": [{ "from": { "regex": "^/(" }, "to": "/c" }] }"#,
            "redirects[0].from.regex",
            "invalid regular expression",
        );
    }
}
