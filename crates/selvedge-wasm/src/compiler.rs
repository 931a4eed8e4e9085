//! Rules in, plan or diagnostics out.

use std::mem::ManuallyDrop;

use js_sys::Uint8Array;
use selvedge::internal::compile_and_leak;
use selvedge::{Diagnostics, Key, Platform, Target, Value};
use selvedge_plan::negotiate::{Choice, choose};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// One thing that is wrong, as JavaScript gets it.
#[derive(Serialize)]
struct Problem<'p> {
    place: &'p str,
    message: &'p str,
    help: &'p str,
}

/// Compiles rules, as JSON text, for a platform whose adapter also hands over `facts` (`country`, `device`). Nothing is
/// random in here, so the caller brings a `key`. Throws an array of `{ place, message, help }`, one for everything that is
/// wrong.
#[wasm_bindgen]
pub fn compile(rules: &str, platform: &str, facts: Vec<String>, key: &str) -> Result<Uint8Array, JsValue> {
    let names: Vec<&str> = Platform::ALL.into_iter().map(Platform::name).collect();
    let platform = Platform::from_name(platform).ok_or_else(|| {
        wrong("platform", &format!("unknown platform {platform:?}"), &format!("one of {}", names.join(", ")))
    })?;
    // The instance is thrown away with all its memory; freeing 100,000 rules one by one would take a tenth of the time.
    let value = ManuallyDrop::new(read(rules)?);
    let key =
        Key::new(key).map_err(|short| wrong("key", &short.to_string(), "take a longer text, and keep it secret"))?;
    let mut target = Target::from(platform).with_key(key);
    for fact in facts {
        target = target.with_fact(&fact).ok_or_else(|| {
            wrong("facts", &format!("unknown fact {fact:?}"), &format!("one of {}", Target::FACTS.join(", ")))
        })?;
    }
    let plan = compile_and_leak(&value, target).map_err(|problems| all(&problems))?;
    Ok(Uint8Array::from(plan.as_slice()))
}

/// The coding of `available` (the server's order) that an `Accept-Encoding` asks for; `"identity"` for the representation
/// as it is; `undefined` when not even that is acceptable.
#[wasm_bindgen(js_name = negotiateEncoding)]
pub fn negotiate_encoding(header: Option<String>, available: Vec<String>) -> Option<String> {
    let offered: Vec<&[u8]> = available.iter().map(|coding| coding.as_bytes()).collect();
    match choose(header.as_deref().map(str::as_bytes), &offered) {
        Choice::Available(position) => available.get(position).cloned(),
        Choice::Identity => Some("identity".to_owned()),
        Choice::Nothing => None,
    }
}

/// Rules cross as one text: member by member, 100,000 redirects take two to three times as long.
fn read(text: &str) -> Result<Value, JsValue> {
    Value::from_json(text).map_err(|invalid| {
        let (line, column) = invalid.position();
        wrong(&format!("line {line}, column {column}"), &["no JSON: ", invalid.message()].concat(), "")
    })
}

fn wrong(place: &str, message: &str, help: &str) -> JsValue {
    to_js(&[Problem { place, message, help }])
}

fn to_js(problems: &[Problem<'_>]) -> JsValue {
    serde_wasm_bindgen::to_value(problems).unwrap_or(JsValue::UNDEFINED)
}

fn all(problems: &Diagnostics) -> JsValue {
    let list = problems.iter().map(|problem| Problem {
        place: &problem.place,
        message: &problem.message,
        help: &problem.help,
    });
    to_js(&list.collect::<Vec<_>>())
}
