//! The normalised path: what patterns match and capture.
//!
//! As the WHATWG URL parser does it, so that runtimes which hand over a parsed URL and those which hand over the raw
//! target agree: `\` counts as `/`, dot segments go (also as `%2e`), controls, space, `"#<>?^`{}` and non-ASCII bytes are
//! percent-encoded. Then escapes of unreserved characters (RFC 3986 §2.3) are decoded and the hex digits of the others
//! upper-cased (§6.2.2). `//` and `%2F` stay, a `%` that is not an escape is literal.

/// Whether `path` is its own normalised form as far as one cheap scan can tell: nearly every path of real traffic.
pub fn is_normal(path: &[u8]) -> bool {
    let mut before = 0;
    for byte in path {
        let class = class(*byte);
        if class == NOT_PLAIN || (class == DOT && before == SLASH) {
            return false;
        }
        before = class;
    }
    path.first() == Some(&b'/')
}

/// Whether `path` has the segments that any reader finds in it: no dot segments, and no `\` that may be a slash.
pub fn is_resolved(path: &[u8]) -> bool {
    !path.split(|byte| *byte == b'/').any(|segment| segment.contains(&b'\\') || dots(segment).is_some())
}

/// Writes the normalised form of `path` into `out` and returns its length; `None` when `out` is too small
/// (`3 * path.len() + 1` bytes always suffice).
pub fn normalise(path: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut len = 0;
    let path = match path.first() {
        Some(b'/' | b'\\') => path.get(1..)?,
        _ => path,
    };
    let mut segments = path.split(|byte| matches!(byte, b'/' | b'\\')).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match dots(segment) {
            Some(up) => {
                if up {
                    let kept = out.get(..len)?;
                    len = kept.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                }
                if last {
                    *out.get_mut(len)? = b'/';
                    len += 1;
                }
            }
            None => {
                *out.get_mut(len)? = b'/';
                len = escape(segment, out, len + 1)?;
            }
        }
    }
    Some(len)
}

/// `Some(false)` for `.`, `Some(true)` for `..`, each also in escaped form.
fn dots(segment: &[u8]) -> Option<bool> {
    let mut count = 0;
    let mut rest = segment;
    loop {
        rest = match rest {
            [] if count == 1 => return Some(false),
            [] if count == 2 => return Some(true),
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] if count < 2 => rest,
            _ => return None,
        };
        count += 1;
    }
}

/// Whether someone could take a segment of `path`, which ends at `?` or `#`, for `.` or `..`: a server may look for segments
/// after it has decoded slashes, takes `\` for one on Windows, or cuts parameters off at `;`.
pub fn has_dots(path: &[u8]) -> bool {
    let mut rest = path;
    loop {
        let mut dots = 0;
        while let [b'.', after @ ..] | [b'%', b'2', b'e' | b'E', after @ ..] = rest {
            rest = after;
            dots += 1;
        }
        let ends = match rest {
            [] | [b';' | b'?' | b'#', ..] => true,
            _ => after_slash(rest).is_some(),
        };
        if ends && matches!(dots, 1 | 2) {
            return true;
        }
        rest = loop {
            if let Some(after) = after_slash(rest) {
                break after;
            }
            match rest {
                [] | [b'?' | b'#', ..] => return false,
                [_, after @ ..] => rest = after,
            }
        };
    }
}

/// What follows a slash that `path` begins with: `/`, `\`, or either escaped.
pub(crate) fn after_slash(path: &[u8]) -> Option<&[u8]> {
    match path {
        [b'/' | b'\\', after @ ..] => Some(after),
        _ => after_escaped_slash(path),
    }
}

/// What follows `%2F` or `%5C` that `path` begins with.
pub(crate) fn after_escaped_slash(path: &[u8]) -> Option<&[u8]> {
    match path {
        [b'%', b'2', b'f' | b'F', after @ ..] | [b'%', b'5', b'c' | b'C', after @ ..] => Some(after),
        _ => None,
    }
}

fn escape(segment: &[u8], out: &mut [u8], mut len: usize) -> Option<usize> {
    let mut rest = segment;
    // Bytes since a `%` that is literal, up to the two that would make it an escape.
    let mut since_percent = 2;
    while let [byte, after @ ..] = rest {
        rest = after;
        let (byte, escaped) = match (byte, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest = after;
                let value = hex_value(*high) << 4 | hex_value(*low);
                // Decoding must not make a new escape: "%2%66" is not "%2f".
                (value, !is_unreserved(value) || (since_percent < 2 && value.is_ascii_hexdigit()))
            }
            (b'%', _) => (b'%', false),
            (byte, _) => (*byte, !is_plain(*byte)),
        };
        since_percent = match byte {
            b'%' if !escaped => 0,
            // Neither belongs to an escape that the one before could begin.
            _ if escaped || !byte.is_ascii_hexdigit() => 2,
            _ => (since_percent + 1).min(2),
        };
        if escaped {
            let [percent, high, low] = percent(byte);
            *out.get_mut(len)? = percent;
            *out.get_mut(len + 1)? = high;
            *out.get_mut(len + 2)? = low;
            len += 3;
        } else {
            *out.get_mut(len)? = byte;
            len += 1;
        }
    }
    Some(len)
}

/// `%XX` of a byte, upper-case.
pub(crate) fn percent(byte: u8) -> [u8; 3] {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 };
    [b'%', digit(byte >> 4), digit(byte & 15)]
}

