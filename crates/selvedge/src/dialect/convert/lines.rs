//! `_redirects` and `_headers`, as text.

use super::collect::{Block, Redirect};
use super::comments::Comment;

/// The lines of `_redirects`, with comments before the rules that they stood at.
pub(super) fn redirects(lines: &[Redirect], force: bool, comments: &[Comment<'_>]) -> String {
    let mut out = String::new();
    let mut comments = comments.iter().peekable();
    for line in lines {
        while let Some(comment) = comments.next_if(|comment| comment.line <= line.line) {
            out.push_str(&format!("# {}\n", comment.text));
        }
        out.push_str(&line.from);
        for (name, value) in &line.query {
            out.push_str(&format!(" {name}={value}"));
        }
        out.push_str(&format!(" {} {}{}", line.to, line.status, if force && line.force { "!" } else { "" }));
        for (name, values) in &line.conditions {
            out.push_str(&format!(" {name}={}", values.join(",")));
        }
        out.push('\n');
    }
    out
}

/// The blocks of `_headers`.
pub(super) fn headers(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        out.push_str(&format!("{}\n", block.path));
        out.extend(block.remove.iter().map(|name| format!("  ! {name}\n")));
        out.extend(block.set.iter().map(|(name, value)| format!("  {name}: {value}\n")));
    }
    out
}
