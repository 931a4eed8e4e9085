//! The object that a builder fills, and the macro that makes builders of it.

use crate::rules::Value;

/// Members in the order given. Nothing is checked here: the reader of rules does that, for all rules alike.
#[derive(Clone, Debug, Default)]
pub(super) struct Object(Vec<(String, Value)>);

/// What a method of a builder gives for a member.
pub(super) enum Part {
    /// All of it. Given twice, it is there twice, which the reader reports.
    Whole(Value),
    /// One more member of an object.
    Entry(String, Value),
    /// One more item of a list.
    Item(Value),
}

pub(super) fn whole(value: impl Into<Value>) -> Part {
    Part::Whole(value.into())
}

pub(super) fn entry(name: impl Into<String>, value: impl Into<Value>) -> Part {
    Part::Entry(name.into(), value.into())
}

pub(super) fn item(value: impl Into<Value>) -> Part {
    Part::Item(value.into())
}

impl Object {
    pub(super) fn put(mut self, member: &str, part: Part) -> Object {
        let there = self.0.iter_mut().find(|(name, _)| name == member).map(|(_, value)| value);
        let value = match (part, there) {
            (Part::Entry(name, value), Some(Value::Object(members))) => {
                members.push((name, value));
                return self;
            }
            (Part::Item(value), Some(Value::Array(items))) => {
                items.push(value);
                return self;
            }
            (Part::Whole(value), _) => value,
            (Part::Entry(name, value), _) => Value::Object(vec![(name, value)]),
            (Part::Item(value), _) => Value::Array(vec![value]),
        };
        self.0.push((member.to_owned(), value));
        self
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object.0)
    }
}

/// Builders, each with its methods: `name(arguments) "member": part;`. In brackets stands what it shares with other builders.
macro_rules! builders {
    ($($(#[$doc:meta])* $name:ident $([$($shared:ident)+])? { $($(#[$about:meta])* $method:ident($($arg:ident: $type:ty),*) $member:literal: $part:expr;)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[must_use]
        pub struct $name(Object);

        impl $name {
            /// The members that there are methods for.
            #[cfg(test)]
            pub(super) fn members() -> Vec<&'static str> {
                [&[$($member),*][..], $($(shared!($shared),)+)?].concat()
            }

            /// Gives a member by its name in the reference.
            pub fn with(self, member: &str, value: impl Into<Value>) -> Self {
                $name(self.0.put(member, whole(value)))
            }

            $(
                $(#[$about])*
                pub fn $method(self, $($arg: $type),*) -> Self {
                    $name(self.0.put($member, $part))
                }
            )*

            $($(shared!($shared $name);)+)?
        }

        impl From<$name> for Value {
            fn from(rule: $name) -> Value {
                rule.0.into()
            }
        }
    )* };
}

/// What builders share: the methods for one of them, or the members that these are for.
macro_rules! shared {
    (paths $name:ident) => {
        /// Paths that are taken out again.
        pub fn except(self, patterns: impl Into<Value>) -> Self {
            $name(self.0.put("except", whole(patterns)))
        }

        /// Whether the patterns ignore the case of ASCII letters.
        pub fn ignore_case(self, ignore: bool) -> Self {
            $name(self.0.put("ignoreCase", whole(ignore)))
        }

        /// Whether a trailing slash more or less does not count in the patterns.
        pub fn ignore_trailing_slash(self, ignore: bool) -> Self {
            $name(self.0.put("ignoreTrailingSlash", whole(ignore)))
        }
    };
    (when $name:ident) => {
        /// What must hold.
        pub fn when(self, condition: When) -> Self {
            $name(self.0.put("when", whole(condition)))
        }
    };
    (paths) => {
        &["except", "ignoreCase", "ignoreTrailingSlash"]
    };
    (when) => {
        &["when"]
    };
}

pub(super) use {builders, shared};
