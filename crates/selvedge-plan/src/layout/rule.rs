//! The record of a rule: its first word, and the steps that it takes.

/// Bits of a rule's first word.
pub mod meta {
    /// ANSWERS: a redirect; otherwise a response.
    pub const REDIRECT: u32 = 1;
    /// The target is a template record, not a literal.
    pub const TEMPLATE: u32 = 2;
    /// The target has an authority.
    pub const ABSOLUTE: u32 = 4;
    /// Append the request's query unless the target has one.
    pub const KEEP_QUERY: u32 = 8;
    /// Append the request's query, less the names that the target has.
    pub const MERGE_QUERY: u32 = 16;
    /// The action reads more than the path.
    pub const READS_MORE: u32 = 32;
    /// ANSWERS: word 3 has steps, values that depend on the request.
    pub const STEPS: u32 = 64;
    /// QUERY: sort by raw name.
    pub const SORT: u32 = 128;
    /// QUERY: lower-case.
    pub const LOWERCASE: u32 = 256;
    /// ANSWERS: to a request, for one viewer alone.
    pub const PRIVATE: u32 = 512;
    /// PRECOMPRESSED: a manifest says which variants exist.
    pub const MANIFEST: u32 = 1024;
    /// Nothing is done, and the list ends.
    pub const PASS: u32 = 2048;
    /// ORIGINS: the origin has a path of its own, which the request's must not lead out of.
    pub const PREFIX: u32 = 4096;
    /// Word 4 of a redirect is a query rule: what it leaves of the request's query goes along.
    pub const DROPS: u32 = 8192;
}

/// Steps of a rule: `[n, n × (kind, a, b)]`.
pub mod step {
    /// a: op list.
    pub const OPS: u32 = 0;
    /// a: op; b: `[n, n × template]`, one line each. An op without a line is skipped.
    pub const VALUE: u32 = 1;
}
