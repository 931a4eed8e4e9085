//! `_redirects` and `_headers`, and `netlify.toml`, as text.

use super::comments::Comment;
use super::json::quoted;
use crate::dialect::written::{Block, Redirect};

/// Comments, each for the rule that it stood at or before.
pub(super) struct Notes<'c> {
    rules: Vec<u32>,
    comments: Vec<Comment<'c>>,
}

impl<'c> Notes<'c> {
    pub(super) fn new(comments: Vec<Comment<'c>>, lines: &[Redirect], blocks: &[Block]) -> Notes<'c> {
        let rules = lines.iter().map(|line| line.line).chain(blocks.iter().map(|block| block.line)).collect();
        Notes { rules, comments }
    }

    /// Those of the rule on this line, once.
    fn of(&mut self, line: u32) -> String {
        let before = self.rules.iter().filter(|rule| **rule < line).max().copied().unwrap_or(0);
        let (own, others) = std::mem::take(&mut self.comments)
            .into_iter()
            .partition::<Vec<_>, _>(|comment| comment.line > before && comment.line <= line);
        self.comments = others;
        // A comment of one form may hold what none of another may.
        let printable = |text: &str| text.replace(|c: char| c.is_control() && c != '\t', " ");
        own.iter().map(|comment| format!("# {}\n", printable(comment.text))).collect()
    }
}

/// The lines of `_redirects`, with comments before the rules that they stood at.
pub(super) fn redirects(lines: &[Redirect], force: bool, notes: &mut Notes<'_>) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(&notes.of(line.line));
        out.push_str(&redirect(line, force));
    }
    out
}

/// A line of `_redirects`.
pub(super) fn redirect(line: &Redirect, force: bool) -> String {
    let mut out = line.from.clone();
    for (name, value) in &line.query {
        out.push_str(&format!(" {name}={value}"));
    }
    out.push_str(&format!(" {} {}{}", line.to, line.status, if force && line.force { "!" } else { "" }));
    for (name, values) in &line.conditions {
        out.push_str(&format!(" {name}={}", values.join(",")));
    }
    out.push('\n');
    out
}

/// The blocks of `_headers`.
pub(super) fn headers(blocks: &[Block], notes: &mut Notes<'_>) -> String {
    let mut out = String::new();
    for block in blocks {
        out.push_str(&notes.of(block.line));
        out.push_str(&self::block(block));
    }
    out
}

/// A block of `_headers`.
pub(super) fn block(block: &Block) -> String {
    let mut out = format!("{}\n", block.path);
    out.extend(block.remove.iter().map(|name| format!("  ! {name}\n")));
    out.extend(block.set.iter().map(|(name, value)| format!("  {name}: {value}\n")));
    out
}

/// The tables of `netlify.toml`. TOML's strings are written as those of JSON.
pub(super) fn toml(lines: &[Redirect], blocks: &[Block], notes: &mut Notes<'_>) -> String {
    let mut tables = Vec::new();
    for line in lines {
        let mut table = notes.of(line.line);
        table.push_str(&format!("[[redirects]]\nfrom = {}\nto = {}\n", quoted(&line.from), quoted(&line.to)));
        table.push_str(&format!("status = {}\n", line.status));
        if line.force {
            table.push_str("force = true\n");
        }
        if !line.query.is_empty() {
            let pairs = line.query.iter().map(|(name, value)| format!("{} = {}", quoted(name), quoted(value)));
            table.push_str(&format!("query = {{ {} }}\n", pairs.collect::<Vec<_>>().join(", ")));
        }
        if !line.conditions.is_empty() {
            let lists = line.conditions.iter().map(|(name, values)| {
                format!("{name} = [{}]", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", "))
            });
            table.push_str(&format!("conditions = {{ {} }}\n", lists.collect::<Vec<_>>().join(", ")));
        }
        if !line.headers.is_empty() {
            let sent = line.headers.iter().map(|(name, value)| format!("{} = {}", quoted(name), quoted(value)));
            table.push_str(&format!("headers = {{ {} }}\n", sent.collect::<Vec<_>>().join(", ")));
        }
        tables.push(table);
    }
    for block in blocks {
        let mut table = notes.of(block.line);
        table.push_str(&format!("[[headers]]\nfor = {}\n[headers.values]\n", quoted(&block.path)));
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in block.set.iter().filter(|(name, _)| !names_again(&mut names, name)) {
            let values = block.set.iter().filter(|(other, _)| other == name).map(|(_, value)| quoted(value));
            let values: Vec<String> = values.collect();
            let value = if let [only] = values.as_slice() { only.clone() } else { format!("[{}]", values.join(", ")) };
            table.push_str(&format!("{} = {value}\n", quoted(name)));
        }
        tables.push(table);
    }
    tables.join("\n")
}

/// Whether a name was there before; a table has each once.
fn names_again<'n>(names: &mut Vec<&'n str>, name: &'n str) -> bool {
    let again = names.contains(&name);
    names.push(name);
    again
}
