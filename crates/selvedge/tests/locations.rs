//! Every `Location` is a URI reference by RFC 3986, and leads to no host but those that the rules name.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use proptest::prelude::*;
use regex_lite::Regex;
use selvedge::{Platform, Rules, Stage, compile};
use selvedge_plan::layout::{self, input, op};
use selvedge_plan::{Decision, Event, Plan, Reader, Scratch};

/// A redirect of each shape; with the hosts that the grammar below knows.
const RULES: &str = r##"{
    "redirects": [
        { "from": "/a/*", "to": "/x/:splat" },
        { "from": "/b/:p", "to": "/y/.:p/z" },
        { "from": "/c/:p/:q", "to": "https://files.example.com/u/:p:q/f" },
        { "from": "/d/*", "to": "https://www.{host}/:splat" },
        { "from": "/e/*", "to": "https://{host}/:splat" },
        { "from": "/f/:t/*", "to": "https://:t.example.com/:splat", "query": "drop" },
        { "from": "/g", "to": "/h/{query.q}" },
        { "from": "/i/*", "to": "/s/{cookie.c}/:splat?x={query.q}#{query.r}" },
        { "from": "/j/*", "to": "/login?next={url|encode}" },
        { "from": "/k/*", "to": "https://{host}:8443/{query.q}/:splat" },
        { "from": "/l/*", "to": "/{query.q}/:splat" },
        { "from": "/m/*", "to": "/t/{header.x-h}{path}?m=1", "query": "merge" },
        { "from": "/n/*", "to": "/100%/[a]#b#:splat" },
        { "from": "/o/*", "to": "https://www.{host}?:splat", "when": { "host": ["example.org", "*.example.net"] } },
        { "from": "/p/*", "to": "https://files.example.com#{url}" },
        { "from": "/q/:p.:r", "to": "/:p:r/{query}/{host}/" }
    ],
    "html": { "trailingSlash": "add" }
}"##;

const OPTIONS: [&str; 3] = ["", r#""slashes": "merge","#, r#""slashes": "merge", "encodedSlashes": "decode","#];

/// What a viewer sends.
#[derive(Clone, Debug)]
struct Sent {
    path: String,
    query: String,
    host: String,
    cookie: String,
    header: String,
}

fn readers() -> Vec<Reader<Vec<u8>>> {
    let rules = |options: &str| RULES.replacen('{', &format!("{{ {options}"), 1);
    let plan =
        |options| compile(&serde_json::from_str::<Rules>(&rules(options)).unwrap(), Platform::Cloudfront).unwrap();
    OPTIONS.map(|options| Reader::load(plan(options)).unwrap()).into()
}

/// The `Location` that the rules make.
fn location(reader: &Reader<Vec<u8>>, sent: &Sent) -> Option<String> {
    let plan: Plan<'_> = reader.plan();
    let stage = Stage::ViewerRequest;
    let values: Vec<String> = (plan.inputs(stage))
        .map(|(kind, name)| match (kind, name) {
            (input::PATH, _) => sent.path.clone(),
            (input::QUERY, _) => sent.query.clone(),
            (input::REQUEST_HEADER, "host") => sent.host.clone(),
            (input::REQUEST_HEADER, "cookie") => format!("c={}", sent.cookie),
            (input::REQUEST_HEADER, "x-h") => sent.header.clone(),
            _ => "\x01".to_owned(),
        })
        .collect();
    let text = values.join("\0");
    let mut words = vec![0; plan.output_words()];
    let mut bytes = vec![0; 1 << 14];
    let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
    let event = Event { text: text.as_bytes(), accept: 0, status: 0 };
    let Decision::Words(count) = reader.decide(stage, event, &mut scratch) else { return None };
    let mut rest = words[..count].iter();
    while let Some(word) = rest.next() {
        if word & op::DYNAMIC != 0 {
            let (at, len) = (*rest.next()? as usize, *rest.next()? as usize);
            if word & !op::DYNAMIC == plan.word(0, layout::LOCATION_OP) {
                return Some(String::from_utf8(bytes[at..at + len].to_vec()).unwrap());
            }
        }
    }
    None
}

/// RFC 3986 appendix A, for what a `Location` of ours may be: a URI with an authority, or an absolute path.
struct Grammar {
    reference: Regex,
    host: Regex,
}

impl Grammar {
    fn new() -> Grammar {
        let pchar = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
        let name = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+";
        let end = format!(r"(?:\?(?:{pchar}|[/?])*)?(?:#(?:{pchar}|[/?])*)?");
        let authority = format!(r"(?:{name}|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?");
        let reference = format!("^(?:https?://({authority})((?:/{pchar}*)*)|(/(?:{pchar}+(?:/{pchar}*)*)?)){end}$");
        let host = r"^([A-Za-z0-9._-]+|\[([0-9A-Fa-f:.]+)\])(?::([0-9]*))?$";
        Grammar { reference: Regex::new(&reference).unwrap(), host: Regex::new(host).unwrap() }
    }

    /// The host, where the field is one: its name, and with its port.
    fn host<'f>(&self, field: &'f str) -> Option<(&'f str, &'f str)> {
        let parts = self.host.captures(field)?;
        let address = parts.get(2).is_none_or(|address| address.as_str().parse::<Ipv6Addr>().is_ok());
        let port = parts.get(3).map_or("", |port| port.as_str()).trim_start_matches('0');
        let port = port.is_empty() || port.parse::<u16>().is_ok();
        (address && port).then(|| (parts.get(1).unwrap().as_str(), field))
    }

    fn check(&self, location: &str, sent: &Sent) -> Result<&'static str, String> {
        let parts = self.reference.captures(location).ok_or("is not a URI reference")?;
        let path = parts.get(2).or(parts.get(3)).map_or("", |path| path.as_str()).to_ascii_lowercase();
        let path = path.replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
        if path.split('/').any(|segment| matches!(segment.split(';').next(), Some("." | ".."))) {
            return Err("has a dot segment".to_owned());
        }
        if location.split('#').next().unwrap_or_default().parse::<http::Uri>().is_err() {
            return Err("is not read by http::Uri".to_owned());
        }
        let Some(authority) = parts.get(1) else { return Ok("a path") };
        let authority = authority.as_str();
        if authority == "files.example.com" {
            return Ok("a host of the rule");
        }
        if let Some(label) = authority.strip_suffix(".example.com")
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Ok("a label of the viewer's");
        }
        let Some((name, whole)) = self.host(&sent.host) else { return Err("has a host that is not one".to_owned()) };
        if authority == whole || authority == format!("{name}:8443") {
            return Ok("the host");
        }
        let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
        let is_name = last.starts_with(|c: char| c.is_ascii_alphabetic());
        if authority.strip_prefix("www.").is_some_and(|rest| rest == whole) && is_name {
            return Ok("www and the host");
        }
        Err(format!("leads to {authority}"))
    }
}

