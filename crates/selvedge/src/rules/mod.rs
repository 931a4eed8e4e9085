//! What users write: [`Rules`], and the [`Model`] that they are read as.
//!
//! The model is the source of truth for the rules contract. It is read from a generic [`Value`] tree, so that one pass finds
//! everything that is wrong, each with its place. Nobody outside can make one that was not checked.

mod cidr;
mod condition;
mod document;
mod download;
mod duration;
mod experiment;
mod fact;
mod grammar;
mod header_name;
mod headers;
mod html;
pub(crate) mod json;
mod origin;
mod origin_fields;
mod paths;
pub(crate) mod pattern;
mod precompressed;
mod query;
mod query_mode;
mod read;
mod redirect;
mod response;
mod rewrite;
mod scope;
mod security;
mod slashes;
mod suggest;
mod target;
mod template;
#[cfg(test)]
pub(crate) mod testing;
mod value;
mod when;

pub(crate) use cidr::Cidr;
pub(crate) use condition::{Condition, Match, StatusRange, Subject};
pub use document::Rules;
pub(crate) use download::Download;
pub(crate) use experiment::{Experiment, Variant};
pub(crate) use fact::Fact;
pub(crate) use header_name::{HeaderName, NOTE_HEADER};
pub(crate) use headers::{Headers, On, Replacement};
pub(crate) use html::{Clean, Html, TrailingSlash};
pub use json::InvalidJson;
pub(crate) use origin::{Origin, OriginField, OriginKind, OriginRule};
pub(crate) use paths::Paths;
pub(crate) use pattern::{Pattern, Token, normalise};
pub(crate) use precompressed::{FileVariant, Precompressed, Prefer};
pub(crate) use query::QueryRule;
pub(crate) use query_mode::QueryMode;
pub(crate) use redirect::{Redirect, is_personal};
pub(crate) use response::{Body, Response};
pub(crate) use rewrite::Rewrite;
#[cfg(test)]
pub(crate) use scope::Scope;
pub(crate) use security::{KEYWORDS as CSP_KEYWORDS, Preset, Security};
pub(crate) use slashes::{EncodedSlashes, Slashes};
pub(crate) use suggest::suggest;
pub(crate) use target::{DOTS, RESOLVE_DOTS};
pub(crate) use template::{Part, Template};
pub use value::Value;

use crate::diagnostic::Diagnostics;
use read::{Context, Fields, Node};

/// A whole set of rules, as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// `ignoreCase`: the default of every rule.
    pub(crate) ignore_case: bool,
    /// `"ignoreTrailingSlash": false`: the default of every rule.
    pub(crate) exact_slash: bool,
    /// `languages` of the site, the default first; tags of RFC 5646.
    pub(crate) languages: Vec<String>,
    /// `onTrap`: what happens when the engine fails, at every stage. By default nothing passes a stage that guards, and
    /// messages pass the others.
    pub(crate) on_trap: Option<OnTrap>,
    /// `slashes`: how adjacent slashes of the path are read.
    pub(crate) slashes: Slashes,
    /// `encodedSlashes`: how `%2F` and `%5C` in the path are read.
    pub(crate) encoded_slashes: EncodedSlashes,
    /// Answers made at the edge.
    pub(crate) responses: Vec<Response>,
    /// Redirects.
    pub(crate) redirects: Vec<Redirect>,
    /// A/B tests.
    pub(crate) experiments: Vec<Experiment>,
    /// Rules on the query string.
    pub(crate) query: Vec<QueryRule>,
    /// Rules that choose the origin.
    pub(crate) origins: Vec<OriginRule>,
    /// Rewrites.
    pub(crate) rewrites: Vec<Rewrite>,
    /// Clean URLs.
    pub(crate) html: Option<Html>,
    /// Files compressed ahead of time.
    pub(crate) precompressed: Vec<Precompressed>,
    /// Rules on headers.
    pub(crate) headers: Vec<Headers>,
    /// Downloads.
    pub(crate) downloads: Vec<Download>,
    /// Security headers.
    pub(crate) security: Option<Security>,
}

/// What happens to a message when the engine fails on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnTrap {
    /// `"pass"`: it goes on unchanged.
    Pass,
    /// `"block"`: 503, not to be stored.
    Block,
}

