//! Files of rules as the verbs are given them.

use std::borrow::Cow;

use selvedge::dialect::{Dialect, Form, Options};
use selvedge::internal::TargetAnswer;
use selvedge::sources::{self, ParsedFile};
use selvedge::{Target, Value};
use serde::Deserialize;
use wasm_bindgen::JsError;

/// A file of rules, as the tools are given it.
#[derive(Deserialize)]
pub(crate) struct RuleFile<'q> {
    /// For messages about another file.
    #[serde(default)]
    name: Cow<'q, str>,
    form: Cow<'q, str>,
    /// Of `_redirects` and `_headers`.
    dialect: Option<Cow<'q, str>>,
    #[serde(borrow)]
    pub(crate) text: Cow<'q, str>,
    /// The files that the site has.
    files: Option<Vec<String>>,
    /// Which columns of a table hold what.
    #[serde(default)]
    columns: Vec<(String, String)>,
    /// What some of the site's files hold, as bodies of rules.
    #[serde(default)]
    bodies: Vec<(String, Value)>,
}

impl RuleFile<'_> {
    pub(crate) fn file(&self) -> Result<sources::RuleFile<'_>, JsError> {
        Ok(sources::RuleFile { name: &self.name, text: &self.text, form: self.form()? })
    }

    pub(crate) fn form(&self) -> Result<Form, JsError> {
        let dialect = self.dialect.as_deref().and_then(Dialect::from_name);
        Form::from_name(&self.form, dialect)
            .ok_or_else(|| JsError::new(&[&self.form, " is not a form, or its dialect is missing"].concat()))
    }

    pub(crate) fn options(&self, target: Option<Target>) -> Options {
        let options = Options::new().platform(target.map(|target| target.platform()));
        let options = match &self.files {
            Some(files) => options.files(files),
            None => options,
        };
        let options = self.columns.iter().fold(options, |options, (what, name)| options.column(what, name));
        self.bodies.iter().fold(options, |options, (path, body)| options.body(path, body.clone()))
    }
}

/// Files that make up one set of rules, and what they are for, if that matters.
#[derive(Deserialize)]
pub(crate) struct RuleSet<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    platform: Option<Cow<'q, str>>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
    /// What other sites answered, where they were asked.
    #[serde(default)]
    pub(crate) answers: Vec<TargetAnswer>,
}

impl RuleSet<'_> {
    pub(crate) fn read(&self) -> Result<Vec<ParsedFile<'_>>, JsError> {
        read(&self.sources, self.target()?)
    }

    pub(crate) fn target(&self) -> Result<Option<Target>, JsError> {
        self.platform.as_ref().map(|platform| super::target(platform, &self.facts)).transpose()
    }
}

/// Files, read.
pub(crate) fn read<'f>(files: &'f [RuleFile<'_>], target: Option<Target>) -> Result<Vec<ParsedFile<'f>>, JsError> {
    files.iter().map(|file| Ok(file.file()?.parse(&file.options(target)))).collect()
}
