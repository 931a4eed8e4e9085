//! The same answers as Selvedge's, found the slow and obvious way, from the contract and without its code.

pub(crate) mod condition;
pub(crate) mod matcher;
pub(crate) mod negotiation;
pub(crate) mod path;
pub(crate) mod query;
