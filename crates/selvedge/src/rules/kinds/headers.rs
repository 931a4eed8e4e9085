//! Rules on headers.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::condition::Condition;
use crate::rules::grammar::{check_control, check_regex};
use crate::rules::header_name::HeaderName;
use crate::rules::header_values::{keeps_private, read_headers, visit_values};
use crate::rules::part::Part;
use crate::rules::paths::Paths;
use crate::rules::pattern::Pattern;
use crate::rules::read::Node;
use crate::rules::reads::Reads;
use crate::rules::rule::{Described, Member, On, Rule, Sides, VisitTemplates};
use crate::rules::scope::Scope;
use crate::rules::template::Template;
use crate::rules::when::{Sees, read_when};

pub(super) const ON_REQUESTS: Member = Member {
    name: "headers",
    is_list: true,
    first_match: false,
    on: On::Request,
    sides: Sides::LATE,
    also: None,
    values_vary: false,
};

pub(super) const ON_RESPONSES: Member = Member {
    on: On::Response,
    sides: Sides { viewer: Stage::ViewerResponse, origin: Stage::OriginResponse, usual: Stage::OriginResponse },
    ..ON_REQUESTS
};

/// Edits headers. All rules that match apply, in order; inside one: remove, replace, default, set, append.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Headers {
    /// Which paths; by default all.
    pub(crate) paths: Paths,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// Whose headers.
    pub(crate) on: On,
    /// Another stage than origin-response (or origin-request, on requests).
    pub(crate) at: Option<Stage>,
    /// Headers that go.
    pub(crate) remove: Vec<HeaderName>,
    /// Substitutions in every line of a header.
    pub(crate) replace: Vec<(HeaderName, Vec<Replacement>)>,
    /// Headers that are set where absent.
    pub(crate) default: Vec<(HeaderName, Vec<Template>)>,
    /// Headers that are set, whatever was there.
    pub(crate) set: Vec<(HeaderName, Vec<Template>)>,
    /// Lines that are added.
    pub(crate) append: Vec<(HeaderName, Vec<Template>)>,
}

/// A substitution of every match in a header value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Replacement {
    /// What to look for: regex-lite, unanchored.
    pub(crate) regex: String,
    /// What to put there.
    pub(crate) with: Template,
    /// The parts of `with` that are not captures of the expression, in order: they are the same for every line.
    pub(crate) given: Vec<Template>,
}

impl Headers {
    pub(crate) fn read(node: &Node<'_>) -> Option<Headers> {
        let mut fields = node.object()?;
        let paths = Paths::read(&mut fields, "for", Some("/*"));
        let on =
            fields.take("on").and_then(|node| node.one_of(&[("response", On::Response), ("request", On::Request)]));
        let on = on.unwrap_or_default();
        let (sees, stages) = match on {
            On::Request => {
                (Sees::Request("leave \"on\": \"request\" out"), [Stage::OriginRequest, Stage::ViewerRequest])
            }
            On::Response => (Sees::Response, [Stage::OriginResponse, Stage::ViewerResponse]),
        };
        let when = read_when(&mut fields, sees);
        let at = fields.at(&stages);
        let scope = Scope::of(paths.as_ref(), when.as_ref(), on == On::Response);
        let remove = fields.take("remove");
        let replace = fields.take("replace");
        let [default, set, append] = ["default", "set", "append"].map(|name| fields.take(name));
        if [&remove, &replace, &default, &set, &append].iter().all(|edit| edit.is_none()) {
            fields.changes_nothing("give \"remove\", \"replace\", \"default\", \"set\" or \"append\"");
        }
        let [default, set, append] =
            [default, set, append].map(|edit| edit.map(|node| read_headers(&node, scope)).unwrap_or_default());
        let replace = replace.map(|node| read_replace(&node, scope)).unwrap_or_default();
        Some(Headers {
            paths: paths?,
            when,
            on,
            at,
            remove: remove.map(|node| node.strings("a header name", HeaderName::read_wildcard)).unwrap_or_default(),
            replace,
            default,
            set,
            append,
        })
    }

    /// What keeps a viewer's header from the origin.
    fn cleans(&self) -> Option<&'static str> {
        if !self.remove.is_empty() {
            Some("removes request headers")
        } else if !self.replace.is_empty() {
            Some("replaces in request headers")
        } else if self.set.iter().any(|(_, values)| depends_on_message(values)) {
            Some("sets request headers by placeholders")
        } else {
            None
        }
    }
}

impl Rule for Headers {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    fn templates<'r>(&'r self, visit: &mut VisitTemplates<'_, 'r>) {
        for (verb, list) in [("default", &self.default), ("set", &self.set), ("append", &self.append)] {
            visit_values(list, verb, visit);
        }
        for (name, replacements) in &self.replace {
            for given in replacements.iter().flat_map(|replacement| &replacement.given) {
                visit(&format_args!("replace[\"{}\"]", name.as_str()), given);
            }
        }
    }

    fn at(&self) -> Option<Stage> {
        self.at
    }

    fn on(&self) -> On {
        self.on
    }

    fn guards(&self) -> Option<String> {
        match self.on {
            On::Request => self.cleans().map(str::to_owned),
            On::Response => [&self.default, &self.set, &self.append].into_iter().find_map(|list| keeps_private(list)),
        }
    }

    fn needs_response(&self, reads: &Reads<'_>, report: &mut dyn FnMut(&dyn Display, &str)) {
        if self.on == On::Request {
            return;
        }
        if reads.response {
            report(&"", "reads the response");
        }
        for (at, _) in self.remove.iter().enumerate().filter(|(_, name)| matches!(name, HeaderName::Wildcard(_))) {
            report(&format_args!("remove[{at}]"), "would remove headers of the response");
        }
    }
}

