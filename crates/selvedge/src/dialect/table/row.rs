//! A row of a table as a redirect.

use super::cells::Cell;
use super::columns::{Column, Columns, flag};
use super::source::{invalid, source};
use crate::dialect::line::{Word, differs_by_scheme, has_host, is_clean, is_resolved, split_url};
use crate::dialect::pcre::{PathPattern, Pcre, Spelled};
use crate::dialect::route::literal;
use crate::dialect::sink::{Members, Sink, string};
use crate::places::Span;
use crate::rules::{Value, pattern::normalise};

/// Longer than any URL that a browser or a server takes.
const MAX_CELL: usize = 8192;

/// Columns of which a cell says yes or no: another one would change what the row is for.
const YES_OR_NO: [Column; 5] =
    [Column::CaseSensitive, Column::KeepQuery, Column::Subpaths, Column::KeepSuffix, Column::Subdomains];

/// What a row says.
pub(super) struct Row {
    pub(super) span: Span,
    pub(super) to_span: Span,
    /// In lower case, if the row is for one.
    pub(super) host: Option<String>,
    /// As the source spells it: most exports write one for all addresses.
    pub(super) scheme: Option<&'static str>,
    /// The row is for this scheme alone: a list of Cloudflare's, or the target or another row differs by it.
    pub(super) exact_scheme: bool,
    pub(super) from: From,
    /// Parameters that the request must have.
    pub(super) query: Vec<(String, String)>,
    /// As a template of rules; empty for an answer without one.
    pub(super) to: String,
    pub(super) status: u16,
    pub(super) fold: bool,
    pub(super) drop_query: bool,
    /// A trailing slash counts, because another row has the path with it, or without.
    pub(super) exact_slash: bool,
}

pub(super) enum From {
    /// The normalised path.
    Path(String),
    /// In Selvedge's spelling.
    Pattern(String),
    Regex(String),
}

/// Reads a row; `None`: it is left out, and the sink knows why, or it says itself that it does not count.
pub(super) fn read(cells: &[Cell<'_>], columns: &Columns, sink: &mut Sink) -> Option<Row> {
    let cell = |column| columns.position(column).and_then(|at| cells.get(at));
    let text = |column| cell(column).map(|cell| cell.text.trim()).unwrap_or_default();
    let is = |column| flag(text(column));
    if is(Column::Enabled) == Some(false) {
        return None;
    }
    let row = cells.first()?.span;
    let word = |column| match cell(column) {
        Some(cell) => Word { text: &cell.text, span: cell.span }.part(0, cell.text.len()),
        None => Word { text: "", span: row },
    };
    let (from, to) = (word(Column::From), word(Column::To));
    for cell in [from, to] {
        if cell.text.len() > MAX_CELL {
            let message = format!("the cell holds {} bytes, no address has more than {MAX_CELL}", cell.text.len());
            return invalid(sink, cell.span, &message, "shorten it, or take the row out");
        }
        if cell.text.contains('\n') {
            let message = format!("the quote opened on line {} closes on a later line", cell.span.line);
            return invalid(
                sink,
                cell.span,
                &message,
                "close it where the address ends; rows after it are in the cell",
            );
        }
        if cell.text.contains(char::REPLACEMENT_CHARACTER) {
            let message = "the cell holds bytes that are not UTF-8, shown as \u{fffd}";
            return invalid(sink, cell.span, message, "save the table in one encoding, UTF-8");
        }
        is_clean(cell, sink)?;
        if cell.text.starts_with('=') {
            let text: String = cell.text.chars().take(60).collect();
            let message = format!("the cell holds {text:?}, not an address");
            return invalid(sink, cell.span, &message, "write the address as text; of a formula, its value");
        }
    }
    let status = status(text(Column::Status), is(Column::Permanent), to.text.is_empty());
    let status = match status {
        Ok(status) => status,
        Err(message) => {
            return invalid(
                sink,
                word(Column::Status).span,
                &message,
                "301, 302, 303, 307 or 308; 404, 410 or 451 without a target",
            );
        }
    };
    if from.text.is_empty() {
        return invalid(sink, row, "the row has no source", "write the old address, or take the row out");
    }
    let is_gone = to.text.is_empty();
    let subpaths = is(Column::Subpaths) == Some(true);
    let kind = text(Column::Match).to_ascii_lowercase();
    let is_regex = matches!(kind.as_str(), "1" | "true" | "regex" | "regexp" | "regular expression" | "t");
    // In an expression "?", "#" and "&" are not what they are in an address.
    let scheme = split_url(from.text).filter(|_| !is_regex).map(|(scheme, ..)| scheme);
    let (host, path, query) = match is_regex {
        true => (None, from.text.to_owned(), Vec::new()),
        false => source(from, columns.is_bulk(), sink)?,
    };
    let mut pattern = Vec::new();
    let mut captures = Vec::new();
    let mut folds = false;
    if is_regex {
        let PathPattern { patterns, captures: groups, fold } = match expression(&path) {
            Ok(found) => found,
            Err(what) => {
                let message = format!("rules do not have {what}");
                sink.error("not-honoured", from.span, message, "write what it matches as patterns, a row each");
                return None;
            }
        };
        captures = groups;
        folds = fold;
        pattern.extend(patterns.into_iter().map(|spelled| match spelled {
            Spelled::Path(text) => From::Pattern(text),
            Spelled::Regex(text) => From::Regex(text),
        }));
    } else if subpaths {
        pattern.push(From::Pattern(format!("{}/*", literal(path.trim_end_matches('/')))));
    } else if path.contains('*') && !matches!(kind.as_str(), "exact" | "plain") {
        let parts: Vec<String> = path.split('*').map(literal).collect();
        captures.extend(
            (1..parts.len())
                .map(|number| if number == 1 { "{splat}".to_owned() } else { format!("{{splat{number}}}") }),
        );
        pattern.push(From::Pattern(parts.join("*")));
    } else {
        pattern.push(From::Path(normalise(&path).unwrap_or(path)));
    }
    for column in YES_OR_NO {
        if is(column).is_none() && !text(column).is_empty() {
            let message = format!("{:?} is neither yes nor no", text(column));
            return invalid(sink, word(column).span, &message, "write true or false");
        }
    }
    let keep = is(Column::KeepQuery);
    let mut target = if is_gone { String::new() } else { template(to, &captures, sink)? };
    if subpaths && is(Column::KeepSuffix).unwrap_or(true) && !is_gone {
        target = format!("{}/{{splat}}", target.trim_end_matches('/'));
    }
    let host = match (host, text(Column::Host)) {
        (Some(host), _) => Some(host),
        (None, "" | "*") => None,
        (None, own) => {
            if !own.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)) {
                let message = format!("{own:?} is not the name of a host");
                return invalid(sink, word(Column::Host).span, &message, "write it as www.example.com");
            }
            Some(own.to_ascii_lowercase())
        }
    };
    let host = match host {
        Some(host) if is(Column::Subdomains) == Some(true) => Some(format!("*.{host}")),
        host => host,
    };
    let exact_scheme = scheme.is_some() && (columns.is_bulk() || differs_by_scheme(from.text, to.text));
    // Of several patterns for one row the expression had both slashes, which rules ignore anyway.
    let from = pattern.into_iter().next()?;
    Some(Row {
        span: row,
        to_span: to.span,
        host,
        scheme,
        exact_scheme,
        from,
        query,
        to: target,
        status,
        fold: folds || (columns.position(Column::CaseSensitive).is_some() && is(Column::CaseSensitive) != Some(true)),
        drop_query: keep.map_or(columns.position(Column::KeepQuery).is_some(), |keep| !keep),
        exact_slash: false,
    })
}

