//! Rules of files in the places of CloudFront that cost least.

use serde::Serialize;

use super::usable::Honoured;
use super::{FileFinding, Joined, ParsedFile, Report};
use crate::compile::{Preferences, SPLIT_PLATFORM, Split, check_split, split_of};
use crate::key::Key;
use crate::missing_page::MissingPage;

/// The rules of files in their places.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilesSplit {
    /// The rules in their places.
    #[serde(flatten)]
    pub split: Split,
    /// The page that the distribution has to be told to serve for what is missing, because no rule can.
    pub missing_page: Option<MissingPage>,
    /// The findings of lines of vendors' files that were left out.
    #[serde(skip)]
    pub left_out: Vec<FileFinding>,
}

/// Places the rules of files that make up one set.
///
/// # Errors
///
/// Everything that is wrong with the files, if it is more than lines of vendors' files; or a preference that cannot be met.
pub fn split(files: &[ParsedFile<'_>], key: Key, wanted: &Preferences) -> Result<FilesSplit, Vec<FileFinding>> {
    let joined = Joined::of(files);
    let check = |rules: &_, _| check_split(rules, key, wanted).map(|()| Vec::new());
    let Honoured { rules, left_out, .. } = Honoured::by(&joined, files, SPLIT_PLATFORM.into(), &check)?;
    match split_of(&rules, key, wanted) {
        Ok(split) => {
            let missing_page = MissingPage::among(&left_out, &joined, files, SPLIT_PLATFORM);
            Ok(FilesSplit { split, missing_page, left_out })
        }
        Err(problems) => {
            let mut report = Report::new(files, &joined);
            report.problems(&problems, SPLIT_PLATFORM);
            Err(report.finish())
        }
    }
}
