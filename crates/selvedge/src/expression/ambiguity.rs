//! Whether a part that repeats can match one text in two ways. An engine that searches by trying, as JavaScript's does, tries both
//! for each turn: the time doubles with every turn that fits.
//!
//! The characters of the part are the states of an automaton (Glushkov's), which has two ways through one text where two of its
//! runs over that text begin and end at the same states, and are not the same in between.

use super::tree::{Repeat, Tree};

/// Larger parts are taken for ambiguous: the pairs of all states are looked at.
const MAX_STATES: usize = 64;

/// Whether `of`, again and again, can match one text in two ways.
pub(super) fn is_ambiguous(of: &Tree) -> bool {
    let mut automaton = Automaton::default();
    automaton.again(of).is_none() || automaton.has_two_runs()
}

/// The first and the last character of each range.
type Ranges = Vec<(u32, u32)>;

#[derive(Default)]
struct Automaton {
    states: Vec<Ranges>,
    /// Which states follow one; one that would follow in two ways is ambiguous by itself.
    follow: Vec<Vec<usize>>,
}

/// What a part of the expression begins and ends with.
#[derive(Default)]
struct Part {
    first: Vec<usize>,
    last: Vec<usize>,
    /// In how many ways it matches nothing.
    empty: u32,
}

impl Automaton {
    /// `None`: it is ambiguous, or too large to say.
    fn part(&mut self, tree: &Tree) -> Option<Part> {
        match tree {
            Tree::Empty | Tree::Look(_) => Some(Part { empty: 1, ..Part::default() }),
            Tree::Char(c) => self.state(vec![(*c, *c)]),
            Tree::Class(class) => self.state(class.ranges.clone()),
            Tree::Group(_, of) => self.part(of),
            Tree::Alternate(parts) => {
                let mut all = Part::default();
                for part in parts {
                    let part = self.part(part)?;
                    all.first.extend(part.first);
                    all.last.extend(part.last);
                    all.empty = all.empty.saturating_add(part.empty);
                }
                one_way(all)
            }
            Tree::Concat(parts) => {
                let mut all = Part { empty: 1, ..Part::default() };
                for part in parts {
                    let next = self.part(part)?;
                    all = self.then(all, next)?;
                }
                Some(all)
            }
            Tree::Repeat(Repeat { min, max, of, .. }) => match (*min, *max) {
                (0, Some(1)) => {
                    let part = self.part(of)?;
                    one_way(Part { empty: part.empty.saturating_add(1), ..part })
                }
                (min, Some(max)) if min == max => {
                    let mut all = Part { empty: 1, ..Part::default() };
                    for _ in 0..max {
                        let next = self.part(of)?;
                        all = self.then(all, next)?;
                    }
                    Some(all)
                }
                (min, _) => {
                    let part = self.again(of)?;
                    one_way(Part { empty: part.empty.saturating_add(u32::from(min == 0)), ..part })
                }
            },
        }
    }

    fn state(&mut self, ranges: Ranges) -> Option<Part> {
        let state = self.states.len();
        if state == MAX_STATES {
            return None;
        }
        self.states.push(ranges);
        self.follow.push(Vec::new());
        Some(Part { first: vec![state], last: vec![state], empty: 0 })
    }

    fn then(&mut self, one: Part, next: Part) -> Option<Part> {
        self.link(&one.last, &next.first)?;
        let mut all = Part { first: one.first, last: next.last, empty: one.empty.saturating_mul(next.empty) };
        if one.empty > 0 {
            all.first.extend(next.first);
        }
        if next.empty > 0 {
            all.last.extend(one.last);
        }
        Some(all)
    }

    fn again(&mut self, of: &Tree) -> Option<Part> {
        let part = self.part(of)?;
        self.link(&part.last, &part.first)?;
        Some(part)
    }

    fn link(&mut self, from: &[usize], to: &[usize]) -> Option<()> {
        for state in from {
            let follow = self.follow.get_mut(*state)?;
            for next in to {
                if follow.contains(next) {
                    return None;
                }
                follow.push(*next);
            }
        }
        Some(())
    }

