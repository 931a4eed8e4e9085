//! Questions about one op and one piece of text, for effects that depend on the headers of the message.

use crate::answer::Answer;
use crate::layout::op;
use crate::negotiate::trim;
use crate::span::Span;
use crate::work::Work;

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
        #[cfg(feature = "regex")]
        op::REPLACE => crate::replace::replace(work, plan.word(at, 3), text),
        #[cfg(not(feature = "regex"))]
        op::REPLACE => Answer::Removed,
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
