//! What is wrong with a set of rules: every problem at once, each with its place, its cause and its remedy.

use std::{error, fmt, slice, vec};

use selvedge_plan::InvalidPlan;

use crate::rules::InvalidJson;

/// One problem in a set of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The family it belongs to, a stable, hyphenated name such as `unknown-field`, as in [`Finding`](crate::Finding).
    pub code: &'static str,
    /// Where: a JSON path (`redirects[3].form`; the whole document is `rules`) or a line of an imported file.
    pub place: String,
    /// What is wrong there.
    pub message: String,
    /// What to do about it; empty where the message says it all.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, ", {}", self.help) }
    }
}

/// Everything that is wrong with a set of rules; prints one problem a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    problems: Vec<Diagnostic>,
    cause: Option<Cause>,
}

/// An error that is the reason of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Json(InvalidJson),
    Plan(InvalidPlan),
}

impl Diagnostics {
    /// No problems yet.
    pub(crate) fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds a problem.
    pub(crate) fn push(
        &mut self,
        code: &'static str,
        place: impl fmt::Display,
        message: impl fmt::Display,
        help: impl fmt::Display,
    ) {
        self.add(code, &place, &message, &help);
    }

    /// One body for all that can be displayed: there are many calls, and each of its own would be large in WebAssembly.
    fn add(
        &mut self,
        code: &'static str,
        place: &dyn fmt::Display,
        message: &dyn fmt::Display,
        help: &dyn fmt::Display,
    ) {
        self.problems.push(Diagnostic {
            code,
            place: place.to_string(),
            message: message.to_string(),
            help: help.to_string(),
        });
    }

    pub(crate) fn caused_by(self, cause: Cause) -> Diagnostics {
        Diagnostics { cause: Some(cause), ..self }
    }

    /// Whether one of the problems has this [`Diagnostic::code`].
    pub fn has(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// How many problems there are.
    pub fn len(&self) -> usize {
        self.problems.len()
    }

    /// The problems, in the order of the document as it was read.
    pub fn iter(&self) -> slice::Iter<'_, Diagnostic> {
        self.problems.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

/// The source is what a parser or a reader said, where that is the reason.
impl error::Error for Diagnostics {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self.cause.as_ref()? {
            Cause::Json(invalid) => Some(invalid),
            Cause::Plan(invalid) => Some(invalid),
        }
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.problems.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_place_message_and_remedy_a_line_each() {
        let mut problems = Diagnostics::new();
        problems.push("unknown-field", "redirects[3].form", "unknown field", r#"did you mean "from"?"#);
        problems.push("invalid-value", "rules", "expected an object, found a list", "");
        assert_eq!(
            problems.to_string(),
            "redirects[3].form: unknown field, did you mean \"from\"?\nrules: expected an object, found a list"
        );
    }
}
