//! Cloudflare's `_redirects` and `_headers`, of Workers static assets and of Pages.

mod headers;
mod names;
mod redirects;

pub(super) use headers::headers;
pub(super) use redirects::redirects;

/// Longer lines are not read.
const MAX_LINE: usize = 2000;
