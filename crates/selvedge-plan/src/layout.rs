//! The flat format of a plan.
//!
//! Everything is little-endian `u32` words at 4-aligned offsets from the start of the plan, and UTF-8 strings given by an
//! offset and a length. The writer (`selvedge::compile`) and the readers (this crate; `js-shim/src/core/plan.ts` for the header,
//! the inputs and the ops) share the numbers in this module: `cargo xtask build` writes the tables made by `numbers!` for
//! TypeScript, under the same names. A reader treats an offset out of bounds as zero, so that
//! a wrong one reads nothing; a plan whose checksum does not fit, or whose stage records point outside, is not read at all.
//!
//! ## Header
//!
//! The words [`MAGIC`] … [`OUTPUT_WORDS`] below are indices into the header.
//!
//! ## Stage record
//!
//! `[flags, n, n × (input kind, name offset, name length), role words, note mode, vary table, n, n × (section kind, offset)]`,
//! see [`record`].
//!
//! A role word is 1 + the position of the input with that role, 0 where the stage does not read it.
//!
//! ## Matcher
//!
//! Which rules a path can concern, in rule order: two indices (exact case; ASCII case folded), then
//! `[first entry + 1 that is tried for every path, entries offset]`. An index is `[exact table, slots, edge table, slots, root node]`.
//!
//! - exact table: open addressing, a slot is `tag << 24 | entry + 1`, 0 = free;
//! - edge table: slots `[node, segment offset, segment length, child]`, 0 = free. With `node | 1` the "child" is the first
//!   entry (+ 1) of the patterns that hang at the node and end with this segment;
//! - node: `[child for ":name", first entry + 1 that ends here, first entry + 1 whose rest is verified, has edges by last segment]`;
//! - entry: `[rule, pattern or literal offset, length | flags << 24, next entry + 1 of the same list]`. Their order is that
//!   of the rules. What is tried for every path are regexes and patterns without a leading slash;
//! - a long list may begin with an entry that has [`entry::LOOK_UP`]. Its rule is a record `[table, slots, n, n × (subject,
//!   input + 1)]`; what follows are the list's rules that are tried whatever the event holds. The others are in the lists of
//!   the table, open addressing with slots `[key, first entry + 1]`, 0 = free. Each value of each subject has a key: the
//!   hash of `name NUL value` (the name empty for the host and headers) with the salt `subject << 8 | input + 1`; with
//!   [`subject::BY_NAME`], of `name NUL` alone. A rule whose test names several values has an entry for each. That the key
//!   fits proves nothing, so guards are asked as always.
//!
//! ## Pattern
//!
//! `[flags, tokens, slots, slots × wildcard number, tokens × (token kind, offset, length)]`; for a regular
//! expression `[program, 0, slots, slots × group number]`. A slot is a capture that the rule's templates use.
//!
//! ## Program
//!
//! A regular expression: `[n, n × (kind | argument << 8, links)]`, see [`instruction`]. It begins with the first instruction,
//! and the last one is the match.
//!
//! ## Rule
//!
//! `[meta, guard offset, …]`; the guard is `[condition, vary bits, n, n × (pattern offset, flags << 24)]` for `when` and
//! `except`. What follows depends on the section, see the readers of `decide`.

/// The request header that holds what the stages tell each other.
pub const NOTE_HEADER: &str = "x-selvedge";

