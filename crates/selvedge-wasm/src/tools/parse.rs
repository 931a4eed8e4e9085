//! A file of any form as rules.

use wasm_bindgen::prelude::*;

use super::rule_file::RuleFile;

/// `{ form, dialect?, text, files? }` → `{ rules, findings }`.
#[wasm_bindgen]
pub fn parse(question: &str) -> Result<String, JsError> {
    super::answer(question, |file: RuleFile<'_>| Ok(file.file()?.parse(&file.options(None)).parsed))
}
