//! JSON text as a [`Value`], RFC 8259, with comments as editors know them.
//!
//! (A general parser costs more bytes in WebAssembly than all of this crate's reading of rules; and it would not say
//! where in the text a fault is, or keep a name that is given twice.)

use std::fmt;

use super::Value;

/// Objects and lists in one another at most; rules need ten.
const MAX_DEPTH: usize = 64;

/// Why a text is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidJson {
    message: &'static str,
    line: usize,
    column: usize,
}

impl InvalidJson {
    /// Line and column of the fault, from 1; a column counts characters.
    pub fn position(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    /// What is wrong there.
    pub fn message(&self) -> &'static str {
        self.message
    }
}

impl fmt::Display for InvalidJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for InvalidJson {}

impl Value {
    /// Reads JSON text. `//` and `/* */` comments count as blanks; a byte order mark is skipped.
    ///
    /// # Errors
    ///
    /// [`InvalidJson`] for the first fault.
    pub fn from_json(text: &str) -> Result<Value, InvalidJson> {
        read(text, &mut ())
    }
}

/// Reads JSON text for a listener.
pub(crate) fn read(text: &str, listener: &mut impl Listener) -> Result<Value, InvalidJson> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser { text, at: 0, listener };
    let value = parser.document();
    value.map_err(|message| {
        let before = text.get(..parser.at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        InvalidJson {
            message,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    })
}

/// Hears where in the text each part stands; offsets count bytes, after a byte order mark. What rules at the edge are
/// read with hears nothing, and costs nothing.
pub(crate) trait Listener {
    /// A member's name was read, quotes included; its value follows.
    fn member(&mut self, _name: &str, _start: usize, _end: usize) {}
    /// An item of a list follows.
    fn item(&mut self, _position: usize) {}
    /// A value begins: that of the member or item just announced, or the document.
    fn open(&mut self, _start: usize) {}
    /// The value opened last ended.
    fn close(&mut self, _end: usize) {}
}

impl Listener for () {}

type Fault = &'static str;

struct Parser<'t, 'l, L> {
    text: &'t str,
    at: usize,
    listener: &'l mut L,
}

impl<'t, L: Listener> Parser<'t, '_, L> {
    fn document(&mut self) -> Result<Value, Fault> {
        let value = self.value(0)?;
        self.blanks()?;
        if self.at < self.text.len() { Err("expected nothing more after the value") } else { Ok(value) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) -> Result<(), Fault> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') => {
                    let rest = self.rest();
                    let len = if rest.starts_with("//") {
                        rest.find('\n').unwrap_or(rest.len())
                    } else if rest.starts_with("/*") {
                        rest.find("*/").ok_or("this comment has no end")? + 2
                    } else {
                        return Err("expected a value; a comment begins with // or /*");
                    };
                    self.at += len;
                }
                _ => return Ok(()),
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        self.blanks()?;
        self.listener.open(self.at);
        let value = self.bare_value(depth)?;
        self.listener.close(self.at);
        Ok(value)
    }

    fn bare_value(&mut self, depth: usize) -> Result<Value, Fault> {
        match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => Err("nested too deep, 64 levels at most"),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            None => Err("expected a value, but the text ends here"),
            Some(_) => {
                for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)]
                {
                    if self.rest().starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                Err("expected a value: an object, a list, a string in double quotes, a number, true, false or null")
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut members = Vec::new();
        self.blanks()?;
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.blanks()?;
            if self.peek() != Some(b'"') {
                return Err("expected a name in double quotes");
            }
            let start = self.at;
            let name = self.string()?;
            self.listener.member(&name, start, self.at);
            self.blanks()?;
            if !self.take(b':') {
                return Err("expected \":\" after the name");
            }
            members.push((name, self.value(depth + 1)?));
            self.blanks()?;
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.take(b',') {
                return Err("expected \",\" or \"}\"");
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks()?;
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            self.listener.item(items.len());
            items.push(self.value(depth + 1)?);
            self.blanks()?;
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            if !self.take(b',') {
                return Err("expected \",\" or \"]\"");
            }
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let len = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F)).unwrap_or(rest.len());
            let (plain, _) = rest.split_at(len);
            self.at += len;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    if text.is_empty() {
                        return Ok(plain.to_owned());
                    }
                    text.push_str(plain);
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(plain);
                    text.push(self.escape()?);
                }
                Some(_) => return Err("a string holds no line break or control character; write \\n, \\t or \\u00XX"),
                None => return Err("this string has no end"),
            }
        }
    }

    /// A lone surrogate becomes U+FFFD, as in every runtime that encodes UTF-8.
    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let letter = self.peek().unwrap_or_default();
        let plain = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                let first = self.hex()?;
                if (0xD800..0xDC00).contains(&first) && self.rest().starts_with("\\u") {
                    let before = self.at;
                    self.at += 2;
                    let second = self.hex()?;
                    if (0xDC00..0xE000).contains(&second) {
                        let code = 0x1_0000 + ((first - 0xD800) << 10 | (second - 0xDC00));
                        return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
                    }
                    self.at = before;
                }
                return Ok(char::from_u32(first).unwrap_or('\u{fffd}'));
            }
            _ => return Err("unknown escape; a backslash is written \\\\"),
        };
        self.at += 1;
        Ok(plain)
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or("expected four hex digits after \\u")?;
        self.at += 4;
        Ok(code)
    }

    /// `[ "-" ] int [ frac ] [ exp ]`, to the precision that weights and statuses need.
    fn number(&mut self) -> Result<Value, Fault> {
        let negative = self.take(b'-');
        let zero = self.peek() == Some(b'0');
        let start = self.at;
        let mut number = self.digits(0.0)?;
        if zero && self.at > start + 1 {
            self.at = start;
            return Err("a number does not begin with 0");
        }
        let mut places = 0;
        if self.take(b'.') {
            let start = self.at;
            number = self.digits(number)?;
            places -= (self.at - start) as i32;
        }
        if self.take(b'e') || self.take(b'E') {
            let below = self.take(b'-');
            if !below {
                self.take(b'+');
            }
            let exponent = self.digits(0.0)?.min(400.0) as i32;
            places += if below { -exponent } else { exponent };
        }
        for _ in 0..places.unsigned_abs() {
            number = if places < 0 { number / 10.0 } else { number * 10.0 };
        }
        Ok(Value::Number(if negative { -number } else { number }))
    }

    fn digits(&mut self, mut number: f64) -> Result<f64, Fault> {
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number * 10.0 + f64::from(digit - b'0');
            self.at += 1;
        }
        if self.at == start { Err("expected a digit") } else { Ok(number) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// serde_json is the judge.
    #[test]
    fn reads_what_serde_json_reads() {
        for text in [
            "null",
            " true ",
            "[]",
            "{}",
            "[1, -2, 0, 10, 250, 99]",
            "[0.5, 12.25, 1e2, 5E-1, 2e+3]",
            r#"{"a": {"b": ["c", ""]}, "": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é"}"#,
            "\u{feff}[]",
        ] {
            let expected: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
            assert_eq!(Value::from_json(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_serde_json_refuses() {
        for text in [
            "",
            "[",
            "[1,]",
            "{\"a\" 1}",
            "{a: 1}",
            "{\"a\": 1,}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "\"a",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "tru",
            "[1] 2",
            "'a'",
            "[1 2]",
            "\u{0}",
            "nul",
            "{\"a\": }",
            "/",
            "/* no end",
        ] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
            assert!(Value::from_json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn knows_comments_and_keeps_names_that_are_given_twice() {
        let text = "// rules\n{ /* one */ \"a\": 1, // two\n \"a\": 2 }";
        let number = |value| Value::Number(value);
        assert_eq!(
            Value::from_json(text),
            Ok(Value::Object(vec![("a".to_owned(), number(1.0)), ("a".to_owned(), number(2.0))]))
        );
    }

    #[test]
    fn a_fault_has_a_place() {
        let error = Value::from_json("{\n  \"é\": [1,\n   x]\n}").unwrap_err();
        assert_eq!(error.position(), (3, 4));
        assert_eq!(Value::from_json("{ \"é\" 1 }").unwrap_err().position(), (1, 7));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Value::from_json(&nested(64)).is_ok());
        assert!(Value::from_json(&nested(65)).is_err());
        assert!(Value::from_json(&"[".repeat(1_000_000)).is_err());
    }
}
