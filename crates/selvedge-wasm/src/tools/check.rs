//! What is wrong with files of rules, and what is probably not meant.

use std::borrow::Cow;

use selvedge::lint::{self, Found};
use selvedge::{Platform, Target};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::parse::File;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<File<'q>>,
    platform: Option<Cow<'q, str>>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
}

impl Question<'_> {
    fn target(&self) -> Result<Option<Target>, JsError> {
        let Some(name) = &self.platform else { return Ok(None) };
        let unknown = || JsError::new(&["there is no platform ", name].concat());
        let mut target = Target::from(Platform::from_name(name).ok_or_else(unknown)?);
        for fact in &self.facts {
            target = match fact.as_ref() {
                "country" => target.with_country(),
                "device" => target.with_device(),
                other => return Err(JsError::new(&["there is no fact ", other].concat())),
            };
        }
        Ok(Some(target))
    }
}

/// `{ sources: [{ name, form, dialect?, text, files? }], platform?, facts? }` → `[{ file, code, severity, … }]`.
#[wasm_bindgen]
pub fn check(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Vec<Found>, JsError> {
        let target = question.target()?;
        let files = question.sources.iter().map(read).collect::<Result<Vec<_>, JsError>>()?;
        Ok(lint::check(&files, target))
    })
}

fn read<'f>(file: &'f File<'_>) -> Result<lint::File<'f>, JsError> {
    Ok(lint::File { name: &file.name, parsed: file.parsed()? })
}
