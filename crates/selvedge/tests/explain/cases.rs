//! Over every case of tests/cases, on each platform that it holds for.

use std::sync::{Arc, LazyLock};

use http::Response;
use selvedge::dialect::{Form, Options};
use selvedge::sources::RuleFile;
use selvedge::trace::{Exchange, Road, StageTrace, Trace, Verdict, explain};
use selvedge::{Platform, Rules, Target};
use serde_json::Value;

use crate::contradictions;
use crate::shared::{self, Case};

fn exchange(case: &Case) -> Exchange {
    let (request, origin) = (&case.request, &case.origin);
    let mut exchange = Exchange::get(request.url.as_deref().unwrap_or("https://example.org/"));
    exchange.method = request.method.clone();
    exchange.headers = request.headers.clone();
    exchange.client_ip = request.client_ip.clone();
    exchange.country = request.country.clone();
    exchange.device = request.device.iter().cloned().collect();
    exchange.request_id = request.id.clone();
    exchange.origin.status = origin.status;
    exchange.origin.headers = origin.headers.clone();
    exchange.origin.body = Some(origin.body.clone().unwrap_or_default());
    exchange
}

fn response(trace: &Trace) -> Response<Vec<u8>> {
    let head = &trace.response;
    let builder = Response::builder().status(head.status);
    let builder = head.headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value));
    builder.body(head.body.clone().unwrap_or_default().into_bytes()).unwrap()
}

/// A case on a platform that it holds for, with its explanation.
struct Explained {
    name: String,
    platform: Platform,
    case: Arc<Case>,
    trace: Trace,
}

/// Every case on each of its platforms: explained once, for all tests.
fn explained() -> &'static [Explained] {
    static ALL: LazyLock<Vec<Explained>> = LazyLock::new(|| {
        let mut all = Vec::new();
        for (file, cases) in shared::files() {
            for case in cases.cases.into_iter().map(Arc::new) {
                let rules: Rules = serde_json::from_value(case.rules.clone()).unwrap();
                let holds = |platform: &Platform| platform.has_adapter() && case.holds_on(*platform);
                for platform in Platform::ALL.into_iter().filter(holds) {
                    // Requests that no HTTP message can hold have no explanation.
                    if let Ok(trace) = explain(&rules, target(platform), &exchange(&case)) {
                        let name = format!("{file}: {} [{}]", case.name, platform.name());
                        all.push(Explained { name, platform, case: case.clone(), trace });
                    }
                }
            }
        }
        all
    });
    &ALL
}

/// The same on the two platforms of which one runs the same rules as each of the others.
fn explained_once() -> impl Iterator<Item = &'static Explained> {
    explained().iter().filter(|it| matches!(it.platform, Platform::Cloudfront | Platform::Fetch))
}

fn target(platform: Platform) -> Target {
    Target::from(platform).with_country().with_device()
}

#[test]
fn steps_add_up_to_what_the_engine_does() {
    let mut failures = Vec::new();
    let count = explained().len();
    for Explained { name, trace, .. } in explained() {
        let wrong = contradictions(trace);
        failures.extend(wrong.into_iter().map(|why| format!("{name}: {why}")));
    }
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 3000, "{count}");
}

/// Of many requests, what is told of each is what its explanation says: the status, and the rules that matched.
#[test]
fn traffic_is_what_explanations_say() {
    let mut failures = Vec::new();
    let mut count = 0;
    for Explained { name, platform, case, trace } in explained_once() {
        count += 1;
        let text = case.rules.to_string();
        let file = RuleFile { name: "rules.json", text: &text, form: Form::Rules };
        let road = Road::new(&[file.parse(&Options::new())], target(*platform)).unwrap();
        let first = &road.follow(&exchange(case)).unwrap().steps[0];
        let told = |rule: &usize| road.rules()[*rule].place.as_str();
        let mut expected = Vec::new();
        let mut possible = Vec::new();
        for step in trace.stages.iter().flat_map(|stage| &stage.steps) {
            let place = if step.kind == "html" { "html" } else { step.place.as_str() };
            match step.verdict {
                Verdict::Acted => expected.push(place),
                Verdict::Idle => possible.push(place),
                _ => {}
            }
        }
        // The options on slashes are not rules.
        let missing: Vec<_> = expected
            .iter()
            .filter(|place| !place.ends_with("lashes") && !first.rules.iter().any(|rule| told(rule) == **place))
            .collect();
        let invented: Vec<_> =
            first.rules.iter().map(told).filter(|rule| !expected.contains(rule) && !possible.contains(rule)).collect();
        if first.status != trace.response.status || !missing.is_empty() || !invented.is_empty() {
            failures.push(format!("{name}: {first:?}, without {missing:?}, with {invented:?}"));
        }
    }
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 1500, "{count}");
}

