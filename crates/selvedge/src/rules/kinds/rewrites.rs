//! Rewrites.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use super::responses::refuses;
use crate::rules::condition::Condition;
use crate::rules::members::read_to;
use crate::rules::paths::Paths;
use crate::rules::query_mode::QueryMode;
use crate::rules::read::Node;
use crate::rules::reads::Reads;
use crate::rules::rule::{Described, Member, On, Rule, Sides, VisitTemplates};
use crate::rules::scope::Scope;
use crate::rules::target::read_path;
use crate::rules::template::Template;
use crate::rules::when::{REQUEST_ONLY, read_when};

pub(super) const MEMBER: Member = Member {
    name: "rewrites",
    is_list: true,
    first_match: true,
    on: On::Request,
    sides: Sides::LATE,
    also: None,
    values_vary: true,
};

/// Asks the origin for another path, unseen by the viewer. One step: the first that matches wins, and nothing chains.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rewrite {
    /// Which paths.
    pub(crate) from: Paths,
    /// The path to ask for. Empty with `pass`.
    pub(crate) to: Template,
    /// No other path: the request goes on as it is, and no later rewrite is tried.
    pub(crate) pass: bool,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// What becomes of the request's query.
    pub(crate) query: QueryMode,
    /// What a 200 becomes, such as 404 for an error page: 400 to 599.
    pub(crate) status: Option<u16>,
    /// Only if the origin has nothing at the path itself.
    pub(crate) fallback: bool,
    /// Another stage than origin-request.
    pub(crate) at: Option<Stage>,
}

impl Rewrite {
    pub(crate) fn read(node: &Node<'_>) -> Option<Rewrite> {
        let mut fields = node.object()?;
        let from = Paths::read(&mut fields, "from", None);
        let when = read_when(&mut fields, REQUEST_ONLY);
        let scope = Scope::of(from.as_ref(), when.as_ref(), false);
        let help = "write the path to ask for, for example \"to\": \"/index.html\"";
        let (pass, to) = read_to(&mut fields, &["status", "query"], help);
        let to = if pass { Some(Template::default()) } else { to.and_then(|node| read_path(&node, scope)) };
        let query = QueryMode::read(&mut fields);
        let at = fields.at(&[Stage::OriginRequest, Stage::ViewerRequest]);
        let fallback = fields.flag("fallback");
        if fallback && at.is_some() {
            node.error("\"fallback\" decides by the origin's answer, so \"at\" has no say", "remove one of the two");
        }
        let status = fields.take("status").and_then(|node| node.number_of("the status of an error page", 400, 599));
        let status = status.map(|status| status as u16);
        if status.is_some() && at == Some(Stage::ViewerRequest) {
            node.error("a rewrite with \"status\" runs at origin-request", "leave \"at\" out");
        }
        Some(Rewrite { from: from?, to: to?, pass, when, query, status, fallback, at })
    }
}

impl Rule for Rewrite {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.from)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    fn templates<'r>(&'r self, visit: &mut VisitTemplates<'_, 'r>) {
        visit(&"to", &self.to);
    }

    fn at(&self) -> Option<Stage> {
        self.at
    }

    fn fixed(&self, _reads: &Reads<'_>) -> Option<Stage> {
        match (self.fallback, self.status) {
            (true, _) => Some(Stage::OriginResponse),
            (false, Some(_)) => Some(Stage::OriginRequest),
            (false, None) => None,
        }
    }

    fn passes(&self) -> bool {
        self.pass
    }

    fn guards(&self) -> Option<String> {
        let status = self.status.filter(|&status| !self.fallback && refuses(status))?;
        Some(format!("answers {status}"))
    }

    fn needs_response(&self, _reads: &Reads<'_>, report: &mut dyn FnMut(&dyn Display, &str)) {
        if self.status.is_some() && !self.fallback {
            report(&"status", "changes the response's status");
        }
    }
}

impl Display for Rewrite {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.pass {
            return write!(f, "{} passes", self.from);
        }
        let status = self.status.map_or_else(String::new, |status| format!(" {status}"));
        write!(f, "{} →{status} {}", self.from, self.to)
    }
}

impl Described for Rewrite {}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, rules};

    #[test]
    fn reads_a_rewrite() {
        let rewrite = |more: &str| format!(r#"{{ "rewrites": [{{ "from": "/a", "to": "/b" {more} }}] }}"#);
        let plain = &rules(&rewrite("")).rewrites[0];
        assert_eq!((plain.query, plain.fallback, plain.at), (QueryMode::Keep, false, None));
        assert_eq!(rules(&rewrite(r#", "query": "merge""#)).rewrites[0].query, QueryMode::Merge);
        assert!(rules(&rewrite(r#", "fallback": true"#)).rewrites[0].fallback);
        assert_problem(&rewrite(r#", "fallback": true, "at": "viewer-request""#), "rewrites[0]", "\"fallback\"");
        assert_problem(&rewrite(r#", "query": "append""#), "rewrites[0].query", "\"keep\", \"merge\" or \"drop\"");
        assert_problem(&rewrite(r#", "when": { "status": 404 }"#), "rewrites[0].when.status", "only the request");
        assert_eq!(rules(&rewrite(r#", "status": 410"#)).rewrites[0].status, Some(410));
        assert_problem(&rewrite(r#", "status": 301"#), "rewrites[0].status", "from 400 to 599");
        assert_problem(&rewrite(r#", "status": 404, "at": "viewer-request""#), "rewrites[0]", "leave \"at\" out");
        assert_problem(&rewrite(r#", "pass": true"#), "rewrites[0].to", "\"pass\"");
    }
}
