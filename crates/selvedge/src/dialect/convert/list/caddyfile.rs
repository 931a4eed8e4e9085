//! Caddy's `redir`, in a `route`, which keeps their order.

use super::entry::{Entries, Entry};
use super::path::Piece;
use super::servers::{location, with_query};
use crate::dialect::convert::decoded::decoded;

pub(super) fn caddyfile(entries: &mut Entries) -> String {
    let mut lines = String::new();
    for (number, entry) in entries.take().into_iter().enumerate() {
        let place = entry.place;
        if !entry.hosts.is_empty() || !entry.query.is_empty() {
            entries.cannot(place, "such condition");
            continue;
        }
        if puts_star_in_query(&entry) {
            entries.cannot(place, "way to put a part of the path into a query: it would not be escaped");
            continue;
        }
        let (Some(matchers), Some(to)) = (matchers(number, &entry), target(number, &entry)) else {
            entries.cannot(place, "way to write this address");
            continue;
        };
        // Only of a path in plain letters Caddy ignores the case.
        if matchers.iter().any(|matcher| matcher.starts_with("path ")) && !entry.fold {
            entries.changes(place, "ignores the case of paths");
        }
        match matchers.as_slice() {
            [only] => lines.push_str(&format!("\t@m{number} {only}\n")),
            all => lines.push_str(&format!("\t@m{number} {{\n\t\t{}\n\t}}\n", all.join("\n\t\t"))),
        }
        if entry.status < 400 {
            lines.push_str(&format!("\tredir @m{number} \"{to}\" {}\n", entry.status));
        } else {
            lines.push_str(&format!("\terror @m{number} {}\n", entry.status));
        }
    }
    if lines.is_empty() { lines } else { format!("route {{\n{lines}}}\n") }
}

fn captures(entry: &Entry) -> bool {
    entry.to.iter().any(|piece| matches!(piece, Piece::Star(_)))
}

/// Whether a star stands after `?` or `#`.
fn puts_star_in_query(entry: &Entry) -> bool {
    let mut is_after = false;
    entry.to.iter().any(|piece| match piece {
        Piece::Text(text) => {
            is_after |= text.contains(['?', '#']);
            false
        }
        Piece::Star(_) => is_after,
    })
}

fn target(number: usize, entry: &Entry) -> Option<String> {
    let star = format!("{{re.r{number}.1}}");
    let pieces = entry.to.iter().map(|piece| match piece {
        Piece::Text(text) => location(text, None, "$"),
        Piece::Star(0) => Some(star.clone()),
        Piece::Star(_) => None,
    });
    let to = pieces.collect::<Option<Vec<_>>>()?.concat();
    Some(with_query(&to, entry.keeps_query.then_some("{http.request.uri.prefixed_query}")))
}

/// The lines of a matcher, of which all have to hold.
fn matchers(number: usize, entry: &Entry) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    if let Some(paths) = entry.spellings() {
        let paths = paths.iter().map(|path| decoded(path)).collect::<Option<Vec<_>>>()?;
        if paths.concat().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/,+=@!()'".contains(&byte)) {
            lines.push(format!("path \"{}\"", paths.join("\" \"")));
        } else {
            let each: Vec<String> = paths.iter().map(|path| go_expression(path)).collect();
            lines.push(format!("path_regexp `{}^(?:{})$`", folded(entry), each.join("|")));
        }
    } else {
        let begin = decoded(entry.prefix()?.trim_end_matches('/')).filter(|begin| begin.is_ascii())?;
        let (open, close) = if entry.either_slash { ("(?:/", ")?") } else { ("/", "") };
        lines.push(format!("path_regexp `{}(?s)^{}{open}.*{close}$`", folded(entry), go_expression(&begin)));
        if captures(entry) {
            // `path_regexp` has what it takes decoded, and `redir` escapes nothing: `%5c` would be `\`, which browsers take for a slash.
            // At the beginning of a path, further slashes would make a host of it.
            let slash = if matches!(entry.to.first(), Some(Piece::Text(text)) if text == "/") { "/+" } else { "/" };
            let open = open.replace('/', slash);
            let begin = sent(&begin, entry.fold);
            lines.push(format!("vars_regexp r{number} {{http.request.uri}} `^{begin}{open}([^?]*){close}(?:\\?|$)`"));
        }
    }
    lines.extend(entry.scheme.map(|scheme| format!("protocol {scheme}")));
    Some(lines)
}

fn folded(entry: &Entry) -> &'static str {
    if entry.fold { "(?i)" } else { "" }
}

/// Text as Go's expressions have it, in the quotes of a Caddyfile that have no escapes.
fn go_expression(text: &str) -> String {
    regex_lite::escape(text).replace('`', "\\x60")
}

/// An expression for all spellings of a path in ASCII that a request may have.
fn sent(path: &str, fold: bool) -> String {
    let escape = |c: char| {
        let digit = |digit: u32| match char::from_digit(digit, 16).unwrap_or_default() {
            digit if digit.is_ascii_alphabetic() => format!("[{digit}{}]", digit.to_ascii_uppercase()),
            digit => digit.to_string(),
        };
        format!("%{}{}", digit(u32::from(c) >> 4), digit(u32::from(c) & 15))
    };
    let one = |c: char| {
        let other = if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        let mut ways = Vec::new();
        for c in [Some(c), Some(other).filter(|other| fold && *other != c)].into_iter().flatten() {
            // A slash that is escaped is another character.
            ways.extend((!matches!(c, '%' | '?' | '#')).then(|| go_expression(&c.to_string())));
            ways.extend((c != '/').then(|| escape(c)));
        }
        match ways.as_slice() {
            [only] => only.clone(),
            all => format!("(?:{})", all.join("|")),
        }
    };
    path.chars().map(one).collect()
}
