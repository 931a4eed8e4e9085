//! The files that a site has, and the URLs that a static host answers with them.

use std::collections::BTreeSet;

use regex_lite::Regex;

use super::route::{Route, is_exact, literal};
use crate::rules::{Pattern, Token, pattern::normalise};

/// The paths at which a file is served, normalised and without their trailing slash.
#[derive(Clone, Debug, Default)]
pub(super) struct Existing {
    keys: BTreeSet<String>,
}

impl Existing {
    /// `/about.html` is also served at `/about`, and `/blog/index.html` at `/blog`.
    pub(super) fn new(files: &[String]) -> Existing {
        let mut keys = BTreeSet::new();
        for file in files {
            let file = if file.starts_with('/') { file.clone() } else { format!("/{file}") };
            let path = key(&file);
            if let Some(page) = path.strip_suffix(".html") {
                keys.insert(page.strip_suffix("/index").unwrap_or(page).to_owned());
            }
            keys.insert(path);
        }
        Existing { keys }
    }

    /// The paths, without trailing slash.
    #[cfg(feature = "migrate")]
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// The file that a path means, if it is not the path itself.
    pub(super) fn page(&self, path: &str) -> Option<String> {
        let path = key(path);
        let candidates = [format!("{path}.html"), format!("{path}/index.html")];
        candidates.into_iter().find(|candidate| self.keys.contains(candidate))
    }

    /// For each line, the paths on which it yields to an existing file. The first unconditional match claims a path; later
    /// lines do not see it.
    pub(super) fn taken_from(&self, routes: &[Route]) -> Vec<Vec<String>> {
        let mut open = self.keys.clone();
        let mut taken = Vec::with_capacity(routes.len());
        for route in routes {
            let mut matched = BTreeSet::new();
            let folds = route.folds();
            for pattern in route.patterns() {
                if is_exact(pattern) {
                    let key = key(&pattern.replace("{:}", ":").replace("{*}", "*"));
                    if folds {
                        matched.extend(open.iter().filter(|own| own.eq_ignore_ascii_case(&key)).cloned());
                    } else {
                        matched.extend(open.get(&key).cloned());
                    }
                } else if let Some(source) = pattern.strip_prefix('~') {
                    let regex = Regex::new(source).ok();
                    matched
                        .extend(open.iter().filter(|key| regex.as_ref().is_some_and(|it| it.is_match(key))).cloned());
                } else if let Ok(Pattern::Path { tokens, .. }) = Pattern::parse(pattern) {
                    let begin = match tokens.first() {
                        Some(Token::Literal(text)) if !folds => text.trim_end_matches('/'),
                        _ => "",
                    };
                    let near = open.range(begin.to_owned()..).take_while(|key| key.starts_with(begin));
                    let mut regex = None;
                    matched.extend(near.filter(|key| is_match(&mut regex, &tokens, folds, key)).cloned());
                }
            }
            if route.when.is_empty() {
                for key in &matched {
                    open.remove(key);
                }
            }
            taken.push(if route.yields { matched.into_iter().collect() } else { Vec::new() });
        }
        taken
    }
}

/// The pattern of a key.
pub(super) fn pattern_of(key: &str) -> String {
    if key.is_empty() { "/".to_owned() } else { literal(key) }
}

fn key(path: &str) -> String {
    let path = if path.contains(['%', ' ']) || !path.is_ascii() { normalise(path) } else { None }
        .unwrap_or_else(|| path.to_owned());
    path.strip_suffix('/').unwrap_or(&path).to_owned()
}

/// Whether the pattern matches a key. Its expression is made for the first one.
fn is_match(regex: &mut Option<Option<Regex>>, tokens: &[Token], folds: bool, key: &str) -> bool {
    regex.get_or_insert_with(|| expression(tokens, folds)).as_ref().is_some_and(|regex| regex.is_match(key))
}

fn expression(tokens: &[Token], folds: bool) -> Option<Regex> {
    let mut source = String::from(if folds { "(?i)^" } else { "^" });
    for token in tokens {
        match token {
            Token::Literal(text) => source.push_str(&regex_lite::escape(text)),
            Token::Param(_) => source.push_str("[^/]+"),
            Token::Splat(_) => source.push_str(".*"),
        }
    }
    // A final "/*" matches the bare prefix, too.
    if let Some(bare) = source.strip_suffix("/.*") {
        source = format!("{bare}(/.*)?");
    }
    source.push('$');
    Regex::new(&source).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_short_names() {
        let files = ["/about.html", "/blog/index.html", "/a b.css", "index.html"].map(str::to_owned);
        let existing = Existing::new(&files);
        let keys: Vec<&str> = existing.keys.iter().map(String::as_str).collect();
        assert_eq!(keys, ["", "/a%20b.css", "/about", "/about.html", "/blog", "/blog/index.html", "/index.html"]);
        assert_eq!(existing.page("/about"), Some("/about.html".to_owned()));
        assert_eq!(existing.page("/blog/"), Some("/blog/index.html".to_owned()));
        assert_eq!(existing.page("/about.html"), None);
    }

    #[cfg(feature = "migrate")]
    #[test]
    fn a_line_that_ignores_case_gives_way_to_files_of_any_letters() {
        let existing = Existing::new(&["/a/x.css".to_owned(), "/b.html".to_owned()]);
        let span = crate::places::Span { line: 1, column: 1, length: 1 };
        let taken = |pattern: &str, folds: bool| {
            let from = vec![pattern.to_owned()];
            let route = Route::stay(span, vec![super::super::route::Mapping { from, to: String::new() }], Vec::new());
            let paths = if folds { vec![("ignoreCase", crate::rules::Value::Bool(true))] } else { Vec::new() };
            existing.taken_from(&[Route { yields: true, paths, ..route }]).concat()
        };
        assert_eq!(taken("/A/*", true), ["/a/x.css"]);
        assert_eq!(taken("/A/*", false), [""; 0]);
        assert_eq!(taken("/B.HTML", true), ["/b.html"]);
        assert_eq!(taken("/B.HTML", false), [""; 0]);
    }
}
