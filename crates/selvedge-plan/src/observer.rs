//! What a decision tells on its way: the sections that it enters, and what becomes of the rules that match there.
//!
//! The reader that ships has [`Nobody`] listen, and is compiled as if nothing were told. With the feature `trace`,
//! `Reader::observe` tells it to an [`Observer`] that the caller brings, and answers its questions.
#![cfg_attr(not(feature = "trace"), allow(dead_code, unreachable_pub))] // Nobody reads it.

use crate::captures::Captures;
use crate::decide::Pass;
use crate::work::Work;

/// Follows a decision.
pub trait Observer {
    /// Something happened. What the moment is asked changes nothing of the decision.
    fn see(&mut self, moment: Moment<'_, '_>, what: Observed<'_>);
}

/// Of what it is told, nothing is compiled.
pub(crate) struct Nobody;

impl Observer for Nobody {
    #[inline(always)]
    fn see(&mut self, _: Moment<'_, '_>, _: Observed<'_>) {}
}

/// A point of a decision.
pub struct Moment<'m, 'a> {
    pub(crate) work: &'m mut Work<'a>,
    pub(crate) pass: &'m Pass,
}

/// What happened.
pub enum Observed<'c> {
    /// A section's turn has come.
    Section {
        /// Its kind, with [`BELOW_400`](crate::layout::section::BELOW_400).
        kind: u32,
        /// Where it stands.
        at: u32,
    },
    /// Its rules are not looked at: of a replaced response nothing is rewritten, variants are for GET and HEAD, and so on.
    Skipped,
    /// A rule matched; or a section that is one rule was run.
    Rule {
        /// Where the rule stands, or the section.
        at: u32,
        /// Whether it acted, or let the message pass as it is.
        outcome: Outcome,
        /// What its wildcards matched.
        captures: &'c Captures,
    },
    /// An experiment concerns the request.
    Variant {
        /// Where the experiment stands.
        at: u32,
        /// The variant that it belongs to.
        variant: u32,
        /// Whether the request did not bring it along in its cookie.
        new: bool,
        /// Whether the request goes where the variant leads.
        outcome: Outcome,
        /// What the experiment's wildcards matched.
        captures: &'c Captures,
    },
}

/// What became of a rule that matched.
pub type Outcome = Result<(), Refusal>;

/// Why a rule that matched did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A value does not fit into the template at this offset.
    Unfit(u32),
    /// It would lead to the request itself.
    Itself,
    /// Its share was not drawn.
    Share,
    /// A server could find a `.` or `..` segment in the path.
    Dots,
    /// The method is neither GET nor HEAD.
    Method,
    /// A rule of another section says which file it is.
    Routed,
    /// The path names a file.
    File,
    /// The path names a directory.
    Directory,
    /// The path is that of a variant.
    Variant,
    /// The list of files does not have it.
    Unlisted,
    /// No coding suits the client better.
    Coding,
    /// The path ends with several slashes.
    Slashes,
    /// No pattern matches.
    Pattern,
    /// There is nothing to change.
    Nothing,
}
