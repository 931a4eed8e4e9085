//! The normalised path: what the URL standard makes of it, and then RFC 3986 §6.2.2.

use url::Url;

/// `None` where the URL standard says something else than "the path as it was sent": it drops tabs and line ends. And where
/// the crate does not do what it says: it takes `b|` for a drive, from which no dots lead, in an address of the web, too.
pub(crate) fn normalise(path: &str) -> Option<String> {
    if path.contains(['\t', '\n', '\r', '|', ':']) {
        return None;
    }
    let mut url = Url::parse("https://example.org/").ok()?;
    url.set_path(path);
    let mut normal = String::new();
    let mut rest = url.path();
    while let Some(c) = rest.chars().next() {
        let escape = rest.get(1..3).filter(|digits| c == '%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let Some(byte) = escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            // In the standard's path percent-encode set since 2023, and not yet in the crate's.
            normal += if c == '^' { "%5E" } else { &rest[..c.len_utf8()] };
            rest = &rest[c.len_utf8()..];
            continue;
        };
        // An escape ends with two digits: a "%" that is last, or last but one, begins none yet, and must not by decoding.
        let tail = &normal.as_bytes()[normal.len().saturating_sub(2)..];
        let open = matches!(tail, [.., b'%']) || matches!(tail, [b'%', digit] if digit.is_ascii_hexdigit());
        match byte {
            digit if open && digit.is_ascii_hexdigit() => normal += &format!("%{byte:02X}"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => normal.push(byte.into()),
            _ => normal += &format!("%{byte:02X}"),
        }
        rest = &rest[3..];
    }
    Some(normal)
}
