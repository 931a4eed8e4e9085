//! Whatever goes in comes out of another's decoder, and in no more bytes than by hand.
#![allow(missing_docs, clippy::unwrap_used)]

use std::io::Read;

use flate2::read::GzDecoder;
use proptest::prelude::*;
use selvedge_zopfli::gzip;

/// The header, the checksum and the length, RFC 1952.
const FRAME: usize = 18;

/// The compressed bytes, decompressed and compared; how many there are but the frame.
fn size(input: &[u8], iterations: u32) -> usize {
    let bytes = gzip(input, iterations);
    let mut output = Vec::new();
    GzDecoder::new(&bytes[..]).read_to_end(&mut output).unwrap();
    assert!(output == input, "{} bytes", input.len());
    bytes.len() - FRAME
}

/// Bytes without any order, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35f);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// RFC 1951 §3.2.6: the fixed code has seven bits for the end of a block, eight for "a", and 17 for a match of a few bytes
/// before.
#[test]
fn little_takes_the_fixed_code() {
    assert_eq!(size(b"", 15), 2);
    assert_eq!(size(b"a", 15), 3);
    assert_eq!(size(b"aaaaaaaaaa", 15), 4);
}

/// RFC 1951 §3.2.4: five bytes for each block of at most 65,535.
#[test]
fn noise_is_stored() {
    assert_eq!(size(&noise(100), 2), 100 + 5);
    assert_eq!(size(&noise(65_535), 2), 65_535 + 5);
    assert_eq!(size(&noise(65_536), 2), 65_536 + 10);
}

/// A match of 258 bytes takes at least two bits.
#[test]
fn a_run_takes_two_bits_for_each_match() {
    let length = 300_000;
    let least = length / 258 / 4;
    assert!((least..least + 30).contains(&size(&vec![0; length], 15)));
}

/// The farthest distance is 32,768: all of the second half is matches of the first.
#[test]
fn matches_reach_to_the_end_of_the_window() {
    let block = noise(32_768);
    assert!(size(&[&block[..], &block].concat(), 2) < 32_768 + 400);
    let block = noise(32_769);
    assert!(size(&[&block[..], &block].concat(), 2) > 65_000);
}

/// What is searched at once ends after a million bytes; matches reach back over that.
#[test]
fn stretches_share_the_window() {
    let tail = noise(20_000);
    let input = [vec![b'-'; 1_000_000 - tail.len()], tail.clone(), tail.clone()].concat();
    assert!(size(&input, 1) < tail.len() + 2_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_input_comes_back(pieces in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..40), 1usize..300), 0..40), iterations in 1u32..20) {
        let input: Vec<u8> = pieces.iter().flat_map(|(piece, times)| piece.repeat(*times)).collect();
        size(&input, iterations);
    }

    #[test]
    fn few_symbols_come_back(input in prop::collection::vec(prop::sample::select(b"ab \x00\xff".to_vec()), 0..5000)) {
        size(&input, 15);
    }
}
