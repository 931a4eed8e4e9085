//! The targets, one file each.

mod condition;
mod convert;
mod decide;
mod dialect;
mod explain;
mod forged;
mod matcher;
mod negotiation;
mod pass;
mod path;
mod query;
mod regex;
mod rules;

use crate::Target;

/// Every target, the quick ones first.
pub static TARGETS: &[Target] = &[
    negotiation::TARGET,
    path::TARGET,
    decide::TARGET,
    forged::TARGET,
    pass::TARGET,
    matcher::TARGET,
    condition::TARGET,
    query::TARGET,
    regex::TARGET,
    rules::TARGET,
    dialect::REDIRECTS,
    dialect::HEADERS,
    dialect::NETLIFY_TOML,
    dialect::VERCEL_JSON,
    dialect::TABLE,
    dialect::APACHE,
    dialect::NGINX,
    dialect::HOSTING,
    convert::TARGET,
    explain::TARGET,
];
