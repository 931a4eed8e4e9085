//! Sets of bytes.

/// A bit for each byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set([u64; 4]);

impl Set {
    pub(super) const ALL: Set = Set([u64::MAX; 4]);

    pub(super) fn of(bytes: impl IntoIterator<Item = u8>) -> Set {
        let mut set = Set::default();
        bytes.into_iter().for_each(|byte| set.add(byte));
        set
    }

    pub(super) fn add(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    pub(super) fn has(self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    pub(super) fn not(self) -> Set {
        Set(self.0.map(|word| !word))
    }

    pub(super) fn and(self, other: Set) -> Set {
        Set::of(self.bytes().filter(|byte| other.has(*byte)))
    }

    pub(super) fn or(self, other: Set) -> Set {
        Set::of((0..=255).filter(|byte| self.has(*byte) || other.has(*byte)))
    }

    /// With the other case of each letter.
    pub(super) fn folded(self) -> Set {
        Set::of(self.bytes().flat_map(|byte| [byte, byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == [0; 4]
    }

    pub(super) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=255).filter(move |byte| self.has(*byte))
    }

    /// The byte of a set of one.
    pub(super) fn only(self) -> Option<u8> {
        let mut bytes = self.bytes();
        let first = bytes.next()?;
        bytes.next().is_none().then_some(first)
    }

    /// Bytes that follow each other, from first to last.
    fn ranges(self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in self.bytes() {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(byte) => *last = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }

    /// As a class of an expression, or as the character alone; bytes beyond ASCII are all in it or none.
    pub(super) fn class(self) -> String {
        if let Some(byte) = self.only() {
            return escaped(byte, false);
        }
        if self.has(0xff) {
            let others = self.not();
            return if others.is_empty() { "(?s:.)".to_owned() } else { format!("[^{}]", others.inside()) };
        }
        format!("[{}]", self.inside())
    }

    /// What stands in the brackets of a class.
    pub(super) fn inside(self) -> String {
        let mut out = String::new();
        for (first, last) in self.ranges().into_iter().filter(|(first, _)| *first < 0x80) {
            let last = last.min(0x7f);
            out.push_str(&escaped(first, true));
            if last > first + 1 {
                out.push('-');
            }
            if last > first {
                out.push_str(&escaped(last, true));
            }
        }
        out
    }
}

fn escaped(byte: u8, in_class: bool) -> String {
    let c = char::from(byte);
    let special = if in_class { r"\]^-[&~" } else { r"\.+*?()|[]{}^$#" };
    match c {
        _ if special.contains(c) => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        _ => format!("\\x{byte:02X}"),
    }
}