impl Display for Headers {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut does: Vec<String> = Vec::new();
        let edits = [("default", &self.default), ("set", &self.set), ("append", &self.append)];
        does.extend(self.remove.iter().map(|name| format!("remove {}", name.as_str())));
        does.extend(self.replace.iter().map(|(name, _)| format!("replace {}", name.as_str())));
        for (verb, headers) in edits {
            does.extend(headers.iter().map(|(name, _)| format!("{verb} {}", name.as_str())));
        }
        write!(f, "{} {}", self.paths, does.join(", "))
    }
}

impl Described for Headers {}

/// Whether there may be nothing to set: every value has a placeholder.
pub(crate) fn depends_on_message(values: &[Template]) -> bool {
    values.iter().all(|value| value.as_literal().is_none())
}

fn read_replace(node: &Node<'_>, scope: Scope<'_>) -> Vec<(HeaderName, Vec<Replacement>)> {
    let mut all = Vec::new();
    for (name, value) in node.record("an object of header names and replacements", str::to_ascii_lowercase) {
        let name = HeaderName::read(&value, name);
        let replacements = value.some_items().filter_map(|item| Replacement::read(&item, scope)).collect();
        all.extend(name.map(|name| (name, replacements)));
    }
    all
}

impl Replacement {
    fn read(node: &Node<'_>, scope: Scope<'_>) -> Option<Replacement> {
        let mut fields = node.object()?;
        let regex = fields.required("regex", "write { \"regex\": \"…\", \"with\": \"…\" }");
        let with = fields.required("with", "write what to put there; \"\" removes the match");
        let regex = regex.and_then(|node| {
            let source = node.string("a regular expression")?;
            check_regex(&node, source)?;
            Pattern::regex(source).ok()
        });
        let with = with.and_then(|node| {
            let text = node.string("a string")?;
            check_control(&node, text, true);
            let scope = regex.as_ref().map_or(Scope::of(None, None, true), |regex| scope.in_replacement(regex));
            Some(Template::parse(text, scope, false, &mut |message, help| node.unknown_placeholder(message, help)))
        });
        let (regex, with) = (regex?, with?);
        let given = with.parts.iter().filter(|part| is_given(&regex, part)).cloned();
        let given = given.map(|part| Template { parts: vec![part] }).collect();
        match regex {
            Pattern::Regex { source: regex, .. } => Some(Replacement { regex, with, given }),
            Pattern::Path { .. } => None,
        }
    }
}

/// Whether a part of a replacement comes from elsewhere than the match.
fn is_given(regex: &Pattern, part: &Part) -> bool {
    match part {
        Part::Literal(_) => false,
        Part::Capture { name, .. } => !regex.has_capture(name),
        Part::Fact { .. } => true,
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::rules::Filter;
    use crate::rules::testing::{assert_problem, rules};

    fn headers(rule: &str) -> String {
        format!(r#"{{ "headers": [{{ {rule} }}] }}"#)
    }

    #[test]
    fn wildcards_remove() {
        let rules = rules(&headers(r#""remove": ["X-Amz-Meta-*", "*-debug", "Server"]"#));
        assert_eq!(
            rules.headers[0].remove,
            [
                HeaderName::Wildcard("x-amz-meta-*".to_owned()),
                HeaderName::Wildcard("*-debug".to_owned()),
                HeaderName::Exact("Server".to_owned()),
            ]
        );
        assert_problem(&headers(r#""remove": "*""#), "headers[0].remove", "every header");
        assert_problem(&headers(r#""remove": "a*b*""#), "headers[0].remove", "more than one");
    }

    #[test]
    fn replacements_use_their_own_captures() {
        let rules = rules(&headers(
            r#""replace": { "Location": { "regex": "^http:(?<rest>.*)", "with": "https:{rest}{1}" } }"#,
        ));
        let (_, replacements) = &rules.headers[0].replace[0];
        let capture = |name: &str| Part::Capture { name: name.to_owned(), filter: Filter::default() };
        assert_eq!(replacements[0].with.parts, [Part::Literal("https:".to_owned()), capture("rest"), capture("1")]);
        let with = |with: &str| headers(&format!(r#""replace": {{ "A": [{{ "regex": "(a)", "with": "{with}" }}] }}"#));
        assert_problem(&with("{2}"), r#"headers[0].replace["A"][0].with"#, "known here: {1}");
        assert_problem(&with("{hots}"), r#"headers[0].replace["A"][0].with"#, "unknown placeholder \"{hots}\"");
        assert_problem(&with("{lang}"), r#"headers[0].replace["A"][0].with"#, "unknown placeholder \"{lang}\"");
        assert_problem(&with("a\\r"), r#"headers[0].replace["A"][0].with"#, "contains CR");
    }

    #[test]
    fn on_requests_there_is_no_response() {
        let on = |more: &str| headers(&format!(r#""on": "request", {more}"#));
        assert_problem(&on(r#""set": { "A": "{response.b}" }"#), r#"headers[0].set["A"]"#, "only the request");
        assert_problem(
            &on(r#""set": { "A": "b" }, "when": { "status": 200 }"#),
            "headers[0].when.status",
            "only the request",
        );
        assert_problem(&on(r#""set": { "A": "b" }, "at": "viewer-response""#), "headers[0].at", "cannot run");
        assert_problem(&headers(r#""set": { "A": "b" }, "at": "viewer-request""#), "headers[0].at", "cannot run");
        assert_eq!(
            rules(&on(r#""at": "viewer-request", "set": { "A": "b" }"#)).headers[0].at,
            Some(Stage::ViewerRequest)
        );
    }

    #[test]
    fn a_rule_must_do_something() {
        assert_problem(&headers(r#""for": "/a""#), "headers[0]", "changes nothing");
    }
}
