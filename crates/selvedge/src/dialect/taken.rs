//! The paths that answers are for, asked about what rewrites make.

use super::arrange::Later;
use super::route::{is_exact, literal};

/// Patterns of answers.
#[derive(Default)]
pub(super) struct Taken {
    literals: Later,
    /// The same, as they are written.
    written: Vec<String>,
    expressions: Vec<regex_lite::Regex>,
}

impl Taken {
    pub(super) fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Taken {
        // Of patterns it is not known here whether they ignore case.
        let mut taken = Taken { literals: Later::new(true), written: Vec::new(), expressions: Vec::new() };
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
            None => {
                self.literals.add(pattern);
                self.written.push(pattern.to_ascii_lowercase());
            }
        }
    }

    /// Whether a pattern may be for one of their paths. Where an expression is one of the two, it may.
    pub(super) fn meets(&self, pattern: &str) -> bool {
        let by_expression = |it: &regex_lite::Regex| !is_exact(pattern) || it.is_match(pattern);
        self.literals.may_take(pattern) || self.expressions.iter().any(by_expression)
    }

    fn takes_path(&self, path: &str) -> bool {
        let lower = literal(path).to_ascii_lowercase();
        (self.literals.may_take(&literal(path)) && self.written.iter().any(|pattern| is_for(pattern, &lower)))
            || self.expressions.iter().any(|it| it.is_match(path))
    }

    /// Whether an expression is for what a template makes of a path, and not for that path: the text of a placeholder at the
    /// end is the same in both, what stands before is not.
    pub(super) fn opens(&self, from: &str, to: &str) -> bool {
        let path = to.split('?').next().unwrap_or_default();
        let Some((begin, "")) = path.split_once('{').and_then(|(begin, rest)| Some((begin, rest.split_once('}')?.1)))
        else {
            return false;
        };
        let own = beginning_of(from);
        self.expressions.iter().any(|it| {
            rests(it.as_str())
                .any(|rest| it.is_match(&format!("{begin}{rest}")) && !it.is_match(&format!("{own}{rest}")))
        })
    }

    /// Whether a path may be one of them. Of a template, what stands for a part of the request is taken for any text, but for
    /// expressions: these see how the path of the request ends as well.
    pub(super) fn takes(&self, to: &str) -> bool {
        let path = to.split('?').next().unwrap_or_default();
        let Some(open) = path.find('{') else { return self.takes_path(path) };
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

/// What a placeholder at the end may stand for, as far as an expression tells such texts apart: by its own words.
fn rests(expression: &str) -> impl Iterator<Item = String> {
    const MAX_WORDS: usize = 32;
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    let words = words.filter(|word| !word.is_empty()).take(MAX_WORDS);
    let around = words.flat_map(|word| {
        ["", "/", "/x", "x/", "x.", "."].map(|sign| match sign {
            "" | "/" | "/x" => format!("{word}{sign}"),
            before => format!("{before}{word}"),
        })
    });
    ["", "x", "x/y"].map(str::to_owned).into_iter().chain(around)
}

/// Whether a path is one of a pattern's, both in lower case. The bare folder of one that ends in a star may be.
fn is_for(pattern: &str, path: &str) -> bool {
    let begin = pattern.split([':', '*', '{']).next().unwrap_or_default();
    if begin.contains('%') || path.contains('%') || !begin.is_ascii() || !path.is_ascii() {
        return true;
    }
    let folder = pattern.strip_suffix("/*");
    (path.starts_with(begin) || folder == Some(path))
        && (folder == Some(path)
            || pattern == path
            || regex_lite::Regex::new(&expression(pattern)).is_ok_and(|regex| regex.is_match(path)))
}

/// Whether a pattern is for nothing but what another one is for.
pub(super) fn is_below(own: &str, outer: &str) -> bool {
    let begin = outer.strip_suffix('*').filter(|begin| !begin.contains([':', '*', '~', '{']));
    let text = match own.strip_prefix("~^") {
        Some(regex) if alternatives(regex).len() == 1 => beginning(regex),
        _ => own,
    };
    own == outer || begin.is_some_and(|begin| text.starts_with(begin))
}

/// Whether the texts that two patterns begin with leave them no path in common.
pub(super) fn are_apart(one: &str, other: &str) -> bool {
    let begin = |pattern: &str| beginning_of(pattern).trim_end_matches('/').to_ascii_lowercase();
    let (one, other) = (begin(one), begin(other));
    !one.contains('%') && !other.contains('%') && !one.starts_with(&other) && !other.starts_with(&one)
}

/// The text that all paths of a pattern begin with, as far as it is plain.
fn beginning_of(pattern: &str) -> String {
    let regex = pattern.strip_prefix('~').map(|regex| regex.strip_prefix("(?i)").unwrap_or(regex));
    match regex.map(|regex| regex.strip_prefix('^').filter(|_| alternatives(regex).len() == 1)) {
        Some(inside) => beginning(inside.unwrap_or_default()).replace('\\', ""),
        None if pattern.starts_with('/') => pattern.split([':', '*', '{']).next().unwrap_or_default().to_owned(),
        None => String::new(),
    }
}

/// Adds patterns of the folders whose page is one of the paths: servers look at it under its own name as well.
pub(super) fn with_folders(from: &mut Vec<String>, indexes: &[String]) {
    if from.iter().any(|pattern| pattern == "/*") {
        return;
    }
    let folders: Vec<String> =
        from.iter().flat_map(|pattern| indexes.iter().flat_map(|name| folders_of(pattern, name))).collect();
    from.extend(folders);
    from.sort();
    from.dedup();
}

/// The folders whose page of this name a pattern is for, which is not for their own paths.
fn folders_of(pattern: &str, name: &str) -> Vec<String> {
    let begin = pattern.strip_suffix('*').unwrap_or(pattern);
    if begin.starts_with('/') && !begin.contains([':', '*', '{']) {
        let (folder, last) = begin.split_at(begin.rfind('/').map_or(0, |at| at + 1));
        let length = if begin.len() < pattern.len() { last.len() } else { name.len() };
        // Of patterns it is not known here whether they ignore case.
        let is_page = name.get(..length).is_some_and(|part| part.eq_ignore_ascii_case(last));
        return (is_page && !last.is_empty()).then(|| folder.to_owned()).into_iter().collect();
    }
    let source = expression(pattern);
    let (fold, rest) = source.strip_prefix("(?i)").map_or(("", source.as_str()), |rest| ("(?i)", rest));
    alternatives(rest).into_iter().flat_map(|one| folders_of_one(fold, one, name)).collect()
}

fn folders_of_one(fold: &str, source: &str, name: &str) -> Vec<String> {
    let Ok(regex) = regex_lite::RegexBuilder::new(source).case_insensitive(true).build() else { return Vec::new() };
    let closes = |folder: &str| regex.is_match(&format!("{folder}{name}")) && !regex.is_match(folder);
    let Some(text) = source.strip_prefix('^').filter(|rest| rest.starts_with('/')) else {
        // It is for any folder where two that have nothing in common say so.
        return match (["/x9q/", "/8zk/"].into_iter().all(closes), closes("/")) {
            (true, _) => vec!["~/$".to_owned()],
            (false, own) => own.then(|| "/".to_owned()).into_iter().collect(),
        };
    };
    let begin = beginning(text);
    let plain = begin.replace('\\', "");
    let folder = plain.get(..=plain.rfind('/').unwrap_or_default()).unwrap_or_default();
    let is_whole = folder == plain;
    let own = closes(folder);
    let between = ["", "x9q", "8zk", "x9q/8zk"].into_iter().skip(usize::from(is_whole));
    let below = between.into_iter().any(|between| closes(&format!("{plain}{between}/")));
    match (own, below) {
        (true, true) if is_whole => vec![format!("~{fold}^{begin}(?:.*/)?$")],
        _ => {
            let exact = format!("~{fold}^{}$", regex_lite::escape(folder));
            let own = own.then(|| if fold.is_empty() { literal(folder) } else { exact });
            own.into_iter().chain(below.then(|| format!("~{fold}^{begin}.*/$"))).collect()
        }
    }
}

/// The parts of an expression that `|` separates, but for what stands in groups.
fn alternatives(source: &str) -> Vec<&str> {
    let (mut all, mut from, mut depth, mut is_escaped) = (Vec::new(), 0, 0_usize, false);
    for (at, c) in source.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            // What a class holds is taken for a group.
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                all.push(source.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(source.get(from..).unwrap_or_default());
    all
}

/// What an expression begins with that is text, as it is written there.
fn beginning(source: &str) -> &str {
    let mut end = 0;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' => match rest.chars().nth(1) {
                Some(escaped) if escaped.is_ascii_punctuation() => 2,
                _ => break,
            },
            c if c.is_alphanumeric() || "/-_~%@!:;,=&' ".contains(c) => c.len_utf8(),
            _ => break,
        };
        rest = rest.get(length..).unwrap_or_default();
        // What may be missing says nothing.
        if rest.starts_with(['?', '*', '{']) {
            break;
        }
        end += length;
    }
    source.get(..end).unwrap_or_default()
}