/// The viewer's answer and the origin's question are those that the case expects.
#[test]
fn results_are_what_the_cases_expect() {
    let mut failures = Vec::new();
    let mut compared = 0;
    for Explained { name, case, trace, .. } in explained() {
        // A case of single stages begins with a message that no viewer sent.
        if case.start.is_some() || case.end.is_some() {
            continue;
        }
        compared += 1;
        let mut wrong = Vec::new();
        match (&case.expect.request, &trace.asked) {
            (Some(Some(expected)), Some(asked)) => expected.compare_target(&asked.path, &asked.query, &mut wrong),
            (Some(expected), asked) if expected.is_some() || asked.is_some() => wrong.push(format!("asked {asked:?}")),
            _ => {}
        }
        if let Some(expected) = &case.expect.response {
            expected.compare(&response(trace), &mut wrong);
        }
        if !wrong.is_empty() {
            failures.push(format!("{name}: {}", wrong.join("\n    ")));
        }
    }
    assert!(failures.is_empty(), "{} of {compared}:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 2500, "{compared}");
}

/// A rule that is said to have no part in what happens can be taken out, and the same happens.
#[test]
fn rules_that_did_not_match_can_be_left_out() {
    let mut failures = Vec::new();
    let mut removed = 0;
    for Explained { name, platform, case, trace } in explained_once() {
        let lists = ["responses", "redirects", "query", "rewrites", "headers", "downloads"];
        for kind in lists {
            let Some(list) = case.rules[kind].as_array() else { continue };
            for number in 0..list.len() {
                let place = format!("{kind}[{number}]");
                let mut steps = trace.stages.iter().flat_map(|stage| &stage.steps).filter(|step| step.place == place);
                let idle = steps
                    .all(|step| matches!(step.verdict, Verdict::Unmatched | Verdict::Preempted | Verdict::Unreached));
                // A trailing slash stays where a rewrite is for the path, whether it is reached or not.
                if !idle || kind == "rewrites" && case.rules["html"]["trailingSlash"].is_string() {
                    continue;
                }
                let mut rules = pinned(&case.rules, trace);
                rules[kind].as_array_mut().unwrap().remove(number);
                let rules: Rules = serde_json::from_value(rules).unwrap();
                match explain(&rules, target(*platform), &exchange(case)) {
                    Ok(without) if summary(&without) == summary(trace) => removed += 1,
                    Ok(without) => failures.push(format!(
                        "{name}: without {place} {:?}, with it {:?}",
                        summary(&without),
                        summary(trace)
                    )),
                    Err(problems) => failures.push(format!("{name}: {problems}")),
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(removed > 200, "{removed}");
}

/// The rules with the stage of each spelled out, so that no rule moves when another one goes.
fn pinned(rules: &Value, trace: &Trace) -> Value {
    let mut rules = rules.clone();
    for kind in ["responses", "redirects", "rewrites", "headers"] {
        for (number, rule) in rules[kind].as_array_mut().into_iter().flatten().enumerate() {
            let place = format!("{kind}[{number}]");
            let runs = |stage: &&StageTrace| stage.steps.iter().any(|step| step.place == place);
            // A rule that acts on an answer is listed where the answer was made.
            let on_request = kind == "headers" && rule["on"] != "request";
            let stage = trace.stages.iter().filter(runs).find(|stage| !on_request || stage.stage.ends_with("response"));
            if let Some(stage) = stage
                && rule["fallback"] != true
                && !(kind != "headers" && stage.stage == "origin-response")
            {
                rule["at"] = stage.stage.into();
            }
        }
    }
    rules
}

/// What a viewer and an origin notice; less what names the conditions that were looked at on the way.
fn summary(trace: &Trace) -> impl PartialEq + std::fmt::Debug {
    let told = |line: &&(String, String)| !matches!(line.0.as_str(), "vary" | "cache-control");
    let asked = trace.asked.as_ref();
    (
        trace.response.status,
        trace.response.body.clone(),
        trace.response.headers.iter().filter(told).collect::<Vec<_>>(),
        asked.map(|asked| (asked.path.clone(), asked.query.clone(), asked.origin.clone())),
    )
}
