//! The border of the tools: JSON text in, JSON text out, but for [`validate`], which judges values of JavaScript. One file for
//! each verb, and nothing decided in any.

mod check;
#[cfg(feature = "command-line")]
mod cloudfront_function;
#[cfg(feature = "command-line")]
mod cloudfront_split;
mod convert;
mod explain;
#[cfg(feature = "command-line")]
mod migration;
mod outline;
#[cfg(feature = "command-line")]
mod parse;
mod rule_file;
#[cfg(feature = "command-line")]
mod traffic;
#[cfg(feature = "command-line")]
mod usable;
#[cfg(feature = "command-line")]
mod validate;

pub use check::check;
#[cfg(feature = "command-line")]
pub use check::outside_targets;
#[cfg(feature = "command-line")]
pub use cloudfront_function::cloudfront_function;
#[cfg(feature = "command-line")]
pub use cloudfront_split::cloudfront_split;
pub use convert::{convert, converted};
pub use explain::explain;
#[cfg(feature = "command-line")]
pub use migration::migration;
pub use outline::outline;
#[cfg(feature = "command-line")]
pub use parse::parse;
#[cfg(feature = "command-line")]
pub use traffic::{road, traffic};
#[cfg(feature = "command-line")]
pub use usable::usable;
#[cfg(feature = "command-line")]
pub use validate::validate;

use std::borrow::Cow;

use selvedge::Target;
use serde::Serialize;
use serde::de::Deserialize;
use wasm_bindgen::JsError;

use crate::problem::Problem;

/// Reads a question, and writes what `job` answers. What throws is a question that this package never asks; what is wrong
/// with a user's file is part of the answer.
fn answer<'q, Question, Answer>(
    question: &'q str,
    job: impl FnOnce(Question) -> Result<Answer, JsError>,
) -> Result<String, JsError>
where
    Question: Deserialize<'q>,
    Answer: Serialize,
{
    let question = serde_json::from_str(question).map_err(JsError::from)?;
    serde_json::to_string(&job(question)?).map_err(JsError::from)
}

/// The platform of a question.
fn target(platform: &str, facts: &[Cow<'_, str>]) -> Result<Target, JsError> {
    let thrown = |Problem { message, help, .. }: Problem| JsError::new(&[message, help].join(", "));
    crate::target::target(platform, facts).map_err(thrown)
}
