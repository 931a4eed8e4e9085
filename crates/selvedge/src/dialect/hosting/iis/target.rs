//! Addresses that rules lead to: `{R:1}`, `{C:1}`, `{HTTP_HOST}` as placeholders.

use crate::dialect::hosting::reader::target_text;
use crate::dialect::line::split_url;

/// What an address may refer to.
pub(super) struct Names<'n> {
    /// What `{R:1}` is, from 1.
    pub(super) captures: &'n [String],
    /// What `{R:0}` is, where it can be had.
    pub(super) whole: Option<&'n str>,
    /// What `{C:1}` is, from 1.
    pub(super) conditions: &'n [String],
}

/// An address as a template. The error says what rules do not have.
pub(super) fn template(text: &str, names: &Names<'_>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(&target_text(before));
        let end = closing(after).ok_or("a brace that is not closed")?;
        let (inside, left) = after.split_at(end);
        let piece = reference(inside, names)?;
        // A host is not followed by a placeholder; all of the path is what its pattern matches.
        match piece.strip_prefix("{path").filter(|_| !out.is_empty()) {
            Some(end) if names.whole == Some("{splat}") => out.push_str(&format!("/{{splat{end}")),
            Some(_) => return Err(format!("the variable {{{inside}}} in an address")),
            None => out.push_str(&piece),
        }
        rest = left.get(1..).unwrap_or_default();
    }
    out.push_str(&target_text(rest));
    Ok(out)
}

/// Where the brace that has been opened closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (depth == 0).then_some(at)
    })
}

fn reference(inside: &str, names: &Names<'_>) -> Result<String, String> {
    let group = |list: &[String], number: &str| -> Result<String, String> {
        let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        at.and_then(|at| list.get(at))
            .filter(|own| !own.is_empty())
            .cloned()
            .ok_or_else(|| format!("{{{inside}}} here"))
    };
    match inside.split_once(':') {
        Some(("R", "0")) => names.whole.map(str::to_owned).ok_or_else(|| "the whole match, {R:0}".to_owned()),
        Some(("R", number)) => group(names.captures, number),
        Some(("C", number)) => group(names.conditions, number),
        Some(("ToLower", inner)) => {
            let inner = template(inner, names)?;
            let name = inner.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            let name = name.filter(|name| !name.contains(['{', '}', '|'])).ok_or("{ToLower:} of a text")?;
            Ok(format!("{{{name}|lower}}"))
        }
        Some((map, _)) => Err(format!("a map, {{{map}:}}")),
        None => Ok(match inside.to_ascii_uppercase().as_str() {
            "HTTP_HOST" | "SERVER_NAME" => "{host}",
            "QUERY_STRING" => "{query}",
            "REQUEST_URI" | "UNENCODED_URL" | "URL" | "PATH_INFO" => "{path}",
            _ => return Err(format!("the variable {{{inside}}} in an address")),
        }
        .to_owned()),
    }
}

/// A URL, or a path of the site; an address without a slash before it is one.
pub(super) fn absolute(to: &str) -> Result<String, String> {
    match split_url(to) {
        Some((_, "", _)) => Err("an address without a host".to_owned()),
        Some(_) => Ok(to.to_owned()),
        None if to.contains("://") => Err(format!("an address as {to:?}")),
        None => Ok(format!("/{}", to.trim_start_matches('~').trim_start_matches('/'))),
    }
}
