//! The places of a JSON document.

use super::{Places, Span};
use crate::rules::Value;
use crate::rules::json::{InvalidJson, Listener, read};

/// Reads JSON text as [`Value::from_json`] does, and where each member and item stands.
///
/// # Errors
///
/// [`InvalidJson`] for the first fault.
pub fn json_places(text: &str) -> Result<(Value, Places), InvalidJson> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut recorder = Recorder {
        text,
        cursor: Cursor { at: 0, line: 1, column: 1 },
        places: Places::new(),
        place: String::new(),
        announced: None,
        open: Vec::new(),
    };
    let value = read(text, &mut recorder)?;
    Ok((value, recorder.places))
}

struct Recorder<'t> {
    text: &'t str,
    cursor: Cursor,
    places: Places,
    /// Of the value that is open.
    place: String,
    /// The member's name whose value comes next.
    announced: Option<Span>,
    open: Vec<Open>,
}

/// A value that has begun.
struct Open {
    start: Cursor,
    name: Option<Span>,
    /// How long its place is.
    inner: usize,
}

/// Line and column of an offset. Offsets come in ascending order, so that the whole text is counted once.
#[derive(Clone, Copy)]
struct Cursor {
    at: usize,
    line: u32,
    column: u32,
}

impl Recorder<'_> {
    fn advance(&mut self, to: usize) -> Cursor {
        for c in self.text.get(self.cursor.at..to).unwrap_or_default().chars() {
            if c == '\n' {
                self.cursor.line += 1;
                self.cursor.column = 1;
            } else {
                self.cursor.column += 1;
            }
        }
        self.cursor.at = to;
        self.cursor
    }

    /// From `start` to `end`, or to the end of the line.
    fn span(&self, start: Cursor, end: usize) -> Span {
        let text = self.text.get(start.at..end).unwrap_or_default();
        let line = text.split(['\n', '\r']).next().unwrap_or_default();
        Span { line: start.line, column: start.column, length: (line.chars().count() as u32).max(1) }
    }
}

impl Listener for Recorder<'_> {
    fn member(&mut self, name: &str, start: usize, end: usize) {
        let start = self.advance(start);
        self.announced = Some(self.span(start, end));
        self.place.truncate(self.open.last().map_or(0, |open| open.inner));
        if !self.place.is_empty() {
            self.place.push('.');
        }
        self.place.push_str(name);
    }

    fn item(&mut self, position: usize) {
        self.place.truncate(self.open.last().map_or(0, |open| open.inner));
        self.place.push_str(&format!("[{position}]"));
    }

    fn open(&mut self, start: usize) {
        let start = self.advance(start);
        let name = self.announced.take();
        self.open.push(Open { start, name, inner: self.place.len() });
    }

    fn close(&mut self, end: usize) {
        let Some(Open { start, name, inner }) = self.open.pop() else { return };
        self.place.truncate(inner);
        let span = self.span(start, end);
        match name {
            // A name that is given twice is reported, and the second time is where to look.
            Some(name) => self.places.insert_member(self.place.as_str(), name, span),
            None => self.places.insert(self.place.as_str(), span),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn span(line: u32, column: u32, length: u32) -> Option<Span> {
        Some(Span { line, column, length })
    }

    #[test]
    fn every_member_and_item_has_a_place() {
        let text =
            "{\n  // é\n  \"redirects\": [\n    { \"from\": [\"/é\", \"/b\"], \"to\":\n\t\"/c\" },\n    {}\n  ]\n}";
        let (value, places) = json_places(text).unwrap();
        assert_eq!(Ok(value), Value::from_json(text));
        assert_eq!(places.span("redirects"), span(3, 16, 1));
        assert_eq!(places.name_span("redirects"), span(3, 3, 11));
        assert_eq!(places.span("redirects[0]"), span(4, 5, 29));
        assert_eq!(places.span("redirects[0].from"), span(4, 15, 12));
        assert_eq!(places.span("redirects[0].from[1]"), span(4, 22, 4));
        assert_eq!(places.name_span("redirects[0].to"), span(4, 29, 4));
        assert_eq!(places.span("redirects[0].to"), span(5, 2, 4));
        assert_eq!(places.span("redirects[1]"), span(6, 5, 2));
        assert_eq!(places.span("redirects[1].to"), span(6, 5, 2));
        assert_eq!(places.span("rules"), None);
    }

    #[test]
    fn names_that_the_author_chose_and_rules_without_a_list() {
        let (_, places) = json_places("\u{feff}{ \"headers\": { \"set\": { \"X.Y\": \"1\" } } }").unwrap();
        assert_eq!(places.span("headers[0].set[\"X.Y\"]"), span(1, 32, 3));
        assert_eq!(places.span("headers.set[\"X.Y\"]"), span(1, 32, 3));
        assert_eq!(places.span("headers[0].set[\"Z\"]"), span(1, 23, 14));
    }

    #[test]
    fn a_fault_is_a_fault() {
        assert_eq!(json_places("[1,").unwrap_err(), Value::from_json("[1,").unwrap_err());
    }
}
