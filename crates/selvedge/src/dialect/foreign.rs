//! What people bring into a rule file from elsewhere: lines of other files and tools, expressions, quotes and commas.

use super::line::Word;
use super::sink::Sink;

/// Says that a line is of another file or tool. `None`: it is.
pub(super) fn is_own(line: Word<'_>, sink: &mut Sink) -> Option<()> {
    let Some((message, help)) = foreign_line(line.text) else { return Some(()) };
    sink.error("invalid-line", line.span, message, help);
    None
}

const APACHE: [&str; 14] = [
    "AddType",
    "DirectoryIndex",
    "ErrorDocument",
    "ExpiresActive",
    "ExpiresByType",
    "Header",
    "Options",
    "Redirect",
    "RedirectMatch",
    "RedirectPermanent",
    "RewriteBase",
    "RewriteCond",
    "RewriteEngine",
    "RewriteRule",
];

/// What the line is, and what to do with it.
fn foreign_line(line: &str) -> Option<(&'static str, &'static str)> {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next()?, words.next());
    let is_comment = first.starts_with("<!--") || first == "-->";
    // To Netlify "//" is a path: a target follows, or what the query must have.
    let is_text = |word: &str| !word.starts_with(['/', 'h']) && !word.contains('=');
    if is_comment || first == "//" && second.is_some_and(is_text) {
        return Some(("comments begin with # here", "write # in front of it"));
    }
    if APACHE.contains(&first) && second.is_some()
        || ["<If", "</If", "<Files", "</Files"].iter().any(|it| line.starts_with(it))
    {
        return Some((
            "this is a line of Apache's",
            "put it into a file called .htaccess, which selvedge reads as Apache does",
        ));
    }
    let is_path = first.starts_with(['/', '*']) || first.contains("://");
    if is_path {
        return None;
    }
    if line.ends_with(';') || line.ends_with('{') && second.is_some() {
        return Some((
            "this is a line of nginx's",
            "put it into a file called nginx.conf, which selvedge reads as nginx does",
        ));
    }
    if first.starts_with('<') {
        return Some(("this is HTML", "take it out; a page may have been saved in place of the rules"));
    }
    let is_table = first.starts_with("[[") || first.starts_with('[') && line.ends_with(']');
    if is_table || second == Some("=") {
        return Some(("this is TOML", "give the file its name: netlify.toml"));
    }
    let is_json =
        first.starts_with("{\"") || first.starts_with("[{") || first.trim_matches(['{', '}', '[', ']', ',']).is_empty();
    let is_json = is_json || first.starts_with('"') && first.ends_with("\":");
    is_json.then_some(("this is JSON", "give the file its name: rules.json for rules, vercel.json for Vercel's"))
}

/// Pieces of expressions that no path has by accident.
const EXPRESSIONS: [&str; 11] = ["(.*)", "(.+)", "(?", "(\\", "([", "[^", "[0-9", "[a-z", "[A-Z", "\\d", "\\w"];

/// Warns of an expression in a path: it is literal text, which matches no usual path.
pub(super) fn expression_in_path(path: Word<'_>, vendor: &str, sink: &mut Sink) {
    if let Some(piece) = EXPRESSIONS.into_iter().find(|piece| path.text.contains(piece)) {
        let message = format!("{vendor} knows no expressions: {piece:?} is literal text here");
        sink.warning("foreign-syntax", path.span, message, "write \":name\" for a segment, \"*\" for all that follows");
    }
}

/// Warns of what an expression would have captured.
pub(super) fn group_in_target(to: Word<'_>, vendor: &str, sink: &mut Sink) {
    let digit = |at: usize| to.text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit);
    if let Some((at, sign)) = to.text.match_indices(['$', '\\']).find(|(at, _)| digit(*at)) {
        let piece = to.text.get(at..at + 2).unwrap_or(sign);
        let message = format!("{vendor} knows no expressions: {piece:?} is literal text here");
        sink.warning(
            "foreign-syntax",
            to.span,
            message,
            "write \":splat\" for what \"*\" matched, \":name\" for a segment",
        );
    }
}

/// Says that words are in a row with commas, as in a table. `None`: they are.
pub(super) fn has_no_commas(from: Word<'_>, sink: &mut Sink) -> Option<()> {
    let Some(bare) = from.text.strip_suffix(',') else { return Some(()) };
    sink.error("invalid-line", from.span, "words have blanks between them, no commas", format!("write {bare:?}"));
    None
}

/// A status in quotes, without these.
pub(super) fn quoted_status(word: &str) -> Option<&str> {
    let bare = word.trim_matches(['"', '\'']);
    (bare.len() < word.len() && bare.bytes().all(|byte| byte.is_ascii_digit())).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_others_are_told_by_their_words() {
        for (line, said) in [
            ("<!-- old pages -->", "comments begin with #"),
            ("// old pages", "comments begin with #"),
            ("<!DOCTYPE html>", "HTML"),
            ("<IfModule mod_rewrite.c>", "Apache"),
            ("RewriteRule ^a$ /b [R=301]", "Apache"),
            ("Redirect 301 /a /b", "Apache"),
            ("rewrite ^/a$ /b permanent;", "nginx"),
            ("location / {", "nginx"),
            ("[[redirects]]", "TOML"),
            ("[headers.values]", "TOML"),
            ("from = \"/a\"", "TOML"),
            ("{", "JSON"),
            ("\"redirects\": [", "JSON"),
        ] {
            let told = foreign_line(line).map(|(message, _)| message);
            assert!(told.is_some_and(|message| message.contains(said)), "{line}: {told:?}");
        }
        for line in [
            "/a /b",
            "// /b 301",
            "// q=:x /b/:x 301",
            "Redirect",
            "redirect /b",
            "/a;b /c",
            "https://a.example/* /b",
            "*.js",
            "/a id=1 /b",
        ] {
            assert_eq!(foreign_line(line), None, "{line}");
        }
    }
}
