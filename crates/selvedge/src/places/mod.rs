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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(ByText<Written>);

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
        self.0.insert(place.into(), Written { value: span, name: None });
    }

    /// Says where a member of an object was written: its name and its value.
    pub fn insert_member(&mut self, place: impl Into<String>, name: Span, value: Span) {
        self.0.insert(place.into(), Written { value, name: Some(name) });
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
        self.0.get("").map(|written| written.value)
    }

    fn written(&self, place: &str) -> Option<Written> {
        let plain = plain(place);
        let mut part = plain.as_ref();
        loop {
            if let Some(written) = self.0.get(part).or_else(|| self.alone(part)) {
                return Some(*written);
            }
            part = part.get(..part.rfind(['.', '['])?)?;
        }
    }

    /// A rule that stands without its list: `headers[0].set` is `headers.set`.
    fn alone(&self, place: &str) -> Option<&Written> {
        let (list, rest) = place.split_once("[0]")?;
        self.0.get(&format!("{list}{rest}"))
    }
}

/// A name that the author chose, `set["X-Cache"]`, is kept as any other member.
fn plain(place: &str) -> Cow<'_, str> {
    if place.contains("[\"") { place.replace("[\"", ".").replace("\"]", "").into() } else { place.into() }
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
}
