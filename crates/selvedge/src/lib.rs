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
mod missing_page;
mod outline;
mod places;
mod platform;
mod rules;
mod stage;
#[cfg(feature = "tower")]
pub mod tower;

pub use compile::compile;
#[cfg(feature = "functions")]
pub use compile::{Function, MAX_FUNCTION_BYTES, Store, StoreUse, function};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use engine::{ChosenOrigin, Engine, Entered, Facts, Flow, Outcome, Pass, Reply};
pub use finding::{Finding, Severity};
pub use key::{Key, ShortKey};
pub use migration::check_migration;
pub use missing_page::MissingPage;
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
    #[cfg(feature = "functions")]
    pub use crate::compile::{PolicyHeader, Preferences, RuleRuns, Runs, Split};
    #[cfg(feature = "migrate")]
    pub use crate::dialect::ADDRESS_COLUMNS;
    pub use crate::lint::online::{TargetAnswer, check_and_stages, outside_targets};
    #[cfg(any(feature = "functions", feature = "migrate"))]
    pub use crate::platform::key_value_store::{MAX_KEY, MAX_PAIR, MAX_STORE};
    pub use crate::platform::{MAX_FUNCTION_BYTES, NOT_EXPOSED, Violation, validate_result};
    pub use crate::sources::compile_value;
    #[cfg(feature = "functions")]
    pub use crate::sources::split::{FilesSplit, split};

    /// A kind of rules, as the reference describes it.
    pub struct Kind {
        /// The member of the rules.
        pub name: &'static str,
        /// Whether this is a list.
        pub is_list: bool,
        /// Whether the first rule that matches wins.
        pub first_match: bool,
        /// Where a rule runs that reads nothing particular.
        pub usual: crate::Stage,
        /// Where else it may run.
        pub others: Vec<crate::Stage>,
        /// Where it acts as well.
        pub also: Option<crate::Stage>,
    }

    /// The kinds of rules in their order.
    pub fn kinds() -> Vec<Kind> {
        let kinds = crate::rules::Kind::ALL.map(crate::rules::Kind::member).into_iter();
        let kinds = kinds.map(|member| Kind {
            name: member.name,
            is_list: member.is_list,
            first_match: member.first_match,
            usual: member.sides.usual,
            others: [member.sides.viewer, member.sides.origin]
                .into_iter()
                .filter(|at| *at != member.sides.usual)
                .collect(),
            also: member.also,
        });
        kinds.collect()
    }
}

/// The Rust examples of the guide are compiled and run with the tests, in the repository and from the package.
#[cfg(all(doctest, feature = "tower"))]
#[doc = include_str!("../guide.md")]
struct Guide;
