//! The blocks of a `_headers` file: a path, and below it the headers for it.

use super::line::{Line, Word, is_clean, lines};
use super::sink::Sink;

pub(super) struct Block<'t> {
    pub(super) path: Word<'t>,
    pub(super) lines: Vec<Word<'t>>,
}

/// Splits a file where `is_path` says that a line is one. Lines before the first are errors.
pub(super) fn blocks<'t>(text: &'t str, is_path: impl Fn(&str) -> bool, sink: &mut Sink) -> Vec<Block<'t>> {
    let mut blocks: Vec<Block<'t>> = Vec::new();
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
            blocks.push(Block { path: whole, lines: Vec::new() });
        } else if let Some(block) = blocks.last_mut() {
            block.lines.push(whole);
        } else {
            sink.error(
                "header-without-path",
                whole.span,
                "a header before the first path",
                "write a path above it, such as /*",
            );
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
    let is_path = !line.contains([' ', '\t']) && (line.starts_with('*') || line.contains(['/', '.']));
    match is_path {
        true => format!("a path begins with a slash: write {:?}", format!("/{line}")),
        false => "write \"Name: value\"".to_owned(),
    }
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
