//! Answers that are made at the edge.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::Value;
use crate::rules::condition::Condition;
use crate::rules::grammar::is_base64;
use crate::rules::header_name::HeaderName;
use crate::rules::header_values::{keeps_private, read_headers, visit_values};
use crate::rules::members::{check_error_page, read_placement, sees};
use crate::rules::paths::Paths;
use crate::rules::read::Node;
use crate::rules::reads::Reads;
use crate::rules::rule::{Described, Member, On, Rule, Sides, VisitTemplates};
use crate::rules::scope::Scope;
use crate::rules::template::Template;
use crate::rules::when::read_when;

pub(super) const MEMBER: Member = Member {
    name: "responses",
    is_list: true,
    first_match: true,
    on: On::Request,
    sides: Sides::EARLY,
    also: None,
    values_vary: true,
};

/// Answers without asking the origin, or replaces an error answer of the origin. The first that matches wins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    /// Which paths.
    pub(crate) paths: Paths,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// 200 to 599; by default 200.
    pub(crate) status: u16,
    /// Headers; with a body, `Content-Type` is always among them.
    pub(crate) headers: Vec<(HeaderName, Vec<Template>)>,
    /// The body.
    pub(crate) body: Option<Body>,
    /// Another stage than viewer-request.
    pub(crate) at: Option<Stage>,
}

/// The body of an answer, sent as it is: placeholders mean nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Text, sent as UTF-8.
    Text(String),
    /// Bytes in base64, RFC 4648 §4.
    Base64(String),
}

impl Response {
    pub(crate) fn read(node: &Node<'_>) -> Option<Response> {
        let mut fields = node.object()?;
        let paths = Paths::read(&mut fields, "for", None);
        let (at, _) = read_placement(&mut fields, false);
        let response = at == Some(Stage::OriginResponse);
        let when = read_when(&mut fields, sees(response));
        check_error_page(&fields, at, when.as_ref());
        let scope = Scope::of(paths.as_ref(), when.as_ref(), response);
        let status = fields.take("status").and_then(|node| node.number_of("a status", 200, 599)).unwrap_or(200) as u16;
        let headers = fields.take("headers");
        let mut headers = headers.map(|node| read_headers(&node, scope)).unwrap_or_default();
        let mut body = None;
        if let Some(node) = fields.take("body") {
            body = Body::read(&node);
            if selvedge_plan::is_bodiless(status) {
                if body.take().is_some_and(|body| !body.is_empty()) {
                    node.error(format_args!("a {status} answer has no body"), "remove the body, or use another status");
                }
            } else if !headers.iter().any(|(name, _)| name.as_str().eq_ignore_ascii_case("content-type")) {
                let text = Template::literal("text/plain; charset=utf-8");
                headers.push((HeaderName::Exact("Content-Type".to_owned()), vec![text]));
            }
        }
        Some(Response { paths: paths?, when, status, headers, body, at })
    }
}

impl Rule for Response {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    fn templates<'r>(&'r self, visit: &mut VisitTemplates<'_, 'r>) {
        visit_values(&self.headers, "headers", visit);
    }

    fn at(&self) -> Option<Stage> {
        self.at
    }

    fn fixed(&self, reads: &Reads<'_>) -> Option<Stage> {
        reads.response.then_some(Stage::OriginResponse)
    }

    fn guards(&self) -> Option<String> {
        if refuses(self.status) {
            return Some(format!("answers {}", self.status));
        }
        keeps_private(&self.headers)
    }
}

impl Display for Response {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {}", self.paths, self.status)
    }
}

impl Described for Response {}

/// Answers that keep a viewer from what the origin has.
pub(crate) fn refuses(status: u16) -> bool {
    matches!(status, 401 | 403 | 407 | 451 | 500..=599)
}

impl Body {
    fn read(node: &Node<'_>) -> Option<Body> {
        match node.value {
            Value::String(text) => Some(Body::Text(text.clone())),
            Value::Object(_) => {
                if node.value.member("file").is_some() {
                    node.error("a file is read from the site", "give --site, and a file that is there");
                    return None;
                }
                let mut fields = node.object()?;
                let help = "write { \"base64\": \"…\" }, or the text as a string";
                let node = fields.required("base64", help)?;
                let text = node.string("base64")?;
                if !is_base64(text) {
                    node.error(
                        "invalid base64",
                        "use the alphabet A–Z a–z 0–9 + /, with = padding and without line breaks",
                    );
                }
                Some(Body::Base64(text.to_owned()))
            }
            _ => {
                node.expected("text or { \"base64\": … }", "");
                None
            }
        }
    }

    fn is_empty(&self) -> bool {
        let (Body::Text(text) | Body::Base64(text)) = self;
        text.is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, rules};

    fn response(more: &str) -> String {
        format!(r#"{{ "responses": [{{ "for": "/a", {more} }}] }}"#)
    }

    #[test]
    fn a_body_has_a_type() {
        let plain = vec![Template::literal("text/plain; charset=utf-8")];
        let of = |more: &str| rules(&response(more)).responses.remove(0);
        assert_eq!(of(r#""body": "x""#).headers, [(HeaderName::Exact("Content-Type".to_owned()), plain)]);
        assert_eq!(of(r#""body": "x", "headers": { "content-type": "text/html" }"#).headers.len(), 1);
        assert_eq!(of(r#""status": 404"#).headers.len(), 0);
        assert_eq!(of(r#""body": { "base64": "aGk=" }"#).body, Some(Body::Base64("aGk=".to_owned())));
        assert_eq!(of(r#""body": "{host}""#).body, Some(Body::Text("{host}".to_owned())));
        assert_eq!(of(r#""status": 204, "body": """#).body, None);
    }

    #[test]
    fn refuses_what_http_does() {
        for status in [204, 205, 304] {
            assert_problem(
                &response(&format!(r#""status": {status}, "body": "x""#)),
                "responses[0].body",
                "has no body",
            );
        }
        assert_problem(&response(r#""status": 199"#), "responses[0].status", "from 200 to 599, found 199");
        assert_problem(&response(r#""status": 600"#), "responses[0].status", "found 600");
        assert_problem(&response(r#""status": 200.5"#), "responses[0].status", "a fraction");
        assert_problem(&response(r#""body": { "base64": "a-b_" }"#), "responses[0].body.base64", "invalid base64");
        assert_problem(&response(r#""headers": { "A": "a\r\nB: c" }"#), r#"responses[0].headers["A"]"#, "contains CR");
    }

    #[test]
    fn error_pages_say_which_errors() {
        assert_problem(&response(r#""at": "origin-response", "body": "x""#), "responses[0]", "every answer");
        rules(&response(r#""at": "origin-response", "when": { "status": [404, "5xx"] }, "body": "x""#));
        assert_problem(&response(r#""at": "viewer-response""#), "responses[0].at", "cannot run");
    }
}
