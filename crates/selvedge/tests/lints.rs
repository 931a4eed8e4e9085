//! What the lints claim, against the engine: a rule that is said to have no effect is altered, and nothing changes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use http::{Request, Response};
use proptest::prelude::*;
use selvedge::dialect::Parsed;
use selvedge::lint::{File, check};
use selvedge::{Engine, Facts, Flow, Platform, Rules, json_places};
use serde_json::{Value, json};

const LISTS: [&str; 4] = ["responses", "redirects", "rewrites", "headers"];

fn pattern() -> impl Strategy<Value = Value> {
    let patterns = ["/a", "/a/", "/b", "/a/*", "/a/:x", "/a/b", "/*", "/:x", "/A", "*.c", "/a*", "/a/:x/*"];
    prop::sample::select(patterns.to_vec()).prop_map(Value::from)
}

fn paths() -> impl Strategy<Value = Value> {
    let one_or_two = prop_oneof![4 => pattern(), 1 => prop::collection::vec(pattern(), 2).prop_map(Value::from)];
    one_or_two.prop_filter("captures differ", |it| it.as_array().is_none_or(|all| all[0] != all[1]))
}

fn when() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(null),
        json!(null),
        json!({ "cookie": { "m": true } }),
        json!({ "cookie": { "m": "1" } }),
        json!({ "not": { "cookie": { "m": true } } }),
        json!({ "cookie": { "m": "1" }, "not": { "cookie": { "m": true } } }),
        json!({ "host": "one.example" }),
        json!({ "country": ["DE", "AT"] }),
        json!({ "country": "DE" }),
        json!({ "any": [{ "query": { "q": true } }, { "cookie": { "m": true } }] }),
    ])
}

fn rule() -> impl Strategy<Value = (usize, Value)> {
    let targets = ["/a", "/b", "/c", "/a/", "/c/d", "https://one.example/a", "https://two.example/"];
    let parts = (0..LISTS.len(), paths(), prop::option::of(pattern()), when(), any::<[bool; 2]>());
    (parts, prop::sample::select(targets.to_vec()), 0..3u8).prop_map(
        |((list, paths, except, when, [fold, slash]), to, number)| {
            let mut rule = json!({ "except": except, "when": when, "ignoreCase": fold, "ignoreTrailingSlash": slash });
            let own = match LISTS[list] {
                "responses" => json!({ "for": paths, "headers": { "X-Rule": number.to_string() } }),
                "redirects" | "rewrites" if number == 0 => json!({ "from": paths, "pass": true }),
                "redirects" => json!({ "from": paths, "to": to }),
                "rewrites" => json!({ "from": paths, "to": if to.starts_with('/') { to } else { "/z" } }),
                _ => match number {
                    0 => json!({ "for": paths, "set": { "X-A": "1" } }),
                    1 => json!({ "for": paths, "default": { "X-A": "2" }, "set": { "Cache-Control": "no-store" } }),
                    _ => json!({ "for": paths, "remove": ["X-A"], "append": { "Cache-Control": "public" } }),
                },
            };
            rule.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            (list, rule)
        },
    )
}

fn rules() -> impl Strategy<Value = Value> {
    prop::collection::vec(rule(), 2..7).prop_map(|all| {
        let mut rules = json!({});
        for (list, rule) in all {
            let list = rules.as_object_mut().unwrap().entry(LISTS[list]).or_insert(json!([]));
            list.as_array_mut().unwrap().push(rule);
        }
        rules
    })
}

fn engine(rules: &Value) -> Option<Engine> {
    let rules: Rules = serde_json::from_value(rules.clone()).ok()?;
    Engine::new(&rules, Platform::Cloudflare).ok()
}

/// Everything that becomes of a request, in words.
fn outcome(engine: &Engine, url: &str, cookie: bool, country: Option<&str>, status: u16) -> String {
    let mut request = Request::get(url).header("host", url.split('/').nth(2).unwrap());
    if cookie {
        request = request.header("cookie", "m=1");
    }
    let (mut request, ()) = request.body(()).unwrap().into_parts();
    let facts = Facts { country: country.map(str::to_owned), request_id: "1".to_owned(), ..Facts::new() };
    for stage in [Engine::viewer_request, Engine::origin_request] {
        if let Flow::Answer(answer) = stage(engine, &mut request, &facts) {
            return format!("{answer:?}");
        }
    }
    let (mut response, ()) = Response::builder().status(status).header("x-a", "origin").body(()).unwrap().into_parts();
    engine.origin_response(&request, &mut response, &facts);
    engine.viewer_response(&request, &mut response, &facts);
    format!("{} {response:?}", request.uri)
}

/// The rules, with something else as what the rule of a place does. (Without the rule, others might run elsewhere.)
fn altered(rules: &Value, place: &str) -> Value {
    let mut rules = rules.clone();
    let (list, rest) = place.split_once('[').unwrap();
    let (at, rest) = rest.split_once(']').unwrap();
    let rule = rules[list].get_mut(at.parse::<usize>().unwrap()).unwrap();
    if let Some((verb, name)) = rest.strip_prefix('.').and_then(|rest| rest.split_once("[\"")) {
        rule[verb][name.trim_end_matches("\"]")] = json!("altered");
        return rules;
    }
    match list {
        "responses" => rule["headers"]["X-Rule"] = json!("altered"),
        "redirects" | "rewrites" => {
            rule.as_object_mut().unwrap().remove("pass");
            rule["to"] = json!("/altered");
        }
        _ => rule["append"] = json!({ "X-Altered": "1" }),
    }
    rules
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_has_no_effect_has_none(rules in rules()) {
        let Some(all) = engine(&rules) else { return Ok(()) };
        let (value, places) = json_places(&rules.to_string()).unwrap();
        let file = File { name: "rules.json", parsed: Parsed { rules: value, places, findings: Vec::new() } };
        for found in check(&[file], Some(Platform::Cloudflare.into())) {
            let finding = found.finding;
            if !matches!(finding.code, "shadowed-rule" | "never-matches" | "overridden-header") {
                continue;
            }
            let place = finding.place.trim_end_matches(".when");
            let other = engine(&altered(&rules, place)).unwrap();
            for path in ["/", "/a", "/a/", "/A", "/b", "/a/b", "/a/b/", "/a/b/c", "/ab", "/x.c", "/a/x.c", "//a", "/c"] {
                for (host, query) in [("one.example", ""), ("two.example", "?q=1")] {
                    for (cookie, country, status) in [(false, None, 200), (true, Some("DE"), 404), (true, Some("AT"), 200)] {
                        let url = format!("https://{host}{path}{query}");
                        let ask = |engine| outcome(engine, &url, cookie, country, status);
                        prop_assert_eq!(ask(&all), ask(&other), "{} for {}", finding, url);
                    }
                }
            }
        }
    }
}
