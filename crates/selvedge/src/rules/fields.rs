//! The members of an object.

use super::Value;
use super::read::Node;
use super::suggest::suggest;

/// The members of an object: hands them out by name, and on drop reports those that nobody asked for.
pub(crate) struct Fields<'a> {
    pub(crate) node: &'a Node<'a>,
    members: &'a [(String, Value)],
    asked: [&'static str; MAX_FIELDS],
    count: usize,
}

/// More than any object has: the names asked for are kept without allocating, as there is one object per rule.
const MAX_FIELDS: usize = 20;

impl<'a> Node<'a> {
    /// An object with a fixed set of members; see [`Fields`].
    pub(crate) fn object(&'a self) -> Option<Fields<'a>> {
        match self.value {
            Value::Object(members) => Some(Fields::new(self, members)),
            _ => {
                self.expected("an object", "");
                None
            }
        }
    }
}

impl<'a> Fields<'a> {
    pub(crate) fn new(node: &'a Node<'a>, members: &'a [(String, Value)]) -> Fields<'a> {
        Fields { node, members, asked: [""; MAX_FIELDS], count: 0 }
    }

    /// A member; `null` counts as absent, as `undefined` of JavaScript arrives as that.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<Node<'a>> {
        debug_assert!(self.count < MAX_FIELDS);
        if let Some(next) = self.asked.get_mut(self.count) {
            *next = name;
            self.count += 1;
        }
        let mut found = self.members.iter().filter(|(member, _)| member == name);
        let (member, value) = found.next()?;
        let node = self.node.with_member(member, value);
        if found.next().is_some() {
            node.problem("duplicate-field", "given twice", "keep one of them");
        }
        (*value != Value::Null).then_some(node)
    }

    /// As [`Fields::take`], where absence would make the rule apply to more than was meant: `null` is an error.
    pub(crate) fn take_given(&mut self, name: &'static str) -> Option<Node<'a>> {
        let given = self.take(name);
        if given.is_none() && self.members.iter().any(|(member, _)| member == name) {
            let message = format!("{name:?} is null or undefined");
            self.node.error(message, "give it a value, or leave the field out");
        }
        given
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Reports a rule without an effect; not where a misspelt member is the reason, which is reported by itself.
    pub(crate) fn changes_nothing(&self, help: &str) {
        let asked = self.asked.get(..self.count).unwrap_or_default();
        if self.members.iter().all(|(member, _)| asked.contains(&member.as_str())) {
            self.node.problem("no-effect", "changes nothing", help);
        }
    }

    /// A member that must be there; `help` says what to write.
    pub(crate) fn required(&mut self, name: &'static str, help: &str) -> Option<Node<'a>> {
        let node = self.take(name);
        if node.is_none() {
            self.node.problem("missing-field", format_args!("{name:?} is missing"), help);
        }
        node
    }

    /// A member that is `true` or `false`; `false` when absent.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.take(name).and_then(|node| node.bool()).unwrap_or(false)
    }
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        for (name, value) in self.members {
            let known = || self.asked.iter().take(self.count).copied();
            if !known().any(|asked| asked == name) {
                let help = match suggest(name, known()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => {
                        format!("known here: {}", known().filter(|it| *it != "$schema").collect::<Vec<_>>().join(", "))
                    }
                };
                self.node.with_member(name, value).problem("unknown-field", "unknown field", help);
            }
        }
    }
}
