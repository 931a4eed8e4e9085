//! All cases that a platform must pass, over HTTP, with the skips that it may have.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use http::Response;
use selvedge::Platform;
use serde::Deserialize;
use serde_json::{Map, json};

use super::{Asked, Case, files, report};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    file: String,
    name: String,
    reason: String,
}

/// What came out of one case: what the origin was asked, and what the viewer got.
pub(crate) type Outcome = Result<(Option<Asked>, Response<Vec<u8>>), String>;

/// Runs every case that names `platform` by `run`, with the skips of tests/runtimes/`name`. A skip that names no case, or
/// whose case passes, is a failure.
pub(crate) fn run(platform: Platform, name: &str, title: &str, mut run: impl FnMut(&Case) -> Outcome) {
    let skips = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/runtimes").join(name).join("skips.json");
    let skips: Vec<Skip> = serde_json::from_str(&std::fs::read_to_string(skips).unwrap()).unwrap();
    let mut unused: HashSet<_> = skips.iter().map(|skip| (skip.file.clone(), skip.name.clone())).collect();
    let mut failures = Vec::new();
    let mut groups = Map::new();
    for (file, content) in files().into_iter().filter(|(_, content)| !content.cases.is_empty()) {
        let (mut passed, before) = (0, failures.len());
        let mut skipped = BTreeMap::<&str, u32>::new();
        for case in content.cases.iter().filter(|case| case.holds_on(platform)) {
            let skip = skips.iter().find(|skip| skip.file == file && skip.name == case.name);
            unused.remove(&(file.clone(), case.name.clone()));
            let checked = run(case).and_then(|(asked, response)| case.compare(asked.as_ref(), Some(&response)));
            match (checked, skip) {
                (Ok(()), None) => passed += 1,
                (Err(_), Some(skip)) => *skipped.entry(&skip.reason).or_default() += 1,
                (Ok(()), Some(_)) => failures.push(format!("{file}: {}\n    is in skips.json, but passes", case.name)),
                (Err(why), None) => failures.push(format!("{file}: {}\n    {why}", case.name)),
            }
        }
        println!("{file:20} {passed:4} passed {:3} skipped", skipped.values().sum::<u32>());
        let failed = failures.len() - before;
        groups.insert(file, json!({ "passed": passed, "failed": failed, "skipped": skipped }));
    }
    report::write(name, title, groups);
    failures.extend(unused.iter().map(|(file, name)| format!("skips.json: there is no {file}: {name}")));
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
