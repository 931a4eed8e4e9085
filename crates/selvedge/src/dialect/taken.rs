//! The paths that answers are for, asked about what rewrites make.

use super::arrange::Later;
use super::route::{is_exact, literal};

/// Patterns of answers.
#[derive(Default)]
pub(super) struct Taken {
    literals: Later,
    expressions: Vec<regex_lite::Regex>,
}

impl Taken {
    pub(super) fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Taken {
        // Of patterns it is not known here whether they ignore case.
        let mut taken = Taken { literals: Later::new(true), expressions: Vec::new() };
        patterns.into_iter().for_each(|pattern| taken.add(pattern));
        taken
    }

    pub(super) fn add(&mut self, pattern: &str) {
        let name = (!pattern.starts_with(['/', '~'])).then(|| {
            // The name of a file, wherever it is.
            let parts: Vec<String> =
                pattern.split('*').map(|part| regex_lite::escape(&part.replace("{:}", ":"))).collect();
            format!("(?:^|/){}$", parts.join(".*"))
        });
        match name.as_deref().or_else(|| pattern.strip_prefix('~')) {
            Some(regex) => self.expressions.extend(regex_lite::Regex::new(regex)),
            None => self.literals.add(pattern),
        }
    }

    /// Whether a pattern may be for one of their paths. Where an expression is one of the two, it may.
    pub(super) fn meets(&self, pattern: &str) -> bool {
        let by_expression = |it: &regex_lite::Regex| !is_exact(pattern) || it.is_match(pattern);
        self.literals.may_take(pattern) || self.expressions.iter().any(by_expression)
    }

    /// Whether a path may be one of them. Of a template, what stands for a part of the request is taken for any text, but for
    /// expressions: these see how the path of the request ends as well.
    pub(super) fn takes(&self, to: &str) -> bool {
        let path = to.split('?').next().unwrap_or_default();
        let Some(open) = path.find('{') else {
            return self.literals.may_take(&literal(path)) || self.expressions.iter().any(|it| it.is_match(path));
        };
        let begin = path.get(..open).unwrap_or_default();
        let end = path.rsplit('}').next().unwrap_or_default();
        self.literals.may_take(&format!("{}*", literal(begin)))
            || (!end.is_empty()
                && ["", "x", "x/"].iter().any(|between| {
                    let path = format!("{begin}{between}{end}");
                    self.expressions.iter().any(|it| it.is_match(&path))
                }))
    }
}

/// Adds patterns of the folders whose page is one of the paths: servers look at it under its own name as well.
pub(super) fn with_folders(from: &mut Vec<String>, indexes: &[String]) {
    if from.iter().any(|pattern| pattern == "/*") {
        return;
    }
    let taken = Taken::new(from.iter().map(String::as_str));
    for name in indexes {
        let page = format!("/{name}");
        let named: Vec<String> = from.iter().filter_map(|pattern| folder_of(pattern, name)).collect();
        if taken.takes(&format!("/x9q{page}")) {
            from.push("~/$".to_owned());
        } else if taken.takes(&page) && named.is_empty() {
            from.push("/".to_owned());
        }
        from.extend(named);
    }
    from.sort();
    from.dedup();
}

/// The folders whose page of this name a pattern is for: of a path that ends with it or may, and of an expression that
/// begins with a folder's path.
fn folder_of(pattern: &str, name: &str) -> Option<String> {
    if let Some(source) = pattern.strip_prefix('~') {
        let path = source.strip_prefix('^')?;
        let end = path.find(|c: char| !c.is_ascii_alphanumeric() && !"/-_~".contains(c)).unwrap_or(path.len());
        let begin = path.get(..=path.get(..end)?.rfind('/')?)?;
        let regex = regex_lite::Regex::new(source).ok()?;
        let takes = ["", "x9q/"].iter().any(|between| regex.is_match(&format!("{begin}{between}{name}")));
        return takes.then(|| format!("~^{begin}(?:.*/)?$"));
    }
    let (folder, last) = pattern.split_at(pattern.rfind('/')? + 1);
    let is_page =
        last == name || last.strip_suffix('*').is_some_and(|begin| !begin.is_empty() && name.starts_with(begin));
    is_page.then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_taken_where_its_page_is() {
        for (pattern, folders) in [
            ("/a/index.html", "/a/"),
            ("/a/in*", "/a/"),
            ("/index.html*", "/"),
            (r"~\.html$", "~/$"),
            (r"~^/a/.*\.html$", "~^/a/(?:.*/)?$"),
            ("/a/*", ""),
            ("/a.html", ""),
            (r"~^/a/.*\.php$", ""),
        ] {
            let mut from = vec![pattern.to_owned()];
            with_folders(&mut from, &["index.html".to_owned()]);
            from.retain(|it| it != pattern);
            assert_eq!(from.concat(), folders, "{pattern}");
        }
    }
}
