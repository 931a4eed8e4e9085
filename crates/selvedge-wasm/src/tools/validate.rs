//! What a function of Lambda@Edge returned, against the rules of AWS.

use js_sys::{Error, JSON, JsString};
use selvedge::internal::{Violation, validate_result};
use selvedge::{Stage, Value};
use wasm_bindgen::prelude::*;

/// A list of violations. `sent` is `Records[0].cf` of the event; `result` is any value at all, because a function may return
/// any. It is judged by the text that JavaScript itself writes, as Lambda does.
#[wasm_bindgen]
pub fn validate(trigger: &str, sent: &JsValue, result: &JsValue) -> Result<JsValue, JsError> {
    let unknown = || JsError::new(&format!("{trigger} is not a trigger"));
    let trigger = Stage::from_name(trigger).ok_or_else(unknown)?;
    let found = match JSON::stringify(result) {
        Ok(text) => validate_result(trigger, &written(JSON::stringify(sent).ok())?, &written(Some(text))?),
        Err(thrown) => vec![Violation::unparsable(said(&thrown))],
    };
    serde_wasm_bindgen::to_value(&found).map_err(JsError::from)
}

/// The value of a text; of what JavaScript writes nothing for, such as `undefined`, there is none.
fn written(text: Option<JsString>) -> Result<Value, JsError> {
    let Some(text) = text.and_then(|text| text.as_string()) else { return Ok(Value::Null) };
    Value::from_json(&text).map_err(|invalid| JsError::new(invalid.message()))
}

/// What was thrown, in words. A function's own `toJSON` may throw anything.
fn said(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<Error>() {
        Some(error) => error.to_string().into(),
        None => thrown.as_string().unwrap_or_else(|| "something that is not an error was thrown".to_owned()),
    }
}
