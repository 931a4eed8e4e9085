//! What can be said about rules without running them: which paths and conditions include others, what a rule is for, and a
//! sample of it. Lints are built on this.

pub(crate) mod answered;
pub(crate) mod cache_control;
pub(crate) mod candidates;
pub(crate) mod condition;
pub(crate) mod header_values;
pub(crate) mod login;
pub(crate) mod meeting;
pub(crate) mod pages;
pub(crate) mod pattern;
pub(crate) mod sample;
pub(crate) mod scopes;
pub(crate) mod texts;
