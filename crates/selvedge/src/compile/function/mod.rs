//! Placed rules → the source of a CloudFront Function: a peer of the plan's writer.
//!
//! The function runs what a platform of one pass runs in its stages: viewer-request and origin-request on the request,
//! origin-response and viewer-response on the response. The source holds what the rules use, and nothing else.

mod answer;
mod answers;
mod body;
mod check;
mod condition;
mod edits;
mod experiments;
mod guard;
mod helpers;
mod loops;
mod names;
mod note;
mod path;
mod request;
mod response;
mod script;
mod source;
pub(in crate::compile) mod split;
mod store;
mod template;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use selvedge_plan::Stage;

use super::place::Placement;
use crate::diagnostic::Diagnostics;
use crate::key::Key;
pub use crate::platform::MAX_FUNCTION_BYTES as MAX_BYTES;
use crate::platform::{Platform, Target};
use crate::rules::{Model, Rules};
pub(in crate::compile) use body::Scope;
pub(super) use check::check;
pub use source::Function;
use source::write;
use store::Stored;
pub use store::{Store, StoreUse};

/// The platform that functions are for.
pub(crate) const PLATFORM: Platform = Platform::CloudfrontFunctions;

/// Characters of a note's token: 64 bits.
const TOKEN: usize = 16;

/// Compiles rules to the source of a CloudFront Function. Equal rules and an equal key give equal bytes.
///
/// # Errors
///
/// Everything that a function cannot do there, each with its place; or that the source is larger than CloudFront takes, or the
/// [store](Function::store).
pub fn function(rules: &Rules, key: Key, store: StoreUse) -> Result<Function, Diagnostics> {
    function_of(rules.model(), key, store)
}

/// As [`function`]. What its notes begin with nobody can compute from the rules alone.
pub(crate) fn function_of(rules: &Model, key: Key, store: StoreUse) -> Result<Function, Diagnostics> {
    let table = Target::from(PLATFORM).table();
    let mut problems = Diagnostics::new();
    let placement = Placement::new(rules, table.apart, &mut problems);
    super::check::check(&placement, table, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let function = generate(&placement, Scope::WHOLE, key, store, &mut problems);
    if function.source.len() > MAX_BYTES {
        let could_store = store == StoreUse::Never && Stored::of(&placement, &mut Diagnostics::new()).is_some();
        too_large(&function, could_store, &mut problems);
    }
    if problems.is_empty() { Ok(function) } else { Err(problems) }
}

/// The function of placed rules that nothing is wrong with, however large it gets.
pub(in crate::compile) fn generate(
    placement: &Placement<'_>,
    scope: Scope,
    key: Key,
    store: StoreUse,
    problems: &mut Diagnostics,
) -> Function {
    let table = Target::from(PLATFORM).table();
    let write = |stored: Option<&Stored>| {
        let token = key.token(write(placement, table, scope, "", stored).source.as_bytes());
        write(placement, table, scope, token.get(..TOKEN).unwrap_or_default(), stored)
    };
    let inline = if store == StoreUse::Always { None } else { Some(write(None)) };
    match inline {
        Some(inline) if store == StoreUse::Never || inline.source.len() <= MAX_BYTES => inline,
        inline => {
            let stored = match scope.requests {
                true => Stored::of(placement, problems),
                false => Stored::of(&placement.only(|_, placed| placed.stage != Stage::OriginRequest), problems),
            };
            match (inline, &stored) {
                (Some(inline), None) => inline,
                (_, stored) => write(stored.as_ref()),
            }
        }
    }
}

fn too_large(function: &Function, could_store: bool, problems: &mut Diagnostics) {
    let mut bytes = function.bytes.clone();
    bytes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let each = bytes.iter().map(|(member, bytes)| match *member {
        "" => format!("what they share {bytes}"),
        member => format!("{member} {bytes}"),
    });
    let largest = bytes.iter().find(|(member, _)| !member.is_empty()).map_or("rules", |(member, _)| *member);
    problems.push(
        "not-on-platform",
        "rules",
        format_args!(
            "the function has {} bytes, and CloudFront takes {MAX_BYTES}: {}",
            function.source.len(),
            each.collect::<Vec<_>>().join(", ")
        ),
        format_args!(
            "{}move some of {largest} to Lambda@Edge (--platform cloudfront)",
            if could_store { "put redirects of single paths into a KeyValueStore (--store), or " } else { "" }
        ),
    );
}