const PIECES: [&str; 44] = [
    "a",
    "b",
    "x",
    "..",
    ".",
    "/",
    "//",
    "\\",
    "%2e",
    "%2E",
    "%2f",
    "%2F",
    "%5c",
    "%25",
    "%",
    "%2",
    ";",
    ":",
    "@",
    "?",
    "#",
    "&",
    "=",
    "+",
    " ",
    "\t",
    "\r",
    "\n",
    "\u{7f}",
    "é",
    "\u{202e}",
    "[",
    "]",
    "::1",
    "80",
    "65536",
    "evil.example",
    "https:",
    "{",
    "}",
    "|",
    "^",
    "\"",
    "<",
];

/// Text that is mostly made of what has a meaning somewhere.
fn text(pieces: &mut dyn FnMut(usize) -> usize, most: usize) -> String {
    (0..pieces(most + 1)).map(|_| PIECES[pieces(PIECES.len())]).collect()
}

fn sent(next: &mut dyn FnMut(usize) -> usize) -> Sent {
    const HOSTS: [&str; 24] = [
        "example.org",
        "EXAMPLE.org:8080",
        "a.example.net",
        "example.org:",
        "[::1]",
        "[::1]:8080",
        "[2001:db8::1]",
        "192.0.2.1:80",
        "example.org:1.evil.example",
        "[::1]evil",
        "]",
        "]evil",
        ":80",
        "example.org:80:evil",
        "admin.example:80@evil",
        "admin.example:x",
        "a_b.example",
        "xn--p1ai",
        "example.org.",
        "[::1",
        "[evil]",
        "example.org:65536",
        "a,b",
        "",
    ];
    let tail = text(next, 6);
    let path = match next(24) {
        0 => text(next, 4),
        number => format!("/{}/{tail}", char::from(b'a' + (number % 17) as u8)),
    };
    let query = [format!("q={}", text(next, 4)), text(next, 3), format!("r={}&q=1", text(next, 3)), String::new()]
        [next(4)]
    .clone();
    let host = match next(3) {
        0 => text(next, 4),
        1 => HOSTS[next(HOSTS.len())].to_owned() + &text(next, 1),
        _ => HOSTS[next(HOSTS.len())].to_owned(),
    };
    Sent { path: path.replace('?', ""), query, host, cookie: text(next, 3), header: text(next, 3) }
}

/// A generator of Knuth's (MMIX), which is the same everywhere.
fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % below
    }
}

/// Asks this many requests, and counts where their redirects lead.
fn ask(seed: u64, requests: usize, show: bool) -> BTreeMap<&'static str, usize> {
    let (readers, grammar) = (readers(), Grammar::new());
    let mut next = numbers(seed);
    let mut counts = BTreeMap::new();
    for number in 0..requests {
        let sent = sent(&mut next);
        let Some(location) = location(&readers[number % readers.len()], &sent) else {
            *counts.entry("none").or_default() += 1;
            continue;
        };
        match grammar.check(&location, &sent) {
            Ok(what) => *counts.entry(what).or_default() += 1,
            Err(why) => panic!("{location:?} {why}: {sent:?}"),
        }
        if show && number % 100 == 0 {
            println!("{}", serde_json::json!({ "location": location, "host": sent.host }));
        }
    }
    counts
}

#[test]
fn locations_are_uri_references_to_hosts_that_the_rules_name() {
    let counts = ask(1, 20_000, false);
    for what in ["a path", "a host of the rule", "a label of the viewer's", "the host", "www and the host", "none"] {
        assert!(counts.get(what).is_some_and(|count| *count > 50), "{what}: {counts:?}");
    }
}

/// By hand: `cargo test --release --package selvedge --test locations -- --ignored --nocapture`. Every hundredth location is
/// printed, for other parsers.
#[test]
#[ignore = "takes a minute"]
fn five_million_requests() {
    let counts = ask(2, 5_000_000, true);
    eprintln!("{counts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_viewer_sends(seed in any::<u64>()) {
        ask(seed, 10, false);
    }
}
