//! JavaScript as text: literals, members, conditions and blocks.

use super::helpers::Script;

/// A text as a string literal.
pub(super) fn string(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut literal = String::from(quote);
    for unit in text.encode_utf16() {
        match char::from_u32(unit.into()) {
            Some(c) if c == quote || c == '\\' => literal.extend(['\\', c]),
            Some('\n') => literal.push_str("\\n"),
            Some(c @ ' '..='~') => literal.push(c),
            _ if unit < 0x100 => literal.push_str(&format!("\\x{unit:02x}")),
            _ => literal.push_str(&format!("\\u{unit:04x}")),
        }
    }
    literal.push(quote);
    literal
}

/// A list of strings.
pub(super) fn strings<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    list(texts.into_iter().map(|text| string(text.as_ref())))
}

/// A list of expressions.
pub(super) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.as_ref().to_owned()).collect();
    format!("[{}]", items.join(","))
}

/// A name of a member of an object.
pub(super) fn key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { string(name) }
}

/// Whether every object has a member of this name.
pub(super) fn is_inherited(name: &str) -> bool {
    const INHERITED: [&str; 12] = [
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "__proto__",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
    ];
    INHERITED.contains(&name)
}

/// A member of `object`, which may be an object that inherits: `toString` of a viewer's cookies is not a cookie.
pub(super) fn member(script: &mut Script, object: &str, name: &str) -> String {
    if is_inherited(name) {
        return format!("{}({object},{})", script.call("O"), string(name));
    }
    field(object, name)
}

/// `object.name`, or `object['x-name']`.
pub(super) fn field(object: &str, name: &str) -> String {
    if is_identifier(name) { format!("{object}.{name}") } else { format!("{object}[{}]", string(name)) }
}

fn is_identifier(name: &str) -> bool {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$');
    first && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$')
}

/// A text inside a regular expression's literal.
pub(in crate::compile) fn in_expression(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' | '^' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => {
                escaped.extend(['\\', c]);
            }
            ' '..='~' => escaped.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    escaped.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    escaped
}

/// Expressions of which one must hold.
pub(super) fn any(mut tests: Vec<String>) -> String {
    match tests.len() {
        1 => tests.pop().unwrap_or_default(),
        0 => "false".to_owned(),
        _ => format!("({})", tests.join("||")),
    }
}

/// Expressions that must all hold; `true` says nothing.
pub(super) fn all(tests: Vec<String>) -> String {
    let tests: Vec<String> = tests.into_iter().filter(|test| test != "true").collect();
    if tests.is_empty() { "true".to_owned() } else { tests.join("&&") }
}

/// Statements as one, for what depends on a condition.
pub(super) fn block(statements: &str) -> String {
    match statements.trim_end_matches('\n') {
        // `if(a)if(b)c` would take the `else` that follows.
        one if !one.contains('\n') && !one.starts_with("if") => one.to_owned(),
        several => format!("{{{several}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECMAScript 5.1 §7.8.4.
    #[test]
    fn literals_hold_any_text() {
        assert_eq!(string("it's"), r#""it's""#);
        assert_eq!(string("a'b\"c\\\n"), r#"'a\'b"c\\\n'"#);
        assert_eq!(string("é\u{1F600}\u{2028}"), r"'\xe9\ud83d\ude00\u2028'");
        assert_eq!(member(&mut Script::default(), "k", "constructor"), "O(k,'constructor')");
        assert_eq!(member(&mut Script::default(), "k", "a-b"), "k['a-b']");
        assert_eq!(in_expression("/a.b"), r"\/a\.b");
    }
}
