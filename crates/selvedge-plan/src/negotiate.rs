//! Content negotiation by `Accept-Encoding`, RFC 9110 §12.5.3.
//!
//! q-values, `q=0`, `*`, `identity`, case and `x-gzip` (§8.4.1.3) count; a malformed member is ignored by itself. `identity`
//! competes only if the header lists it or `*` covers it, otherwise it is acceptable but last. Where two codings are
//! equally welcome, the server's order decides.

/// A content coding that files are compressed with ahead of time, and `identity`, none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Coding {
    /// Brotli, RFC 7932.
    Br = 0,
    /// Zstandard, RFC 8878.
    Zstd = 1,
    /// gzip, RFC 1952; `x-gzip` is the same.
    Gzip = 2,
    /// The representation as it is.
    Identity = 3,
}

impl Coding {
    /// Every coding, in the order of their numbers.
    pub const ALL: [Coding; 4] = [Coding::Br, Coding::Zstd, Coding::Gzip, Coding::Identity];

    /// The registered name.
    pub fn name(self) -> &'static str {
        match self {
            Coding::Br => "br",
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
            Coding::Identity => "identity",
        }
    }

    /// The coding of a registered name.
    pub fn from_name(name: &str) -> Option<Coding> {
        Coding::ALL.into_iter().find(|coding| coding.name() == name)
    }

    /// The coding of its number in a plan.
    pub fn from_number(number: u32) -> Option<Coding> {
        Coding::ALL.get(number as usize).copied()
    }
}

/// The quality that `header` gives to `coding`, in thousandths; `None` where it neither lists it nor has a `*`.
///
/// Several field lines are one header joined by `, `. Listed twice, the higher quality counts.
pub fn quality(header: &[u8], coding: &[u8]) -> Option<u16> {
    let mut listed = None;
    let mut wildcard = None;
    for member in header.split(|byte| matches!(byte, b',' | b'\n')) {
        let Some((name, weight)) = parse_member(member) else { continue };
        if name == b"*" {
            wildcard = wildcard.max(Some(weight));
        } else if same_coding(name, coding) {
            listed = listed.max(Some(weight));
        }
    }
    listed.or(wildcard)
}

/// What to send of `available` (the server's order): a position in it, or one of the other two outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The coding at this position of `available`.
    Available(usize),
    /// The representation as it is.
    Identity,
    /// Nothing is acceptable, not even `identity`; a server may answer 406 or send the representation as it is.
    Nothing,
}

/// Chooses among `available` codings for a request with this `Accept-Encoding` (`None`: the field is absent).
///
/// ```
/// use selvedge_plan::negotiate::{choose, Choice};
///
/// let available = [b"br".as_slice(), b"gzip"];
/// assert_eq!(choose(Some(b"gzip;q=0.8, br;q=0.9"), &available), Choice::Available(0));
/// assert_eq!(choose(Some(b"gzip, br;q=0"), &available), Choice::Available(1));
/// assert_eq!(choose(None, &available), Choice::Identity);
/// ```
pub fn choose(header: Option<&[u8]>, available: &[&[u8]]) -> Choice {
    let Some(header) = header else { return Choice::Identity };
    // Unlisted identity is acceptable, below everything that was asked for: half a thousandth.
    let identity = quality(header, b"identity").map_or(1, |weight| weight * 2);
    let mut best = Choice::Nothing;
    let mut best_weight = 0;
    for (position, coding) in available.iter().enumerate() {
        let is_identity = coding.eq_ignore_ascii_case(b"identity");
        let weight = if is_identity { identity } else { quality(header, coding).unwrap_or(0) * 2 };
        if weight > best_weight {
            best_weight = weight;
            best = if is_identity { Choice::Identity } else { Choice::Available(position) };
        }
    }
    if identity > best_weight { Choice::Identity } else { best }
}

