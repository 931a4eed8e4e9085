//! Rules in, plan or diagnostics out.

use std::mem::ManuallyDrop;

use js_sys::Uint8Array;
use selvedge::internal::compile_and_leak;
use selvedge::{Key, Value};
use wasm_bindgen::prelude::*;

use crate::problem::Problem;
use crate::target::target;

/// Compiles rules, as JSON text, for a platform whose adapter also hands over `facts` (`country`, `device`). Nothing is
/// random in here, so the caller brings a `key`. Throws an array of `{ place, message, help }`, one for everything that is
/// wrong.
#[wasm_bindgen]
pub fn compile(rules: &str, platform: &str, facts: Vec<String>, key: &str) -> Result<Uint8Array, JsValue> {
    let target = target(platform, &facts).map_err(wrong)?;
    // The instance is thrown away with all its memory; freeing 100,000 rules one by one would take a tenth of the time.
    let value = ManuallyDrop::new(read(rules)?);
    let key = Key::new(key).map_err(|short| {
        wrong(Problem::new("key", short.to_string(), "take a longer text, and keep it secret".into()))
    })?;
    let plan = compile_and_leak(&value, target.with_key(key)).map_err(|problems| to_js(&Problem::all(problems)))?;
    Ok(Uint8Array::from(plan.as_slice()))
}

/// Rules cross as one text: member by member, 100,000 redirects take two to three times as long.
fn read(text: &str) -> Result<Value, JsValue> {
    Value::from_json(text).map_err(|invalid| {
        let (line, column) = invalid.position();
        let place = format!("line {line}, column {column}");
        wrong(Problem::new(&place, ["not valid JSON: ", invalid.message()].concat(), String::new()))
    })
}

fn wrong(problem: Problem) -> JsValue {
    to_js(&[problem])
}

fn to_js(problems: &[Problem]) -> JsValue {
    serde_wasm_bindgen::to_value(problems).unwrap_or(JsValue::UNDEFINED)
}
