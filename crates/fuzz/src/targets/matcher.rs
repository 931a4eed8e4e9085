use arbitrary::{Result, Unstructured};
use http::Request;
use selvedge::{Engine, Facts, Flow, Platform, Rules};
use serde_json::{Value, json};

use crate::Target;
use crate::meter::Allowance;
use crate::pieces::{seldom, some};
use crate::reference::matcher::Pattern;

pub(super) const TARGET: Target = Target {
    name: "matcher",
    about: "lists of patterns and paths: the rule and the captures that backtracking finds",
    max_len: 512,
    seeds: Vec::new,
    prepare: || {},
    run: |bytes| _ = run(&mut Unstructured::new(bytes)),
    allowance: Allowance { once: 64 << 20, per_byte: 0 },
};

const PATTERN: [&str; 14] = ["a", "b", "ab", "A", "/", "/", "/a", "/b/", ":", "*", ".html", "c", "/*", "x."];
/// Without escapes: a capture that ends inside one is not one any more, and encoded again.
const PATH: [&str; 11] = ["a", "b", "ab", "A", "/", "/", "/a", "/b/", ".html", "c", "x."];

struct Rule {
    from: String,
    except: Option<String>,
    ignore_case: bool,
    ignore_slash: bool,
    /// Tested by a query parameter that is there or not.
    when: bool,
}

fn run(bytes: &mut Unstructured<'_>) -> Result<()> {
    let rules = (0..bytes.int_in_range(1..=24)?).map(|_| rule(bytes)).collect::<Result<Vec<_>>>()?;
    let Ok(read) = serde_json::from_value::<Rules>(
        json!({ "redirects": rules.iter().enumerate().map(json_of).collect::<Vec<_>>() }),
    ) else {
        return Ok(());
    };
    let engine = Engine::new(&read, Platform::Fetch)
        .unwrap_or_else(|error| panic!("broken: what can be read can be compiled for a bare handler: {error:?}"));
    let facts = Facts::new().with_request_id("");
    for _ in 0..8 {
        let path = format!("/{}", some(bytes, &PATH, 6)?);
        let condition: bool = bytes.arbitrary()?;
        let target = if condition { format!("{path}?on") } else { path.clone() };
        let (mut request, ()) = Request::get(target)
            .body(())
            .unwrap_or_else(|error| panic!("broken: a legal path: {error:?}"))
            .into_parts();
        let found = match engine.viewer_request(&mut request, &facts) {
            Flow::Answer(answer) => Some(
                answer.headers()["location"]
                    .to_str()
                    .unwrap_or_else(|error| panic!("broken: ASCII: {error:?}"))
                    .to_owned(),
            ),
            Flow::Continue(_) => None,
        };
        let expected = expected(&rules, &path, condition);
        let all = || json!(rules.iter().enumerate().map(json_of).collect::<Vec<_>>());
        assert_eq!(found, expected, "{path} (condition {condition}) by {:#}", all());
        if bytes.is_empty() {
            break;
        }
    }
    Ok(())
}

fn rule(bytes: &mut Unstructured<'_>) -> Result<Rule> {
    let flags: u8 = bytes.arbitrary()?;
    Ok(Rule {
        from: pattern(bytes)?,
        except: if seldom(bytes, 5)? { Some(pattern(bytes)?) } else { None },
        ignore_case: flags & 1 != 0,
        ignore_slash: flags & 6 != 0,
        when: flags & 24 == 24,
    })
}

/// A pattern whose names are p0, p1, …
fn pattern(bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut pattern = some(bytes, &PATTERN, 7)?;
    if !seldom(bytes, 6)? {
        pattern = format!("/{pattern}");
    }
    let mut named = String::new();
    for (count, piece) in pattern.split_inclusive(':').enumerate() {
        named += piece;
        if piece.ends_with(':') {
            named += &format!("p{count}");
        }
    }
    // A name goes on as long as it can.
    Ok(named)
}

/// The names of its captures, in the order of its wildcards.
fn names(pattern: &str) -> Vec<String> {
    let mut names = Vec::new();
    if !pattern.starts_with('/') {
        return names;
    }
    let mut splats = 0;
    for (at, c) in pattern.char_indices() {
        let rest = &pattern[at + 1..];
        match c {
            ':' => names.push(rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())].to_owned()),
            '*' => {
                splats += 1;
                names.push(if splats == 1 { "splat".to_owned() } else { format!("splat{splats}") });
            }
            _ => {}
        }
    }
    names
}

fn json_of((number, rule): (usize, &Rule)) -> Value {
    let query: Vec<String> = names(&rule.from).iter().map(|name| format!("{name}=:{name}")).collect();
    let mut json = json!({
        "from": rule.from, "to": format!("/to{number}?{}", query.join("&")),
        "ignoreCase": rule.ignore_case, "ignoreTrailingSlash": rule.ignore_slash,
    });
    if let Some(except) = &rule.except {
        json["except"] = json!(except);
    }
    if rule.when {
        json["when"] = json!({ "query": { "on": true } });
    }
    json
}

/// The first rule that matches, with what it captured.
fn expected(rules: &[Rule], path: &str, condition: bool) -> Option<String> {
    for (number, rule) in rules.iter().enumerate() {
        let read = |text| Pattern { text, ignore_case: rule.ignore_case, ignore_slash: rule.ignore_slash };
        let Some(captures) = read(&rule.from).captures(path) else { continue };
        let excepted = rule.except.as_deref().is_some_and(|except| read(except).captures(path).is_some());
        if excepted || (rule.when && !condition) {
            continue;
        }
        let pairs = names(&rule.from).into_iter().zip(captures).map(|(name, value)| format!("{name}={value}"));
        return Some(format!("/to{number}?{}", pairs.collect::<Vec<_>>().join("&")));
    }
    None
}
