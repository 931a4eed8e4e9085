//! Ranges of addresses.

use selvedge_plan::address::parse;
use std::net::IpAddr;

/// A range of addresses in CIDR notation, RFC 4632 and RFC 4291 §2.3.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cidr {
    /// The first address; IPv4 as `::ffff:a.b.c.d`.
    pub(crate) address: [u8; 16],
    /// How many leading bits count; those of IPv4 plus 96.
    pub(crate) prefix: u8,
}

impl Cidr {
    /// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; the error says why not, and what to write.
    pub(crate) fn parse(text: &str) -> Result<Cidr, (String, String)> {
        let invalid = || {
            let help = "write for example \"10.0.0.0/8\", \"2001:db8::/32\" or one address".to_owned();
            (format!("{text:?} is not an address range"), help)
        };
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let bits = if address.contains(':') { 128 } else { 32 };
        let address = parse(address.as_bytes()).ok_or_else(invalid)?;
        let length: u8 = match length {
            None => bits,
            Some(length) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
                length.parse().map_err(|_| invalid())?
            }
            Some(_) => return Err(invalid()),
        };
        if length > bits {
            return Err((format!("{text:?} has a prefix longer than {bits} bits"), format!("write /{bits} or less")));
        }
        let prefix = length + (128 - bits);
        let network = address & u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
        if network != address {
            let first = if bits == 32 { shown_v4(network as u32) } else { shown_v6(network) };
            return Err((
                format!("{text:?} has bits set beyond its prefix"),
                format!("write \"{first}/{length}\", or a longer prefix"),
            ));
        }
        Ok(Cidr { address: address.to_be_bytes(), prefix })
    }

    /// The first address.
    pub(crate) fn first(&self) -> IpAddr {
        IpAddr::from(self.address).to_canonical()
    }
}

// Both by hand: those of the standard library are 3 KB of WebAssembly.

fn shown_v4(address: u32) -> String {
    address.to_be_bytes().map(|byte| byte.to_string()).join(".")
}

/// The first address of a range that has more than one: it ends with zeros, which are left out.
fn shown_v6(address: u128) -> String {
    let mut shown = String::new();
    for place in 0..8 {
        let rest = address << (16 * place);
        if rest == 0 && place < 7 {
            return shown + if place == 0 { "::" } else { ":" };
        }
        shown += &format!("{:x}{}", rest >> 112, if place < 7 { ":" } else { "" });
    }
    shown
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_ranges_and_addresses() {
        let v4 = |a, b, c, d| [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d];
        assert_eq!(Cidr::parse("10.0.0.0/8").unwrap(), Cidr { address: v4(10, 0, 0, 0), prefix: 104 });
        assert_eq!(Cidr::parse("0.0.0.0/0").unwrap(), Cidr { address: v4(0, 0, 0, 0), prefix: 96 });
        assert_eq!(Cidr::parse("192.0.2.7").unwrap(), Cidr { address: v4(192, 0, 2, 7), prefix: 128 });
        assert_eq!(Cidr::parse("::/0").unwrap().prefix, 0);
        assert_eq!(Cidr::parse("2001:db8::/32").unwrap().prefix, 32);
        for wrong in ["", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::1/129", "a.b.c.d", "10.0.0.1/8"] {
            assert!(Cidr::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Cidr::parse("10.1.2.3/8").unwrap_err().1.contains("\"10.0.0.0/8\""));
    }

    /// RFC 5952, but that it is always the zeros at the end that are left out.
    #[test]
    fn names_the_first_address_of_a_range() {
        for (wrong, first) in [
            ("2001:db8::1/32", "2001:db8::/32"),
            ("2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"),
            ("ff::1/7", "::/7"),
            ("1:2:3:4:5:6:7:ff/121", "1:2:3:4:5:6:7:80/121"),
            ("1:2:3:4:5:6:7:1/112", "1:2:3:4:5:6:7:0/112"),
            ("1::7:1/112", "1:0:0:0:0:0:7:0/112"),
        ] {
            assert!(Cidr::parse(wrong).unwrap_err().1.contains(&format!("\"{first}\"")), "{wrong}");
        }
    }
}
