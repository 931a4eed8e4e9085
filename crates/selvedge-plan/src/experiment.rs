//! Experiments: which variant a request belongs to.

use crate::captures::Captures;
use crate::checksum::hash;
use crate::glob::matches;
use crate::layout::{role, subject};
use crate::lookup::guard;
use crate::pairs::{self, Pairs};
use crate::span::Span;
use crate::work::Work;

/// The share of `identifier` in what `salt` names, from 0 up to 2³¹: the same in every stage that sees the identifier.
pub fn share(salt: u32, identifier: &[u8]) -> u32 {
    hash(salt, identifier) >> 1
}

/// `[meta, guard, cookie at, length, force at, length, salt, variants, variants at, patterns, patterns × (at, flags)]`;
/// a variant is `[name at, length, threshold, target or 0, ops]`: those that set its cookie, or the origin's header.
#[derive(Clone, Copy)]
pub(crate) struct Experiment {
    at: u32,
}

impl Experiment {
    pub(crate) fn new(at: u32) -> Experiment {
        Experiment { at }
    }

    /// The variant and whether its cookie is to be set; `None` where the experiment does not concern the request.
    pub(crate) fn choose(self, work: &mut Work<'_>, path: Span, captures: &mut Captures) -> Option<(u32, bool)> {
        let plan = work.plan;
        let word = |index| plan.word(self.at, index);
        let concerned = (0..work.count(self.at, 9))
            .any(|n| matches(work, word(10 + 2 * n), word(11 + 2 * n) >> 24, path, captures));
        if !concerned || !guard(work, self.at, path) {
            return None;
        }
        let force = plan.slice(word(4), word(5));
        if !force.is_empty()
            && let Some(query) = work.role(role::QUERY)
        {
            let mark = work.mark();
            let forced = pairs::parameter(work, query, force).and_then(|value| self.named(work, work.get(value)));
            work.back_to(mark);
            if let Some(variant) = forced {
                return Some((variant, true));
            }
        }
        if let Some(cookies) = work.role(role::COOKIE) {
            let name = plan.slice(word(2), word(3));
            let mut values = Pairs::new(work, subject::COOKIE, cookies);
            while let Some(value) = values.next_of(work, name) {
                if let Some(variant) = self.named(work, work.get(value)) {
                    return Some((variant, false));
                }
            }
        }
        let share = match work.role(role::REQUEST_ID) {
            Some(identifier) => share(word(6), work.get(identifier)),
            None => 0,
        };
        let drawn = self.variants(work).find(|at| share < plan.word(*at, 2))?;
        Some((drawn, true))
    }

    fn named(self, work: &Work<'_>, name: &[u8]) -> Option<u32> {
        let plan = work.plan;
        self.variants(work).find(|at| plan.slice(plan.word(*at, 0), plan.word(*at, 1)) == name)
    }

    fn variants<'w>(self, work: &Work<'w>) -> impl Iterator<Item = u32> + use<'w> {
        let plan = work.plan;
        let first = plan.word(self.at, 8);
        (0..work.count(self.at, 7)).map(move |n| plan.record(first, 5, n))
    }
}
