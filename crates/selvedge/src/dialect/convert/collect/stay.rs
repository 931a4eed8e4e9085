//! Rules that pass: lines that lead to the path that is asked for, which keep it from later lines.

use super::{Collector, member, passes};
use crate::dialect::arrange::Later;
use crate::rules::Value;

impl Collector<'_> {
    /// In a file of lines their order mostly says it: a line is written where it does nothing else.
    pub(super) fn stay(&mut self, rule: &Value, place: &str, rewrite: bool) {
        let Value::Object(members) = rule else { return };
        if self.by_line && !self.told.insert(self.line(place)) {
            return;
        }
        let patterns = match member(rule, "from").or(member(rule, "for")) {
            Some(Value::Array(patterns)) => patterns.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        if !self.by_line && !rewrite && patterns.iter().any(|from| self.is_rewritten(from)) {
            self.changes(place, "keeps paths that pass from rewrites as well");
        }
        let kept = |name: &str| !["from", "for", "pass", "fallback"].contains(&name);
        let kept: Vec<_> = members.iter().filter(|(name, _)| kept(name)).cloned().collect();
        // The path is served as it is, and so is a file there.
        let files_first = self.dialect.vendor().files_first;
        let before = self.rewrites.len();
        for from in patterns {
            let Value::String(text) = from else {
                self.cannot(&format!("{place}.from"), "regular expressions");
                continue;
            };
            let mut line = vec![
                ("from".to_owned(), from.clone()),
                ("to".to_owned(), Value::String(text.replace("/*", "/:splat"))),
                ("fallback".to_owned(), Value::Bool(files_first)),
            ];
            line.extend(kept.iter().cloned());
            self.redirect(&Value::Object(line), place, true);
        }
        if !rewrite {
            self.out.redirects.extend(self.rewrites.split_off(before));
        }
    }

    /// Whether a rewrite may be for a path of the pattern.
    fn is_rewritten(&self, pattern: &Value) -> bool {
        let mut rewrites = Later::new(true);
        let Some(Value::Array(rules)) = member(&self.parsed.rules, "rewrites") else { return false };
        for rule in rules.iter().filter(|rule| !passes(rule)) {
            match member(rule, "from") {
                Some(Value::Array(all)) => all.iter().for_each(|one| rewrites.add(beginning(one))),
                Some(one) => rewrites.add(beginning(one)),
                None => {}
            }
        }
        rewrites.may_take(beginning(pattern))
    }
}

/// A pattern; of an expression, one that may be for any path.
fn beginning(pattern: &Value) -> &str {
    if let Value::String(text) = pattern { text } else { "~" }
}
