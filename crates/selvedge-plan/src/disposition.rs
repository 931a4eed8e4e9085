//! `Content-Disposition: attachment` with a file name, RFC 6266 and RFC 8187.

use crate::path::{hex_value, percent};
use crate::sink::Sink;
use crate::span::Span;
use crate::work::Work;

/// Writes a part of a file name; `escaped`: it is text of a path, so its escapes are decoded.
pub(crate) fn push_decoded(text: &[u8], escaped: bool, out: &mut Sink<'_>) {
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let (byte, after) = match (*byte, after) {
            (b'%', [high, low, after @ ..]) if escaped && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hex_value(*high) << 4 | hex_value(*low), after)
            }
            (byte, after) => (byte, after),
        };
        out.push(byte);
        rest = after;
    }
}

/// Writes the whole value. The quoted form holds what every client can read; where that is not the name itself,
/// `filename*` says it in UTF-8 (RFC 6266 §4.3 and appendix D).
pub(crate) fn write(work: &mut Work<'_>, name: Span) {
    let (name, mut out) = work.read(name);
    out.push_all(b"attachment; filename=\"");
    let mut plain = true;
    let mut previous_high = false;
    for &byte in name {
        let high = byte >= 0x80;
        match byte {
            b'"' => out.push_all(b"\\\""),
            // Directories and escapes mean different things to different clients.
            b'/' | b'\\' | b'%' | 0..=0x1F | 0x7F.. => {
                plain = false;
                // One stand-in for each character, not for each of its bytes.
                if !(high && previous_high && byte & 0xC0 == 0x80) {
                    out.push(b'_');
                }
            }
            _ => out.push(byte),
        }
        previous_high = high;
    }
    out.push(b'"');
    if plain {
        return;
    }
    out.push_all(b"; filename*=UTF-8''");
    for &byte in name {
        match byte {
            b'/' | b'\\' | 0..=0x1F | 0x7F => out.push(b'_'),
            // attr-char of RFC 8187 §3.2.1.
            b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~' => out.push(byte),
            byte if byte.is_ascii_alphanumeric() => out.push(byte),
            byte => out.push_all(&percent(byte)),
        }
    }
}
