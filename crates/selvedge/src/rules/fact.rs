//! Facts: what placeholders can read of a message.

use std::fmt::{self, Display, Formatter};

use super::grammar::is_token;
use super::seen::Seen;
use super::subject::Subject;

/// What a placeholder can read of a message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact {
    /// `{host}`
    Host,
    /// `{path}`
    Path,
    /// `{query}`: the query string, without `?`
    Query,
    /// `{url}`: the whole URL
    Url,
    /// `{country}`
    Country,
    /// `{clientIp}`
    ClientIp,
    /// `{query.x}`: a parameter
    QueryParam(String),
    /// `{header.x}`: a request header, its name in lower case
    Header(String),
    /// `{cookie.x}`
    Cookie(String),
    /// `{response.x}`: a response header, its name in lower case
    Response(String),
    /// `{requestId}`
    RequestId,
    /// A named group of an expression that `when` compares with
    Matched {
        /// The group's name.
        name: String,
        /// What is compared with which expression. Where it may be one of several, the first that matches counts.
        tests: Vec<(Subject, String)>,
    },
}

impl Fact {
    /// The names that need no argument, as they are written.
    pub(crate) const NAMES: [(&'static str, Fact); 7] = [
        ("host", Fact::Host),
        ("path", Fact::Path),
        ("query", Fact::Query),
        ("url", Fact::Url),
        ("country", Fact::Country),
        ("clientIp", Fact::ClientIp),
        ("requestId", Fact::RequestId),
    ];

    /// Which stages see it.
    pub(crate) fn seen(&self) -> Seen<'_> {
        match self {
            Fact::Path => Seen::any(),
            Fact::Host => Seen::viewer("{host}"),
            Fact::Query => Seen::viewer("{query}"),
            Fact::Url => Seen::viewer("{url}"),
            Fact::ClientIp => Seen::viewer("{clientIp}"),
            Fact::QueryParam(_) => Seen::viewer("{query.…}"),
            Fact::Header(name) => Seen::of_header("{header.…}", name),
            Fact::Cookie(_) => Seen::of_header("{cookie.…}", "cookie"),
            Fact::Country => Seen::origin("{country}"),
            Fact::Response(_) => Seen::response(),
            Fact::RequestId => Seen::viewer("{requestId}"),
            Fact::Matched { tests, .. } => tests.first().map_or(Seen::any(), |(subject, _)| subject.about().seen),
        }
    }

    /// Reads what stands between the braces; `None` if it is not a fact.
    pub(crate) fn parse(text: &str) -> Option<Fact> {
        let Some((kind, name)) = text.split_once('.') else {
            return Fact::NAMES.into_iter().find(|(known, _)| *known == text).map(|(_, fact)| fact);
        };
        match kind {
            "query" if !name.is_empty() => Some(Fact::QueryParam(name.to_owned())),
            "header" if is_token(name) => Some(Fact::Header(name.to_ascii_lowercase())),
            "cookie" if is_token(name) => Some(Fact::Cookie(name.to_owned())),
            "response" if is_token(name) => Some(Fact::Response(name.to_ascii_lowercase())),
            _ => None,
        }
    }
}

/// As it is written between the braces.
impl Display for Fact {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Fact::QueryParam(name) => write!(f, "query.{name}"),
            Fact::Header(name) => write!(f, "header.{name}"),
            Fact::Cookie(name) => write!(f, "cookie.{name}"),
            Fact::Response(name) => write!(f, "response.{name}"),
            Fact::Matched { name, .. } => f.write_str(name),
            plain => f.write_str(Fact::NAMES.iter().find(|(_, fact)| fact == plain).map_or("", |(name, _)| name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_facts() {
        assert_eq!(Fact::parse("clientIp"), Some(Fact::ClientIp));
        assert_eq!(Fact::parse("header.X-A"), Some(Fact::Header("x-a".to_owned())));
        assert_eq!(Fact::parse("query.a.b"), Some(Fact::QueryParam("a.b".to_owned())));
        assert_eq!(Fact::parse("cookie.Sid"), Some(Fact::Cookie("Sid".to_owned())));
        for none in ["", "clientip", "header.", "header.a b", "cookie.a;b", "query.", "device", "env.x"] {
            assert_eq!(Fact::parse(none), None, "{none}");
        }
    }
}
