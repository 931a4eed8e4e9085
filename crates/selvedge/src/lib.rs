#![doc = include_str!("../README.md")]

pub mod build;
pub mod dialect;
pub mod lint;
pub mod sources;
#[cfg(feature = "trace")]
pub mod trace;

mod analysis;
mod by_text;
mod compile;
mod diagnostic;
mod engine;
mod expression;
mod finding;
mod key;
mod migration;
mod outline;
mod places;
mod platform;
mod rules;
mod stage;
#[cfg(feature = "tower")]
pub mod tower;

pub use compile::compile;
pub use diagnostic::{Diagnostic, Diagnostics};
pub use engine::{ChosenOrigin, Engine, Entered, Facts, Flow, Outcome, Pass, Reply};
pub use finding::{Finding, Severity};
pub use key::{Key, ShortKey};
pub use migration::check_migration;
pub use outline::{Outline, StageOutline, outline, stages};
#[cfg(feature = "toml")]
pub use places::{InvalidToml, toml_places};
pub use places::{Places, Span, json_places};
pub use platform::{Platform, Target};
pub use rules::{InvalidJson, Rules, Value};
pub use selvedge_plan::InvalidPlan;
pub use selvedge_plan::negotiate;
pub use stage::Stage;

/// What the project's own WebAssembly and tests need besides. Not part of the API.
#[doc(hidden)]
pub mod internal {
    pub use crate::sources::{compile_and_leak, compile_value};
}

/// The Rust examples of the guide are compiled and run with the tests, in the repository and from the package.
#[cfg(all(doctest, feature = "tower"))]
#[doc = include_str!("../guide.md")]
struct Guide;
