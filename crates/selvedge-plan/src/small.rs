//! What a reader can do without the feature `full`. The compiler asks, and flags each plan that needs more.
//!
//! What is not named here needs the full reader: a new kind works before anyone thinks of this file.

use crate::layout::{meta, part, place, section, subject, test};

/// Bits of a rule's first word that ask for more.
pub const MISSING: u32 = meta::MERGE_QUERY | meta::DROPS;

/// Whether it runs sections of this kind.
pub fn has_section(kind: u32) -> bool {
    let kind = kind & !section::BELOW_400;
    matches!(kind, section::ANSWERS | section::REWRITES | section::HEADERS | section::ALWAYS | section::EVERY_PATH)
}

/// Whether it fills in this part of a template, where it stands.
pub fn has_part(kind: u32, place: u32) -> bool {
    let fills = matches!(kind, part::LITERAL | part::CAPTURE | part::RAW | part::HOST | part::PATH);
    fills && place & place::LOWER == 0 && place != place::FILE_NAME
}

/// Whether it tests values of this subject in this way.
pub fn has_test(of: u32, kind: u32) -> bool {
    let subjects = [subject::VALUE, subject::LINES, subject::QUERY, subject::COOKIE, subject::HOST, subject::STATUS];
    let tests = [test::PRESENT, test::EQUAL, test::PREFIX, test::SUFFIX, test::CONTAINS, test::STATUS, test::HOST];
    subjects.contains(&of) && tests.contains(&kind)
}
