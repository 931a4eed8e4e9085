//! What reading a file gives.

use serde::Serialize;

use super::written::Written;
use crate::diagnostic::Diagnostics;
use crate::finding::{Finding, Severity};
use crate::places::{Places, Span};
use crate::rules::{InvalidJson, Rules, Value};

/// Rules read from a vendor's file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parsed {
    /// The rules, as a tree that [`Rules::from_value`](crate::Rules::from_value) reads.
    pub rules: Value,
    /// Where in the file each rule and its parts were written.
    #[serde(skip)]
    pub places: Places,
    /// What cannot be honoured, and what is probably not meant.
    pub findings: Vec<Finding>,
    /// What the file says, as its vendor has it.
    #[serde(skip)]
    pub(super) written: Box<Written>,
}

impl Parsed {
    /// Rules that are no vendor's lines and blocks.
    pub(crate) fn new(rules: Value, places: Places, findings: Vec<Finding>) -> Parsed {
        Parsed { rules, places, findings, written: Box::default() }
    }

    /// The rules, checked for all that depends on no platform. For a file with lines that a platform cannot honour,
    /// [`usable`](crate::sources::usable()) leaves those out.
    ///
    /// ```
    /// use selvedge::dialect::{Dialect, Options, redirects};
    /// use selvedge::{Platform, compile};
    ///
    /// let rules = redirects("/old/* /new/:splat 301!\n", Dialect::Netlify, &Options::new()).to_rules()?;
    /// let plan = compile(&rules, Platform::Cloudfront)?;
    /// # Ok::<(), selvedge::Diagnostics>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong with the rules that lines came to. What is wrong with lines is among the findings.
    pub fn to_rules(&self) -> Result<Rules, Diagnostics> {
        Rules::from_value(self.rules.clone())
    }
}

/// No rules, and what is wrong with the text.
pub(super) fn invalid_json(text: &str, invalid: &InvalidJson) -> Parsed {
    let (line, column) = invalid.position();
    let finding = Finding {
        code: "invalid-json",
        severity: Severity::Error,
        place: String::new(),
        span: Some(Span { line: line as u32, column: column as u32, length: 1 }),
        message: invalid.message().to_owned(),
        help: json_help(text, line, column).to_owned(),
    };
    Parsed::new(Value::Object(Vec::new()), Places::new(), vec![finding])
}

/// What to do about the usual mistakes, by what stands where JSON ends, and before it.
fn json_help(text: &str, line: usize, column: usize) -> &'static str {
    let Some(first) = text.trim_start().chars().next() else { return "rules that change nothing are {}" };
    let line_starts = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let rest = text.get(line_starts..).unwrap_or_default();
    let column_starts = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
    let (before, after) = text.split_at_checked(line_starts + column_starts).unwrap_or((text, ""));
    match after.chars().next() {
        Some('\'' | '`' | '‘' | '’' | '“' | '”' | '„') => "write straight double quotes: \"",
        Some(']' | '}') if before.trim_end().ends_with(',') => "take the comma out that is before it",
        None => "close what is open: the last }, ] or \"",
        _ if !matches!(first, '{' | '[' | '/') => "write it as JSON, which begins with {",
        Some('T' | 'F') if ["True", "TRUE", "False", "FALSE"].iter().any(|word| after.starts_with(word)) => {
            "write true and false in lower case"
        }
        Some(letter) if letter.is_ascii_alphabetic() => "put double quotes around it",
        _ => "",
    }
}
