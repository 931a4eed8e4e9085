//! Many rules that share paths and ask something of the request: the look-ups of a plan against a reference that tries each
//! rule in order, by what the contract says of patterns, conditions and `Vary`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use http::Request;
use http::request::Parts;
use proptest::prelude::*;
use proptest::sample::select;
use selvedge::{Engine, Facts, Flow, Platform, Rules};
use serde_json::{Value, json};

/// A pattern, and which paths it matches, ASCII case aside if wanted: one for each kind of list in a matcher.
type Pattern = (&'static str, fn(&str) -> bool);
const PATTERNS: [Pattern; 7] = [
    ("/shop.php", |path| path == "/shop.php"),
    ("/shop/*", |path| path == "/shop" || path.starts_with("/shop/")),
    ("/shop/:id", |path| path.strip_prefix("/shop/").is_some_and(|id| !id.is_empty() && !id.contains('/'))),
    ("/shop/*/end", |path| path.len() >= 10 && path.starts_with("/shop/") && path.ends_with("/end")),
    ("/*", |_| true),
    ("*.php", |path| path.ends_with(".php")),
    ("end", |path| path.ends_with("/end")),
];
const PATHS: [&str; 6] = ["/shop.php", "/shop", "/shop/a", "/shop/a/end", "/SHOP.PHP", "/other"];

/// What a condition compares, by the member of `when` and the name.
type Subject = (&'static str, &'static str);
const SUBJECTS: [Subject; 6] =
    [("query", "id"), ("query", "b c"), ("cookie", "id"), ("cookie", "sid"), ("header", "x-a"), ("host", "")];

#[derive(Clone, Debug)]
struct Comparison {
    subject: Subject,
    values: Vec<&'static str>,
    /// Compared from the front only; such a comparison is looked up by its name, or not at all.
    prefix: bool,
    negated: bool,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: usize,
    except: Option<usize>,
    ignore_case: bool,
    all: Vec<Comparison>,
    any: Vec<Comparison>,
}

/// What a request holds: pairs of a subject and a value.
type Facets = Vec<(Subject, &'static str)>;

const VALUES: [&str; 7] = ["", "1", "2", "10", "a b", "é", "%"];
const HOSTS: [&str; 4] = ["a.example", "b.example", "c.example", "sub.a.example"];

fn value(subject: Subject) -> BoxedStrategy<&'static str> {
    match subject.0 {
        "host" => select(HOSTS.to_vec()).boxed(),
        // What may stand in a header line.
        "header" | "cookie" => select(vec!["", "1", "2", "10"]).boxed(),
        _ => select(VALUES.to_vec()).boxed(),
    }
}

fn comparison() -> impl Strategy<Value = Comparison> {
    select(SUBJECTS.to_vec()).prop_flat_map(|subject| {
        let flag = || prop::bool::weighted(0.15);
        (prop::collection::vec(value(subject), 1..4), flag(), flag())
            .prop_map(move |(values, prefix, negated)| Comparison { subject, values, prefix, negated })
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    let comparisons = |most: usize| prop::collection::vec(comparison(), 0..=most);
    let except = prop::option::weighted(0.1, 0..PATTERNS.len());
    (0..PATTERNS.len(), except, prop::bool::weighted(0.2), comparisons(2), comparisons(1)).prop_map(
        |(pattern, except, ignore_case, mut all, any)| {
            // One member of `when` has one test.
            let mut seen = BTreeSet::new();
            all.retain(|comparison| comparison.negated || seen.insert(comparison.subject));
            Rule { pattern, except, ignore_case, all, any }
        },
    )
}

fn facets() -> impl Strategy<Value = Facets> {
    let facet =
        select(SUBJECTS[..5].to_vec()).prop_flat_map(|subject| value(subject).prop_map(move |it| (subject, it)));
    (prop::collection::vec(facet, 0..6), select(HOSTS.to_vec())).prop_map(|(mut facets, host)| {
        facets.push((("host", ""), host));
        facets
    })
}

impl Comparison {
    fn holds(&self, facets: &Facets) -> bool {
        let mut values = facets.iter().filter(|(subject, _)| *subject == self.subject).map(|(_, value)| *value);
        let fits = |value: &str, wanted: &str| if self.prefix { value.starts_with(wanted) } else { value == wanted };
        values.any(|value| self.values.iter().any(|wanted| fits(value, wanted))) != self.negated
    }

    fn json(&self) -> Value {
        let (member, name) = self.subject;
        let test = if self.prefix { json!({ "prefix": self.values }) } else { json!(self.values) };
        let when = if name.is_empty() { json!({ member: test }) } else { json!({ member: { name: test } }) };
        if self.negated { json!({ "not": when }) } else { when }
    }

    fn header(&self) -> Option<&'static str> {
        match self.subject {
            ("cookie", _) => Some("Cookie"),
            ("header", _) => Some("X-A"),
            _ => None,
        }
    }
}

impl Rule {
    fn concerns(&self, path: &str) -> bool {
        let path = if self.ignore_case { path.to_ascii_lowercase() } else { path.to_owned() };
        PATTERNS[self.pattern].1(&path) && !self.except.is_some_and(|except| PATTERNS[except].1(&path))
    }

    fn holds(&self, facets: &Facets) -> bool {
        let any = self.any.is_empty() || self.any.iter().any(|comparison| comparison.holds(facets));
        any && self.all.iter().all(|comparison| comparison.holds(facets))
    }

    fn headers(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().chain(&self.any).filter_map(Comparison::header)
    }

    fn json(&self, paths: &str) -> Value {
        let mut rule = json!({ paths: PATTERNS[self.pattern].0, "ignoreCase": self.ignore_case });
        if let Some(except) = self.except {
            rule["except"] = PATTERNS[except].0.into();
        }
        let mut when = json!({});
        for comparison in &self.all {
            merge(&mut when, comparison.json());
        }
        if !self.any.is_empty() {
            when["any"] = self.any.iter().map(Comparison::json).collect();
        }
        rule["when"] = when;
        rule
    }
}

/// Adds the members of a condition; a second `not` becomes an `any` of one in the first.
fn merge(into: &mut Value, from: Value) {
    for (name, value) in from.as_object().unwrap() {
        match into.get_mut(name) {
            None => into[name] = value.clone(),
            // Not one and not the other.
            Some(not) if name == "not" => {
                let first = not.take();
                *not = match first.get("any") {
                    Some(any) => json!({ "any": [any[0].clone(), value] }),
                    None => json!({ "any": [first, value] }),
                };
            }
            Some(known) => merge(known, value.clone()),
        }
    }
}

/// The request as it is sent; parameters in one spelling of several.
fn request(path: &str, facets: &Facets) -> Parts {
    let mut query = Vec::new();
    let mut cookies = Vec::new();
    let mut builder = Request::get("/");
    for (number, ((member, name), value)) in facets.iter().enumerate() {
        match *member {
            "query" => query.push(format!("{}={}", spelling(name, number), spelling(value, number + 1))),
            "cookie" => cookies.push(format!("{name}={value}")),
            "host" => builder = builder.header("Host", format!("{}:8443", value.to_ascii_uppercase())),
            _ => builder = builder.header("X-A", *value),
        }
    }
    if !cookies.is_empty() {
        builder = builder.header("Cookie", cookies.join("; "));
    }
    builder.uri(format!("{path}?{}", query.join("&"))).body(()).unwrap().into_parts().0
}

/// Form-encoded: all bytes escaped, or those that have to be, or a blank as "+".
fn spelling(text: &str, number: usize) -> String {
    text.bytes()
        .map(|byte| match byte {
            b' ' if number % 3 == 1 => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() && !number.is_multiple_of(3) => char::from(byte).to_string(),
            byte => format!("%{byte:02x}"),
        })
        .collect()
}

fn engine(rules: Value) -> Engine {
    let rules: Rules = serde_json::from_value(rules).unwrap();
    Engine::new(&rules, Platform::Fetch).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// The first rule that holds answers, and `Vary` names what the rules up to it looked at.
    #[test]
    fn the_first_rule_that_holds_answers(
        rules in prop::collection::vec(rule(), 1..200),
        requests in prop::collection::vec((select(PATHS.to_vec()), facets()), 12),
    ) {
        let redirects = rules.iter().enumerate().map(|(number, rule)| {
            let mut json = rule.json("from");
            json["to"] = format!("https://to.example/{number}").into();
            json["query"] = "drop".into();
            json["status"] = 302.into();
            json
        });
        let engine = engine(json!({ "redirects": redirects.collect::<Vec<_>>() }));
        for (path, facets) in requests {
            let mut looked_at = BTreeSet::new();
            let mut expected = None;
            for (number, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.concerns(path)) {
                looked_at.extend(rule.headers().map(str::to_owned));
                if rule.holds(&facets) {
                    expected = Some((format!("https://to.example/{number}"), looked_at));
                    break;
                }
            }
            let actual = match engine.viewer_request(&mut request(path, &facets), &Facts::new()) {
                Flow::Continue(_) => None,
                Flow::Answer(answer) => {
                    let text = |name| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
                    let vary = text("vary").split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
                    Some((text("location"), vary))
                }
            };
            prop_assert_eq!(actual, expected, "{} {:?}", path, facets);
        }
    }

    /// Where all rules that hold apply, they do, each once and in order.
    #[test]
    fn all_rules_that_hold_apply_in_order(
        rules in prop::collection::vec(rule(), 1..200),
        requests in prop::collection::vec((select(PATHS.to_vec()), facets()), 12),
    ) {
        let headers = rules.iter().enumerate().map(|(number, rule)| {
            let mut json = rule.json("for");
            json["on"] = "request".into();
            json["at"] = "viewer-request".into();
            json["append"] = json!({ "X-Hit": number.to_string() });
            json
        });
        let engine = engine(json!({ "headers": headers.collect::<Vec<_>>() }));
        for (path, facets) in requests {
            let holds = |rule: &&Rule| rule.concerns(path) && rule.holds(&facets);
            let expected: Vec<usize> = rules.iter().enumerate().filter(|(_, rule)| holds(rule)).map(|(at, _)| at).collect();
            let mut parts = request(path, &facets);
            prop_assert!(matches!(engine.viewer_request(&mut parts, &Facts::new()), Flow::Continue(_)));
            let hits = parts.headers.get_all("x-hit").iter().flat_map(|line| line.to_str().unwrap().split(", "));
            let actual: Vec<usize> = hits.map(|number| number.parse().unwrap()).collect();
            prop_assert_eq!(actual, expected, "{} {:?}", path, facets);
        }
    }
}
