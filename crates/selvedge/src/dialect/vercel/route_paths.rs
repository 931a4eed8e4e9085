//! The `src` of a route: an expression for the whole path.

use super::source::{Capture, Split, regex_of};
use super::text;
use crate::rules::Value;

/// An expression for the whole path: as a pattern, where its only wildcards are `(.*)`, and `.*` at the end.
/// Other expressions have `flags`.
pub(super) fn paths(src: &str, flags: &str) -> Result<(Value, Vec<Value>, Vec<Capture>), String> {
    let inside = src.strip_prefix('^').unwrap_or(src);
    let inside = inside.strip_suffix('$').filter(|rest| !rest.ends_with('\\')).unwrap_or(inside);
    let Some(split) = Split::of(inside) else {
        let (from, captures) = kept_paths(inside, flags)?;
        return Ok((from, Vec::new(), captures));
    };
    let (from, mut captures) = kept_paths(&split.kept, flags)?;
    // Groups of a lookahead have numbers, and never a text.
    for (position, count) in split.taken_out.iter().rev().map(|out| out.groups) {
        let none = std::iter::repeat_n(Capture { name: None, reference: String::new() }, count);
        let position = position.min(captures.len());
        captures.splice(position..position, none);
    }
    Ok((from, split.except(flags)?, captures))
}

fn kept_paths(inside: &str, flags: &str) -> Result<(Value, Vec<Capture>), String> {
    let ends_open = inside.strip_suffix(".*").filter(|rest| rest.ends_with('/'));
    let pattern = ends_open.map_or_else(|| inside.replace("(.*)", "*"), |rest| rest.replace("(.*)", "*") + "*");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_*".contains(c);
    if pattern.starts_with('/') && pattern.chars().all(is_plain) && !pattern.contains("**") {
        let count = inside.matches("(.*)").count();
        let splat = |at: usize| if at == 0 { "splat".to_owned() } else { format!("splat{}", at + 1) };
        let captures = (0..count).map(|at| Capture { name: None, reference: splat(at) });
        return Ok((text(&pattern), captures.collect()));
    }
    let from = regex_of(&format!("{flags}^(?:{inside})$"))?;
    let regex = regex_lite::Regex::new(inside).ok();
    let names = regex.iter().flat_map(|regex| regex.capture_names().skip(1)).enumerate();
    let captures = names.map(|(at, name)| Capture { name: name.map(str::to_owned), reference: (at + 1).to_string() });
    Ok((from, captures.collect()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn common_expressions_are_patterns() {
        let of = |src: &str| {
            let (from, _, captures) = paths(src, "").unwrap();
            let captures: Vec<String> = captures.into_iter().map(|capture| capture.reference).collect();
            format!("{} {captures:?}", serde_json::to_string(&from).unwrap())
        };
        assert_eq!(of("/(.*)"), r#""/*" ["splat"]"#);
        assert_eq!(of("^/api/(.*)$"), r#""/api/*" ["splat"]"#);
        assert_eq!(of("/.*"), r#""/*" []"#);
        assert_eq!(of("/a/(.*)/b/(.*)"), r#""/a/*/b/*" ["splat", "splat2"]"#);
        assert_eq!(of("/blog/([^/]+)"), r#"{"regex":"^(?:/blog/([^/]+))$"} ["1"]"#);
        assert_eq!(of("/[^.]+"), r#"{"regex":"^(?:/[^.]+)$"} []"#);
        assert!(paths("/.*(?!a)b", "").unwrap_err().contains("regular expression"));
    }

    #[test]
    fn a_lookahead_is_an_exception() {
        let of = |src: &str| {
            let (from, except, captures) = paths(src, "").unwrap();
            let captures: Vec<String> = captures.into_iter().map(|capture| capture.reference).collect();
            let [from, except] = [from, Value::Array(except)].map(|value| serde_json::to_string(&value).unwrap());
            format!("{from} {except} {captures:?}")
        };
        assert_eq!(of("^/((?!api/).*)$"), r#""/*" ["/api/*"] ["splat"]"#);
        assert_eq!(of("/(?!api|b).*"), r#""/*" ["/api*","/b*"] []"#);
        assert_eq!(of("/((?!(api|b)/).*)/(.*)"), r#""/*/*" [{"regex":"^/(?:(api|b)/)"}] ["splat", "", "splat2"]"#);
    }
}
