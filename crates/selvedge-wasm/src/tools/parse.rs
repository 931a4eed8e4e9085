//! A file of any form as rules.

use wasm_bindgen::prelude::*;

use super::sources::File;

/// `{ form, dialect?, text, files? }` → `{ rules, findings }`.
#[wasm_bindgen]
pub fn parse(question: &str) -> Result<String, JsError> {
    super::answer(question, |file: File<'_>| file.parsed())
}
