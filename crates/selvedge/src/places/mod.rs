//! Where in a file the parts of a rule set were written.

mod json;
#[cfg(feature = "toml")]
mod toml;

use std::borrow::Cow;
use std::fmt;

pub use json::json_places;
#[cfg(feature = "toml")]
pub use toml::{InvalidToml, toml_places};

use serde::Serialize;

use crate::by_text::ByText;

/// A piece of one line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// In characters; what goes on after the line ends does not count.
    pub length: u32,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The spans of the places of a rule set: `redirects[3].to` and the like.
///
/// A list may have a million rules, most of which have no places within: those are kept by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    rules: ByText<Vec<Span>>,
    others: ByText<Written>,
}

/// Where a place was written: its value, and in JSON the name in front of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Written {
    value: Span,
    name: Option<Span>,
}

impl Places {
    /// No places yet.
    pub fn new() -> Places {
        Places::default()
    }

    /// Says where a place was written.
    pub fn insert(&mut self, place: impl Into<String>, span: Span) {
        let place = place.into();
        match number(&place) {
            Some((list, at)) => self.insert_rule(list, at, span),
            None => self.keep(place, span),
        }
    }

    /// Says where a rule was written, by its number in the list.
    pub(crate) fn insert_rule(&mut self, list: &str, at: usize, span: Span) {
        let rules = match self.rules.get_mut(list) {
            Some(rules) => rules,
            None => self.rules.entry(list.to_owned()).or_default(),
        };
        if at == rules.len() {
            rules.push(span);
        } else if let Some(rule) = rules.get_mut(at) {
            *rule = span;
        } else {
            self.keep(format!("{list}[{at}]"), span);
        }
    }

    fn keep(&mut self, place: String, span: Span) {
        self.others.insert(place, Written { value: span, name: None });
    }

    /// Says where a member of an object was written: its name and its value.
    pub fn insert_member(&mut self, place: impl Into<String>, name: Span, value: Span) {
        self.others.insert(place.into(), Written { value, name: Some(name) });
    }

    /// Gives the rules of a list other numbers; those without one are forgotten.
    #[cfg(feature = "migrate")]
    pub(crate) fn renumber(&mut self, list: &str, number: impl Fn(usize) -> Option<usize>) {
        let part = |place: &str| -> Option<(usize, String)> {
            let (at, rest) = place.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
            Some((at.parse().ok()?, rest.to_owned()))
        };
        for (place, written) in std::mem::take(&mut self.others) {
            match part(&place).map(|(at, rest)| (number(at), rest)) {
                None => drop(self.others.insert(place, written)),
                Some((Some(at), rest)) => drop(self.others.insert(format!("{list}[{at}]{rest}"), written)),
                Some((None, _)) => {}
            }
        }
        for (at, span) in self.rules.remove(list).unwrap_or_default().into_iter().enumerate() {
            if let Some(at) = number(at) {
                self.keep(format!("{list}[{at}]"), span);
            }
        }
    }

    /// Where a place was written, or the nearest one that it is a part of.
    pub fn span(&self, place: &str) -> Option<Span> {
        self.written(place).map(|written| written.value)
    }

    /// As [`Places::span`]; where the place is a member of an object, its name.
    pub fn name_span(&self, place: &str) -> Option<Span> {
        self.written(place).map(|written| written.name.unwrap_or(written.value))
    }

    /// Where the whole document was written, if it is JSON.
    pub(crate) fn root(&self) -> Option<Span> {
        self.others.get("").map(|written| written.value)
    }

    fn written(&self, place: &str) -> Option<Written> {
        let plain = plain(place);
        let mut part = plain.as_ref();
        loop {
            if let Some(written) = self.exactly(part).or_else(|| self.alone(part)) {
                return Some(written);
            }
            part = part.get(..part.rfind(['.', '['])?)?;
        }
    }

    fn exactly(&self, place: &str) -> Option<Written> {
        let rule = number(place).and_then(|(list, at)| self.rules.get(list)?.get(at));
        rule.map(|span| Written { value: *span, name: None }).or_else(|| self.others.get(place).copied())
    }

    /// A rule that stands without its list: `headers[0].set` is `headers.set`.
    fn alone(&self, place: &str) -> Option<Written> {
        let (list, rest) = place.split_once("[0]")?;
        self.others.get(&format!("{list}{rest}")).copied()
    }
}

/// The list and the number of a place that is a rule as a whole: `redirects[3]`.
fn number(place: &str) -> Option<(&str, usize)> {
    let (list, number) = place.strip_suffix(']')?.split_once('[')?;
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && (number == "0" || !number.starts_with('0'));
    Some((list, number.parse().ok().filter(|_| is_plain && !list.contains('.'))?))
}

/// A name that the author chose, `set["X-Cache"]`, is kept as any other member.
fn plain(place: &str) -> Cow<'_, str> {
    if place.contains("[\"") { place.replace("[\"", ".").replace("\"]", "").into() } else { place.into() }
}

/// The member at the top, or the item of its list, that a place is in.
pub(crate) fn head(place: &str) -> &str {
    let end = place.find(['.', '[']).unwrap_or(place.len());
    let (name, rest) = place.split_at(end);
    let item = if rest.starts_with('[') { rest.find(']').map_or(0, |at| at + 1) } else { 0 };
    place.get(..end + item).unwrap_or(name)
}

/// The members at the top, and the items of their lists, that places are in.
pub(crate) struct Heads<'p>(Vec<&'p str>);

impl<'p> Heads<'p> {
    pub(crate) fn of(places: impl Iterator<Item = &'p str>) -> Heads<'p> {
        let mut heads: Vec<&str> = places.map(head).collect();
        heads.sort_unstable();
        Heads(heads)
    }

    pub(crate) fn has(&self, head: &str) -> bool {
        self.0.binary_search(&head).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_place_is_taken() {
        let span = |line| Span { line, column: 1, length: 1 };
        let mut places = Places::new();
        places.insert("redirects[3]", span(4));
        places.insert("redirects[3].to", span(5));
        assert_eq!(places.span("redirects[3].to.path"), Some(span(5)));
        assert_eq!(places.span("redirects[3].from"), Some(span(4)));
        assert_eq!(places.span("redirects[30]"), None);
    }

    #[test]
    fn the_places_of_rules_may_come_in_any_order() {
        let span = |line| Span { line, column: 1, length: 1 };
        let mut places = Places::new();
        for at in [0, 1, 3, 2, 1] {
            places.insert(format!("redirects[{at}]"), span(at + 10));
        }
        places.insert("redirects[1]", span(30));
        places.insert("headers[0].set", span(40));
        places.insert("headers[0].set[00]", span(41));
        let line = |place: &str| places.span(place).map(|span| span.line);
        assert_eq!([0, 1, 2, 3].map(|at| line(&format!("redirects[{at}].to"))), [10, 30, 12, 13].map(Some));
        assert_eq!(["headers[0].set", "headers[0].set[00]", "headers[0].set[0]"].map(line), [40, 41, 40].map(Some));
        assert_eq!(["redirects[4]", "headers[0]", "redirects"].map(line), [None; 3]);
    }
}
