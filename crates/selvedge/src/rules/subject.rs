//! What of a message a condition reads, and what is known of each.

use std::fmt::{self, Display, Formatter};

use super::authority::is_host;
use super::cidr::Cidr;
use super::grammar::{check_token, is_domain};
use super::read::{Node, quoted};
use super::seen::{Seen, Side};
use super::suggest::suggest;

/// What of a message a condition reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// `host`, without port and in lower case.
    Host,
    /// `scheme`: `http` or `https`.
    Scheme,
    /// `method`, in upper case.
    Method,
    /// `query`: a parameter, form-decoded.
    Query(String),
    /// `header`: a request header, its name in lower case.
    Header(String),
    /// `cookie`: a cookie, raw.
    Cookie(String),
    /// `country`: ISO 3166-1 alpha-2, in upper case.
    Country,
    /// `language`: the one of the site's languages that RFC 4647 §3.4 lookup picks.
    Language,
    /// `device`: `desktop`, `mobile`, `tablet`, `smarttv`, `android` or `ios`.
    Device,
    /// `ip`: the viewer's address.
    Ip,
    /// `status` of the response.
    Status,
    /// `responseHeader`: a response header, its name in lower case.
    ResponseHeader(String),
    /// `contentType` of the response.
    ContentType,
}

/// What is known of a subject.
#[derive(Clone, Copy)]
pub(crate) struct About<'s> {
    /// Which stages see it.
    pub(crate) seen: Seen<'s>,
    /// What it is compared with.
    pub(crate) values: Values,
    /// Whether there is always a value.
    pub(crate) always: bool,
    /// Whether there is one value at most, so that two different ones exclude each other. A header, a cookie or a parameter
    /// may have several.
    pub(crate) single: bool,
    /// Whether ASCII letters are compared in either case.
    pub(crate) folds: bool,
    /// Whether it differs between viewers of one URL, so that a permanent redirect would be wrong.
    pub(crate) personal: bool,
}

/// What a subject is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    /// Text, or parts of it.
    Text,
    /// Words as a whole.
    Words,
    /// Ranges of addresses.
    Addresses,
    /// Statuses and their classes.
    Statuses,
}

/// The subject of a name.
type OfName = fn(String) -> Subject;

impl Subject {
    /// Those without a name of their own, by their members of `when`.
    pub(super) const PLAIN: [(&'static str, Subject); 9] = [
        ("host", Subject::Host),
        ("scheme", Subject::Scheme),
        ("method", Subject::Method),
        ("country", Subject::Country),
        ("language", Subject::Language),
        ("device", Subject::Device),
        ("ip", Subject::Ip),
        ("status", Subject::Status),
        ("contentType", Subject::ContentType),
    ];

    /// Those that the members of an object name.
    pub(super) const NAMED: [(&'static str, OfName); 4] = [
        ("query", Subject::Query),
        ("header", Subject::Header),
        ("cookie", Subject::Cookie),
        ("responseHeader", Subject::ResponseHeader),
    ];

    pub(crate) fn about(&self) -> About<'_> {
        let text =
            |seen| About { seen, values: Values::Text, always: false, single: false, folds: false, personal: false };
        let words = |seen| About { values: Values::Words, single: true, folds: true, ..text(seen) };
        match self {
            Subject::Host => About { single: true, ..text(Seen::viewer("host")) },
            Subject::Scheme => About { always: true, ..words(Seen::origin("scheme")) },
            Subject::Method => About { always: true, folds: false, ..words(Seen::viewer("method")) },
            Subject::Query(_) => text(Seen::viewer("query")),
            Subject::Header(name) => About { personal: true, ..text(Seen::of_header("header", name)) },
            Subject::Cookie(_) => About { personal: true, ..text(Seen::of_header("cookie", "cookie")) },
            Subject::Country => About { personal: true, ..words(Seen::origin("country")) },
            Subject::Language => {
                About { always: true, personal: true, ..words(Seen::of_header("language", "accept-language")) }
            }
            // A device may be of several kinds.
            Subject::Device => About { single: false, personal: true, ..words(Seen::origin("device")) },
            Subject::Ip => {
                About { values: Values::Addresses, single: true, personal: true, ..text(Seen::viewer("ip")) }
            }
            Subject::Status => About { values: Values::Statuses, single: true, ..text(Seen::response()) },
            Subject::ResponseHeader(_) => text(Seen::response()),
            Subject::ContentType => About { single: true, folds: true, ..text(Seen::response()) },
        }
    }

    /// The member of `when` that compares it, and the name in there, if it has one.
    pub(crate) fn member(&self) -> (&'static str, Option<&str>) {
        match self {
            Subject::Query(name) => ("query", Some(name)),
            Subject::Header(name) => ("header", Some(name)),
            Subject::Cookie(name) => ("cookie", Some(name)),
            Subject::ResponseHeader(name) => ("responseHeader", Some(name)),
            plain => {
                let known = Subject::PLAIN.iter().find(|(_, known)| known == plain);
                (known.map_or("", |(member, _)| *member), None)
            }
        }
    }

    /// Whether it is of the response, which a request stage does not have.
    pub(crate) fn is_response(&self) -> bool {
        self.about().seen.side == Side::Response
    }

    /// See [`About::personal`].
    pub(crate) fn is_personal(&self) -> bool {
        self.about().personal
    }
}

/// What a person calls it.
impl Display for Subject {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Host => f.write_str("host"),
            Subject::Scheme => f.write_str("scheme"),
            Subject::Method => f.write_str("method"),
            Subject::Query(name) => write!(f, "query parameter {name}"),
            Subject::Header(name) => write!(f, "header {name}"),
            Subject::Cookie(name) => write!(f, "cookie {name}"),
            Subject::Country => f.write_str("country"),
            Subject::Language => f.write_str("language"),
            Subject::Device => f.write_str("device"),
            Subject::Ip => f.write_str("address"),
            Subject::Status => f.write_str("status"),
            Subject::ResponseHeader(name) => write!(f, "response header {name}"),
            Subject::ContentType => f.write_str("content type"),
        }
    }
}

