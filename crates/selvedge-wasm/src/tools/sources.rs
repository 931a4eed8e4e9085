//! Files of rules as the verbs are given them, and the platform they are for.

use std::borrow::Cow;

use selvedge::dialect::{self, Dialect, Form, Options, Parsed};
use selvedge::{Platform, Target, lint};
use serde::Deserialize;
use wasm_bindgen::JsError;

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

    pub(crate) fn form(&self) -> Result<Form, JsError> {
        let dialect = self.dialect.as_deref().and_then(Dialect::from_name);
        Form::from_name(&self.form, dialect)
            .ok_or_else(|| JsError::new(&["there is no form ", &self.form, ", or its dialect is missing"].concat()))
    }

    pub(crate) fn options(&self) -> Options {
        match &self.files {
            Some(files) => Options::new().files(files),
            None => Options::new(),
        }
    }
}

/// The platform of this name, whose adapter is given these facts too.
pub(crate) fn target(platform: &str, facts: &[Cow<'_, str>]) -> Result<Target, JsError> {
    let unknown = || JsError::new(&["there is no platform ", platform].concat());
    let mut target = Target::from(Platform::from_name(platform).ok_or_else(unknown)?);
    for fact in facts {
        target = target.with_fact(fact).ok_or_else(|| JsError::new(&["there is no fact ", fact].concat()))?;
    }
    Ok(target)
}

/// Files, read.
pub(crate) fn read<'f>(sources: &'f [File<'_>]) -> Result<Vec<lint::File<'f>>, JsError> {
    let read = |file: &'f File<'_>| Ok(lint::File { name: &file.name, parsed: file.parsed()? });
    sources.iter().map(read).collect()
}
