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
pub use matcher::{MAX_CAPTURES, MAX_DEPTH, MAX_SHARED, MAX_TOKENS, entry, pattern, token};
pub use output::{answer, decision, op};
pub use program::{MAX_INSTRUCTIONS, NOT_UTF8, instruction, look};
pub use rule::{meta, step};
pub use stage::{input, note, record, role, section, slashes};
pub use template::{part, place};
