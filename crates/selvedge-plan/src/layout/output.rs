//! What comes out of a decision.

/// Ops, what a decision does to a message: `[code | flags << 8 | status << 16, name offset, length, value offset, length]`.
pub mod op {
    numbers! {
        ALL:
        /// Words of an op.
        pub const WORDS: u32 = 5;
        /// Set the URI path.
        pub const SET_URI: u32 = 1;
        /// Append to the URI path as it came.
        pub const APPEND_URI: u32 = 2;
        /// Set the query.
        pub const SET_QUERY: u32 = 3;
        /// Choose the origin; the value is a record of lines.
        pub const SET_ORIGIN: u32 = 4;
        /// Answer; name = reason phrase, value = body, flags: 0 none, 1 text, 2 base64.
        pub const ANSWER: u32 = 5;
        /// Set the status of a 200, and leave its body; name = reason phrase.
        pub const SET_STATUS: u32 = 6;
        /// Remove a header.
        pub const REMOVE: u32 = 8;
        /// Remove the headers that the wildcard in name matches, less the platform's (value: names, one a line).
        pub const REMOVE_MATCHING: u32 = 9;
        /// Set a header where it is absent. Values are lines joined by `\n`.
        pub const DEFAULT: u32 = 10;
        /// Set a header.
        pub const SET: u32 = 11;
        /// Append lines to a header.
        pub const APPEND: u32 = 12;
        /// Merge into `Vary`.
        pub const MERGE_VARY: u32 = 13;
        /// Replace in each line; value = `[n, inputs, n × (program, template)]`. The inputs of a question are the line, and what a
        /// decision gives in the text of the op, each after a NUL.
        pub const REPLACE: u32 = 14;
        /// Flag: for files of the site alone, not on a status of 400 and more, nor on an answer that a rule makes.
        pub const OF_FILES: u32 = 1;
        /// In the words of a decision: this op with the text that follows.
        pub const DYNAMIC: u32 = 0x8000_0000;
    }
}

/// What `decide` returns across the WebAssembly border; anything else is the offset of an op list.
pub mod decision {
    numbers! {
        ALL:
        /// Nothing to do.
        pub const UNCHANGED: u32 = 0;
        /// Flag: the other bits count output words.
        pub const WORDS: u32 = 0x8000_0000;
        /// The working memory is too small: call `grow` and try again. So says `ask`, too.
        pub const GROW: u32 = 0xFFFF_FFFF;
        /// An input contains NUL, the separator of the inputs: clean the values and try again.
        pub const UNCLEAN: u32 = 0xFFFF_FFFE;
        /// The plan wants more steps than a decision may take. The border makes a trap of it.
        pub const EXHAUSTED: u32 = 0xFFFF_FFFD;
    }
}

/// What `ask` returns across the WebAssembly border, besides [`decision::GROW`].
pub mod answer {
    numbers! {
        ALL:
        /// The wildcard does not match; the line stays as it is.
        pub const NO: u32 = 0;
        /// The wildcard matches; the line becomes the text in the output words.
        pub const YES: u32 = 1;
        /// The line must not go on.
        pub const REMOVED: u32 = 2;
    }
}
