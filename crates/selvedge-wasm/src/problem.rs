//! One thing that is wrong, as JavaScript gets it.

use selvedge::{Diagnostic, Diagnostics};

#[cfg_attr(feature = "tools", derive(serde::Serialize))]
pub(crate) struct Problem {
    pub(crate) place: String,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Problem {
    pub(crate) fn new(place: &str, message: String, help: String) -> Problem {
        Problem { place: place.to_owned(), message, help }
    }

    pub(crate) fn all(problems: Diagnostics) -> Vec<Problem> {
        let problem = |wrong: Diagnostic| Problem { place: wrong.place, message: wrong.message, help: wrong.help };
        problems.into_iter().map(problem).collect()
    }
}
