//! Rule files that people already have: text → rules and findings.
//!
//! Each vendor's grammar and meaning is a dialect, and named explicitly: the same line means different things to different
//! vendors.

pub mod convert;

#[cfg(feature = "migrate")]
mod access;
#[cfg(feature = "migrate")]
mod apache;
mod arrange;
mod block;
mod certain;
mod cloudflare;
mod existing;
mod foreign;
mod form;
#[cfg(feature = "migrate")]
mod hosting;
mod key;
mod line;
mod netlify;
#[cfg(feature = "migrate")]
mod nginx;
#[cfg(feature = "migrate")]
mod own;
mod parsed;
#[cfg(feature = "migrate")]
mod pcre;
mod placeholders;
#[cfg(feature = "migrate")]
mod readable;
mod route;
mod sink;
#[cfg(feature = "migrate")]
mod spellings;
#[cfg(feature = "migrate")]
mod table;
#[cfg(feature = "migrate")]
mod taken;
mod vendor;
mod vercel;
#[cfg(feature = "migrate")]
mod when;
mod written;

pub use form::{Form, parse};
#[cfg(feature = "migrate")]
pub use hosting::Hosting;
pub use parsed::Parsed;
use parsed::invalid_json;
#[cfg(feature = "migrate")]
pub use table::ADDRESS_COLUMNS;
pub use vercel::vercel_json;
#[cfg(feature = "migrate")]
use vercel::{Capture, Matched, Names, Source, origin, template};

use crate::platform::Platform;
use crate::rules::Value;

/// Whose `_redirects` and `_headers` they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// Netlify's.
    Netlify,
    /// Cloudflare's: Workers static assets and Pages.
    Cloudflare,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Dialect; 2] = [Dialect::Netlify, Dialect::Cloudflare];

    /// The dialect of this name: `netlify` or `cloudflare`.
    pub fn from_name(name: &str) -> Option<Dialect> {
        Dialect::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// Its name, for people.
    pub fn title(self) -> &'static str {
        self.vendor().title
    }

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        self.vendor().name
    }

    fn vendor(self) -> vendor::Vendor {
        match self {
            Dialect::Netlify => netlify::VENDOR,
            Dialect::Cloudflare => cloudflare::VENDOR,
        }
    }
}

/// What a file of rules does not say itself.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// The files that the site has, as paths: `/index.html`, `/blog/a.html`. A line of Netlify's that is not forced yields
    /// to them. `None` where they are not known.
    pub files: Option<Vec<String>>,
    /// Which columns of a table hold what, as pairs: `("from", "Old address")`, or the number of the column, from 1. By default
    /// their names say it.
    pub columns: Vec<(String, String)>,
    /// What some of them hold, for rules that answer with a file: its path, and a body as rules have it.
    pub bodies: Vec<(String, Value)>,
    /// Where the rules will run, if that is known: some of what a line means, not every platform can see at once.
    pub platform: Option<Platform>,
}

impl Options {
    /// Nothing known.
    pub fn new() -> Options {
        Options::default()
    }

    /// The files that the site has.
    #[must_use]
    pub fn files(mut self, files: impl IntoIterator<Item = impl Into<String>>) -> Options {
        self.files = Some(files.into_iter().map(Into::into).collect());
        self
    }

    /// Which column of a table holds what: `from`, `to`, `status` or another word, and the column's name or number.
    #[must_use]
    pub fn column(mut self, what: impl Into<String>, name: impl Into<String>) -> Options {
        self.columns.push((what.into(), name.into()));
        self
    }

    /// What a file of the site holds, for `"body": { "file": "404.html" }`: a text, or `{ "base64": "…" }`.
    #[must_use]
    pub fn body(mut self, path: impl Into<String>, body: impl Into<Value>) -> Options {
        self.bodies.push((path.into(), body.into()));
        self
    }

    /// Where the rules will run. Without it a line is read as every platform can honour it.
    #[must_use]
    pub fn platform(mut self, platform: impl Into<Option<Platform>>) -> Options {
        self.platform = platform.into();
        self
    }

    /// Whether what the viewer sends and what the platform adds can be read together, if that is known.
    fn sees_at_once(&self) -> Option<bool> {
        self.platform.map(Platform::sees_at_once)
    }
}

/// Reads a `_redirects` file.
pub fn redirects(text: &str, dialect: Dialect, options: &Options) -> Parsed {
    (dialect.vendor().redirects)(text, options)
}

/// Reads the redirects and headers of a `netlify.toml` file.
#[cfg(feature = "toml")]
pub fn netlify_toml(text: &str, options: &Options) -> Parsed {
    netlify::netlify_toml(text, options)
}

/// Reads a `_headers` file.
pub fn headers(text: &str, dialect: Dialect, options: &Options) -> Parsed {
    (dialect.vendor().headers)(text, options)
}
