//! Where in a file the parts of a rule set were written.

use std::fmt;

/// A piece of one line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
pub struct Places(std::collections::HashMap<String, Span>);

impl Places {
    /// No places yet.
    pub fn new() -> Places {
        Places::default()
    }

    /// Says where a place was written.
    pub fn insert(&mut self, place: impl Into<String>, span: Span) {
        self.0.insert(place.into(), span);
    }

    /// Where a place was written, or the nearest one that it is a part of.
    pub fn span(&self, place: &str) -> Option<Span> {
        let mut part = place;
        loop {
            if let Some(span) = self.0.get(part) {
                return Some(*span);
            }
            part = part.get(..part.rfind(['.', '['])?)?;
        }
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
}
