//! What a placeholder makes of its value: `{…|lower}`, `{…|encode}`.

use std::fmt::{self, Display, Formatter};

/// The filters of a placeholder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// ASCII letters in lower case.
    pub(crate) lower: bool,
    /// Percent-encoded as a query value.
    pub(crate) encode: bool,
}

impl Filter {
    /// Splits the filters off what stands between the braces; the error is one that there is not.
    pub(super) fn split(inside: &str) -> Result<(&str, Filter), &str> {
        let mut words = inside.split('|');
        let name = words.next().unwrap_or_default();
        let mut filter = Filter::default();
        for word in words {
            match word {
                "lower" => filter.lower = true,
                "encode" => filter.encode = true,
                other => return Err(other),
            }
        }
        Ok((name, filter))
    }
}

/// As it is written after the name.
impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.lower { "|lower" } else { "" })?;
        f.write_str(if self.encode { "|encode" } else { "" })
    }
}