pub(crate) fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}

/// RFC 3986 §2.3.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// What the WHATWG path percent-encode set leaves alone, less `%` and `\`, which need a closer look.
fn is_plain(byte: u8) -> bool {
    class(byte) != NOT_PLAIN
}

const NOT_PLAIN: u8 = 0;
const PLAIN: u8 = 1;
const SLASH: u8 = 2;
const DOT: u8 = 3;

/// A table: it is looked at for every byte of every path.
fn class(byte: u8) -> u8 {
    const fn of(byte: u8) -> u8 {
        match byte {
            b'/' => SLASH,
            b'.' => DOT,
            b'"' | b'#' | b'<' | b'>' | b'?' | b'^' | b'`' | b'{' | b'}' | b'%' | b'\\' => NOT_PLAIN,
            0x21..=0x7E => PLAIN,
            _ => NOT_PLAIN,
        }
    }
    static CLASSES: [u8; 256] = {
        let mut classes = [NOT_PLAIN; 256];
        let mut rest: &mut [u8] = &mut classes;
        let mut byte = 0u8;
        while let Some((first, after)) = rest.split_first_mut() {
            *first = of(byte);
            byte = byte.wrapping_add(1);
            rest = after;
        }
        classes
    };
    CLASSES.get(usize::from(byte)).copied().unwrap_or(NOT_PLAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(path: &str) -> String {
        let mut out = vec![0; 3 * path.len() + 1];
        let len = normalise(path.as_bytes(), &mut out).unwrap();
        String::from_utf8(out[..len].to_vec()).unwrap()
    }

    /// Expectations: the WHATWG URL parser's pathname (checked in Node), then RFC 3986 §6.2.2.
    #[test]
    fn normalises_as_the_url_standard_and_rfc_3986_say() {
        for (path, expected) in [
            ("/", "/"),
            ("", "/"),
            ("/a/./b/../c", "/a/c"),
            ("/a/%2e%2E/b", "/b"),
            ("/a/.%2e", "/"),
            ("/a/b/.", "/a/b/"),
            ("/..", "/"),
            ("/a//../b", "/a/b"),
            ("//a", "//a"),
            (r"/a\b", "/a/b"),
            ("/caf\u{e9}", "/caf%C3%A9"),
            ("/caf%c3%a9", "/caf%C3%A9"),
            ("/a b", "/a%20b"),
            ("/%41%7e%2f%zz%", "/A~%2F%zz%"),
            ("/%2%66%%32f%2%65/%zz%41", "/%2%66%%32f%2%65/%zzA"),
            ("/%z%41%%37%33", "/%zA%%373"),
            ("/a|b'()", "/a|b'()"),
            ("/a\"<>`{}^", "/a%22%3C%3E%60%7B%7D%5E"),
            ("/.well-known/x", "/.well-known/x"),
            ("/a...", "/a..."),
            ("no/slash", "/no/slash"),
        ] {
            assert_eq!(normal(path), expected, "{path}");
            assert_eq!(normal(expected), expected, "not idempotent: {path}");
        }
    }

    /// RFC 3986 §3.3 and §5.2.4 for the segments; what else counts is said at the function.
    #[test]
    fn finds_segments_that_someone_takes_for_dots() {
        for path in [
            ".",
            "..",
            "/.",
            "/..",
            "/a/../b",
            "/a/./b",
            "/a/..",
            "/a/.%2e/b",
            "/a/%2E%2e/b",
            "/a/%2e",
            "/a/..%2fb",
            "/a%2F..%2Fb",
            r"/a/..\b",
            r"/a\..",
            "/a%5c..%5Cb",
            "/a/..?q",
            "/a/.#f",
            "/a/..;x/b",
            "https://h/../a",
        ] {
            assert!(has_dots(path.as_bytes()), "{path}");
        }
        for path in [
            "",
            "/",
            "/a/...",
            "/a/.b",
            "/a/..b",
            "/a/b..",
            "/a/%2e%2e%2e",
            "/%252e%252e/",
            "/a?b=/../",
            "/a#/../",
            "/a;../b",
            "/.well-known/x",
            "https://h.example/a.b",
        ] {
            assert!(!has_dots(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn the_cheap_scan_never_calls_an_unnormal_path_normal() {
        for path in ["/a/../b", "/%41", "/a b", "a", "", "/a/.", r"/a\b", "/é"] {
            assert!(!is_normal(path.as_bytes()), "{path}");
        }
        assert!(is_normal(b"/blog/2024/a-b_c~d.html"));
    }

    #[test]
    fn a_path_with_dot_segments_or_backslashes_is_not_resolved() {
        for path in ["/a/../b", "/a/.", "/.%2E/b", "/%2e", "..", r"/a\b", "/a/%2e%2e"] {
            assert!(!is_resolved(path.as_bytes()), "{path}");
        }
        for path in ["/", "", "//a", "/a...", "/.a/b..", "/%73/%2f%5c", "/a%2e", "/..%2fa", "/é"] {
            assert!(is_resolved(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn a_small_buffer_is_no_panic() {
        // It ends as "//%C3%A9": eight bytes.
        for size in 0..12 {
            assert_eq!(normalise("/a b/..//é".as_bytes(), &mut vec![0; size]).is_some(), size >= 8);
        }
    }
}
