//! Netlify's `_redirects` and `_headers`.

mod condition;
mod countries;
mod from;
mod headers;
mod loops;
mod redirects;
mod repeated;
mod schemes;
mod target;
#[cfg(feature = "toml")]
mod toml;

use super::vendor::Vendor;
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

fn refuses_path(path: &str, anchored: bool) -> Option<&'static str> {
    let stars = path.matches('*').count();
    if stars > 0 && anchored && !(stars == 1 && path.ends_with("/*")) {
        return Some("star but at the end, after a slash");
    }
    if path.contains("//") {
        return Some("path with an empty segment");
    }
    let is_part = |segment: &str| segment.find(':').is_some_and(|at| at > 0);
    path.split('/').any(is_part).then_some("placeholder for a part of a segment")
}
