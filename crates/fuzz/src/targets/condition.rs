use arbitrary::{Result, Unstructured};
use http::Request;
use selvedge::{Engine, Facts, Flow, Platform, Rules};
use serde_json::json;

use crate::Target;
use crate::meter::Allowance;
use crate::pieces::{one, some};
use crate::reference::condition::{Seen, Test, When};

pub(super) const TARGET: Target = Target {
    name: "condition",
    about: "conditions and requests: what holds is what holds of plain lists",
    max_len: 512,
    seeds: Vec::new,
    prepare: || {},
    run: |bytes| _ = run(&mut Unstructured::new(bytes)),
    allowance: Allowance { once: 64 << 20, per_byte: 0 },
};

const NAMES: [&str; 4] = ["a", "b", "ab", "x-a"];
const VALUES: [&str; 6] = ["", "a", "b", "ab", "aab", "c"];
const HOSTS: [&str; 5] = ["a.example", "b.a.example", "c.b.a.example", "example", "xa.example"];
const METHODS: [&str; 3] = ["GET", "POST", "HEAD"];

fn run(bytes: &mut Unstructured<'_>) -> Result<()> {
    let whens = (0..bytes.int_in_range(1..=12)?).map(|_| when(bytes, 4)).collect::<Result<Vec<_>>>()?;
    let redirects: Vec<_> = whens
        .iter()
        .enumerate()
        .map(|(number, when)| json!({ "from": "/*", "to": format!("/to{number}"), "when": when.json() }))
        .collect();
    let rules = json!({ "redirects": redirects });
    // What can never be meant is refused: the wildcard of a host under a prefix, for example.
    let Ok(read) = serde_json::from_value::<Rules>(rules.clone()) else { return Ok(()) };
    let engine = Engine::new(&read, Platform::Fetch)
        .unwrap_or_else(|error| panic!("broken: what can be read can be compiled for a bare handler: {error:?}"));
    for _ in 0..6 {
        let (seen, request) = request(bytes)?;
        let (mut request, ()) = request.into_parts();
        let facts = Facts::new().with_request_id("");
        let found = match engine.viewer_request(&mut request, &facts) {
            Flow::Answer(answer) => Some(
                answer.headers()["location"]
                    .to_str()
                    .unwrap_or_else(|error| panic!("broken: ASCII: {error:?}"))
                    .to_owned(),
            ),
            Flow::Continue(_) => None,
        };
        let expected = whens.iter().position(|when| when.holds(&seen)).map(|number| format!("/to{number}"));
        let without_query = found.as_deref().map(|location| location.split('?').next().unwrap_or_default().to_owned());
        assert_eq!(without_query, expected, "{seen:?} by {rules}");
        if bytes.is_empty() {
            break;
        }
    }
    Ok(())
}

fn when(bytes: &mut Unstructured<'_>, depth: u32) -> Result<When> {
    let kinds = if depth == 0 { 4 } else { 7 };
    let name = one(bytes, &NAMES)?.to_owned();
    let list = |bytes: &mut Unstructured<'_>| {
        (0..bytes.int_in_range(1..=3)?).map(|_| when(bytes, depth - 1)).collect::<Result<_>>()
    };
    Ok(match bytes.int_in_range(0..=kinds)? {
        0 => When::Query(name, test(bytes, &VALUES)?),
        1 => When::Header(name, test(bytes, &VALUES)?),
        2 => When::Cookie(name, test(bytes, &VALUES)?),
        3 => {
            let host = one(bytes, &HOSTS)?;
            When::Host(Test::Equal(vec![if bytes.arbitrary()? { format!("*.{host}") } else { host.to_owned() }]))
        }
        4 => When::Method(one(bytes, &METHODS)?.to_owned()),
        5 => When::Any(list(bytes)?),
        6 => When::All(list(bytes)?),
        _ => When::Not(Box::new(when(bytes, depth - 1)?)),
    })
}

fn test(bytes: &mut Unstructured<'_>, values: &[&str]) -> Result<Test> {
    let text = one(bytes, values)?.to_owned();
    Ok(match bytes.int_in_range(0..=4)? {
        0 => Test::Present(bytes.arbitrary()?),
        1 => Test::Equal(
            (0..bytes.int_in_range(1..=3)?).map(|_| Ok(one(bytes, values)?.to_owned())).collect::<Result<_>>()?,
        ),
        2 => Test::Prefix(text),
        3 => Test::Suffix(text),
        _ => Test::Contains(text),
    })
}

fn request(bytes: &mut Unstructured<'_>) -> Result<(Seen, Request<()>)> {
    let mut seen =
        Seen { method: one(bytes, &METHODS)?.to_owned(), host: one(bytes, &HOSTS)?.to_owned(), ..Seen::default() };
    let pairs = |bytes: &mut Unstructured<'_>| -> Result<Vec<(String, String)>> {
        let count = bytes.int_in_range(0..=3)?;
        (0..count).map(|_| Ok((one(bytes, &NAMES)?.to_owned(), some(bytes, &VALUES, 2)?))).collect()
    };
    (seen.query, seen.headers, seen.cookies) = (pairs(bytes)?, pairs(bytes)?, pairs(bytes)?);
    // A letter may be escaped or not.
    let escaped = |text: &str| text.replace('b', "%62");
    let query: Vec<String> =
        seen.query.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let port = if bytes.arbitrary()? { ":8080" } else { "" };
    let mut builder = Request::builder().method(seen.method.as_str()).uri(format!("/p?{}", query.join("&")));
    builder = builder.header("host", format!("{}{port}", seen.host.to_ascii_uppercase()));
    for (name, value) in &seen.headers {
        builder = builder.header(name, value);
    }
    let separator = if bytes.arbitrary()? { "; " } else { ";" };
    let cookies: Vec<String> = seen.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if !cookies.is_empty() {
        builder = builder.header("cookie", cookies.join(separator));
    }
    Ok((seen, builder.body(()).unwrap_or_else(|error| panic!("broken: a legal request: {error:?}"))))
}
