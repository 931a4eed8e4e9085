//! Conditions: what a message must be like for a rule to apply.

use super::cidr::Cidr;
use super::status_range::StatusRange;
use super::subject::Subject;
use crate::expression::Expression;

/// What `when` became.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Condition {
    /// All must hold.
    All(Vec<Condition>),
    /// One must hold.
    Any(Vec<Condition>),
    /// It must not hold.
    Not(Box<Condition>),
    /// Something of the message is compared. With several values of one name, one suffices.
    Test {
        /// What is read. What cannot be read counts as absent.
        subject: Subject,
        /// What it is compared with.
        test: Match,
    },
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Match {
    /// Present (with any value, also an empty one), or absent.
    Present(bool),
    /// Equal to one of these. For the host, `*.x` is one or more labels before `.x`.
    Equal(Vec<String>),
    /// Begins with this.
    Prefix(String),
    /// Ends with this.
    Suffix(String),
    /// Contains this.
    Contains(String),
    /// Matches this regular expression of regex-lite, unanchored.
    Regex(String),
    /// Is in one of these ranges.
    Cidr(Vec<Cidr>),
    /// Is in one of these ranges.
    Status(Vec<StatusRange>),
}

impl Condition {
    /// Calls `f` with every comparison, whatever it is nested in.
    pub(crate) fn visit<'c>(&'c self, f: &mut dyn FnMut(&'c Subject, &'c Match)) {
        match self {
            Condition::All(conditions) | Condition::Any(conditions) => {
                for condition in conditions {
                    condition.visit(f);
                }
            }
            Condition::Not(condition) => condition.visit(f),
            Condition::Test { subject, test } => f(subject, test),
        }
    }

    /// Whether some comparison reads a subject of this kind.
    pub(crate) fn reads(&self, kind: impl Fn(&Subject) -> bool) -> bool {
        let mut found = false;
        self.visit(&mut |subject, _| found |= kind(subject));
        found
    }

    /// What captures `name` whenever the condition holds: the subject and the expression of each comparison that may do it.
    pub(crate) fn captures(&self, name: &str) -> Option<Vec<(Subject, String)>> {
        match self {
            Condition::All(conditions) => conditions.iter().find_map(|condition| condition.captures(name)),
            Condition::Any(conditions) => {
                let each = conditions.iter().map(|condition| match condition {
                    // Of several comparisons in one alternative, others may be what failed.
                    Condition::Test { .. } => condition.captures(name),
                    _ => None,
                });
                each.collect::<Option<Vec<_>>>().map(|lists| lists.concat())
            }
            Condition::Test { subject, test: Match::Regex(source) } => {
                let expression = Expression::new(source).ok()?;
                expression.group(name).map(|_| vec![(subject.clone(), source.clone())])
            }
            Condition::Test { .. } | Condition::Not(_) => None,
        }
    }

    /// One condition for several that must all hold.
    pub(crate) fn all(conditions: Vec<Condition>) -> Option<Condition> {
        one(conditions, Condition::All)
    }

    /// One condition for several of which one must hold.
    pub(crate) fn any(conditions: Vec<Condition>) -> Option<Condition> {
        one(conditions, Condition::Any)
    }
}

fn one(mut conditions: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Option<Condition> {
    if conditions.len() > 1 { Some(join(conditions)) } else { conditions.pop() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_every_comparison() {
        let test = |subject| Condition::Test { subject, test: Match::Present(true) };
        let inner = Condition::Any(vec![test(Subject::Ip), Condition::Not(Box::new(test(Subject::Status)))]);
        let condition = Condition::All(vec![test(Subject::Host), inner]);
        let mut seen = Vec::new();
        condition.visit(&mut |subject, _| seen.push(subject.clone()));
        assert_eq!(seen, [Subject::Host, Subject::Ip, Subject::Status]);
        assert!(condition.reads(Subject::is_response));
    }
}
