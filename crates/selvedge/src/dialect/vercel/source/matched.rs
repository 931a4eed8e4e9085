//! Which paths a source matches, in Selvedge's patterns.

use super::lookahead::{Split, without_lookaheads};
use super::{ANYTHING, Group, SEGMENT, Source, Token, is_word};
use crate::rules::Value;

/// What a source comes to among Selvedge's patterns.
#[derive(Debug, PartialEq)]
pub(in crate::dialect) struct Matched {
    pub(in crate::dialect) from: Value,
    /// What a lookahead takes out.
    pub(in crate::dialect) except: Option<Value>,
    pub(in crate::dialect) captures: Vec<Capture>,
    /// `/a/(.*)?` matches `/a` too, which a pattern can only say together with `/a/`.
    pub(in crate::dialect) either_slash: bool,
}

/// A capture: its name in the file, if it has one, and its name in a rule; empty for one that is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Capture {
    pub(in crate::dialect) name: Option<String>,
    pub(in crate::dialect) reference: String,
}

impl Matched {
    fn pattern(pattern: String, captures: Vec<Capture>, either_slash: bool) -> Matched {
        Matched { from: Value::String(pattern), except: None, captures, either_slash }
    }

    fn but(mut self, except: &[Value]) -> Matched {
        let mut all = match self.except.take() {
            Some(Value::Array(all)) => all,
            one => one.into_iter().collect(),
        };
        all.extend_from_slice(except);
        self.except = Some(Value::Array(all));
        self
    }
}

impl Source {
    /// As patterns where some say the same, else as a regular expression. `exact`: a slash at the end counts; otherwise one more
    /// is taken.
    pub(in crate::dialect) fn matched(&self, exact: bool) -> Result<Vec<Matched>, String> {
        if let Some(split) = Split::of(&self.regex()) {
            let except = split.except("(?i)")?;
            let kept = self.without_lookaheads().matched(exact)?;
            return Ok(kept.into_iter().map(|kept| kept.but(&except)).collect());
        }
        if let Some((pattern, captures)) = self.pattern() {
            let last = self.tokens.last().and_then(Token::group);
            return Ok(match last.and_then(|group| group.modifier) {
                Some('*') => segments(pattern, captures, exact),
                modifier => vec![Matched::pattern(pattern, captures, modifier.is_some())],
            });
        }
        let mut captures = Vec::new();
        for group in self.groups().filter(|group| group.pattern.is_some()) {
            captures.push(match &group.name {
                Some(name) => Capture { name: Some(name.clone()), reference: name.clone() },
                None => Capture { name: None, reference: (captures.len() + 1).to_string() },
            });
        }
        let end = if exact { "" } else { "/?" };
        let from = regex_of(&format!("(?i)^{}{end}$", self.regex()))?;
        Ok(vec![Matched { from, except: None, captures, either_slash: false }])
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.tokens.iter().filter_map(Token::group)
    }

    fn regex(&self) -> String {
        self.tokens.iter().map(Token::regex).collect()
    }

    fn without_lookaheads(&self) -> Source {
        let mut tokens = self.tokens.clone();
        for token in &mut tokens {
            if let Token::Group(Group { pattern: Some(pattern), .. }) = token {
                *pattern = without_lookaheads(pattern);
            }
        }
        Source { tokens }
    }

    /// Whether another group follows in the same segment: the first takes as little as it can, a pattern's name as much.
    fn shares_segment(&self, position: usize) -> bool {
        for token in self.tokens.iter().skip(position + 1) {
            match token {
                Token::Text(text) if text.contains('/') => return false,
                Token::Text(_) => {}
                Token::Group(group) => return !group.prefix.contains('/'),
            }
        }
        false
    }

