//! What a rule does: op lists, and ops whose value is filled in per request.

use crate::captures::Captures;
use crate::event::ABSENT;
use crate::layout::{op, step};
use crate::template::{Filled, fill};
use crate::work::Work;

/// Puts out the steps at `at`: `[n, n × (kind, a, b)]`
pub(crate) fn run(work: &mut Work<'_>, at: u32, captures: &Captures) {
    let count = work.count(at, 0);
    run_first(work, at, count, captures);
}

/// Puts out the first of the steps.
pub(crate) fn run_first(work: &mut Work<'_>, at: u32, count: u32, captures: &Captures) {
    let plan = work.plan;
    for n in 0..count {
        let word = |index| plan.word(at, 1 + 3 * n + index);
        if word(0) == step::OPS {
            work.emit(word(1));
            continue;
        }
        let list = word(2);
        let mark = work.mark();
        let mut filled = false;
        // What is given to a replacement: none is left out, and one that cannot be made is absent.
        let gives = cfg!(feature = "regex") && plan.word(word(1), 0) & 0xFF == op::REPLACE;
        for line in 0..work.count(list, 0) {
            let before = work.mark();
            if filled {
                work.push(if gives { 0 } else { b'\n' });
            }
            let start = work.mark();
            match fill(work, plan.word(list, 1 + line), captures) {
                Filled::Text(_) => filled = true,
                Filled::Absent(_) | Filled::Illegal if gives => {
                    work.back_to(start);
                    work.sink().push_all(ABSENT);
                    filled = true;
                }
                Filled::Absent(_) | Filled::Illegal => work.back_to(before),
            }
        }
        if filled {
            let text = work.since(mark);
            work.emit_text(word(1), text);
        }
    }
}
