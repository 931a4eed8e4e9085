//! The places of a TOML document.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value as Toml};

use super::{Places, Span};
use crate::rules::Value;

/// Why a text is not TOML, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidToml {
    /// Where.
    pub span: Span,
    /// What is wrong there.
    pub message: String,
}

/// Reads TOML text, and where each member and item stands. Dates and times become texts.
///
/// # Errors
///
/// [`InvalidToml`] for the first fault.
pub fn toml_places(text: &str) -> Result<(Value, Places), InvalidToml> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        InvalidToml { span: Lines::new(text).span(&span), message: error.message().trim().replace('\n', ", ") }
    })?;
    let mut reader = Reader { lines: Lines::new(text), places: Places::new() };
    let value = reader.table(document.as_table(), "");
    Ok((value, reader.places))
}

struct Reader<'t> {
    lines: Lines<'t>,
    places: Places,
}

impl Reader<'_> {
    fn table(&mut self, table: &dyn TableLike, place: &str) -> Value {
        let mut members = Vec::new();
        for (name, item) in table.iter() {
            let inner = if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
            let key = table.key(name).and_then(toml_edit::Key::span);
            self.insert(&inner, key, item.span());
            members.push((name.to_owned(), self.item(item, &inner)));
        }
        Value::Object(members)
    }

    fn item(&mut self, item: &Item, place: &str) -> Value {
        match item {
            Item::None => Value::Null,
            Item::Value(value) => self.value(value, place),
            Item::Table(table) => self.table(table, place),
            Item::ArrayOfTables(tables) => {
                let tables = tables.iter().enumerate().map(|(position, table)| {
                    let place = format!("{place}[{position}]");
                    self.insert(&place, None, table.span());
                    self.table(table, &place)
                });
                Value::Array(tables.collect())
            }
        }
    }

    fn value(&mut self, value: &Toml, place: &str) -> Value {
        match value {
            Toml::String(text) => Value::String(text.value().clone()),
            Toml::Integer(number) => Value::Number(*number.value() as f64),
            Toml::Float(number) => Value::Number(*number.value()),
            Toml::Boolean(value) => Value::Bool(*value.value()),
            Toml::Datetime(time) => Value::String(time.value().to_string()),
            Toml::Array(items) => {
                let items = items.iter().enumerate().map(|(position, item)| {
                    let place = format!("{place}[{position}]");
                    self.insert(&place, None, item.span());
                    self.value(item, &place)
                });
                Value::Array(items.collect())
            }
            Toml::InlineTable(table) => self.table(table, place),
        }
    }

    fn insert(&mut self, place: &str, key: Option<Range<usize>>, value: Option<Range<usize>>) {
        let span = |range: Range<usize>| self.lines.span(&range);
        match (key.map(span), value.map(span)) {
            (Some(key), Some(value)) => self.places.insert_member(place, key, value),
            (Some(span), None) | (None, Some(span)) => self.places.insert(place, span),
            (None, None) => {}
        }
    }
}

/// Where lines begin, for offsets in any order.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Lines<'t> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { text, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        let line = self.starts.partition_point(|start| *start <= range.start);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let count = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default().chars().count() as u32;
        let inside = self.text.get(range.start..range.end).unwrap_or_default();
        let first = inside.split(['\n', '\r']).next().unwrap_or_default();
        Span { line: line as u32, column: 1 + count(start, range.start), length: (first.chars().count() as u32).max(1) }
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
        let text = "# é\n[[redirects]]\r\n  from = \"/é\"\n  query = { a = \":a\" }\n\n[[redirects]]\nfrom = '/b'\n[redirects.conditions]\nCountry = [\"DE\", \"AT\"]\n";
        let (value, places) = toml_places(text).unwrap();
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"redirects":[{"from":"/é","query":{"a":":a"}},{"from":"/b","conditions":{"Country":["DE","AT"]}}]}"#
        );
        assert_eq!(places.span("redirects[0].from"), span(3, 10, 4));
        assert_eq!(places.name_span("redirects[0].from"), span(3, 3, 4));
        assert_eq!(places.span("redirects[0].query.a"), span(4, 17, 4));
        assert_eq!(places.span("redirects[1]"), span(6, 1, 13));
        assert_eq!(places.span("redirects[1].conditions.Country[1]"), span(9, 18, 4));
    }

    #[test]
    fn a_fault_has_its_place() {
        let fault = toml_places("a = 1\nb = \"é\" x\n").unwrap_err();
        assert_eq!((fault.span.line, fault.span.column), (2, 9), "{fault:?}");
        assert!(!fault.message.is_empty());
        assert!(toml_places(&format!("a = {}", "[".repeat(10_000))).is_err());
    }
}
