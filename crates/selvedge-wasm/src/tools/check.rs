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
    /// Only why the files could not be used.
    #[serde(default, rename = "problemsOnly")]
    problems_only: bool,
}

/// `{ sources: [{ name, form, dialect?, text, files? }], platform?, facts?, problemsOnly? }` → `[{ file, code, severity, … }]`.
#[wasm_bindgen]
pub fn check(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Vec<Found>, JsError> {
        let target = question.platform.as_ref().map(|platform| target(platform, &question.facts)).transpose()?;
        let files = read(&question.sources)?;
        Ok(if question.problems_only { lint::problems(&files, target) } else { lint::check(&files, target) })
    })
}