impl Row {
    /// Puts the row's rule into the list of its kind.
    pub(super) fn write(self, sink: &mut Sink) {
        let is_gone = self.to.is_empty();
        let from = match self.from {
            From::Path(path) => Value::String(literal(&path)),
            From::Pattern(pattern) => Value::String(pattern),
            From::Regex(regex) => Value::Object(vec![("regex".to_owned(), Value::String(regex))]),
        };
        let mut members: Members = Vec::with_capacity(4);
        members.push((if is_gone { "for" } else { "from" }, from, None));
        if self.fold {
            members.push(("ignoreCase", Value::Bool(true), None));
        }
        if self.exact_slash {
            members.push(("ignoreTrailingSlash", Value::Bool(false), None));
        }
        let mut when = Vec::new();
        if let Some(host) = self.host {
            let bare = host.strip_prefix("*.").map(string);
            let host = Value::String(host);
            when.push((
                "host".to_owned(),
                match bare {
                    Some(bare) => Value::Array(vec![bare, host]),
                    None => host,
                },
            ));
        }
        if let Some(scheme) = self.scheme.filter(|_| self.exact_scheme) {
            when.push(("scheme".to_owned(), string(scheme)));
        }
        if !self.query.is_empty() {
            let tests = self.query.iter().map(|(name, value)| (name.clone(), string(value)));
            when.push(("query".to_owned(), Value::Object(tests.collect())));
        }
        if !when.is_empty() {
            members.push(("when", Value::Object(when), None));
        }
        let status = ("status", Value::Number(f64::from(self.status)), None);
        if is_gone {
            members.push(status);
            return sink.rule("responses", self.span, members);
        }
        let has_query = self.to.contains('?');
        members.push(("to", Value::String(self.to), None));
        members.push(status);
        if self.drop_query {
            members.push(("query", string("drop"), None));
        } else if !self.query.is_empty() && !has_query {
            // What named the old page says nothing of the new one.
            let names = self.query.into_iter().map(|(name, _)| Value::String(name));
            members.push(("query", Value::Object(vec![("drop".to_owned(), Value::Array(names.collect()))]), None));
        }
        sink.rule("redirects", self.span, members);
    }
}

