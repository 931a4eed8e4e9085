//! Variables that say who asks, and what keeps requests out by them.

use super::condition::{If, condition};
use super::known::closes;
use super::lex::Directive;

/// A guard that nothing was made of: an `if` that cannot be read, a location that cannot, or one in another; and a `return`
/// whose status is a variable. `of_viewer` are variables that say who asks.
pub(super) fn is_lost_guard(item: &Directive, of_viewer: &[String]) -> bool {
    match item.name.as_str() {
        // That on a map is as well: some of its rows may not be.
        "if" => sends_away(item, of_viewer) || (closes(item) && condition(item).is_err()),
        "return" => {
            matches!(item.words.as_slice(), [status] if status.text.starts_with('$'))
                || matches!(item.words.as_slice(), [status, _] if status.text.contains('$'))
        }
        _ => item.block.is_some() && closes(item) && item.name != "limit_except",
    }
}

/// An `if` that leads some viewers elsewhere, by who they are: to a page where they log in.
fn sends_away(item: &Directive, of_viewer: &[String]) -> bool {
    let refuses = |word: &str| word.parse().is_ok_and(|status: u16| status >= 400);
    let leads = |inner: &Directive| match inner.name.as_str() {
        "return" => !inner.words.first().is_some_and(|word| refuses(&word.text)),
        name => name == "rewrite",
    };
    If::read(item).is_ok_and(|test| says_who(test.variable, of_viewer)) && item.block.iter().flatten().any(leads)
}

/// Variables that say who asks: by a `map` or a `geo`, or set from others that do, or in an `if` on them:
/// `if ($cookie_a) { set $is_in 1; }`. `defined` are variables around all servers, each with what it is made of.
pub(super) fn set_by_viewer(items: &[Directive], defined: &[(String, Vec<String>)]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    loop {
        let before = names.len();
        add_set(items, false, &mut names);
        for (name, texts) in defined {
            if texts.iter().any(|text| says_who(text, &names)) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

fn add_set(items: &[Directive], is_inside: bool, names: &mut Vec<String>) {
    for item in items {
        match (item.name.as_str(), item.words.as_slice()) {
            ("set" | "auth_request_set", [name, value])
                if is_inside || item.name != "set" || says_who(&value.text, names) =>
            {
                if !names.contains(&name.text) {
                    names.push(name.text.clone());
                }
            }
            (name, _) => {
                let is_of_viewer = name == "if" && If::read(item).is_ok_and(|test| says_who(test.variable, names));
                add_set(item.block.as_deref().unwrap_or_default(), is_inside || is_of_viewer, names);
            }
        }
    }
}

/// What a directive around all servers makes a variable of, if it makes one.
pub(super) fn defined(directive: &Directive) -> Option<(String, Vec<String>)> {
    let texts = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
    match (directive.name.as_str(), words.as_slice()) {
        ("map", [source, name]) => {
            let rows = directive.block.iter().flatten().flat_map(|row| &row.words).map(|word| word.text.as_str());
            Some(((*name).to_owned(), texts(&[source]).into_iter().chain(texts(&rows.collect::<Vec<_>>())).collect()))
        }
        // Without a variable of its own it is of the address.
        ("geo", [name]) | ("js_set" | "perl_set", [name, ..]) => Some(((*name).to_owned(), texts(&["$remote_addr"]))),
        ("geo", [source, name]) => Some(((*name).to_owned(), texts(&[source]))),
        _ => None,
    }
}

/// Whether a text has a variable that says who asks, of nginx or of these names. A redirect of some viewers to another page
/// keeps them out of this one.
fn says_who(text: &str, names: &[String]) -> bool {
    let is_of_viewer = |rest: &str| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        let is_key = |header: &str| !OF_BROWSERS.iter().any(|begin| header.starts_with(begin));
        OF_VIEWERS.iter().any(|begin| name.starts_with(begin))
            || name.strip_prefix("http_").is_some_and(is_key)
            || names.iter().any(|own| own.strip_prefix('$') == Some(name))
    };
    text.split('$').skip(1).any(is_of_viewer)
}

const OF_VIEWERS: [&str; 12] = [
    "auth_jwt",
    "binary_remote_addr",
    "cookie_",
    "geoip",
    "jwt_",
    "limit_",
    "proxy_protocol_addr",
    "realip_",
    "remote_",
    "secure_link",
    "ssl_client_",
    "invalid_referer",
];

/// Headers that say what browser it is and what it wants, or how the request came: all others may hold a key or an address.
const OF_BROWSERS: [&str; 18] = [
    "accept",
    "connection",
    "cf_visitor",
    "dnt",
    "host",
    "if_",
    "origin",
    "profile",
    "purpose",
    "range",
    "referer",
    "save_data",
    "sec_",
    "upgrade",
    "user_agent",
    "via",
    "x_forwarded_host",
    "x_forwarded_p",
];
