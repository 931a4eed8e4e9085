//! Sets of characters.

/// The last scalar value.
const LAST: u32 = char::MAX as u32;

/// Ranges of scalar values, ascending and apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) ranges: Vec<(u32, u32)>,
}

impl Class {
    pub(super) fn new(ranges: Vec<(u32, u32)>) -> Class {
        let mut class = Class { ranges: Vec::new() };
        ranges.into_iter().for_each(|range| class.add(range));
        class
    }

    /// Adds a range, and joins it with those that it meets.
    fn add(&mut self, (first, last): (u32, u32)) {
        let start = self.ranges.partition_point(|range| range.1.saturating_add(1) < first);
        let end = self.ranges.partition_point(|range| range.0 <= last.saturating_add(1));
        let (mut first, mut last) = (first, last);
        for range in self.ranges.drain(start..end.max(start)) {
            (first, last) = (first.min(range.0), last.max(range.1));
        }
        self.ranges.insert(start, (first, last));
    }

    /// ASCII letters in both cases.
    pub(super) fn folded(self) -> Class {
        let mut ranges = self.ranges;
        for n in 0..ranges.len() {
            let Some((first, last)) = ranges.get(n).copied() else { continue };
            // Upper and lower case are 32 apart.
            for (letters, other) in [(('a', 'z'), ('A', 'Z')), (('A', 'Z'), ('a', 'z'))] {
                let (from, to) = (first.max(letters.0.into()), last.min(letters.1.into()));
                if from <= to {
                    let shift = |letter: u32| letter - u32::from(letters.0) + u32::from(other.0);
                    ranges.push((shift(from), shift(to)));
                }
            }
        }
        Class::new(ranges)
    }

    pub(super) fn negated(self) -> Class {
        let mut ranges = Vec::new();
        let mut next = 0;
        for (first, last) in self.ranges {
            if first > next {
                ranges.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Class { ranges }
    }

    /// `[[:name:]]`
    pub(super) fn posix(name: &str) -> Option<Class> {
        let ranges: &[(char, char)] = match name {
            "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
            "alpha" => &[('A', 'Z'), ('a', 'z')],
            "ascii" => &[('\0', '\x7F')],
            "blank" => &[('\t', '\t'), (' ', ' ')],
            "cntrl" => &[('\0', '\x1F'), ('\x7F', '\x7F')],
            "digit" => &[('0', '9')],
            "graph" => &[('!', '~')],
            "lower" => &[('a', 'z')],
            "print" => &[(' ', '~')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => &[('\t', '\r'), (' ', ' ')],
            "upper" => &[('A', 'Z')],
            "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => return None,
        };
        Some(Class { ranges: ranges.iter().map(|(first, last)| ((*first).into(), (*last).into())).collect() })
    }

    /// `.`, without the line ends that the flags name.
    pub(super) fn dot(any: bool, crlf: bool) -> Class {
        let without = match (any, crlf) {
            (true, _) => Vec::new(),
            (false, false) => vec![(0x0A, 0x0A)],
            (false, true) => vec![(0x0A, 0x0A), (0x0D, 0x0D)],
        };
        Class { ranges: without }.negated()
    }
}
