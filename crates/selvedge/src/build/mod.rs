//! Rules written in code.
//!
//! A builder has a method for each member of the [reference], under the same name. What it makes is read as a document is:
//! [`RulesBuilder::build`] finds everything that is wrong, with the same places and messages. Rules
//! cannot be built in any other way. A member that is given twice is an error.
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

pub use kinds::*;
pub use origin::{CustomOrigin, OriginRule, S3Origin};
pub use when::{When, contains, prefix, regex, suffix};

use crate::rules::Rules;

impl Rules {
    /// Rules written in code.
    ///
    /// ```
    /// use selvedge::Rules;
    /// use selvedge::build::Redirect;
    ///
    /// let rules = Rules::builder().redirect(Redirect::new("/old/*", "/new/:splat").status(308)).build()?;
    /// assert_eq!(rules, r#"{ "redirects": [{ "from": "/old/*", "to": "/new/:splat", "status": 308 }] }"#.parse()?);
    /// # Ok::<(), selvedge::Diagnostics>(())
    /// ```
    pub fn builder() -> RulesBuilder {
        RulesBuilder::new()
    }
}

#[cfg(test)]
mod tests;
