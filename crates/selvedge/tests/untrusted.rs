//! What the reader is given may be anything: plans that were altered, and events of any bytes. It must refuse or decide,
//! never panic (in WebAssembly: trap).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use selvedge::{Platform, Rules, Target, compile};
use selvedge_plan::layout::{CHECKED_FROM, CHECKSUM, HEADER_WORDS, STAGES, condition};
use selvedge_plan::{Decision, Event, Plan, Reader, Scratch, Stage, checksum};

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

/// Until a decision is one too many: what a forged plan wants takes as long in every stage.
fn decide_everything(plan: &[u8], texts: &[Vec<u8>]) {
    let Ok(reader) = Reader::load(plan) else { return };
    let mut bytes = vec![0; 4096];
    let mut words = vec![0; reader.plan().output_words()];
    for stage in Stage::ALL {
        for text in texts {
            for status in [0, 200, 404] {
                let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
                if reader.decide(stage, Event { text, accept: 0o2222, status }, &mut scratch) == Decision::Exhausted {
                    return;
                }
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
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&(0..plans.len(), prop::collection::vec(text(), 8)), |(number, texts)| {
            decide_everything(&plans[number], &texts);
            Ok(())
        })
        .unwrap();
}

/// Whoever forges a plan can make its checksum fit. It may decide anything then, but must come to an end.
#[test]
fn a_forged_plan_ends() {
    let plans = plans();
    // The same forgeries each time: one in a hundred thousand may find a sum that overflows in a debug build, where what
    // ships wraps, and a change that did not touch the reader should not be told of it.
    let config = ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let texts = [&b"/a/b.html"[..], b"/a/b/c/\0a=1&b=2&a=3", b"/\0example.org\0ab=x; cd=y\0de, en;q=0.5\0\x01", b""]
        .map(<[u8]>::to_vec);
    runner
        .run(&(0..plans.len(), prop::collection::vec(forgery(), 1..12)), |(number, forgeries)| {
            let mut plan = plans[number].clone();
            for forgery in &forgeries {
                forgery.apply(&mut plan);
            }
            decide_everything(&sealed(plan), &texts);
            Ok(())
        })
        .unwrap();
}

/// One word of the plan, overwritten.
#[derive(Clone, Debug)]
struct Forgery {
    at: prop::sample::Index,
    with: With,
}

#[derive(Clone, Debug)]
enum With {
    /// The offset of another record.
    Offset(prop::sample::Index),
    /// Another word of the plan.
    Word(prop::sample::Index),
    Number(u32),
}

impl Forgery {
    fn apply(&self, plan: &mut [u8]) {
        // Length and version stay what they are: a plan in which they do not fit is refused.
        let first = 5;
        let words = plan.len() / 4;
        let at = 4 * (first + self.at.index(words - first));
        let word = match &self.with {
            With::Offset(index) => 4 * index.index(words) as u32,
            With::Word(index) => word(plan, 4 * index.index(words)),
            With::Number(number) => *number,
        };
        plan[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }
}

fn forgery() -> impl Strategy<Value = Forgery> {
    let with = prop_oneof![
        any::<prop::sample::Index>().prop_map(With::Offset),
        any::<prop::sample::Index>().prop_map(With::Word),
        prop_oneof![0..64u32, any::<u32>()].prop_map(With::Number),
    ];
    (any::<prop::sample::Index>(), with).prop_map(|(at, with)| Forgery { at, with })
}

fn word(plan: &[u8], at: usize) -> u32 {
    plan.get(at..at + 4).map_or(0, |bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
}

/// The plan with a checksum that fits.
fn sealed(mut plan: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&plan[CHECKED_FROM..]);
    plan[4 * CHECKSUM as usize..][..8].copy_from_slice(&sum.to_le_bytes());
    plan
}

/// A plan of `rules` whose first condition never comes to an end: it is "any of these 16", and each of them is the condition
/// itself, 16 to the power of the depth.
fn endless(rules: serde_json::Value) -> Vec<u8> {
    let rules: Rules = serde_json::from_value(rules).unwrap();
    let mut plan = compile(&rules, Platform::Fetch).unwrap();
    let is_test = |at: usize| word(&plan, at) == condition::TEST;
    let is_any = |at: usize| word(&plan, at) == condition::ANY && word(&plan, at + 4) == 16;
    let any = (4 * HEADER_WORDS as usize..plan.len())
        .step_by(4)
        .find(|at| is_any(*at) && (0..16).all(|n| is_test(word(&plan, at + 8 + 4 * n) as usize)))
        .expect("the record of the condition");
    for n in 0..16 {
        plan[any + 8 + 4 * n..][..4].copy_from_slice(&(any as u32).to_le_bytes());
    }
    sealed(plan)
}

/// What becomes that condition.
fn any_of_16() -> serde_json::Value {
    let tests: Vec<_> = (0..16).map(|n| serde_json::json!({ "header": { format!("x-{n}"): true } })).collect();
    serde_json::json!({ "any": tests })
}

#[test]
fn conditions_that_hold_each_other_end() {
    let plan = endless(serde_json::json!({ "redirects": { "from": "/a", "to": "/b", "when": any_of_16() } }));
    let reader = Reader::load(plan.as_slice()).unwrap();
    let mut bytes = vec![0; 4096];
    let mut words = vec![0; reader.plan().output_words()];
    let inputs = reader.plan().inputs(Stage::ViewerRequest).map(|(kind, _)| if kind == 0 { "/a" } else { "\x01" });
    let text = inputs.collect::<Vec<_>>().join("\0");
    let event = Event { text: text.as_bytes(), accept: 0, status: 0 };
    let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
    assert_eq!(reader.decide(Stage::ViewerRequest, event, &mut scratch), Decision::Exhausted);
}

/// The words of the stage record are taken for other kinds of section: a list of responses read as experiments made a path
/// longer and longer, and each text gave more steps than it took to write. What has not ended in half a megabyte never would.
#[test]
fn sections_of_another_kind_end() {
    let rules: Rules = serde_json::from_value(serde_json::json!({
        "redirects": [
            { "from": "/old/*", "to": "/new/:splat" },
            { "from": "/a", "to": "https://{host}/{query.x}", "when": { "header": { "x-b": "1" } } }
        ],
        "responses": [
            { "for": "/secret/*", "status": 403, "body": "no", "headers": { "X-Who": "{cookie.u}" } },
            { "for": "/pixel", "body": { "base64": "R0lGODlhAQABAAAAACw=" } }
        ],
        "origins": [{ "for": "/*", "to": { "custom": {
            "domainName": "a.example", "customHeaders": { "X-Key": ["1", "2"] }, "sslProtocols": ["TLSv1.2"]
        } } }],
        "security": "strict"
    }))
    .unwrap();
    let plan = compile(&rules, Platform::Cloudfront).unwrap();
    let stage = word(&plan, 4 * STAGES as usize) as usize;
    let text = b"/a/b.js\0utm_a=1&x=2\0example.org\0u=1; lang=de; x=z\x001";
    for at in (stage..stage + 4 * 48).step_by(4) {
        for number in 0..20u32 {
            let mut plan = plan.clone();
            plan[at..at + 4].copy_from_slice(&number.to_le_bytes());
            let plan = sealed(plan);
            let Ok(reader) = Reader::load(plan.as_slice()) else { continue };
            let (mut bytes, mut words) = (vec![0; 4096], vec![0; 4096]);
            loop {
                let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
                let event = Event { text, accept: 0, status: 0 };
                if reader.decide(Stage::ViewerRequest, event, &mut scratch) != Decision::Grow {
                    break;
                }
                assert!(bytes.len() < 512 << 10, "word {at} as {number}");
                bytes = vec![0; 2 * bytes.len()];
            }
        }
    }
}

/// The status of what a tower service with these rules around it answers, and the note that it was asked with.
async fn through_tower(rules: serde_json::Value) -> (u16, Option<String>) {
    use tower::{Layer, ServiceExt};

    let engine = selvedge::Engine::from_plan(endless(rules)).unwrap();
    let site = selvedge::tower::RulesLayer::new(engine).layer(tower::service_fn(async |request: http::Request<()>| {
        let note = request.headers().get("x-selvedge").map(|note| note.to_str().unwrap().to_owned());
        Ok::<_, std::convert::Infallible>(http::Response::new(note.unwrap_or_default()))
    }));
    let request = http::Request::get("https://example.org/a").header("x-selvedge", "forged").body(()).unwrap();
    let answer = site.oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
    (status, Some(String::from_utf8(body.to_vec()).unwrap()).filter(|note| !note.is_empty()))
}

/// What cannot decide lets nothing pass a stage that guards; elsewhere the request goes on, without a viewer's own note.
#[test]
fn nothing_passes_a_guard_that_cannot_decide() {
    let guard = serde_json::json!({ "responses": { "for": "/a", "status": 403, "when": any_of_16() } });
    let clean = serde_json::json!({ "headers": {
        "on": "request", "at": "viewer-request", "remove": ["X-Internal"], "for": "/a", "when": any_of_16()
    } });
    let private = serde_json::json!({ "headers": {
        "at": "viewer-response", "set": { "Cache-Control": "private" }, "for": "/a", "when": any_of_16()
    } });
    let open = serde_json::json!({ "redirects": { "from": "/a", "to": "/b", "when": any_of_16() } });
    let said = |rules: &serde_json::Value, on_trap: &str| {
        let mut rules = rules.clone();
        rules["onTrap"] = on_trap.into();
        rules
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (rules, status) in [
        (guard.clone(), 503),
        (clean.clone(), 503),
        (private.clone(), 503),
        (open.clone(), 200),
        (said(&guard, "pass"), 200),
        (said(&private, "pass"), 200),
        (said(&open, "block"), 503),
    ] {
        assert_eq!(runtime.block_on(through_tower(rules.clone())), (status, None), "{rules}");
    }

    // A stage by itself.
    let engine = selvedge::Engine::from_plan(endless(open)).unwrap();
    let (mut request, ()) = http::Request::get("/a").header("X-Selvedge", "forged").body(()).unwrap().into_parts();
    let flow = engine.viewer_request(&mut request, &selvedge::Facts::new());
    assert!(matches!(flow, selvedge::Flow::Continue(None)));
    assert!(request.headers.is_empty());
}

/// NUL stands between the inputs of a decision; one in a fact leaves no rule out.
#[test]
fn a_fact_with_nul_opens_nothing() {
    let rules = serde_json::json!({ "responses": { "for": "/a", "status": 403, "when": { "country": ["DE"] } } });
    let target = Target::from(Platform::Fetch).with_country();
    let engine = selvedge::Engine::new(&serde_json::from_value(rules).unwrap(), target).unwrap();
    for (country, answered) in [("DE", true), ("D\0E", false), ("FR", false)] {
        let facts = selvedge::Facts::new().with_country(country);
        let (mut request, ()) = http::Request::get("/a").body(()).unwrap().into_parts();
        let flow = engine.origin_request(&mut request, &facts);
        assert_eq!(matches!(flow, selvedge::Flow::Answer(_)), answered, "{country:?}");
    }
    // A rule that does not look at the country acts all the same.
    let rules = serde_json::json!({ "responses": [
        { "for": "/b", "status": 403, "when": { "country": ["DE"] } }, { "for": "/a", "at": "origin-request", "status": 403 }
    ] });
    let engine = selvedge::Engine::new(&serde_json::from_value(rules).unwrap(), target).unwrap();
    let facts = selvedge::Facts::new().with_country("\0");
    let (mut request, ()) = http::Request::get("/a").body(()).unwrap().into_parts();
    assert!(matches!(engine.origin_request(&mut request, &facts), selvedge::Flow::Answer(_)));
}
