//! What users write: [`Rules`], and the [`Model`] that they are read as.
//!
//! The model is the source of truth for the rules contract. It is read from a generic [`Value`] tree, so that one pass finds
//! everything that is wrong, each with its place. Nobody outside can make one that was not checked.

pub(crate) mod authority;
mod cidr;
mod condition;
mod document;
mod duration;
mod fact;
mod fields;
mod filter;
mod grammar;
mod header_name;
mod header_values;
pub(crate) mod json;
mod kinds;
mod media_types;
mod members;
mod model;
mod on_trap;
mod part;
mod paths;
pub(crate) mod pattern;
mod query_mode;
mod read;
mod reads;
mod rule;
mod scope;
mod seen;
mod slashes;
mod spellings;
mod status_range;
mod subject;
mod suggest;
mod target;
mod template;
#[cfg(test)]
pub(crate) mod testing;
mod value;
mod when;

pub(crate) use authority::is_address;
pub(crate) use cidr::Cidr;
pub(crate) use condition::{Condition, Match};
pub use document::Rules;
pub(crate) use fact::Fact;
#[cfg_attr(not(feature = "trace"), allow(unused_imports))]
pub(crate) use filter::Filter;
pub(crate) use header_name::{HeaderName, NOTE_HEADER};
pub(crate) use header_values::private_directive;
pub use json::InvalidJson;
pub(crate) use media_types::{MEDIA_TYPES, extensions};
// Explanations alone name some of them.
#[cfg_attr(not(feature = "trace"), allow(unused_imports))]
pub(crate) use kinds::{
    Body, CSP_KEYWORDS, Experiment, FileVariant, Headers, Html, Kind, Model, Origin, OriginField, OriginKind,
    OriginRule, Precompressed, Prefer, Redirect, Replacement, Response, Rewrite, Security, TrailingSlash, Variant,
    depends_on_message, refuses,
};
pub(crate) use on_trap::OnTrap;
pub(crate) use part::Part;
pub(crate) use paths::Paths;
pub(crate) use pattern::{Pattern, Token, normalise};
pub(crate) use query_mode::QueryMode;
pub(crate) use reads::Reads;
pub(crate) use rule::{Described, Member, On, Place, Rule, each_read, reads};
#[cfg(test)]
pub(crate) use scope::Scope;
pub(crate) use seen::{Seen, Side};
pub(crate) use slashes::{EncodedSlashes, Slashes};
pub(crate) use spellings::{respelled, spellings};
pub(crate) use status_range::StatusRange;
pub(crate) use subject::Subject;
pub(crate) use suggest::{suggest, within};
pub(crate) use target::{DOTS, RESOLVE_DOTS};
pub(crate) use template::Template;
pub use value::Value;
