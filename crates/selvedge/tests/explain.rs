//! Explanations never contradict the engine: over every case of tests/cases, for every platform that it names.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use selvedge::dialect::{Form, Options};
use selvedge::sources::RuleFile;
use selvedge::trace::{Exchange, Road, Trace, Verdict, explain};
use selvedge::{Platform, Rules, Target};

type Json = serde_json::Value;

fn cases() -> Vec<(String, Json)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let file: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            for case in file["cases"].as_array().into_iter().flatten() {
                cases.push((format!("{name}: {}", case["name"].as_str().unwrap()), case.clone()));
            }
        }
    }
    cases
}

fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn lines(value: &Json) -> Vec<(String, String)> {
    let line = |line: &Json| (line[0].as_str().unwrap().to_owned(), line[1].as_str().unwrap().to_owned());
    value.as_array().into_iter().flatten().map(line).collect()
}

fn exchange(case: &Json) -> Exchange {
    let (request, origin) = (&case["request"], &case["origin"]);
    let mut exchange = Exchange::get(request["url"].as_str().unwrap_or("https://example.org/"));
    exchange.method = text(&request["method"]);
    exchange.headers = lines(&request["headers"]);
    exchange.client_ip = text(&request["clientIp"]);
    exchange.country = text(&request["country"]);
    exchange.device = text(&request["device"]).into_iter().collect();
    exchange.request_id = text(&request["id"]);
    exchange.origin.status = origin["status"].as_u64().map(|status| status as u16);
    exchange.origin.headers = lines(&origin["headers"]);
    exchange.origin.body = Some(text(&origin["body"]).unwrap_or_default());
    exchange
}

/// Each case on each platform that it holds for, with its explanation.
fn explained(mut f: impl FnMut(&str, Platform, &Json, &Trace)) -> usize {
    let mut count = 0;
    for (name, case) in cases() {
        let rules: Rules = serde_json::from_value(case["rules"].clone()).unwrap();
        for platform in Platform::ALL.into_iter().filter(|platform| platform.has_adapter()) {
            let needs = case["needs"].as_array().into_iter().flatten().filter_map(Json::as_str);
            let only = case["platform"].as_str();
            if only.is_some_and(|name| name != platform.name())
                || !needs.into_iter().all(|need| platform.meets(need).unwrap())
            {
                continue;
            }
            let target = Target::from(platform).with_country().with_device();
            // Requests that no HTTP message can hold have no explanation.
            if let Ok(trace) = explain(&rules, target, &exchange(&case)) {
                count += 1;
                f(&name, platform, &case, &trace);
            }
        }
    }
    count
}

/// What is wrong with a trace by itself: rules one by one come to something else than the engine with all of them, or a
/// rule acts although something speaks against it.
fn contradictions(trace: &Trace) -> Vec<String> {
    let mut wrong = Vec::new();
    for stage in &trace.stages {
        let unexplained = stage.remarks.iter().filter(|remark| remark.starts_with("unexplained"));
        wrong.extend(unexplained.map(|remark| format!("{}: {remark}", stage.stage)));
        for step in &stage.steps {
            let reason = step.reason.as_ref();
            let sound = match step.verdict {
                Verdict::Acted => reason.is_none_or(|reason| reason.code == "variant"),
                Verdict::Preempted | Verdict::Unreached => reason.is_some_and(|reason| reason.by.is_some()),
                _ => reason.is_some_and(|reason| !reason.text.is_empty()) && step.changes.is_empty(),
            };
            if !sound {
                wrong.push(format!("{}: {step:?}", stage.stage));
            }
        }
    }
    wrong
}

#[test]
fn steps_add_up_to_what_the_engine_does() {
    let mut failures = Vec::new();
    let count = explained(|name, platform, _, trace| {
        let wrong = contradictions(trace);
        failures.extend(wrong.into_iter().map(|why| format!("{name} [{}]: {why}", platform.name())));
    });
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 3000, "{count}");
}

