//! Rules as JSON that a person likes to read: a rule on a line where it fits, comments before the rules they stood at.

use super::comments::Comment;
use crate::dialect::Parsed;
use crate::rules::Value;

/// Longer rules get a line for each member.
const WIDTH: usize = 120;
const STEP: usize = 2;

const SCHEMA: &str = "./node_modules/selvedge/schema.json";

pub(super) fn write(parsed: &Parsed, comments: &[Comment<'_>]) -> String {
    document(parsed, SCHEMA, comments)
}

/// An object with the address of its schema in front.
pub(super) fn document(parsed: &Parsed, schema: &str, comments: &[Comment<'_>]) -> String {
    let mut writer = Writer { parsed, comments, out: format!("{{\n  \"$schema\": {}", quoted(schema)) };
    let members = match &parsed.rules {
        Value::Object(members) => members.as_slice(),
        _ => &[],
    };
    for (name, value) in members {
        writer.out.push_str(",\n");
        writer.member(name, value);
    }
    // What stands after the last rule.
    writer.out.push('\n');
    writer.comments_before(u32::MAX, STEP);
    writer.out.push_str("}\n");
    writer.out
}

struct Writer<'p> {
    parsed: &'p Parsed,
    /// Those that are not written yet.
    comments: &'p [Comment<'p>],
    out: String,
}

impl Writer<'_> {
    fn member(&mut self, name: &str, value: &Value) {
        let Some(rules) = rules_of(value) else {
            self.indent(STEP);
            self.out.push_str(&format!("{}: ", quoted(name)));
            return self.value(value, STEP, STEP + quoted(name).len() + 2);
        };
        self.indent(STEP);
        self.out.push_str(&format!("{}: [\n", quoted(name)));
        for (position, rule) in rules.iter().enumerate() {
            if let Some(span) = self.parsed.places.span(&format!("{name}[{position}]")) {
                self.comments_before(span.line, STEP * 2);
            }
            self.indent(STEP * 2);
            self.value(rule, STEP * 2, STEP * 2);
            self.out.push_str(if position + 1 < rules.len() { ",\n" } else { "\n" });
        }
        self.indent(STEP);
        self.out.push(']');
    }

    /// Comments up to this line. A file whose rules become lists of several kinds is passed through several times: what
    /// stands before a rule of the first kind comes with that.
    fn comments_before(&mut self, line: u32, indent: usize) {
        let count = self.comments.iter().take_while(|comment| comment.line <= line).count();
        let (now, later) = self.comments.split_at(count);
        self.comments = later;
        for comment in now {
            self.indent(indent);
            self.out.push_str(if comment.text.is_empty() { "//" } else { "// " });
            self.out.push_str(comment.text);
            self.out.push('\n');
        }
    }

    /// On one line if it fits after `column`.
    fn value(&mut self, value: &Value, indent: usize, column: usize) {
        let line = inline(value);
        let (open, close, items) = match value {
            _ if column + line.chars().count() < WIDTH => return self.out.push_str(&line),
            Value::Object(members) => {
                let items = members.iter().map(|(name, value)| (Some(name.as_str()), value)).collect::<Vec<_>>();
                ('{', '}', items)
            }
            Value::Array(items) => ('[', ']', items.iter().map(|item| (None, item)).collect()),
            _ => return self.out.push_str(&line),
        };
        self.out.push(open);
        for (position, (name, value)) in items.iter().enumerate() {
            self.out.push_str(if position == 0 { "\n" } else { ",\n" });
            self.indent(indent + STEP);
            let name = name.map(|name| quoted(name) + ": ").unwrap_or_default();
            self.out.push_str(&name);
            self.value(value, indent + STEP, indent + STEP + name.len());
        }
        self.out.push('\n');
        self.indent(indent);
        self.out.push(close);
    }

    fn indent(&mut self, spaces: usize) {
        self.out.extend(std::iter::repeat_n(' ', spaces));
    }
}

/// A list that is worth a line for each item.
fn rules_of(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(rules) if rules.iter().any(|rule| matches!(rule, Value::Object(_))) => Some(rules),
        _ => None,
    }
}

/// On one line, with blanks that help to read it.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        // Whole numbers print without a point.
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", quoted(name), inline(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A JSON string; RFC 8259 §7.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0'..='\x1f' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Form;
    use crate::places::{Places, Span};

    #[test]
    fn rules_have_a_line_each_and_their_comments() {
        let rules = r#"{"html":{"index":"index.html"},"redirects":[{"from":"/a","to":"/\"\\\u0001b","status":301},{"from":"/c","to":"/d"}],"headers":[]}"#;
        let rules = Value::from_json(rules).unwrap_or(Value::Null);
        let mut places = Places::new();
        for (place, line) in [("redirects[0]", 2), ("redirects[1]", 5)] {
            places.insert(place, Span { line, column: 1, length: 1 });
        }
        let parsed = Parsed::new(rules.clone(), places, Vec::new());
        let comment = |line, text| Comment { line, text };
        let comments = [comment(1, "first"), comment(3, ""), comment(4, "second"), comment(9, "end")];
        let text = write(&parsed, &comments);
        let expected = r#"{
  "$schema": "./node_modules/selvedge/schema.json",
  "html": { "index": "index.html" },
  "redirects": [
    // first
    { "from": "/a", "to": "/\"\\\u0001b", "status": 301 },
    //
    // second
    { "from": "/c", "to": "/d" }
  ],
  "headers": []
  // end
}
"#;
        assert_eq!(text, expected);
        let read = crate::dialect::parse(&text, Form::Rules, &crate::dialect::Options::new());
        let Value::Object(members) = read.rules else { return };
        assert_eq!(Value::Object(members.into_iter().skip(1).collect()), rules);
    }

    #[test]
    fn long_rules_are_broken() {
        let long = "x".repeat(70);
        let rules = Value::from_json(&format!(r#"{{"headers":[{{"set":{{"A":"{long}","B":"{long}"}}}}]}}"#));
        let parsed = Parsed::new(rules.clone().unwrap_or(Value::Null), Places::new(), Vec::new());
        let text = write(&parsed, &[]);
        assert!(text.contains(&format!("      \"set\": {{\n        \"A\": \"{long}\",\n")), "{text}");
        assert!(text.lines().all(|line| line.len() < WIDTH), "{text}");
    }
}
