//! What changes its meaning when rule files are handed to another vendor.

use std::borrow::Cow;

use selvedge::dialect::{Dialect, Options};
use selvedge::lint::{Found, Moving, migration as compare};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::sources::File;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<File<'q>>,
    from: Cow<'q, str>,
    to: Cow<'q, str>,
}

/// `{ sources: [{ name, form, dialect, text, files? }], from, to }` → `[{ file, code, severity, … }]`.
#[wasm_bindgen]
pub fn migration(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Vec<Found>, JsError> {
        let dialect =
            |name: &str| Dialect::from_name(name).ok_or_else(|| JsError::new(&["there is no dialect ", name].concat()));
        let (from, to) = (dialect(&question.from)?, dialect(&question.to)?);
        let mut files = Vec::new();
        for file in &question.sources {
            files.push(Moving { name: &file.name, text: &file.text, form: file.form()? });
        }
        let options = question.sources.first().map_or_else(Options::new, File::options);
        Ok(compare(&files, from, to, &options))
    })
}
