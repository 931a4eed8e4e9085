//! Tables of redirects: a row for each old address, as spreadsheets, content management systems and vendors export them.
//!
//! A text with delimiters (comma, semicolon, tab), lines of JSON, or one list in JSON.

mod cells;
mod check;
mod columns;
mod row;
mod source;

use cells::{Cell, Rows, delimiter, members};
pub use columns::ADDRESS_COLUMNS;
use columns::{Columns, Unclear};

use super::sink::Sink;
use super::{Options, Parsed, invalid_json};
use crate::places::Span;
use crate::rules::Value;

/// Where the table as a whole stands.
const TOP: Span = Span { line: 1, column: 1, length: 1 };

/// So many rows are given room at once: one that grows takes twice as much, and lines may be empty.
const MAX_AT_ONCE: usize = 1 << 20;

/// Reads a table. Rows that cannot be read are findings; the rules are those of all others.
pub(super) fn table(text: &str, options: &Options) -> Parsed {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sink = Sink::default();
    let rows = if text.trim_start().starts_with(['{', '[']) {
        match json(text, options, &mut sink) {
            Ok(rows) => rows,
            Err(parsed) => return *parsed,
        }
    } else {
        delimited(text, options, &mut sink)
    };
    for row in check::check(rows, &mut sink) {
        row.write(&mut sink);
    }
    sink.finish()
}

fn delimited(text: &str, options: &Options, sink: &mut Sink) -> Vec<row::Row> {
    let mut rows = Rows::new(text, delimiter(text));
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let out = in_rows(&mut rows, lines.min(MAX_AT_ONCE), options, sink);
    if let Some(span) = rows.unclosed {
        let message = format!("the quote opened on line {} is never closed: nothing from there on is read", span.line);
        sink.error("invalid-table", span, message, "close it, or write \"\" for a quote in a quoted cell");
    }
    out
}

/// `room` is for so many rows.
fn in_rows(rows: &mut Rows<'_>, room: usize, options: &Options, sink: &mut Sink) -> Vec<row::Row> {
    let Some(header) = rows.next() else {
        if rows.unclosed.is_some() {
            return Vec::new();
        }
        sink.warning("invalid-table", TOP, "the table has no rows", "");
        return Vec::new();
    };
    let names: Vec<&str> = header.iter().map(|cell| cell.text.as_ref()).collect();
    let by_position = if options.columns.is_empty() { Columns::of_data(&names) } else { None };
    let mut out = Vec::with_capacity(room);
    let columns = match by_position {
        Some(columns) => {
            out.extend(row::read(&header, &columns, sink));
            columns
        }
        None => match Columns::named(&names, &options.columns) {
            Ok(columns) => {
                unread(&columns, &names, header.first(), sink);
                columns
            }
            Err(unclear) => {
                say(unclear, &names, &header, sink);
                return Vec::new();
            }
        },
    };
    out.extend(rows.filter_map(|cells| row::read(&cells, &columns, sink)));
    out
}

/// Objects: one on each line, or in a list. Each may have members of its own.
fn json(text: &str, options: &Options, sink: &mut Sink) -> Result<Vec<row::Row>, Box<Parsed>> {
    let objects: Vec<(Value, Span)> = if text.trim_start().starts_with('[') {
        let (list, places) =
            crate::places::json_places(text).map_err(|invalid| Box::new(invalid_json(text, &invalid)))?;
        let Value::Array(items) = list else { return Ok(Vec::new()) };
        let span = |at| places.span(&format!("[{at}]")).unwrap_or(TOP);
        items.into_iter().enumerate().map(|(at, item)| (item, span(at))).collect()
    } else {
        let mut objects = Vec::new();
        for (line, number) in text.lines().zip(1u32..).filter(|(line, _)| !line.trim().is_empty()) {
            let span = Span { line: number, column: 1, length: line.chars().count() as u32 };
            match Value::from_json(line) {
                Ok(value) => objects.push((value, span)),
                Err(invalid) => {
                    let (_, column) = invalid.position();
                    let span = Span { column: column as u32, length: 1, ..span };
                    sink.error(
                        "invalid-row",
                        span,
                        format!("not valid JSON: {}", invalid.message()),
                        "write an object on each line",
                    );
                }
            }
        }
        objects
    };
    let mut rows = Vec::new();
    let mut known: Option<(Vec<String>, Columns)> = None;
    for (object, span) in objects {
        let Some(cells) = members(object, span) else {
            sink.error(
                "invalid-row",
                span,
                "expected an object of texts, numbers and booleans",
                "write { \"from\": \"/old\", \"to\": \"/new\" }",
            );
            continue;
        };
        let (names, cells): (Vec<String>, Vec<Cell<'_>>) = cells.into_iter().unzip();
        if known.as_ref().is_none_or(|(last, _)| *last != names) {
            let spelled: Vec<&str> = names.iter().map(String::as_str).collect();
            match Columns::named(&spelled, &options.columns) {
                Ok(columns) => {
                    if known.is_none() {
                        unread(&columns, &spelled, cells.first(), sink);
                    }
                    known = Some((names, columns));
                }
                Err(unclear) => {
                    say(unclear, &spelled, &cells, sink);
                    continue;
                }
            }
        }
        if let Some((_, columns)) = &known {
            rows.extend(row::read(&cells, columns, sink));
        }
    }
    Ok(rows)
}

/// Names the columns that nothing is read of: one of them may say what the rows are for.
fn unread(columns: &Columns, names: &[&str], first: Option<&Cell<'_>>, sink: &mut Sink) {
    let named: Vec<String> = columns.unread(names).into_iter().take(12).map(|name| format!("{name:?}")).collect();
    if named.is_empty() {
        return;
    }
    let message = format!("nothing is read of the columns {}", named.join(", "));
    let help = "nothing, if they do not say what a row is for; else name them: --columns host=NAME";
    sink.note("taken-over", first.map_or(TOP, |cell| cell.span), message, help);
}

fn say(unclear: Unclear, names: &[&str], cells: &[Cell<'_>], sink: &mut Sink) {
    let span = |at: usize| cells.get(at).map_or(TOP, |cell| cell.span);
    let have = || names.iter().take(12).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    match unclear {
        Unclear::Missing(what) => {
            let message = format!("no column is called {what:?} or a word like it, of {}", have());
            sink.error(
                "invalid-table",
                span(0),
                message,
                format!("say which one it is: --columns {what}=NAME, or its number"),
            );
        }
        Unclear::Twice(what, one, two) => {
            let message = format!("columns {} and {} are both called {what:?}", one + 1, two + 1);
            sink.error(
                "invalid-table",
                span(two),
                message,
                format!("say which one counts: --columns {what}={}", one + 1),
            );
        }
        Unclear::Unknown(name) => {
            let message = format!("there is no column {name:?}, there are {}", have());
            sink.error("invalid-table", span(0), message, "write the name of a column, or its number from 1");
        }
    }
}

#[cfg(test)]
mod tests;