impl Model {
    /// Reads rules from a tree and checks all that depends on neither platform nor stage.
    ///
    /// The error holds everything that is wrong. Nothing is returned with it: half a rule set must never run.
    pub(crate) fn from_value(value: &Value) -> Result<Model, Diagnostics> {
        let context = Context::default();
        let rules = Model::read(&Node::root(value, &context));
        let problems = context.problems.into_inner();
        match rules {
            Some(rules) if problems.is_empty() => Ok(rules),
            _ => Err(problems),
        }
    }

    /// Whether the rules say how slashes are read.
    pub(crate) fn arranges_slashes(&self) -> bool {
        self.slashes != Slashes::Keep || self.encoded_slashes != EncodedSlashes::Keep
    }

    fn read(node: &Node<'_>) -> Option<Model> {
        let mut fields = node.object()?;
        fields.take("$schema");
        let ignore_case = fields.flag("ignoreCase");
        node.context.ignore_case.set(ignore_case);
        let exact_slash = fields.take("ignoreTrailingSlash").and_then(|node| node.bool()) == Some(false);
        node.context.exact_slash.set(exact_slash);
        let languages = fields.take("languages").map(|node| read_languages(&node)).unwrap_or_default();
        let languages = node.context.languages.get_or_init(|| languages).clone();
        let on_trap =
            fields.take("onTrap").and_then(|node| node.one_of(&[("pass", OnTrap::Pass), ("block", OnTrap::Block)]));
        let encoded = fields.take("encodedSlashes").and_then(|node| EncodedSlashes::read(&node));
        let rules = Model {
            ignore_case,
            exact_slash,
            languages,
            on_trap,
            slashes: fields.take("slashes").and_then(|node| Slashes::read(&node)).unwrap_or_default(),
            encoded_slashes: encoded.unwrap_or_default(),
            responses: list(&mut fields, "responses", Response::read),
            redirects: list(&mut fields, "redirects", Redirect::read),
            experiments: read_experiments(&mut fields),
            query: list(&mut fields, "query", QueryRule::read),
            origins: list(&mut fields, "origins", OriginRule::read),
            rewrites: list(&mut fields, "rewrites", Rewrite::read),
            html: fields.take("html").and_then(|node| Html::read(&node)),
            precompressed: list(&mut fields, "precompressed", Precompressed::read),
            headers: list(&mut fields, "headers", Headers::read),
            downloads: list(&mut fields, "downloads", Download::read),
            security: fields.take("security").and_then(|node| Security::read(&node)),
        };
        Some(rules)
    }
}

/// The rules of one kind; a single one may stand without the list.
fn list<T>(fields: &mut Fields<'_>, name: &'static str, read: fn(&Node<'_>) -> Option<T>) -> Vec<T> {
    let Some(node) = fields.take(name) else { return Vec::new() };
    let mut rules = Vec::with_capacity(if let Value::Array(list) = node.value { list.len() } else { 1 });
    rules.extend(node.items().filter_map(|item| read(&item)));
    rules
}

fn read_languages(node: &Node<'_>) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    for item in node.some_items() {
        let Some(tag) = item.string("a language tag") else { continue };
        let subtag =
            |subtag: &str| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !tag.split('-').all(subtag) {
            item.error(
                format_args!("{tag:?} is not a language tag"),
                "write for example \"en\" or \"pt-BR\", RFC 5646",
            );
        } else if languages.iter().any(|other| other.eq_ignore_ascii_case(tag)) {
            item.error(format_args!("{tag:?} is listed twice"), "keep one of them");
        }
        languages.push(tag.to_owned());
    }
    languages
}

