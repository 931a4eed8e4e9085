//! The rules that nothing is wrong with, of a set where something is: so that what is wrong with some of them does not hide
//! what a platform does not allow in the others.

use std::borrow::Cow;

use crate::compile::compile_model;
use crate::diagnostic::Diagnostics;
use crate::places::Heads;
use crate::platform::Target;
use crate::rules::{Model, Value};

/// Compiles rules from a generic tree. Unlike [`Rules::from_value`](crate::Rules::from_value) and then [`compile`](crate::compile()), it finds at once what is wrong
/// with the rules by themselves and what the platform does not allow in those that are right.
///
/// # Errors
///
/// Everything that is wrong.
pub fn compile_value(value: &Value, target: impl Into<Target>) -> Result<Vec<u8>, Diagnostics> {
    let target = target.into();
    match Model::from_value(value) {
        Ok(rules) => compile_model(&rules, target),
        Err(problems) => {
            let sound = SoundPart::of(value, &problems);
            let plan = sound.rules().map(|rules| compile_model(&rules, target));
            Err(sound.join(problems, plan.as_ref()))
        }
    }
}

/// The rules of a tree that nothing is wrong with.
pub(crate) struct SoundPart<'v> {
    rules: Cow<'v, Value>,
    /// Of each list, where the items that were kept stood.
    kept: Vec<(&'v str, Vec<usize>)>,
}

impl<'v> SoundPart<'v> {
    pub(crate) fn of(value: &'v Value, problems: &Diagnostics) -> SoundPart<'v> {
        let mut part = SoundPart { rules: Cow::Borrowed(value), kept: Vec::new() };
        if problems.is_empty() {
            return part;
        }
        part.rules = Cow::Owned(Value::Object(Vec::new()));
        let Value::Object(all) = value else { return part };
        // The members and items that something is wrong with: `html` or `redirects[3]`.
        let wrong = Heads::of(problems.iter().map(|problem| problem.place.as_str()));
        let mut members = Vec::new();
        for (name, member) in all {
            match member {
                _ if wrong.has(name) => {}
                Value::Array(items) => {
                    let sound = items.iter().enumerate().filter(|(at, _)| !wrong.has(&format!("{name}[{at}]")));
                    let (kept, items) = sound.map(|(at, item)| (at, item.clone())).unzip();
                    members.push((name.clone(), Value::Array(items)));
                    part.kept.push((name, kept));
                }
                _ => members.push((name.clone(), member.clone())),
            }
        }
        part.rules = Cow::Owned(Value::Object(members));
        part
    }

    /// The part, as it was written.
    pub(crate) fn written(&self) -> &Value {
        &self.rules
    }

    pub(crate) fn into_rules(self) -> Value {
        self.rules.into_owned()
    }

    /// The part, read.
    pub(crate) fn rules(&self) -> Option<Model> {
        Model::from_value(&self.rules).ok()
    }

    /// What is wrong with the whole, and with the `plan` of the part.
    pub(crate) fn join(&self, mut wrong: Diagnostics, plan: Option<&Result<Vec<u8>, Diagnostics>>) -> Diagnostics {
        for problem in plan.and_then(|plan| plan.as_ref().err()).into_iter().flatten() {
            wrong.push(problem.code, self.place(&problem.place), &problem.message, &problem.help);
        }
        wrong
    }

    /// Where in the whole a place of the part stood.
    pub(crate) fn place(&self, place: &str) -> String {
        let there = || {
            let (list, rest) = place.split_once('[')?;
            let (number, rest) = rest.split_once(']')?;
            let (_, kept) = self.kept.iter().find(|(name, _)| *name == list)?;
            Some(format!("{list}[{}]{rest}", kept.get(number.parse::<usize>().ok()?)?))
        };
        there().unwrap_or_else(|| place.to_owned())
    }
}
