//! Classes in brackets.

use super::{Parser, UNKNOWN_ESCAPE, Wrong};
use crate::expression::class::Class;
use crate::expression::tree::Tree;

const UNCLOSED: Wrong = "a \"[\" without its \"]\"";

impl Parser<'_> {
    /// From `[` to after `]`.
    pub(super) fn class(&mut self) -> Result<Class, Wrong> {
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
            match self.peek().ok_or(UNCLOSED)? {
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
        if self.peek().ok_or(UNCLOSED)? == '-' {
            let before = self.rest;
            self.bump_on();
            if !matches!(self.peek().ok_or(UNCLOSED)?, ']' | '-') {
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
        match self.bump().ok_or(UNCLOSED)? {
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