/// A pattern as an expression of whole paths, where a slash at the end counts.
fn expression(pattern: &str) -> String {
    if let Some(source) = pattern.strip_prefix('~') {
        return source.to_owned();
    }
    // The name of a file, wherever it is.
    let is_name = !pattern.starts_with('/');
    let mut out = String::from(if is_name { "(?:^|/)" } else { "^" });
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '*' => {
                out.push_str(if is_name { "[^/]*" } else { ".*" });
                1
            }
            ':' => {
                out.push_str("[^/]+");
                let name = rest.get(1..).unwrap_or_default();
                1 + name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len())
            }
            '{' if matches!(rest.get(..3), Some("{:}" | "{*}")) => {
                out.push_str(&regex_lite::escape(rest.get(1..2).unwrap_or_default()));
                3
            }
            c => {
                out.push_str(&regex_lite::escape(rest.get(..c.len_utf8()).unwrap_or_default()));
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out + "$"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_by_what_is_for_it() {
        for (pattern, path, is_taken) in [
            ("/in/*", "/index.html", false),
            ("/in/*", "/in/a", true),
            ("/in/*", "/in", true),
            ("/in*", "/index.html", true),
            ("/In*", "/index.html", true),
            ("/a/:b.html", "/a/b.html", true),
            ("/a/:b.html", "/a/b.htm", false),
            ("/a{:}b", "/a:b", true),
            ("/*/c", "/a/b", false),
            ("~^/in", "/index.html", true),
        ] {
            assert_eq!(Taken::new([pattern]).takes(path), is_taken, "{pattern} {path}");
        }
    }

    #[test]
    fn an_expression_for_what_a_rewrite_makes_and_not_for_the_path_is_opened() {
        for (guard, from, to, is_opened) in [
            // By how the path ends, it is for both.
            (r"~\.php$", "~^/old/(.*)$", "/c/{1}", false),
            (r"~\.(php|inc)(/|$)", "~^/old/(.*)$", "/c/{1}", false),
            ("~/private/", "~^/old/(.*)$", "/c/{1}", false),
            ("~/private/", "~^/old/(.*)$", "/private/{1}", true),
            (r"~^/c/.*\.php$", "~^/old/(.*)$", "/c/{1}", true),
            (r"~^/c/.*\.php$", "~^/old/(.*)$", "/d/{1}", false),
            ("~(?i)^/c/secret", "/old/*", "/c/{splat}", true),
            ("~^/o", "~^/old/(.*)$", "/c/{1}", false),
            ("~^/[a-m]", "~^/old/(.*)$", "/c/{1}", true),
        ] {
            assert_eq!(Taken::new([guard]).opens(from, to), is_opened, "{guard} {from} {to}");
        }
    }

    #[test]
    fn patterns_that_begin_otherwise_are_apart() {
        for (one, other, is_apart) in [
            ("/x*", r"~^/shop/(\d+)$", true),
            ("/x*", "~(?i)^/X", false),
            ("/shop*", r"~^/shop/(\d+)$", false),
            ("/shop/1", "~^/s", false),
            ("/x*", "~^/shop|x", false),
            ("/x*", "~shop", false),
            ("/x*", "~^/s?x", false),
            ("/x/*", "*.html", false),
            ("/x/*", "/x", false),
            ("/%61", "/b", false),
        ] {
            assert_eq!((are_apart(one, other), are_apart(other, one)), (is_apart, is_apart), "{one} {other}");
        }
    }

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
            // A folder whose name the page begins with, or that a page is looked for by.
            ("/in/*", ""),
            ("/index/*", ""),
            ("/x/*", ""),
            ("/x*", ""),
            ("/i*", "/"),
            ("/I*", "/"),
            ("/index.htm", ""),
            ("~(?i)^/x", ""),
            ("~(?i)^/in/", ""),
            ("~(?i)^/in", "~(?i)^/$"),
            ("~^/x/", ""),
            (r"~^/x.*\.html$", "~^/x.*/$"),
            (r"~(?i)^/a-b/.*\.html$", "~(?i)^/a-b/(?:.*/)?$"),
            ("~(^|/)in", "~/$"),
            (r"~(?i)^/x|\.html$", "~/$"),
            (r"~^/a/(.*\.html|.*\.php)$", "~^/a/(?:.*/)?$"),
            (r"~\.HTML$", "~/$"),
            (r"~x9q.*\.html$", ""),
            ("*.html", "~/$"),
            ("x.html", ""),
        ] {
            let mut from = vec![pattern.to_owned()];
            with_folders(&mut from, &["index.html".to_owned()]);
            from.retain(|it| it != pattern);
            assert_eq!(from.concat(), folders, "{pattern}");
        }
    }
}