/// Of many requests, what is told of each is what its explanation says: the status, and the rules that matched.
#[test]
fn traffic_is_what_explanations_say() {
    let mut failures = Vec::new();
    let mut count = 0;
    explained(|name, platform, case, trace| {
        // The others run the same rules as one of these two.
        if !matches!(platform, Platform::Cloudfront | Platform::Fetch) {
            return;
        }
        count += 1;
        let text = case["rules"].to_string();
        let file = RuleFile { name: "rules.json", text: &text, form: Form::Rules };
        let target = Target::from(platform).with_country().with_device();
        let road = Road::new(&[file.parse(&Options::new())], target).unwrap();
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
            failures.push(format!("{name} [{}]: {first:?}, without {missing:?}, with {invented:?}", platform.name()));
        }
    });
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 1500, "{count}");
}

/// The viewer's answer and the origin's question are those that the case expects.
#[test]
fn results_are_what_the_cases_expect() {
    let mut failures = Vec::new();
    let mut compared = 0;
    explained(|name, platform, case, trace| {
        // A case of single stages begins with a message that no viewer sent.
        if case["start"].is_string() || case["end"].is_string() {
            return;
        }
        compared += 1;
        let mut differ = |what: &str, expected: &Json, actual: Json| {
            if !expected.is_null() && *expected != actual {
                failures.push(format!("{name} [{}]: {what} {actual}, expected {expected}", platform.name()));
            }
        };
        let expect = &case["expect"];
        let asked = trace.asked.as_ref();
        match (expect.get("request"), asked) {
            (Some(request), Some(asked)) => {
                differ("path", &request["path"], asked.path.clone().into());
                differ("query", &request["query"], asked.query.clone().into());
                differ("answered", &request.is_null().into(), false.into());
            }
            (Some(request), None) => differ("answered", &request.is_null().into(), true.into()),
            (None, _) => {}
        }
        let (response, expected) = (&trace.response, &expect["response"]);
        differ("status", &expected["status"], response.status.into());
        differ("body", &expected["body"], response.body.clone().unwrap_or_default().into());
        let header = |name: &str| -> Vec<&str> {
            response.headers.iter().filter(|line| line.0 == name).map(|line| line.1.as_str()).collect()
        };
        for (name, lines) in expected["headers"].as_object().into_iter().flatten() {
            differ(name, lines, header(name).into());
        }
        for name in expected["absent"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            differ(name, &Json::from(Vec::<Json>::new()), header(name).into());
        }
    });
    assert!(failures.is_empty(), "{} of {compared}:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 2500, "{compared}");
}

/// A rule that is said to have no part in what happens can be taken out, and the same happens.
#[test]
fn rules_that_did_not_match_can_be_left_out() {
    let mut failures = Vec::new();
    let mut removed = 0;
    explained(|name, platform, case, trace| {
        // The others run the same rules as one of these two.
        if !matches!(platform, Platform::Cloudfront | Platform::Fetch) {
            return;
        }
        let lists = ["responses", "redirects", "query", "rewrites", "headers", "downloads"];
        for kind in lists {
            let Some(list) = case["rules"][kind].as_array() else { continue };
            for number in 0..list.len() {
                let place = format!("{kind}[{number}]");
                let mut steps = trace.stages.iter().flat_map(|stage| &stage.steps).filter(|step| step.place == place);
                let idle = steps
                    .all(|step| matches!(step.verdict, Verdict::Unmatched | Verdict::Preempted | Verdict::Unreached));
                // A trailing slash stays where a rewrite is for the path, whether it is reached or not.
                if !idle || kind == "rewrites" && case["rules"]["html"]["trailingSlash"].is_string() {
                    continue;
                }
                let mut rules = pinned(&case["rules"], trace);
                rules[kind].as_array_mut().unwrap().remove(number);
                let rules: Rules = serde_json::from_value(rules).unwrap();
                let target = Target::from(platform).with_country().with_device();
                match explain(&rules, target, &exchange(case)) {
                    Ok(without) if summary(&without) == summary(trace) => removed += 1,
                    Ok(without) => failures.push(format!(
                        "{name} [{}]: without {place} {:?}, with it {:?}",
                        platform.name(),
                        summary(&without),
                        summary(trace)
                    )),
                    Err(problems) => failures.push(format!("{name} [{}]: {problems}", platform.name())),
                }
            }
        }
    });
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(removed > 200, "{removed}");
}

/// The rules with the stage of each spelled out, so that no rule moves when another one goes.
fn pinned(rules: &Json, trace: &Trace) -> Json {
    let mut rules = rules.clone();
    for kind in ["responses", "redirects", "rewrites", "headers"] {
        for (number, rule) in rules[kind].as_array_mut().into_iter().flatten().enumerate() {
            let place = format!("{kind}[{number}]");
            let runs = |stage: &&selvedge::trace::StageTrace| stage.steps.iter().any(|step| step.place == place);
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

fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["/", "/a", "/a/", "/a/b", "/a/b.js", "/c/d/e", "/a/b.js.br", "/A", "/x%20y"])
}

fn pattern() -> impl Strategy<Value = Json> {
    prop::sample::select(vec!["/*", "/a", "/a/*", "/:x", "/:x/:y", "*.js", "/c/*/e", "/a/b.js", "/nowhere"])
        .prop_map(Json::from)
}

fn when() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        Json::Null,
        Json::Null,
        serde_json::json!({ "query": { "q": "1" } }),
        serde_json::json!({ "not": { "any": [{ "cookie": { "c": true } }, { "method": "POST" }] } }),
        serde_json::json!({ "header": { "user-agent": { "prefix": "x" } } }),
        serde_json::json!({ "ip": "10.0.0.0/8", "host": "example.org" }),
    ])
}

