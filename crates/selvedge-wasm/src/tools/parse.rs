//! A file of any form as rules.

use std::borrow::Cow;

use selvedge::dialect::{self, Dialect, Form, Options, Parsed};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

/// A file of rules, as the tools are given it.
#[derive(Deserialize)]
pub(crate) struct File<'q> {
    /// For messages about another file.
    #[serde(default)]
    pub(crate) name: Cow<'q, str>,
    form: Cow<'q, str>,
    /// Of `_redirects` and `_headers`.
    dialect: Option<Cow<'q, str>>,
    #[serde(borrow)]
    pub(crate) text: Cow<'q, str>,
    /// The files that the site has.
    files: Option<Vec<String>>,
}

impl File<'_> {
    pub(crate) fn parsed(&self) -> Result<Parsed, JsError> {
        Ok(dialect::parse(&self.text, self.form()?, &self.options()))
    }

    fn form(&self) -> Result<Form, JsError> {
        let dialect = self.dialect.as_deref().and_then(Dialect::from_name);
        Form::from_name(&self.form, dialect)
            .ok_or_else(|| JsError::new(&["there is no form ", &self.form, ", or its dialect is missing"].concat()))
    }

    fn options(&self) -> Options {
        match &self.files {
            Some(files) => Options::new().files(files),
            None => Options::new(),
        }
    }
}

/// `{ form, dialect?, text, files? }` → `{ rules, findings }`.
#[wasm_bindgen]
pub fn parse(question: &str) -> Result<String, JsError> {
    super::answer(question, |file: File<'_>| file.parsed())
}
