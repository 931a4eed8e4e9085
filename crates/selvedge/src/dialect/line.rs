//! Lines and words of a rule file, each with where it was written.

use selvedge_plan::path::has_dots;

use super::sink::Sink;
use crate::places::Span;
use crate::rules::{DOTS, RESOLVE_DOTS, authority};

/// A word of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) span: Span,
}

/// A line without its end, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) number: u32,
}

/// The lines of a file that hold more than blanks and comments. A byte order mark is skipped.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = text.split('\n').zip(1u32..).map(|(text, number)| Line { text, number });
    numbered.filter(|line| !line.text.trim_start().is_empty() && !line.text.trim_start().starts_with('#'))
}

impl<'t> Line<'t> {
    /// The words, up to one that begins with `#`.
    pub(super) fn words(self) -> impl Iterator<Item = Word<'t>> {
        let mut rest = self.text;
        let mut column = 1;
        std::iter::from_fn(move || {
            let text = rest.trim_start();
            column += chars(rest) - chars(text);
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            let (word, after) = text.split_at(end);
            if word.is_empty() || word.starts_with('#') {
                rest = "";
                return None;
            }
            let span = Span { line: self.number, column, length: chars(word) };
            column += span.length;
            rest = after;
            Some(Word { text: word, span })
        })
    }

    /// The line without blanks at its ends.
    pub(super) fn trimmed(self) -> Word<'t> {
        let text = self.text.trim_start();
        let column = 1 + chars(self.text) - chars(text);
        let text = text.trim_end();
        Word { text, span: Span { line: self.number, column, length: chars(text) } }
    }
}

impl<'t> Word<'t> {
    /// The part of the word from byte `start` to byte `end`, without blanks at its ends.
    pub(super) fn part(self, start: usize, end: usize) -> Word<'t> {
        let text = self.text.get(start..end).unwrap_or_default();
        let trimmed = text.trim_start();
        let before = self.text.get(..start + text.len() - trimmed.len()).unwrap_or_default();
        let text = trimmed.trim_end();
        let span = Span { column: self.span.column + chars(before), length: chars(text), ..self.span };
        Word { text, span }
    }
}

/// Says what is wrong with a line that holds controls: no path, status or header has them.
pub(super) fn is_clean(line: Word<'_>, sink: &mut Sink) -> Option<()> {
    let Some(at) = line.text.find(|c: char| c.is_control() && c != '\t') else { return Some(()) };
    let code = line.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, u32::from);
    let span =
        Span { length: 1, column: line.span.column + chars(line.text.get(..at).unwrap_or_default()), ..line.span };
    sink.error("control-character", span, format!("the line holds a control character (U+{code:04X})"), "remove it");
    None
}

/// Scheme, authority and rest of an absolute URL.
pub(super) fn split_url(text: &str) -> Option<(&'static str, &str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = ["http", "https"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    Some((scheme, authority, rest))
}

/// Without port and final dot, in lower case.
#[cfg(feature = "migrate")]
pub(super) fn bare_host(host: &str) -> String {
    host.split(':').next().unwrap_or(host).trim_end_matches('.').to_ascii_lowercase()
}

/// Whether two URLs are the same but for http and https.
#[cfg(feature = "migrate")]
pub(super) fn differs_by_scheme(from: &str, to: &str) -> bool {
    let (Some((scheme, host, path)), Some((other, to_host, to_path))) = (split_url(from), split_url(to)) else {
        return false;
    };
    let path = path.trim_end_matches('/');
    let to_path = to_path.replace("$1", "*").replace(":splat", "*");
    scheme != other && bare_host(host) == bare_host(to_host) && path == to_path.trim_end_matches('/')
}

/// Says what is wrong with the authority of a URL.
pub(super) fn is_authority(text: &str, span: Span, sink: &mut Sink) -> Option<()> {
    let Some((message, help)) = authority::wrong(text) else { return Some(()) };
    sink.error("invalid-line", span, message, help);
    None
}

