//! Targets of rules: `$1`, `%1`, `%{HTTP_HOST}` as placeholders.

/// What a target may refer to.
pub(super) struct Names<'n> {
    /// What `$1` is, from 1.
    pub(super) captures: &'n [String],
    /// What `%1` is.
    pub(super) conditions: &'n [String],
    /// Whether Apache encodes the result.
    pub(super) encodes: bool,
}

/// A target as a template of rules. The error says what rules do not have.
pub(super) fn template(text: &str, names: &Names<'_>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let digit = after.chars().next().and_then(|digit| digit.to_digit(10));
        rest = after;
        match (c, digit) {
            ('$' | '%', Some(0)) => return Err(format!("the whole match, {c}0")),
            ('$', Some(number)) => {
                out.push_str(names.captures.get(number as usize - 1).map(String::as_str).unwrap_or_default());
                rest = after.get(1..).unwrap_or_default();
            }
            ('%', Some(number)) if !is_escape(after) || names.conditions.len() >= number as usize => {
                let name =
                    names.conditions.get(number as usize - 1).ok_or("a group of a condition that captures nothing")?;
                out.push_str(&format!("{{{name}}}"));
                rest = after.get(1..).unwrap_or_default();
            }
            ('%', _) if after.starts_with('{') => {
                let (name, left) =
                    after.get(1..).unwrap_or_default().split_once('}').ok_or("a variable that is not closed")?;
                out.push_str(match name.to_ascii_uppercase().as_str() {
                    "HTTP_HOST" | "SERVER_NAME" => "{host}",
                    "REQUEST_URI" => "{path}",
                    "QUERY_STRING" => "{query}",
                    _ => return Err(format!("the variable %{{{name}}} in a target")),
                });
                rest = left;
            }
            ('$', _) if after.starts_with('{') => return Err("a map, as ${name:key}".to_owned()),
            ('\\', _) => {
                let next = after.chars().next().ok_or("a backslash at the end")?;
                literal(next, names.encodes, &mut out);
                rest = after.get(next.len_utf8()..).unwrap_or_default();
            }
            (':', _) if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => out.push_str("{:}"),
            _ => literal(c, names.encodes, &mut out),
        }
    }
    Ok(out)
}

/// Whether an escape of two digits follows, which a number of one is not.
fn is_escape(after: &str) -> bool {
    after.get(..2).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn literal(c: char, encodes: bool, out: &mut String) {
    match c {
        '{' => out.push_str("{{"),
        '}' => out.push_str("}}"),
        '%' if encodes => out.push_str("%25"),
        '#' if encodes => out.push_str("%23"),
        _ => out.push(c),
    }
}
