//! What the tools have to say about a file of rules: errors, and what is legal but probably not meant.

use std::fmt;

use serde::Serialize;

use crate::places::Span;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Legal, but probably not what was meant.
    Warning,
    /// The file cannot be used as it is, or a line of it is not honoured.
    Error,
}

impl Severity {
    /// Its name in reports: `note`, `warning`, `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One finding in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable, hyphenated name, such as `shadowed-rule`: the anchor of the section that explains it.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Where in the rules: a JSON path such as `redirects[3].to`; empty where a line became no rule.
    pub place: String,
    /// Where in the file, if known.
    pub span: Option<Span>,
    /// What is wrong there.
    pub message: String,
    /// What to do about it; empty where the message says it all.
    pub help: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.span {
            Some(span) => write!(f, "{span}: ")?,
            None if self.place.is_empty() => {}
            None => write!(f, "{}: ", self.place)?,
        }
        write!(f, "{} [{}]: {}", self.severity.name(), self.code, self.message)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, ", {}", self.help) }
    }
}