const DEVICES: [&str; 6] = ["desktop", "mobile", "tablet", "smarttv", "android", "ios"];

/// A value as it will be compared; reports one that could never be equal.
pub(super) fn canonical(node: &Node<'_>, subject: &Subject, text: &str) -> Option<String> {
    match subject {
        Subject::Host => canonical_host(node, text),
        Subject::Scheme => one_word(node, &text.to_ascii_lowercase(), &["http", "https"], "scheme"),
        Subject::Device => one_word(node, &text.to_ascii_lowercase(), &DEVICES, "device"),
        Subject::Method => check_token(node, text, "a method").then(|| text.to_ascii_uppercase()),
        Subject::Country => {
            let country = text.to_ascii_uppercase();
            let help = match country.as_str() {
                "UK" => "the United Kingdom is \"GB\"",
                // Cloudflare's word for the Tor network.
                _ if country == "T1" || country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                    return Some(country);
                }
                _ => "write two letters, for example \"DE\"",
            };
            node.error(format_args!("{text:?} is not a country code of ISO 3166-1 alpha-2"), help);
            None
        }
        Subject::Language => {
            let known = node.context.languages.get().map(Vec::as_slice).unwrap_or_default();
            let found = known.iter().find(|language| language.eq_ignore_ascii_case(text));
            if known.is_empty() {
                node.error(
                    "needs the site's own languages",
                    "add \"languages\": [\"en\", …] at the top, the default first",
                );
            } else if found.is_none() {
                let known = quoted(known.iter(), ", ");
                node.error(
                    format_args!("{text:?} is not one of the site's languages"),
                    format_args!("\"languages\" has {known}"),
                );
            }
            found.cloned()
        }
        _ => Some(text.to_owned()),
    }
}

fn one_word(node: &Node<'_>, text: &str, words: &[&str], what: &str) -> Option<String> {
    if words.contains(&text) {
        return Some(text.to_owned());
    }
    let help = match suggest(text, words.iter().copied()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("write {}", quoted(words.iter(), " or ")),
    };
    node.error(format_args!("{text:?} is not a {what}"), help);
    None
}

/// A host in lower case and without port: `a.example`, `*.a.example` or `[::1]`.
fn canonical_host(node: &Node<'_>, text: &str) -> Option<String> {
    let host = text.to_ascii_lowercase();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host.as_str(),
    };
    let fine = host.strip_prefix("*.").map_or_else(|| is_host(host), is_domain);
    if fine {
        return Some(host.to_owned());
    }
    let help = if host.contains("//") {
        "write the host alone, without scheme and path"
    } else if !host.is_ascii() {
        "write an international name in its xn-- form"
    } else if host.contains('*') {
        "\"*.\" may stand at the beginning; elsewhere use { \"regex\": … }"
    } else {
        "write for example \"www.example.com\" or \"*.example.com\""
    };
    node.error(format_args!("{text:?} is not a host"), help);
    None
}

/// A range of addresses.
pub(super) fn read_cidr(node: &Node<'_>) -> Option<Cidr> {
    let text = node.string("an address range")?;
    Cidr::parse(text).map_err(|(message, help)| node.error(message, help)).ok()
}
