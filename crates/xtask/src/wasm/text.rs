//! Bytes as text that stays small in JavaScript and after gzip.
//!
//! Base64 shifts repetitions out of gzip's sight, and a character for each byte needs an escape for most of them. So each
//! byte has one character, and the bytes that occur most often have those that a string literal holds as they are.

#![allow(clippy::indexing_slicing)] // Tables of 256 entries, indexed by a byte.

use std::io::Write;

use anyhow::Result;
use flate2::{Compression, write::DeflateEncoder};

/// Bytes as text.
pub(super) struct Text {
    /// The most frequent bytes in hex: the n-th has the n-th of the [`codes`] that need no escape. The other bytes have the
    /// other codes, both ascending.
    pub(super) order: String,
    pub(super) text: String,
}

pub(super) fn of(bytes: &[u8]) -> Text {
    let mut counts = [0u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let mut order: Vec<u8> = (0..=255).collect();
    order.sort_by_key(|byte| std::cmp::Reverse(counts[usize::from(*byte)]));
    let plain = (0..=255).filter(|code| is_plain(*code)).count();
    let (frequent, others) = order.split_at_mut(plain);
    others.sort_unstable();
    let mut character = ['\0'; 256];
    for (byte, code) in frequent.iter().chain(others.iter()).zip(codes()) {
        character[usize::from(*byte)] = char::from(code);
    }
    Text {
        order: frequent.iter().map(|byte| format!("{byte:02x}")).collect(),
        text: bytes.iter().map(|byte| character[usize::from(*byte)]).collect(),
    }
}

/// All characters from U+0000 to U+00FF: first those that need no escape, each group ascending.
fn codes() -> impl Iterator<Item = u8> {
    (0..=255).filter(|code| is_plain(*code)).chain((0..=255).filter(|code| !is_plain(*code)))
}

/// What every minifier leaves as it is, whichever quotes it chooses: printable ASCII, without these.
const ESCAPED: [u8; 5] = *b"\"$'\\`";

fn is_plain(code: u8) -> bool {
    matches!(code, b' '..=b'~') && !ESCAPED.contains(&code)
}

/// A JavaScript module that knows the plain characters, for what else reads and writes such text.
pub(crate) fn module() -> String {
    let except = ESCAPED.map(|code| format!(" && code !== {code:#x}")).concat();
    let test = format!("code >= {:#x} && code <= {:#x}{except}", b' ', b'~');
    let count = codes().filter(|code| is_plain(*code)).count();
    format!(
        "/** How many characters a string literal holds as they are: they stand for the frequent bytes. */\n\
         export const PLAIN_COUNT = {count};\n\
         /** Whether the character of this code is one of them. */\n\
         export function isPlain(code: number): boolean {{\n  return {test};\n}}\n\
         /** The same as text, for programs that are written out. */\n\
         export const IS_PLAIN = \"{test}\";\n"
    )
}

/// Bytes compressed by Brotli, in base64. Nothing repeats in them, so what gzip makes of the text has few bytes more.
/// Quickly, where it is only tried.
pub(crate) fn brotli(mut bytes: &[u8], quickly: bool) -> Result<String> {
    let quality = if quickly { 2 } else { 11 };
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut compressed, &params)?;
    Ok(base64(&compressed))
}

/// Bytes compressed by deflate (RFC 1951) without a wrapper, in base64.
pub(super) fn deflate(bytes: &[u8], quickly: bool) -> Result<String> {
    let effort = if quickly { Compression::fast() } else { Compression::best() };
    let mut encoder = DeflateEncoder::new(Vec::new(), effort);
    encoder.write_all(bytes)?;
    Ok(base64(&encoder.finish()?))
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |chunk: &[u8]| {
        let word = (0..3).fold(0, |word, at| word << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        let digit = |at: usize| if at <= chunk.len() { char::from(DIGITS[word >> (18 - 6 * at) & 63]) } else { '=' };
        [0, 1, 2, 3].map(digit)
    };
    bytes.chunks(3).flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, section 10.
    #[test]
    fn base64_is_as_the_rfc_has_it() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn frequent_bytes_are_plain_and_every_byte_has_its_own_character() {
        let mut bytes: Vec<u8> = (0..=255).collect();
        bytes.extend([0, 0, 0, 255, 255, 7]);
        let Text { order, text } = of(&bytes);
        assert!(order.starts_with("00ff07") && order.len() == 2 * 90, "{order}");
        let characters: Vec<char> = text.chars().collect();
        assert_eq!((characters[0], characters[255], characters[7]), (' ', '!', '#'));
        let mut all = characters[..256].to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 256);
    }
}
