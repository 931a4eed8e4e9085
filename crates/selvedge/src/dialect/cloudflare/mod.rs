//! Cloudflare's `_redirects` and `_headers`, of Workers static assets and of Pages.

mod headers;
mod names;
mod redirects;

use super::vendor::Vendor;
use headers::headers;
use redirects::redirects;

pub(super) const VENDOR: Vendor = Vendor {
    name: "cloudflare",
    title: "Cloudflare",
    redirects,
    headers,
    refuses_path: |path, _| (path.matches('*').count() > 1).then_some("two stars in one pattern"),
    decodes_paths: false,
    files_first: false,
    ignores_slash: false,
    takes_no_segment: false,
    folds_headers: false,
    has_conditions: false,
    rewrites_query: false,
    has_http_targets: false,
    proxies: false,
    removes_headers: true,
    fills_values: true,
};

/// Longer lines are not read.
const MAX_LINE: usize = 2000;
