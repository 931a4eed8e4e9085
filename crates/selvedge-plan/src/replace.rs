//! Replacing what regular expressions match in a header line.

use crate::answer::Answer;
use crate::captures::Captures;
use crate::program::Program;
use crate::search::Search;
use crate::span::Span;
use crate::template::{Filled, fill};
use crate::work::Work;

/// A line that is longer, or would become longer, goes away as a whole: it must not go on uncleaned.
const MAX_LINE: u32 = 1 << 20;

/// Every match of every expression in turn: `[n, inputs, n × (program, template)]`.
pub(crate) fn replace(work: &mut Work<'_>, list: u32, line: Span) -> Answer {
    let plan = work.plan;
    let mut current = line;
    for n in 0..work.count(list, 0) {
        let program = Program::new(plan, plan.word(list, 2 + 2 * n));
        match one(work, program, plan.word(list, 3 + 2 * n), current) {
            Some(text) => {
                current = text;
                work.lengthened(text);
            }
            // With more memory it may fit.
            None if work.full => return Answer::No,
            None => return Answer::Removed,
        }
    }
    if work.exhausted() {
        Answer::Removed
    } else if current == line {
        Answer::No
    } else {
        Answer::Text(work.address(current), current.len)
    }
}

/// The line with every match replaced; `None` where it cannot be had.
fn one(work: &mut Work<'_>, program: Program<'_>, with: u32, line: Span) -> Option<Span> {
    if line.len > MAX_LINE {
        return None;
    }
    let Some(mut search) = Search::new(program, work.get(line)) else { return Some(line) };
    if !work.takes(program.cost(line.len as usize)) {
        return None;
    }
    let mark = work.mark();
    let memory = work.reserve(4 * search.memory(line.len as usize))?;
    let (text, bytes) = work.with_text(line, memory);
    if !search.prepare(text, bytes.as_chunks_mut().0) {
        work.back_to(mark);
        return Some(line);
    }
    let start = work.mark();
    let mut copied = 0;
    loop {
        let (text, bytes) = work.with_text(line, memory);
        if !search.find(text, bytes.as_chunks_mut().0) {
            break;
        }
        let mut captures = Captures::NONE;
        search.captures(line, &mut captures);
        let (from, to) = search.group(0)?;
        work.push_span(line.part(copied, from.saturating_sub(copied)));
        copied = to;
        if !matches!(fill(work, with, &captures), Filled::Text(_)) || work.since(start).len > MAX_LINE {
            return None;
        }
    }
    work.push_span(line.part(copied, line.len as usize));
    let text = work.since(start);
    work.close_gap(mark, text);
    Some(work.since(mark))
}
