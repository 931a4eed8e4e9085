//! Files of rules as one set.

use selvedge::Value;
use selvedge::sources;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::rule_file::{RuleFile, read};

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
}

/// `{ sources: [{ form, dialect?, text, files? }] }` → rules.
#[wasm_bindgen]
pub fn join(question: &str) -> Result<String, JsError> {
    super::answer(question, |Question { sources }: Question<'_>| -> Result<Value, JsError> {
        Ok(sources::join(&read(&sources)?))
    })
}
