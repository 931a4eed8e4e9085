//! What a line asks of the query: `name=value`.

use crate::dialect::line::{Word, form_decoded};
use crate::dialect::placeholders::Captures;
use crate::dialect::sink::{Sink, string};
use crate::rules::Value;

/// A condition on the query; a value that begins with a colon captures.
pub(super) fn query_pair(pair: Word<'_>, captures: &mut Captures, sink: &mut Sink) -> Option<(String, Option<Value>)> {
    let mut pieces = pair.text.split('=');
    let name = pieces.next().unwrap_or_default();
    let Some(value) = pieces.next() else {
        let message = format!("{:?} tests nothing: the line matches every query", pair.text);
        let help = match pair.text.contains(|c: char| c.is_ascii_alphanumeric()) {
            true => format!("write \"{}=:value\" if it must be there", pair.text),
            false => "leave it out".to_owned(),
        };
        sink.warning("odd-query", pair.span, message, help);
        return Some((name.to_owned(), None));
    };
    if pieces.next().is_some() {
        let message = format!("the value ends at its \"=\": {value:?}");
        sink.warning("odd-query", pair.span, message, "write %3D for the character itself");
    }
    let name = form_decoded(name);
    if name.is_empty() {
        let message = format!("{:?} tests a parameter without a name, so the line never matches", pair.text);
        sink.warning("never-matches", pair.span, message, "leave it out");
    }
    if let Some(capture) = value.strip_prefix(':').filter(|capture| !capture.is_empty()) {
        if name.is_empty() || name.contains(['}', '|']) {
            sink.error(
                "not-honoured",
                pair.span,
                format!("the value of {name:?} cannot be captured"),
                "rename the parameter",
            );
            return None;
        }
        captures.add(capture, format!("query.{name}"));
        return Some((name, Some(Value::Bool(true))));
    }
    Some((name, Some(string(form_decoded(value)))))
}
