//! What the reader is given may be anything: plans that were altered, and events of any bytes. It must refuse or decide,
//! never panic (in WebAssembly: trap).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use selvedge::{Platform, Rules, Target, compile};
use selvedge_plan::{Event, Plan, Reader, Scratch, Stage};

/// A plan of each rule set in tests/cases, so that every kind of record is there.
fn plans() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut plans = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in file["cases"].as_array().into_iter().flatten() {
            let rules: Rules = serde_json::from_value(case["rules"].clone()).unwrap();
            let target = Target::from(Platform::Fetch).with_country().with_device();
            plans.extend(compile(&rules, target).ok());
        }
    }
    assert!(plans.len() > 500);
    plans
}

fn decide_everything(plan: &[u8], texts: &[Vec<u8>]) {
    let Ok(reader) = Reader::load(plan) else { return };
    let mut bytes = vec![0; 4096];
    let mut words = vec![0; reader.plan().output_words()];
    for stage in Stage::ALL {
        for text in texts {
            for status in [0, 200, 404] {
                let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
                reader.decide(stage, Event { text, accept: 0o2222, status }, &mut scratch);
            }
        }
    }
    for op in (0..plan.len() as u32).step_by(52) {
        for text in texts {
            reader.ask(op, text, &mut Scratch { bytes: &mut bytes, words: &mut words, base: 0 });
        }
    }
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"/".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"%2e%2e/".to_vec()),
        Just(b"\x01".to_vec()),
        Just(b"/a/b.html".to_vec()),
        Just(b"a=1&b=2".to_vec()),
        Just(b"ab=x; cd=y\nz=1".to_vec()),
        Just(b"example.org".to_vec()),
        prop::collection::vec(any::<u8>(), 0..24),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn an_altered_plan_is_refused() {
    let plan = &plans()[0];
    for cut in 0..plan.len() {
        assert!(Plan::load(&plan[..cut]).is_err(), "cut at {cut}");
    }
    for at in 0..plan.len() {
        let mut altered = plan.clone();
        altered[at] ^= 0x10;
        assert!(Plan::load(&altered).is_err(), "byte {at}");
    }
    let longer = [plan.as_slice(), &[0]].concat();
    assert!(Plan::load(&longer).is_err());
}

#[test]
fn any_event_gets_a_decision() {
    let plans = plans();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&(0..plans.len(), prop::collection::vec(text(), 8)), |(number, texts)| {
            decide_everything(&plans[number], &texts);
            Ok(())
        })
        .unwrap();
}
