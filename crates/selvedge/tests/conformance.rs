//! Every case of tests/cases, natively, for every platform that it names. The format is documented in its README.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, request};
use selvedge::{ChosenOrigin, Engine, Facts, Flow, Platform, Rules, Stage, Target};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    #[serde(default)]
    cases: Vec<Case>,
    #[serde(default)]
    errors: Vec<ErrorCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default, rename = "note")]
    _note: Option<String>,
    rules: Value,
    platforms: Option<Vec<String>>,
    #[serde(default)]
    request: CaseRequest,
    #[serde(default)]
    origin: CaseOrigin,
    start: Option<String>,
    end: Option<String>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorCase {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default, rename = "note")]
    _note: Option<String>,
    rules: Value,
    platform: Option<String>,
    problems: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Problem {
    place: String,
    says: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CaseRequest {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, String)>,
    #[serde(rename = "clientIp")]
    client_ip: Option<String>,
    country: Option<String>,
    device: Option<String>,
    id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CaseOrigin {
    status: Option<u16>,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    #[serde(default, deserialize_with = "some")]
    request: Option<Option<ExpectRequest>>,
    response: Option<ExpectResponse>,
}

/// Tells `null` (the origin must not be asked) from absent.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<ExpectRequest>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectRequest {
    path: Option<String>,
    query: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default, deserialize_with = "some_value")]
    origin: Option<Value>,
}

fn some_value<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectResponse {
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    absent: Vec<String>,
    body: Option<String>,
}

fn files() -> Vec<(String, File)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let file = serde_json::from_str(&fs::read_to_string(&path).unwrap());
            (name.clone(), file.unwrap_or_else(|error| panic!("{name}: {error}")))
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

#[test]
fn cases() {
    let (mut passed, mut unrepresentable, mut failures) = (0, 0, Vec::new());
    let mut groups = serde_json::Map::new();
    for (file, content) in files().into_iter().filter(|(_, content)| !content.cases.is_empty()) {
        let before = (passed, unrepresentable, failures.len());
        for case in &content.cases {
            for platform in Platform::ALL {
                let named = case.platforms.as_ref();
                if named.is_some_and(|names| !names.iter().any(|name| name == platform.name())) {
                    continue;
                }
                match Run::new(case, platform) {
                    None => unrepresentable += 1,
                    Some(run) => match run.check() {
                        Ok(()) => passed += 1,
                        Err(why) => failures.push(format!("{file}: {} [{}]\n    {why}", case.name, platform.name())),
                    },
                }
            }
        }
        let skipped = match unrepresentable - before.1 {
            0 => json!({}),
            count => json!({ "http::Request cannot hold the request": count }),
        };
        let group = json!({ "passed": passed - before.0, "failed": failures.len() - before.2, "skipped": skipped });
        groups.insert(file, group);
    }
    write_report(groups);
    println!(
        "{passed} passed, {} failed, {unrepresentable} with a request that http::Request cannot hold",
        failures.len()
    );
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(passed > 1000);
}

