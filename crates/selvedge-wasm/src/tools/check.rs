//! What is wrong with files of rules, and what is probably not meant.

use std::borrow::Cow;

use selvedge::lint::{self, Found};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::sources::{File, read, target};

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<File<'q>>,
    platform: Option<Cow<'q, str>>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
}

/// `{ sources: [{ name, form, dialect?, text, files? }], platform?, facts? }` → `[{ file, code, severity, … }]`.
#[wasm_bindgen]
pub fn check(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Vec<Found>, JsError> {
        let target = question.platform.as_ref().map(|platform| target(platform, &question.facts)).transpose()?;
        Ok(lint::check(&read(&question.sources)?, target))
    })
}
