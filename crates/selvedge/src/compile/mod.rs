//! Rules + platform → plan: checks against the platform's table, placement in stages, layout. All diagnostics that depend
//! on a platform are made here.

mod answer;
mod blind;
mod bytes;
mod check;
mod condition;
mod endings;
mod entry;
mod follow;
mod forwarded;
#[cfg(feature = "functions")]
mod function;
mod guard;
mod index;
mod interner;
mod layout;
mod lookup;
mod map;
mod matcher;
mod missing;
mod names;
mod notes;
mod on_trap;
mod ops;
mod pattern;
mod place;
mod placed;
mod reason;
mod sections;
mod stage;
mod steps;
mod table;
mod target;
mod value;
mod writer;

use crate::diagnostic::Diagnostics;
use crate::platform::Target;
use crate::rules::{Model, Rules};
pub(crate) use forwarded::{set_at_viewer_request, unkeyed_at_viewer_request};
#[cfg(feature = "functions")]
pub(crate) use function::split::{PLATFORM as SPLIT_PLATFORM, check_split, split_of};
#[cfg(feature = "functions")]
pub use function::split::{PolicyHeader, Preferences, RuleRuns, Runs, Split};
#[cfg(feature = "functions")]
pub use function::{Function, MAX_BYTES as MAX_FUNCTION_BYTES, Store, StoreUse, function};
#[cfg(feature = "functions")]
pub(crate) use function::{PLATFORM as FUNCTION_PLATFORM, function_of};
#[cfg(feature = "trace")]
pub(crate) use map::{Map, Mapped, MappedPart};
pub(crate) use on_trap::{TrapOutcome, on_trap};
pub(crate) use pattern::{Form, forms};
#[cfg(feature = "trace")]
pub(crate) use pattern::{matching, written};
pub(crate) use place::Placement;
pub(crate) use placed::Placed;
#[cfg(feature = "migrate")]
pub(crate) use value::literal_target;
use writer::Writer;

/// Compiles `rules` for a platform to the bytes of a plan.
///
/// Equal rules and an equal [`Key`](crate::Key) give equal bytes. Costs a few microseconds a rule; meant for build time or module load.
///
/// # Errors
///
/// Everything in the rules that the platform does not allow, each with its place.
pub fn compile(rules: &Rules, target: impl Into<Target>) -> Result<Vec<u8>, Diagnostics> {
    compile_model(rules.model(), target.into())
}

pub(crate) fn compile_model(rules: &Model, target: Target) -> Result<Vec<u8>, Diagnostics> {
    let mut writer = Writer::new();
    let flags = write(&mut writer, rules, target)?;
    let key = target.key();
    Ok(writer.finish(flags, |plan| key.token(plan)))
}

/// As [`compile_model`], with a map of the plan.
#[cfg(feature = "trace")]
pub(crate) fn compile_mapped(rules: &Model, target: Target) -> Result<(Vec<u8>, Map), Diagnostics> {
    let mut writer = Writer::new();
    writer.map.begin();
    let flags = write(&mut writer, rules, target)?;
    let map = writer.map.take();
    let key = target.key();
    Ok((writer.finish(flags, |plan| key.token(plan)), map))
}

/// Writes all but the header's last words; the plan's flags.
fn write(writer: &mut Writer, rules: &Model, target: Target) -> Result<u32, Diagnostics> {
    let table = target.table();
    let mut problems = Diagnostics::new();
    let placement = Placement::new(rules, table.apart, &mut problems);
    check::check(&placement, table, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    layout::lay_out(&placement, writer, target.platform(), table, |_| Some(&placement))
}

/// Where rules run that compile for some platform.
pub(crate) fn place(rules: &Model) -> Placement<'_> {
    Placement::new(rules, None, &mut Diagnostics::new())
}
