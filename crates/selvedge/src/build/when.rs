//! Conditions.

use super::object::{Object, builders, entry, whole};
use crate::rules::Value;

builders! {
    /// What must hold for a rule to apply: all that is given.
    ///
    /// Hosts, parameters, headers and cookies are tested by `true` and `false` (present or absent), texts (equal to one of
    /// them), or [`prefix`], [`suffix`], [`contains`] and [`regex`].
    ///
    /// ```
    /// use selvedge::build::{Redirect, When, prefix};
    ///
    /// let beta = When::new().cookie("beta", true).header("user-agent", prefix("Mozilla/")).query("lang", ["en", "de"]);
    /// let rule = Redirect::new("/", "/beta/").when(When::new().any([beta, When::new().host("beta.example.org")]));
    /// ```
    When {
        /// The host, without port, in any case; `*.example.com` is one or more labels.
        host(test: impl Into<Value>) "host": whole(test);
        /// `http` or `https`.
        scheme(schemes: impl Into<Value>) "scheme": whole(schemes);
        /// Methods.
        method(methods: impl Into<Value>) "method": whole(methods);
        /// A query parameter, form-decoded.
        query(name: impl Into<String>, test: impl Into<Value>) "query": entry(name, test);
        /// A request header.
        header(name: impl Into<String>, test: impl Into<Value>) "header": entry(name, test);
        /// A cookie, raw.
        cookie(name: impl Into<String>, test: impl Into<Value>) "cookie": entry(name, test);
        /// Countries, ISO 3166-1 alpha-2, or whether one is known.
        country(test: impl Into<Value>) "country": whole(test);
        /// Some of the site's languages.
        language(tags: impl Into<Value>) "language": whole(tags);
        /// Device words, or whether one is known.
        device(test: impl Into<Value>) "device": whole(test);
        /// Addresses and ranges of the viewer.
        ip(ranges: impl Into<Value>) "ip": whole(ranges);
        /// Statuses of the response: `404` or `"4xx"`.
        status(statuses: impl Into<Value>) "status": whole(statuses);
        /// A response header.
        response_header(name: impl Into<String>, test: impl Into<Value>) "responseHeader": entry(name, test);
        /// The content type of the response.
        content_type(test: impl Into<Value>) "contentType": whole(test);
        /// One of these must hold.
        any(conditions: impl IntoIterator<Item = When>) "any": whole(conditions.into_iter().collect::<Vec<_>>());
        /// This must not hold.
        not(condition: When) "not": whole(condition);
    }
}

impl When {
    /// No condition yet.
    pub fn new() -> When {
        When(Object::default())
    }
}

impl Default for When {
    fn default() -> When {
        When::new()
    }
}

/// Begins with one of these.
pub fn prefix(texts: impl Into<Value>) -> Value {
    test("prefix", texts)
}

/// Ends with one of these.
pub fn suffix(texts: impl Into<Value>) -> Value {
    test("suffix", texts)
}

/// Contains one of these.
pub fn contains(texts: impl Into<Value>) -> Value {
    test("contains", texts)
}

/// Matches an expression of regex-lite, unanchored. A pattern can be one, too.
pub fn regex(expressions: impl Into<Value>) -> Value {
    test("regex", expressions)
}

fn test(name: &str, value: impl Into<Value>) -> Value {
    Object::default().put(name, whole(value)).into()
}
