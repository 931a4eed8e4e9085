use arbitrary::{Result, Unstructured};
use http::Request;
use selvedge::{Engine, Facts, Flow, Platform, Rules};
use serde_json::json;

use crate::Target;
use crate::meter::Allowance;
use crate::pieces::{one, some};
use crate::reference::query::QueryRule;

pub(super) const TARGET: Target = Target {
    name: "query",
    about: "query rules and queries: what stays, in which order and case, is what filtering a list of pairs leaves",
    max_len: 512,
    seeds: Vec::new,
    prepare: || {},
    run: |bytes| _ = run(&mut Unstructured::new(bytes)),
    allowance: Allowance { once: 16 << 20, per_byte: 0 },
};

const NAMES: [&str; 8] = ["a", "b", "A", "ab", "é", "a b", "%61", "utm_"];
const QUERY: [&str; 16] =
    ["a", "b", "A", "B", "&", "&", "=", "+", "%61", "%41", "%", "%c3%a9", "utm_", "%zz", "%26", "ab=1&"];

fn run(bytes: &mut Unstructured<'_>) -> Result<()> {
    let flags: u8 = bytes.arbitrary()?;
    let rule = QueryRule {
        keep: if flags & 1 != 0 { Some(names(bytes)?) } else { None },
        drop: names(bytes)?,
        lowercase: flags & 2 != 0,
        sort: flags & 4 != 0,
    };
    let mut json = json!({ "for": "/*", "drop": rule.drop, "lowercase": rule.lowercase, "sort": rule.sort });
    if let Some(keep) = &rule.keep {
        json["keep"] = json!(keep);
    }
    let Ok(rules) = serde_json::from_value::<Rules>(json!({ "query": json })) else { return Ok(()) };
    let engine = Engine::new(&rules, Platform::Fetch)
        .unwrap_or_else(|error| panic!("broken: what can be read can be compiled for a bare handler: {error:?}"));
    for _ in 0..8 {
        let query = some(bytes, &QUERY, 24)?;
        let (mut request, ()) = Request::get(format!("/p?{query}"))
            .body(())
            .unwrap_or_else(|error| panic!("broken: a legal query: {error:?}"))
            .into_parts();
        let flow = engine.viewer_request(&mut request, &Facts::new().with_request_id(""));
        assert!(matches!(flow, Flow::Continue(_)));
        assert_eq!(request.uri.query().unwrap_or_default(), rule.apply(&query), "{query} by {rule:?}");
        if bytes.is_empty() {
            break;
        }
    }
    Ok(())
}

fn names(bytes: &mut Unstructured<'_>) -> Result<Vec<String>> {
    let count = bytes.int_in_range(0..=6)?;
    let name = |_| {
        let stars: u8 = bytes.arbitrary()?;
        let (front, back) = (if stars & 1 != 0 { "*" } else { "" }, if stars & 2 != 0 { "*" } else { "" });
        Ok(format!("{front}{}{back}", one(bytes, &NAMES)?))
    };
    (0..count).map(name).collect()
}
