//! What changes its meaning when rule files are handed to another vendor.

use std::borrow::Cow;

use selvedge::check_migration;
use selvedge::dialect::{Dialect, Options};
use selvedge::sources::FileFinding;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::rule_file::RuleFile;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    from: Cow<'q, str>,
    to: Cow<'q, str>,
}

/// `{ sources: [{ name, form, dialect, text, files? }], from, to }` → `[{ file, code, severity, … }]`.
#[wasm_bindgen]
pub fn migration(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Vec<FileFinding>, JsError> {
        let dialect =
            |name: &str| Dialect::from_name(name).ok_or_else(|| JsError::new(&[name, " is not a dialect"].concat()));
        let (from, to) = (dialect(&question.from)?, dialect(&question.to)?);
        let files = question.sources.iter().map(RuleFile::file).collect::<Result<Vec<_>, _>>()?;
        let options = question.sources.first().map_or_else(Options::new, |file| file.options(None));
        Ok(check_migration(&files, from, to, &options))
    })
}
