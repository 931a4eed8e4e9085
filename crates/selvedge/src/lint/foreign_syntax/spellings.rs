//! What other tools write in a pattern or a target, by itself.

/// `$1`, `${1}`, and the variables of a well-known server.
pub(super) fn dollar(text: &str) -> Option<&str> {
    const VARIABLES: [&str; 11] = [
        "host",
        "request_uri",
        "uri",
        "scheme",
        "args",
        "query_string",
        "is_args",
        "server_name",
        "document_uri",
        "remote_addr",
        "request_method",
    ];
    const OF_A_NAME: [&str; 3] = ["http_", "arg_", "cookie_"];
    let after_dollars = text.match_indices('$').filter_map(|(at, _)| Some((at, text.get(at + 1..)?)));
    for (at, after) in after_dollars {
        let name = after.len() - after.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '_').len();
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let braces = if after.starts_with('{') { after.find('}').map_or(0, |end| end + 1) } else { 0 };
        let is_known = |name: &str| VARIABLES.contains(&name) || OF_A_NAME.iter().any(|begin| name.starts_with(begin));
        let known = if after.get(..name).is_some_and(is_known) { name } else { 0 };
        let length = digits.max(braces).max(known);
        if length > 0 {
            return text.get(at..at + 1 + length);
        }
    }
    None
}

/// `\1`
pub(super) fn escaped_digit(text: &str) -> Option<&str> {
    let mut found = text.match_indices('\\');
    let (at, _) = found.find(|(at, _)| text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit))?;
    text.get(at..at + 2)
}

/// `:name+` or `:name*`: the name, and the whole.
pub(super) fn quantified(text: &str) -> Option<(&str, &str)> {
    names(text).find_map(|(at, name)| {
        let whole = text.get(at..at + name.len() + 2)?;
        whole.ends_with(['+', '*']).then_some((name, whole))
    })
}

/// Each `:name`, and where its colon stands.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(':').filter_map(|(at, _)| {
        let after = text.get(at + 1..)?;
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let name = after.get(..end).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))?;
        Some((at, name))
    })
}

/// Parentheses that follow a name, or hold what only an expression has: `/Foo_(bar)` is a page like others.
pub(super) fn group(text: &str) -> Option<(&str, Option<&str>)> {
    for (at, name) in names(text) {
        let from = at + 1 + name.len();
        if let Some(group) = text.get(from..).filter(|rest| rest.starts_with('(')) {
            let end = group.find(')').map_or(group.len(), |end| end + 1);
            return Some((text.get(at..from + end)?, Some(name)));
        }
    }
    text.match_indices('(').find_map(|(at, _)| {
        let inside = text.get(at..)?;
        let inside = inside.get(..=inside.find(')')?)?;
        ["*", "+", "\\", "[", "|", "?"].iter().any(|sign| inside.contains(sign)).then_some((inside, None))
    })
}

/// `{js,css}`, `{*path}` or `{id:[0-9]+}`; `{:}` and `{*}` are literal signs, and `{id}` is an error.
pub(super) fn braces(text: &str) -> Option<&str> {
    text.match_indices('{').find_map(|(at, _)| {
        let braces = text.get(at..)?;
        let braces = braces.get(..=braces.find('}')?)?;
        (braces.len() > 3 && braces.contains([',', ':', '*'])).then_some(braces)
    })
}

/// A segment that is `[name]`, `[...name]` or `<name>`: the segment, the name, and whether it is the rest of the path.
pub(super) fn bracketed(text: &str) -> Option<(&str, &str, bool)> {
    text.split('/').find_map(|segment| {
        let inside = match segment.strip_prefix('<') {
            Some(rest) => rest.strip_suffix('>')?,
            None => segment.trim_start_matches('[').trim_end_matches(']'),
        };
        let name = inside.strip_prefix("...").unwrap_or(inside);
        let name = name.split_once(':').map_or(name, |(_, name)| name);
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let bracketed =
            segment.len() > inside.len() + 1 && segment.starts_with(['[', '<']) && segment.ends_with([']', '>']);
        (is_name && bracketed).then_some((segment, name, inside.starts_with("...")))
    })
}
