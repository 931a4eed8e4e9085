//! The compiled plan of [Selvedge](https://github.com/selvedge/selvedge): a flat, versioned, checksummed byte array, and
//! the reader that decides on it in place.
//!
//! A plan is made by the `selvedge` crate (rules + platform → plan). Reading one takes no allocation and no parsing, and
//! nothing that a viewer sends can make it panic: the same code decides natively and in WebAssembly, so decisions are
//! identical by construction. With the feature `regex` the reader may load plans with regular expressions, which were compiled
//! with the rest of the rules; without it such a plan is refused on load. Without the feature `full` the reader has what [`small`]
//! names, for fewer bytes, and refuses other plans. With the feature `trace`, `Reader::observe` tells what
//! a decision does on its way; without it that code is left out.
//!
//! The layout is documented in [`layout`]; [`Reader::decide`] is the one entry point per event.
#![cfg_attr(not(test), no_std)]

#[macro_use]
pub mod numbers;

mod accept;
pub mod address;
mod answer;
mod ask;
mod bodiless;
mod captures;
#[cfg(feature = "regex")]
mod character;
mod checksum;
mod condition;
mod cursor;
mod decide;
mod disposition;
mod encode;
mod event;
mod experiment;
mod expression;
mod glob;
pub mod heap;
pub mod host;
mod language;
pub mod layout;
mod lookup;
mod names;
pub mod negotiate;
mod note;
mod observer;
mod outcome;
mod page;
mod pairs;
mod pass;
pub mod path;
mod plan;
mod precompressed;
#[cfg(feature = "regex")]
mod program;
pub mod query;
mod reader;
mod redirect;
#[cfg(feature = "regex")]
mod replace;
#[cfg(feature = "regex")]
mod search;
mod sink;
mod slashes;
pub mod small;
mod span;
mod stage;
mod steps;
mod table;
mod template;
#[cfg(feature = "trace")]
mod trace;
mod work;

/// Whether the reader has more than [`small`] has. A constant: what it rules out is not compiled.
pub(crate) const FULL: bool = cfg!(feature = "full");

pub use answer::Answer;
pub use bodiless::{BODILESS, is_bodiless};
#[cfg(feature = "trace")]
pub use captures::Captures;
pub use checksum::{checksum, hash};
pub use event::Event;
pub use experiment::share;
pub use note::encoding_text;
#[cfg(feature = "trace")]
pub use observer::{Moment, Observed, Observer};
#[cfg(feature = "trace")]
pub use outcome::{Outcome, Refusal};
pub use plan::{InvalidPlan, Plan};
pub use precompressed::choices;
pub use reader::{Decision, Reader, Scratch};
pub use stage::Stage;
