//! The authority of a URL, RFC 3986 §3.2: a host, perhaps a port, and who asks. Of the names of hosts those that DNS can have.

use selvedge_plan::address::{parse, parse_v4};

use super::grammar::{is_domain, is_token};

/// What is wrong with an authority, and what to do about it.
pub(crate) fn wrong(authority: &str) -> Option<(String, &'static str)> {
    let (user, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    // The colons of an IPv6 address are in brackets.
    let end = address.find(']').map(|at| at + 1).or_else(|| address.find(':')).unwrap_or(address.len());
    let (host, port) = address.split_at(end);
    // An international name is written as it is, or in its xn-- form.
    let name: String = host.chars().map(|c| if c.is_ascii() { c.to_ascii_lowercase() } else { 'x' }).collect();
    if host.is_empty() {
        return Some(("the URL has no host".to_owned(), "write \"https://host/…\", or a path that begins with \"/\""));
    }
    if !is_host(name.strip_suffix('.').unwrap_or(&name)) {
        return Some((format!("{host:?} is not a host"), "write for example \"www.example.com\""));
    }
    if !user.split(':').all(|part| part.is_empty() || is_token(part)) {
        return Some((format!("{user:?} is not the name of a user"), "leave it out, with its \"@\""));
    }
    if !is_port(port) {
        let port = port.strip_prefix(':').unwrap_or(port);
        return Some((format!("{port:?} is not a port"), "write a number up to 65535, or leave it out"));
    }
    None
}

/// Nothing, or a colon and perhaps a number of 16 bits.
fn is_port(text: &str) -> bool {
    let digits = text.strip_prefix(':').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    text.is_empty() || digits.is_some_and(|digits| digits.is_empty() || digits.parse::<u16>().is_ok())
}

/// A name in lower case, or an address.
pub(crate) fn is_host(text: &str) -> bool {
    // To browsers what ends in a number is an address (URL Standard, "ends in a number"); a number alone, too, of 32 bits.
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    is_address(text) || is_domain(text) && (!is_number || last == text && text.parse::<u32>().is_ok())
}

/// Whether it is an address, of IPv6 in brackets, and not a name.
pub(crate) fn is_address(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.contains(':') && parse(address.as_bytes()).is_some(),
        None => parse_v4(text.as_bytes()).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3986 §3.2 and RFC 1123 §2.1.
    #[test]
    fn it_is_a_host_and_a_port() {
        for authority in [
            "a.example",
            "A.example:8443",
            "a.example.",
            "localhost:",
            "127.0.0.1:80",
            "[::1]",
            "[2001:DB8::1]:8",
            "münchen.example",
            "user:pass@a.example:1",
            "x--y.example",
            "2130706433",
        ] {
            assert_eq!(wrong(authority), None, "{authority}");
        }
        for (authority, said) in [
            ("", "no host"),
            (":80", "no host"),
            ("user@", "no host"),
            ("[", "\"[\" is not a host"),
            ("[::1", "\"[\" is not a host"),
            ("[1.2.3.4]", "is not a host"),
            ("::1", "no host"),
            ("a..b", "\"a..b\" is not a host"),
            (".a", "is not a host"),
            ("a..", "is not a host"),
            ("exa%mple", "is not a host"),
            ("<h>", "\"<h>\" is not a host"),
            ("a b", "is not a host"),
            ("a\\b", "is not a host"),
            ("10.0.0.256", "is not a host"),
            ("10.1", "is not a host"),
            ("4294967296", "is not a host"),
            ("*.a", "is not a host"),
            ("a\\@b.example", "is not the name of a user"),
            ("a:99999", "\"99999\" is not a port"),
            ("a:8:b", "\"8:b\" is not a port"),
            ("a:-1", "is not a port"),
            ("[::1]8", "\"8\" is not a port"),
        ] {
            assert!(
                wrong(authority).is_some_and(|(message, _)| message.contains(said)),
                "{authority}: {:?}",
                wrong(authority)
            );
        }
    }
}
