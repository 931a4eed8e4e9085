//! The tables of tests/hostile through the tower layer in hyper, byte for byte over sockets. The format is documented in
//! their README.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Error;
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use http::header::HOST;
use http::{Method, Response, Version};
use selvedge::tower::RulesLayer;
use selvedge::{Engine, Platform, Rules};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;
use tower::Layer;

use super::shared::{http1, report};
use super::{h2_client, serve};

/// Where a row has another outcome, the first of these counts.
const KINDS: [&str; 2] = ["tower", "front"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "about")]
    _about: String,
    rules: Value,
    rows: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "why")]
    _why: Option<String>,
    /// The lines of an HTTP/1.1 head.
    #[serde(default)]
    head: Vec<String>,
    h2: Option<Http2>,
    #[serde(default = "ok")]
    status: u16,
    /// What the service sees, where it is asked.
    #[serde(default)]
    path: String,
    #[serde(default)]
    query: String,
    host: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Http2 {
    method: Option<String>,
    uri: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
}

fn ok() -> u16 {
    200
}

#[test]
fn request_targets() {
    let table = include_str!("../../../../tests/hostile/targets.json");
    let table: Table = serde_json::from_str(table).unwrap();
    let rules: Rules = serde_json::from_value(table.rules).unwrap();
    let layer = RulesLayer::new(Engine::new(&rules, Platform::Fetch).unwrap());
    let runtime = Runtime::new().unwrap();
    let service = tower::service_fn(|request: Request| async { Ok::<_, Infallible>(Response::new(seen(request))) });
    let (address, _) = serve(&runtime, Router::new().fallback_service(layer.layer(service)));

    let (mut passed, mut failures, mut skipped) = (0, Vec::new(), BTreeMap::<String, u32>::new());
    for row in table.rows {
        match row_here(row) {
            Err(reason) => *skipped.entry(reason).or_default() += 1,
            Ok(row) => match row.check(&runtime, address) {
                Ok(()) => passed += 1,
                Err(why) => failures.push(format!("{}: {why}", row.name)),
            },
        }
    }
    let groups = json!({ "targets.json": { "passed": passed, "failed": failures.len(), "skipped": skipped } });
    let groups = groups.as_object().cloned().unwrap();
    report::write_to("SELVEDGE_HOSTILE_REPORTS", "tower", "the tower layer in axum, over sockets", groups);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(passed > 80);
}

/// The row with the members that differ here; an error is the reason why it cannot be had.
fn row_here(mut row: Map<String, Value>) -> Result<Row, String> {
    let on = row.remove("on").unwrap_or_default();
    match KINDS.iter().find_map(|kind| on.get(kind)) {
        Some(Value::String(reason)) => return Err(reason.clone()),
        Some(Value::Object(other)) => row.extend(other.clone()),
        _ => {}
    }
    Ok(serde_json::from_value(row.into()).unwrap())
}

fn seen(request: Request) -> Body {
    let (head, _) = request.into_parts();
    let lines = |name: &str| -> Vec<_> {
        head.headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect()
    };
    let authority = head.uri.authority().map(ToString::to_string);
    let seen = json!({
        "path": head.uri.path(), "query": head.uri.query().unwrap_or_default(), "authority": authority,
        "host": lines(HOST.as_str()), "rules": lines("x-host"),
    });
    Body::from(seen.to_string())
}

impl Row {
    fn check(&self, runtime: &Runtime, address: SocketAddr) -> Result<(), String> {
        let response = match &self.h2 {
            Some(h2) => runtime.block_on(h2.send(address)).map_err(|error| error.to_string()),
            None => {
                // A character is a byte.
                let text = self.head.iter().map(|line| format!("{line}\r\n")).collect::<String>() + "\r\n";
                let bytes: Vec<u8> = text.chars().map(|byte| u8::try_from(u32::from(byte)).unwrap()).collect();
                http1::connect(address)
                    .and_then(|mut stream| {
                        let response = http1::exchange(&mut stream, &bytes)?;
                        in_step(&mut stream).map(|()| response)
                    })
                    .map_err(|error| error.to_string())
            }
        };
        let response = response?;
        let status = response.status().as_u16();
        if status != self.status {
            return Err(format!("{status}, expected {}: {:?}", self.status, text(&response)));
        }
        // A successful CONNECT is a tunnel, without a body (RFC 9110 §9.3.6).
        if status != 200 || self.head.iter().any(|line| line.starts_with("CONNECT")) {
            return Ok(());
        }
        let seen: Value = serde_json::from_slice(response.body()).map_err(|error| error.to_string())?;
        let host = self.host.iter().collect::<Vec<_>>();
        let expected = json!({ "path": self.path, "query": self.query, "host": host, "rules": host });
        let authority = seen["authority"].as_str();
        for (what, expected) in expected.as_object().unwrap() {
            if seen[what] != *expected {
                return Err(format!("{what} {}, expected {expected}", seen[what]));
            }
        }
        if authority.is_some() && authority != self.host.as_deref() {
            return Err(format!("authority {authority:?}, expected {:?}", self.host));
        }
        Ok(())
    }
}

/// A second request gets its own answer, or none. (After CONNECT there is a tunnel.)
fn in_step(stream: &mut TcpStream) -> Result<(), Error> {
    let probe = b"GET /probe HTTP/1.1\r\nHost: probe.example\r\nConnection: close\r\n\r\n";
    match http1::exchange(stream, probe) {
        Ok(response) if !text(&response).contains("\"path\":\"/probe\"") => {
            Err(Error::other("the next request is out of step"))
        }
        _ => Ok(()),
    }
}

fn text(response: &Response<Vec<u8>>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}

impl Http2 {
    async fn send(&self, to: SocketAddr) -> Result<Response<Vec<u8>>, Box<dyn std::error::Error>> {
        let method = Method::from_bytes(self.method.as_deref().unwrap_or("GET").as_bytes())?;
        // HTTP/2 without :authority is what a gateway makes of HTTP/1.1, says h2.
        let version = if self.uri.starts_with('/') { Version::HTTP_11 } else { Version::HTTP_2 };
        let mut request = http::Request::builder().method(method).uri(&self.uri).version(version);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Ok(h2_client::send(to, request.body(())?).await?.0)
    }
}