fn rule(kind: &'static str) -> impl Strategy<Value = Json> {
    (pattern(), when(), prop::option::of(pattern()), prop::sample::select(vec!["/a", "/b/new", "/a/b.js", "/z?y=1"]))
        .prop_map(move |(pattern, when, except, to)| {
            let mut rule = match kind {
                "redirects" | "rewrites" => serde_json::json!({ "from": pattern, "to": to }),
                "responses" => serde_json::json!({ "for": pattern, "status": 410, "body": to }),
                "query" => serde_json::json!({ "for": pattern, "drop": ["q"], "sort": true }),
                "requests" => serde_json::json!({ "for": pattern, "on": "request", "append": { "X-A": to } }),
                "late" => serde_json::json!({ "for": pattern, "at": "viewer-response", "append": { "X-B": "{path}" } }),
                _ => serde_json::json!({ "for": pattern, "remove": "x-*", "set": { "X-A": to, "Cache-Control": "no-cache" } }),
            };
            if kind == "query" || kind == "rewrites" || when.is_null() || kind == "redirects" || kind == "responses" {
                rule["when"] = when;
            }
            if let Some(except) = except {
                rule["except"] = except;
            }
            rule
        })
}

fn rules() -> impl Strategy<Value = Json> {
    let list = |kind| prop::collection::vec(rule(kind), 0..4);
    let headers =
        (list("requests"), list("headers"), list("late")).prop_map(|lists| [lists.0, lists.1, lists.2].concat());
    let html = prop::sample::select(vec![
        Json::Null,
        serde_json::json!({ "index": "index.html", "clean": "file" }),
        serde_json::json!({ "trailingSlash": "remove", "clean": "directory" }),
    ]);
    let lists = (list("responses"), list("redirects"), list("query"), list("rewrites"), headers);
    (lists, html, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |((responses, redirects, query, rewrites, headers), html, answers, early, secure)| {
            let mut rules = serde_json::json!({
                "query": query, "rewrites": rewrites, "html": html, "headers": headers,
                "precompressed": [{ "for": "*.js", "encodings": ["br", "gzip"] }],
                "experiments": [{ "name": "e", "for": "/a/*", "cookie": "c",
                    "variants": [{ "name": "one" }, { "name": "two", "to": "/c/d/e" }] }],
            });
            if answers {
                rules["responses"] = responses.into();
                rules["redirects"] = redirects.into();
            }
            if early {
                rules["precompressed"][0]["at"] = "viewer-request".into();
            }
            if secure {
                rules["security"] = "strict".into();
            }
            rules
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_rules_are_explained_in_full(
        rules in rules(),
        path in path(),
        query in prop::sample::select(vec!["", "?q=1", "?b&a&q=2"]),
        method in prop::sample::select(vec!["GET", "HEAD", "POST"]),
        cookie in any::<bool>(),
        status in prop::sample::select(vec![200, 206, 404, 301]),
        id in "[a-z]{4}",
        platform in prop::sample::select(vec![Platform::Cloudfront, Platform::Fetch]),
    ) {
        let mut headers = vec![("Accept-Encoding".to_owned(), "gzip, br".to_owned())];
        if cookie {
            headers.push(("Cookie".to_owned(), "c=two".to_owned()));
        }
        let mut exchange = Exchange::get(format!("https://example.org{path}{query}"));
        exchange.method = Some(method.to_owned());
        exchange.headers = headers;
        exchange.client_ip = Some("10.1.2.3".to_owned());
        exchange.request_id = Some(id);
        exchange.origin.status = Some(status);
        exchange.origin.headers =
            vec![("X-Old".to_owned(), "1".to_owned()), ("Cache-Control".to_owned(), "max-age=1".to_owned())];
        // Some of these rule sets are wrong or cannot be placed, which is another test's subject.
        let rules = serde_json::from_value::<Rules>(rules).ok();
        if let Some(Ok(trace)) = rules.map(|rules| explain(&rules, platform, &exchange)) {
            let wrong = contradictions(&trace);
            prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }
}

/// Why a rule that matches leads nowhere: which placeholder is to blame.
#[test]
fn reasons_say_which_value_does_not_fit() {
    let rules: Rules = r#"{ "redirects": [
            { "from": "/a", "to": "/x/{query.f}/{query.g}" },
            { "from": "/a", "to": "/x/{query.g}{query.h}/y" },
            { "from": "/a", "to": "https://{query.f}.example.com/" },
            { "from": "/a", "to": "/on/{host}" }
        ], "rewrites": [
            { "from": "/a", "to": "/{query.g}/{query.f}" }
        ], "origins": [
            { "for": "/*", "to": { "custom": { "domainName": "files.example.net", "path": "/public" } } }
        ], "experiments": [
            { "name": "e", "for": "/a", "cookie": "c", "variants": [{ "name": "one", "to": "/e/{query.h}/" }] }
        ] }"#
        .parse()
        .unwrap();
    let reasons = |url: &str, host: &str| -> Vec<String> {
        let headers = vec![("Host".to_owned(), host.to_owned())];
        let mut exchange = Exchange::get(url);
        exchange.headers = headers;
        let trace = explain(&rules, Platform::Fetch, &exchange).unwrap();
        assert_eq!(contradictions(&trace), Vec::<String>::new());
        let steps = trace.stages.iter().flat_map(|stage| &stage.steps);
        steps.map(|step| step.reason.as_ref().map_or(String::new(), |reason| reason.text.clone())).collect()
    };
    let first = reasons("https://example.org/a?f=..&g=b&h=..", "a:b");
    assert_eq!(first.first().unwrap(), "{query.f} would make a \".\" or \"..\" segment");
    assert_eq!(
        reasons("https://example.org/a?f=..&g=.&h=.", "a:b"),
        [
            "{query.g} would make a \".\" or \"..\" segment",
            "{query.g} would make a \".\" or \"..\" segment",
            "{query.f} is not a label of a host name here",
            "the request has no valid host, and {host} needs one",
            "variant one, but {query.h} would make a \".\" or \"..\" segment",
            "{query.f} would make a \".\" or \"..\" segment",
            "",
            "",
        ]
    );
    let around = "https://example.org/b%2f..%2fc";
    let said = "a server could take a segment of the path for \"..\", and leave the origin's path";
    assert!(reasons(around, "a.example").iter().any(|reason| reason == said));
}

/// What a person reads, worked out by hand.
#[test]
fn reasons_say_what_was_seen() {
    let rules: Rules = r#"{ "redirects": [
            { "from": "/a/:x/z", "to": "/1" },
            { "from": "/A/*", "to": "/2" },
            { "from": "/a/*", "except": "*.js", "to": "/3" },
            { "from": "/a/*", "to": "/4", "when": { "cookie": { "beta": ["1", "2"] } } },
            { "from": "/a/*", "to": "/4", "when": { "header": { "x-a": { "prefix": ["b", "c"] } } } },
            { "from": "/a/*", "to": "/5", "when": { "not": { "ip": "10.0.0.0/8" } } },
            { "from": "/a/*", "to": "/a/b/c.js" },
            { "from": "/a/*", "to": "/7" },
            { "from": "/a/*", "to": "/8" }
        ] }"#
        .parse()
        .unwrap();
    let mut exchange = Exchange::get("https://example.org/a/b/c.js");
    exchange.headers = vec![("Cookie".to_owned(), "beta=3".to_owned())];
    exchange.client_ip = Some("10.1.2.3".to_owned());
    let trace = explain(&rules, Platform::Fetch, &exchange).unwrap();
    let reasons: Vec<&str> =
        trace.stages[0].steps.iter().map(|step| step.reason.as_ref().map_or("", |reason| &reason.text)).collect();
    assert_eq!(
        reasons,
        [
            "path is /a/b/c.js, which matches as far as /a/:x, but not /z",
            "path is /a/b/c.js, which differs in the case of its letters: \"ignoreCase\" would let it match",
            "path is /a/b/c.js, which \"except\" *.js takes out",
            "cookie beta is \"3\", not \"1\" or \"2\"",
            "header x-a is absent, not one that begins with \"b\" or one that begins with \"c\"",
            "\"not\": address is \"10.1.2.3\", which is in 10.0.0.0/8",
            "would lead to the request itself",
            "",
            "redirects[7] came first",
        ]
    );
}

