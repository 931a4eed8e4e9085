//! A plan that was compiled is never exhausted: large rule sets of every kind of rule, and those of the cases, against inputs of
//! 64 KB that are made to be looked at as often as can be.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::select;
use selvedge::{Platform, Rules, Target, compile};
use selvedge_plan::layout::input;
use selvedge_plan::{Decision, Event, Reader, Scratch, Stage};
use serde_json::{Value, json};

const LONG: usize = 64 * 1024;

/// Decides at every stage on inputs that `fill` gives for their kinds and names; how long the slowest decision took.
fn decide(plan: &[u8], fill: &mut dyn FnMut(u32, &str) -> Vec<u8>) -> Duration {
    let reader = Reader::load(plan).unwrap();
    let mut words = vec![0; reader.plan().output_words()];
    let mut bytes = vec![0; 1 << 16];
    let mut slowest = Duration::ZERO;
    for stage in Stage::ALL {
        let inputs: Vec<Vec<u8>> = reader.plan().inputs(stage).map(|(kind, name)| fill(kind, name)).collect();
        let text = inputs.join(&0);
        loop {
            let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
            let start = Instant::now();
            let decision = reader.decide(stage, Event { text: &text, accept: 0o2222, status: 200 }, &mut scratch);
            slowest = slowest.max(start.elapsed());
            assert_ne!(decision, Decision::Exhausted, "{stage:?}, {} bytes of plan", plan.len());
            assert_ne!(decision, Decision::Unclean);
            if decision != Decision::Grow {
                break;
            }
            bytes.resize(2 * bytes.len(), 0);
        }
    }
    slowest
}

/// Texts that are long for one input, by its kind: as many pieces as can be, or such as are nearly what rules look for.
fn hostile(kind: u32, number: usize) -> Vec<u8> {
    let pieces: &[&str] = match kind {
        input::PATH => &["/", "/a", "/a/b", "%2e", "/index.html", "a"],
        input::QUERY => &["a&", "a=1&", "id=1-&", "p0=&p1=&", "utm_utm_&", "%61=%31&", "&", "aaaaaaaa"],
        input::HOST => &["a.", "example.", "1"],
        _ => &["a;", "a=1; ", "id=; ", "a\n", "a, ", "de-a-a-a-a-a-a,", "x;q=0.5,", "aaaaaaaa", "\n"],
    };
    let piece = pieces[number % pieces.len()];
    let start = if kind == input::PATH { "/" } else { "" };
    format!("{start}{}", piece.repeat(LONG / piece.len())).into_bytes()
}

fn compiled(rules: &Value) -> Option<Vec<u8>> {
    let rules: Rules = serde_json::from_value(rules.clone()).unwrap();
    compile(&rules, Target::from(Platform::Fetch).with_country().with_device()).ok()
}

/// A rule's part that depends on its number, so that records are not all shared, and not all different.
fn when(kind: usize, number: usize) -> Value {
    let small = number % 40;
    match kind % 12 {
        0 => json!({ "query": { "id": format!("{number}") } }),
        1 => json!({ "query": { "id": { "prefix": format!("{number}-") } } }),
        2 => json!({ "query": { format!("p{number}"): "1" } }),
        3 => {
            json!({ "cookie": { "a": [format!("{small}"), "2", "3"] }, "header": { "x-a": { "contains": "aaaaaaaaab" } } })
        }
        4 => json!({ "language": "de" }),
        5 => {
            json!({ "any": (0..8).map(|n| json!({ "query": { "a": { "suffix": format!("{n}") } } })).collect::<Vec<_>>() })
        }
        6 => json!({ "host": ["*.example.com", "a.example"], "not": { "cookie": { "id": true } } }),
        7 => json!({ "header": { "x-a": { "regex": "(a|b)*c$" } } }),
        8 => json!({ "query": { "a": (0..60).map(|n| format!("{n}{small}")).collect::<Vec<_>>() } }),
        9 => json!({ "ip": ["10.0.0.0/8", "2001:db8::/32"] }),
        10 => json!({ "host": "a.example", "query": { "id": "1", "b": { "contains": "x" } } }),
        _ => json!({ "cookie": { "id": { "regex": "^.*1.*2$" } } }),
    }
}

fn rules(list: &str, count: usize, kind: usize, path: &str) -> Value {
    let numbered = |number: usize| {
        let when = when(kind, number);
        match list {
            "redirects" => json!({ "from": path, "when": when, "to": "/t/{query.id}?{query}", "query": "merge" }),
            "rewrites" => json!({ "from": path, "when": when, "to": "/t/{query}/{query}/x" }),
            "headers" => json!({ "for": path, "when": when, "on": "request", "set": { "X-B": "{query.a}{cookie.a}" } }),
            "query" => {
                json!({ "for": path, "when": when, "drop": [format!("a{number}*"), "*aab", "*aaaab*"], "sort": true })
            }
            "responses" => json!({ "for": path, "when": when, "status": 403, "headers": { "X-C": "{header.x-a}" } }),
            "origins" => json!({ "for": path, "when": when, "to": { "custom": { "domainName": "o.example" } } }),
            _ => json!({ "for": path, "when": when, "name": format!("e{number}"), "cookie": format!("c{number}"),
                "variants": (0..5).map(|n| json!({ "name": format!("v{n}"), "weight": 1 })).collect::<Vec<_>>() }),
        }
    };
    json!({ "languages": (0..50).map(|n| format!("de-x{n}")).chain(["de".to_owned()]).collect::<Vec<_>>(),
        list: (0..count).map(numbered).collect::<Vec<_>>() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn large_rule_sets(
        list in select(vec!["redirects", "rewrites", "headers", "query", "responses", "origins", "experiments"]),
        count in 1..20usize,
        kind in 0..12usize,
        path in select(vec!["/*", "/a/*", "*a", "/", "/a*b*c*/*", "/:x/*"]),
        numbers in prop::collection::vec(0..9usize, 12),
    ) {
        let plan = compiled(&rules(list, count, kind, path)).expect("rules that are right");
        let mut rest = numbers.iter().cycle();
        decide(&plan, &mut |kind, _| hostile(kind, *rest.next().unwrap()));
    }
}

/// One adversary for every fourth rule set of the cases; which one, the number of the case says.
#[test]
fn the_rules_of_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in file["cases"].as_array().into_iter().flatten() {
            if let Some(plan) = compiled(&case["rules"]) {
                count += 1;
                if count % 4 == 0 {
                    decide(&plan, &mut |kind, _| hostile(kind, count / 4));
                }
            }
        }
    }
    assert!(count > 500);
}

/// How long a decision may take at worst: `cargo test --release -p selvedge --test bounded -- --ignored --nocapture`.
#[test]
#[ignore = "prints times, by hand"]
fn worst_times() {
    for list in ["redirects", "rewrites", "headers", "query", "responses", "origins", "experiments"] {
        for (kind, path) in (0..12).flat_map(|kind| ["/*", "*a", "/a*b*c*/*"].map(|path| (kind, path))) {
            let count = if list == "experiments" { 20 } else { 1000 };
            let Some(plan) = compiled(&rules(list, count, kind, path)) else { continue };
            let slowest = (0..9).map(|number| decide(&plan, &mut |kind, _| hostile(kind, number))).max();
            println!("{count} {list} for {path}, when {}: {:?}", when(kind, 1), slowest.unwrap());
        }
    }
}
