//! Redirects.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::condition::Condition;
use crate::rules::header_name::HeaderName;
use crate::rules::header_values::{keeps_private, read_headers, visit_values};
use crate::rules::members::{check_error_page, read_placement, read_to, sees};
use crate::rules::paths::Paths;
use crate::rules::query_mode::QueryMode;
use crate::rules::read::Node;
use crate::rules::reads::Reads;
use crate::rules::rule::{Described, Member, On, Rule, Sides, VisitTemplates};
use crate::rules::scope::Scope;
use crate::rules::subject::Subject;
use crate::rules::target::read_location;
use crate::rules::template::Template;
use crate::rules::value::Value;
use crate::rules::when::read_when;

pub(super) const MEMBER: Member = Member {
    name: "redirects",
    is_list: true,
    first_match: true,
    on: On::Request,
    sides: Sides::EARLY,
    also: None,
    values_vary: true,
};

/// Sends the viewer elsewhere, RFC 9110 §15.4. The first that matches wins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Redirect {
    /// Which paths.
    pub(crate) from: Paths,
    /// Where to: a path, or an absolute URL. Empty with `pass`.
    pub(crate) to: Template,
    /// Nowhere: the request goes on, and no later redirect is tried.
    pub(crate) pass: bool,
    /// Whether `to` is an absolute URL.
    pub(crate) absolute: bool,
    /// 301, 302, 303, 307 or 308. By default 301; 302 where `when` reads what differs between viewers.
    pub(crate) status: u16,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// More headers of the answer.
    pub(crate) headers: Vec<(HeaderName, Vec<Template>)>,
    /// What becomes of the request's query.
    pub(crate) query: QueryMode,
    /// Parameters of the request that go, whatever the mode; names as those of [`super::QueryRule::drop`].
    pub(crate) drop: Vec<String>,
    /// Only if the origin has nothing there.
    pub(crate) fallback: bool,
    /// Another stage than viewer-request.
    pub(crate) at: Option<Stage>,
}

impl Redirect {
    pub(crate) fn read(node: &Node<'_>) -> Option<Redirect> {
        let mut fields = node.object()?;
        let from = Paths::read(&mut fields, "from", None);
        let (at, fallback) = read_placement(&mut fields, true);
        let response = fallback || at == Some(Stage::OriginResponse);
        let when = read_when(&mut fields, sees(response));
        check_error_page(&fields, at, when.as_ref());
        let scope = Scope::of(from.as_ref(), when.as_ref(), response);
        let help = "write where to, for example \"to\": \"/new/:splat\"";
        let (pass, to) = read_to(&mut fields, &["status", "headers", "query"], help);
        let to = if pass { Some(Default::default()) } else { to.and_then(|node| read_location(&node, scope)) };
        let status = fields.take("status").and_then(|node| read_status(&node));
        let headers = fields.take("headers");
        let headers = headers.map(|node| read_location_headers(&node, scope)).unwrap_or_default();
        let (query, drop) = QueryMode::read_or_names(&mut fields);
        let status = status.unwrap_or(if when.as_ref().is_some_and(|when| when.reads(Subject::is_personal)) {
            302
        } else {
            301
        });
        let (to, absolute) = to?;
        Some(Redirect { from: from?, to, pass, absolute, status, when, headers, query, drop, fallback, at })
    }
}

impl Rule for Redirect {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.from)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    fn templates<'r>(&'r self, visit: &mut VisitTemplates<'_, 'r>) {
        visit(&"to", &self.to);
        visit_values(&self.headers, "headers", visit);
    }

    fn at(&self) -> Option<Stage> {
        self.at
    }

    fn fixed(&self, reads: &Reads<'_>) -> Option<Stage> {
        (self.fallback || reads.response).then_some(Stage::OriginResponse)
    }

    fn passes(&self) -> bool {
        self.pass
    }

    fn guards(&self) -> Option<String> {
        keeps_private(&self.headers)
    }
}

impl Display for Redirect {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.pass {
            return write!(f, "{} passes", self.from);
        }
        write!(f, "{} → {} {}", self.from, self.status, self.to)
    }
}

impl Described for Redirect {
    fn is_partial(&self) -> bool {
        self.fallback
    }
}

