//! Files of rules as one set, without the lines that cannot be honoured.

use std::borrow::Cow;

use selvedge::Value;
use selvedge::sources::{self, FileFinding};
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
    /// None of files that cannot be used.
    rules: Option<Value>,
    /// Of lines that were left out, or why the files cannot be used.
    findings: Vec<FileFinding>,
}

/// `{ sources: [{ form, dialect?, text, files? }], platform?, facts? }` → `{ rules, findings }`.
#[wasm_bindgen]
pub fn usable(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Answer, JsError> {
        let target = question.platform.as_ref().map(|platform| target(platform, &question.facts)).transpose()?;
        Ok(match sources::usable(&read(&question.sources)?, target) {
            Ok(usable) => Answer { rules: Some(usable.rules), findings: usable.left_out },
            Err(findings) => Answer { rules: None, findings },
        })
    })
}
