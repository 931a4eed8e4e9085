//! The syntax of regex-lite 0.1, read into a tree. What it takes has a tree, and what it refuses has none: tests hold both
//! together.

mod class;
mod escape;

use selvedge_plan::layout::look;

use super::class::Class;
use super::tree::{Repeat, Tree};

/// Parts in parts, at most, so that a tree never ends the stack.
const MAX_DEPTH: u32 = 50;

/// What is wrong with a text.
type Wrong = &'static str;

const TOO_DEEP: Wrong = "nested deeper than 50 levels";
const ENDS: Wrong = "it ends where more must follow";
const UNKNOWN_ESCAPE: Wrong = "an escape that is not known here";

/// A regular expression as it was read.
pub(super) struct Parsed<'s> {
    pub(super) tree: Tree,
    /// The names of the groups that capture, in their order.
    pub(super) names: Vec<Option<&'s str>>,
}

pub(super) fn parse(source: &str) -> Result<Parsed<'_>, Wrong> {
    let mut parser = Parser { rest: source, flags: Flags::default(), names: Vec::new(), depth: 0 };
    let tree = parser.alternatives()?;
    if !parser.rest.is_empty() {
        return Err("a \")\" without its \"(\"");
    }
    // Operators on operators nest without groups.
    if tree.is_deeper_than(MAX_DEPTH) { Err(TOO_DEEP) } else { Ok(Parsed { tree, names: parser.names }) }
}

#[derive(Clone, Copy, Default)]
struct Flags {
    /// `i`
    fold: bool,
    /// `m`
    lines: bool,
    /// `s`
    dot_takes_all: bool,
    /// `U`
    swap_greed: bool,
    /// `R`
    crlf: bool,
    /// `x`
    verbose: bool,
}

struct Parser<'s> {
    rest: &'s str,
    flags: Flags,
    names: Vec<Option<&'s str>>,
    /// Groups that are open.
    depth: u32,
}

