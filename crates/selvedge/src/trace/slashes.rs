//! The options on slashes, which come before every rule of a request stage.

use super::answers::Answered;
use super::model::{Reason, Verdict};
use super::steps::{Walk, single};
use crate::diagnostic::Diagnostics;
use crate::rules::{EncodedSlashes, Slashes};
use crate::stage::Stage;

/// Looks at both; `answered` is what the engine says of the stage as a whole.
pub(super) fn slashes(walk: &mut Walk<'_>, answered: bool) -> Result<Answered, Diagnostics> {
    let (slashes, encoded) = (walk.lab.rules.slashes, walk.lab.rules.encoded_slashes);
    if encoded == EncodedSlashes::Reject {
        walk.so_far.encoded_slashes = encoded;
        if answered && walk.lab.state(&walk.so_far, &walk.sight)?.answered {
            let at = option(walk, "encodedSlashes", "reject")?;
            return Ok(Some(("encodedSlashes".to_owned(), at)));
        }
    }
    if encoded != EncodedSlashes::Keep {
        walk.so_far.encoded_slashes = encoded;
        option(walk, "encodedSlashes", if encoded == EncodedSlashes::Decode { "decode" } else { "reject" })?;
    }
    if slashes == Slashes::Merge {
        walk.so_far.slashes = slashes;
        option(walk, "slashes", "merge")?;
    }
    Ok(None)
}

/// The step of an option that is among the rules by now.
fn option(walk: &mut Walk<'_>, kind: &'static str, value: &str) -> Result<usize, Diagnostics> {
    walk.steps.push(single(kind, value.to_owned()));
    let at = walk.steps.len() - 1;
    let acted = walk.advance(Some(at))?;
    if let Some(step) = walk.steps.get_mut(at) {
        step.verdict = if acted { Verdict::Acted } else { Verdict::Idle };
        step.reason = (!acted).then(|| Reason::new("nothing", "the path has no such slashes"));
    }
    // What viewer-request has done is not done again.
    if !acted && walk.sight.stage == Stage::OriginRequest {
        walk.steps.pop();
    }
    Ok(at)
}
