//! The source of a row: an address, which may be a path or begin with a host.

use crate::dialect::line::{Word, bare_host, is_authority, split_url};
use crate::dialect::sink::Sink;
use crate::places::Span;

pub(super) type Source = (Option<String>, String, Vec<(String, String)>);

/// Host, path and query of a source.
pub(super) fn source(from: Word<'_>, is_bulk: bool, sink: &mut Sink) -> Option<Source> {
    let text = from.text;
    let (host, rest) = match split_url(text) {
        Some((_, host, rest)) => {
            is_authority(host.strip_prefix("*.").unwrap_or(host), from.span, sink)?;
            (Some(host), rest)
        }
        None if text.contains("://") => {
            return invalid(
                sink,
                from.span,
                "the source is neither a path nor a URL of http or https",
                "write \"/old\" or \"https://host/old\"",
            );
        }
        None if is_other_scheme(text) => {
            let message = "the source is neither a path nor a URL of http or https";
            return invalid(
                sink,
                from.span,
                message,
                &format!("write \"/{text}\" if it is a path, or take the row out"),
            );
        }
        None if !is_bulk && may_be_host(text) => {
            let help = format!("write \"https://{text}\" or \"/{text}\"");
            return invalid(sink, from.span, "the source may be a host or a path", &help);
        }
        None if is_bulk && !text.starts_with('/') => {
            let (host, rest) = text.split_at(text.find(['/', '?']).unwrap_or(text.len()));
            (Some(host), rest)
        }
        None => (None, text),
    };
    let host = host.map(bare_host);
    if let Some((path, fragment)) = rest.split_once('#') {
        let message = format!("browsers do not send what follows \"#\": {fragment:?}");
        return invalid(sink, from.span, &message, &format!("write {path:?}, if all of the page moved"));
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| Some((form(name)?, form(value)?)));
    match pairs.collect::<Option<Vec<_>>>() {
        Some(query) => {
            let twice = query.iter().zip(0..).find(|((name, _), at)| query.iter().take(*at).any(|(it, _)| it == name));
            if let Some(((name, _), _)) = twice {
                let message = format!("the query has {name:?} twice: rules compare a parameter with one value");
                return invalid(sink, from.span, &message, "write it once, or take the row out");
            }
            Some((host, path, query))
        }
        None => invalid(sink, from.span, "the query has an escape that is not UTF-8", "write it in UTF-8"),
    }
}

/// `mailto:` and its like; a host may have a port.
fn is_other_scheme(text: &str) -> bool {
    let begin = text.split(['/', '?', '#']).next().unwrap_or_default();
    begin.split_once(':').is_some_and(|(_, port)| port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether an address without a scheme and a first slash begins as a host does.
fn may_be_host(text: &str) -> bool {
    let begin = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_folder = text.get(begin.len()..).is_some_and(|rest| rest.starts_with('/'));
    begin.contains(':') || (begin.contains('.') && (is_folder || begin.starts_with("www.")))
}

/// A text of a form: `+` is a blank, and escapes are decoded.
fn form(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                after.get(2..).unwrap_or_default()
            }
            (b'+', _) => {
                bytes.push(b' ');
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8(bytes).ok()
}

/// A row that is left out, and why.
pub(super) fn invalid<T>(sink: &mut Sink, span: Span, message: &str, help: &str) -> Option<T> {
    sink.error("invalid-row", span, message, help);
    None
}
