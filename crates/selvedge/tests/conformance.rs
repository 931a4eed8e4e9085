//! Every case of tests/cases, natively, for every platform that it holds on. The format is documented in its README.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod shared;

use http::{HeaderName, HeaderValue, Request, Response, request};
use selvedge::{Engine, Facts, Flow, Platform, Rules, Stage, Target};
use serde_json::json;

use shared::{Asked, Case, ErrorCase, files, report};

#[test]
fn cases() {
    let (mut passed, mut unrepresentable, mut failures) = (0, 0, Vec::new());
    let mut groups = serde_json::Map::new();
    for (file, content) in files().into_iter().filter(|(_, content)| !content.cases.is_empty()) {
        let before = (passed, unrepresentable, failures.len());
        for case in &content.cases {
            for platform in Platform::ALL.into_iter().filter(|platform| platform.has_adapter()) {
                if !case.holds_on(platform) {
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
    if shared::wanted().is_none() {
        report::write("native", "Rust, natively: each case for each of the six platforms", groups);
    }
    println!(
        "{passed} passed, {} failed, {unrepresentable} with a request that http::Request cannot hold",
        failures.len()
    );
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(passed > 1000 || shared::wanted().is_some());
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
    let value: selvedge::Value = serde_json::from_value(case.rules.clone()).unwrap();
    let Err(problems) = selvedge::internal::compile_value(&value, platform) else { return Err("compiled".to_owned()) };
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
        let (_, _, target) = given.url();
        let mut builder = Request::builder().method(given.method()).uri(&target);
        for (name, value) in given.lines() {
            builder = builder.header(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
        let (request, ()) = builder.body(()).ok()?.into_parts();
        if request.uri != *target.split('#').next().unwrap_or_default() {
            return None;
        }
        let facts = given.facts();
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
            return self.case.compare(None, Some(&answer));
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
        let mut response = answer.unwrap_or_else(|| self.case.origin.response());
        let origin = chosen.as_ref().map(Into::into);
        let asked = (!answered).then(|| Asked { head: self.request.clone(), origin });
        if end < Stage::OriginResponse && !answered {
            return self.case.compare(asked.as_ref(), None);
        }
        if runs(Stage::OriginResponse) && !answered {
            let (mut head, body) = response.into_parts();
            let reply = engine.origin_response(&self.request, &mut head, &self.facts);
            response = Response::from_parts(head, reply.body.unwrap_or(body));
        }
        if runs(Stage::ViewerResponse) && (!cloudfront || response.status().as_u16() < 400) {
            let (mut head, body) = response.into_parts();
            let reply = engine.viewer_response(&viewer_request, &mut head, &self.facts);
            response = Response::from_parts(head, reply.body.unwrap_or(body));
        }
        self.case.compare(asked.as_ref(), Some(&response))
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
}
