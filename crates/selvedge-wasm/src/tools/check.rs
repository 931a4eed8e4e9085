//! What is wrong with files of rules, what is probably not meant, and where they run.

use std::mem::ManuallyDrop;

use selvedge::StageOutline;
use selvedge::internal;
use selvedge::sources::FileFinding;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::rule_file::RuleSet;

#[derive(Serialize)]
struct Answer {
    findings: Vec<FileFinding>,
    /// None for files that cannot be used.
    stages: Vec<StageOutline>,
}

/// `{ sources: [{ name, form, dialect?, text, files? }], platform?, facts?, answers?: [{ url, status?, moved?, problem? }] }` →
/// `{ findings: [{ file, code, severity, … }], stages: [{ stage, rules, blocks, because }] }`.
#[wasm_bindgen]
pub fn check(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: RuleSet<'_>| -> Result<Answer, JsError> {
        // The instance is thrown away with all its memory: freeing 100,000 rules one by one would take a tenth of the time.
        let files = ManuallyDrop::new(question.read()?);
        let (findings, stages) = internal::check_and_stages(&files, question.target()?, &question.answers);
        Ok(Answer { findings, stages })
    })
}

/// `{ sources }` → the addresses of other sites that redirects lead to.
#[cfg(feature = "command-line")]
#[wasm_bindgen(js_name = outsideTargets)]
pub fn outside_targets(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: RuleSet<'_>| Ok(internal::outside_targets(&question.read()?)))
}
