//! What a function of Lambda@Edge returned, against the rules of AWS.

use std::borrow::Cow;

use selvedge::internal::{Violation, validate_result};
use selvedge::{Stage, Value};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    trigger: Cow<'q, str>,
    /// `Records[0].cf` of the event.
    sent: Value,
    result: Value,
}

/// `{ trigger, sent, result }` → a list of violations.
#[wasm_bindgen]
pub fn validate(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Vec<Violation>, JsError> {
        let Question { trigger, sent, result } = question;
        let unknown = || JsError::new(&format!("there is no trigger {trigger}"));
        Ok(validate_result(Stage::from_name(&trigger).ok_or_else(unknown)?, &sent, &result))
    })
}
