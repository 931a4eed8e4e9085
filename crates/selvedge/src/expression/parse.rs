//! The syntax of regex-lite 0.1, read into a tree. What it takes has a tree, and what it refuses has none: tests hold both
//! together.

use selvedge_plan::layout::look;

use super::class::Class;
use super::tree::{Repeat, Tree};

/// Parts in parts, at most, so that a tree never ends the stack.
const MAX_DEPTH: u32 = 50;

/// What is wrong with a text.
type Wrong = &'static str;

const TOO_DEEP: Wrong = "nested deeper than 50 levels";
const ENDS: Wrong = "it ends where more must follow";
const UNCLOSED_CLASS: Wrong = "a \"[\" without its \"]\"";
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

    /// After the backslash.
    fn escape(&mut self) -> Result<Tree, Wrong> {
        let c = self.next()?;
        if matches!(c, 'x' | 'u' | 'U') {
            return self.hexadecimal();
        }
        self.bump();
        Ok(match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                let class = Class::posix(match c.to_ascii_lowercase() {
                    'd' => "digit",
                    's' => "space",
                    _ => "word",
                })
                .ok_or(UNKNOWN_ESCAPE)?;
                Tree::Class(if c.is_ascii_uppercase() { class.negated() } else { class })
            }
            'a' => Tree::Char(0x07),
            'f' => Tree::Char(0x0C),
            't' => Tree::Char(0x09),
            'n' => Tree::Char(0x0A),
            'r' => Tree::Char(0x0D),
            'v' => Tree::Char(0x0B),
            'A' => Tree::Look(look::START),
            'z' => Tree::Look(look::END),
            'B' => Tree::Look(look::NOT_WORD),
            '<' => Tree::Look(look::WORD_START),
            '>' => Tree::Look(look::WORD_END),
            'b' => Tree::Look(self.word_boundary()?),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Tree::Char(c.into()),
            '0'..='9' => return Err("back-references are not possible"),
            'p' | 'P' => return Err("classes of Unicode are not possible"),
            _ => return Err(UNKNOWN_ESCAPE),
        })
    }

    /// After `\b`: maybe `{start}` and the like, unless that is a repetition.
    fn word_boundary(&mut self) -> Result<u32, Wrong> {
        let before = self.rest;
        if !self.rest.starts_with('{') {
            return Ok(look::WORD);
        }
        self.bump_on();
        let is_part = |c: char| c.is_ascii_alphabetic() || c == '-';
        if !is_part(self.next()?) {
            self.rest = before;
            return Ok(look::WORD);
        }
        let mut name = String::new();
        while self.peek().is_some_and(is_part) {
            name.extend(self.bump_on());
        }
        match (self.bump(), name.as_str()) {
            (Some('}'), "start") => Ok(look::WORD_START),
            (Some('}'), "end") => Ok(look::WORD_END),
            (Some('}'), "start-half") => Ok(look::WORD_START_HALF),
            (Some('}'), "end-half") => Ok(look::WORD_END_HALF),
            _ => Err("the boundaries are \\b{start}, \\b{end}, \\b{start-half} and \\b{end-half}"),
        }
    }

    /// At `x`, `u` or `U`.
    fn hexadecimal(&mut self) -> Result<Tree, Wrong> {
        let len = match self.bump_on() {
            Some('x') => 2,
            Some('u') => 4,
            _ => 8,
        };
        let mut digits = String::new();
        if self.next()? == '{' {
            self.bump_on();
            while self.next()? != '}' {
                digits.extend(self.bump_on());
            }
            self.bump_on();
        } else {
            for _ in 0..len {
                digits.push(self.bump_on().ok_or(ENDS)?);
            }
        }
        // A number may have a sign elsewhere.
        let scalar = u32::from_str_radix(&digits, 16).ok().filter(|_| !digits.starts_with('+'));
        scalar.and_then(char::from_u32).map(|c| self.character(c)).ok_or("not the hexadecimal number of a character")
    }

    /// From `[` to after `]`.
    fn class(&mut self) -> Result<Class, Wrong> {
        let single = |c: char| (u32::from(c), u32::from(c));
        self.bump_on();
        let negated = self.peek() == Some('^');
        if negated {
            self.bump_on();
        }
        let mut ranges = Vec::new();
        while self.peek() == Some('-') {
            ranges.push(single('-'));
            self.bump_on();
        }
        if ranges.is_empty() && self.peek() == Some(']') {
            ranges.push(single(']'));
            self.bump_on();
        }
        loop {
            self.skip_blanks();
            match self.peek().ok_or(UNCLOSED_CLASS)? {
                ']' => break,
                '[' => ranges.extend(self.posix().ok_or("a class in a class is written as [[:alpha:]]")?.ranges),
                _ if ["&&", "--", "~~"].iter().any(|operator| self.rest.starts_with(operator)) => {
                    return Err("&&, -- and ~~ are not possible in a class");
                }
                _ => self.class_range(&mut ranges)?,
            }
        }
        self.bump();
        let mut class = Class::new(ranges);
        if self.flags.fold {
            class = class.folded();
        }
        Ok(if negated { class.negated() } else { class })
    }

    fn class_range(&mut self, ranges: &mut Vec<(u32, u32)>) -> Result<(), Wrong> {
        const NOT_A_RANGE: Wrong = "a range leads from a character to one that is not before it";
        let first = self.class_item()?;
        self.skip_blanks();
        if self.peek().ok_or(UNCLOSED_CLASS)? == '-' {
            let before = self.rest;
            self.bump_on();
            if !matches!(self.peek().ok_or(UNCLOSED_CLASS)?, ']' | '-') {
                let (Tree::Char(first), Tree::Char(last)) = (first, self.class_item()?) else {
                    return Err(NOT_A_RANGE);
                };
                ranges.push((first, last));
                return if first > last { Err(NOT_A_RANGE) } else { Ok(()) };
            }
            self.rest = before;
        }
        match first {
            Tree::Char(c) => ranges.push((c, c)),
            Tree::Class(class) => ranges.extend(class.ranges),
            _ => return Err(UNKNOWN_ESCAPE),
        }
        Ok(())
    }

    fn class_item(&mut self) -> Result<Tree, Wrong> {
        match self.bump().ok_or(UNCLOSED_CLASS)? {
            '\\' => self.escape(),
            c => Ok(Tree::Char(c.into())),
        }
    }

    /// `[:name:]` inside a class.
    fn posix(&mut self) -> Option<Class> {
        if !self.eat("[:") {
            return None;
        }
        let negated = self.eat("^");
        let class = Class::posix(self.take_while(|c| c != ':'))?;
        if !self.eat(":]") {
            return None;
        }
        Some(if negated { class.negated() } else { class })
    }
}
