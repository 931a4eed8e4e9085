//! The host that a request is for, RFC 9110 §7.2: `uri-host [ ":" port ]`.
//!
//! A field that holds anything else counts as absent: an origin may read `admin.example:80@evil` in another way than a
//! rule, and no client takes a `Location` that is made of it.

use crate::address;

/// The host in `field` without its port; `None` where the field is not a host and a port.
///
/// Of the names that RFC 3986 §3.2.2 allows, those count that DNS can have: no escapes, no sub-delimiters.
pub fn name(field: &[u8]) -> Option<&[u8]> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let end = match field {
        [b'[', rest @ ..] => {
            let len = rest.iter().position(|byte| *byte == b']')?;
            let address = rest.get(..len)?;
            address.iter().position(|byte| *byte == b':')?;
            address::parse(address)?;
            len + 2
        }
        _ => field.iter().position(|byte| !is_name(byte)).unwrap_or(field.len()),
    };
    let (name, port) = field.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
    is_port(port).then_some(name)
}

/// Nothing, or `":" port` (RFC 3986 §3.2.3) with a number that TCP has.
fn is_port(text: &[u8]) -> bool {
    let Some((colon, digits)) = text.split_first() else { return true };
    let number = digits.iter().try_fold(0u32, |number, digit| {
        let number = number * 10 + char::from(*digit).to_digit(10)?;
        (number <= 0xFFFF).then_some(number)
    });
    *colon == b':' && number.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, from RFC 3986 §3.2.2 and §3.2.3, and RFC 9110 §4.2.1 (the host is not empty).
    #[test]
    fn tells_hosts_from_what_looks_like_one() {
        for (field, expected) in [
            ("example.org", Some("example.org")),
            ("EXAMPLE.org.", Some("EXAMPLE.org.")),
            ("a_b.example", Some("a_b.example")),
            ("xn--bcher-kva.example:8080", Some("xn--bcher-kva.example")),
            ("example.org:", Some("example.org")),
            ("example.org:0", Some("example.org")),
            ("example.org:00443", Some("example.org")),
            ("example.org:65535", Some("example.org")),
            ("192.0.2.1:80", Some("192.0.2.1")),
            ("[2001:db8::1]", Some("[2001:db8::1]")),
            ("[::ffff:192.0.2.1]:443", Some("[::ffff:192.0.2.1]")),
            ("", None),
            (":80", None),
            ("example.org:65536", None),
            ("example.org:99999999999999999999", None),
            ("example.org:x", None),
            ("example.org:+80", None),
            ("example.org:80:80", None),
            ("example.org:80:evil", None),
            ("example.org:1.evil.example", None),
            ("admin.example:80@evil", None),
            ("admin.example@evil", None),
            ("admin.example/x", None),
            ("admin.example, other.example", None),
            ("admin.example\nother.example", None),
            (" admin.example", None),
            ("admin.example ", None),
            ("admin.example\t", None),
            ("admin%2eexample", None),
            ("bücher.example", None),
            ("[::1]evil", None),
            ("[::1].evil", None),
            ("[::1", None),
            ("[]", None),
            ("[1.2.3.4]", None),
            ("[v1.x]", None),
            ("[::1%25eth0]", None),
            ("]", None),
            ("]evil", None),
            ("::1", None),
        ] {
            assert_eq!(name(field.as_bytes()), expected.map(str::as_bytes), "{field:?}");
        }
        assert_eq!(name(b"admin.example\xff"), None);
    }
}
