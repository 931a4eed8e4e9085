//! Language lookup, RFC 4647 §3.4, among the site's own languages.

use crate::layout::LANGUAGES;
use crate::negotiate::{parse_weight, trim};
use crate::span::Span;
use crate::work::Work;

/// The site's language for an `Accept-Language` value: the ranges by falling quality, each cut from the right until a
/// language equals it; the first language where none does.
pub(crate) fn lookup(work: &Work<'_>, header: &[u8]) -> Span {
    let plan = work.plan;
    let table = plan.word_at(LANGUAGES);
    let count = if table == 0 { 0 } else { plan.count(table, 0) };
    let language = |n: u32| Span::plan(plan.word(table, 1 + 2 * n), plan.word(table, 2 + 2 * n));
    let mut best = (0, 0);
    for member in header.split(|byte| matches!(byte, b',' | b'\n')) {
        let mut parts = member.split(|byte| *byte == b';');
        let range = trim(parts.next().unwrap_or_default());
        let weight = match parts.next() {
            None => 1000,
            Some(weight) => parse_weight(trim(weight)).unwrap_or(0),
        };
        if weight <= best.0 {
            continue;
        }
        let mut range = range;
        while !range.is_empty() && work.takes(count) {
            let found = (0..count).find(|n| work.get(language(*n)).eq_ignore_ascii_case(range));
            if let Some(found) = found {
                best = (weight, found);
                break;
            }
            range = shorten(range);
        }
    }
    if count == 0 { Span::EMPTY } else { language(best.1) }
}

/// Less its last subtag, and a single letter or digit before that.
fn shorten(range: &[u8]) -> &[u8] {
    let Some(cut) = range.iter().rposition(|byte| *byte == b'-') else { return &[] };
    let shorter = range.get(..cut).unwrap_or_default();
    match shorter {
        [rest @ .., b'-', _] => rest,
        _ => shorter,
    }
}