/// The reader finds rules by the values of a request, and looks at no others; each of these says why all the same.
#[test]
fn rules_that_are_never_looked_at_have_reasons() {
    let redirects: Vec<Json> = (0..40)
        .map(|n| serde_json::json!({ "from": "/a", "to": "/b", "when": { "query": { "q": n.to_string() } } }))
        .chain((0..40).map(|n| serde_json::json!({ "from": format!("/a/{n}"), "to": "/b" })))
        .collect();
    let rules: Rules = serde_json::from_value(serde_json::json!({ "redirects": redirects })).unwrap();
    let trace = explain(&rules, Platform::Fetch, &Exchange::get("https://example.org/a?q=7&q=x")).unwrap();
    let steps = &trace.stages[0].steps;
    assert_eq!(steps.len(), 80);
    for (number, step) in steps.iter().enumerate() {
        assert_eq!(step.place, format!("redirects[{number}]"));
        let reason = step.reason.as_ref().map_or("", |reason| &reason.text);
        let expected = match number {
            7 => String::new(),
            0..40 => format!("query parameter q is \"7\" and \"x\", not \"{number}\""),
            _ => format!("path is /a, which matches as far as /a, but not /{}", number - 40),
        };
        assert_eq!(reason, expected, "{}", step.place);
    }
}

