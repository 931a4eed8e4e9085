//! The class of an `Accept-Encoding` value: a small number that stands for all a decision can depend on, so that the
//! header crosses the WebAssembly border once for each spelling and not once for each event.

use crate::negotiate::{Coding, quality};

/// Three bits a coding: 0 unacceptable, else its rank among the acceptable ones; ties have one rank.
///
/// Unlisted `identity` has a rank below everything listed.
pub(crate) fn class(header: &[u8]) -> u32 {
    let mut weights = [0u16; 4];
    for (weight, coding) in weights.iter_mut().zip(Coding::ALL) {
        let given = quality(header, coding.name().as_bytes()).map(|weight| weight * 2);
        *weight = given.unwrap_or(u16::from(coding == Coding::Identity));
    }
    let mut class = 0;
    for (position, weight) in weights.iter().enumerate() {
        if *weight > 0 {
            let mut rank = 1;
            for (other, below) in weights.iter().enumerate() {
                let counted = weights.iter().take(other).any(|earlier| earlier == below);
                rank += u32::from(*below > 0 && below < weight && !counted);
            }
            class |= rank << (3 * position);
        }
    }
    class
}

/// The class of a request without the field: only `identity` will do (RFC 9110 allows any; no client expects one).
pub(crate) const ABSENT: u32 = 1 << (3 * Coding::Identity as u32);

/// The rank of `coding` in `class`, 0 = unacceptable.
pub(crate) fn rank(class: u32, coding: u32) -> u32 {
    if coding < 4 { class >> (3 * coding) & 7 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(header: &str) -> [u32; 4] {
        let class = class(header.as_bytes());
        [0, 1, 2, 3].map(|coding| rank(class, coding))
    }

    #[test]
    fn ranks_by_quality_with_ties() {
        // br, zstd, gzip, identity
        assert_eq!(ranks("gzip, deflate, br, zstd"), [2, 2, 2, 1]);
        assert_eq!(ranks("gzip;q=0.5, br"), [3, 0, 2, 1]);
        assert_eq!(ranks("*;q=0.5, gzip;q=0.1"), [2, 2, 1, 2]);
        assert_eq!(ranks("identity;q=0, br"), [1, 0, 0, 0]);
        assert_eq!(ranks(""), [0, 0, 0, 1]);
        assert_eq!(class(b""), ABSENT);
    }
}
