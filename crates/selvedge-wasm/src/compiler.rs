//! Rules in, plan or diagnostics out.

use js_sys::{Array, Object, Reflect, Uint8Array};
use selvedge::rules::Value;
use selvedge::{Diagnostics, Platform, Target};
use selvedge_plan::negotiate::{Choice, choose};
use wasm_bindgen::prelude::*;

/// Compiles rules for a platform whose adapter also hands over `facts` (`country`, `device`). Throws an array of `{ place, message, help }`, one for everything that is wrong.
#[wasm_bindgen]
pub fn compile(rules: JsValue, platform: &str, facts: Vec<String>) -> Result<Uint8Array, JsValue> {
    let wrong = |place: &str, message: String, help: &str| {
        let mut problems = Diagnostics::new();
        problems.push(place, message, help);
        to_js(&problems)
    };
    let names: Vec<&str> = Platform::ALL.into_iter().map(Platform::name).collect();
    let platform = Platform::from_name(platform)
        .ok_or_else(|| wrong("platform", format!("unknown platform {platform:?}"), &format!("one of {}", names.join(", "))))?;
    let value: Value = serde_wasm_bindgen::from_value(rules)
        .map_err(|error| wrong("rules", error.to_string(), "give a plain object as JSON would hold it"))?;
    let mut target = Target::from(platform);
    for fact in facts {
        target = match fact.as_str() {
            "country" => target.with_country(),
            "device" => target.with_device(),
            _ => return Err(wrong("facts", format!("unknown fact {fact:?}"), "one of country, device")),
        };
    }
    let plan = selvedge::compile_value(&value, target).map_err(|problems| to_js(&problems))?;
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

fn to_js(problems: &Diagnostics) -> JsValue {
    let list = Array::new();
    for problem in problems.iter() {
        let object = Object::new();
        for (name, text) in [("place", &problem.place), ("message", &problem.message), ("help", &problem.help)] {
            // Setting a property of a fresh object cannot fail.
            let _ = Reflect::set(&object, &name.into(), &text.as_str().into());
        }
        list.push(&object);
    }
    list.into()
}
