//! What the conformance tests share: the cases of tests/cases, and the comparison of what came out with what must.
#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod http1;
pub(crate) mod report;
pub(crate) mod stream;
pub(crate) mod suite;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use http::{HeaderMap, HeaderValue, Response, request};
use selvedge::{ChosenOrigin, Facts, Platform};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(rename = "about")]
    pub(crate) _about: String,
    #[serde(default)]
    pub(crate) cases: Vec<Case>,
    #[serde(default)]
    pub(crate) errors: Vec<ErrorCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(rename = "source")]
    pub(crate) _source: String,
    #[serde(default, rename = "note")]
    pub(crate) _note: Option<String>,
    pub(crate) rules: Value,
    pub(crate) platform: Option<String>,
    #[serde(default)]
    pub(crate) needs: Vec<String>,
    #[serde(default)]
    pub(crate) request: CaseRequest,
    #[serde(default)]
    pub(crate) origin: CaseOrigin,
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCase {
    pub(crate) name: String,
    #[serde(rename = "source")]
    pub(crate) _source: String,
    #[serde(default, rename = "note")]
    pub(crate) _note: Option<String>,
    pub(crate) rules: Value,
    pub(crate) platform: Option<String>,
    pub(crate) problems: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Problem {
    pub(crate) place: String,
    pub(crate) says: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CaseRequest {
    pub(crate) method: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    #[serde(rename = "clientIp")]
    pub(crate) client_ip: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CaseOrigin {
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    #[serde(default, deserialize_with = "some")]
    pub(crate) request: Option<Option<ExpectRequest>>,
    pub(crate) response: Option<ExpectResponse>,
}

/// Tells `null` (the origin must not be asked) from absent.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<ExpectRequest>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectRequest {
    pub(crate) path: Option<String>,
    pub(crate) query: Option<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) absent: Vec<String>,
    #[serde(default, deserialize_with = "some_value")]
    pub(crate) origin: Option<Value>,
}

fn some_value<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectResponse {
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) absent: Vec<String>,
    pub(crate) body: Option<String>,
}

/// Part of the names of the only cases that are wanted: `cargo xtask check --case TEXT`.
pub(crate) fn wanted() -> Option<String> {
    std::env::var("SELVEDGE_CASE").ok()
}

pub(crate) fn files() -> Vec<(String, File)> {
    let is_wanted = |name: &str| wanted().is_none_or(|text| name.contains(&text));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let file = serde_json::from_str(&fs::read_to_string(&path).unwrap());
            let mut file: File = file.unwrap_or_else(|error| panic!("{name}: {error}"));
            file.cases.retain(|case| is_wanted(&format!("{name}: {}", case.name)));
            file.errors.retain(|case| is_wanted(&format!("{name}: error: {}", case.name)));
            (name, file)
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let none = files.iter().all(|(_, file)| file.cases.is_empty() && file.errors.is_empty());
    assert!(!none, "no case is named like this: {}", wanted().unwrap_or_default());
    files
}

impl Case {
    /// Whether it holds on `platform`.
    pub(crate) fn holds_on(&self, platform: Platform) -> bool {
        let only = self.platform.as_deref().map(|name| Platform::from_name(name).expect(name));
        only.is_none_or(|only| only == platform) && self.needs.iter().all(|need| platform.meets(need).expect(need))
    }

