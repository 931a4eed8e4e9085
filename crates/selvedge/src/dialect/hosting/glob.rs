//! Globs of Firebase's, as its server's minimatch reads them: `*`, `**`, `?`, `{a,b}`, `[abc]`, `@(a|b)` and its like.
//!
//! A slash at the end of the path does not count, runs of slashes count as one, and no wildcard takes a dot at the beginning of a
//! segment.

use super::reader::Paths;
use crate::dialect::route::literal;
use crate::rules::{Value, pattern::normalise};

/// A segment that a wildcard takes.
const SEGMENT: &str = "[^/.][^/]*";

/// Patterns that match what a glob does. The error says what rules do not have.
pub(super) fn paths(glob: &str) -> Result<Paths, String> {
    if let Some(glob) = glob.strip_prefix('!') {
        let each = expressions(&slashed(glob))?;
        let except = Value::Object(vec![("regex".to_owned(), Value::String(each.join("|")))]);
        return Ok(Paths { more: vec![("except", except)], ..Paths::new(["/*"]) });
    }
    let glob = match glob {
        "**" => "/**".to_owned(),
        _ if glob.starts_with("**/") => format!("/{glob}"),
        _ => slashed(glob),
    };
    if let Some(simple) = simple(&glob) {
        return Ok(simple);
    }
    let each = expressions(&glob)?;
    Ok(Paths::new(each.into_iter().map(|expression| format!("~{expression}"))))
}

/// An expression for each glob that the braces of this one stand for, where they hold a slash.
fn expressions(glob: &str) -> Result<Vec<String>, String> {
    match expression(glob) {
        Ok(one) => Ok(vec![one]),
        Err(error) => match expanded(glob) {
            Some(globs) => globs.iter().map(|glob| expression(glob)).collect(),
            None => Err(error),
        },
    }
}

/// How many globs the braces of one may stand for.
const MAX_EXPANDED: usize = 64;

/// The globs that braces stand for: `/a{,/**}` is `/a` and `/a/**`. Nothing where no brace is left, one is not closed, or they are too many.
fn expanded(glob: &str) -> Option<Vec<String>> {
    let mut done = Vec::new();
    let mut open = vec![glob.to_owned()];
    while let Some(glob) = open.pop() {
        let Some((before, choices, after)) = first_brace(&glob) else {
            done.push(glob);
            continue;
        };
        // The last first, so that they come out in their order.
        for choice in choices.iter().rev() {
            open.push(format!("{before}{choice}{after}"));
        }
        if open.len() + done.len() > MAX_EXPANDED {
            return None;
        }
    }
    (done.len() > 1).then_some(done)
}

/// What stands before the first brace that holds a comma, its choices, and what stands after it.
fn first_brace(glob: &str) -> Option<(&str, Vec<&str>, &str)> {
    let start = glob.find('{')?;
    let (mut depth, mut choices, mut from) = (0_usize, Vec::new(), start + 1);
    for (at, byte) in glob.bytes().enumerate().skip(start) {
        match byte {
            b'\\' => return None,
            b'{' => depth += 1,
            b',' if depth == 1 => {
                choices.push(glob.get(from..at)?);
                from = at + 1;
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    choices.push(glob.get(from..at)?);
                    let choices = (choices.len() > 1).then_some(choices)?;
                    return Some((glob.get(..start)?, choices, glob.get(at + 1..)?));
                }
            }
            _ => {}
        }
    }
    None
}

fn slashed(glob: &str) -> String {
    if glob.starts_with('/') { glob.to_owned() } else { format!("/{glob}") }
}

