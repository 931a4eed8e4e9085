//! The flat format of a plan.
//!
//! Most is little-endian `u32` words at 4-aligned offsets from the start of the plan, and UTF-8 strings given by an
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
//! ## Bytes
//!
//! What a plan has many of is bytes, at any offset: entries, patterns, rules and templates. There a number is unsigned LEB128,
//! of at most five bytes, and a text is its length and its bytes.
//!
//! ## Table
//!
//! What a hash leads to, in words: `[buckets, bits, (buckets + 1) × first slot, slots]`. A hash belongs to bucket `hash ×
//! buckets / 2³²`, whose slots go up to the first one of the next bucket; slots are counted in words of the table. A slot has
//! `bits` bits of a place in the plan, and above them as many of the hash's lowest as there is room for.
//!
//! ## Matcher
//!
//! Which rules a path can concern, in rule order: two indices (exact case; ASCII case folded), then `[first entry that is tried
//! for every path]`. An index is `[table of exact paths, table of edges, root node]`; an offset is 0 where there is none.
//!
//! - table of exact paths: leads to the first entry of a path, by the path's hash;
//! - table of edges: leads to nodes of the trie, by the hash of a segment with its node as the salt, see [`node`]. With
//!   `node | 1` it leads to the patterns that hang at the node and end with this segment;
//! - entry, in bytes: `flags, how far before it its rule stands, how far after it the next entry of the same list stands,
//!   pattern`, see [`mod@entry`]; the third is there with [`entry::NEXT`] alone. Their order in the plan is that of the rules. What is
//!   tried for every path are regexes and patterns without a leading slash;
//! - a long list may begin with an entry that has [`entry::LOOK_UP`], and the pattern of any other. Its rule is a record `[table, n, n × (subject, input +
//!   1)]`; what follows are the list's rules that are tried whatever the event holds. The others are in the lists of the table.
//!   Each value of each subject has a key: the hash of `name NUL value` (the name empty for the host and headers) with the salt
//!   `subject << 8 | input + 1`; with [`subject::BY_NAME`], of `name NUL` alone. A rule whose test names several values has an
//!   entry for each. That the table leads to a rule proves nothing, so guards are asked as always.
//!
//! ## Pattern
//!
//! In bytes: `flags, n, n × token, slots, slots × wildcard number`; for a regular expression `program / 4, slots, slots × group
//! number`; for a literal path the text. A token is its kind, see [`token`], and a literal's text. A slot is a capture that
//! the rule's templates use.
//!
//! ## Program
//!
//! A regular expression: `[n, n × (kind | argument << 8, links)]`, see [`instruction`]. It begins with the first instruction,
//! and the last one is the match.
//!
//! ## Rule
//!
//! In a matcher it is bytes, right before its entries: the place of its words, divided by four, and then what it has for
//! itself, such as a target. Rules that are alike share their words: `[meta, guard offset, …]`; the guard is `[condition, vary
//! bits, n, n × (pattern offset, flags << 24)]` for `when` and `except`. What follows depends on the section, see the readers
//! of `decide`. A target is a text, or with [`meta::TEMPLATE`] a template, see [`part`].

mod guard;
mod header;
mod matcher;
mod output;
mod program;
mod rule;
mod stage;
mod template;

pub use guard::{condition, names, subject, test};
pub use header::*;
pub use matcher::{MAX_CAPTURES, MAX_DEPTH, MAX_SHARED, MAX_TOKENS, entry, node, pattern, token};
pub use output::{answer, decision, op};
pub use program::{MAX_INSTRUCTIONS, NOT_UTF8, instruction, look};
pub use rule::{meta, step};
pub use stage::{input, note, record, role, section, slashes};
pub use template::{part, place};
