//! The blocks of a `_headers` file: a path, and below it the headers for it.

use super::foreign::is_own;
use super::line::{Line, Word, is_clean, lines};
use super::sink::Sink;

pub(super) struct Block<'t> {
    pub(super) path: Word<'t>,
    pub(super) lines: Vec<Word<'t>>,
}

/// Splits a file where `is_path` says that a line is one. Lines before the first are an error.
pub(super) fn blocks<'t>(text: &'t str, is_path: impl Fn(&str) -> bool, sink: &mut Sink) -> Vec<Block<'t>> {
    let mut blocks: Vec<Block<'t>> = Vec::new();
    let mut is_told = false;
    for whole in lines(text).map(Line::trimmed) {
        if is_clean(whole, sink).is_none() {
            continue;
        }
        if is_path(whole.text) {
            if whole.text.ends_with(':') {
                sink.warning(
                    "path-colon",
                    whole.span,
                    "the path ends with a colon, which is part of it: this matches no usual path",
                    format!("write {:?}", whole.text.trim_end_matches(':')),
                );
            }
            if let Some((path, rest)) = whole.text.split_once(char::is_whitespace) {
                let help = match rest.contains(':') {
                    true => format!("write {:?} on a line of its own, indented, below {path:?}", rest.trim()),
                    false => "write each path on a line of its own, or %20 for a blank".to_owned(),
                };
                sink.warning(
                    "never-matches",
                    whole.span,
                    "the blank is part of the path: this matches no usual path",
                    help,
                );
            }
            blocks.push(Block { path: whole, lines: Vec::new() });
        } else if let Some(block) = blocks.last_mut() {
            block.lines.push(whole);
        } else if !is_told {
            // What follows is for the same path that is not there.
            is_told = true;
            if is_own(whole, sink).is_some() {
                let (message, help) = match path_without_slash(whole.text) {
                    Some(help) => ("a path begins with a slash", help),
                    None => ("a header before the first path", "write a path above it, such as /*".to_owned()),
                };
                sink.error("header-without-path", whole.span, message, help);
            }
        }
    }
    blocks
}

/// A header of a block.
pub(super) struct Header<'t> {
    pub(super) name: Word<'t>,
    pub(super) values: Vec<Word<'t>>,
}

/// `Name: value`, split at the first colon.
pub(super) fn split_header<'t>(line: Word<'t>) -> Option<(Word<'t>, Word<'t>)> {
    let colon = line.text.find(':')?;
    Some((line.part(0, colon), line.part(colon + 1, line.text.len())))
}

/// What a line without a colon was meant to be: a pattern would begin another block, and what is below it is for other paths.
pub(super) fn name_or_path(line: &str) -> String {
    match path_without_slash(line) {
        Some(help) => format!("a path begins with a slash: {help}"),
        None => "write \"Name: value\"".to_owned(),
    }
}

fn path_without_slash(line: &str) -> Option<String> {
    if line.contains("://") {
        return Some("write the path alone; a host is \"when\": { \"host\": … } in rules of your own".to_owned());
    }
    let is_path = !line.contains([' ', '\t']) && (line.starts_with('*') || line.contains(['/', '.']));
    is_path.then(|| format!("write {:?}", format!("/{line}")))
}

/// Warns of a path that nothing is said of. Where a blank is in it, that is told already.
pub(super) fn report_empty(block: &Block<'_>, sink: &mut Sink) {
    if block.lines.is_empty() && !block.path.text.contains(char::is_whitespace) {
        sink.warning("empty-block", block.path.span, "a path without headers", "add one below it, or remove the path");
    }
}

/// Says that a name is in quotes. `None`: it is.
pub(super) fn is_bare(name: Word<'_>, sink: &mut Sink) -> Option<()> {
    let bare = name.text.trim_matches(['"', '\'']);
    if bare.len() == name.text.len() || bare.is_empty() {
        return Some(());
    }
    sink.error(
        "invalid-line",
        name.span,
        "a header's name has no quotes, and a value is sent with them",
        format!("write \"{bare}: value\""),
    );
    None
}

/// Says that cookies cannot share a line, as both vendors would have them do.
pub(super) fn report_cookies(header: &Header<'_>, sink: &mut Sink) {
    if let [_, second, ..] = header.values.as_slice() {
        sink.warning(
            "joined-set-cookie",
            second.span,
            "the vendor joins the cookies of a block with a comma, which no browser understands; here each has its own line",
            "keep one, or set the others elsewhere",
        );
    }
}
