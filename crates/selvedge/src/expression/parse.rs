//! The syntax of regex-lite 0.1, read into a tree. What it refuses does not come here, so there are no messages: where
//! the text is not what it must be, there is no tree.

use selvedge_plan::layout::look;

use super::class::Class;
use super::tree::{Repeat, Tree};

/// Groups in groups, and operators on one part, at most: more than regex-lite takes, so that a tree never ends the stack.
const MAX_DEPTH: usize = 100;

/// The tree of a regular expression, if regex-lite takes it. Of others there may be one as well, but of bounded depth.
pub(super) fn parse(source: &str) -> Option<Tree> {
    let mut parser = Parser { rest: source, flags: Flags::default(), groups: 0, depth: 0 };
    let tree = parser.alternatives()?;
    parser.rest.is_empty().then_some(tree)
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
    groups: usize,
    /// Groups that are open.
    depth: usize,
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
    fn alternatives(&mut self) -> Option<Tree> {
        let (mut alternatives, mut parts) = (Vec::new(), Vec::new());
        let mut operators = 0;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        loop {
            self.skip_blanks();
            let next = self.peek();
            operators = if matches!(next, Some('?' | '*' | '+' | '{')) { operators + 1 } else { 0 };
            match next {
                None | Some(')') => break,
                Some('(') => {
                    let flags = self.flags;
                    if let Some(group) = self.group()? {
                        parts.push(group);
                        // Flags of a directive, `(?i)`, hold to the end of the group that it is in.
                        self.flags = flags;
                    }
                    if self.bump()? != ')' {
                        return None;
                    }
                }
                Some('|') => {
                    self.bump();
                    alternatives.push(Tree::concat(std::mem::take(&mut parts)));
                }
                Some('[') => parts.push(Tree::Class(self.class()?)),
                Some('?' | '*' | '+' | '{') if operators > MAX_DEPTH => return None,
                Some('?' | '*' | '+' | '{') => {
                    let of = parts.pop()?;
                    parts.push(self.repetition(of)?);
                }
                Some(_) => parts.push(self.primitive()?),
            }
        }
        self.depth -= 1;
        alternatives.push(Tree::concat(parts));
        Some(Tree::alternate(alternatives))
    }

    /// From `(` to before `)`; `Some(None)` is a directive.
    fn group(&mut self) -> Option<Option<Tree>> {
        self.bump_on();
        if self.eat("?P<") || self.eat("?<") {
            self.take_while(|c| c != '>');
            self.bump()?;
        } else if self.eat("?") {
            self.flags = self.read_flags()?;
            if self.peek() == Some(')') {
                return Some(None);
            }
            self.bump()?;
            return self.alternatives().map(Some);
        }
        self.groups += 1;
        let number = self.groups;
        Some(Some(Tree::Group(number, Box::new(self.alternatives()?))))
    }

    fn read_flags(&mut self) -> Option<Flags> {
        let mut flags = self.flags;
        let mut on = true;
        while !matches!(self.peek()?, ':' | ')') {
            match self.bump()? {
                '-' => on = false,
                'i' => flags.fold = on,
                'm' => flags.lines = on,
                's' => flags.dot_takes_all = on,
                'U' => flags.swap_greed = on,
                'R' => flags.crlf = on,
                'x' => flags.verbose = on,
                'u' => {}
                _ => return None,
            }
        }
        Some(flags)
    }

    fn repetition(&mut self, of: Tree) -> Option<Tree> {
        let (min, max) = match self.bump()? {
            '?' => (0, Some(1)),
            '*' => (0, None),
            '+' => (1, None),
            _ => {
                self.skip_blanks();
                let min = self.decimal()?;
                let mut max = Some(min);
                if self.peek()? == ',' {
                    self.bump_on();
                    max = if self.peek()? == '}' { None } else { Some(self.decimal()?) };
                }
                if self.bump_on()? != '}' {
                    return None;
                }
                (min, max)
            }
        };
        if max.is_some_and(|max| max < min) {
            return None;
        }
        let greedy = self.eat("?") == self.flags.swap_greed;
        Some(Tree::repeat(Repeat { min, max, greedy, of: Box::new(of) }))
    }

    fn decimal(&mut self) -> Option<u32> {
        self.take_while(char::is_whitespace);
        let mut digits = String::new();
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            digits.extend(self.bump_on());
        }
        self.take_while(char::is_whitespace);
        self.skip_blanks();
        digits.parse().ok()
    }

    fn primitive(&mut self) -> Option<Tree> {
        Some(match self.bump()? {
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
    fn escape(&mut self) -> Option<Tree> {
        let c = self.peek()?;
        if matches!(c, 'x' | 'u' | 'U') {
            return self.hexadecimal();
        }
        self.bump();
        Some(match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                let class = Class::posix(match c.to_ascii_lowercase() {
                    'd' => "digit",
                    's' => "space",
                    _ => "word",
                })?;
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
            _ => return None,
        })
    }

    /// After `\b`: maybe `{start}` and the like, unless that is a repetition.
    fn word_boundary(&mut self) -> Option<u32> {
        let before = self.rest;
        if !self.rest.starts_with('{') {
            return Some(look::WORD);
        }
        self.bump_on();
        let is_part = |c: char| c.is_ascii_alphabetic() || c == '-';
        if !self.peek().is_some_and(is_part) {
            self.rest = before;
            return Some(look::WORD);
        }
        let mut name = String::new();
        while self.peek().is_some_and(is_part) {
            name.extend(self.bump_on());
        }
        if self.bump()? != '}' {
            return None;
        }
        match name.as_str() {
            "start" => Some(look::WORD_START),
            "end" => Some(look::WORD_END),
            "start-half" => Some(look::WORD_START_HALF),
            "end-half" => Some(look::WORD_END_HALF),
            _ => None,
        }
    }

    /// At `x`, `u` or `U`.
    fn hexadecimal(&mut self) -> Option<Tree> {
        let len = match self.bump_on()? {
            'x' => 2,
            'u' => 4,
            _ => 8,
        };
        let mut digits = String::new();
        if self.peek()? == '{' {
            self.bump_on();
            while self.peek()? != '}' {
                digits.extend(self.bump_on());
            }
            self.bump_on();
        } else {
            for _ in 0..len {
                digits.push(self.bump_on()?);
            }
        }
        let scalar = u32::from_str_radix(&digits, 16).ok()?;
        char::from_u32(scalar).map(|c| self.character(c))
    }

    /// From `[` to after `]`.
    fn class(&mut self) -> Option<Class> {
        let single = |c: char| (u32::from(c), u32::from(c));
        self.bump_on();
        let mut negated = false;
        if self.peek()? == '^' {
            negated = true;
            self.bump_on();
        }
        let mut ranges = Vec::new();
        while self.peek()? == '-' {
            ranges.push(single('-'));
            self.bump_on();
        }
        if ranges.is_empty() && self.peek()? == ']' {
            ranges.push(single(']'));
            self.bump_on();
        }
        loop {
            self.skip_blanks();
            match self.peek()? {
                ']' => break,
                '[' => ranges.extend(self.posix()?.ranges),
                _ => self.class_range(&mut ranges)?,
            }
        }
        self.bump();
        let mut class = Class::new(ranges);
        if self.flags.fold {
            class = class.folded();
        }
        Some(if negated { class.negated() } else { class })
    }

    fn class_range(&mut self, ranges: &mut Vec<(u32, u32)>) -> Option<()> {
        let first = self.class_item()?;
        self.skip_blanks();
        if self.peek()? == '-' {
            let before = self.rest;
            self.bump_on();
            if !matches!(self.peek()?, ']' | '-') {
                let (Tree::Char(first), Tree::Char(last)) = (first, self.class_item()?) else { return None };
                ranges.push((first, last));
                return Some(());
            }
            self.rest = before;
        }
        match first {
            Tree::Char(c) => ranges.push((c, c)),
            Tree::Class(class) => ranges.extend(class.ranges),
            _ => return None,
        }
        Some(())
    }

    fn class_item(&mut self) -> Option<Tree> {
        match self.bump()? {
            '\\' => self.escape(),
            c => Some(Tree::Char(c.into())),
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
