//! A file of rules: as it is, and read.

use serde::Serialize;

use super::site;
use crate::dialect::{Form, Options, Parsed, parse};
use crate::finding::Finding;

/// A file of rules as it is.
#[derive(Clone, Copy, Debug)]
pub struct RuleFile<'t> {
    /// Its name, for messages about another file.
    pub name: &'t str,
    /// Its text.
    pub text: &'t str,
    /// How to read it.
    pub form: Form,
}

impl<'t> RuleFile<'t> {
    /// Reads it.
    ///
    /// ```
    /// use selvedge::dialect::{Dialect, Form, Options};
    /// use selvedge::sources::{RuleFile, usable};
    ///
    /// let form = Form::Redirects(Dialect::Netlify);
    /// let file = RuleFile { name: "_redirects", text: "/old /new 302!", form };
    /// let rules = usable(&[file.parse(&Options::new())], None).unwrap().rules;
    /// assert_eq!(serde_json::to_string(&rules)?, r#"{"redirects":[{"from":"/old","to":"/new","status":302}]}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn parse(&self, options: &Options) -> ParsedFile<'t> {
        let mut parsed = parse(self.text, self.form, options);
        if self.form == Form::Rules {
            site::settle(&mut parsed.rules, options);
        }
        ParsedFile { name: self.name, form: self.form, parsed, site: options.files.clone() }
    }
}

/// A file of rules that was read.
#[derive(Clone, Debug)]
pub struct ParsedFile<'n> {
    /// Its name, for messages about another file.
    pub name: &'n str,
    /// How it was read.
    pub form: Form,
    /// What it holds.
    pub parsed: Parsed,
    /// The files of the site, where they are known.
    pub site: Option<Vec<String>>,
}

/// A finding, and the file that it is in, by its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileFinding {
    /// The number of the file.
    pub file: usize,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}
