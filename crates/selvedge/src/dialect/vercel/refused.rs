//! What @vercel/routing-utils refuses in a destination: a group without a name, or a number after a colon, which path-to-regexp reads
//! there as a name. No source has one for it.

use super::target::after_name;
use crate::dialect::line::{form_decoded, split_url};

/// The part of a destination that is refused. Host, path and the values of the query are looked at, each by itself; a port and a
/// fragment are not.
pub(super) fn refused_part(destination: &str) -> Option<String> {
    let whole = destination.split('#').next().unwrap_or_default();
    let (host, rest) = split_url(whole).map_or(("", whole), |(_, host, rest)| (host, rest));
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let values = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(_, value)| form_decoded(value));
    // A backslash is a slash in the path of a URL.
    [host.to_owned(), path.replace('\\', "/")].into_iter().chain(values).find_map(|piece| without_name(&piece))
}

/// The first group without a name of a template of path-to-regexp. One that it cannot read is text.
fn without_name(piece: &str) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut found, mut depth) = (None, 0_i32);
    let mut rest = piece;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\\' => after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
            ':' => {
                let (name, following) = after.split_at(after.find(|c| !is_word(c)).unwrap_or(after.len()));
                if name.is_empty() {
                    return None;
                }
                if name.starts_with(|c: char| c.is_ascii_digit()) {
                    found.get_or_insert(format!(":{name}"));
                }
                after_name(following)
            }
            '(' => {
                // As after a name: up to its end.
                let end = after_name(rest);
                let group = rest.get(..rest.len().saturating_sub(end.len())).unwrap_or_default();
                if group.len() <= "()".len() || group.starts_with("(?") {
                    return None;
                }
                found.get_or_insert(group.to_owned());
                end
            }
            '{' | '}' => {
                depth += if c == '{' { 1 } else { -1 };
                if !(0..=1).contains(&depth) {
                    return None;
                }
                after
            }
            _ => after,
        };
    }
    found.filter(|_| depth == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What getTransformedRoutes of @vercel/routing-utils 6.6.0 says of redirects from `/w/:a` to these.
    #[test]
    fn as_routing_utils_has_it() {
        for refused in [
            "https://en.wikipedia.org/wiki/Foo_(bar)",
            "/a\\(y\\)/:a",
            "/b/:1",
            "/a/b:1:2",
            "/:a-(x)",
            "https://e(x).com/a",
            "/a?t=12:30",
            "/a?t=a(b)",
            "/a?x=%3A1",
            "/a?u=1&x=%281%29",
        ] {
            assert!(refused_part(refused).is_some(), "{refused}");
        }
        for taken in [
            "/a:",
            "/a:/b",
            "/a/:a(x)",
            "/a?x=:a(b)",
            "/a/%3A1",
            "/a%28b%29#x(y)",
            "/a#x:1",
            "/a)b",
            "/a?b=c)",
            "/a?(x)=1",
            "/a?:1=2",
            "https://x.com:8080/a",
            "https://u:1@x.com/a",
            "/a?x=https://y.com:80/",
            "/a?t=12\\:30",
            "/a?t=a\\(b\\)",
            "/a*b+c",
            "/a{b}c",
            "/a?x=12:",
        ] {
            assert_eq!(refused_part(taken), None, "{taken}");
        }
    }
}