/// The column of the grid that `cargo xtask test` prints, where it asks for one.
fn write_report(groups: serde_json::Map<String, Value>) {
    let Some(folder) = std::env::var_os("SELVEDGE_REPORTS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    let report = json!({ "name": "native", "title": "Rust, natively: each case for each of the six platforms", "groups": groups });
    fs::write(folder.join("native.json"), report.to_string()).unwrap();
}

#[test]
fn errors() {
    let mut failures = Vec::new();
    let mut passed = 0;
    for (file, content) in files() {
        for case in &content.errors {
            match check_errors(case) {
                Ok(()) => passed += 1,
                Err(why) => failures.push(format!("{file}: {}\n    {why}", case.name)),
            }
        }
    }
    println!("{passed} passed, {} failed", failures.len());
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

fn check_errors(case: &ErrorCase) -> Result<(), String> {
    let platform = Platform::from_name(case.platform.as_deref().unwrap_or("cloudfront")).unwrap();
    let value: selvedge::rules::Value = serde_json::from_value(case.rules.clone()).unwrap();
    let Err(problems) = selvedge::compile_value(&value, platform) else { return Err("compiled".to_owned()) };
    let mut found: Vec<(String, String)> = problems
        .iter()
        .map(|problem| (problem.place.clone(), format!("{}, {}", problem.message, problem.help).to_lowercase()))
        .collect();
    for expected in &case.problems {
        let position = found.iter().position(|(place, text)| {
            *place == expected.place && expected.says.iter().all(|part| text.contains(&part.to_lowercase()))
        });
        match position {
            Some(position) => drop(found.remove(position)),
            None => return Err(format!("no {:?} saying {:?} in {:?}", expected.place, expected.says, found)),
        }
    }
    if found.is_empty() { Ok(()) } else { Err(format!("also reported: {found:?}")) }
}

struct Run<'c> {
    case: &'c Case,
    platform: Platform,
    request: request::Parts,
    facts: Facts,
}

impl<'c> Run<'c> {
    /// `None` where the `http` crate cannot hold the request.
    fn new(case: &'c Case, platform: Platform) -> Option<Run<'c>> {
        let given = &case.request;
        let url = given.url.as_deref().unwrap_or("https://example.org/");
        let (scheme, rest) = url.split_once("://").unwrap();
        let slash = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(slash);
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        let mut builder = Request::builder().method(given.method.as_deref().unwrap_or("GET")).uri(&target);
        if !given.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            builder = builder.header("Host", host);
        }
        for (name, value) in &given.headers {
            builder = builder.header(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
        let (request, ()) = builder.body(()).ok()?.into_parts();
        let target = target.split('#').next().unwrap_or_default();
        let seen = request.uri.to_string();
        if seen != target {
            return None;
        }
        let facts = Facts {
            client_ip: given.client_ip.as_ref().map(|address| address.parse().unwrap()),
            country: given.country.clone(),
            device: given.device.iter().cloned().collect(),
            scheme: Some(scheme.to_owned()),
            request_id: given.id.clone().unwrap_or_else(|| "EXAMPLE".to_owned()),
        };
        Some(Run { case, platform, request, facts })
    }

    fn check(mut self) -> Result<(), String> {
        let rules: Rules = serde_json::from_value(self.case.rules.clone()).map_err(|error| error.to_string())?;
        let target = Target::from(self.platform).with_country().with_device();
        let engine = Engine::new(&rules, target).map_err(|error| error.to_string())?;
        let stage =
            |name: &Option<String>, default| name.as_deref().map_or(default, |name| Stage::from_name(name).unwrap());
        let (start, end) =
            (stage(&self.case.start, Stage::ViewerRequest), stage(&self.case.end, Stage::ViewerResponse));
        let runs = |stage: Stage| start <= stage && stage <= end;
        let cloudfront = self.platform == Platform::Cloudfront;

        if runs(Stage::ViewerRequest)
            && let Flow::Answer(answer) = engine.viewer_request(&mut self.request, &self.facts)
        {
            return self.compare(None, Some(answer));
        }
        let viewer_request = self.request.clone();
        if cloudfront && end >= Stage::OriginRequest {
            self.add_origin_headers();
        }
        let mut chosen = None;
        let mut answer = None;
        if runs(Stage::OriginRequest) {
            match engine.origin_request(&mut self.request, &self.facts) {
                Flow::Continue(origin) => chosen = origin,
                Flow::Answer(given) => answer = Some(given),
            }
        }
        let answered = answer.is_some();
        let mut response = answer.unwrap_or_else(|| self.origin_response());
        let asked = (!answered).then(|| (self.request.clone(), chosen));
        if end < Stage::OriginResponse && !answered {
            return self.compare(asked, None);
        }
        if runs(Stage::OriginResponse) && !answered {
            let (mut head, body) = response.into_parts();
            let reply = engine.origin_response(&self.request, &mut head, &self.facts);
            response = Response::from_parts(head, reply.body.unwrap_or(body));
        }
        if runs(Stage::ViewerResponse) && (!cloudfront || response.status().as_u16() < 400) {
            let request = if cloudfront { &viewer_request } else { &self.request };
            let (mut head, body) = response.into_parts();
            let reply = engine.viewer_response(request, &mut head, &self.facts);
            response = Response::from_parts(head, reply.body.unwrap_or(body));
        }
        self.compare(asked, Some(response))
    }

    /// What CloudFront adds and normalises after viewer-request.
    fn add_origin_headers(&mut self) {
        let headers = &mut self.request.headers;
        for name in headers.keys().filter(|name| name.as_str().starts_with("cloudfront-")).cloned().collect::<Vec<_>>()
        {
            headers.remove(name);
        }
        if let Some(country) = &self.case.request.country {
            headers.insert("cloudfront-viewer-country", HeaderValue::from_str(country).unwrap());
        }
        if let Some(device) = &self.case.request.device {
            for name in ["desktop", "mobile", "tablet", "smarttv"] {
                let flag = HeaderValue::from_static(if name == device { "true" } else { "false" });
                headers.insert(HeaderName::try_from(format!("cloudfront-is-{name}-viewer")).unwrap(), flag);
            }
        }
        let scheme = HeaderValue::from_str(self.facts.scheme.as_deref().unwrap()).unwrap();
        headers.insert("cloudfront-forwarded-proto", scheme);
        let accept: Vec<&str> =
            headers.get_all("accept-encoding").iter().filter_map(|value| value.to_str().ok()).collect();
        if !accept.is_empty() {
            let accept = accept.join(", ");
            let takes = |coding: &[u8]| {
                selvedge::negotiate::quality(accept.as_bytes(), coding).is_some_and(|quality| quality > 0)
            };
            let normalised = match (takes(b"br"), takes(b"gzip")) {
                (true, true) => "br,gzip",
                (true, false) => "br",
                (false, true) => "gzip",
                (false, false) => "identity",
            };
            headers.insert("accept-encoding", HeaderValue::from_static(normalised));
        }
    }

    fn origin_response(&self) -> Response<Vec<u8>> {
        let origin = &self.case.origin;
        let mut builder = Response::builder().status(origin.status.unwrap_or(200));
        for (name, value) in &origin.headers {
            builder = builder.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        builder.body(origin.body.clone().unwrap_or_default().into_bytes()).unwrap()
    }

    fn compare(
        &self,
        asked: Option<(request::Parts, Option<ChosenOrigin>)>,
        response: Option<Response<Vec<u8>>>,
    ) -> Result<(), String> {
        let mut wrong = Vec::new();
        match (&self.case.expect.request, asked) {
            (None, _) | (Some(None), None) => {}
            (Some(None), Some((request, _))) => wrong.push(format!("the origin was asked for {}", request.uri)),
            (Some(Some(_)), None) => {
                wrong.push(format!("a rule answered: {:?}", response.as_ref().map(Response::status)))
            }
            (Some(Some(expected)), Some((request, origin))) => {
                differ(&mut wrong, "path", expected.path.as_deref(), request.uri.path());
                differ(&mut wrong, "query", expected.query.as_deref(), request.uri.query().unwrap_or_default());
                compare_headers(&mut wrong, "request", &expected.headers, &expected.absent, &request.headers);
                if let Some(expected) = &expected.origin {
                    compare_origin(&mut wrong, expected, origin.as_ref());
                }
            }
        }
        if let Some(expected) = &self.case.expect.response {
            let Some(response) = response else { return Err("there is no response".to_owned()) };
            if expected.status.is_some_and(|status| status != response.status().as_u16()) {
                wrong.push(format!("status {}, expected {:?}", response.status(), expected.status));
            }
            compare_headers(&mut wrong, "response", &expected.headers, &expected.absent, response.headers());
            differ(&mut wrong, "body", expected.body.as_deref(), &String::from_utf8_lossy(response.body()));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n    ")) }
    }
}

fn differ(wrong: &mut Vec<String>, what: &str, expected: Option<&str>, actual: &str) {
    if let Some(expected) = expected
        && expected != actual
    {
        wrong.push(format!("{what} {actual:?}, expected {expected:?}"));
    }
}

fn compare_headers(
    wrong: &mut Vec<String>,
    whose: &str,
    expected: &BTreeMap<String, Vec<String>>,
    absent: &[String],
    actual: &HeaderMap,
) {
    for (name, lines) in expected {
        let found: Vec<String> =
            actual.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
        if found != *lines {
            wrong.push(format!("{whose} header {name} {found:?}, expected {lines:?}"));
        }
    }
    for name in absent.iter().filter(|name| actual.contains_key(name.as_str())) {
        wrong.push(format!("{whose} header {name} is there: {:?}", actual.get(name)));
    }
}

fn compare_origin(wrong: &mut Vec<String>, expected: &Value, actual: Option<&ChosenOrigin>) {
    let (expected, actual) = match (expected.as_object(), actual) {
        (None, None) => return,
        (Some(expected), Some(actual)) => (expected, actual),
        (_, actual) => return wrong.push(format!("origin {actual:?}, expected {expected}")),
    };
    let (kind, fields) = expected.iter().next().unwrap();
    differ(wrong, "origin kind", Some(kind), actual.kind());
    for (name, value) in fields.as_object().unwrap() {
        let expected = match value {
            Value::String(text) => text.clone(),
            Value::Array(list) => list.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(","),
            Value::Object(_) => continue,
            other => other.to_string(),
        };
        // A default of the vendor's event shape is the adapter's business.
        if let Some(actual) = actual.field(name) {
            differ(wrong, name, Some(&expected), actual);
        }
    }
}
