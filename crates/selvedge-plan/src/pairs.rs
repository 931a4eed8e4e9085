//! Names and values in what an input holds: a query, cookies, header lines.

use crate::host;
use crate::layout::subject;
use crate::query;
use crate::span::Span;
use crate::work::Work;

/// The first value of a name, as it was sent.
pub(crate) fn first_value(work: &Work<'_>, kind: u32, input: Span, name: &[u8]) -> Option<Span> {
    Pairs::new(work, kind, input).next_of(work, name)
}

/// The first value of the parameter `name`, decoded into the working memory.
pub(crate) fn parameter(work: &mut Work<'_>, query: Span, name: &[u8]) -> Option<Span> {
    let raw = first_value(work, subject::QUERY, query, name)?;
    Some(query::form_decoded(work, raw))
}

/// The name and the value of everything that an input holds of a subject, as they were sent. Header lines and the host
/// have no names.
pub(crate) struct Pairs {
    kind: u32,
    input: Span,
    /// Where the next one begins.
    start: Option<usize>,
}

impl Pairs {
    pub(crate) fn new(work: &Work<'_>, kind: u32, input: Span) -> Pairs {
        Pairs { kind, input, start: Some(0).filter(|_| work.takes(input.len)) }
    }

    pub(crate) fn next(&mut self, work: &Work<'_>) -> Option<(Span, Span)> {
        let (separator, other) = match self.kind {
            subject::QUERY => (b'&', b'&'),
            subject::COOKIE => (b';', b'\n'),
            _ => (b'\n', b'\n'),
        };
        let text = work.get(self.input);
        loop {
            let start = self.start?;
            let rest = text.get(start..).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == separator || *byte == other);
            self.start = end.map(|end| start + end + 1);
            let piece = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let unnamed = piece.get(..0).unwrap_or_default();
            let pair = match self.kind {
                subject::QUERY => Some(query::split(piece)).filter(|_| !piece.is_empty()),
                subject::COOKIE => cookie(piece),
                subject::HOST => host_name(piece).map(|name| (unnamed, name)),
                _ => Some((unnamed, crate::negotiate::trim(piece))),
            };
            if let Some((name, value)) = pair {
                return Some((self.input.slice(text, name), self.input.slice(text, value)));
            }
        }
    }

    /// The next value of a name.
    pub(crate) fn next_of(&mut self, work: &Work<'_>, name: &[u8]) -> Option<Span> {
        loop {
            let (key, value) = self.next(work)?;
            let fits = match self.kind {
                subject::QUERY => query::form_equal(work.get(key), name),
                subject::LINES => true,
                _ => work.get(key) == name,
            };
            if fits {
                return Some(value);
            }
        }
    }
}

/// The name and the value of a cookie. Without `=` it is not a cookie.
fn cookie(pair: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (name, value) = pair.split_at_checked(equals)?;
    Some((crate::negotiate::trim(name), crate::negotiate::trim(value.get(1..)?)))
}

/// A name that ends with the root's dot is the same name.
pub(crate) fn host_name(field: &[u8]) -> Option<&[u8]> {
    host::name(field).map(|name| name.strip_suffix(b".").unwrap_or(name))
}