/// Experiments; neither names nor cookies may be shared.
fn read_experiments(fields: &mut Fields<'_>) -> Vec<Experiment> {
    let mut experiments: Vec<Experiment> = Vec::new();
    let Some(node) = fields.take("experiments") else { return experiments };
    for item in node.items() {
        let Some(experiment) = Experiment::read(&item) else { continue };
        for other in &experiments {
            if other.name == experiment.name {
                let name = item.member("name");
                name.error(format_args!("an experiment {:?} is there already", other.name), "give it another name");
            }
            if other.cookie == experiment.cookie {
                let cookie = item.member("cookie");
                cookie.error(format_args!("another experiment has the cookie {:?}", other.cookie), "give each its own");
            }
        }
        experiments.push(experiment);
    }
    experiments
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::testing::{assert_problem, problems, rules};
    use super::*;

    /// The document that opens docs/reference/rules.md.
    const WHOLE: &str = r#"{
        "$schema": "./node_modules/selvedge/schema.json",
        "responses":  [{ "for": "/healthz", "status": 200, "headers": { "Content-Type": "text/plain" }, "body": "ok" }],
        "redirects":  [{ "from": "/old/:year/*", "to": "/blog/:year/:splat", "status": 301 }],
        "experiments":[{ "name": "home", "for": "/", "cookie": "ab_home", "variants": [
                          { "name": "control", "weight": 80 }, { "name": "bold", "weight": 20, "to": "/index-bold.html" }] }],
        "query":      [{ "for": "/*", "drop": ["utm_*", "fbclid"], "sort": true }],
        "origins":    [{ "for": "/api/*", "to": { "custom": { "domainName": "api.example.com" } } }],
        "rewrites":   [{ "from": "/app/*", "except": ["*.*"], "to": "/app/index.html" }],
        "html":       { "index": "index.html", "clean": "file", "trailingSlash": "keep" },
        "precompressed": [{ "for": ["*.js", "*.css", "*.html", "*.svg"], "encodings": ["br", "gzip"] }],
        "headers":    [{ "for": "/*", "remove": ["x-amz-meta-*"], "set": { "Referrer-Policy": "same-origin" } }],
        "downloads":  [{ "for": "/files/*", "when": { "query": { "download": "true" } } }],
        "security":   "strict"
    }"#;

    #[test]
    fn reads_the_example_of_the_contract() {
        let rules = rules(WHOLE);
        assert_eq!(rules.redirects[0].status, 301);
        assert_eq!(rules.experiments[0].variants[1].weight, 20.0);
        assert_eq!(rules.rewrites[0].from.except.len(), 1);
        assert_eq!(rules.security.unwrap().preset, Preset::Strict);
        assert_eq!(rules.on_trap, None);
    }

    #[test]
    fn nothing_is_required() {
        assert_eq!(rules("{}"), Model::default());
    }

    #[test]
    fn finds_everything_at_once() {
        let found = problems(
            r#"{ "redirects": [{ "form": "/a", "to": "/b" }, { "from": "/a", "to": "/b", "status": 200 }],
                 "html": { "index": "a/b" }, "redirect": [] }"#,
        );
        let places: Vec<&str> = found.iter().filter_map(|problem| problem.split(": ").next()).collect();
        assert_eq!(places, ["redirects[0]", "redirects[0].form", "redirects[1].status", "html.index", "redirect"]);
    }

    #[test]
    fn the_whole_document_is_called_rules() {
        assert_eq!(problems("[]"), ["rules: expected an object, found a list"]);
    }

    #[test]
    fn the_top_sets_what_rules_inherit() {
        let rules = rules(
            r#"{ "redirects": [{ "from": "/a", "to": "/b" }, { "from": "/a", "to": "/b", "ignoreCase": false }],
                 "ignoreCase": true, "onTrap": "block" }"#,
        );
        assert!(rules.redirects[0].from.ignore_case);
        assert!(!rules.redirects[1].from.ignore_case);
        assert_eq!(rules.on_trap, Some(OnTrap::Block));
    }

    #[test]
    fn languages_are_tags_and_differ() {
        assert_eq!(rules(r#"{ "languages": ["en", "pt-BR"] }"#).languages, ["en", "pt-BR"]);
        assert_problem(r#"{ "languages": ["en", "EN"] }"#, "languages[1]", "listed twice");
        assert_problem(r#"{ "languages": ["en_US"] }"#, "languages[0]", "not a language tag");
        assert_problem(r#"{ "languages": [] }"#, "languages", "empty list");
    }

    #[test]
    fn null_counts_as_absent() {
        assert_eq!(rules(r#"{ "html": null, "redirects": null }"#), Model::default());
    }

    #[test]
    fn a_single_rule_may_stand_without_its_list() {
        assert_eq!(rules(r#"{ "redirects": { "from": "/a", "to": "/b" } }"#).redirects.len(), 1);
    }

    #[test]
    fn experiments_share_neither_name_nor_cookie() {
        let experiment = |name: &str, cookie: &str| {
            format!(r#"{{ "name": "{name}", "for": "/", "cookie": "{cookie}", "variants": [{{ "name": "a" }}] }}"#)
        };
        let two = |a: String, b: String| format!(r#"{{ "experiments": [{a}, {b}] }}"#);
        assert_problem(
            &two(experiment("x", "a"), experiment("x", "b")),
            "experiments[1].name",
            "\"x\" is there already",
        );
        assert_problem(&two(experiment("x", "a"), experiment("y", "a")), "experiments[1].cookie", "the cookie \"a\"");
    }
}
