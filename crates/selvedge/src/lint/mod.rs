//! Everything that can be said about files of rules before they are used: errors with their place in the text, and what is
//! legal but probably not meant.
//!
//! A lint claims only what it can prove from the rules. Each finding has a code; docs/reference/lints.md has a section for every code.

mod cache_control;
mod candidates;
mod condition;
mod cors_credentials;
mod costly;
mod double_slash;
mod follow;
mod foreign_syntax;
mod headers;
mod ignored_header_value;
mod migration;
mod missing_slash;
mod never;
mod open_redirect;
mod overridden;
mod pattern;
mod permanent;
mod precompressed;
mod repeated;
mod report;
mod sample;
mod set_cookie;
mod shadow;
mod spelling;
mod swallowed_origin;
mod texts;
mod trap;
mod whole;

use serde::Serialize;

use crate::compile::{SoundPart, compile_model};
use crate::dialect::Parsed;
use crate::finding::Finding;
use crate::platform::{Platform, Target};
use crate::rules::{Model, Value};
pub use migration::{Moving, migration};
use report::Report;
pub(crate) use whole::Whole;

/// A file of rules that was read.
#[derive(Clone, Debug)]
pub struct File<'n> {
    /// Its name, for messages about another file.
    pub name: &'n str,
    /// What it holds.
    pub parsed: Parsed,
}

/// A finding, and the file that it is in, by its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The number of the file.
    pub file: usize,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// Checks files that make up one set of rules: what reading them found, what [`compile`](crate::compile()) would refuse, and
/// the lints. Without a target, what depends on a platform is left out. In the order of the files, and of their lines.
///
/// ```
/// use selvedge::lint::{File, check};
/// use selvedge::{dialect::Parsed, json_places};
///
/// let (rules, places) = json_places(r#"{ "redirects": [{ "from": "/a", "to": "/b" }, { "from": "/b", "to": "/a" }] }"#)?;
/// let file = File { name: "rules.json", parsed: Parsed { rules, places, findings: Vec::new() } };
/// let found = check(&[file], None);
/// assert_eq!(found[0].finding.code, "redirect-loop");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check(files: &[File<'_>], target: Option<Target>) -> Vec<Found> {
    examine(files, target, lints)
}

/// Only why the files could not be used: what reading them found, and what [`compile`](crate::compile()) would refuse. Takes
/// a fraction of the time of [`check`].
pub fn problems(files: &[File<'_>], target: Option<Target>) -> Vec<Found> {
    examine(files, target, |_, _, _, _, _| {})
}

fn examine(
    files: &[File<'_>],
    target: Option<Target>,
    lints: impl Fn(&Value, &Model, Target, Option<Vec<u8>>, &mut Report<'_>),
) -> Vec<Found> {
    let whole = Whole::of(files);
    let part;
    let mut report = Report::new(files, &whole);
    // The platform that allows most, and knows all: what remains is wrong everywhere.
    let target = target.unwrap_or(Target::from(Platform::Fetch).with_country().with_device());
    match Model::from_value(&whole.rules) {
        Ok(rules) => {
            let plan = compile_model(&rules, target);
            if let Err(problems) = &plan {
                report.problems(problems);
            }
            lints(&whole.rules, &rules, target, plan.ok(), &mut report);
        }
        Err(problems) => {
            part = SoundPart::of(&whole.rules, &problems);
            let rules = part.rules();
            let plan = rules.as_ref().map(|rules| compile_model(rules, target));
            report.problems(&part.join(problems, plan.as_ref()));
            if let Some(rules) = rules {
                report.part(&part);
                lints(part.written(), &rules, target, plan.and_then(Result::ok), &mut report);
            }
        }
    }
    report.finish()
}

/// The rules of all files as one set: lists one after another, in the order of the files. What does not go together is found
/// by [`check`].
pub fn join(files: &[File<'_>]) -> Value {
    Whole::of(files).rules.into_owned()
}

/// `written` is what the rules were read from, and `plan` theirs, if the platform allows them.
fn lints(written: &Value, rules: &Model, target: Target, plan: Option<Vec<u8>>, report: &mut Report<'_>) {
    foreign_syntax::check(written, report);
    missing_slash::check(written, report);
    double_slash::check(rules, report);
    swallowed_origin::check(rules, report);
    ignored_header_value::check(rules, report);
    cors_credentials::check(rules, report);
    never::check(rules, report);
    shadow::check(rules, report);
    follow::check(rules, plan, report);
    open_redirect::check(rules, target, report);
    permanent::check(rules, report);
    cache_control::check(rules, report);
    set_cookie::check(rules, report);
    overridden::check(rules, report);
    repeated::check(rules, report);
    precompressed::check(rules, report);
    trap::check(rules, report);
    spelling::check(rules, report);
    costly::check(rules, report);
}