    /// What came out against what must; `asked` is what the origin was asked.
    pub(crate) fn compare(&self, asked: Option<&Asked>, response: Option<&Response<Vec<u8>>>) -> Result<(), String> {
        let mut wrong = Vec::new();
        match (&self.expect.request, asked) {
            (None, _) | (Some(None), None) => {}
            (Some(None), Some(asked)) => wrong.push(format!("the origin was asked for {}", asked.head.uri)),
            (Some(Some(_)), None) => wrong.push(format!("a rule answered: {:?}", response.map(Response::status))),
            (Some(Some(expected)), Some(Asked { head, origin })) => {
                expected.compare_target(head.uri.path(), head.uri.query().unwrap_or_default(), &mut wrong);
                compare_headers(&mut wrong, "request", &expected.headers, &expected.absent, &head.headers);
                if let Some(expected) = &expected.origin {
                    compare_origin(&mut wrong, expected, origin.as_ref());
                }
            }
        }
        if let Some(expected) = &self.expect.response {
            let Some(response) = response else { return Err("there is no response".to_owned()) };
            expected.compare(response, &mut wrong);
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n    ")) }
    }
}

impl ExpectRequest {
    /// The path and query that the origin was asked against those that it must be asked.
    pub(crate) fn compare_target(&self, path: &str, query: &str, wrong: &mut Vec<String>) {
        differ(wrong, "path", self.path.as_deref(), path);
        differ(wrong, "query", self.query.as_deref(), query);
    }
}

impl ExpectResponse {
    pub(crate) fn compare(&self, response: &Response<Vec<u8>>, wrong: &mut Vec<String>) {
        if self.status.is_some_and(|status| status != response.status().as_u16()) {
            wrong.push(format!("status {}, expected {:?}", response.status(), self.status));
        }
        compare_headers(wrong, "response", &self.headers, &self.absent, response.headers());
        differ(wrong, "body", self.body.as_deref(), &String::from_utf8_lossy(response.body()));
    }
}

impl CaseRequest {
    pub(crate) fn method(&self) -> &str {
        self.method.as_deref().unwrap_or("GET")
    }

    /// Scheme, host, and path and query byte for byte.
    pub(crate) fn url(&self) -> (&str, &str, String) {
        let url = self.url.as_deref().unwrap_or("https://example.org/");
        let (scheme, rest) = url.split_once("://").unwrap();
        let slash = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(slash);
        (scheme, host, if target.starts_with('/') { target.to_owned() } else { format!("/{target}") })
    }

    /// The headers' lines, with `Host`.
    pub(crate) fn lines(&self) -> Vec<(&str, &str)> {
        let mut lines: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if !lines.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            lines.insert(0, ("Host", self.url().1));
        }
        lines
    }

    pub(crate) fn facts(&self) -> Facts {
        let id = self.id.as_deref().unwrap_or("EXAMPLE");
        let mut facts = Facts::new().with_scheme(self.url().0).with_request_id(id);
        facts.client_ip = self.client_ip.as_ref().map(|address| address.parse().unwrap());
        facts.country = self.country.clone();
        facts.device = self.device.iter().cloned().collect();
        facts
    }
}

impl CaseOrigin {
    pub(crate) fn response(&self) -> Response<Vec<u8>> {
        let mut builder = Response::builder().status(self.status.unwrap_or(200));
        for (name, value) in &self.headers {
            builder = builder.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        builder.body(self.body.clone().unwrap_or_default().into_bytes()).unwrap()
    }
}

/// What the origin was asked, and which one.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) head: request::Parts,
    pub(crate) origin: Option<Chosen>,
}

/// An origin that a rule chose.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Chosen {
    pub(crate) kind: String,
    pub(crate) fields: BTreeMap<String, String>,
}

impl From<&ChosenOrigin> for Chosen {
    fn from(origin: &ChosenOrigin) -> Chosen {
        let fields = origin.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Chosen { kind: origin.kind().to_owned(), fields }
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

fn compare_origin(wrong: &mut Vec<String>, expected: &Value, actual: Option<&Chosen>) {
    let (expected, actual) = match (expected.as_object(), actual) {
        (None, None) => return,
        (Some(expected), Some(actual)) => (expected, actual),
        (_, actual) => return wrong.push(format!("origin {actual:?}, expected {expected}")),
    };
    let (kind, fields) = expected.iter().next().unwrap();
    differ(wrong, "origin kind", Some(kind), &actual.kind);
    for (name, value) in fields.as_object().unwrap() {
        let expected = match value {
            Value::String(text) => text.clone(),
            Value::Array(list) => list.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(","),
            Value::Object(_) => continue,
            other => other.to_string(),
        };
        // A default of the vendor's event shape is the adapter's business.
        if let Some(actual) = actual.fields.get(name) {
            differ(wrong, name, Some(&expected), actual);
        }
    }
}
