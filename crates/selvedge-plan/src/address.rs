//! Addresses as text. (`core::net` parses them too, for four times the bytes of WebAssembly.)

/// The 128 bits of an IPv6 address (RFC 4291 §2.2), or of an IPv4 address mapped to one (§2.5.5.2).
pub fn parse(text: &[u8]) -> Option<u128> {
    // Not by `contains`: that brings core's search for a byte along, 300 bytes for what is short.
    if text.iter().all(|byte| *byte != b':') {
        return Some(0xFFFF_0000_0000 | u128::from(parse_v4(text)?));
    }
    // What stands before and after "::", as many groups of 16 bits each.
    let gap = text.windows(2).position(|pair| pair == b"::");
    let (head, tail) = match gap {
        None => (text, &[][..]),
        Some(at) => (text.get(..at)?, text.get(at + 2..)?),
    };
    let (head, head_groups) = parse_groups(head, gap.is_none())?;
    let (tail, tail_groups) = parse_groups(tail, true)?;
    match gap {
        None => (head_groups == 8).then_some(head),
        Some(_) if head_groups + tail_groups > 7 => None,
        Some(_) if head_groups == 0 => Some(tail),
        Some(_) => Some(head << (16 * (8 - head_groups)) | tail),
    }
}

/// Groups of hex digits with colons between, at the end of the address perhaps an IPv4 address; their bits and number.
fn parse_groups(text: &[u8], last: bool) -> Option<(u128, u32)> {
    let mut bits = 0;
    let mut count = 0;
    if text.is_empty() {
        return Some((0, 0));
    }
    let mut groups = text.split(|byte| *byte == b':').peekable();
    while let Some(group) = groups.next() {
        if let Some(v4) = parse_v4(group).filter(|_| last && groups.peek().is_none()) {
            bits = bits << 32 | u128::from(v4);
            count += 2;
        } else {
            bits = bits << 16 | u128::from(parse_number(group, 16, 4)?);
            count += 1;
        }
    }
    (count <= 8).then_some((bits, count))
}

/// The 32 bits of an IPv4 address in dotted decimal, without leading zeros.
pub fn parse_v4(text: &[u8]) -> Option<u32> {
    let mut bits = 0;
    let mut count = 0;
    for part in text.split(|byte| *byte == b'.') {
        let number = parse_number(part, 10, 3).filter(|number| *number <= 255)?;
        // "010" is octal to some and decimal to others.
        if part.len() > 1 && part.first() == Some(&b'0') {
            return None;
        }
        bits = bits << 8 | number;
        count += 1;
    }
    (count == 4).then_some(bits)
}

fn parse_number(text: &[u8], radix: u32, max_digits: usize) -> Option<u32> {
    if text.is_empty() || text.len() > max_digits {
        return None;
    }
    text.iter().try_fold(0, |number, byte| Some(number * radix + char::from(*byte).to_digit(radix)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    /// The standard library is the judge.
    #[test]
    fn parses_what_the_standard_library_parses() {
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "198.51.100.24",
            "256.1.1.1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1..2.3",
            "",
            "::",
            "::1",
            "1::",
            "2001:db8::1",
            "2001:0db8:85a3:0:0:8a2e:0370:7334",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "::ffff:192.0.2.1",
            "1:2:3:4:5:6:1.2.3.4",
            "1::2::3",
            "12345::",
            "g::",
            ":1",
            "1:",
            ":::",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1.2.3.4::",
            "fe80::1%eth0",
            "[::1]",
            " ::1",
        ] {
            let expected = text.parse::<IpAddr>().ok().map(|address| match address {
                IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
                IpAddr::V6(address) => address.to_bits(),
            });
            assert_eq!(parse(text.as_bytes()), expected, "{text}");
        }
    }
}
