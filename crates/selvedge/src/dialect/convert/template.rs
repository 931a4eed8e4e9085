//! Templates as rule files have them: `:name`, and nothing else.

use super::paths::Path;
use crate::dialect::Dialect;

/// A target: `:name` and `{name}` are captures. The error says what the vendor does not have.
pub(super) fn target(text: &str, path: &Path, dialect: Dialect) -> Result<String, String> {
    if !dialect.vendor().has_http_targets && text.starts_with("http://") {
        return Err("target but on https".to_owned());
    }
    if text.contains([' ', '\t']) {
        return Err("target with a blank".to_owned());
    }
    put(text, path, true)
}

/// A header's value: only `{name}` is a capture.
pub(super) fn value(text: &str, path: &Path, dialect: Dialect) -> Result<String, String> {
    let put = put(text, path, false)?;
    if dialect.vendor().fills_values {
        let star = path.text.contains('*').then_some("splat");
        no_names(text, path.captures.iter().map(String::as_str).chain(star))?;
    } else if text.replace("{{", "").contains('{') {
        return Err("placeholders in values".to_owned());
    }
    Ok(put)
}

/// In a value `:name` is text, which the vendor would take for what its path captures under this name.
pub(super) fn no_names<'n>(value: &str, names: impl Iterator<Item = &'n str> + Clone) -> Result<(), String> {
    let after_colons = value.split(':').skip(1);
    let found = after_colons.filter_map(|after| names.clone().find(|name| after.starts_with(name))).next();
    found.map_or(Ok(()), |name| Err(format!("way to write :{name} as text")))
}

/// `:name` for captures; the error says what is none.
pub(super) fn put(text: &str, path: &Path, colons: bool) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '{' if after.starts_with('{') => {
                out.push('{');
                after.get(1..).unwrap_or_default()
            }
            '}' if after.starts_with('}') => {
                out.push('}');
                after.get(1..).unwrap_or_default()
            }
            '{' => {
                let (name, following) = after.split_once('}').unwrap_or((after, ""));
                capture(name, following, path, &mut out)?;
                following
            }
            ':' if colons && after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
                let (name, following) = after.split_at(end);
                capture(name, following, path, &mut out)?;
                following
            }
            _ => {
                out.push(c);
                after
            }
        };
    }
    Ok(out)
}

fn capture(name: &str, following: &str, path: &Path, out: &mut String) -> Result<(), String> {
    let fact = path.facts.iter().find(|(fact, _)| fact == name).map(|(_, name)| name.as_str());
    let Some(name) = path.captures.iter().map(String::as_str).find(|capture| *capture == name).or(fact) else {
        return Err(format!("placeholder {{{name}}}: it puts in captures only"));
    };
    if path.bare && name == "splat" {
        return Ok(());
    }
    if following.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        return Err(format!("way to end the name :{name} before {:?}", following.chars().next().unwrap_or(' ')));
    }
    match path.captures.iter().position(|capture| path.numbered && capture == name) {
        Some(at) => out.push_str(&format!("${}", at + 1)),
        None => {
            out.push(':');
            out.push_str(name);
        }
    }
    Ok(())
}
