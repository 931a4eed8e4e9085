//! Files in the places of CloudFront that cost least.

use super::usable::Honoured;
use super::{FileFinding, Joined, ParsedFile, Report};
use crate::compile::{Preferences, SPLIT_PLATFORM, Split, split_of};
use crate::key::Key;

/// Places the rules of files that make up one set; with the errors of the lines of vendors' files that were left out.
///
/// # Errors
///
/// Everything that is wrong with the files, if it is more than such lines; or a preference that cannot be met.
pub fn split(
    files: &[ParsedFile<'_>],
    key: Key,
    wanted: &Preferences,
) -> Result<(Split, Vec<FileFinding>), Vec<FileFinding>> {
    let joined = Joined::of(files);
    let Honoured { rules, left_out, .. } = Honoured::of(&joined, files, SPLIT_PLATFORM.into())?;
    match split_of(&rules, key, wanted) {
        Ok(split) => Ok((split, left_out)),
        Err(problems) => {
            let mut report = Report::new(files, &joined);
            report.problems(&problems, SPLIT_PLATFORM);
            Err(report.finish())
        }
    }
}
