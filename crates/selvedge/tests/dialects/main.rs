//! Rule files of vendors: where findings point, what becomes of lines that depend on files, and files of any size.
//! (What matches and where it leads is held against the vendors' own engines in tests/oracles.)
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod brought_along;
#[cfg(feature = "toml")]
mod carried_over;
#[cfg(feature = "toml")]
mod conversions;
#[path = "../servers/files.rs"]
mod files;
mod kept_in;
mod left_out;
mod lines;
mod places;
#[cfg(feature = "toml")]
mod readable;
mod site;
mod told_once;
mod visitors;
