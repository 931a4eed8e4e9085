//! Where rules run, and what happens there if the engine fails.

use selvedge::StageOutline;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::sources::{File, read};

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<File<'q>>,
}

/// `{ sources }` → `[{ stage, rules, blocks, because }]`; none for files that cannot be used.
#[wasm_bindgen]
pub fn stages(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Vec<StageOutline>, JsError> {
        Ok(selvedge::stages(&read(&question.sources)?))
    })
}