/// In words of patterns: a path, all below a folder, all files with some endings.
fn simple(glob: &str) -> Option<Paths> {
    let is_plain = |text: &str| !text.contains(['*', '?', '{', '[', '(', '!', '\\']);
    if is_plain(glob) {
        let either = ("ignoreTrailingSlash", Value::Bool(true));
        return Some(Paths { more: vec![either], ..Paths::new([literal(glob)]) });
    }
    let hidden = Value::Object(vec![("regex".to_owned(), Value::String("/\\.".to_owned()))]);
    let visible = |from: Vec<String>| Some(Paths { more: vec![("except", hidden)], ..Paths::new(from) });
    let has_dot = |text: &str| text.split('/').any(|segment| segment.starts_with('.'));
    if let Some(folder) = glob.strip_suffix("/**") {
        return if is_plain(folder) && !has_dot(folder) {
            visible(vec![format!("{}/*", literal(folder))])
        } else {
            None
        };
    }
    let endings = glob.strip_prefix("/**/*.")?;
    let list = |open: &str, close: char, by: char| {
        Some(endings.strip_prefix(open)?.strip_suffix(close)?.split(by).collect::<Vec<_>>())
    };
    let endings = list("@(", ')', '|').or_else(|| list("{", '}', ',')).unwrap_or_else(|| vec![endings]);
    let is_ending = |ending: &&str| !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    endings.iter().all(is_ending).then_some(())?;
    visible(endings.into_iter().map(|ending| format!("*.{ending}")).collect())
}

/// As an expression for the normalised path.
fn expression(glob: &str) -> Result<String, String> {
    let segments: Vec<&str> = glob.split('/').skip(1).filter(|segment| !segment.is_empty()).collect();
    let mut out = String::from("^");
    for (at, segment) in segments.iter().enumerate() {
        let last = at + 1 == segments.len();
        match *segment {
            "**" if last => out.push_str(&format!("/(?:{SEGMENT}(?:/{SEGMENT})*)?")),
            "**" => out.push_str(&format!("(?:/{SEGMENT})*")),
            segment => {
                out.push('/');
                Segment { rest: segment, out: &mut out, is_start: true }.write(0)?;
            }
        }
    }
    out.push_str("/?$");
    match regex_lite::Regex::new(&out) {
        Ok(_) => Ok(out),
        Err(error) => Err(format!("a glob as {glob:?}: {error}")),
    }
}

struct Segment<'g, 'o> {
    rest: &'g str,
    out: &'o mut String,
    /// Of the segment: no wildcard takes a dot here.
    is_start: bool,
}

/// How deep groups may nest.
const MAX_DEPTH: u8 = 8;

