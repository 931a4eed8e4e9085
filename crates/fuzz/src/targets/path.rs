use selvedge_plan::path::{is_normal, normalise};

use crate::meter::Allowance;
use crate::reference::path as reference;
use crate::{Target, judge};

pub(super) const TARGET: Target = Target {
    name: "path",
    about: "any path: normalised as the URL standard and RFC 3986 say, once and for all",
    max_len: 256,
    seeds,
    prepare: || {},
    run,
    allowance: Allowance { once: 1 << 16, per_byte: 256 },
};

fn run(bytes: &[u8]) {
    let mut room = vec![0; 3 * bytes.len() + 1];
    let len = normalise(bytes, &mut room).unwrap_or_else(|| panic!("broken: three times the bytes and one suffice"));
    let normal = &room[..len];
    judge::path(normal);
    assert!(normal.is_ascii());
    assert!(
        !normal.split(|byte| *byte == b'/').any(|segment| matches!(segment, b"." | b"..")),
        "{}",
        normal.escape_ascii()
    );
    let mut again = vec![0; 3 * len + 1];
    let len_again =
        normalise(normal, &mut again).unwrap_or_else(|| panic!("broken: three times the bytes and one suffice"));
    assert_eq!(&again[..len_again], normal, "not idempotent");
    if is_normal(bytes) {
        assert_eq!(normal, bytes, "the quick look was wrong");
    }
    // What does not fit is told, and nothing is written past the end.
    for size in [0, len.saturating_sub(1), len] {
        let mut small = vec![0; size];
        if let Some(len) = normalise(bytes, &mut small) {
            assert_eq!(&small[..len], normal);
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(expected) = reference::normalise(text)
    {
        assert_eq!(std::str::from_utf8(normal), Ok(expected.as_str()), "{text:?}");
    }
}

fn seeds() -> Vec<Vec<u8>> {
    ["/a/./b/../c", "/a/%2e%2E/b", r"\a\..\b", "//a//../b/.", "/caf\u{e9}/%41%7e%2f%zz%", "/a b\"<>`{}^|#?", "no/slash"]
        .map(|text| text.into())
        .to_vec()
}
