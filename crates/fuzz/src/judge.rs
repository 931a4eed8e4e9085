//! What is legal, by the grammars of the RFCs.

use fluent_uri::UriRef;
use url::{ParseError, Url};

/// Panics unless `location` is a URI reference (RFC 3986 §4.1) that a browser can follow (the URL standard).
pub(crate) fn location(location: &[u8]) {
    let text =
        std::str::from_utf8(location).unwrap_or_else(|_| panic!("Location {:?}", location.escape_ascii().to_string()));
    if let Err(error) = UriRef::parse(text) {
        panic!("Location {text:?} is not a URI reference: {error}");
    }
    // A host that ends in a number is an IPv4 address to browsers, and mostly not a valid one: they go nowhere then.
    let followed = Url::parse("https://example.org/a/b").and_then(|base| base.join(text));
    if let Err(error) =
        followed.map(drop).or_else(|error| if error == ParseError::InvalidIpv4Address { Ok(()) } else { Err(error) })
    {
        panic!("Location {text:?} cannot be followed: {error}");
    }
}

/// Panics unless `value` may be the value of a field: RFC 9110 §5.5.
pub(crate) fn field_value(value: &[u8]) {
    let legal = value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..));
    assert!(legal, "field value {:?}", value.escape_ascii().to_string());
}

/// Panics unless `path` can stand in a request line: begins with a slash, and nothing in it ends it.
pub(crate) fn path(path: &[u8]) {
    let legal = path.starts_with(b"/")
        && path.iter().all(|byte| matches!(byte, b'!'..=b'~' | 0x80..) && !matches!(byte, b'?' | b'#'));
    assert!(legal, "path {:?}", path.escape_ascii().to_string());
}
