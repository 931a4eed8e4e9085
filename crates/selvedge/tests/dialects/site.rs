//! A file of rules in front of a site.

use http::{Request, Response};
use selvedge::dialect::{Dialect, Options, Parsed, redirects};
use selvedge::internal::compile_value;
use selvedge::{Engine, Entered, Facts, Outcome, Platform};

pub(crate) fn netlify(text: &str) -> Parsed {
    redirects(text, Dialect::Netlify, &Options::new())
}

pub(crate) fn engine(parsed: &Parsed) -> Engine {
    let plan = compile_value(&parsed.rules, Platform::Fetch).unwrap_or_else(|problems| panic!("{problems}"));
    Engine::from_plan(plan).unwrap()
}

/// What a viewer gets from a site that has these files: a status and a location, or the file.
pub(crate) fn visit(engine: &Engine, files: &[&str], path: &str) -> String {
    let request = Request::get(format!("https://example.org{path}")).header("host", "example.org").body(()).unwrap();
    let (mut head, ()) = request.into_parts();
    let mut pass = match engine.enter(&mut head, Facts::new()) {
        Entered::Ask(pass) => pass,
        Entered::Answer(answer) => {
            return format!("{} {}", answer.status().as_u16(), answer.headers()["location"].to_str().unwrap());
        }
    };
    loop {
        let found = files.contains(&head.uri.path());
        let (mut response, ()) =
            Response::builder().status(if found { 200 } else { 404 }).body(()).unwrap().into_parts();
        match pass.leave(&mut response) {
            Outcome::AskAgain(again, next) => (head, pass) = (*again, next),
            _ => {
                let status = response.status.as_u16();
                return match response.headers.get("location") {
                    Some(to) => format!("{status} {}", to.to_str().unwrap()),
                    None => format!("{status} {}", head.uri.path()),
                };
            }
        }
    }
}

pub(crate) fn told(parsed: &Parsed) -> Vec<String> {
    let words = |finding: &selvedge::Finding| {
        let span = finding.span.unwrap();
        format!("{}:{}+{} {}", span.line, span.column, span.length, finding.code)
    };
    parsed.findings.iter().map(words).collect()
}
