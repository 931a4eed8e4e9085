//! The conditions of a rule, joined.

use super::condition::{self, Cond, Test};
use super::lex::Directive;
use crate::dialect::pcre::{PathPattern, Pcre};
use crate::dialect::route::one_or_list;
use crate::dialect::when::add;
use crate::rules::Value;

#[derive(Default)]
pub(super) struct Joined {
    pub(super) when: Vec<(String, Value)>,
    pub(super) yields: bool,
    pub(super) except: Vec<Value>,
    pub(super) path: Option<Pcre>,
    /// What `%1` is, as it stands in a target; nothing where it is of the path.
    pub(super) captures: Vec<String>,
    /// `%1` is a group of the condition on the path.
    pub(super) of_path: bool,
    pub(super) more: Option<&'static str>,
}

/// The conditions of a rule as one `when`.
pub(super) fn joined(conds: &[Cond]) -> Result<Joined, String> {
    let mut out = Joined::default();
    let conds = simple(conds);
    for group in groups(&conds, |cond| cond.or) {
        out.more = out.more.or(group.iter().find_map(|cond| cond.more));
        if let Some(last) = group.iter().rfind(|cond| cond.matches) {
            // The last expression that matched says what the groups are; of several ways it is not known which.
            let placed = |name: &String| if name.is_empty() { String::new() } else { format!("{{{name}}}") };
            out.captures = if group.len() == 1 { last.captures.iter().map(placed).collect() } else { Vec::new() };
            out.of_path = false;
        }
        match group {
            [cond] => match &cond.test {
                Test::When(members) => add(&mut out.when, members.clone())?,
                Test::Path(pcre, true) => out.except.push(one(&pcre.path("")?)?),
                Test::Path(pcre, false) if out.path.is_none() => {
                    out.path = Some(pcre.as_ref().clone());
                    out.of_path = cond.matches;
                }
                Test::Path(..) => return Err("two expressions that a path has to match".to_owned()),
                Test::Exists(true) => {}
                Test::Exists(false) => out.yields = true,
                Test::Always(true) => {}
                Test::Always(false) => return Err("a condition that never holds".to_owned()),
            },
            group if group.iter().all(|cond| matches!(cond.test, Test::Exists(true))) => {}
            group => {
                let ways = group.iter().map(|cond| {
                    if let Test::When(members) = &cond.test { Some(Value::Object(members.clone())) } else { None }
                });
                let ways = ways.collect::<Option<Vec<_>>>().ok_or("an [OR] of conditions on files or paths")?;
                add(&mut out.when, vec![("any".to_owned(), Value::Array(ways))])?;
            }
        }
    }
    Ok(out)
}

/// Without what never holds next to others of which one has to, and without groups in which one always does.
pub(super) fn simple(conds: &[Cond]) -> Vec<Cond> {
    let mut simple: Vec<Cond> = Vec::with_capacity(conds.len());
    for group in groups(conds, |cond| cond.or) {
        if group.len() > 1 && group.iter().any(|cond| matches!(cond.test, Test::Always(true))) {
            continue;
        }
        let may_hold = |cond: &&Cond| !matches!(cond.test, Test::Always(false));
        let first = simple.len();
        simple.extend(group.iter().filter(may_hold).cloned());
        if simple.len() == first {
            simple.extend(group.last().cloned());
        }
        if let Some(last) = simple.last_mut() {
            last.or = false;
        }
    }
    simple
}

/// Conditions of which one has to hold, in the order of the file.
fn groups<T>(conds: &[T], or: impl Fn(&T) -> bool) -> Vec<&[T]> {
    let mut groups = Vec::new();
    let mut rest = conds;
    while !rest.is_empty() {
        let length = rest.iter().take_while(|cond| or(cond)).count() + 1;
        let (group, after) = rest.split_at(length.min(rest.len()));
        groups.push(group);
        rest = after;
    }
    groups
}

/// The conditions that can be read, of a rule that keeps requests out: fewer of them keep more out. `None` where one of them never
/// holds.
pub(super) fn wider(conditions: &[(Directive, usize)]) -> Option<Joined> {
    let is_or = |cond: &(Directive, usize)| {
        let flags = cond.0.words.get(2).map(|word| word.text.to_ascii_uppercase()).unwrap_or_default();
        flags.trim_matches(['[', ']']).split(',').any(|flag| matches!(flag.trim(), "OR" | "ORNEXT"))
    };
    let mut kept: Vec<Cond> = Vec::new();
    for group in groups(conditions, is_or) {
        let read = group.iter().map(|(directive, number)| condition::read(&directive.words, *number));
        let Ok(group) = read.collect::<Result<Vec<_>, _>>() else { continue };
        if let [Cond { test: Test::Always(false), .. }] = group.as_slice() {
            return None;
        }
        if group.iter().any(|cond| matches!(cond.test, Test::Exists(_))) {
            continue;
        }
        let all = kept.iter().cloned().chain(group).collect::<Vec<_>>();
        if joined(&all).is_ok() {
            kept = all;
        }
    }
    joined(&kept).ok()
}

/// The pattern of a path, which has to be one.
pub(super) fn one(path: &PathPattern) -> Result<Value, String> {
    match one_or_list(&path.any_case()) {
        Value::Array(_) => Err("an expression with two ends".to_owned()),
        one => Ok(one),
    }
}
