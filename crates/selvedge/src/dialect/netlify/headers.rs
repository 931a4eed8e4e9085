//! `_headers`. All blocks that match apply; of one header the last one counts.

use super::from::{From, read_from};
use crate::dialect::block::{Block, Header, blocks, is_bare, name_or_path, report_cookies, report_empty, split_header};
use crate::dialect::foreign::expression_in_path;
use crate::dialect::line::Word;
use crate::dialect::route::one_or_list;
use crate::dialect::sink::{Members, Sink, string};
use crate::dialect::written;
use crate::dialect::{Dialect, Options, Parsed};
use crate::rules::Value;

/// "Custom headers for these are typically ignored", <https://docs.netlify.com/routing/headers/#limitations>.
const IGNORED: [&str; 14] = [
    "Accept-Ranges",
    "Age",
    "Allow",
    "Alt-Svc",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Date",
    "Location",
    "Server",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

pub(in crate::dialect) fn headers(text: &str, _: &Options) -> Parsed {
    let mut sink = Sink::default();
    for block in blocks(text, |line| line.starts_with('/'), &mut sink) {
        write(&block, Empty::Refused, &mut sink);
    }
    sink.finish()
}

/// What a header without a value is: a mistake in a line, and legal in a table.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Empty {
    #[cfg(feature = "toml")]
    Allowed,
    Refused,
}

pub(super) fn write(block: &Block<'_>, empty: Empty, sink: &mut Sink) {
    let headers = read(block, empty, sink);
    let asks = block.lines.iter().find(|line| split_header(**line).is_some_and(|(name, _)| asks_for_password(name)));
    if headers.is_empty() && asks.is_none() {
        report_empty(block, sink);
        return;
    }
    let Some(patterns) = patterns(block.path, sink) else { return };
    sink.written_block(Dialect::Netlify, block.path.span, written(block, &headers));
    if let Some(line) = asks {
        let members: Members = vec![
            ("for", one_or_list(&patterns), Some(block.path.span)),
            ("ignoreCase", Value::Bool(true), None),
            ("status", Value::Number(403.0), None),
        ];
        sink.rule("responses", line.span, members);
    }
    let (cookies, others): (Vec<_>, Vec<_>) =
        headers.into_iter().partition(|header| header.name.text.eq_ignore_ascii_case("set-cookie"));
    for (headers, verb, stage) in [(others, "set", None), (cookies, "append", Some("viewer-response"))] {
        if headers.is_empty() {
            continue;
        }
        let edits = headers.iter().map(|header| (header.name.text.to_owned(), value(header, verb, sink)));
        let mut members: Members = vec![
            ("for", one_or_list(&patterns), Some(block.path.span)),
            ("ignoreCase", Value::Bool(true), None),
            (verb, Value::Object(edits.collect()), None),
        ];
        members.extend(stage.map(|stage| ("at", string(stage), None)));
        let spans: Vec<_> = headers
            .iter()
            .filter_map(|header| Some((format!("{verb}.{}", header.name.text), header.values.first()?.span)))
            .collect();
        sink.rule_with("headers", block.path.span, members, spans);
    }
}

/// The block as it is.
fn written(block: &Block<'_>, headers: &[Header<'_>]) -> written::Block {
    let values = headers.iter().flat_map(|header| header.values.iter().map(|value| (header.name.text, value.text)));
    written::Block {
        line: block.path.span.line,
        path: block.path.text.to_owned(),
        remove: Vec::new(),
        set: values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        added: Vec::new(),
    }
}

/// No header, but an order to Netlify.
fn asks_for_password(name: Word<'_>) -> bool {
    name.text.eq_ignore_ascii_case("basic-auth")
}

/// The headers of a block, those of one name together.
fn read<'t>(block: &Block<'t>, empty: Empty, sink: &mut Sink) -> Vec<Header<'t>> {
    let mut headers: Vec<Header<'t>> = Vec::new();
    for line in &block.lines {
        let Some((name, value)) = split_header(*line) else {
            let message = "a header needs a colon; Netlify leaves the line out in silence";
            sink.warning("no-colon", line.span, message, name_or_path(line.text));
            continue;
        };
        if name.text.is_empty() || value.text.is_empty() && empty == Empty::Refused {
            let what = if name.text.is_empty() { "name" } else { "value" };
            sink.error("invalid-line", line.span, format!("a header without a {what}"), "write \"Name: value\"");
            continue;
        }
        if is_bare(name, sink).is_none() {
            continue;
        }
        if asks_for_password(name) {
            let message = "Basic-Auth asks for a password on Netlify; here the paths are answered 403";
            sink.error("not-honoured", line.span, message, "protect these paths by a hook, or at the origin");
            continue;
        }
        if IGNORED.iter().any(|ignored| ignored.eq_ignore_ascii_case(name.text)) {
            let message = format!("Netlify ignores {:?} here: it says it itself; here the header is set", name.text);
            sink.warning("forbidden-header", name.span, message, "leave it out");
        }
        if name.text.starts_with('!') {
            let message = "Netlify has no lines that take headers away: this sets a header of this name";
            sink.warning("unset-line", line.span, message, "leave the header out where it is set");
        }
        let known = headers.iter_mut().find(|header| header.name.text.eq_ignore_ascii_case(name.text));
        match known {
            Some(header) => {
                if header.name.text != name.text {
                    let message = format!(
                        "the same header as {:?} above; Netlify takes the two for different ones",
                        header.name.text
                    );
                    sink.warning("header-case", name.span, message, "write the name in one way");
                }
                header.values.push(value);
            }
            None => headers.push(Header { name, values: vec![value] }),
        }
    }
    headers
}

