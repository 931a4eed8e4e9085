//! Files of rules as one set.

use selvedge::Value;
use selvedge::lint;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::sources::{File, read};

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<File<'q>>,
}

/// `{ sources: [{ form, dialect?, text, files? }] }` → rules.
#[wasm_bindgen]
pub fn join(question: &str) -> Result<String, JsError> {
    super::answer(question, |Question { sources }: Question<'_>| -> Result<Value, JsError> {
        Ok(lint::join(&read(&sources)?))
    })
}