numbers! {
    HEADER:
    /// `SLVG`.
    pub const MAGIC_NUMBER: u32 = 0x4756_4C53;
    /// Version of this format; a reader takes no other.
    pub const VERSION_NUMBER: u32 = 3;

    /// Header: [`MAGIC_NUMBER`].
    pub const MAGIC: u32 = 0;
    /// Header: [`VERSION_NUMBER`].
    pub const VERSION: u32 = 1;
    /// Header: length of the plan in bytes.
    pub const LENGTH: u32 = 2;
    /// Header: checksum over all bytes after it, two words.
    pub const CHECKSUM: u32 = 3;
    /// Header: what a precompressed rule may append to a path, `[n, n × (coding, offset, length)]`; 0 where there is none.
    pub const SUFFIXES: u32 = 5;
    /// Header: [`HAS_REGEX`], and [`BLOCKS`] for each stage that blocks.
    pub const FLAGS: u32 = 6;
    /// Header: number of the platform.
    pub const PLATFORM: u32 = 7;
    /// Header: path + `?` + query must be shorter than this; 0 = no limit.
    pub const MAX_URI: u32 = 8;
    /// Header: stage records, [`STAGE_COUNT`] words.
    pub const STAGES: u32 = 9;
    /// Stage records of a header.
    pub const STAGE_COUNT: u32 = 6;
    /// Header: the site's languages, `[n, n × (offset, length)]`.
    pub const LANGUAGES: u32 = 15;
    /// Header: the op that sets `Location`.
    pub const LOCATION_OP: u32 = 17;
    /// Header: the op that sets the URI path.
    pub const URI_OP: u32 = 18;
    /// Header: the op that sets the query.
    pub const QUERY_OP: u32 = 19;
    /// Header: the op that sets the note header.
    pub const NOTE_OP: u32 = 20;
    /// Header: the op list that removes the note header.
    pub const NO_NOTE_OPS: u32 = 21;
    /// Header: the op that sets `Content-Type`.
    pub const CONTENT_TYPE_OP: u32 = 22;
    /// Header: media types by file name extension, `[n, n × (extension offset, length, type offset, length)]`.
    pub const MEDIA_TYPES: u32 = 23;
    /// Header: the op list that keeps an answer out of shared caches.
    pub const NO_STORE_OPS: u32 = 24;
    /// Header: an upper bound of the words that one decision puts out.
    pub const OUTPUT_WORDS: u32 = 25;
    /// Header: for each stage that looks at nothing but the path, and there only at how it ends, the endings that count:
    /// `[n, n × (offset, length)]`. All paths that end alike get the same decision, so a caller may remember it by the set of
    /// endings. It must not for a path whose end is not its normalised form's. Six words, 0 for other stages.
    pub const ENDINGS: u32 = 28;
    /// Endings of a stage at most.
    pub const MAX_ENDINGS: usize = 12;
    /// Header: the token of the plan's notes, text of [`TOKEN_LENGTH`] bytes; eight words.
    pub const TOKEN: u32 = 34;
    /// Bytes of a token: 128 bits in hexadecimal. It is a secret: whoever knows it can write notes that the stages trust.
    pub const TOKEN_LENGTH: usize = 32;
    /// Words in the header.
    pub const HEADER_WORDS: u32 = 42;
    /// First byte that the checksum covers.
    pub const CHECKED_FROM: usize = 4 * (CHECKSUM as usize + 2);

    /// The plan has regular expressions.
    pub const HAS_REGEX: u32 = 1;
    /// Shifted by the number of a stage: where the engine fails there, nothing passes.
    pub const BLOCKS: u32 = 1 << 8;

    /// Stage flag: the decision may depend on the class of `Accept-Encoding` and the method's class.
    pub const USES_ACCEPT: u32 = 1;
    /// Stage flag: the decision may depend on the response's status.
    pub const USES_STATUS: u32 = 2;
    /// Stage flag: the decision may be an answer.
    pub const MAY_ANSWER: u32 = 4;
    /// Stage flag: a note that comes to this stage is from outside, and goes even where the engine fails.
    pub const FOREIGN_NOTE: u32 = 8;
    /// Stage flag: options on slashes arrange the path. As it came it must not go on, even where the URI would be too long.
    pub const ARRANGES: u32 = 16;

    /// Inputs of a stage at most.
    pub const MAX_INPUTS: usize = 64;
}

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
    /// Flag, see above.
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
    /// Word 5 (redirect) or 3 (response) has steps: values that depend on the request.
    pub const STEPS: u32 = 64;
    /// QUERY: sort by raw name.
    pub const SORT: u32 = 128;
    /// QUERY: lower-case.
    pub const LOWERCASE: u32 = 256;
    /// PRECOMPRESSED: a manifest says which variants exist.
    pub const MANIFEST: u32 = 1024;
    /// Nothing is done, and the list ends.
    pub const PASS: u32 = 2048;
    /// ORIGINS: the origin has a path of its own, which the request's must not lead out of.
    pub const PREFIX: u32 = 4096;
    /// Word 6 of a redirect is a query rule: what it leaves of the request's query goes along.
    pub const DROPS: u32 = 8192;
}