    /// Whether two runs part and meet again. What repeats leads from each of its states to each other one, so every run can
    /// begin and end at any.
    fn has_two_runs(&self) -> bool {
        let before = self.before();
        let (parted, met) = (self.pairs(&self.follow), self.pairs(&before));
        parted.iter().zip(&met).enumerate().any(|(pair, (parted, met))| {
            let (one, other) = (pair / MAX_STATES, pair % MAX_STATES);
            one != other && *parted && *met
        })
    }

    /// Which states one follows.
    fn before(&self) -> Vec<Vec<usize>> {
        let mut before = vec![Vec::new(); self.states.len()];
        for (state, follow) in self.follow.iter().enumerate() {
            for next in follow {
                if let Some(before) = before.get_mut(*next) {
                    before.push(state);
                }
            }
        }
        before
    }

    /// The pairs of states, by `one * MAX_STATES + other`, that two runs over one text come to from a state that they share.
    fn pairs(&self, next: &[Vec<usize>]) -> Vec<bool> {
        let mut seen = vec![false; MAX_STATES * MAX_STATES];
        let mut ahead: Vec<(usize, usize)> = (0..self.states.len()).map(|state| (state, state)).collect();
        while let Some((one, other)) = ahead.pop() {
            let pairs = next.get(one).into_iter().flatten();
            let pairs = pairs.flat_map(|one| next.get(other).into_iter().flatten().map(move |other| (*one, *other)));
            for (one, other) in pairs.filter(|(one, other)| one != other && self.can_both_take(*one, *other)) {
                if let Some(seen @ false) = seen.get_mut(one * MAX_STATES + other) {
                    *seen = true;
                    ahead.push((one, other));
                }
            }
        }
        seen
    }

    fn can_both_take(&self, one: usize, other: usize) -> bool {
        let (Some(one), Some(other)) = (self.states.get(one), self.states.get(other)) else { return false };
        one.iter().any(|(first, last)| other.iter().any(|(from, to)| first <= to && from <= last))
    }
}

/// Nothing can be matched in one way alone.
fn one_way(part: Part) -> Option<Part> {
    (part.empty < 2).then_some(part)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Expression;
    use super::*;

    fn repeats_in_two_ways(source: &str) -> bool {
        let expression = Expression::new(source).ok().unwrap();
        let Tree::Repeat(Repeat { of, .. }) = &expression.tree else { panic!("{source}") };
        is_ambiguous(of)
    }

    /// By hand: a text that is matched in two ways is named with each.
    #[test]
    fn one_text_in_two_ways_is_found() {
        for (source, _text) in [
            ("(?:a+)+", "aa"),
            ("(?:a|a)*", "a"),
            ("(?:[a-z]|[0-9a-f])*", "a"),
            ("(?:.|a)*", "a"),
            ("(?:a|aa)+", "aa"),
            ("(?:ab|a|b)+", "ab"),
            ("(?:a{1,9}){1,9}", "aa"),
            ("(?:x(?:a?|b?))+", "x"),
            ("(?:a?b?a)+", "aa"),
            ("(?:(?:ab)+)+", "abab"),
            ("(?:x+x+)+", "xxx"),
            ("(?:a.|.b)+", "ab"),
        ] {
            assert!(repeats_in_two_ways(source), "{source}");
        }
    }

    #[test]
    fn one_way_is_let_through() {
        for source in [
            "[a-z]+",
            "(?:a|b)*",
            "(?:foo|far)+",
            "(?:/[^/]+)*",
            "(?:[a-z]+-)*",
            r"(?:\.\d{1,3}){2,9}",
            "(?:ab*)+",
            "(?:a{2}b?)+",
            "(?:%[0-9A-F]{2}|[^%])+",
        ] {
            assert!(!repeats_in_two_ways(source), "{source}");
        }
    }
}
