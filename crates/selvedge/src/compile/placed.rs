//! A rule at its stage.

use selvedge_plan::Stage;

use crate::rules::{Reads, Rule};

/// A rule that has a stage.
#[cfg_attr(feature = "functions", derive(Clone))]
pub(crate) struct Placed<'r> {
    /// Its number in the member.
    pub(crate) number: usize,
    pub(crate) rule: &'r dyn Rule,
    pub(crate) reads: Reads<'r>,
    pub(crate) stage: Stage,
}
