//! What differs between the vendors of `_redirects` and `_headers`, as data: their readers, and what their lines can say.

use super::{Options, Parsed};

/// The two kinds of files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lines {
    Redirects,
    Headers,
}

/// A vendor.
#[derive(Clone, Copy)]
pub(super) struct Vendor {
    pub(super) name: &'static str,
    /// Its name, for people.
    pub(super) title: &'static str,
    pub(super) redirects: fn(&str, &Options) -> Parsed,
    pub(super) headers: fn(&str, &Options) -> Parsed,
    /// Why a path of a rule cannot be written in a file of this kind.
    pub(super) refuses_path: fn(path: &str, lines: Lines) -> Option<&'static str>,
    /// Paths are compared with the lines of `_redirects` once their escapes are decoded.
    pub(super) decodes_paths: bool,
    /// Files come before lines, but for those with `!`. Elsewhere lines come first.
    pub(super) files_first: bool,
    /// A trailing slash of a path does not count.
    pub(super) ignores_slash: bool,
    /// A star between slashes is for no segment as well: `/a/*/b` for `/a/b`.
    pub(super) takes_no_segment: bool,
    /// The case of the paths of headers does not count.
    pub(super) folds_headers: bool,
    /// Lines have conditions.
    pub(super) has_conditions: bool,
    /// A line can rewrite to a path with a query.
    pub(super) rewrites_query: bool,
    /// Targets may be on plain HTTP.
    pub(super) has_http_targets: bool,
    /// Lines can ask another server.
    pub(super) proxies: bool,
    /// Lines can take headers away. Blocks then add to what earlier ones set.
    pub(super) removes_headers: bool,
    /// Values of headers have placeholders.
    pub(super) fills_values: bool,
}
