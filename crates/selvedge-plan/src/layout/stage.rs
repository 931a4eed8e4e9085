//! The record of a stage: what it looks at, and its sections.

/// Words of a stage record.
pub mod record {
    numbers! {
        ALL:
        /// The stage's flags.
        pub const FLAGS: u32 = 0;
        /// How many inputs it has.
        pub const INPUT_COUNT: u32 = 1;
        /// The first input; role words and what else there is follow the last.
        pub const INPUTS: u32 = 2;
        /// Words of an input.
        pub const INPUT_WORDS: u32 = 3;
    }
}

/// Input kinds. The named ones are single values; headers have lines.
pub mod input {
    numbers! {
        ALL:
        /// The path as the message has it.
        pub const PATH: u32 = 0;
        /// The query without its `?`.
        pub const QUERY: u32 = 1;
        /// The method.
        pub const METHOD: u32 = 2;
        /// The host as sent.
        pub const HOST: u32 = 3;
        /// `http` or `https`.
        pub const SCHEME: u32 = 4;
        /// ISO 3166-1 alpha-2.
        pub const COUNTRY: u32 = 5;
        /// The client's address.
        pub const CLIENT: u32 = 6;
        /// The request's identifier.
        pub const REQUEST_ID: u32 = 7;
        /// Device words, one a line.
        pub const DEVICE: u32 = 8;
        /// The note of the stage before.
        pub const NOTE: u32 = 9;
        /// A request header by lower-case name.
        pub const REQUEST_HEADER: u32 = 16;
        /// A response header by lower-case name.
        pub const RESPONSE_HEADER: u32 = 17;
    }
}

/// Role words of a stage record: inputs that the reader itself looks at.
pub mod role {
    #![allow(missing_docs)]
    numbers! {
        ALL:
        pub const PATH: u32 = 0;
        pub const QUERY: u32 = 1;
        pub const HOST: u32 = 2;
        pub const SCHEME: u32 = 3;
        pub const REQUEST_ID: u32 = 4;
        pub const NOTE: u32 = 5;
        pub const COOKIE: u32 = 6;
        pub const CONTENT_ENCODING: u32 = 7;
        pub const CONTENT_TYPE: u32 = 8;
        pub const COUNT: u32 = 9;
    }
}

/// Note modes of a stage, bits.
pub mod note {
    numbers! {
        ALL:
        /// A note of the stage before is trusted.
        pub const READ: u32 = 1;
        /// No stage before can have written one: what is there came from outside, and is deleted when nothing is noted.
        pub const DELETE: u32 = 2;
        /// What changes the path for the response stages is noted.
        pub const WRITE: u32 = 4;
    }
}

/// Section kinds, in a stage's order. A section with [`section::BELOW_400`] is skipped for a status of 400 and more.
pub mod section {
    /// Matcher of redirects and responses; the first that holds answers.
    pub const ANSWERS: u32 = 1;
    /// `[n, n × experiment]`, request half.
    pub const EXPERIMENTS: u32 = 2;
    /// Matcher of query rules; all that hold apply.
    pub const QUERY: u32 = 3;
    /// Matcher of origin rules; the first that holds.
    pub const ORIGINS: u32 = 4;
    /// Matcher of rewrites; the first that holds.
    pub const REWRITES: u32 = 5;
    /// The html rule's mapping to files.
    pub const HTML: u32 = 6;
    /// Matcher of precompressed rules, request half; the first that holds.
    pub const PRECOMPRESSED: u32 = 7;
    /// Matcher of header rules; all that hold apply.
    pub const HEADERS: u32 = 8;
    /// The html rule's trailing slash redirect.
    pub const TRAILING_SLASH: u32 = 9;
    /// An op list that always applies.
    pub const ALWAYS: u32 = 10;
    /// Matcher of precompressed rules, response half; the first that holds. It comes first, for the type of the file, and last.
    pub const ENCODED: u32 = 11;
    /// `[n, n × experiment]`, cookies.
    pub const COOKIES: u32 = 12;
    /// A header rule for every path, with conditions or dynamic values.
    pub const EVERY_PATH: u32 = 13;
    /// Matcher of the rewrites at origin-request: what status the first that holds, and led here, makes of a 200.
    pub const STATUS: u32 = 14;
    /// How slashes of the path are read: `[options, ops of the answer to an escaped one]`.
    pub const SLASHES: u32 = 15;
    /// Flag: see [`section`](self).
    pub const BELOW_400: u32 = 0x100;
}

/// Options of [`section::SLASHES`], bits.
pub mod slashes {
    /// Adjacent slashes are one.
    pub const MERGE: u32 = 1;
    /// A request with an escaped slash is answered.
    pub const REJECT: u32 = 2;
    /// Escaped slashes are slashes.
    pub const DECODE: u32 = 4;
}
