//! Netlify's `_redirects` and `_headers`.

mod condition;
mod from;
mod headers;
mod redirects;
mod target;

pub(super) use headers::headers;
pub(super) use redirects::redirects;
pub(super) use target::report;
