//! The documented rejections of Lambda@Edge, tests/validation/rejections.json.
#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;

use selvedge::internal::validate_result;
use selvedge::{Severity, Stage, Value};
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    trigger: String,
    #[serde(default)]
    change: serde_json::Map<String, Json>,
    result: Option<Json>,
    #[serde(default)]
    repeat: std::collections::BTreeMap<String, (String, usize)>,
    severity: Option<String>,
    place: Option<String>,
    message: Option<String>,
}

fn read(name: &str) -> String {
    fs::read_to_string(format!("{}/../../tests/validation/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Sets, or deletes, what a JSON Pointer names.
fn change(message: &mut Json, pointer: &str, value: Json) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = message.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Json::Null => drop(parent.remove(name)),
        value => drop(parent.insert(name.to_owned(), value)),
    }
}

#[test]
fn documented_rejections() {
    let events: Json = serde_json::from_str(&read("events.json")).unwrap();
    let rows: Vec<Row> = serde_json::from_str(&read("rejections.json")).unwrap();
    let mut wrong = Vec::new();
    for row in &rows {
        let trigger = Stage::from_name(&row.trigger).unwrap();
        let sent = &events[&row.trigger];
        let unchanged = sent.get("response").unwrap_or(&sent["request"]);
        let mut result = row.result.clone().unwrap_or_else(|| unchanged.clone());
        for (pointer, value) in &row.change {
            change(&mut result, pointer, value.clone());
        }
        for (pointer, (text, count)) in &row.repeat {
            change(&mut result, pointer, Json::String(text.repeat(*count)));
        }
        let [sent, result]: [Value; 2] = [sent, &result].map(|json| serde_json::from_value(json.clone()).unwrap());
        let found = validate_result(trigger, &sent, &result);
        let errors = found.iter().filter(|violation| violation.severity == Severity::Error).count();
        let is_there = found.iter().any(|violation| {
            Some(violation.severity.name()) == row.severity.as_deref()
                && Some(&violation.place) == row.place.as_ref()
                && row.message.as_ref().is_some_and(|message| violation.message.contains(message))
        });
        let is_right = match row.severity.as_deref() {
            None => found.is_empty(),
            Some("warning") => is_there && errors == 0,
            Some(_) => is_there,
        };
        if !is_right {
            wrong.push(format!("{}: {found:?}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
