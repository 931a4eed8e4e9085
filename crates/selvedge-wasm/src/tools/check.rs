//! What is wrong with files of rules, what is probably not meant, and where they run.

use std::borrow::Cow;
use std::mem::ManuallyDrop;

use selvedge::StageOutline;
use selvedge::lint;
use selvedge::sources::FileFinding;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::rule_file::{RuleFile, read};
use super::target;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    platform: Option<Cow<'q, str>>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
}

#[derive(Serialize)]
struct Answer {
    findings: Vec<FileFinding>,
    /// None for files that cannot be used.
    stages: Vec<StageOutline>,
}

/// `{ sources: [{ name, form, dialect?, text, files? }], platform?, facts? }` →
/// `{ findings: [{ file, code, severity, … }], stages: [{ stage, rules, blocks, because }] }`.
#[wasm_bindgen]
pub fn check(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Answer, JsError> {
        let target = question.platform.as_ref().map(|platform| target(platform, &question.facts)).transpose()?;
        // The instance is thrown away with all its memory: freeing 100,000 rules one by one would take a tenth of the time.
        let files = ManuallyDrop::new(read(&question.sources)?);
        Ok(Answer { findings: lint::check(&files, target), stages: selvedge::stages(&files) })
    })
}
