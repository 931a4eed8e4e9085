//! Several files as one set of rules.

use std::borrow::Cow;

use super::ParsedFile;
use crate::finding::{Finding, Severity};
use crate::rules::{Kind, Value};

/// The rules of all files: lists one after another, in the order of the files.
pub(crate) struct Joined<'f> {
    pub(crate) rules: Cow<'f, Value>,
    /// What cannot be joined.
    pub(crate) conflicts: Vec<(usize, Finding)>,
    parts: Vec<Part>,
}

/// So many items of a list, from one file.
struct Part {
    list: String,
    file: usize,
    start: usize,
    count: usize,
}

/// Settings; they and kinds that are not lists hold a single value.
const SETTINGS: [&str; 5] = ["$schema", "languages", "onTrap", "slashes", "encodedSlashes"];

/// Members that each rule with patterns can have as well.
const OF_RULES: [&str; 2] = ["ignoreCase", "ignoreTrailingSlash"];

impl<'f> Joined<'f> {
    pub(crate) fn of(files: &'f [ParsedFile<'_>]) -> Joined<'f> {
        if let [only] = files {
            return Joined { rules: Cow::Borrowed(&only.parsed.rules), conflicts: Vec::new(), parts: Vec::new() };
        }
        let mut joined = Joined { rules: Cow::Owned(Value::Null), conflicts: Vec::new(), parts: Vec::new() };
        let mut members: Vec<(String, Value)> = Vec::new();
        for (file, ParsedFile { parsed, .. }) in files.iter().enumerate() {
            let Value::Object(own) = &parsed.rules else { continue };
            let (settings, rules): (Vec<_>, Vec<_>) = own
                .iter()
                .filter(|(_, value)| *value != Value::Null)
                .partition(|(name, _)| OF_RULES.contains(&name.as_str()));
            for (name, value) in rules {
                let known = members.iter().position(|(other, _)| other == name);
                if is_single(name) {
                    let known = known.and_then(|at| members.get(at)).map(|(_, value)| value);
                    match known {
                        Some(other) if other != value && name != "$schema" => {
                            joined.conflicts.push((file, conflict(name)));
                        }
                        Some(_) => {}
                        None => {
                            joined.parts.push(Part { list: name.clone(), file, start: 0, count: usize::MAX });
                            members.push((name.clone(), value.clone()));
                        }
                    }
                    continue;
                }
                let items = match value {
                    Value::Array(items) => items.as_slice(),
                    single => std::slice::from_ref(single),
                };
                let at = known.unwrap_or(members.len());
                if known.is_none() {
                    members.push((name.clone(), Value::Array(Vec::new())));
                }
                let Some((_, Value::Array(list))) = members.get_mut(at) else { continue };
                joined.parts.push(Part { list: name.clone(), file, start: list.len(), count: items.len() });
                list.extend(items.iter().map(|item| with_settings(item.clone(), &settings)));
            }
        }
        joined.rules = Cow::Owned(Value::Object(members));
        joined
    }

    /// Whether all files can be read, and none contradicts another.
    pub(crate) fn is_readable(&self, files: &[ParsedFile<'_>]) -> bool {
        let unreadable = |finding: &Finding| matches!(finding.code, "invalid-json" | "invalid-toml");
        self.conflicts.is_empty() && !files.iter().flat_map(|file| &file.parsed.findings).any(unreadable)
    }

    /// The file that a place of the set comes from, and the place there.
    pub(crate) fn file(&self, place: &str) -> (usize, String) {
        let end = place.find(['.', '[']).unwrap_or(place.len());
        let (list, rest) = place.split_at(end);
        let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let index = index.and_then(|(number, rest)| Some((number.parse::<usize>().ok()?, rest)));
        for part in self.parts.iter().filter(|part| part.list == list) {
            match index {
                _ if part.count == usize::MAX => return (part.file, place.to_owned()),
                Some((number, rest)) if (part.start..part.start + part.count).contains(&number) => {
                    return (part.file, format!("{list}[{}]{rest}", number - part.start));
                }
                None => return (part.file, place.to_owned()),
                Some(_) => {}
            }
        }
        (0, place.to_owned())
    }
}

fn is_single(name: &str) -> bool {
    SETTINGS.contains(&name) || Kind::ALL.map(Kind::member).iter().any(|member| member.name == name && !member.is_list)
}

fn conflict(name: &str) -> Finding {
    Finding {
        code: "duplicate-field",
        severity: Severity::Error,
        place: name.to_owned(),
        span: None,
        message: format!("another file says something else about {name:?}"),
        help: "keep one of them".to_owned(),
    }
}

/// What a file says at its top about patterns is for the rules of that file.
fn with_settings(item: Value, settings: &[&(String, Value)]) -> Value {
    let Value::Object(mut members) = item else { return item };
    for (name, value) in settings {
        if !members.iter().any(|(member, _)| member == name) {
            members.push((name.clone(), value.clone()));
        }
    }
    Value::Object(members)
}
