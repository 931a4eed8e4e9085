//! `query` rules on lists of pairs.

/// A `query` rule.
#[derive(Debug, Default)]
pub(crate) struct QueryRule {
    pub(crate) keep: Option<Vec<String>>,
    pub(crate) drop: Vec<String>,
    pub(crate) lowercase: bool,
    pub(crate) sort: bool,
}

impl QueryRule {
    pub(crate) fn apply(&self, query: &str) -> String {
        let mut pairs: Vec<String> = query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
        let changes = self.lowercase || self.sort || pairs.iter().any(|pair| !self.stays(pair));
        if !changes {
            return query.to_owned();
        }
        pairs.retain(|pair| self.stays(pair));
        if self.sort {
            let raw_name = |pair: &String| {
                let name = pair.split('=').next().unwrap_or_default().to_owned();
                if self.lowercase { name.to_ascii_lowercase() } else { name }
            };
            pairs.sort_by_key(raw_name);
        }
        if self.lowercase {
            pairs = pairs.iter().map(|pair| lower_case(pair)).collect();
        }
        pairs.join("&")
    }

    fn stays(&self, pair: &str) -> bool {
        let name = decode(pair.split('=').next().unwrap_or_default());
        let listed = |list: &[String]| list.iter().any(|pattern| wildcard(pattern.as_bytes(), &name));
        self.keep.as_deref().is_none_or(listed) && !listed(&self.drop)
    }
}

fn lower_case(pair: &str) -> String {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let [name, value] = [name, value].map(|text| {
        let bytes = decode(text).to_ascii_lowercase();
        let encode = |byte: u8| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'!' | b'\'' | b'(' | b')' | b'*' => {
                (byte as char).to_string()
            }
            byte => format!("%{byte:02X}"),
        };
        bytes.into_iter().map(encode).collect::<String>()
    });
    format!("{name}={value}")
}

/// `application/x-www-form-urlencoded`; what is not an escape is literal.
fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match (first, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    bytes
}

/// A `*` at either end stands for anything.
fn wildcard(pattern: &[u8], name: &[u8]) -> bool {
    match pattern {
        [b'*'] => true,
        [b'*', middle @ .., b'*'] => middle.is_empty() || name.windows(middle.len()).any(|window| window == middle),
        [b'*', end @ ..] => name.ends_with(end),
        [start @ .., b'*'] => name.starts_with(start),
        whole => name == whole,
    }
}
