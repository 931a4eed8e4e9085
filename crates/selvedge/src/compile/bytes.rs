//! Numbers and texts of the records that are bytes, see [`selvedge_plan::layout`].

/// Appends a number.
pub(super) fn push_number(bytes: &mut Vec<u8>, number: u32) {
    let mut rest = number;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

/// A number in as many bytes as any needs: one that is not known yet.
pub(super) fn padded(number: u32) -> [u8; 5] {
    let [a, b, c, d] = [0, 7, 14, 21].map(|shift| (number >> shift) as u8 | 0x80);
    [a, b, c, d, (number >> 28) as u8]
}

/// Appends a text.
pub(super) fn push_text(bytes: &mut Vec<u8>, text: &str) {
    push_number(bytes, text.len() as u32);
    bytes.extend_from_slice(text.as_bytes());
}
