const K: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(state: u64, word: u64) -> u64 {
    let folded = (state ^ word).wrapping_mul(K);
    folded ^ (folded >> 29)
}

/// 64 bits over `bytes`: the plan's checksum, the hash of its tables and of experiments. Not cryptographic.
///
/// Eight bytes a step, so that a plan of 100,000 redirects is checked in a few milliseconds of WebAssembly.
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut state = (bytes.len() as u64).wrapping_mul(K) ^ 0x51_7C_C1_B7_27_22_0A_95;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        state = mix(state, u64::from_le_bytes(*word));
    }
    let mut last = 0u64;
    for (shift, byte) in rest.iter().enumerate() {
        last |= u64::from(*byte) << (8 * shift);
    }
    state = mix(state, last);
    state = mix(state, state >> 32);
    state ^ (state >> 31)
}

/// [`checksum`] of `bytes` as the hash tables of the plan use it, told apart by `salt`.
pub fn hash(salt: u32, bytes: &[u8]) -> u32 {
    let whole = mix(checksum(bytes), u64::from(salt).wrapping_add(1));
    (whole >> 32) as u32 ^ whole as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_the_length_count() {
        let whole = *b"a plan is some bytes, checked";
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut altered = whole;
                altered[at] ^= 1 << bit;
                assert_ne!(checksum(&whole), checksum(&altered), "byte {at} bit {bit}");
            }
            assert_ne!(checksum(&whole), checksum(&whole[..at]));
        }
        assert_ne!(checksum(b"a"), checksum(b"a\0"));
    }

    #[test]
    fn hashes_spread_over_a_table() {
        let mut used = [0u32; 64];
        for n in 0u32..64_000 {
            let slot = hash(0, format!("/old/page-{n}").as_bytes()) % 64;
            used[slot as usize] += 1;
        }
        // 1,000 expected in each; six standard deviations are about 190.
        assert!(used.iter().all(|n| (810..1190).contains(n)), "{used:?}");
    }
}
