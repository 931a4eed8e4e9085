//! Reading a whole set of rules.

use super::Value;
use super::kinds::{Kind, Model};
use super::on_trap::OnTrap;
use super::read::{Context, Node};
use super::slashes::{EncodedSlashes, Slashes};
use crate::diagnostic::Diagnostics;

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
        let mut rules = Model { ignore_case: fields.flag("ignoreCase"), ..Model::default() };
        node.context.ignore_case.set(rules.ignore_case);
        rules.exact_slash = fields.take("ignoreTrailingSlash").and_then(|node| node.bool()) == Some(false);
        node.context.exact_slash.set(rules.exact_slash);
        let languages = fields.take("languages").map(|node| read_languages(&node)).unwrap_or_default();
        rules.languages = node.context.languages.get_or_init(|| languages).clone();
        rules.on_trap = fields.take("onTrap").and_then(|node| OnTrap::read(&node));
        let encoded = fields.take("encodedSlashes").and_then(|node| EncodedSlashes::read(&node));
        rules.encoded_slashes = encoded.unwrap_or_default();
        rules.slashes = fields.take("slashes").and_then(|node| Slashes::read(&node)).unwrap_or_default();
        let mut last = "";
        for kind in Kind::ALL {
            let name = kind.member().name;
            // Two kinds of one member are read together.
            if name != last
                && let Some(node) = fields.take(name)
            {
                kind.read(&mut rules, &node);
            }
            last = name;
        }
        Some(rules)
    }
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, problems, rules};

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
        assert_eq!(rules.security.unwrap().to_string(), "strict");
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