    /// The pattern that says the same.
    fn pattern(&self) -> Option<(String, Vec<Capture>)> {
        let mut pattern = String::new();
        let mut captures = Vec::new();
        let mut splats = 0;
        let mut splat = |pattern: &mut String| {
            splats += 1;
            pattern.push('*');
            if splats == 1 { "splat".to_owned() } else { format!("splat{splats}") }
        };
        for (position, token) in self.tokens.iter().enumerate() {
            let group = match token {
                Token::Text(text) if text.contains(['*', ':', '{', '}']) => return None,
                Token::Text(text) => {
                    pattern.push_str(text);
                    continue;
                }
                Token::Group(group) => group,
            };
            let last = position + 1 == self.tokens.len();
            let whole = group.suffix.is_empty() && matches!(group.prefix.as_str(), "" | "/");
            pattern.push_str(&group.prefix);
            let reference = match (group.pattern.as_deref()?, group.modifier) {
                (SEGMENT, None) if group.suffix.is_empty() => {
                    let name = group.name.clone()?;
                    // `:a-b` ends a name, `:ab` would not.
                    if matches!(self.tokens.get(position + 1), Some(Token::Text(text)) if text.starts_with(is_word)) {
                        return None;
                    }
                    if self.shares_segment(position) {
                        return None;
                    }
                    pattern.push(':');
                    pattern.push_str(&name);
                    name
                }
                // A bare `/a`, and a slash at the end, are matched as well as what is below.
                (ANYTHING, Some('?'))
                    if group.prefix == "/" && whole && last && !pattern.is_empty() && pattern != "/" =>
                {
                    splat(&mut pattern)
                }
                (SEGMENT, Some('*')) if group.prefix == "/" && whole && last => splat(&mut pattern),
                (ANYTHING, None) if group.suffix.is_empty() => splat(&mut pattern),
                _ => return None,
            };
            captures.push(Capture { name: group.name.clone(), reference });
        }
        let mut names: Vec<&str> = captures.iter().map(|capture| capture.reference.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        (names.len() == captures.len()).then_some((pattern, captures))
    }
}

/// `/a/:path*`: any number of segments, none among them, and none of them empty.
fn segments(pattern: String, captures: Vec<Capture>, exact: bool) -> Vec<Matched> {
    let bare = pattern.strip_suffix("/*").unwrap_or_default().to_owned();
    let texts = |texts: &[String]| Value::Array(texts.iter().cloned().map(Value::String).collect());
    // It is optional as a whole, slash included: the root has a slash and nothing after it.
    let except = exact.then(|| texts(&[format!("{bare}/"), format!("{pattern}/")]));
    let mut empty = captures.clone();
    if let Some(last) = empty.last_mut() {
        last.reference = String::new();
    }
    let alone = (exact && !bare.is_empty()).then(|| Matched::pattern(bare, empty, false));
    let below = Matched { except, ..Matched::pattern(pattern, captures, false) };
    alone.into_iter().chain([below]).collect()
}

impl Split {
    /// The paths that it takes out: patterns and expressions, these with the flags.
    pub(in crate::dialect::vercel) fn except(&self, flags: &str) -> Result<Vec<Value>, String> {
        let mut except = Vec::new();
        for out in &self.taken_out {
            match out.patterns() {
                Some(patterns) => except.extend(patterns.into_iter().map(Value::String)),
                None => except.push(regex_of(&format!("{flags}{}", out.regex()))?),
            }
        }
        Ok(except)
    }
}

/// As a pattern, if the engine has all that is in it.
pub(in crate::dialect::vercel) fn regex_of(regex: &str) -> Result<Value, String> {
    match regex_lite::Regex::new(regex) {
        Ok(_) => Ok(Value::Object(vec![("regex".to_owned(), Value::String(regex.to_owned()))])),
        Err(error) => Err(format!("as a regular expression it is {regex}, of which the engine says: {error}")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn common_sources_are_patterns() {
        for (source, pattern) in [
            ("/about", "/about"),
            ("/blog/:slug", "/blog/:slug"),
            ("/:path*", "/*"),
            ("/docs/:path*", "/docs/*"),
            ("/(.*)", "/*"),
            ("/a/(.*)/b/:c", "/a/*/b/:c"),
            ("/p/:id.html", "/p/:id.html"),
            ("/:file(.*)", "/*"),
            ("/:a/:b/x-:c", "/:a/:b/x-:c"),
        ] {
            let from = Source::parse(source).unwrap().matched(false).unwrap().remove(0).from;
            assert_eq!(from, Value::String(pattern.to_owned()), "{source}");
        }
    }

    #[test]
    fn others_are_the_expressions_of_path_to_regexp() {
        for (source, regex) in [
            ("/post/:id(\\d{1,})", "^/post(?:/(?<id>\\d{1,}))$"),
            ("/a/:b?", "^/a(?:/(?<b>[^/]+?))?$"),
            ("/a/:b+", "^/a(?:/(?<b>(?:[^/]+?)(?:/(?:[^/]+?))*))$"),
            ("/(en|de)/x", "^(?:/(en|de))/x$"),
            ("/a{-:b}?", "^/a(?:\\-(?<b>[^/]+?))?$"),
            // Of "1-2-3" the first is "1": a pattern's would be "1-2".
            ("/:a\\-:b", "^(?:/(?<a>[^/]+?))\\-(?<b>[^/]+?)$"),
            ("/:a.(.*)", "^(?:/(?<a>[^/]+?))(?:\\.(.*))$"),
        ] {
            for (exact, end) in [(true, "$"), (false, "/?$")] {
                let expected = format!("(?i){}{end}", regex.trim_end_matches('$').replace("\\-", "-"));
                let of_regex = Value::Object(vec![("regex".to_owned(), Value::String(expected))]);
                assert_eq!(Source::parse(source).unwrap().matched(exact).unwrap().remove(0).from, of_regex, "{source}");
            }
        }
    }

    #[test]
    fn a_lookahead_is_an_exception() {
        let of = |source: &str| Source::parse(source).unwrap().matched(false).unwrap().remove(0);
        let matched = of("/((?!api|assets/).*)");
        assert_eq!(matched.from, Value::String("/*".to_owned()));
        let texts = ["/api*", "/assets/*"].map(|text| Value::String(text.to_owned()));
        assert_eq!(matched.except, Some(Value::Array(texts.into())));
        let matched = of("/:lang/((?!api$).*)");
        assert_eq!(matched.from, Value::String("/:lang/*".to_owned()));
        let regex = "(?i)^(?:/(?<lang>[^/]+?))/(?:api$)".to_owned();
        let regex = Value::Object(vec![("regex".to_owned(), Value::String(regex))]);
        assert_eq!(matched.except, Some(Value::Array(vec![regex.clone()])));
        // Below something else that is taken out.
        let matched = of("/:lang/((?!api$).*)/:rest*");
        assert_eq!(matched.except, Some(Value::Array(vec![regex])));
    }

    /// As @vercel/routing-utils: strict, so that a slash at the end is an empty segment, which no name takes.
    #[test]
    fn segments_end_without_a_slash() {
        let of = |source: &str, exact| {
            let matched = Source::parse(source).unwrap().matched(exact).unwrap();
            let one = |matched: Matched| (matched.from, matched.except.unwrap_or(Value::Null));
            serde_json::to_string(&matched.into_iter().map(one).collect::<Vec<_>>()).unwrap()
        };
        assert_eq!(of("/a/:b*", true), r#"[["/a",null],["/a/*",["/a/","/a/*/"]]]"#);
        assert_eq!(of("/:b*", true), r#"[["/*",["/","/*/"]]]"#);
        assert_eq!(of("/a/:b*", false), r#"[["/a/*",null]]"#);
        assert_eq!(of("/:b*", false), r#"[["/*",null]]"#);
    }

    #[test]
    fn what_the_engine_lacks_is_said() {
        assert!(Source::parse("/a/:b((?<=x)y)").unwrap().matched(true).unwrap_err().contains("(?<=x)y"));
    }
}
