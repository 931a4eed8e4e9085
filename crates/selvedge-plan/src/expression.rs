//! What decisions ask of regular expressions. Without the feature `regex` they never match, and their code is left out.

use crate::captures::Captures;
#[cfg(feature = "regex")]
use crate::plan::Plan;
#[cfg(feature = "regex")]
use crate::program::Program;
#[cfg(feature = "regex")]
use crate::search::Search;
use crate::span::Span;
use crate::work::Work;

#[cfg(feature = "regex")]
impl Plan<'_> {
    /// Whether the program at this offset matches somewhere in `text`.
    pub fn matches(self, program: u32, text: &[u8]) -> bool {
        Search::new(Program::new(self, program), text).is_some_and(|mut search| search.prepare(text, &mut []))
    }
}

#[cfg(feature = "regex")]
pub(crate) fn is_match(work: &Work<'_>, program: u32, text: &[u8]) -> bool {
    work.takes(Program::new(work.plan, program).cost(text.len())) && work.plan.matches(program, text)
}

/// Whether the program matches; what the groups of the first match capture, by their number.
#[cfg(feature = "regex")]
pub(crate) fn captures(work: &mut Work<'_>, program: u32, path: Span, found: &mut Captures) -> bool {
    let program = Program::new(work.plan, program);
    let Some(mut search) = Search::new(program, work.get(path)) else { return false };
    if !work.takes(program.cost(path.len as usize)) {
        return false;
    }
    let (text, spare) = work.spare(path);
    let Some(memory) = spare.as_chunks_mut().0.get_mut(..search.memory(text.len())) else {
        work.full = true;
        return false;
    };
    let matched = search.prepare(text, memory) && search.find(text, memory);
    if matched {
        search.captures(path, found);
    }
    matched
}

#[cfg(not(feature = "regex"))]
pub(crate) fn is_match(_: &Work<'_>, _: u32, _: &[u8]) -> bool {
    false
}

#[cfg(not(feature = "regex"))]
pub(crate) fn captures(_: &mut Work<'_>, _: u32, _: Span, _: &mut Captures) -> bool {
    false
}
