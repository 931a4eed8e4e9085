//! Conditions: `when`.

use crate::address;
use crate::host;
use crate::language;
use crate::layout::{condition, subject, test};
use crate::plan::Plan;
use crate::query;
use crate::work::{Span, Work};

/// Whether the condition at `at` holds. What cannot be read counts as absent.
pub(crate) fn holds(work: &mut Work<'_>, at: u32, depth: u32) -> bool {
    let plan = work.plan;
    if depth > condition::MAX_DEPTH || !work.takes(1) {
        return false;
    }
    let count = plan.count(at, 1);
    match plan.word(at, 0) {
        // All hold unless any does not.
        kind @ (condition::ALL | condition::ANY) => {
            let any = kind == condition::ANY;
            (0..count).any(|n| holds(work, plan.word(at, 2 + n), depth + 1) == any) == any
        }
        condition::NOT => !holds(work, plan.word(at, 1), depth + 1),
        _ => test_holds(work, at),
    }
}

/// With several values of one name, one suffices.
fn test_holds(work: &mut Work<'_>, at: u32) -> bool {
    let plan = work.plan;
    let name = plan.slice(plan.word(at, 3), plan.word(at, 4));
    let test = Test { plan, at: plan.word(at, 5) };
    let kind = plan.word(at, 1);
    if kind == subject::STATUS {
        return test.status(work);
    }
    let input = work.input(plan.word(at, 2));
    if kind == subject::LANGUAGE {
        let header = input.map_or(&[][..], |span| work.get(span));
        return test.value(work, language::lookup(work, header));
    }
    let Some(input) = input else { return test.absent() };
    match kind {
        subject::LINES => any_value(work, test, lines(work.get(input)), input),
        subject::COOKIE => any_value(work, test, cookie_values(work.get(input), name), input),
        subject::HOST => {
            let Some(name) = host::name(work.get(input)) else { return test.absent() };
            // A name that ends with the root's dot is the same name.
            let span = input.part(0, name.strip_suffix(b".").unwrap_or(name).len());
            let mark = work.mark();
            work.push_span(span);
            let lower = work.since(mark);
            work.get_mut(lower).make_ascii_lowercase();
            let holds = test.value(work, lower);
            work.back_to(mark);
            holds
        }
        subject::CONTENT_TYPE => {
            let text = work.get(input);
            let essence = text.split(|byte| matches!(byte, b';' | b',' | b'\n')).next().unwrap_or_default();
            let span = part_of(text, crate::negotiate::trim(essence), input);
            test.value(work, span)
        }
        subject::QUERY => {
            let mark = work.mark();
            let mut start = 0;
            let mut seen = false;
            while let Some((pair, next)) = query::pair_at(work.get(input), start) {
                start = next;
                let text = work.get(input).get(pair.start..pair.end).unwrap_or_default();
                let (key, value) = query::split(text);
                if !query::form_equal(key, name) {
                    continue;
                }
                seen = true;
                let value = input.part(pair.start + text.len() - value.len(), value.len());
                query::form_decode(work, value);
                let decoded = work.since(mark);
                let holds = test.value(work, decoded);
                work.back_to(mark);
                if holds {
                    return true;
                }
            }
            !seen && test.absent()
        }
        _ => test.value(work, input),
    }
}

/// `values` are parts of the text of `input`, given as ranges so that nothing is borrowed while testing.
fn any_value<'t>(work: &Work<'_>, test: Test<'_>, values: impl Iterator<Item = &'t [u8]>, input: Span) -> bool {
    let text = work.get(input);
    let mut seen = false;
    for value in values {
        seen = true;
        if test.value(work, part_of(text, value, input)) {
            return true;
        }
    }
    !seen && test.absent()
}

/// `part`, a slice of `text`, as a part of the span of `text`.
pub(crate) fn part_of(text: &[u8], part: &[u8], span: Span) -> Span {
    let start = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    span.part(start, part.len())
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(crate::negotiate::trim)
}

/// Values of the cookie `name` over all lines, raw. Without `=` there is no value.
pub(crate) fn cookie_values<'t>(text: &'t [u8], name: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
    text.split(|byte| matches!(byte, b';' | b'\n')).filter_map(move |pair| {
        let pair = crate::negotiate::trim(pair);
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let key = crate::negotiate::trim(pair.get(..equals)?);
        (key == name).then(|| crate::negotiate::trim(pair.get(equals + 1..).unwrap_or_default()))
    })
}

#[derive(Clone, Copy)]
struct Test<'p> {
    plan: Plan<'p>,
    at: u32,
}

impl<'p> Test<'p> {
    fn kind(self) -> u32 {
        self.plan.word(self.at, 0)
    }

    fn absent(self) -> bool {
        self.kind() == test::PRESENT && self.plan.word(self.at, 1) == 0
    }

    fn status(self, work: &Work<'_>) -> bool {
        let status = work.status;
        (0..work.count(self.at, 1)).any(|n| {
            let (first, last) = (self.plan.word(self.at, 2 + 2 * n), self.plan.word(self.at, 3 + 2 * n));
            (first..=last).contains(&status)
        })
    }

    fn options(self, work: &Work<'_>) -> impl Iterator<Item = &'p [u8]> + use<'p> {
        (0..work.count(self.at, 2))
            .map(move |n| self.plan.slice(self.plan.word(self.at, 3 + 2 * n), self.plan.word(self.at, 4 + 2 * n)))
    }

    fn value(self, work: &Work<'_>, span: Span) -> bool {
        let value = work.get(span);
        let fold = self.plan.word(self.at, 1) != 0;
        let same = |a: &[u8], b: &[u8]| crate::glob::same(a, b, fold);
        match self.kind() {
            test::PRESENT => self.plan.word(self.at, 1) != 0,
            test::REGEX => work.regexes.is_match(self.plan.word(self.at, 1), value),
            test::CIDR => self.contains_address(work, value),
            kind => self.options(work).any(|option| match kind {
                test::EQUAL => same(option, value),
                test::PREFIX => value.get(..option.len()).is_some_and(|head| same(option, head)),
                test::SUFFIX => {
                    let start = value.len().wrapping_sub(option.len());
                    value.get(start..).is_some_and(|tail| same(option, tail))
                }
                test::CONTAINS => option.is_empty() || value.windows(option.len()).any(|window| same(option, window)),
                test::HOST => match option {
                    [b'*', suffix @ ..] => value.len() > suffix.len() && value.ends_with(suffix),
                    _ => option == value,
                },
                _ => false,
            }),
        }
    }

    fn contains_address(self, work: &Work<'_>, text: &[u8]) -> bool {
        let Some(bits) = address::parse(text) else { return false };
        (0..work.count(self.at, 1)).any(|n| {
            let word = |index| u128::from(self.plan.word(self.at, 2 + 5 * n + index));
            let network = word(0) << 96 | word(1) << 64 | word(2) << 32 | word(3);
            let prefix = self.plan.word(self.at, 2 + 5 * n + 4).min(128);
            prefix == 0 || (bits ^ network) >> (128 - prefix) == 0
        })
    }
}
