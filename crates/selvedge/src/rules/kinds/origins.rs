//! Rules that choose the origin.

mod fields;

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use self::fields::{read_custom, read_s3};
use crate::rules::Value;
use crate::rules::condition::Condition;
use crate::rules::members::read_to;
use crate::rules::paths::Paths;
use crate::rules::read::Node;
use crate::rules::rule::{Described, Member, On, Rule, Sides};
use crate::rules::when::{REQUEST_ONLY, read_when};

pub(super) const MEMBER: Member = Member {
    name: "origins",
    is_list: true,
    first_match: true,
    on: On::Request,
    sides: Sides::only(Stage::OriginRequest),
    also: None,
    values_vary: false,
};

/// Chooses another origin. The first that matches wins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OriginRule {
    /// Which paths.
    pub(crate) paths: Paths,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// Percent of the requests, 0 to 100, decided per cache miss.
    pub(crate) weight: Option<f64>,
    /// The origin; `None` with `pass`: the configured one, and no later rule is tried.
    pub(crate) to: Option<Origin>,
}

/// An origin. Of the kind that is configured, the given fields replace its own; of another, it replaces it whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Origin {
    /// The kind.
    pub(crate) kind: OriginKind,
    /// The fields, in the order of the event's documentation.
    pub(crate) fields: Vec<OriginField>,
}

/// The kind of an origin, as CloudFront tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OriginKind {
    /// `s3`: a bucket.
    S3,
    /// `custom`: any HTTP server.
    Custom,
}

/// A field of an origin, named as in CloudFront's event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OriginField {
    /// `domainName`, `path`, `protocol`, `authMethod` or `region`
    Text(&'static str, String),
    /// `port`, `readTimeout` or `keepaliveTimeout`
    Number(&'static str, u16),
    /// `sslProtocols`
    List(&'static str, Vec<String>),
    /// `customHeaders`: names and values.
    Headers(Vec<(String, Vec<String>)>),
}

impl OriginRule {
    pub(crate) fn read(node: &Node<'_>) -> Option<OriginRule> {
        let mut fields = node.object()?;
        let paths = Paths::read(&mut fields, "for", None);
        let when = read_when(&mut fields, REQUEST_ONLY);
        let weight = fields.take("weight").and_then(|node| match node.value {
            Value::Number(weight) if (0.0..=100.0).contains(weight) => Some(*weight),
            _ => {
                node.expected("percent, a number from 0 to 100", "");
                None
            }
        });
        let help = "write { \"custom\": { \"domainName\": … } } or { \"s3\": { … } }";
        let (pass, to) = read_to(&mut fields, &[], help);
        let to = to.and_then(|node| Origin::read(&node));
        fields.fixed_at(Stage::OriginRequest);
        if !pass && to.is_none() {
            return None;
        }
        Some(OriginRule { paths: paths?, when, weight, to })
    }
}

impl Rule for OriginRule {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    fn passes(&self) -> bool {
        self.to.is_none()
    }
}

impl Display for OriginRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(to) = &self.to else { return write!(f, "{} passes", self.paths) };
        let domain = to.fields.iter().find_map(|field| match field {
            OriginField::Text("domainName", domain) => Some(domain.as_str()),
            _ => None,
        });
        write!(f, "{} → {}", self.paths, domain.unwrap_or("the same origin"))
    }
}

impl Described for OriginRule {
    fn is_partial(&self) -> bool {
        self.weight.is_some()
    }
}

impl Origin {
    fn read(node: &Node<'_>) -> Option<Origin> {
        let mut fields = node.object()?;
        let s3 = fields.take("s3");
        let custom = fields.take("custom");
        if s3.is_some() && custom.is_some() {
            node.error("both \"s3\" and \"custom\"", "an origin is one of them: split the rule");
        }
        let (kind, fields) = match (s3, custom) {
            (Some(node), _) => (OriginKind::S3, read_s3(&node)?),
            (None, Some(node)) => (OriginKind::Custom, read_custom(&node)?),
            (None, None) => {
                node.error("no origin", "write { \"custom\": { \"domainName\": … } } or { \"s3\": { … } }");
                return None;
            }
        };
        Some(Origin { kind, fields })
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, rules};

