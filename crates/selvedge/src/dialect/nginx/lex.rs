//! The directives of an nginx configuration, as blocks in blocks.

use crate::dialect::apache::Owned;
use crate::places::Span;

/// How deep blocks may nest.
const MAX_DEPTH: usize = 20;

/// A directive, perhaps with a block.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    pub(super) name: String,
    pub(super) words: Vec<Owned>,
    pub(super) span: Span,
    pub(super) block: Option<Vec<Directive>>,
}

enum Token {
    Word(Owned),
    Semicolon,
    Open,
    Close,
}

/// Reads a configuration. The error says where it cannot be one.
pub(super) fn directives(text: &str) -> Result<Vec<Directive>, (Span, &'static str)> {
    let tokens = tokens(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut open: Vec<(Option<Directive>, Vec<Directive>)> = vec![(None, Vec::new())];
    let mut words: Vec<Owned> = Vec::new();
    for (token, at) in tokens {
        match token {
            Token::Word(word) => words.push(word),
            Token::Close => {
                if !words.is_empty() {
                    return Err((at, "a directive ends without \";\""));
                }
                let (Some((Some(directive), block)), Some((_, outer))) = (open.pop(), open.last_mut()) else {
                    return Err((at, "a \"}\" that closes nothing"));
                };
                outer.push(Directive { block: Some(block), ..directive });
            }
            end => {
                let mut all = std::mem::take(&mut words).into_iter();
                let Some(name) = all.next() else { continue };
                let directive = Directive { name: name.text, words: all.collect(), span: name.span, block: None };
                match end {
                    Token::Open if open.len() > MAX_DEPTH => return Err((at, "blocks nest too deep")),
                    Token::Open => open.push((Some(directive), Vec::new())),
                    _ => open.last_mut().map_or((), |(_, block)| block.push(directive)),
                }
            }
        }
    }
    match (open.pop(), open.is_empty() && words.is_empty()) {
        (Some((None, directives)), true) => Ok(directives),
        _ => Err((Span { line: 1, column: 1, length: 1 }, "a block or a directive is not closed")),
    }
}

fn tokens(text: &str) -> Vec<(Token, Span)> {
    let mut tokens = Vec::new();
    let (mut line, mut column) = (1, 0);
    let mut chars = text.chars().peekable();
    let mut next = move || {
        let c = chars.next()?;
        column += 1;
        let at = Span { line, column, length: 1 };
        if c == '\n' {
            (line, column) = (line + 1, 0);
        }
        Some((c, at, chars.peek().copied()))
    };
    while let Some((c, at, after)) = next() {
        match c {
            ';' => tokens.push((Token::Semicolon, at)),
            '{' => {
                tokens.push((Token::Open, at));
                if is_program(&tokens) {
                    skip(&mut next);
                    tokens.push((Token::Close, at));
                }
            }
            '}' => tokens.push((Token::Close, at)),
            '#' => while next().is_some_and(|(c, _, _)| c != '\n') {},
            c if c.is_whitespace() => {}
            c => {
                let quote = Some(c).filter(|c| matches!(c, '"' | '\''));
                let mut word = if quote.is_some() { String::new() } else { c.to_string() };
                let (mut escaped, mut length, mut peek) = (c == '\\', 1, after);
                let mut variable = c == '$' && after == Some('{');
                loop {
                    // What ends a word that is not quoted is not in it.
                    let ends = peek.is_none_or(|c| {
                        c.is_whitespace() || c == ';' || (c == '{' && !variable) || (c == '}' && !word.contains("${"))
                    });
                    if quote.is_none() && ends && !escaped {
                        break;
                    }
                    let Some((c, _, after)) = next() else { break };
                    (peek, length) = (after, length + 1);
                    match quote {
                        Some(quote) if c == quote && !escaped => break,
                        Some(quote) if c == quote => {
                            word.pop();
                            word.push(c);
                        }
                        _ => word.push(c),
                    }
                    variable = c == '$' && after == Some('{');
                    escaped = c == '\\' && !escaped;
                }
                tokens.push((Token::Word(Owned { text: word, span: Span { length, ..at } }), at));
            }
        }
    }
    tokens
}

/// Whether the block that was opened is a program: `access_by_lua_block {`.
fn is_program(tokens: &[(Token, Span)]) -> bool {
    match tokens {
        [.., (Token::Word(name), _), (Token::Open, _)] => name.text.ends_with("_by_lua_block"),
        _ => false,
    }
}

/// Reads to the brace that closes a program in Lua, whose strings and comments may have braces.
fn skip(next: &mut impl FnMut() -> Option<(char, Span, Option<char>)>) {
    let mut depth = 1;
    while let Some((c, _, after)) = next() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return,
            '}' => depth -= 1,
            '-' if after == Some('-') => while next().is_some_and(|(c, _, _)| c != '\n') {},
            '"' | '\'' => {
                let mut is_escaped = false;
                while let Some((inside, _, _)) = next() {
                    if inside == c && !is_escaped {
                        break;
                    }
                    is_escaped = inside == '\\' && !is_escaped;
                }
            }
            _ => {}
        }
    }
}
