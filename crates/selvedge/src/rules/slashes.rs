//! How slashes of the path are read.

use super::read::Node;

/// `slashes`: what adjacent slashes of the path are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Slashes {
    /// `"keep"`: a path with `//` is another path.
    #[default]
    Keep,
    /// `"merge"`: they are one, before any rule is looked at, and for the origin.
    Merge,
}

/// `encodedSlashes`: what `%2F` and `%5C` in the path are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EncodedSlashes {
    /// `"keep"`: characters of a segment.
    #[default]
    Keep,
    /// `"reject"`: the answer is 400, before any rule is looked at.
    Reject,
    /// `"decode"`: slashes, before any rule is looked at, and for the origin.
    Decode,
}

impl Slashes {
    pub(crate) fn read(node: &Node<'_>) -> Option<Slashes> {
        node.one_of(&[("keep", Slashes::Keep), ("merge", Slashes::Merge)])
    }
}

impl EncodedSlashes {
    pub(crate) fn read(node: &Node<'_>) -> Option<EncodedSlashes> {
        use EncodedSlashes::{Decode, Keep, Reject};
        node.one_of(&[("keep", Keep), ("reject", Reject), ("decode", Decode)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, rules};

    #[test]
    fn both_are_kept_unless_the_rules_say_otherwise() {
        let plain = rules("{}");
        assert_eq!((plain.slashes, plain.encoded_slashes), (Slashes::Keep, EncodedSlashes::Keep));
        let set = rules(r#"{ "slashes": "merge", "encodedSlashes": "decode" }"#);
        assert_eq!((set.slashes, set.encoded_slashes), (Slashes::Merge, EncodedSlashes::Decode));
        assert_eq!(rules(r#"{ "encodedSlashes": "reject" }"#).encoded_slashes, EncodedSlashes::Reject);
        assert_problem(r#"{ "slashes": "decode" }"#, "slashes", "\"keep\" or \"merge\"");
        assert_problem(r#"{ "encodedSlashes": true }"#, "encodedSlashes", "\"reject\"");
    }
}
