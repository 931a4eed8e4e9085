//! Which rules of a list may have a path in common with another, without looking at each pair.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::Shape;
use crate::rules::Paths;

/// Rules by the text that their paths begin with. Two patterns have a path in common only if one of these texts begins with
/// the other.
#[derive(Default)]
pub(crate) struct Meeting {
    by_beginning: BTreeMap<Vec<u8>, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

impl Meeting {
    pub(crate) fn insert(&mut self, rule: usize, paths: &Paths) {
        for beginning in beginnings(paths) {
            self.lengths.insert(beginning.len());
            self.by_beginning.entry(beginning).or_default().push(rule);
        }
    }

    /// The rules that may have a path in common with this one, some of them several times.
    pub(crate) fn of(&self, paths: &Paths) -> impl Iterator<Item = usize> {
        beginnings(paths).into_iter().flat_map(|own| {
            let shorter = self.lengths.range(..own.len());
            let shorter = shorter.filter_map(|length| self.by_beginning.get(own.get(..*length)?));
            let shorter: Vec<&Vec<usize>> = shorter.collect();
            let longer = self.by_beginning.range(own.clone()..);
            let longer = longer.take_while(move |(other, _)| other.starts_with(&own)).map(|(_, rules)| rules);
            shorter.into_iter().chain(longer).flatten().copied()
        })
    }
}

/// The empty text where the beginning is not known.
fn beginnings(paths: &Paths) -> BTreeSet<Vec<u8>> {
    let shapes = paths.patterns.iter().map(|pattern| Shape::of(pattern, paths.ignore_case));
    shapes
        .flat_map(|shapes| shapes.map_or_else(|| vec![Vec::new()], |all| all.iter().map(Shape::prefix).collect()))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::pattern::paths_meet;
    use crate::rules::testing::rules;

    proptest! {
        /// Looking at each pair is the reference.
        #[test]
        fn whoever_meets_is_found(
            froms in proptest::collection::vec("(/?(/[aAb:é1]{1,3}){0,3}(/\\*|/:x|\\*|/)?|\\*\\.[ab])", 2..6),
            folds in proptest::collection::vec(any::<bool>(), 6),
        ) {
            let list: Vec<String> = froms
                .iter()
                .zip(&folds)
                .map(|(from, fold)| format!(r#"{{ "from": "{from}", "to": "/z", "ignoreCase": {fold} }}"#))
                .collect();
            let text = format!(r#"{{ "redirects": [{}] }}"#, list.join(","));
            let Ok(read) = text.parse::<crate::Rules>() else { return Ok(()) };
            let all: Vec<&Paths> = read.model().redirects.iter().map(|rule| &rule.from).collect();
            let mut meeting = Meeting::default();
            all.iter().enumerate().for_each(|(at, paths)| meeting.insert(at, paths));
            for one in &all {
                let found: BTreeSet<usize> = meeting.of(one).collect();
                for (at, other) in all.iter().enumerate().filter(|(_, other)| paths_meet(one, other)) {
                    prop_assert!(found.contains(&at), "{text}: {other:?}");
                }
            }
        }
    }

    #[test]
    fn who_cannot_meet_is_not_found() {
        let of = |text: &str| {
            let rules = rules(text);
            let mut meeting = Meeting::default();
            for (at, rule) in rules.redirects.iter().enumerate() {
                meeting.insert(at, &rule.from);
            }
            rules.redirects.iter().map(|rule| meeting.of(&rule.from).collect()).collect::<Vec<BTreeSet<usize>>>()
        };
        let list = r#"{ "redirects": [{ "from": "/a/*", "to": "/x" }, { "from": "/b/*", "to": "/x" }, { "from": "/:p/a", "to": "/x" }, { "from": "/A/b", "to": "/x" }] }"#;
        assert_eq!(of(list), [[0, 2, 3].into(), [1, 2].into(), [0, 1, 2, 3].into(), BTreeSet::from([0, 2, 3])]);
    }
}
