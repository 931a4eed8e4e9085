//! Questions about one op and one piece of text, for effects that depend on the headers of the message.

use crate::glob::Captures;
use crate::layout::{MAX_CAPTURES, op};
use crate::negotiate::trim;
use crate::template::fill;
use crate::work::{Span, Work};

/// The answer to a question about an op.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The wildcard does not match; the value stays as it is.
    No,
    /// The wildcard matches.
    Yes,
    /// The value becomes this text: position in the scratch bytes (plus its base) and length.
    Text(u32, u32),
}

pub(crate) fn ask(work: &mut Work<'_>, at: u32, text: Span) -> Answer {
    let plan = work.plan;
    let name = plan.slice(plan.word(at, 1), plan.word(at, 2));
    match plan.word(at, 0) & 0xFF {
        op::REMOVE_MATCHING => {
            let header = work.get(text);
            let exempt = plan.slice(plan.word(at, 3), plan.word(at, 4));
            let spared = exempt.split(|byte| *byte == b'\n').any(|pattern| wildcard(pattern, header));
            if wildcard(name, header) && !spared { Answer::Yes } else { Answer::No }
        }
        op::MERGE_VARY => {
            let tokens = plan.slice(plan.word(at, 3), plan.word(at, 4));
            merge_vary(work, text, tokens)
        }
        op::REPLACE => replace(work, plan.word(at, 3), text),
        _ => Answer::No,
    }
}

/// Header names, ASCII case aside; one `*` stands for any characters.
fn wildcard(pattern: &[u8], name: &[u8]) -> bool {
    match pattern.iter().position(|byte| *byte == b'*') {
        None => pattern.eq_ignore_ascii_case(name),
        Some(star) => {
            let (head, tail) = (pattern.get(..star).unwrap_or_default(), pattern.get(star + 1..).unwrap_or_default());
            name.len() >= head.len() + tail.len()
                && name.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
                && name.get(name.len() - tail.len()..).is_some_and(|end| end.eq_ignore_ascii_case(tail))
        }
    }
}

/// RFC 9110 §12.5.5: `*` already says everything; names ignore case.
fn merge_vary(work: &mut Work<'_>, existing: Span, tokens: &[u8]) -> Answer {
    let mark = work.mark();
    let has = |work: &Work<'_>, text: Span, name: &[u8]| {
        work.get(text).split(|byte| *byte == b',').any(|token| trim(token).eq_ignore_ascii_case(name))
    };
    if has(work, existing, b"*") {
        return Answer::No;
    }
    work.push_span(existing);
    let mut grown = false;
    for token in tokens.split(|byte| *byte == b',').map(trim) {
        let so_far = work.since(mark);
        if token.is_empty() || has(work, so_far, token) {
            continue;
        }
        if !trim(work.get(so_far)).is_empty() {
            work.sink().push_all(b", ");
        }
        work.sink().push_all(token);
        grown = true;
    }
    let merged = work.since(mark);
    if grown { Answer::Text(work.address(merged), merged.len) } else { Answer::No }
}

/// Every match of every regex in turn: `[n, n × (regex, template)]`.
fn replace(work: &mut Work<'_>, list: u32, text: Span) -> Answer {
    let plan = work.plan;
    let mut current = text;
    let mut changed = false;
    for n in 0..work.count(list, 0) {
        let (regex, with) = (plan.word(list, 1 + 2 * n), plan.word(list, 2 + 2 * n));
        let mark = work.mark();
        let mut copied = 0;
        let mut from = 0;
        let mut found = false;
        while from <= current.len as usize && work.takes(1) {
            let Some(groups) = work.regexes.captures(regex, work.get(current), from) else { break };
            let Some((start, end)) = groups.first().copied().flatten() else { break };
            found = true;
            work.push_span(current.part(copied, start - copied));
            let mut captures = Captures::NONE;
            for (number, group) in groups.iter().enumerate().take(MAX_CAPTURES) {
                if let Some((start, end)) = group {
                    captures.set(number, current.part(*start, end - start));
                }
            }
            fill(work, with, &captures);
            copied = end;
            // An empty match: go on after the next character.
            from = if end > start { end } else { next_char(work.get(current), end) };
        }
        if found {
            work.push_span(current.part(copied, current.len as usize - copied));
            current = work.since(mark);
            changed = true;
        }
    }
    if changed { Answer::Text(work.address(current), current.len) } else { Answer::No }
}

fn next_char(text: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while text.get(next).is_some_and(|byte| byte & 0xC0 == 0x80) {
        next += 1;
    }
    next
}