impl<'s> Parser<'s> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
        Some(next)
    }

    /// As [`Parser::bump`], and over what the flag `x` allows after it.
    fn bump_on(&mut self) -> Option<char> {
        let next = self.bump();
        self.skip_blanks();
        next
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// What comes next, where something must.
    fn next(&self) -> Result<char, Wrong> {
        self.peek().ok_or(ENDS)
    }

    /// Blanks and comments, where the flag `x` is on.
    fn skip_blanks(&mut self) {
        while self.flags.verbose {
            self.rest = self.rest.trim_start();
            let Some(comment) = self.rest.strip_prefix('#') else { return };
            self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }

    fn take_while(&mut self, mut wanted: impl FnMut(char) -> bool) -> &'s str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Up to the end, or the parenthesis that closes a group.
    fn alternatives(&mut self) -> Result<Tree, Wrong> {
        let (mut alternatives, mut parts) = (Vec::new(), Vec::new());
        if self.depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        self.depth += 1;
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some(')') => break,
                Some('(') => {
                    let flags = self.flags;
                    if let Some(group) = self.group()? {
                        parts.push(group);
                        // Flags of a directive, `(?i)`, hold to the end of the group that it is in.
                        self.flags = flags;
                    }
                    if !self.eat(")") {
                        return Err("a \"(\" without its \")\"");
                    }
                }
                Some('|') => {
                    self.bump();
                    alternatives.push(Tree::concat(std::mem::take(&mut parts)));
                }
                Some('[') => parts.push(Tree::Class(self.class()?)),
                Some('?' | '*' | '+' | '{') => {
                    let of = parts.pop().ok_or("?, *, + or { without something to repeat")?;
                    let repeated = self.repetition(of)?;
                    if repeated.is_deeper_than(MAX_DEPTH) {
                        return Err(TOO_DEEP);
                    }
                    parts.push(repeated);
                }
                Some(_) => parts.push(self.primitive()?),
            }
        }
        self.depth -= 1;
        alternatives.push(Tree::concat(parts));
        Ok(Tree::alternate(alternatives))
    }

    /// From `(` to before `)`; `Ok(None)` is a directive.
    fn group(&mut self) -> Result<Option<Tree>, Wrong> {
        self.bump_on();
        if ["?=", "?!", "?<=", "?<!"].iter().any(|look| self.rest.starts_with(look)) {
            return Err("look-around is not possible");
        }
        let name = if self.eat("?P<") || self.eat("?<") {
            Some(self.name()?)
        } else if self.eat("?") {
            self.flags = self.read_flags()?;
            if self.peek() == Some(')') {
                return Ok(None);
            }
            self.bump();
            return self.alternatives().map(Some);
        } else {
            None
        };
        self.names.push(name);
        let number = self.names.len();
        Ok(Some(Tree::Group(number, Box::new(self.alternatives()?))))
    }

    /// Up to after `>`.
    fn name(&mut self) -> Result<&'s str, Wrong> {
        let name = self.take_while(|c| c != '>');
        let first = name.chars().next();
        if !first.is_some_and(|c| c == '_' || c.is_alphabetic())
            || !name.chars().all(|c| matches!(c, '_' | '.' | '[' | ']') || c.is_alphanumeric())
            || !self.eat(">")
        {
            return Err("a group's name has letters, digits, and _.[], begins with a letter or _, and ends with >");
        }
        if self.names.contains(&Some(name)) {
            return Err("duplicate group name");
        }
        Ok(name)
    }

    /// Up to before `:` or `)`.
    fn read_flags(&mut self) -> Result<Flags, Wrong> {
        let given = self.take_while(|c| !matches!(c, ':' | ')'));
        let is_twice = |flag: char| given.matches(flag).count() > 1;
        if given.ends_with('-') || given.chars().any(is_twice) || given.is_empty() && self.next()? == ')' {
            return Err("flags are given once each, as in (?i), (?i-s) or (?i-s:...)");
        }
        let mut flags = self.flags;
        let mut on = true;
        for flag in given.chars() {
            match flag {
                '-' => on = false,
                'i' => flags.fold = on,
                'm' => flags.lines = on,
                's' => flags.dot_takes_all = on,
                'U' => flags.swap_greed = on,
                'R' => flags.crlf = on,
                'x' => flags.verbose = on,
                // There are no Unicode classes to turn off.
                'u' => {}
                _ => return Err("the flags are i, m, s, U, R, x and u"),
            }
        }
        self.next()?;
        Ok(flags)
    }

    fn repetition(&mut self, of: Tree) -> Result<Tree, Wrong> {
        let (min, max) = match self.bump() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            _ => {
                self.skip_blanks();
                let min = self.decimal()?;
                let mut max = Some(min);
                if self.next()? == ',' {
                    self.bump_on();
                    max = if self.next()? == '}' { None } else { Some(self.decimal()?) };
                }
                if self.bump_on() != Some('}') {
                    return Err("a repetition is written {n}, {n,} or {n,m}");
                }
                (min, max)
            }
        };
        if max.is_some_and(|max| max < min) {
            return Err("a repetition with more at least than at most");
        }
        let greedy = self.eat("?") == self.flags.swap_greed;
        Ok(Tree::repeat(Repeat { min, max, greedy, of: Box::new(of) }))
    }

    fn decimal(&mut self) -> Result<u32, Wrong> {
        self.take_while(char::is_whitespace);
        let mut digits = String::new();
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            digits.extend(self.bump_on());
        }
        self.take_while(char::is_whitespace);
        self.skip_blanks();
        digits.parse().map_err(|_| "a repetition needs a number")
    }

    fn primitive(&mut self) -> Result<Tree, Wrong> {
        Ok(match self.bump().ok_or(ENDS)? {
            '\\' => return self.escape(),
            '.' => Tree::Class(Class::dot(self.flags.dot_takes_all, self.flags.crlf)),
            '^' => Tree::Look(match (self.flags.lines, self.flags.crlf) {
                (false, _) => look::START,
                (true, false) => look::START_LINE,
                (true, true) => look::START_CRLF,
            }),
            '$' => Tree::Look(match (self.flags.lines, self.flags.crlf) {
                (false, _) => look::END,
                (true, false) => look::END_LINE,
                (true, true) => look::END_CRLF,
            }),
            c => self.character(c),
        })
    }

    fn character(&self, c: char) -> Tree {
        if self.flags.fold && c.is_ascii_alphabetic() {
            return Tree::Class(Class::new(vec![(c.into(), c.into())]).folded());
        }
        Tree::Char(c.into())
    }
}
