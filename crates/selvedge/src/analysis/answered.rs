//! Paths that certainly no redirect or answer is for, seen without asking the engine.

use std::collections::BTreeSet;

use crate::by_text::Known;
use crate::rules::{EncodedSlashes, Model, Pattern, Slashes, Template, Token, normalise};

/// The literal text that the paths of rules begin with. All in lower case and without a slash at the end: whether these count
/// is not asked here.
#[derive(Default)]
pub(crate) struct Answered {
    exact: Known<String>,
    /// With a wildcard after them.
    prefixes: Known<String>,
    lengths: BTreeSet<usize>,
}

impl Answered {
    /// `None` where more than patterns decides which path comes to a redirect.
    pub(crate) fn of(rules: &Model) -> Option<Answered> {
        let keeps = rules.slashes == Slashes::Keep && rules.encoded_slashes == EncodedSlashes::Keep;
        let moves = !(rules.experiments.is_empty() && rules.rewrites.is_empty() && rules.query.is_empty());
        if !keeps || moves || rules.html.is_some() {
            return None;
        }
        let mut answered = Answered::default();
        answered.exact.reserve(rules.redirects.len());
        let paths = rules.redirects.iter().map(|rule| &rule.from).chain(rules.responses.iter().map(|rule| &rule.paths));
        for pattern in paths.flat_map(|paths| &paths.patterns) {
            let Pattern::Path { anchored: true, tokens, .. } = pattern else { return None };
            match tokens.as_slice() {
                [] => drop(answered.exact.insert(String::new())),
                [Token::Literal(path)] => drop(answered.exact.insert(key(path))),
                [Token::Literal(begin), ..] => {
                    let begin = key(begin);
                    answered.lengths.insert(begin.len());
                    answered.prefixes.insert(begin);
                }
                _ => return None,
            }
        }
        Some(answered)
    }

    /// Whether a redirect to this leads to a path that no rule is for.
    pub(crate) fn ends_at(&self, to: &Template) -> bool {
        let Some(to) = to.as_literal() else { return false };
        let path = match to.split_once("://").filter(|(scheme, _)| !scheme.contains('/')) {
            Some((_, rest)) => rest.get(rest.find(['/', '?', '#']).unwrap_or(rest.len())..).unwrap_or_default(),
            None => to,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        !self.may_be_for(path)
    }

    fn may_be_for(&self, path: &str) -> bool {
        let normal = normalise(path);
        let path = key(normal.as_deref().unwrap_or(path));
        let begins = |length: &usize| path.get(..*length).is_some_and(|begin| self.prefixes.contains(begin));
        self.exact.contains(&path) || self.lengths.range(..=path.len()).any(begins)
    }
}

fn key(path: &str) -> String {
    path.trim_end_matches('/').to_ascii_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::sample::Sample;
    use crate::rules::testing::rules;
    use crate::{Engine, Flow, Platform};

    /// Whether the engine lets a request for a path go on to the origin.
    fn passes(engine: &Engine, path: &str) -> bool {
        let Some((mut request, facts)) = Sample::of(&Pattern::parse("/").unwrap(), None)
            .unwrap()
            .at(path)
            .request()
            .map(|(it, facts)| (it, facts.clone()))
        else {
            return true;
        };
        matches!(engine.viewer_request(&mut request, &facts), Flow::Continue(_))
    }

    proptest! {
        /// The engine is the reference.
        #[test]
        fn the_engine_answers_nothing_there(
            froms in proptest::collection::vec("/?(/[aA%4.é1]{0,3}){0,3}(/\\*|/:x|\\*|/)?", 1..5),
            path in "(/[aA%4.é1/]{0,3}){1,3}/?",
        ) {
            let list: Vec<String> = froms.iter().map(|from| format!(r#"{{ "from": "{from}", "to": "/z" }}"#)).collect();
            let text = format!(r#"{{ "redirects": [{}] }}"#, list.join(","));
            let Ok(read) = text.parse::<crate::Rules>() else { return Ok(()) };
            let Some(answered) = Answered::of(read.model()) else { return Ok(()) };
            if !answered.may_be_for(&path) {
                prop_assert!(passes(&Engine::new(&read, Platform::Fetch).unwrap(), &path), "{text} {path}");
            }
        }
    }

    #[test]
    fn where_redirects_end() {
        let ends = |text: &str| {
            let rules = rules(text);
            let rule = rules.redirects.first().unwrap();
            Answered::of(&rules).map(|answered| answered.ends_at(&rule.to))
        };
        let with = |from: &str, to: &str| {
            ends(&format!(
                r#"{{ "redirects": [{{ "from": "/x", "to": "{to}" }}, {{ "from": "{from}", "to": "/y" }}] }}"#
            ))
        };
        for (from, to) in [("/a", "/b"), ("/a/*", "/b?c=/a"), ("/a", "https://a.example/b#/a"), ("/a/:b", "/")] {
            assert_eq!(with(from, to), Some(true), "{from} {to}");
        }
        for (from, to) in [
            ("/a", "/a/?b"),
            ("/A", "/a"),
            ("/a/*", "/a"),
            ("/*", "/b"),
            ("/caf\u{e9}", "/caf%c3%a9"),
            ("/a", "https://a.example/a"),
            ("/", "https://a.example"),
        ] {
            assert_eq!(with(from, to), Some(false), "{from} {to}");
        }
        assert_eq!(with("*.css", "/b"), None);
        assert_eq!(ends(r#"{ "redirects": [{ "from": "/x", "to": "/b" }], "html": { "index": "index.html" } }"#), None);
    }
}