fn read_status(node: &Node<'_>) -> Option<u16> {
    let help = match node.value {
        Value::Number(code) if matches!(*code as u16, 301 | 302 | 303 | 307 | 308) && code.fract() == 0.0 => {
            return Some(*code as u16);
        }
        Value::Number(200.0) => "\"rewrites\" serve another file at the same URL",
        Value::String(_) => "without quotes",
        _ => "",
    };
    node.error("the status of a redirect must be 301, 302, 303, 307 or 308", help);
    None
}

fn read_location_headers(node: &Node<'_>, scope: Scope<'_>) -> Vec<(HeaderName, Vec<Template>)> {
    let headers = read_headers(node, scope);
    if headers.iter().any(|(name, _)| name.as_str().eq_ignore_ascii_case("location")) {
        node.error("\"Location\" is what \"to\" says", "remove it here");
    }
    headers
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    fn redirect(more: &str) -> String {
        format!(r#"{{ "languages": ["en", "de"], "redirects": [{{ "from": "/a", "to": "/b", {more} }}] }}"#)
    }

    #[test]
    fn personal_redirects_are_temporary() {
        for (when, status) in [
            (r#""host": "a.example""#, 301),
            (r#""query": { "a": true }"#, 301),
            (r#""method": "GET""#, 301),
            (r#""cookie": { "a": true }"#, 302),
            (r#""header": { "A": "b" }"#, 302),
            (r#""language": "de""#, 302),
            (r#""country": "DE""#, 302),
            (r#""device": "mobile""#, 302),
            (r#""ip": "10.0.0.0/8""#, 302),
            (r#""any": [{ "host": "a" }, { "not": { "cookie": { "a": true } } }]"#, 302),
        ] {
            assert_eq!(rules(&redirect(&format!(r#""when": {{ {when} }}"#))).redirects[0].status, status, "{when}");
        }
        assert_eq!(rules(&redirect(r#""status": 308, "when": { "device": "mobile" }"#)).redirects[0].status, 308);
    }

    #[test]
    fn only_redirects_redirect() {
        for status in [200, 300, 304, 305, 306, 404] {
            assert_problem(&redirect(&format!(r#""status": {status}"#)), "redirects[0].status", "307 or 308");
        }
        for number in ["301.5", "-301", "65837"] {
            assert_problem(&redirect(&format!(r#""status": {number}"#)), "redirects[0].status", "307 or 308");
        }
        assert_problem(&redirect(r#""status": "301""#), "redirects[0].status", "without quotes");
    }

    #[test]
    fn stages() {
        assert_problem(&redirect(r#""at": "viewer-response""#), "redirects[0].at", "cannot run");
        assert_problem(&redirect(r#""at": "origin-request", "fallback": true"#), "redirects[0]", "\"fallback\"");
        assert_problem(&redirect(r#""at": "origin-response""#), "redirects[0]", "every answer");
        assert_problem(&redirect(r#""when": { "status": 404 }"#), "redirects[0].when.status", "add \"at\"");
        assert!(rules(&redirect(r#""fallback": true"#)).redirects[0].fallback);
        rules(&redirect(
            r#""at": "origin-response", "when": { "status": "4xx" }, "headers": { "A": "{response.etag}" }"#,
        ));
        assert_problem(
            &redirect(r#""headers": { "A": "{response.etag}" }"#),
            r#"redirects[0].headers["A"]"#,
            "not known yet",
        );
    }

    #[test]
    fn a_pass_does_nothing_else() {
        let pass = |more: &str| format!(r#"{{ "redirects": [{{ "from": "/a", "pass": true {more} }}] }}"#);
        assert!(rules(&pass(r#", "fallback": true, "when": { "host": "a.example" }"#)).redirects[0].pass);
        assert_problem(&pass(r#", "to": "/b""#), "redirects[0].to", "\"pass\"");
        assert_problem(&pass(r#", "status": 302"#), "redirects[0].status", "\"pass\"");
        assert_problem(r#"{ "redirects": [{ "from": "/a", "pass": false }] }"#, "redirects[0]", "\"to\"");
    }

    #[test]
    fn location_is_what_to_says() {
        assert_problem(&redirect(r#""headers": { "location": "/x" }"#), "redirects[0].headers", "\"Location\"");
    }
}
