use arbitrary::{Result, Unstructured};
use http::{HeaderValue, Request};
use selvedge::{Engine, Facts, Flow, Platform, Rules};
use serde_json::json;

use crate::Target;
use crate::meter::Allowance;
use crate::pieces::some;

pub(super) const TARGET: Target = Target {
    name: "regex",
    about: "expressions, paths and headers: captures and replacements are regex-lite's",
    max_len: 256,
    seeds: Vec::new,
    prepare: || {},
    run: |bytes| _ = run(&mut Unstructured::new(bytes)),
    allowance: Allowance { once: 64 << 20, per_byte: 0 },
};

const EXPRESSION: [&str; 32] = [
    "a", "b", "c", "é", ".", "*", "+", "?", "|", "(", "(?:", ")", "[ab]", "[^a]", "\\b", "\\B", "^", "$", "*?", "+?",
    "{2}", "{0,2}", "/", "\\w", "\\d", "\\s", "(?i)", "(?s)", "(?m)", "\\.", "[a-c]", "(?<n>",
];
const TEXT: [&str; 12] = ["a", "b", "c", "A", "é", "/", ".", "0", " ", "aa", "ab", "-"];

fn run(bytes: &mut Unstructured<'_>) -> Result<()> {
    let expression = some(bytes, &EXPRESSION, 14)?;
    let Some(expected) = regex_lite::Regex::new(&expression).ok().filter(|_| !expression.is_empty()) else {
        return Ok(());
    };
    let rules = json!({
        "headers": {
            "on": "request", "at": "viewer-request",
            "replace": { "X-A": { "regex": expression, "with": "<{0}>" } }
        },
    });
    // An expression may be refused for its size, or for what it is named.
    let Ok(rules) = serde_json::from_value::<Rules>(rules) else { return Ok(()) };
    let Ok(engine) = Engine::new(&rules, Platform::Fetch) else { return Ok(()) };
    for _ in 0..6 {
        let text = some(bytes, &TEXT, 12)?;
        let (mut request, ()) = Request::get("/")
            .body(())
            .unwrap_or_else(|error| panic!("broken: a legal request: {error:?}"))
            .into_parts();
        request.headers.insert(
            "x-a",
            HeaderValue::from_bytes(text.as_bytes())
                .unwrap_or_else(|error| panic!("broken: no control characters: {error:?}")),
        );
        let flow = engine.viewer_request(&mut request, &Facts::new().with_request_id(""));
        assert!(matches!(flow, Flow::Continue(_)));
        let replaced = expected.replace_all(&text, "<$0>");
        let found = request.headers.get("x-a").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        assert_eq!(found.as_deref(), Some(replaced.as_ref()), "{expression:?} in {text:?}");
        path(&expression, &expected, &text);
        if bytes.is_empty() {
            break;
        }
    }
    Ok(())
}

/// The same expression as a pattern.
fn path(expression: &str, expected: &regex_lite::Regex, text: &str) {
    let path = format!("/{}", text.replace([' ', 'é'], "x"));
    let groups = expected.captures_len().min(16);
    let to: Vec<String> = (1..groups).map(|group| format!("{{{group}}}")).collect();
    let rules = json!({ "redirects": { "from": { "regex": expression }, "to": format!("/to?{}", to.join("|")) } });
    let Ok(rules) = serde_json::from_value::<Rules>(rules) else { return };
    let Ok(engine) = Engine::new(&rules, Platform::Fetch) else { return };
    let (mut request, ()) = Request::get(path.as_str())
        .body(())
        .unwrap_or_else(|error| panic!("broken: a legal request: {error:?}"))
        .into_parts();
    let found = match engine.viewer_request(&mut request, &Facts::new().with_request_id("")) {
        Flow::Answer(answer) => Some(
            answer.headers()["location"].to_str().unwrap_or_else(|error| panic!("broken: ASCII: {error:?}")).to_owned(),
        ),
        Flow::Continue(_) => None,
    };
    let expected = expected.captures(&path).map(|captures| {
        let values: Vec<&str> =
            (1..groups).map(|group| captures.get(group).map_or("", |value| value.as_str())).collect();
        format!("/to?{}", values.join("|"))
    });
    assert_eq!(found.map(|location| location.replace("%7C", "|")), expected, "{expression:?} on {path:?}");
}
