//! The index of a plan against matching rule by rule: for random rule lists and paths, the same rule must win with the
//! same captures as when each pattern is a regular expression, written as the contract says, tried in order.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use http::Request;
use proptest::prelude::*;
use proptest::sample::select;
use regex_lite::Regex;
use selvedge::{Engine, Facts, Flow, Platform, Rules};

/// A pattern as a user writes it, made so that its captures are p0, p1, … and splat, splat2, …
fn pattern() -> impl Strategy<Value = String> {
    let segment = select(vec!["a", "b", "ab", "c.html", ":", "v:", ":.html", "*", "a*", "*b", "*.html", "A"]);
    let path = prop::collection::vec(segment, 1..5).prop_map(|segments| format!("/{}", segments.join("/")));
    let path = (path, any::<bool>()).prop_map(|(path, slash)| if slash { path + "/" } else { path });
    let any_depth = select(vec!["*.html", "b", "a/*.html", "*b", "c.html"]).prop_map(str::to_owned);
    prop_oneof![9 => path, 1 => any_depth].prop_map(|pattern| {
        let mut named = String::new();
        let mut count = 0;
        for c in pattern.chars() {
            named.push(c);
            if c == ':' {
                named.push_str(&format!("p{count}"));
                count += 1;
            }
        }
        named
    })
}

fn path() -> impl Strategy<Value = String> {
    let segment = select(vec!["a", "b", "ab", "aab", "c.html", "va", "v", ".html", "x.html", "", "A", "B", "c"]);
    prop::collection::vec(segment, 0..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

#[derive(Clone, Debug)]
struct Rule {
    from: Vec<String>,
    except: Option<String>,
    ignore_case: bool,
    exact_slash: bool,
    /// Tested by a query parameter that is there or not.
    when: bool,
}

fn rule() -> impl Strategy<Value = Rule> {
    let lists = prop::collection::vec(pattern(), 1..3);
    let flag = || prop::bool::weighted(0.2);
    (lists, prop::option::weighted(0.2, pattern()), flag(), flag(), flag()).prop_map(
        |(from, except, ignore_case, exact_slash, when)| Rule { from, except, ignore_case, exact_slash, when },
    )
}

/// A pattern as regular expressions that are tried in order, and the names of their groups.
fn translate(pattern: &str, rule: &Rule) -> (Vec<String>, Vec<Regex>) {
    let flags = if rule.ignore_case { "(?i)" } else { "" };
    let end = if rule.exact_slash { "$" } else { "/?$" };
    let pattern =
        if pattern.len() > 1 && !rule.exact_slash { pattern.strip_suffix('/').unwrap_or(pattern) } else { pattern };
    let Some(anchored) = pattern.strip_prefix('/') else {
        let body = regex_lite::escape(pattern).replace(r"\*", "[^/]*");
        return (Vec::new(), vec![Regex::new(&format!("{flags}(?:^|/){body}{end}")).unwrap()]);
    };
    let (mut names, mut regex, mut splats) = (Vec::new(), String::from("/"), 0);
    let mut rest = anchored;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            ':' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
                names.push(rest[..end].to_owned());
                rest = &rest[end..];
                regex.push_str("([^/]+)");
            }
            '*' => {
                splats += 1;
                names.push(if splats == 1 { "splat".to_owned() } else { format!("splat{splats}") });
                regex.push_str("(.*)");
            }
            c => regex.push_str(&regex_lite::escape(&c.to_string())),
        }
    }
    // One trailing slash is ignored; a final "/*" also matches the bare prefix, where the rest does not match.
    let mut texts = vec![regex.clone()];
    texts.extend(regex.strip_suffix("/(.*)").filter(|_| !rule.exact_slash).map(str::to_owned));
    let root = |text: &String| if text == "/" && !rule.exact_slash { String::new() } else { text.clone() };
    let compile = |text: &String| Regex::new(&format!("{flags}^{}{end}", root(text))).unwrap();
    (names, texts.iter().map(compile).collect())
}

fn find<'t>(regexes: &[Regex], path: &'t str) -> Option<regex_lite::Captures<'t>> {
    regexes.iter().find_map(|regex| regex.captures(path))
}

/// Where the first rule that matches leads: its number, and the captures that every pattern of its list has.
fn expected(rules: &[Rule], path: &str, condition: bool) -> Option<String> {
    for (number, rule) in rules.iter().enumerate() {
        if rule.except.as_ref().is_some_and(|except| find(&translate(except, rule).1, path).is_some()) {
            continue;
        }
        let shared = shared_captures(rule);
        for pattern in &rule.from {
            let (names, regexes) = translate(pattern, rule);
            let Some(found) = find(&regexes, path) else { continue };
            if rule.when && !condition {
                break;
            }
            let values = shared.iter().map(|name| {
                let group = names.iter().position(|other| other == name).unwrap() + 1;
                let value = (group < found.len()).then(|| found.get(group)).flatten();
                format!("{name}={}", value.map_or("", |value| value.as_str()))
            });
            return Some(format!("/to{number}?{}", values.collect::<Vec<_>>().join("&")));
        }
    }
    None
}

fn shared_captures(rule: &Rule) -> Vec<String> {
    let mut lists = rule.from.iter().map(|pattern| translate(pattern, rule).0);
    let first = lists.next().unwrap();
    let others: Vec<Vec<String>> = lists.collect();
    first.into_iter().filter(|name| others.iter().all(|names| names.contains(name))).collect()
}

fn engine(rules: &[Rule]) -> Engine {
    let redirects: Vec<serde_json::Value> = rules
        .iter()
        .enumerate()
        .map(|(number, rule)| {
            let query: Vec<String> = shared_captures(rule).iter().map(|name| format!("{name}=:{name}")).collect();
            let mut json = serde_json::json!({
                "from": rule.from, "to": format!("/to{number}?{}", query.join("&")),
                "ignoreCase": rule.ignore_case, "ignoreTrailingSlash": !rule.exact_slash
            });
            if let Some(except) = &rule.except {
                json["except"] = except.as_str().into();
            }
            if rule.when {
                json["when"] = serde_json::json!({ "query": { "on": true } });
            }
            json
        })
        .collect();
    let rules: Rules = serde_json::from_value(serde_json::json!({ "redirects": redirects })).unwrap();
    Engine::new(&rules, Platform::Fetch).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_trying_each_rule_finds(
        rules in prop::collection::vec(rule(), 1..40),
        paths in prop::collection::vec(path(), 20),
        condition in any::<bool>(),
    ) {
        let engine = engine(&rules);
        for path in paths {
            let target = if condition { format!("{path}?on") } else { path.clone() };
            let (mut request, ()) = Request::get(target).body(()).unwrap().into_parts();
            let actual = match engine.viewer_request(&mut request, &Facts::new()) {
                Flow::Answer(answer) => Some(answer.headers()["location"].to_str().unwrap().to_owned()),
                Flow::Continue(_) => None,
            };
            prop_assert_eq!(actual, expected(&rules, &path, condition), "{}", path);
        }
    }
}
