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
    takes_no_segment: true,
    folds_headers: true,
    has_conditions: true,
    rewrites_query: true,
    has_http_targets: true,
    proxies: true,
    removes_headers: false,
    fills_values: false,
};

/// A star is a whole segment of a line; in `_headers` it can be a part of one, but not between slashes alone, where it takes no
/// segment as well. A name is a whole segment of both.
fn refuses_path(path: &str, lines: Lines) -> Option<&'static str> {
    let before = path.rsplit_once('/').map_or("", |(before, _)| before);
    match lines {
        Lines::Redirects if path.split('/').any(|segment| segment.contains('*') && segment != "*") => {
            return Some("star as a part of a segment");
        }
        Lines::Redirects if path.matches('*').count() > 1 => {
            return Some("way to say how much each of two stars takes");
        }
        Lines::Headers if before.split('/').any(|segment| segment == "*") => {
            return Some("star between slashes in the paths of headers");
        }
        _ => {}
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
