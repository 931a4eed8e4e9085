//! Conditions: `when`.

use crate::FULL;
use crate::address;
use crate::captures::Captures;
use crate::checksum::hash;
use crate::expression;
use crate::language;
use crate::layout::{condition, subject, test};
use crate::pairs::{Pairs, host_name};
use crate::plan::Plan;
use crate::query;
use crate::span::Span;
use crate::work::Work;

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
    passes(work, at, None)
}

/// As [`test_holds`]; `groups`: of a regular expression, what the first value that passes has in them.
#[cfg_attr(not(feature = "regex"), inline(always))]
fn passes(work: &mut Work<'_>, at: u32, mut groups: Option<&mut Captures>) -> bool {
    let test = Test::new(work, at);
    if work.plan.word(at, 1) == subject::STATUS {
        return test.status(work);
    }
    let passed = any_value(work, at, |work, value| match &mut groups {
        Some(groups) => expression::captures(work, work.plan.word(test.at, 1), value, groups),
        None => test.value(work, value),
    });
    passed.unwrap_or_else(|| test.absent())
}

/// Shows each value that the test at `at` compares, and whether it passes.
#[cfg(feature = "trace")]
pub(crate) fn values(work: &mut Work<'_>, at: u32, show: &mut dyn FnMut(&[u8], bool)) {
    let test = Test::new(work, at);
    any_value(work, at, |work, value| {
        show(work.get(value), test.value(work, value));
        false
    });
}

/// What a group captures, see [`crate::layout::part::MATCHED`].
#[cfg(feature = "regex")]
pub(crate) fn captured(work: &mut Work<'_>, list: u32) -> Option<Span> {
    let plan = work.plan;
    (0..work.count(list, 0)).find_map(|n| {
        let mut groups = Captures::NONE;
        passes(work, plan.word(list, 1 + 2 * n), Some(&mut groups))
            .then(|| work.keep(groups.get(plan.word(list, 2 + 2 * n))))
    })
}

#[cfg(not(feature = "regex"))]
pub(crate) fn captured(_: &Work<'_>, _: u32) -> Option<Span> {
    None
}

/// Whether any of the values passes that the event has of what the test at `at` is about; `None` where it has none.
fn any_value(work: &mut Work<'_>, at: u32, mut passes: impl FnMut(&mut Work<'_>, Span) -> bool) -> Option<bool> {
    let plan = work.plan;
    let name = plan.slice(plan.word(at, 3), plan.word(at, 4));
    let kind = plan.word(at, 1);
    let input = match work.content_type {
        Some(known) if kind == subject::CONTENT_TYPE => Some(known),
        _ => work.input(plan.word(at, 2)),
    };
    if FULL && kind == subject::LANGUAGE {
        let header = input.map_or(&[][..], |span| work.get(span));
        let language = work.language.unwrap_or_else(|| language::lookup(work, header));
        work.language = Some(language);
        return Some(passes(work, language));
    }
    let input = input?;
    match kind {
        subject::HOST => {
            let span = input.part(0, host_name(work.get(input))?.len());
            let mark = work.mark();
            work.push_span(span);
            let lower = work.since(mark);
            work.get_mut(lower).make_ascii_lowercase();
            let passed = passes(work, lower);
            work.back_to(mark);
            Some(passed)
        }
        subject::CONTENT_TYPE if FULL => {
            let text = work.get(input);
            let essence = text.split(|byte| matches!(byte, b';' | b',' | b'\n')).next().unwrap_or_default();
            let span = input.slice(text, crate::negotiate::trim(essence));
            Some(passes(work, span))
        }
        subject::LINES | subject::COOKIE | subject::QUERY => {
            let mut values = Pairs::new(work, kind, input);
            let mut seen = None;
            while let Some(value) = values.next_of(work, name) {
                let mark = work.mark();
                let value = if kind == subject::QUERY { query::form_decoded(work, value) } else { value };
                let passed = passes(work, value);
                work.back_to(mark);
                seen = Some(passed);
                if passed {
                    break;
                }
            }
            seen
        }
        _ => Some(passes(work, input)),
    }
}

/// The key by which a matcher looks up rules that ask for this value, see [`crate::layout`].
pub(crate) fn key(work: &mut Work<'_>, kind: u32, position: u32, name: Span, value: Span) -> u32 {
    let mark = work.mark();
    let parts = [(name, &b"\0"[..]), (value, b"")];
    let count = if kind & subject::BY_NAME != 0 { 1 } else { 2 };
    for (text, after) in parts.into_iter().take(count) {
        match kind & !subject::BY_NAME {
            subject::QUERY => {
                query::form_decoded(work, text);
            }
            _ => work.push_span(text),
        }
        work.sink().push_all(after);
    }
    let text = work.since(mark);
    if kind == subject::HOST {
        work.get_mut(text).make_ascii_lowercase();
    }
    let key = hash(kind << 8 | position, work.get(text));
    work.back_to(mark);
    key
}

#[derive(Clone, Copy)]
struct Test<'p> {
    plan: Plan<'p>,
    at: u32,
}

impl<'p> Test<'p> {
    fn new(work: &Work<'p>, at: u32) -> Test<'p> {
        Test { plan: work.plan, at: work.plan.word(at, 5) }
    }

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
            test::REGEX => expression::is_match(work, self.plan.word(self.at, 1), value),
            test::CIDR if FULL => self.contains_address(work, value),
            kind => self.options(work).any(|option| match kind {
                test::EQUAL => same(option, value),
                test::PREFIX => value.get(..option.len()).is_some_and(|head| same(option, head)),
                test::SUFFIX => {
                    let start = value.len().wrapping_sub(option.len());
                    value.get(start..).is_some_and(|tail| same(option, tail))
                }
                // As many comparisons as bytes, each of some words.
                test::CONTAINS if !work.takes(span.len.saturating_mul(1 + option.len() as u32 / 4)) => false,
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
