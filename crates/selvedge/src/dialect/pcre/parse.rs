//! The text of an expression as a tree.

use super::{Node, Set, ahead};

/// How deep groups may nest.
const MAX_DEPTH: u32 = 50;

/// How long an expression may be.
const MAX_LENGTH: usize = 8192;

type Read = (Node, usize, Vec<(String, usize)>, bool);

pub(super) fn parse(text: &str, folds: bool) -> Result<Read, String> {
    if text.len() > MAX_LENGTH {
        return Err(format!("the expression is longer than {MAX_LENGTH} bytes"));
    }
    let (text, fold) = match text.strip_prefix("(?i)") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let text = &ahead::without(text, fold || folds);
    let mut parser = Parser { rest: text.as_bytes(), groups: 0, names: Vec::new(), depth: 0 };
    let node = parser.either()?;
    match parser.rest {
        [] => Ok((node, parser.groups, parser.names, fold)),
        _ => Err("\")\" closes no group".to_owned()),
    }
}

struct Parser<'t> {
    rest: &'t [u8],
    groups: usize,
    names: Vec<(String, usize)>,
    depth: u32,
}

impl Parser<'_> {
    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(prefix.as_bytes()) else { return false };
        self.rest = rest;
        true
    }

    fn either(&mut self) -> Result<Node, String> {
        let mut ways = vec![self.each()?];
        while self.skip("|") {
            ways.push(self.each()?);
        }
        Ok(if ways.len() == 1 { ways.remove(0) } else { Node::Either(ways) })
    }

    fn each(&mut self) -> Result<Node, String> {
        let mut nodes = Vec::new();
        while let Some(byte) = self.rest.first().filter(|byte| !b"|)".contains(byte)) {
            self.rest = self.rest.get(1..).unwrap_or_default();
            let node = match byte {
                b'^' => Node::Start,
                b'$' => Node::End,
                b'.' => Node::One(Set::ALL),
                b'[' => Node::One(self.class()?),
                b'(' => self.group()?,
                b'\\' => self.escape()?,
                b'*' | b'+' | b'?' => return Err(format!("nothing stands before \"{}\"", char::from(*byte))),
                byte => Node::One(Set::of([*byte])),
            };
            nodes.push(self.repeat(node)?);
        }
        Ok(Node::Each(nodes))
    }

    fn repeat(&mut self, node: Node) -> Result<Node, String> {
        let (min, max) = match self.rest.first() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => match self.bounds() {
                Some(bounds) => bounds,
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        if matches!(node, Node::Start | Node::End) {
            return Err("an anchor that is repeated".to_owned());
        }
        self.take();
        let lazy = self.skip("?");
        if self.skip("+") {
            return Err("possessive repetition, as \"a++\"".to_owned());
        }
        let again = self.rest.first() == Some(&b'{') && self.bounds().is_some();
        if again || matches!(self.rest.first(), Some(b'*' | b'?')) {
            return Err("a repetition of a repetition".to_owned());
        }
        if max.is_some_and(|max| max < min) {
            return Err("a repetition whose bounds are the wrong way round".to_owned());
        }
        Ok(Node::Repeat { node: Box::new(node), min, max, lazy })
    }

    /// `{2,5}` up to its brace; anything else in braces is text.
    fn bounds(&mut self) -> Option<(u32, Option<u32>)> {
        let end = self.rest.iter().position(|byte| *byte == b'}')?;
        let inside = std::str::from_utf8(self.rest.get(1..end)?).ok()?;
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= 1000);
        let bounds = match inside.split_once(',') {
            None => number(inside).map(|count| (count, Some(count))),
            Some((min, "")) => number(min).map(|min| (min, None)),
            Some((min, max)) => number(min).zip(number(max)).map(|(min, max)| (min, Some(max))),
        }?;
        self.rest = self.rest.get(end..)?;
        Some(bounds)
    }

    fn group(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("groups nest too deep".to_owned());
        }
        let number = if self.skip("?:") {
            None
        } else if ["?=", "?!", "?<=", "?<!"].iter().any(|look| self.skip(look)) {
            return Err("look-around, as \"(?!…)\"".to_owned());
        } else if self.skip("?<") || self.skip("?P<") || self.skip("?'") {
            let end =
                self.rest.iter().position(|byte| b">'".contains(byte)).ok_or("a name of a group is not closed")?;
            let name = String::from_utf8_lossy(self.rest.get(..end).unwrap_or_default()).into_owned();
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            self.groups += 1;
            self.names.push((name, self.groups));
            Some(self.groups)
        } else if self.skip("?>") {
            return Err("an atomic group, as \"(?>…)\"".to_owned());
        } else if self.rest.first() == Some(&b'?') || self.rest.first() == Some(&b'*') {
            return Err("an option or a verb inside an expression, as \"(?i)\"".to_owned());
        } else {
            self.groups += 1;
            Some(self.groups)
        };
        let node = self.either()?;
        self.depth -= 1;
        if !self.skip(")") {
            return Err("a \"(\" is not closed".to_owned());
        }
        Ok(Node::Group(Box::new(node), number))
    }

    fn escape(&mut self) -> Result<Node, String> {
        let byte = self.take().ok_or("\"\\\" at the end escapes nothing")?;
        Ok(match byte {
            b'A' => Node::Start,
            b'z' | b'Z' => Node::End,
            b'1'..=b'9' | b'g' | b'k' => return Err("a back-reference, as \"\\1\"".to_owned()),
            byte => Node::One(self.escaped(byte)?),
        })
    }

    /// What stands after a backslash, alone or in a class.
    fn escaped(&mut self, byte: u8) -> Result<Set, String> {
        let negated = |set: Set, letter: u8| if letter.is_ascii_uppercase() { set.not() } else { set };
        Ok(match byte {
            b'd' | b'D' => negated(Set::of(b'0'..=b'9'), byte),
            b'w' | b'W' => negated(Set::of((0..=255u8).filter(|it| it.is_ascii_alphanumeric() || *it == b'_')), byte),
            b's' | b'S' => negated(Set::of(*b" \t\n\x0b\x0c\r"), byte),
            b'h' => Set::of(*b" \t"),
            b'n' => Set::of([b'\n']),
            b'r' => Set::of([b'\r']),
            b't' => Set::of([b'\t']),
            b'x' => {
                let digits = self.rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                let code = digits
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                    .ok_or("\"\\x\" without two digits")?;
                self.rest = self.rest.get(2..).unwrap_or_default();
                Set::of([code])
            }
            byte if byte.is_ascii_alphanumeric() => return Err(format!("\"\\{}\"", char::from(byte))),
            byte => Set::of([byte]),
        })
    }

    fn class(&mut self) -> Result<Set, String> {
        let negated = self.skip("^");
        let mut set = Set::default();
        let mut first = true;
        loop {
            if self.skip("[:") {
                set = set.or(self.posix()?);
                first = false;
                continue;
            }
            let byte = self.take().ok_or("a \"[\" is not closed")?;
            let low = match byte {
                b']' if !first => break,
                b'\\' => {
                    let byte = self.take().ok_or("a \"[\" is not closed")?;
                    if byte == b'b' { Set::of([8]) } else { self.escaped(byte)? }
                }
                byte if !byte.is_ascii() => return Err("a class of characters beyond ASCII".to_owned()),
                byte => Set::of([byte]),
            };
            first = false;
            let is_range = self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(|next| *next != b']');
            match low.only().filter(|_| is_range) {
                None => set = set.or(low),
                Some(low) => {
                    self.take();
                    let high = match self.take() {
                        Some(b'\\') => self
                            .take()
                            .map_or(Err("a \"[\" is not closed".to_owned()), |byte| self.escaped(byte))?
                            .only(),
                        other => other,
                    };
                    match high {
                        Some(high) if high >= low && high.is_ascii() => set = set.or(Set::of(low..=high)),
                        _ => return Err("a range of a class that has no end after its beginning".to_owned()),
                    }
                }
            }
        }
        Ok(if negated { set.not() } else { set })
    }

    fn posix(&mut self) -> Result<Set, String> {
        let end = self.rest.windows(2).position(|pair| pair == b":]").ok_or("\"[:\" is not closed")?;
        let name = self.rest.get(..end).unwrap_or_default();
        let holds: fn(&u8) -> bool = match name {
            b"alpha" => u8::is_ascii_alphabetic,
            b"digit" => u8::is_ascii_digit,
            b"alnum" => u8::is_ascii_alphanumeric,
            b"upper" => u8::is_ascii_uppercase,
            b"lower" => u8::is_ascii_lowercase,
            b"xdigit" => u8::is_ascii_hexdigit,
            b"punct" => u8::is_ascii_punctuation,
            _ => return Err(format!("\"[:{}:]\"", String::from_utf8_lossy(name))),
        };
        self.rest = self.rest.get(end + 2..).unwrap_or_default();
        Ok(Set::of((0..=255).filter(holds)))
    }
}
