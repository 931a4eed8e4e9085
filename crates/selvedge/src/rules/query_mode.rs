//! What becomes of the request's query when a target replaces the URL.

use super::Value;
use super::fields::Fields;
use super::read::Node;

/// The member `query` of redirects and rewrites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum QueryMode {
    /// `"keep"`: appended, unless the target has a query of its own.
    #[default]
    Keep,
    /// `"merge"`: appended, less the names that the target has.
    Merge,
    /// `"drop"`: gone.
    Drop,
}

impl QueryMode {
    pub(crate) fn read(fields: &mut Fields<'_>) -> QueryMode {
        fields.take("query").and_then(|node| QueryMode::of(&node)).unwrap_or_default()
    }

    /// The mode, and with it the parameters that go: `{ "drop": ["ref"] }` keeps the others.
    pub(crate) fn read_or_names(fields: &mut Fields<'_>) -> (QueryMode, Vec<String>) {
        let Some(node) = fields.take("query") else { return Default::default() };
        if !matches!(node.value, Value::Object(_)) {
            return (QueryMode::of(&node).unwrap_or_default(), Vec::new());
        }
        let names = node.object().and_then(|mut fields| {
            let drop = fields.required("drop", "name the parameters that go")?;
            Some(drop.strings("a parameter name", read_parameter))
        });
        (QueryMode::Merge, names.unwrap_or_default())
    }

    fn of(node: &Node<'_>) -> Option<QueryMode> {
        node.one_of(&[("keep", QueryMode::Keep), ("merge", QueryMode::Merge), ("drop", QueryMode::Drop)])
    }
}

/// A name of parameters, which may have a `*` at either end.
pub(crate) fn read_parameter(node: &Node<'_>, name: &str) -> Option<String> {
    let inner = name.strip_prefix('*').unwrap_or(name);
    let inner = inner.strip_suffix('*').unwrap_or(inner);
    if name.is_empty() {
        node.error("empty parameter name", "remove it");
    } else if inner.contains('*') {
        node.error(format_args!("{name:?} has a \"*\" inside"), "\"*\" may stand at the beginning and at the end");
    } else if let Some(bad) = inner.chars().find(|c| matches!(c, '&' | '=' | '?' | '#')) {
        node.error(format_args!("{name:?} contains {bad:?}"), "write the name of one parameter alone");
    } else {
        return Some(name.to_owned());
    }
    None
}
