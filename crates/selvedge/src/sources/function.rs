//! Files as the source of a function.

use super::usable::Honoured;
use super::{FileFinding, Joined, ParsedFile, Report};
use crate::compile::{FUNCTION_PLATFORM, Function, StoreUse, function_of};
use crate::key::Key;

/// Compiles files that make up one set of rules to the source of a [function](crate::function()); with the findings of the lines
/// of vendors' files that were left out.
///
/// # Errors
///
/// Everything that is wrong with the files, or that a function cannot do, if it is more than such lines.
pub fn function(
    files: &[ParsedFile<'_>],
    key: Key,
    store: StoreUse,
) -> Result<(Function, Vec<FileFinding>), Vec<FileFinding>> {
    let joined = Joined::of(files);
    let Honoured { rules, left_out, .. } = Honoured::of(&joined, files, FUNCTION_PLATFORM.into())?;
    match function_of(&rules, key, store) {
        Ok(function) => Ok((function, left_out)),
        Err(problems) => {
            let mut report = Report::new(files, &joined);
            report.problems(&problems, FUNCTION_PLATFORM);
            Err(report.finish())
        }
    }
}