    fn origin(to: &str) -> String {
        format!(r#"{{ "origins": [{{ "for": "/*", "to": {to} }}] }}"#)
    }

    fn custom(fields: &str) -> String {
        origin(&format!(r#"{{ "custom": {{ {fields} }} }}"#))
    }

    #[test]
    fn reads_the_fields_of_the_event() {
        let rules = rules(&custom(
            r#""domainName": "API.example.com", "port": 8443, "protocol": "https", "path": "/v1", "readTimeout": 30,
               "keepaliveTimeout": 5, "sslProtocols": ["TLSv1.2"], "customHeaders": { "X-Key": "k" }"#,
        ));
        let Some(to) = &rules.origins[0].to else { unreachable!() };
        assert_eq!(to.kind, OriginKind::Custom);
        assert_eq!(
            to.fields,
            [
                OriginField::Text("domainName", "API.example.com".to_owned()),
                OriginField::Text("path", "/v1".to_owned()),
                OriginField::Number("port", 8443),
                OriginField::Text("protocol", "https".to_owned()),
                OriginField::Number("readTimeout", 30),
                OriginField::Number("keepaliveTimeout", 5),
                OriginField::List("sslProtocols", vec!["TLSv1.2".to_owned()]),
                OriginField::Headers(vec![("X-Key".to_owned(), vec!["k".to_owned()])]),
            ]
        );
    }

    #[test]
    fn refuses_what_no_platform_takes() {
        for (fields, place, message) in [
            (r#""port": 70000"#, ".port", "from 1 to 65535"),
            (r#""domainName": """#, ".domainName", "empty"),
            (r#""domainName": "a.com:80""#, ".domainName", "contains a port"),
            (r#""domainName": "10.0.0.256""#, ".domainName", "is not an address"),
            (r#""domainName": "2001:db8::1""#, ".domainName", "[::1]"),
            (r#""domainName": "https://a.com/""#, ".domainName", "is a URL"),
            (r#""path": "v1""#, ".path", "begins with"),
            (r#""path": "/v1/""#, ".path", "does not end"),
            (r#""protocol": "ftp""#, ".protocol", "\"https\" or \"http\""),
            (r#""readTimeout": 0"#, ".readTimeout", "from 1 to 120"),
            (r#""sslProtocols": ["TLS1.2"]"#, ".sslProtocols[0]", "did you mean \"TLSv1.2\""),
            (r#""customHeaders": { "Host": "a" }"#, ".customHeaders[\"Host\"]", "refuses"),
            (r#""customHeaders": { "X-Amz-Date": "a" }"#, ".customHeaders[\"X-Amz-Date\"]", "refuses"),
            (r#""customHeaders": { "X-A": "a\n" }"#, ".customHeaders[\"X-A\"]", "contains LF"),
            (r#""region": "eu-west-1""#, ".region", "unknown field"),
            ("", "", "changes nothing"),
        ] {
            assert_problem(&custom(fields), &format!("origins[0].to.custom{place}"), message);
        }
        let long = format!(r#""domainName": "{}.com""#, "a.".repeat(130));
        assert_problem(&custom(&long), "origins[0].to.custom.domainName", "longer than 253");
        assert_problem(
            &origin(r#"{ "s3": { "domainName": "A.s3.amazonaws.com" } }"#),
            "origins[0].to.s3.domainName",
            "capital",
        );
        assert_problem(
            &origin(r#"{ "s3": { "authMethod": "origin-access-identity" } }"#),
            "origins[0].to.s3",
            "\"region\"",
        );
        assert_problem(
            &origin(r#"{ "s3": { "region": "" }, "custom": { "port": 80 } }"#),
            "origins[0].to",
            "both \"s3\" and \"custom\"",
        );
        assert_problem(&origin("{}"), "origins[0].to", "no origin");
        rules(&origin(r#"{ "s3": { "domainName": "a.s3.amazonaws.com", "authMethod": "none", "path": "" } }"#));
    }

    #[test]
    fn weights_are_percent_and_the_stage_is_fixed() {
        let with = |more: &str| {
            format!(r#"{{ "origins": [{{ "for": "/*", "to": {{ "custom": {{ "port": 80 }} }}, {more} }}] }}"#)
        };
        assert_eq!(rules(&with(r#""weight": 12.5"#)).origins[0].weight, Some(12.5));
        assert_problem(&with(r#""weight": 101"#), "origins[0].weight", "from 0 to 100");
        assert_problem(&with(r#""at": "viewer-request""#), "origins[0].at", "always runs at \"origin-request\"");
    }
}
