//! The conditions of a rule.

/// Kinds of conditions.
pub mod condition {
    /// `[ALL, n, n × condition]`
    pub const ALL: u32 = 0;
    /// `[ANY, n, n × condition]`
    pub const ANY: u32 = 1;
    /// `[NOT, condition]`
    pub const NOT: u32 = 2;
    /// `[TEST, subject, input + 1, name offset, name length, test]`
    pub const TEST: u32 = 3;
    /// Conditions nested at most.
    pub const MAX_DEPTH: u32 = 20;
}

/// Subjects of a test: how values are taken from the input.
pub mod subject {
    /// The input is one value.
    pub const VALUE: u32 = 0;
    /// Each line is a value.
    pub const LINES: u32 = 1;
    /// Values of a query parameter, form-decoded.
    pub const QUERY: u32 = 2;
    /// Values of a cookie, raw.
    pub const COOKIE: u32 = 3;
    /// The host, lower-case, without its port.
    pub const HOST: u32 = 4;
    /// The status number.
    pub const STATUS: u32 = 5;
    /// The language that the lookup picks.
    pub const LANGUAGE: u32 = 6;
    /// The media type without parameters, lower-case.
    pub const CONTENT_TYPE: u32 = 7;
    /// In a look-up: a parameter or cookie of this name, whatever its value.
    pub const BY_NAME: u32 = 8;
}

/// Tests of a value: `[kind, fold, n, n × (offset, length)]` unless said otherwise.
pub mod test {
    /// `[PRESENT, 0 or 1]`
    pub const PRESENT: u32 = 0;
    /// Is one of them.
    pub const EQUAL: u32 = 1;
    /// Begins with one of them.
    pub const PREFIX: u32 = 2;
    /// Ends with one of them.
    pub const SUFFIX: u32 = 3;
    /// Has one of them inside.
    pub const CONTAINS: u32 = 4;
    /// `[REGEX, program]`
    pub const REGEX: u32 = 5;
    /// `[CIDR, n, n × (four words of the address, prefix length)]`, IPv4 as `::ffff:0:0/96`.
    pub const CIDR: u32 = 6;
    /// `[STATUS, n, n × (first, last)]`
    pub const STATUS: u32 = 7;
    /// Is one of them; `*.x` is one or more labels before `.x`.
    pub const HOST: u32 = 8;
}

/// Lists of names, as the automaton of Aho and Corasick: `[start, nodes]`, a node is `[node that it fails to, flags | number of
/// children << 2, children × (byte << 24 | node)]`, children in the order of their bytes. A node is given by its word in the
/// automaton. `start` is where a name begins; it fails to the root, where what may stand anywhere begins.
pub mod names {
    /// What follows is whatever it is: the name is in the list.
    pub const ACCEPTS: u32 = 1;
    /// A name that ends here is in the list.
    pub const ENDS: u32 = 2;
    /// The number of children, above the flags.
    pub const COUNT_SHIFT: u32 = 2;
    /// Bits of a child that give its node.
    pub const TARGET_BITS: u32 = 24;
}
