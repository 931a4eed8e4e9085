//! `destination`, and the values of headers: what they put in for captures.

use super::source::Capture;

/// What can be put in: captures of the source, and facts that `has` names.
pub(in crate::dialect) struct Names<'n> {
    pub(in crate::dialect) captures: &'n [Capture],
    /// A name, and the fact it is: `page` is `query.page`.
    pub(in crate::dialect) facts: &'n [(String, String)],
}

/// A destination or a value as a template of a rule, and the names that it used. The error says what cannot be had.
pub(in crate::dialect) fn template(
    text: &str,
    names: &Names<'_>,
    in_path: bool,
) -> Result<(String, Vec<String>), String> {
    let mut out = String::new();
    let mut used = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\\' if in_path && !after.is_empty() => {
                let escaped = after.chars().next().unwrap_or('\\');
                literal(&mut out, escaped);
                after.get(escaped.len_utf8()..).unwrap_or_default()
            }
            // Braces group, as in a source: `/blog-{:slug}` is `/blog-:slug`.
            '{' if in_path => after,
            '}' if in_path => {
                if after.starts_with(['*', '+']) {
                    return Err("a repeated part in a destination".to_owned());
                }
                after
            }
            ':' => {
                let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
                let (name, following) = after.split_at(end);
                match names.reference(name) {
                    Some(reference) => {
                        out.push_str(&placeholder(reference));
                        used.push(name.to_owned());
                        // `?` begins the query.
                        if in_path { after_name(following) } else { following }
                    }
                    // `https://`, a port, or in a header just text.
                    None if !in_path || name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) => {
                        out.push(':');
                        after
                    }
                    None => return Err(format!("\":{name}\" is neither in the source nor in \"has\"")),
                }
            }
            '$' if after.starts_with(|c: char| c.is_ascii_digit() && c != '0') => {
                let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                let (number, following) = after.split_at(end);
                let capture =
                    number.parse::<usize>().ok().and_then(|number| names.captures.get(number.checked_sub(1)?));
                let Some(capture) = capture else { return Err(format!("the source has no group {number}")) };
                out.push_str(&placeholder(&capture.reference));
                used.extend(capture.name.clone());
                following
            }
            // A name of the expression, as `routes` have it.
            '$' if names.named(after).is_some() => {
                let (name, reference) = names.named(after).unwrap_or_default();
                out.push_str(&placeholder(reference));
                used.push(name.to_owned());
                after.get(name.len()..).unwrap_or_default()
            }
            _ => {
                literal(&mut out, c);
                after
            }
        };
    }
    // `/:id?`: the query that the mark begins is empty.
    if in_path && !used.is_empty() && out.ends_with('?') {
        out.pop();
    }
    Ok((out, used))
}

/// What follows a name: the expression and the repetition that the source may have there say nothing in a destination.
pub(super) fn after_name(following: &str) -> &str {
    let rest = following.strip_prefix('(').and_then(|inside| {
        let mut depth = 1;
        let (end, _) = inside.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth == 0
        })?;
        inside.get(end + 1..)
    });
    let rest = rest.unwrap_or(following);
    rest.strip_prefix(['*', '+']).unwrap_or(rest)
}

/// As a template has it; nothing for what is empty.
pub(super) fn placeholder(reference: &str) -> String {
    if reference.is_empty() { String::new() } else { format!("{{{reference}}}") }
}

fn literal(out: &mut String, c: char) {
    match c {
        '{' => out.push_str("{{"),
        '}' => out.push_str("}}"),
        _ => out.push(c),
    }
}

impl Names<'_> {
    fn reference(&self, name: &str) -> Option<&str> {
        let capture = self.captures.iter().find(|capture| capture.name.as_deref() == Some(name));
        let fact = || self.facts.iter().find(|(fact, _)| fact == name).map(|(_, reference)| reference.as_str());
        capture.map(|capture| capture.reference.as_str()).or_else(fact)
    }

    /// The name that a text begins with, and what it refers to.
    fn named<'t>(&self, text: &'t str) -> Option<(&'t str, &str)> {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
        let name = text.get(..end).filter(|name| !name.is_empty())?;
        Some((name, self.reference(name)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_put_in_whole() {
        let capture = |name: Option<&str>, reference: &str| Capture {
            name: name.map(str::to_owned),
            reference: reference.to_owned(),
        };
        let captures = [capture(Some("path"), "splat"), capture(None, "2")];
        let facts = [("page".to_owned(), "query.page".to_owned())];
        let names = Names { captures: &captures, facts: &facts };
        let of = |text: &str, in_path| template(text, &names, in_path).map(|(text, _)| text);
        assert_eq!(
            of("https://a.example:8080/:path*/$2?p=:page#:path", true).as_deref(),
            Ok("https://a.example:8080/{splat}/{2}?p={query.page}#{splat}")
        );
        assert_eq!(of("/a\\:b/\\{x\\}/{-:page}", true).as_deref(), Ok("/a:b/{{x}}/-{query.page}"));
        assert!(of("/a{/:page}*", true).is_err_and(|error| error.contains("repeated")));
        // As @vercel/routing-utils: expressions are left out, and the mark begins the query.
        assert_eq!(of("/n/:path(\\d+|(?:a))/:page(.*)*", true).as_deref(), Ok("/n/{splat}/{query.page}"));
        assert_eq!(of("/n/:path?", true).as_deref(), Ok("/n/{splat}"));
        assert_eq!(of("/n{-:path}?a=:page", true).as_deref(), Ok("/n-{splat}?a={query.page}"));
        assert_eq!(of("/n?", true).as_deref(), Ok("/n?"));
        assert_eq!(of("/n?p=$page&q=$pages$", true).as_deref(), Ok("/n?p={query.page}&q=$pages$"));
        assert_eq!(of("no-cache; a:b :path$2", false).as_deref(), Ok("no-cache; a:b {splat}{2}"));
        assert!(of("/:paths", true).is_err_and(|error| error.contains(":paths")));
        assert!(of("/$3", true).is_err_and(|error| error.contains("group 3")));
    }
}
