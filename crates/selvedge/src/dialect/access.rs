//! Who may come in, as servers say it: permissions as conditions of rules.
//!
//! What rules cannot ask (a password, the name of a host) is unknown: it lets nobody in who has to pass it, and keeps nobody
//! out whom it should. So what is made of permissions is never weaker than they are.

use std::net::{IpAddr, Ipv4Addr};

use super::sink::string;
use crate::rules::{Cidr, Value};

/// What a request has to meet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Pass {
    All,
    Nobody,
    /// Members of `when`; each must hold.
    When(Vec<(String, Value)>),
}

/// The requests that surely come in, and those that may.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Who {
    pub(super) sure: Pass,
    maybe: Pass,
}

impl Pass {
    fn not(self) -> Pass {
        match self {
            Pass::All => Pass::Nobody,
            Pass::Nobody => Pass::All,
            Pass::When(when) => match when.as_slice() {
                [(name, Value::Object(inner))] if name == "not" => Pass::When(inner.clone()),
                _ => Pass::When(vec![("not".to_owned(), Value::Object(when))]),
            },
        }
    }

    fn or(self, other: Pass) -> Pass {
        match (self, other) {
            (Pass::All, _) | (_, Pass::All) => Pass::All,
            (Pass::Nobody, other) | (other, Pass::Nobody) => other,
            (one, other) if one == other => one,
            (Pass::When(mut one), Pass::When(other)) => {
                // Addresses are a list of their own.
                if let ([(own, Value::Array(list))], [(name, Value::Array(more))]) =
                    (one.as_mut_slice(), other.as_slice())
                    && own == name
                    && name == "ip"
                {
                    list.extend(more.iter().filter(|it| !list.contains(it)).cloned().collect::<Vec<_>>());
                    return Pass::When(one);
                }
                let ways = Value::Array(vec![Value::Object(one), Value::Object(other)]);
                Pass::When(vec![("any".to_owned(), ways)])
            }
        }
    }

    /// Members of `when` for the requests that do not come in; `None` where all do.
    pub(super) fn others(self) -> Option<Vec<(String, Value)>> {
        match self.not() {
            Pass::Nobody => None,
            Pass::All => Some(Vec::new()),
            Pass::When(when) => Some(when),
        }
    }
}

impl Who {
    pub(super) fn all() -> Who {
        Who { sure: Pass::All, maybe: Pass::All }
    }

    pub(super) fn nobody() -> Who {
        Who { sure: Pass::Nobody, maybe: Pass::Nobody }
    }

    /// Rules cannot tell.
    pub(super) fn unknown() -> Who {
        Who { sure: Pass::Nobody, maybe: Pass::All }
    }

    pub(super) fn when(members: Vec<(String, Value)>) -> Who {
        let pass = Pass::When(members);
        Who { sure: pass.clone(), maybe: pass }
    }

    pub(super) fn not(self) -> Who {
        Who { sure: self.maybe.not(), maybe: self.sure.not() }
    }

    pub(super) fn or(self, other: Who) -> Who {
        Who { sure: self.sure.or(other.sure), maybe: self.maybe.or(other.maybe) }
    }

    pub(super) fn and(self, other: Who) -> Who {
        self.not().or(other.not()).not()
    }

    /// Clients by their address: `all`, `10.0.0.0/8`, `10.1`, `10.1.0.0/255.255.0.0`.
    pub(super) fn at(address: &str) -> Who {
        match range(address) {
            _ if address.eq_ignore_ascii_case("all") => Who::all(),
            Some(range) => Who::when(vec![("ip".to_owned(), Value::Array(vec![string(range)]))]),
            None => Who::unknown(),
        }
    }
}

/// An address or a range in CIDR notation as rules have it. Bits of the address beyond its prefix say nothing to a server.
pub(super) fn cidr(text: &str) -> Option<String> {
    let masked = match text.split_once('/') {
        Some((address, prefix)) => format!("{}/{prefix}", first(address.parse().ok()?, prefix.parse().ok()?)?),
        None => text.to_owned(),
    };
    // What has nothing beyond its prefix stays as it is written.
    [text, masked.as_str()].into_iter().find(|range| Cidr::parse(range).is_ok()).map(str::to_owned)
}

/// A list of ranges that rules have.
pub(super) fn cidrs(list: &Value) -> Option<Value> {
    let Value::Array(list) = list else { return None };
    let one = |range: &Value| if let Value::String(range) = range { cidr(range).map(string) } else { None };
    list.iter().map(one).collect::<Option<_>>().map(Value::Array)
}

