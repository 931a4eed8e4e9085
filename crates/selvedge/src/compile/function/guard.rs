//! The conditions of rules.

use selvedge_plan::Stage;

use super::body::Body;
use super::script::all;
use super::{condition, path};
use crate::compile::guard::canonical;
use crate::rules::{Condition, Paths};

impl Body<'_> {
    /// `except` and `when`; `vary` are the headers that an answer names after this was looked at.
    pub(super) fn guard(&mut self, paths: &Paths, when: Option<&Condition>, vary: &[&str]) -> String {
        let mut tests = Vec::new();
        if !paths.except.is_empty() {
            tests.push(format!("!{}", path::matches_any(self, &paths.except, paths.ignore_case)));
            if let Some(test) = tests.last_mut().filter(|test| !test.starts_with("!(")) {
                *test = format!("!({})", test.get(1..).unwrap_or_default());
            }
        }
        // At responses `Vary` follows from the path, and nothing is told by what was looked at.
        if !self.stage.is_request() {
            tests.extend(when.map(|when| condition::condition(self, when)));
            return all(tests);
        }
        let mut bits = 0u32;
        for name in vary {
            let name = if self.vary.len() < 30 { canonical(name) } else { "*".to_owned() };
            let known = self.vary.iter().position(|other| *other == name).unwrap_or_else(|| {
                self.vary.push(name);
                self.vary.len() - 1
            });
            bits |= 1 << known;
        }
        let mut marks = Vec::new();
        if bits != 0 {
            self.uses('v');
            marks.push(format!("v|={bits}"));
        }
        if when.is_some() && self.stage == Stage::OriginRequest {
            self.uses('n');
            marks.push("n=1".to_owned());
        }
        let when = when.map(|when| condition::condition(self, when));
        tests.push(match (marks.is_empty(), when) {
            (true, None) => "true".to_owned(),
            (true, Some(when)) => when,
            (false, when) => format!("({},{})", marks.join(","), when.as_deref().unwrap_or("1")),
        });
        all(tests)
    }
}
