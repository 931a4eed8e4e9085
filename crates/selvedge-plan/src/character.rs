//! The characters of a text that is mostly UTF-8. A byte that is not part of a sequence is a character of its own.

use crate::layout::NOT_UTF8;

/// The character that `text` begins with, and its length.
pub(crate) fn first(text: &[u8]) -> (u32, usize) {
    match text.first() {
        Some(byte) if *byte >= 0x80 => {
            let len = byte.leading_ones() as usize;
            text.get(..len).and_then(sequence).map_or((NOT_UTF8, 1), |scalar| (scalar, len))
        }
        byte => (byte.copied().unwrap_or_default().into(), 1),
    }
}

/// The character that `text` ends with, and its length.
pub(crate) fn last(text: &[u8]) -> (u32, usize) {
    match text.last() {
        Some(byte) if *byte >= 0x80 => {
            // A sequence begins at the nearest byte that continues none.
            let rest = text.iter().rev().take(3).take_while(|byte| is_continuation(**byte)).count();
            let start = text.len().wrapping_sub(rest + 1);
            text.get(start..).and_then(sequence).map_or((NOT_UTF8, 1), |scalar| (scalar, rest + 1))
        }
        byte => (byte.copied().unwrap_or_default().into(), 1),
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// The scalar value of a sequence of two bytes or more, RFC 3629 §3.
fn sequence(bytes: &[u8]) -> Option<u32> {
    let (lead, rest) = bytes.split_first()?;
    let least = match (lead.leading_ones(), rest.len()) {
        (2, 1) => 0x80,
        (3, 2) => 0x800,
        (4, 3) => 0x1_0000,
        _ => return None,
    };
    let mut scalar = u32::from(lead & (0x3F >> rest.len()));
    for byte in rest {
        if !is_continuation(*byte) {
            return None;
        }
        scalar = scalar << 6 | u32::from(byte & 0x3F);
    }
    (scalar >= least && char::from_u32(scalar).is_some()).then_some(scalar)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both directions see what the standard library sees.
    #[test]
    fn characters_are_those_of_utf8() {
        let edges = [0u8, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF];
        let edges = [&edges[..], &[0xF0, 0xF4, 0xF5, 0xF8, 0xFF]].concat();
        let mut text = [0; 4];
        for number in 0..edges.len().pow(4) {
            let mut rest = number;
            for byte in &mut text {
                *byte = edges[rest % edges.len()];
                rest /= edges.len();
            }
            let expected = (1..=4).find_map(|len| {
                let text = str::from_utf8(&text[..len]).ok()?;
                Some((text.chars().next()?.into(), len))
            });
            assert_eq!(first(&text), expected.unwrap_or((NOT_UTF8, 1)), "{text:x?}");
            let expected = (1..=4).find_map(|len| {
                let text = str::from_utf8(&text[4 - len..]).ok()?;
                Some((text.chars().next()?.into(), len))
            });
            assert_eq!(last(&text), expected.unwrap_or((NOT_UTF8, 1)), "{text:x?}");
        }
    }

    /// A text falls into the same characters from either end.
    #[test]
    fn both_directions_agree() {
        let bytes = [0x61, 0x80, 0xA9, 0xC3, 0xE2, 0x82, 0xF0, 0x9F, 0xED];
        for number in 0..9usize.pow(5) {
            let text: Vec<u8> = (0..5).map(|n| bytes[number / 9usize.pow(n) % 9]).collect();
            let (mut forward, mut backward) = (Vec::new(), Vec::new());
            let mut at = 0;
            while at < text.len() {
                forward.push(at);
                at += first(&text[at..]).1;
            }
            while at > 0 {
                at -= last(&text[..at]).1;
                backward.insert(0, at);
            }
            assert_eq!(forward, backward, "{text:x?}");
        }
    }
}
