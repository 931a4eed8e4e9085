//! Files of rules as one set, without the lines that cannot be honoured.

use selvedge::Value;
use selvedge::sources::{self, FileFinding};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::rule_file::RuleSet;

#[derive(Serialize)]
struct Answer {
    /// None of files that cannot be used.
    rules: Option<Value>,
    /// Of lines that were left out, or why the files cannot be used.
    findings: Vec<FileFinding>,
}

/// `{ sources: [{ form, dialect?, text, files? }], platform?, facts? }` → `{ rules, findings }`.
#[wasm_bindgen]
pub fn usable(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: RuleSet<'_>| -> Result<Answer, JsError> {
        Ok(match sources::usable(&question.read()?, question.target()?) {
            Ok(usable) => Answer { rules: Some(usable.rules), findings: usable.left_out },
            Err(findings) => Answer { rules: None, findings },
        })
    })
}
