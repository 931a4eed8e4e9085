//! Encoding of values for the place where they land.

use crate::layout::place;
use crate::path::{is_unreserved, percent};
use crate::sink::Sink;

/// Writes `value` as `place` wants it. `escaped`: the value is text of a URL, so its valid escapes are kept.
pub(crate) fn encode(value: &[u8], place: u32, escaped: bool, out: &mut Sink<'_>) {
    let mut rest = value;
    while let [byte, after @ ..] = rest {
        rest = after;
        let keep = match (*byte, place) {
            (b'%', place::PATH | place::QUERY | place::WHOLE_QUERY) if escaped => {
                matches!(after, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
            }
            (byte, _) => is_legal(byte, place),
        };
        if keep {
            out.push(*byte);
        } else {
            out.push_all(&percent(*byte));
        }
    }
}

fn is_legal(byte: u8, place: u32) -> bool {
    if is_unreserved(byte) {
        return true;
    }
    match place {
        // RFC 3986 §3.3: pchar and "/".
        place::PATH => matches!(
            byte,
            b'/' | b':' | b'@' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        ),
        // §3.4, less what separates pairs in a form.
        place::QUERY => {
            matches!(byte, b'/' | b'?' | b':' | b'@' | b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b',' | b';')
        }
        // A query as it was sent: also "&", "=" and "+".
        place::WHOLE_QUERY => matches!(
            byte,
            b'/' | b'?' | b':' | b'@' | b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b',' | b';' | b'&' | b'=' | b'+'
        ),
        // As encodeURIComponent.
        place::COMPONENT => matches!(byte, b'!' | b'\'' | b'(' | b')' | b'*'),
        _ => false,
    }
}

/// A label of an authority.
pub(crate) fn is_label(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// RFC 9110 §5.5: a field value has no control characters but HTAB.
pub(crate) fn is_field_value(value: &[u8]) -> bool {
    value.iter().all(|byte| *byte == b'\t' || (*byte >= 0x20 && *byte != 0x7F))
}
