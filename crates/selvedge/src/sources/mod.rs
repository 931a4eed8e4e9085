//! Files of rules, as one set: what they hold together, which file a rule is from, and why they cannot be used.

mod file;
#[cfg(feature = "functions")]
mod function;
mod guard;
mod help;
mod joined;
mod late;
mod report;
mod site;
mod sound_part;
#[cfg(feature = "functions")]
pub(crate) mod split;
mod usable;

use crate::compile::compile_model;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::finding::Severity;
use crate::platform::{Platform, Target};
use crate::rules::{Model, Value};
pub use file::{FileFinding, ParsedFile, RuleFile};
#[cfg(feature = "functions")]
pub use function::function;
pub(crate) use joined::Joined;
pub(crate) use late::is_late_pass;
pub(crate) use report::{Report, Written};
pub(crate) use sound_part::SoundPart;
pub use sound_part::compile_value;
pub(crate) use usable::Honoured;
pub use usable::{Usable, usable};

/// Why the files could not be used: what reading them found, and what [`compile`](crate::compile()) would refuse. Takes a
/// fraction of the time of [`lint::check`](crate::lint::check), which finds this too. Without a target, what depends on a
/// platform is left out. In the order of the files, and of their lines.
pub fn problems(files: &[ParsedFile<'_>], target: Option<Target>) -> Vec<FileFinding> {
    examine(files, target, &compile_model, |_, _, _, _, _| {})
}

/// What rules of a target are compiled by: their plan, or what it does not allow.
pub(crate) type Compile<'c> = dyn Fn(&Model, Target) -> Result<Vec<u8>, Diagnostics> + 'c;

/// The errors among [`problems`].
pub(crate) fn errors(files: &[ParsedFile<'_>], target: Target, compile: &Compile<'_>) -> Vec<FileFinding> {
    let mut found = examine(files, Some(target), compile, |_, _, _, _, _| {});
    found.retain(|found| found.finding.severity == Severity::Error);
    found
}

/// The problems of the files, and what `lints` add for the rules that nothing is wrong with: as they were written, and read, with
/// their target, and their plan if the platform allows them.
pub(crate) fn examine(
    files: &[ParsedFile<'_>],
    target: Option<Target>,
    compile: &Compile<'_>,
    lints: impl Fn(&Value, &Model, Target, Option<Vec<u8>>, &mut Report<'_>),
) -> Vec<FileFinding> {
    let joined = Joined::of(files);
    let sayable = |problem: &&Diagnostic| !is_late_pass(&joined.rules, problem);
    let part;
    let mut report = Report::new(files, &joined);
    // The platform that allows most, and knows all: what remains is wrong everywhere.
    let target = target.unwrap_or(Target::from(Platform::Fetch).with_country().with_device());
    match Model::from_value(&joined.rules) {
        Ok(rules) => {
            let plan = compile(&rules, target);
            if let Err(problems) = &plan {
                report.problems(problems.iter().filter(sayable), target.platform());
            }
            lints(&joined.rules, &rules, target, plan.ok(), &mut report);
        }
        Err(problems) => {
            part = SoundPart::of(&joined.rules, &problems);
            let rules = part.rules();
            let plan = rules.as_ref().map(|rules| compile(rules, target));
            let problems = part.join(problems, plan.as_ref());
            report.problems(problems.iter().filter(sayable), target.platform());
            if let Some(rules) = rules {
                report.part(&part);
                lints(part.written(), &rules, target, plan.and_then(Result::ok), &mut report);
            }
        }
    }
    report.finish()
}
