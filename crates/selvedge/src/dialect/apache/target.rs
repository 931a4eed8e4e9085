//! Targets of rules: `$1`, `%1`, `%{HTTP_HOST}` as placeholders.

/// What a target may refer to.
pub(super) struct Names<'n> {
    /// What `$1` is, from 1.
    pub(super) captures: &'n [String],
    /// What `%1` is.
    pub(super) conditions: &'n [String],
    /// Maps that make letters small.
    pub(super) lower: &'n [String],
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
                let own = names.captures.get(number as usize - 1).map(String::as_str);
                if own == Some("") {
                    return Err(format!("the group ${number}, which is of where a segment begins"));
                }
                out.push_str(own.unwrap_or_default());
                rest = after.get(1..).unwrap_or_default();
            }
            ('%', Some(number)) if !is_escape(after) || names.conditions.len() >= number as usize => {
                let own = names.conditions.get(number as usize - 1).filter(|own| !own.is_empty());
                out.push_str(own.ok_or("a group of a condition that captures nothing")?);
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
            ('$', _) if after.starts_with('{') => {
                let inside = after.get(1..).unwrap_or_default();
                let (piece, left) = mapped(inside, names)?;
                out.push_str(&piece);
                rest = left;
            }
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

/// `name:key}` of a map that makes letters small, and what follows it.
fn mapped<'t>(text: &'t str, names: &Names<'_>) -> Result<(String, &'t str), String> {
    let mut depth = 1;
    let end = text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (depth == 0).then_some(at)
    });
    let (inside, left) =
        end.and_then(|end| Some((text.get(..end)?, text.get(end + 1..)?))).ok_or("a map that is not closed")?;
    let (name, key) = inside.split_once(':').ok_or("a map without a key")?;
    if !names.lower.iter().any(|own| own == name) {
        return Err("a map, as ${name:key}".to_owned());
    }
    let key = template(key, names)?;
    let placeholder = key.strip_prefix('{').and_then(|own| own.strip_suffix('}'));
    match placeholder.filter(|own| !own.contains(['{', '}', '|'])) {
        Some(own) => Ok((format!("{{{own}|lower}}"), left)),
        None if key.is_empty() => Ok((key, left)),
        None => Err("a map of more than one group".to_owned()),
    }
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