fn status(text: &str, permanent: Option<bool>, is_gone: bool) -> Result<u16, String> {
    let word = text.to_ascii_lowercase();
    let number = match word.as_str() {
        "" | "url" => match permanent {
            None => 301,
            Some(permanent) => {
                if permanent {
                    308
                } else {
                    307
                }
            }
        },
        "permanent" | "moved permanently" => 301,
        "temporary" | "temp" | "found" => 302,
        _ => {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let (digits, rest) = text.split_at(end);
            // A spreadsheet may write 301 as 301.0; a part of a status is none.
            let part = rest.strip_prefix(['.', ',']).unwrap_or_default();
            let number = digits.parse().ok().filter(|_| part.bytes().all(|byte| byte == b'0'));
            number.ok_or_else(|| format!("{text:?} is not a status"))?
        }
    };
    match number {
        301 | 302 | 303 | 307 | 308 if !is_gone => Ok(number),
        404 | 410 | 451 => Ok(number),
        301 | 302 | 303 | 307 | 308 => Err("a redirect without a target".to_owned()),
        _ => Err(format!("{number} is not the status of a redirect")),
    }
}

/// An expression of a plugin's: with the path's first slash or without.
fn expression(text: &str) -> Result<PathPattern, String> {
    if text.contains("://") {
        return Err("expressions for whole addresses: they compare the path".to_owned());
    }
    // Redirection compares the query as well.
    if text.replace("\\\\", "").contains("\\?") {
        return Err("expressions for the query: they compare the path".to_owned());
    }
    match text.strip_prefix('^') {
        Some(rest) if !rest.starts_with(['/', '(', '[', '.', '\\']) => Pcre::new(text, false)?.path("/"),
        _ => Pcre::new(text, false)?.path(""),
    }
}

/// A target as rules have it: text is text, and `*`, `$1` and `:splat` are what the source captured.
fn template(to: Word<'_>, captures: &[String], sink: &mut Sink) -> Option<String> {
    is_resolved(to, sink)?;
    let text = to.text;
    let is_url = split_url(text).is_some();
    let before = text.split(['/', '?', '#']).next().unwrap_or_default();
    if !is_url && (before.contains(':') || text.starts_with("//")) {
        return invalid(
            sink,
            to.span,
            "the target is neither a path nor a URL of http or https",
            "write \"/new\" or \"https://host/new\"",
        );
    }
    if !is_url && !text.starts_with(['/', '?', '#']) && before.contains('.') && before.len() < text.len() {
        let help = format!("write \"https://{text}\" or \"/{text}\"");
        return invalid(sink, to.span, "the target may be a host or a path", &help);
    }
    let mut out = String::with_capacity(text.len() + 1);
    if !is_url && !text.starts_with('/') {
        out.push('/');
    }
    let mut stars = captures.iter();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let number = after.chars().next().and_then(|digit| digit.to_digit(10)).filter(|digit| *digit > 0);
        rest = after;
        match (c, number) {
            ('$', Some(number)) => {
                let Some(capture) = captures.get(number as usize - 1) else {
                    return invalid(
                        sink,
                        to.span,
                        &format!("the source captures nothing that ${number} could be"),
                        "write it out",
                    );
                };
                out.push_str(capture);
                rest = after.get(1..).unwrap_or_default();
            }
            ('*', _) if !captures.is_empty() => {
                let Some(capture) = stars.next() else {
                    let message = "the target has more stars than the source";
                    return invalid(sink, to.span, message, "write \"$1\" where the first star's text comes again");
                };
                out.push_str(capture);
            }
            (':', _) if after.starts_with("splat") && !captures.is_empty() => {
                out.push_str(captures.first()?);
                rest = after.get("splat".len()..).unwrap_or_default();
            }
            (':', _) if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => out.push_str("{:}"),
            ('{', _) => out.push_str("{{"),
            ('}', _) => out.push_str("}}"),
            _ => out.push(c),
        }
    }
    has_host(&out, to.span, sink)?;
    if (1..captures.len()).contains(&stars.len()) {
        let message = "the target has fewer stars than the source: what the last ones stand for is lost";
        sink.warning("changed-meaning", to.span, message, "write \"$2\" for the second star, if that one is meant");
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_a_whole_number() {
        for (text, is) in [
            ("301", Ok(301)),
            ("301.0", Ok(301)),
            ("302 Found", Ok(302)),
            ("301.5", Err("\"301.5\" is not a status".to_owned())),
            ("0.5", Err("\"0.5\" is not a status".to_owned())),
            ("x", Err("\"x\" is not a status".to_owned())),
            ("200", Err("200 is not the status of a redirect".to_owned())),
        ] {
            assert_eq!(status(text, None, false), is, "{text}");
        }
    }
}
