//! The rules that a trace is about.

use super::rules::Rules;
use crate::compile::Map;
use crate::engine::Engine;

/// Rules at work, and where in their plan each of them stands.
pub(super) struct Compiled<'c> {
    pub(super) engine: &'c Engine,
    pub(super) map: &'c Map,
    pub(super) rules: Rules<'c>,
}
