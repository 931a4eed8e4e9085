//! Rules written in code.
//!
//! A builder has a method for each member of the [reference], under the same name. What it makes is read as a document is:
//! [`RulesBuilder::build`] finds everything that is wrong, with the same places and messages, and there is no other way to
//! rules. A member that is given twice is an error.
//!
//! ```
//! use selvedge::build::{Headers, Redirect, Response, When, prefix};
//! use selvedge::{Engine, Platform, Rules};
//!
//! let rules = Rules::builder()
//!     .response(Response::new("/admin/*").when(When::new().not(When::new().ip("192.0.2.0/24"))).status(403))
//!     .redirect(Redirect::new(["/blog/:year/*", "/news/:year/*"], "/:year/:splat").status(308))
//!     .headers(Headers::new("/*").remove("x-amz-meta-*").set("Referrer-Policy", "same-origin"))
//!     .headers(Headers::new("/*").when(When::new().content_type(prefix("text/"))).append("Vary", "Accept-Language"))
//!     .build()?;
//! let engine = Engine::new(&rules, Platform::Fetch)?;
//!
//! let problems = Rules::builder().redirect(Redirect::new("/old/*", "javascript:alert(1)").status(200)).build().unwrap_err();
//! assert_eq!(problems.iter().map(|problem| problem.place.as_str()).collect::<Vec<_>>(), ["redirects[0].to", "redirects[0].status"]);
//! # Ok::<(), selvedge::Diagnostics>(())
//! ```
//!
//! [reference]: https://github.com/selvedge/selvedge/blob/main/docs/reference/rules.md

mod kinds;
mod object;
mod origin;
mod when;

pub use kinds::{
    Download, Experiment, Headers, Html, Precompressed, Query, Redirect, Response, Rewrite, Security, Variant, base64,
};
pub use origin::{CustomOrigin, OriginRule, S3Origin};
pub use when::{When, contains, prefix, regex, suffix};

use crate::diagnostic::Diagnostics;
use crate::rules::{Rules, Value};
use object::{Object, builders, item, whole};

builders! {
    /// A set of rules in the making. See [`Rules::builder`].
    RulesBuilder {
        /// Whether patterns ignore the case of ASCII letters, unless a rule says otherwise.
        ignore_case(ignore: bool) "ignoreCase": whole(ignore);
        /// Whether a trailing slash more or less does not count in patterns, unless a rule says otherwise.
        ignore_trailing_slash(ignore: bool) "ignoreTrailingSlash": whole(ignore);
        /// The site's languages, the default first.
        languages(tags: impl Into<Value>) "languages": whole(tags);
        /// `"pass"` or `"block"`: what happens to a message when the engine fails on it, at every stage.
        on_trap(what: &str) "onTrap": whole(what);
        /// `"keep"` or `"merge"`: how adjacent slashes of the path are read.
        slashes(how: &str) "slashes": whole(how);
        /// `"keep"`, `"reject"` or `"decode"`: how `%2F` and `%5C` in the path are read.
        encoded_slashes(how: &str) "encodedSlashes": whole(how);
        /// Adds an answer that is made at the edge.
        response(rule: Response) "responses": item(rule);
        /// Adds a redirect.
        redirect(rule: Redirect) "redirects": item(rule);
        /// Adds an A/B test.
        experiment(rule: Experiment) "experiments": item(rule);
        /// Adds a rule on the query.
        query(rule: Query) "query": item(rule);
        /// Adds a choice of the origin.
        origin(rule: OriginRule) "origins": item(rule);
        /// Adds a rewrite.
        rewrite(rule: Rewrite) "rewrites": item(rule);
        /// Clean URLs.
        html(rule: Html) "html": whole(rule);
        /// Adds files that were compressed ahead of time.
        precompressed(rule: Precompressed) "precompressed": item(rule);
        /// Adds edits of headers.
        headers(rule: Headers) "headers": item(rule);
        /// Adds files that browsers save.
        download(rule: Download) "downloads": item(rule);
        /// Security headers: `"basic"`, `"strict"`, or [`Security`].
        security(preset: impl Into<Value>) "security": whole(preset);
    }
}

impl RulesBuilder {
    pub(crate) fn new() -> RulesBuilder {
        RulesBuilder(Object::default())
    }

    /// Reads what was given, as a document is read.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the rules.
    pub fn build(self) -> Result<Rules, Diagnostics> {
        Rules::from_value(self.into())
    }
}

#[cfg(test)]
mod tests;