impl Segment<'_, '_> {
    /// Up to what closes the group, which stays.
    fn write(&mut self, depth: u8) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err("groups of a glob nested so deeply".to_owned());
        }
        while let Some(c) = self.rest.chars().next() {
            if depth > 0 && matches!(c, ')' | '|' | ',' | '}') {
                return Ok(());
            }
            self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
            let extended = self.rest.starts_with('(');
            let is_start = std::mem::take(&mut self.is_start);
            match c {
                '@' if extended => self.group(('|', ')'), "", depth, is_start)?,
                '+' if extended => self.group(('|', ')'), "+", depth, is_start)?,
                '*' if extended => self.group(('|', ')'), "*", depth, is_start)?,
                '?' if extended => self.group(('|', ')'), "?", depth, is_start)?,
                '!' if extended => return Err("!( ) in a glob".to_owned()),
                '*' => self.star(is_start),
                '?' => self.out.push_str(if is_start { "[^/.]" } else { "[^/]" }),
                '[' => self.class(is_start)?,
                '{' => self.group((',', '}'), "", depth, is_start)?,
                '\\' => {
                    let next = self.rest.chars().next().ok_or("a backslash at the end of a glob")?;
                    self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
                    self.literal(next);
                }
                '(' | ')' => return Err("a parenthesis in a glob".to_owned()),
                _ => self.literal(c),
            }
        }
        if depth == 0 { Ok(()) } else { Err("a group of a glob that is not closed, or holds a slash".to_owned()) }
    }

    fn star(&mut self, is_start: bool) {
        self.rest = self.rest.trim_start_matches('*');
        let must = self.rest.is_empty() || self.rest.starts_with('.');
        self.out.push_str(match (is_start, must) {
            (true, true) => SEGMENT,
            (true, false) => "(?:[^/.][^/]*)?",
            (false, _) => "[^/]*",
        });
    }

    fn literal(&mut self, c: char) {
        let mut bytes = [0; 4];
        let text: &str = c.encode_utf8(&mut bytes);
        // A dot alone would be a segment that means nothing.
        let normal = if c == '.' { None } else { normalise(text) };
        self.out.push_str(&regex_lite::escape(&normal.unwrap_or_else(|| text.to_owned())));
    }

    /// `(a|b)` or `{a,b}`, from what opens it on.
    fn group(&mut self, (by, close): (char, char), times: &str, depth: u8, is_start: bool) -> Result<(), String> {
        self.out.push_str("(?:");
        self.rest = self.rest.strip_prefix('(').unwrap_or(self.rest);
        loop {
            self.is_start = is_start;
            self.write(depth + 1)?;
            let c = self.rest.chars().next().ok_or("a group of a glob that is not closed")?;
            self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                _ if c == close => break,
                _ if c == by => self.out.push('|'),
                _ => self.literal(c),
            }
        }
        self.out.push(')');
        self.out.push_str(times);
        Ok(())
    }

    /// `[a-z]`, `[!a]`
    fn class(&mut self, is_start: bool) -> Result<(), String> {
        let end = self.rest.get(1..).and_then(|rest| rest.find(']')).ok_or("a class of a glob that is not closed")? + 1;
        let (inside, rest) = self.rest.split_at(end);
        let (not, inside) = match inside.strip_prefix(['!', '^']) {
            Some(inside) => ("^/", inside),
            None => ("", inside),
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !inside.bytes().all(is_plain) || inside.is_empty() || is_start && (!not.is_empty() || inside.contains('.')) {
            return Err(format!("a class of a glob as [{inside}]"));
        }
        self.out.push_str(&format!("[{not}{inside}]"));
        self.rest = rest.strip_prefix(']').unwrap_or(rest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(glob: &str) -> String {
        match paths(glob) {
            Ok(Paths { from, more }) => {
                format!("{} {}", from.join(" "), more.iter().map(|(name, _)| *name).collect::<String>())
            }
            Err(error) => error,
        }
    }

    #[test]
    fn common_globs_are_patterns() {
        assert_eq!(of("**"), "/* except");
        assert_eq!(of("/a/**"), "/a/* except");
        assert_eq!(of("**/*.@(jpg|png)"), "*.jpg *.png except");
        assert_eq!(of("/a.html"), "/a.html ignoreTrailingSlash");
        assert_eq!(of("!/a/*"), "/* except");
        assert_eq!(of("/.well-known/**"), "~^/\\.well\\-known/(?:[^/.][^/]*(?:/[^/.][^/]*)*)?/?$ ");
    }

    /// Rows from minimatch itself (6.2): a glob, a path, whether it matches.
    #[test]
    fn others_are_expressions() {
        for (glob, path, matches) in [
            ("/a/*", "/a/b", true),
            ("/a/*", "/a/", false),
            ("/a/*", "/a/b/", true),
            ("/a/*", "/a/.b", false),
            ("/a/*.js", "/a/.js", false),
            ("/a/*.js", "/a/b.js", true),
            ("/a/**/c", "/a/c", true),
            ("/a/**/c", "/a/b/x/c", true),
            ("/a/**/c", "/a/.b/c", false),
            ("/{a,b}/c", "/b/c", true),
            ("/@(a|b*)/c", "/bx/c", true),
            ("/a?(.html)", "/a.html", true),
            ("/a+(x)", "/axx", true),
            ("/a+(x)", "/a", false),
            ("/[a-c]x", "/bx", true),
            ("/[!a-c]x", "/bx", false),
            ("/?x", "/bx", true),
            ("/foo{,/**}", "/foo", true),
            ("/foo{,/**}", "/foo/a/b", true),
            ("/foo{,/**}", "/foobar", false),
            ("/{a/b,c}/{d,e/f}", "/a/b/e/f", true),
            ("/{a/b,c}/{d,e/f}", "/a/e", false),
        ] {
            let spelled = of(glob);
            if glob == "/[!a-c]x" {
                assert_eq!(spelled, "a class of a glob as [a-c]", "what cannot be had is refused");
                continue;
            }
            let mut each = spelled.split(' ').filter(|regex| !regex.is_empty());
            let is_match = |regex: &str| {
                let regex = regex.strip_prefix('~').expect(regex);
                regex_lite::Regex::new(regex).expect(regex).is_match(path)
            };
            assert_eq!(each.any(is_match), matches, "{glob} {path}");
        }
    }
}
