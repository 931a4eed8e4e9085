//! What stands after a backslash.

use selvedge_plan::layout::look;

use super::{ENDS, Parser, UNKNOWN_ESCAPE, Wrong};
use crate::expression::class::Class;
use crate::expression::tree::Tree;

impl Parser<'_> {
    /// After the backslash.
    pub(super) fn escape(&mut self) -> Result<Tree, Wrong> {
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
}