/// Several lines of one name are one, as Netlify sends them; cookies never.
fn value(header: &Header<'_>, verb: &str, sink: &mut Sink) -> Value {
    for word in &header.values {
        if rewrites_commas(word.text) {
            let message = "Netlify makes every comma of a value \", \"; here the value stays as it is written";
            sink.note("comma-spacing", word.span, message, "");
        }
    }
    let texts: Vec<String> = header.values.iter().map(|word| word.text.replace('{', "{{").replace('}', "}}")).collect();
    if verb == "append" {
        report_cookies(header, sink);
        return one_or_list(&texts);
    }
    string(texts.join(", "))
}

fn rewrites_commas(value: &str) -> bool {
    let mut pieces = value.split(',');
    pieces.next();
    pieces.any(|piece| !piece.starts_with(' ') || piece.starts_with("  "))
}

/// The patterns of a path: those of `_redirects`, but for stars inside a segment, which match slashes as well, and names,
/// which are whole segments whatever they hold.
fn patterns(path: Word<'_>, sink: &mut Sink) -> Option<Vec<String>> {
    expression_in_path(path, "Netlify", sink);
    let mut patterns = vec![String::new()];
    let segments: Vec<&str> = path.text.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut names = 0;
    for (at, segment) in segments.iter().enumerate() {
        let last = at + 1 == segments.len();
        match *segment {
            // Between slashes it matches no segment as well.
            "*" if !last && patterns.len() <= 8 => {
                let with: Vec<String> = patterns.iter().map(|pattern| format!("{pattern}/*")).collect();
                patterns.extend(with);
            }
            "*" => patterns.iter_mut().for_each(|pattern| pattern.push_str("/*")),
            name if name.starts_with(':') && name.len() > 1 => {
                names += 1;
                patterns.iter_mut().for_each(|pattern| pattern.push_str(&format!("/:p{names}")));
            }
            text => {
                let literal = crate::dialect::route::literal(text).replace("{*}", "*");
                patterns.iter_mut().for_each(|pattern| pattern.push_str(&format!("/{literal}")));
            }
        }
    }
    if let Some((bare, _)) = path.text.split_once('?') {
        let message = "a path has no query, so the block never matches: headers are for paths alone";
        sink.warning("never-matches", path.span, message, format!("write {bare:?}, if it is for every query"));
        return None;
    }
    if path.text.contains('#') {
        let word = Word { text: path.text, span: path.span };
        let From { .. } = read_from(word, sink)?;
    }
    for pattern in &mut patterns {
        if pattern.is_empty() {
            pattern.push('/');
        }
    }
    Some(patterns)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// Limitations of <https://docs.netlify.com/routing/headers/>.
    #[test]
    fn what_netlify_says_itself_is_told() {
        let parsed =
            headers("/*.wasm\n  content-encoding: br\n  Server: x\n  X-A: 1\n  Content-Type: a/b\n", &Options::new());
        let found: Vec<_> = parsed.findings.iter().map(|finding| (finding.code, finding.span.unwrap().line)).collect();
        assert_eq!(found, [("forbidden-header", 2), ("forbidden-header", 3)]);
        let parsed = headers("/??/\n  X-A: 1\n", &Options::new());
        assert_eq!(parsed.findings.len(), 1);
        assert!(parsed.findings[0].help.starts_with("write \"/\""), "{:?}", parsed.findings);
    }

    /// <https://docs.netlify.com/manage/security/secure-access-to-sites/basic-authentication-with-custom-http-headers/>
    #[test]
    fn what_a_password_protects_stays_closed() {
        for (text, expected) in [
            ("/a/*\n  basic-auth: me:pw you:pw\n", r#"{"responses":[{"for":"/a/*","ignoreCase":true,"status":403}]}"#),
            (
                "/a/*/b\n  X-A: b\n  Basic-Auth: me:pw\n",
                concat!(
                    r#"{"responses":[{"for":["/a/b","/a/*/b"],"ignoreCase":true,"status":403}],"#,
                    r#""headers":[{"for":["/a/b","/a/*/b"],"ignoreCase":true,"set":{"X-A":"b"}}]}"#
                ),
            ),
            ("/a\n  Basic-Auth:\n", r#"{"responses":[{"for":"/a","ignoreCase":true,"status":403}]}"#),
        ] {
            let parsed = headers(text, &Options::new());
            assert_eq!(serde_json::to_string(&parsed.rules).unwrap(), expected, "{text}");
            assert_eq!(parsed.findings.len(), 1, "{text}");
        }
    }
}
