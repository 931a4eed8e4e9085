//! The platform that a plan is for, by its name.

use selvedge::{Platform, Target};

use crate::problem::Problem;

/// The platform of this name, whose adapter is also given these facts (`country`, `device`).
pub(crate) fn target(platform: &str, facts: &[impl AsRef<str>]) -> Result<Target, Problem> {
    let unknown = |place: &str, name: &str, known: &[&str]| {
        Problem::new(place, format!("unknown {place} {name:?}"), ["one of ", &known.join(", ")].concat())
    };
    let names = Platform::ALL.map(Platform::name);
    let known = Platform::from_name(platform).ok_or_else(|| unknown("platform", platform, &names))?;
    let mut target = Target::from(known);
    for fact in facts {
        target = target.with_fact(fact.as_ref()).ok_or_else(|| unknown("fact", fact.as_ref(), &Target::FACTS))?;
    }
    Ok(target)
}
