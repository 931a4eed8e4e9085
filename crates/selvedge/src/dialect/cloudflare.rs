//! Cloudflare's `_redirects` and `_headers`.

use super::line::lines;
use super::sink::{Sink, member};
use super::{Options, Parsed};
use crate::finding::Severity;
use crate::rules::Value;

pub(super) fn redirects(text: &str, _: &Options) -> Parsed {
    let mut sink = Sink::default();
    for line in lines(text) {
        let words: Vec<_> = line.words().collect();
        let [from, to, rest @ ..] = words.as_slice() else {
            sink.finding(
                "invalid-line",
                Severity::Error,
                line.trimmed().span,
                "a line is \"from to [status]\"",
                "add where to",
            );
            continue;
        };
        let mut members = vec![member("from", *from), member("to", *to)];
        if let Some((status, number)) = rest.first().and_then(|word| Some((word, word.text.parse::<f64>().ok()?))) {
            members.push(("status", Value::Number(number), Some(status.span)));
        }
        sink.rule("redirects", line.trimmed().span, members);
    }
    sink.finish()
}

pub(super) fn headers(text: &str, _: &Options) -> Parsed {
    let mut sink = Sink::default();
    let mut paths = None;
    for line in lines(text) {
        let whole = line.trimmed();
        if whole.text.starts_with('/') {
            paths = Some(whole);
            continue;
        }
        let (Some(paths), Some(colon)) = (paths, whole.text.find(':')) else {
            sink.finding("invalid-line", Severity::Error, whole.span, "expected \"Name: value\" below a path", "");
            continue;
        };
        let (name, value) = (whole.part(0, colon), whole.part(colon + 1, whole.text.len()));
        let set = Value::Object(vec![(name.text.to_owned(), Value::String(value.text.to_owned()))]);
        sink.rule("headers", whole.span, vec![member("for", paths), ("set", set, Some(value.span))]);
    }
    sink.finish()
}