/// `coding [OWS ";" OWS "q=" qvalue]`; `None` for a malformed or empty member.
fn parse_member(member: &[u8]) -> Option<(&[u8], u16)> {
    let mut parts = member.split(|byte| *byte == b';');
    let name = trim(parts.next()?);
    if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
        return None;
    }
    let weight = match parts.next() {
        None => 1000,
        Some(weight) => parse_weight(trim(weight))?,
    };
    parts.next().is_none().then_some((name, weight))
}

/// `"q=" ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`, RFC 9110 §12.4.2.
pub(crate) fn parse_weight(weight: &[u8]) -> Option<u16> {
    let [b'q' | b'Q', b'=', value @ ..] = weight else { return None };
    let (whole, digits): (u16, &[u8]) = match value {
        [b'0'] => (0, &[]),
        [b'1'] => (1, &[]),
        [b'0', b'.', digits @ ..] => (0, digits),
        [b'1', b'.', digits @ ..] => (1, digits),
        _ => return None,
    };
    if digits.len() > 3 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut thousandths = whole;
    for place in 0..3 {
        let digit = digits.get(place).map_or(0, |digit| u16::from(digit - b'0'));
        thousandths = thousandths * 10 + digit;
    }
    (thousandths <= 1000).then_some(thousandths)
}

fn same_coding(listed: &[u8], coding: &[u8]) -> bool {
    let listed = match listed {
        [b'x' | b'X', b'-', rest @ ..] if rest.eq_ignore_ascii_case(b"gzip") => rest,
        _ => listed,
    };
    listed.eq_ignore_ascii_case(coding)
}

pub(crate) fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// `tchar` of RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(header: &str, available: &[&str]) -> String {
        let offered: Vec<&[u8]> = available.iter().map(|coding| coding.as_bytes()).collect();
        match choose(Some(header.as_bytes()), &offered) {
            Choice::Available(position) => available[position].to_owned(),
            Choice::Identity => "identity".to_owned(),
            Choice::Nothing => "nothing".to_owned(),
        }
    }

    /// Expectations by hand from RFC 9110 §12.5.3 and §12.4.2.
    #[test]
    fn chooses_as_rfc_9110_says() {
        let all: &[&str] = &["br", "zstd", "gzip"];
        for (header, expected) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=0.5, br;q=0.8", "br"),
            ("gzip;q=0.8, br;q=0.5", "gzip"),
            ("gzip;q=0.801, br;q=0.8", "gzip"),
            ("gzip;q=0.0001, br;q=0.2", "br"),
            ("br;q=0, gzip", "gzip"),
            ("*", "br"),
            ("*;q=0", "nothing"),
            ("*;q=0, gzip", "gzip"),
            ("br;q=0, *", "zstd"),
            ("gzip;q=0.5, *", "br"),
            ("identity", "identity"),
            ("identity;q=0", "nothing"),
            ("identity, gzip;q=0.5", "identity"),
            ("identity;q=0.5, gzip;q=0.4", "identity"),
            ("identity, gzip", "gzip"),
            ("x-gzip", "gzip"),
            ("X-GZip;Q=0.3", "gzip"),
            ("GZIP ; q=1.000", "gzip"),
            ("gzip\t;\tq=0.2 , br ; q=0.1", "gzip"),
            ("gzip;q=2, zstd;q=0.1", "zstd"),
            ("gzip;q=1.001, zstd;q=0.1", "zstd"),
            ("gzip;q=, br;level=3, zstd;q=0.1", "zstd"),
            (",, ,gzip", "gzip"),
            ("gz ip, br;q=0.1", "br"),
            ("deflate", "identity"),
            ("", "identity"),
            ("gzipp", "identity"),
        ] {
            assert_eq!(chosen(header, all), expected, "{header}");
        }
    }

    #[test]
    fn the_servers_order_breaks_ties_and_may_list_identity() {
        assert_eq!(chosen("gzip, br", &["gzip", "br"]), "gzip");
        assert_eq!(chosen("identity, gzip", &["identity", "gzip"]), "identity");
        assert_eq!(chosen("gzip", &["identity", "gzip"]), "gzip");
        assert_eq!(chosen("gzip", &[]), "identity");
    }
}
