//! The cells of a table, each with where it stands: RFC 4180 with any delimiter, or a JSON object on each line.
//!
//! The `csv` crate does not tell where in a line a cell stands, which is what a finding needs; the tests hold this reader
//! against it.

use std::borrow::Cow;

use crate::places::Span;
use crate::rules::Value;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    /// Without quotes.
    pub(super) text: Cow<'t, str>,
    pub(super) span: Span,
}

/// The rows of a text with delimiters. Rows without any text are skipped.
pub(super) struct Rows<'t> {
    rest: &'t str,
    delimiter: char,
    line: u32,
    /// A quote that is never closed: the rows end before it.
    pub(super) unclosed: Option<Span>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t str, delimiter: char) -> Rows<'t> {
        Rows { rest: text, delimiter, line: 1, unclosed: None }
    }

    /// A cell from here, and whether it is the last one of its row.
    fn cell(&mut self, column: &mut u32) -> (Cell<'t>, bool) {
        let start = Span { line: self.line, column: *column, length: 0 };
        let (text, length) = match self.rest.strip_prefix('"') {
            Some(quoted) => self.quoted(quoted, column),
            None => (Cow::Borrowed(""), 0),
        };
        // Of an unquoted cell this is all; after a closing quote it is what should not be there.
        let end = self.rest.find([self.delimiter, '\n']).unwrap_or(self.rest.len());
        let (plain, after) = self.rest.split_at(end);
        let ends = !after.starts_with(self.delimiter);
        *column += chars(plain) + 1;
        self.rest = after.get(1..).unwrap_or_default();
        self.line += u32::from(after.starts_with('\n'));
        let plain = if ends { plain.strip_suffix('\r').unwrap_or(plain) } else { plain };
        let length = length + chars(plain);
        let text = match (text.is_empty(), plain.is_empty()) {
            (_, true) => text,
            (true, false) => Cow::Borrowed(plain),
            (false, false) => Cow::Owned(text.into_owned() + plain),
        };
        (Cell { text, span: Span { length: length.max(1), ..start } }, ends)
    }

    /// The text up to the quote that closes it, and how much of the first line it takes.
    fn quoted(&mut self, quoted: &'t str, column: &mut u32) -> (Cow<'t, str>, u32) {
        let mut end = 0;
        let mut doubled = false;
        loop {
            let rest = quoted.get(end..).unwrap_or_default();
            let Some(quote) = rest.find('"') else {
                self.unclosed = Some(Span { line: self.line, column: *column, length: 1 });
                end = quoted.len();
                break;
            };
            end += quote;
            if !rest.get(quote + 1..).unwrap_or_default().starts_with('"') {
                break;
            }
            doubled = true;
            end += 2;
        }
        let (inside, after) = quoted.split_at(end);
        self.rest = after.strip_prefix('"').unwrap_or(after);
        let lines = inside.matches('\n').count() as u32;
        self.line += lines;
        let last = chars(inside.rsplit('\n').next().unwrap_or_default());
        *column = if lines > 0 { last + 2 } else { *column + last + 2 };
        let length = chars(inside.split('\n').next().unwrap_or_default()) + if lines > 0 { 1 } else { 2 };
        (if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) }, length)
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Vec<Cell<'t>>;

    fn next(&mut self) -> Option<Vec<Cell<'t>>> {
        while !self.rest.is_empty() {
            let mut cells = Vec::with_capacity(4);
            let mut column = 1;
            loop {
                // A delimiter at the end of the file has an empty cell after it, which nobody misses.
                let (cell, ends) = self.cell(&mut column);
                cells.push(cell);
                if ends || self.rest.is_empty() {
                    break;
                }
            }
            if self.unclosed.is_some() {
                return None;
            }
            if cells.iter().any(|cell| !cell.text.trim().is_empty()) {
                return Some(cells);
            }
        }
        None
    }
}

/// The delimiter that the first line has most of, outside of quotes.
pub(super) fn delimiter(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0), ('|', 0)];
    for c in text.trim_start().chars().take_while(|c| *c != '\n').take(4096) {
        quoted ^= c == '"';
        counts.iter_mut().filter(|(it, _)| *it == c && !quoted).for_each(|(_, count)| *count += 1);
    }
    // Of several that occur as often, the first.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(it, _)| it)
}

/// What the members of a JSON object say, by name; `None` for what is not an object of plain values.
pub(super) fn members(value: Value, span: Span) -> Option<Vec<(String, Cell<'static>)>> {
    let Value::Object(members) = value else { return None };
    let cell = |(name, value)| {
        let text = match value {
            Value::String(text) => text,
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Null => String::new(),
            Value::Array(_) | Value::Object(_) => return None,
        };
        Some((name, Cell { text: text.into(), span }))
    };
    members.into_iter().map(cell).collect()
}

fn chars(text: &str) -> u32 {
    text.chars().count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans(text: &str, delimiter: char) -> Vec<Vec<(String, u32, u32, u32)>> {
        let cell = |cell: Cell<'_>| (cell.text.into_owned(), cell.span.line, cell.span.column, cell.span.length);
        Rows::new(text, delimiter).map(|row| row.into_iter().map(cell).collect()).collect()
    }

    #[test]
    fn cells_know_where_they_stand() {
        let rows = spans("a;\"b\"\"c\"\r\n\r\n\"two\nlines\";é;z\n", ';');
        let cell = |text: &str, line, column, length| (text.to_owned(), line, column, length);
        assert_eq!(rows[0], [cell("a", 1, 1, 1), cell("b\"c", 1, 3, 6)]);
        assert_eq!(rows[1], [cell("two\nlines", 3, 1, 4), cell("é", 4, 8, 1), cell("z", 4, 10, 1)]);
        let mut open = Rows::new("a,b\n/x,\"open,\n/x", ',');
        assert_eq!(open.by_ref().count(), 1);
        assert_eq!(open.unclosed, Some(Span { line: 2, column: 4, length: 1 }));
    }

    #[test]
    fn the_delimiter_is_what_the_first_line_has_most_of() {
        assert_eq!(delimiter("from;to;why, oh why\n"), ';');
        assert_eq!(delimiter("from\tto\n"), '\t');
        assert_eq!(delimiter("\"a;b;c\",d\n"), ',');
        assert_eq!(delimiter("/only"), ',');
    }

    proptest! {
        /// The csv crate is the reference, on texts whose quotes are where RFC 4180 has them.
        #[test]
        fn as_the_csv_crate(rows in proptest::collection::vec(proptest::collection::vec("[a-c,;\"\n é]{0,5}", 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            let expected: Vec<_> = expected.into_iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
            let read: Vec<Vec<String>> = Rows::new(&text, ',').map(|row| row.into_iter().map(|cell| cell.text.into_owned()).collect()).collect();
            // A last cell without text is not missed.
            let trimmed = |rows: Vec<Vec<String>>| rows.into_iter().map(|mut row| { while row.last().is_some_and(String::is_empty) { row.pop(); } row }).collect::<Vec<_>>();
            prop_assert_eq!(trimmed(read), trimmed(expected));
        }
    }
}
