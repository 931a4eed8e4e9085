//! A piece of a template.

use std::fmt::{self, Display, Formatter};

use super::fact::Fact;
use super::filter::Filter;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Text as it is.
    Literal(String),
    /// `:name` or `{name}`: what a pattern captured.
    Capture {
        /// The capture.
        name: String,
        /// What becomes of it.
        filter: Filter,
    },
    /// `{host}` and so on: something of the message.
    Fact {
        /// What is read.
        fact: Fact,
        /// What becomes of it.
        filter: Filter,
    },
}

/// As it is written.
impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Part::Literal(text) => f.write_str(text),
            Part::Capture { name, filter } if *filter == Filter::default() && name.parse::<u8>().is_err() => {
                write!(f, ":{name}")
            }
            Part::Capture { name, filter } => write!(f, "{{{name}{filter}}}"),
            Part::Fact { fact, filter } => write!(f, "{{{fact}{filter}}}"),
        }
    }
}
