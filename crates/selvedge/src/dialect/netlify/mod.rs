//! Netlify's `_redirects` and `_headers`.

mod condition;
mod countries;
mod from;
mod headers;
mod loops;
mod query;
mod redirects;
mod repeated;
mod schemes;
mod target;
#[cfg(feature = "toml")]
mod toml;
mod written;

use super::vendor::{Lines, Vendor};
pub(super) use condition::{by_language, filled_cookies};
use headers::headers;
use redirects::redirects;
pub(super) use target::report;
#[cfg(feature = "toml")]
pub(super) use toml::netlify_toml;

pub(super) const VENDOR: Vendor = Vendor {
    name: "netlify",
    title: "Netlify",
    redirects,
    headers,
    refuses_path,
    decodes_paths: true,
    files_first: true,
    ignores_slash: true,
    folds_headers: true,
    has_conditions: true,
    rewrites_query: true,
    has_http_targets: true,
    proxies: true,
    removes_headers: false,
    fills_values: false,
};

/// A star is the last segment of a line; in `_headers` it can be a part of any. A name is a whole segment of both.
fn refuses_path(path: &str, lines: Lines) -> Option<&'static str> {
    let (last, before) = path.rsplit_once('/').map_or((path, ""), |(before, last)| (last, before));
    let stray = match lines {
        Lines::Redirects => before.contains('*') || last.contains('*') && last != "*",
        // Between slashes it takes no segment as well.
        Lines::Headers => before.split('/').any(|segment| segment == "*"),
    };
    if stray {
        return Some("star but at the end, after a slash");
    }
    if path.contains("//") {
        return Some("path with an empty segment");
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_part = |segment: &str| match segment.strip_prefix(':') {
        Some(name) => !name.chars().all(is_name),
        None => segment.contains(':'),
    };
    path.split('/').any(is_part).then_some("placeholder for a part of a segment")
}
