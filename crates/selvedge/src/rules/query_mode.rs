//! What becomes of the request's query when a target replaces the URL.

use super::fields::Fields;

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
        let modes = [("keep", QueryMode::Keep), ("merge", QueryMode::Merge), ("drop", QueryMode::Drop)];
        fields.take("query").and_then(|node| node.one_of(&modes)).unwrap_or_default()
    }
}
