//! Which rules of a list may take all paths of another, without looking at each pair.

use std::collections::BTreeSet;

use super::pattern::Shape;
use crate::by_text::{By, ByText};
use crate::rules::{Condition, Paths, Pattern};

/// So many rules of one place are looked at. More are never needed to be right, and would make large lists slow.
const MAX_RULES: usize = 16;

/// Rules by the text that their paths begin with: a pattern only takes all of another if its own literal beginning is one
/// of the other's.
#[derive(Default)]
pub(crate) struct Candidates<'r> {
    /// Paths without a wildcard, of which a list may have a million.
    exact: By<Vec<u8>, Bucket<'r>>,
    by_prefix: By<Vec<u8>, Bucket<'r>>,
    /// How long they are, with a wildcard after them.
    lengths: BTreeSet<usize>,
    regexes: ByText<Bucket<'r>>,
}

/// The rules of one place. Mostly that is a single one, without a condition, and a list may have a million places.
#[derive(Default)]
struct Bucket<'r> {
    /// The first without a condition.
    first: Option<usize>,
    others: Option<Box<Others<'r>>>,
}

#[derive(Default)]
struct Others<'r> {
    unconditional: Vec<usize>,
    conditional: Vec<usize>,
    by_condition: By<&'r Condition, Vec<usize>>,
}

impl<'r> Candidates<'r> {
    /// Without rules, and with room for so many.
    pub(crate) fn with_room(rules: usize) -> Candidates<'r> {
        let mut candidates = Candidates::default();
        candidates.exact.reserve(rules);
        candidates
    }

    pub(crate) fn insert(&mut self, rule: usize, paths: &Paths, when: Option<&'r Condition>) {
        for pattern in &paths.patterns {
            match Shape::of(pattern, paths.ignore_case) {
                Some(shapes) => {
                    for shape in shapes {
                        let prefix = shape.prefix();
                        let map = if shape.is_exact() {
                            &mut self.exact
                        } else {
                            self.lengths.insert(prefix.len());
                            &mut self.by_prefix
                        };
                        map.entry(prefix).or_default().insert(rule, when);
                    }
                }
                None => self.regexes.entry(pattern.to_string()).or_default().insert(rule, when),
            }
        }
    }

    /// The rules that may take all paths of this one, each once.
    pub(crate) fn of(&self, paths: &Paths, when: Option<&Condition>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        // They would have to take all patterns; the first will do to find them.
        let Some(pattern) = paths.patterns.first() else { return found };
        if let Pattern::Regex { .. } = pattern {
            self.regexes.get(&pattern.to_string()).into_iter().for_each(|it| it.collect(when, &mut found));
        }
        // Every path begins with a slash.
        let shape = Shape::of(pattern, paths.ignore_case).and_then(|mut shapes| shapes.pop());
        let prefix = shape.map_or_else(|| b"/".to_vec(), |shape| shape.prefix());
        // A rule may be for a path with its slash and without.
        let bare = prefix.strip_suffix(b"/");
        let exact = [Some(prefix.as_slice()), bare].into_iter().flatten().filter_map(|path| self.exact.get(path));
        exact.for_each(|bucket| bucket.collect(when, &mut found));
        for length in self.lengths.range(..=prefix.len()) {
            let bucket = prefix.get(..*length).and_then(|prefix| self.by_prefix.get(prefix));
            bucket.into_iter().for_each(|bucket| bucket.collect(when, &mut found));
        }
        found
    }
}

impl<'r> Bucket<'r> {
    fn insert(&mut self, rule: usize, when: Option<&'r Condition>) {
        if when.is_none() && self.first.is_none_or(|first| first == rule) {
            self.first = Some(rule);
            return;
        }
        let others = self.others.get_or_insert_default();
        let Some(when) = when else { return push(&mut others.unconditional, rule, MAX_RULES - 1) };
        push(&mut others.conditional, rule, MAX_RULES);
        push(others.by_condition.entry(when).or_default(), rule, MAX_RULES);
    }

    fn collect(&self, when: Option<&Condition>, found: &mut BTreeSet<usize>) {
        found.extend(self.first);
        let Some(others) = &self.others else { return };
        let same = when.and_then(|when| others.by_condition.get(when));
        found.extend(others.unconditional.iter().chain(&others.conditional).chain(same.into_iter().flatten()));
    }
}

fn push(list: &mut Vec<usize>, rule: usize, most: usize) {
    if list.len() < most && list.last() != Some(&rule) {
        list.push(rule);
    }
}
