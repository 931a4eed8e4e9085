//! What a decision tells on its way: the sections that it enters, and what becomes of the rules that match there.
//!
//! The reader that ships has [`Nobody`] listen, and is compiled as if nothing were told. With the feature `trace`,
//! `Reader::observe` tells it to an [`Observer`] that the caller brings, and answers its questions.
#![cfg_attr(not(feature = "trace"), allow(dead_code, unreachable_pub))] // Nobody reads it.

use crate::captures::Captures;
use crate::outcome::Outcome;
use crate::pass::Pass;
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