/// The first address of the range that an address is in.
fn first(address: IpAddr, prefix: u32) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(address) => {
            let beyond = 32_u32.checked_sub(prefix)?;
            IpAddr::V4((u32::from(address) & u32::MAX.checked_shl(beyond).unwrap_or(0)).into())
        }
        IpAddr::V6(address) => {
            let beyond = 128_u32.checked_sub(prefix)?;
            IpAddr::V6((u128::from(address) & u128::MAX.checked_shl(beyond).unwrap_or(0)).into())
        }
    })
}

/// An address or a range in any spelling of servers.
fn range(text: &str) -> Option<String> {
    if let Some(range) = cidr(text) {
        return Some(range);
    }
    let (address, mask) = text.split_once('/').unwrap_or((text, ""));
    let bytes: Vec<u8> =
        address.trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let bits = match mask.parse::<Ipv4Addr>() {
        Ok(mask) => {
            let ones = u32::from(mask).leading_ones();
            (u32::from(mask).count_ones() == ones && bytes.len() == 4).then_some(ones)?
        }
        // The first bytes of an address are all that begin so.
        Err(_) if mask.is_empty() && (1..4).contains(&bytes.len()) => bytes.len() as u32 * 8,
        Err(_) => return None,
    };
    let mut whole = [0; 4];
    whole.iter_mut().zip(&bytes).for_each(|(byte, own)| *byte = *own);
    cidr(&format!("{}/{bits}", Ipv4Addr::from(whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(who: Who) -> Option<String> {
        who.sure.others().map(|when| serde_json::to_string(&Value::Object(when)).unwrap_or_default())
    }

    /// <https://httpd.apache.org/docs/2.4/mod/mod_authz_host.html#reqip>
    #[test]
    fn addresses_have_several_spellings() {
        let ranges = ["10.1.2.3", "10.1", "10", "10.1.0.0/255.255.0.0", "10.1.0.0/16", "2001:db8::/32", "192.168.1."];
        assert_eq!(
            ranges.map(|text| range(text).unwrap_or_default()),
            ["10.1.2.3", "10.1.0.0/16", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/16", "2001:db8::/32", "192.168.1.0/24"]
        );
        for text in ["example.org", "10.1.0.0/255.0.255.0", "300", "", "10.1/16", "*"] {
            assert_eq!(range(text), None, "{text}");
        }
    }

    /// Asked of nginx 1.22, Apache 2.4 and Caddy 2.11: each takes the bits beyond the prefix for nothing.
    #[test]
    fn bits_beyond_the_prefix_say_nothing() {
        for (written, range) in [
            ("127.0.0.1/8", "127.0.0.0/8"),
            ("127.0.0.9/29", "127.0.0.8/29"),
            ("127.9.9.9/255.0.0.0", "127.0.0.0/8"),
            ("10.1.2.3/0", "0.0.0.0/0"),
            ("10.1.2.3/32", "10.1.2.3/32"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("2001:db8:0:0::/32", "2001:db8:0:0::/32"),
            ("::1", "::1"),
        ] {
            assert_eq!(super::range(written).as_deref(), Some(range), "{written}");
        }
        for text in ["10.1.2.3/33", "::1/129", "10.0.0.300/8", "10.1.2.3/", "10.1.2.3/-1", "/8", "10.1.2.3/8/8"] {
            assert_eq!(cidr(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_unknown_never_opens() {
        let ip = |text: &str| Who::at(text);
        assert_eq!(of(Who::all()), None);
        assert_eq!(of(Who::unknown()).as_deref(), Some("{}"));
        assert_eq!(of(Who::unknown().not()).as_deref(), Some("{}"));
        assert_eq!(of(Who::unknown().or(ip("10"))).as_deref(), Some(r#"{"not":{"ip":["10.0.0.0/8"]}}"#));
        assert_eq!(of(Who::unknown().and(ip("10"))).as_deref(), Some("{}"));
        assert_eq!(of(ip("10").not()).as_deref(), Some(r#"{"ip":["10.0.0.0/8"]}"#));
        assert_eq!(of(ip("10.1.2.3").or(ip("::1"))).as_deref(), Some(r#"{"not":{"ip":["10.1.2.3","::1"]}}"#));
        assert_eq!(of(Who::all().and(ip("10.1.2.3").not())).as_deref(), Some(r#"{"ip":["10.1.2.3"]}"#));
    }
}