/// Flags of an entry, in the top byte of its third word.
pub mod entry {
    /// A literal path: offset and length are the text itself, less one trailing slash.
    pub const EXACT: u32 = 1;
    /// No entry before it can match the same path.
    pub const FINAL: u32 = 2;
    /// A regular expression.
    pub const REGEX: u32 = 4;
    /// ASCII case does not count.
    pub const FOLD: u32 = 8;
    /// The path must end with a slash.
    pub const SLASH: u32 = 16;
    /// The path must not end with a slash.
    pub const NO_SLASH: u32 = 32;
    /// No entry of a rule: look-ups, see above.
    pub const LOOK_UP: u32 = 64;
}

/// Flags of a pattern.
pub mod pattern {
    /// Without a leading slash: matches the last segments.
    pub const ANY_DEPTH: u32 = 1;
    /// Ends with `*`: a trailing slash belongs to the splat.
    pub const ENDS_OPEN: u32 = 2;
    /// Can be matched in one pass without looking back.
    pub const SIMPLE: u32 = 4;
}

/// Kinds of a pattern's tokens.
pub mod token {
    /// Text.
    pub const LITERAL: u32 = 0;
    /// `:name`, `[^/]+`.
    pub const PARAM: u32 = 1;
    /// `*`, `.*`.
    pub const SPLAT: u32 = 2;
    /// `*` in a pattern without a leading slash, `[^/]*`.
    pub const SEGMENT_SPLAT: u32 = 3;
}
/// Tokens of a pattern at most; the matcher keeps one bit for each.
pub const MAX_TOKENS: usize = 63;
/// Captures of a pattern at most.
pub const MAX_CAPTURES: usize = 16;
/// Rules that share one record of a guard or a condition at most. What a decision costs is bounded by the plan's length,
/// so a record must not stand for any number of rules.
pub const MAX_SHARED: u32 = 16;
/// Segments that a pattern's place in the trie is made of at most; the rest is verified.
pub const MAX_DEPTH: usize = 24;

/// Instructions of one regular expression at most: what the reader keeps bits for.
pub const MAX_INSTRUCTIONS: usize = 2048;

/// A byte that is not part of a UTF-8 sequence, as a character: above every scalar value.
pub const NOT_UTF8: u32 = 0x11_0000;

/// Kinds of instructions. All but [`instruction::JUMP`] go on with the one that follows.
///
/// The links are two halves: 1 + the number of the first jump or split whose argument is this instruction, 0 if there is
/// none; and above it, for a jump or split, the next in the list that it is in itself. So a program can be read backwards.
pub mod instruction {
    /// Flag of a kind: something leads to the instruction without taking a character.
    pub const LED_TO: u32 = 0x80;
    /// Takes the character with this scalar value.
    pub const CHAR: u32 = 0;
    /// Takes a character of a class. The argument is a quarter of the offset of `[four words, one bit for each ASCII character,
    /// n, n × (first, last)]`; the ranges hold the other characters, ascending, to [`NOT_UTF8`](super::NOT_UTF8).
    pub const CLASS: u32 = 1;
    /// Goes on, or else with the instruction of this number.
    pub const SPLIT: u32 = 2;
    /// Goes on with the instruction of this number, or else with what follows.
    pub const SPLIT_LAST: u32 = 3;
    /// Goes on with the instruction of this number.
    pub const JUMP: u32 = 4;
    /// Goes on where an assertion holds, see [`look`](super::look).
    pub const LOOK: u32 = 5;
    /// Notes the place: twice the number of the group, and one more at its end.
    pub const SAVE: u32 = 6;
    /// The end.
    pub const MATCH: u32 = 7;
}