/// The neighbours that one section of the plan holds are told apart: what each of them changes, and in which order.
#[test]
fn rules_that_the_plan_joins_are_told_apart() {
    let rules: Rules = r#"{ "security": "basic", "headers": [
            { "set": { "X-A": "1", "X-B": "1" } },
            { "set": { "X-A": "{query.a}" } },
            { "set": { "X-A": "{query.b}" } },
            { "remove": "x-b", "set": { "X-C": "3" } },
            { "set": { "X-C": "3" } }
        ] }"#
        .parse()
        .unwrap();
    let trace = explain(&rules, Platform::Fetch, &Exchange::get("https://example.org/?b=2")).unwrap();
    assert_eq!(contradictions(&trace), Vec::<String>::new());
    let told: Vec<(&str, Verdict, String)> = trace
        .stages
        .iter()
        .flat_map(|stage| &stage.steps)
        .filter(|step| step.kind == "headers")
        .map(|step| {
            let name = |change: &selvedge::trace::Change| change.name.clone().unwrap();
            let changes = step.changes.iter().map(|change| format!("{} {}", name(change), change.after.join(",")));
            (step.place.as_str(), step.verdict, changes.collect::<Vec<_>>().join("; "))
        })
        .collect();
    let expected = [
        ("headers[0]", Verdict::Acted, "x-a 1; x-b 1".to_owned()),
        ("headers[1]", Verdict::Idle, String::new()),
        ("headers[2]", Verdict::Acted, "x-a 2".to_owned()),
        ("headers[3]", Verdict::Acted, "x-b ; x-c 3".to_owned()),
        ("headers[4]", Verdict::Idle, String::new()),
    ];
    assert_eq!(told, expected);
}

