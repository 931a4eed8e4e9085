//! Paths that rules which pass keep from later rules of their list: exceptions of these.

use crate::dialect::arrange::Later;
use crate::dialect::convert::collect::member;
use crate::dialect::convert::except::{Source, without};
use crate::dialect::vercel::MAX_LENGTH;
use crate::rules::Value;

#[derive(Default)]
pub(super) struct Held {
    all: Vec<Kept>,
    /// Patterns that a rule before takes whole.
    taken: Vec<Value>,
}

/// A pattern, whether the slash at its end counts, and whether files come before the rules that it is kept from.
struct Kept {
    pattern: Value,
    exact: bool,
    late: bool,
}

impl Held {
    /// Keeps the paths of a rule that passes. `false`: it passes under conditions, which exceptions have not.
    pub(super) fn hold(&mut self, rule: &Value, exact: bool) -> bool {
        if member(rule, "when").is_some() || member(rule, "except").is_some() {
            return false;
        }
        let late = is_late(rule);
        let kept = patterns(member(rule, "from").or(member(rule, "for")));
        self.all.extend(kept.iter().map(|pattern| Kept { pattern: pattern.clone(), exact, late }));
        true
    }

    /// No later rule sees the paths of one without conditions.
    pub(super) fn take(&mut self, rule: &Value, patterns: &[Value]) {
        if member(rule, "when").is_none() && member(rule, "except").is_none() {
            self.taken.extend_from_slice(patterns);
        }
    }

    /// What is kept from a rule with this pattern.
    fn kept_out(&self, pattern: &Value, rule: &Value) -> Vec<(&Value, bool)> {
        let mut own = Later::new(true);
        own.add(beginning(pattern));
        let late = is_late(rule);
        let meets = |kept: &&Kept| {
            kept.late == late && own.may_take(beginning(&kept.pattern)) && !self.taken.contains(&kept.pattern)
        };
        self.all.iter().filter(meets).map(|kept| (&kept.pattern, kept.exact)).collect()
    }

    /// The source of a pattern without the exceptions of its rule and what is kept from it; and whether there is no way to say the
    /// latter. The error says why the former cannot be written.
    pub(super) fn sources(
        &self,
        source: &str,
        pattern: &Value,
        rule: &Value,
        exact: bool,
    ) -> Result<(Vec<Source>, bool), String> {
        let own: Vec<(&Value, bool)> =
            patterns(member(rule, "except")).iter().map(|pattern| (pattern, exact)).collect();
        let held = self.kept_out(pattern, rule);
        let all = without(source, &[own.as_slice(), &held].concat());
        match all.ok().filter(|sources| sources.iter().all(|source| source.text.len() <= MAX_LENGTH)) {
            Some(sources) => Ok((sources, false)),
            None => Ok((without(source, &own)?, !held.is_empty())),
        }
    }
}

fn patterns(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    }
}

fn is_late(rule: &Value) -> bool {
    member(rule, "fallback") == Some(&Value::Bool(true))
}

/// A pattern; of an expression, one that may be for any path.
fn beginning(pattern: &Value) -> &str {
    if let Value::String(text) = pattern { text } else { "~" }
}