/// Assertions. Words are made of ASCII letters, digits and `_`.
pub mod look {
    /// `\A`
    pub const START: u32 = 0;
    /// `\z`
    pub const END: u32 = 1;
    /// `(?m:^)`
    pub const START_LINE: u32 = 2;
    /// `(?m:$)`
    pub const END_LINE: u32 = 3;
    /// `(?Rm:^)`
    pub const START_CRLF: u32 = 4;
    /// `(?Rm:$)`
    pub const END_CRLF: u32 = 5;
    /// `\b`
    pub const WORD: u32 = 6;
    /// `\B`
    pub const NOT_WORD: u32 = 7;
    /// `\b{start}`
    pub const WORD_START: u32 = 8;
    /// `\b{end}`
    pub const WORD_END: u32 = 9;
    /// `\b{start-half}`
    pub const WORD_START_HALF: u32 = 10;
    /// `\b{end-half}`
    pub const WORD_END_HALF: u32 = 11;
}

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

/// Parts of a template: `[n, n × (kind, place, a, b, c)]`.
pub mod part {
    /// a, b: text.
    pub const LITERAL: u32 = 0;
    /// a: slot.
    pub const CAPTURE: u32 = 1;
    /// a: input + 1; a value that is text as it was sent in a URL.
    pub const RAW: u32 = 2;
    /// a: input + 1; the lines joined by `, `.
    pub const LINES: u32 = 3;
    /// a: input + 1; b, c: name of a query parameter.
    pub const QUERY: u32 = 4;
    /// a: input + 1; b, c: name of a cookie.
    pub const COOKIE: u32 = 5;
    /// scheme `://` host path `?` query, by roles.
    pub const URL: u32 = 6;
    /// a: template of a file name; the value of a `Content-Disposition`.
    pub const DISPOSITION: u32 = 7;
    /// The host, by its role.
    pub const HOST: u32 = 8;
    /// The path, by its role.
    pub const PATH: u32 = 9;
    /// a: `[n, n × (condition, group)]`: what the group of a regular expression captures of what a condition compares with it.
    /// The first that matches counts.
    pub const MATCHED: u32 = 10;
}

/// Places of a template's part: how a value is encoded there.
pub mod place {
    /// In a path.
    pub const PATH: u32 = 0;
    /// In a query.
    pub const QUERY: u32 = 1;
    /// A label of an authority.
    pub const LABEL: u32 = 2;
    /// A header value: as it is, if legal there.
    pub const VALUE: u32 = 3;
    /// `|encode`: as a query value.
    pub const COMPONENT: u32 = 4;
    /// The end of an authority, or all of it: the host with its port.
    pub const HOST: u32 = 5;
    /// A whole query string.
    pub const WHOLE_QUERY: u32 = 6;
    /// In a file name: escapes of the path are decoded; quoted as a whole later.
    pub const FILE_NAME: u32 = 7;
    /// As [`HOST`], where a port follows: without its own.
    pub const HOST_NAME: u32 = 8;
    /// Flag: in lower case.
    pub const LOWER: u32 = 0x100;
}

/// Steps of a rule: `[n, n × (kind, a, b)]`.
pub mod step {
    /// a: op list.
    pub const OPS: u32 = 0;
    /// a: op; b: `[n, n × template]`, one line each. An op without a line is skipped.
    pub const VALUE: u32 = 1;
}

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
        /// Replace in each line; value = `[n, n × (program, template)]`.
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
