//! The regular expressions of a plan, compiled on load. Without the feature `regex` there are none, and no code for them.

use crate::plan::{InvalidPlan, Plan};

/// Compiled regular expressions, by their number in the plan.
#[derive(Default)]
pub(crate) struct Regexes {
    #[cfg(feature = "regex")]
    compiled: alloc::vec::Vec<regex_lite::Regex>,
}

/// Groups of a match as (start, end); group 0 is the whole match.
pub(crate) type Groups = [Option<(usize, usize)>; crate::layout::MAX_CAPTURES];

impl Regexes {
    #[cfg(feature = "regex")]
    pub(crate) fn load(plan: Plan<'_>) -> Result<Regexes, InvalidPlan> {
        let table = plan.word_at(crate::layout::REGEXES);
        let count = if table == 0 { 0 } else { plan.count(table, 0) };
        let mut compiled = alloc::vec::Vec::new();
        // Each source stands in the plan once; a forged table must not have one compiled again and again.
        let mut left = plan.as_bytes().len();
        for number in 0..count {
            let source = plan.str(plan.word(table, 1 + 2 * number), plan.word(table, 2 + 2 * number));
            left = left.checked_sub(source.len() + 1).ok_or(InvalidPlan::BadRegex)?;
            compiled.push(regex_lite::Regex::new(source).map_err(|_| InvalidPlan::BadRegex)?);
        }
        Ok(Regexes { compiled })
    }

    #[cfg(not(feature = "regex"))]
    pub(crate) fn load(_: Plan<'_>) -> Result<Regexes, InvalidPlan> {
        Ok(Regexes {})
    }

    #[cfg(feature = "regex")]
    pub(crate) fn is_match(&self, number: u32, text: &[u8]) -> bool {
        match (self.compiled.get(number as usize), core::str::from_utf8(text)) {
            (Some(regex), Ok(text)) => regex.is_match(text),
            _ => false,
        }
    }

    #[cfg(not(feature = "regex"))]
    pub(crate) fn is_match(&self, _: u32, _: &[u8]) -> bool {
        false
    }

    /// The first match at or after `start`.
    #[cfg(feature = "regex")]
    pub(crate) fn captures(&self, number: u32, text: &[u8], start: usize) -> Option<Groups> {
        let text = core::str::from_utf8(text).ok()?;
        let found = self.compiled.get(number as usize)?.captures_at(text, start)?;
        let mut groups = Groups::default();
        for (slot, group) in groups.iter_mut().zip(found.iter()) {
            *slot = group.map(|group| (group.start(), group.end()));
        }
        Some(groups)
    }

    #[cfg(not(feature = "regex"))]
    pub(crate) fn captures(&self, _: u32, _: &[u8], _: usize) -> Option<Groups> {
        None
    }
}
