//! Directives of a configuration, each with its words and the sections around it.

use crate::dialect::line::Word;
use crate::places::Span;

/// A line, joined with those that continue it.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    pub(super) name: String,
    /// Without quotes.
    pub(super) words: Vec<Owned>,
    pub(super) span: Span,
}

/// A word that owns its text: a backslash at the end of a line is not in it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::dialect) struct Owned {
    pub(in crate::dialect) text: String,
    pub(in crate::dialect) span: Span,
}

impl Owned {
    pub(super) fn word(&self) -> Word<'_> {
        Word { text: &self.text, span: self.span }
    }
}

/// What a line is.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Directive(Directive),
    /// `<Files "*.css">`, its name in lower case.
    Open(Directive),
    Close(Directive),
}

pub(super) fn items(text: &str) -> Vec<Item> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut items = Vec::new();
    let mut lines = text.split('\n').zip(1u32..);
    while let Some((line, number)) = lines.next() {
        let mut whole = line.trim_end_matches('\r').to_owned();
        // A comment has no continuation that anybody would miss.
        while whole.ends_with('\\') && !whole.ends_with("\\\\") {
            whole.pop();
            match lines.next() {
                Some((next, _)) => whole.push_str(next.trim_end_matches('\r')),
                None => break,
            }
        }
        let trimmed = whole.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let length = line.trim().chars().count() as u32;
        let column = 1 + (line.chars().count() - line.trim_start().chars().count()) as u32;
        let span = Span { line: number, column, length: length.max(1) };
        let (inner, kind): (&str, fn(Directive) -> Item) = match (trimmed.strip_prefix("</"), trimmed.strip_prefix('<'))
        {
            (Some(inner), _) => (inner, Item::Close),
            (None, Some(inner)) => (inner, Item::Open),
            _ => (trimmed, Item::Directive),
        };
        let inner = if trimmed.starts_with('<') { inner.trim_end().trim_end_matches('>') } else { inner };
        let skipped = (whole.chars().count() - inner.chars().count()) as u32;
        let skipped = if trimmed.starts_with('<') {
            column + (inner.as_ptr() as usize - trimmed.as_ptr() as usize) as u32
        } else {
            skipped + 1
        };
        let mut words = words(inner, Span { line: number, column: skipped, length: 1 });
        if words.is_empty() {
            continue;
        }
        let name = words.remove(0).text.to_ascii_lowercase();
        items.push(kind(Directive { name, words, span }));
    }
    items
}

/// Words by blanks; quotes keep blanks together, and a backslash keeps the quote that follows it.
fn words(text: &str, at: Span) -> Vec<Owned> {
    let mut words: Vec<Owned> = Vec::new();
    let mut chars = text.chars().zip(at.column..).peekable();
    while let Some((c, column)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let quote = Some(c).filter(|c| matches!(c, '"' | '\''));
        let mut word = if quote.is_some() { String::new() } else { c.to_string() };
        // An escape outside of quotes keeps a blank in the word, and stays for the expression that it is in.
        let mut escaped = c == '\\' && quote.is_none();
        let mut length = 1;
        for (next, _) in chars.by_ref() {
            length += 1;
            match quote {
                Some(quote) if next == quote && !escaped => break,
                Some(quote) if next == quote => {
                    word.pop();
                    word.push(next);
                }
                None if next.is_whitespace() && !escaped => {
                    length -= 1;
                    break;
                }
                _ => word.push(next),
            }
            escaped = next == '\\' && !escaped;
        }
        words.push(Owned { text: word, span: Span { column, length, ..at } });
    }
    words
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn words_and_sections() {
        let items =
            items("# no\n  RewriteRule \"^a b$\" \\\n  /c [L]\n<Files \"*.css\">\r\n</Files>\nX a\\ b 'c \"d'\n");
        let shown: Vec<String> = items
            .iter()
            .map(|item| match item {
                Item::Directive(it) => format!(
                    "{} {:?} {}:{}",
                    it.name,
                    it.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(),
                    it.span.line,
                    it.span.column
                ),
                Item::Open(it) => format!("<{} {}", it.name, it.words[0].text),
                Item::Close(it) => format!("</{}", it.name),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "rewriterule [\"^a b$\", \"/c\", \"[L]\"] 2:3",
                "<files *.css",
                "</files",
                "x [\"a\\\\ b\", \"c \\\"d\"] 6:1"
            ]
        );
        let Item::Directive(first) = &items[0] else { panic!("a directive") };
        assert_eq!(first.words[0].span, Span { line: 2, column: 15, length: 7 });
    }
}
