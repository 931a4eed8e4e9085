//! What a function of Lambda@Edge returned, held against what AWS documents: the checks that CloudFront makes before it answers 502.
//! What AWS leaves open is a warning.

mod body;
mod headers;
mod origin;
mod request;
mod response;
mod rule;

use serde::Serialize;

use self::rule::Rule;
use crate::{Severity, Value};
use selvedge_plan::Stage;

/// One rule of AWS that a result breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// An error is a 502; a warning is what AWS does not document.
    pub severity: Severity,
    /// Where in the result, such as `headers.via`; empty for all of it.
    pub place: String,
    /// CloudFront's own sentence, where one is known.
    pub message: &'static str,
    /// What the function got there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it returned there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What AWS documents.
    pub rule: &'static str,
    /// What to do instead.
    pub help: &'static str,
}

impl Violation {
    /// The result that no JSON can be made of; `after` is what the runtime says of it.
    pub fn unparsable(after: String) -> Violation {
        let Rule { message, text, help } = rule::JSON;
        Violation {
            severity: Severity::Error,
            place: String::new(),
            message,
            before: None,
            after: Some(after),
            rule: text,
            help,
        }
    }
}

/// What is wrong with the result of a trigger.
///
/// `sent` is `Records[0].cf` of the event; `result` is what came back, as JSON has it.
pub fn validate_result(trigger: Stage, sent: &Value, result: &Value) -> Vec<Violation> {
    let mut check = Check { trigger, found: Vec::new() };
    if !matches!(result, Value::Object(_)) {
        check.refuse(&rule::OBJECT, "", None, Some(result));
    } else if member(result, "Records").is_some() {
        check.refuse(&rule::WHOLE_EVENT, "Records", None, None);
    } else if is_request(trigger) && member(result, "status").is_none() {
        request::check(&mut check, member(sent, "request").unwrap_or(&Value::Null), result);
    } else {
        response::check(&mut check, member(sent, "response"), result);
    }
    check.found
}

/// The trigger, and what was found so far.
struct Check {
    trigger: Stage,
    found: Vec<Violation>,
}

impl Check {
    fn refuse(&mut self, rule: &Rule, place: impl Into<String>, before: Option<&Value>, after: Option<&Value>) {
        self.add(Severity::Error, rule, place.into(), before, after);
    }

    fn warn(&mut self, rule: &Rule, place: impl Into<String>, before: Option<&Value>, after: Option<&Value>) {
        self.add(Severity::Warning, rule, place.into(), before, after);
    }

    fn add(&mut self, severity: Severity, rule: &Rule, place: String, before: Option<&Value>, after: Option<&Value>) {
        let Rule { message, text, help } = *rule;
        let (before, after) = (before.map(shown), after.map(shown));
        self.found.push(Violation { severity, place, message, before, after, rule: text, help });
    }
}

fn is_request(trigger: Stage) -> bool {
    matches!(trigger, Stage::ViewerRequest | Stage::OriginRequest)
}

/// Viewer triggers have tighter limits.
fn is_viewers(trigger: Stage) -> bool {
    matches!(trigger, Stage::ViewerRequest | Stage::ViewerResponse)
}

/// A member of an object; `null` counts as absent.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let Value::Object(members) = value else { return None };
    members.iter().find(|(key, value)| key == name && !matches!(value, Value::Null)).map(|(_, value)| value)
}

fn text_of<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    match member(value, name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// A value in short, for a person: header lines by their values.
fn shown(value: &Value) -> String {
    const MAX_CHARS: usize = 200;
    let text = plain(value);
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(_) => match member(value, "value") {
            Some(value) => plain(value),
            None => "an object".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests;