/// What comes after an answer is listed, in the order of the stage.
#[test]
fn rules_after_an_answer_are_unreached() {
    let rules: Rules = r#"{
            "responses": [{ "for": "/a", "status": 410 }], "redirects": [{ "from": "/a", "to": "/b" }],
            "query": [{ "for": "/*", "sort": true }], "html": { "trailingSlash": "remove", "index": "index.html" },
            "precompressed": [{ "for": "*.js", "encodings": ["br"], "at": "viewer-request" }]
        }"#
    .parse()
    .unwrap();
    let trace = explain(&rules, Platform::Fetch, &Exchange::get("https://example.org/a")).unwrap();
    let told: Vec<(&str, Verdict)> =
        trace.stages[0].steps.iter().map(|step| (step.place.as_str(), step.verdict)).collect();
    let unreached = ["redirects[0]", "html.trailingSlash", "query[0]", "precompressed[0]"];
    let expected = unreached.map(|place| (place, Verdict::Unreached));
    assert_eq!(told, [&[("responses[0]", Verdict::Acted)][..], &expected].concat());
    assert!(
        trace.stages[0]
            .steps
            .iter()
            .skip(1)
            .all(|step| { step.reason.as_ref().is_some_and(|reason| reason.text == "responses[0] answered") })
    );
}

/// As the engine has it, see its own test: rules on a page see the status that it is sent with.
#[test]
fn a_page_is_explained_with_its_status() {
    let rules: Rules = r#"{
            "rewrites": [{ "from": "/*", "to": "/404.html", "fallback": true, "status": 404 }],
            "headers": [{ "when": { "status": 404 }, "set": { "X-Missing": "1" } }]
        }"#
    .parse()
    .unwrap();
    let mut exchange = Exchange::get("https://example.org/a");
    exchange.headers = vec![("Range".to_owned(), "bytes=0-1".to_owned())];
    exchange.origin.status = Some(404);
    let trace = explain(&rules, Platform::Fetch, &exchange).unwrap();
    assert_eq!(contradictions(&trace), Vec::<String>::new());
    assert_eq!(trace.response.status, 404);
    assert!(trace.response.headers.iter().any(|(name, value)| (name.as_str(), value.as_str()) == ("x-missing", "1")));
    let asked = trace.asked.unwrap();
    assert_eq!(asked.path, "/404.html");
    assert!(asked.headers.iter().all(|(name, _)| name != "range"));
}
