//! Netlify's `_redirects` and `_headers`.

mod condition;
mod countries;
mod from;
mod headers;
mod loops;
mod redirects;
mod schemes;
mod target;
#[cfg(feature = "toml")]
mod toml;

pub(super) use headers::headers;
pub(super) use redirects::redirects;
pub(super) use target::report;
#[cfg(feature = "toml")]
pub(super) use toml::netlify_toml;
