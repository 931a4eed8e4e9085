//! The conformance cases, from which plans and seeds are made.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use selvedge::{Platform, Rules, Target, compile};
use selvedge_plan::Reader;
use serde_json::Value;

/// A case: its rules, and its exchange as [`crate::exchange`] reads it.
pub(crate) struct Case {
    pub(crate) rules: Value,
    pub(crate) exchange: String,
}

/// Every case of tests/cases, in the order of files and cases.
pub(crate) fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let mut files: Vec<PathBuf> =
            folder("cases").filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        files.sort();
        let mut cases = Vec::new();
        for file in files {
            let file: Value = match fs::read_to_string(&file).map(|text| serde_json::from_str(&text)) {
                Ok(Ok(value)) => value,
                Ok(Err(error)) => panic!("{}: {error}", file.display()),
                Err(error) => panic!("cannot read {}: {error}", file.display()),
            };
            cases.extend(
                file["cases"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|case| Case { rules: case["rules"].clone(), exchange: exchange(case) }),
            );
        }
        assert!(!cases.is_empty());
        cases
    })
}

/// The rule sets of the cases, those that are refused as well, each once.
pub(crate) fn rules() -> impl Iterator<Item = String> {
    let mut rules: Vec<String> = cases().iter().map(|case| case.rules.to_string()).collect();
    rules.sort();
    rules.dedup();
    rules.into_iter()
}

/// Plans of the cases, ready to be asked: so every kind of record is there.
pub(crate) fn readers() -> &'static [Reader<Vec<u8>>] {
    static READERS: OnceLock<Vec<Reader<Vec<u8>>>> = OnceLock::new();
    READERS.get_or_init(|| {
        let targets = [Target::from(Platform::Fetch).with_country().with_device(), Target::from(Platform::Cloudfront)];
        let mut readers = Vec::new();
        for rules in rules() {
            let Ok(rules) = serde_json::from_str::<Rules>(&rules) else { continue };
            let plans = targets.iter().filter_map(|target| compile(&rules, *target).ok());
            readers.extend(plans.map(|plan| match Reader::load(plan) {
                Ok(reader) => reader,
                Err(error) => panic!("a plan that was just compiled does not load: {error:?}"),
            }));
        }
        assert!(readers.len() > 500);
        readers
    })
}

/// The files of a folder of the project's tests.
fn folder(name: &str) -> impl Iterator<Item = PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(name);
    let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(error) => panic!("cannot read {}: {error}", folder.display()),
    };
    entries.into_iter().map(|entry| entry.path())
}

fn exchange(case: &Value) -> String {
    let text = |value: &Value, other: &str| value.as_str().unwrap_or(other).to_owned();
    let lines = |value: &Value| -> String {
        let lines = value.as_array().into_iter().flatten();
        lines.map(|line| format!("{}: {}\n", text(&line[0], ""), text(&line[1], ""))).collect()
    };
    let (request, origin) = (&case["request"], &case["origin"]);
    let mut exchange =
        format!("{} {}\n", text(&request["method"], "GET"), text(&request["url"], "https://example.org/"));
    for fact in ["clientIp", "country", "device", "id"] {
        if let Some(value) = request[fact].as_str() {
            exchange += &format!("@{fact} {value}\n");
        }
    }
    exchange += &lines(&request["headers"]);
    exchange += &format!("\n{}\n", origin["status"].as_u64().unwrap_or(200));
    exchange + &lines(&origin["headers"])
}