/// The same of a target as rules have it, if that is an absolute URL: its placeholders aside, which are judged by request.
pub(super) fn has_host(target: &str, span: Span, sink: &mut Sink) -> Option<()> {
    let Some((_, authority, _)) = split_url(target) else { return Some(()) };
    let mut shape = String::new();
    let mut rest = authority;
    while let Some((before, found)) = rest.split_once('{') {
        shape.push_str(before);
        let (inside, after) = found.split_once('}').unwrap_or((found, ""));
        shape.push_str(match inside {
            ":" | "*" => inside,
            // Doubled, it is the brace itself.
            _ if inside.starts_with('{') => "{",
            _ => "x",
        });
        rest = after;
    }
    shape.push_str(rest);
    is_authority(&shape, span, sink)
}

/// Says that a target has a `.` or `..` segment: rules have none, so that no value can make one.
pub(super) fn is_resolved(to: Word<'_>, sink: &mut Sink) -> Option<()> {
    if !has_dots(to.text.as_bytes()) {
        return Some(());
    }
    sink.error("not-honoured", to.span, DOTS, RESOLVE_DOTS);
    None
}

fn chars(text: &str) -> u32 {
    text.chars().count() as u32
}

/// As a form has it: `+` is a space, `%XX` a byte.
pub(super) fn form_decoded(text: &str) -> String {
    percent_decoded(&text.replace('+', " "))
}

/// `%XX` is a byte; what is not UTF-8 then becomes U+FFFD.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let hex = |digit: u8| char::from(digit).to_digit(16);
        match (byte, after) {
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push((high * 16 + low) as u8);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Dialect, Form, Options, parse};
    use crate::finding::Severity;

    #[test]
    fn lines_have_numbers_and_words_columns() {
        let text = "\u{feff}# one\r\n\r\n  /a\t/é 301 # why\r\n";
        let lines: Vec<Line<'_>> = lines(text).collect();
        assert_eq!(lines.len(), 1);
        let words = lines.first().map(|line| line.words().collect::<Vec<_>>()).unwrap_or_default();
        let seen: Vec<_> =
            words.iter().map(|word| (word.text, word.span.line, word.span.column, word.span.length)).collect();
        assert_eq!(seen, [("/a", 3, 3, 2), ("/é", 3, 6, 2), ("301", 3, 9, 3)]);
    }

    /// RFC 3986 §3.2.2 and §3.2.3, of the names those that DNS can have; the vendors' parsers take some of these lines, and nobody is
    /// there to be asked.
    #[test]
    fn a_url_without_a_host_that_can_be_one_is_an_error_and_no_rule() {
        let (netlify, cloudflare) = (Form::Redirects(Dialect::Netlify), Form::Redirects(Dialect::Cloudflare));
        let of_headers = Form::Headers(Dialect::Cloudflare);
        for authority in ["[", "a..b", "a:99999", "exa%mple", "<h>", "", "h.example:8:p", "a^b", "10.0.0.256"] {
            let json = |kind: &str| {
                format!(r#"{{ "{kind}": [{{ "source": "/a", "destination": "https://{authority}/" }}] }}"#)
            };
            for (text, form) in [
                (format!("/a https://{authority}/ 301!\n"), netlify),
                (format!("/a https://{authority}/:splat 200!\n"), netlify),
                (format!("https://{authority}/a /b 301!\n"), netlify),
                (format!("/a https://{authority}/ 301\n"), cloudflare),
                (format!("https://{authority}/a\n  X-A: 1\n"), of_headers),
                (json("redirects"), Form::VercelJson),
                (json("rewrites"), Form::VercelJson),
                (format!("from,to\n/a,https://{authority}/\n"), Form::Table),
                (format!("from,to\nhttps://{authority}/a,/b\n"), Form::Table),
            ] {
                let parsed = parse(&text, form, &Options::new());
                let rules = ["redirects", "rewrites", "origins", "headers"].map(|name| parsed.rules.member(name));
                assert_eq!(rules, [None; 4], "{text}");
                let errors = parsed.findings.iter().filter(|it| it.severity == Severity::Error).count();
                assert_eq!(errors, 1, "{text}: {:?}", parsed.findings);
            }
        }
        let placeholders = "/:a/* https://pr-:a--x.example:8443/:splat 301!\n/b https://:b.x.example/ 301!\n";
        let parsed = parse(placeholders, netlify, &Options::new());
        assert!(
            parsed.findings.iter().all(|it| it.severity == Severity::Error && it.span.is_some_and(|it| it.line == 2))
        );
    }
}
