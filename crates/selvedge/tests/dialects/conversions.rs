//! What is written in another form: its own reader takes it without an error, and where nothing is said to change it decides
//! alike.

use http::{Request, Response};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use selvedge::dialect::convert::{Converted, to_files, to_netlify_toml, to_rules, to_vercel_json};
use selvedge::dialect::{Dialect, Form, Options};
use selvedge::internal::compile_value;
use selvedge::sources::{FileFinding, ParsedFile, RuleFile, usable};
use selvedge::{Engine, Entered, Facts, Outcome, Platform};

/// How files are written: in a form, or as a vendor's `_redirects` and `_headers`.
fn targets() -> Vec<&'static str> {
    ["rules", "netlify-toml", "vercel"].into_iter().chain(Dialect::ALL.map(Dialect::name)).collect()
}

fn convert(text: &str, form: Form, to: &str) -> Converted {
    let options = Options::new();
    match (to, Dialect::from_name(to)) {
        (_, Some(dialect)) => to_files(text, form, &options, dialect),
        ("rules", _) => to_rules(text, form, &options),
        ("netlify-toml", _) => to_netlify_toml(text, form, &options),
        _ => to_vercel_json(text, form, &options),
    }
}

fn form_of(file: &str, to: &str) -> Form {
    match (file, Dialect::from_name(to)) {
        ("_redirects", Some(dialect)) => Form::Redirects(dialect),
        ("_headers", Some(dialect)) => Form::Headers(dialect),
        ("netlify.toml", _) => Form::NetlifyToml,
        ("vercel.json", _) => Form::VercelJson,
        _ => Form::Rules,
    }
}

/// The engine of files of one form; the error says what their own reader refuses.
fn engine_of<'f>(files: impl IntoIterator<Item = (&'f str, Form)>) -> Result<Engine, String> {
    let files = files.into_iter().map(|(text, form)| RuleFile { name: "", text, form }.parse(&Options::new()));
    let files: Vec<ParsedFile<'_>> = files.collect();
    let said = |found: &FileFinding| found.finding.to_string();
    let usable = usable(&files, None).map_err(|errors| errors.iter().map(said).collect::<String>())?;
    if let Some(error) = usable.left_out.first() {
        return Err(said(error));
    }
    let plan = compile_value(&usable.rules, Platform::Fetch).map_err(|problems| problems.to_string())?;
    Engine::from_plan(plan).map_err(|error| error.to_string())
}

/// What a viewer gets of a site that has some files: a status, where it leads or which file it is, and the headers that rules set.
fn outcome(engine: &Engine, url: &str, country: &str) -> String {
    const FILES: [&str; 4] = ["/", "/a", "/t/x", "/index.html"];
    let (mut head, ()) = Request::get(url).header("host", "x.example").body(()).unwrap().into_parts();
    let mut facts = Facts::new();
    facts = if country.is_empty() { facts } else { facts.with_country(country) };
    let shown = |status: u16, headers: &http::HeaderMap, path: &str| {
        let set = headers.iter().filter(|(name, _)| name.as_str().starts_with("x-t") || *name == "location");
        let mut set: Vec<String> = set.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        set.sort();
        format!("{status} {path} {set:?}")
    };
    let mut pass = match engine.enter(&mut head, facts) {
        Entered::Ask(pass) => pass,
        Entered::Answer(answer) => return shown(answer.status().as_u16(), answer.headers(), ""),
    };
    loop {
        let status = if FILES.contains(&head.uri.path()) { 200 } else { 404 };
        let (mut response, ()) = Response::builder().status(status).body(()).unwrap().into_parts();
        match pass.leave(&mut response) {
            Outcome::AskAgain(again, next) => (head, pass) = (*again, next),
            _ => {
                let to = head.uri.path_and_query().map_or("", |to| to.as_str());
                return shown(response.status.as_u16(), &response.headers, to);
            }
        }
    }
}

/// `Err`: what is wrong with what was written.
fn judge(text: &str, form: Form, to: &str, urls: &[String], country: &str) -> Result<bool, String> {
    let Ok(before) = engine_of([(text, form)]) else { return Ok(false) };
    let converted = convert(text, form, to);
    let written: Vec<_> = converted.files.iter().map(|file| (file.text.as_str(), form_of(file.name, to))).collect();
    let shown = || format!("{text}\n--- as {to}\n{written:?}");
    let after = engine_of(written.iter().copied()).map_err(|error| format!("{error}\n{}", shown()))?;
    // A difference that is told is one that is known.
    let told = |code: &str| code == "changed-meaning" || code == "not-expressible";
    if converted.findings.iter().any(|finding| told(finding.code)) {
        return Ok(false);
    }
    for url in urls {
        let (one, other) = (outcome(&before, url, country), outcome(&after, url, country));
        if one != other {
            return Err(format!("{url} {country}: {one} becomes {other}\n{}", shown()));
        }
    }
    Ok(true)
}

fn one_of(texts: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop::sample::select(texts.to_vec())
}

fn from() -> impl Strategy<Value = &'static str> {
    one_of(&["/", "/a", "/a/", "/b", "/a/b", "/a/*", "/*", "/:x", "/a/:x", "/:x/b", "/a/:x/*", "/é", "/a%20b", "/A"])
}

/// With what the path captures, mostly.
fn to(from: &str) -> impl Strategy<Value = String> + use<> {
    let captures: Vec<&str> = [(":x", ":x"), ("*", ":splat")]
        .into_iter()
        .filter(|(sign, _)| from.contains(sign))
        .map(|(_, name)| name)
        .collect();
    let host = prop_oneof![3 => Just(""), 1 => Just("https://y.example")];
    let query = prop_oneof![4 => Just(""), 1 => Just("?q=1")];
    (host, one_of(&["/t", "/t/x", "/"]), query, any::<bool>()).prop_map(move |(host, path, query, uses)| {
        let tail: String = captures.iter().filter(|_| uses).map(|name| format!("/{name}")).collect();
        format!("{host}{}{tail}{query}", if tail.is_empty() { path } else { path.trim_end_matches('/') })
    })
}

fn line(dialect: Dialect) -> impl Strategy<Value = String> {
    let netlify = dialect == Dialect::Netlify;
    from().prop_flat_map(move |from| {
        let status = one_of(if netlify {
            &[
                "",
                "301",
                "302!",
                "307",
                "308!",
                "200!",
                "404!",
                "200",
                "301 Country=de",
                "302! Cookie=c",
                "302 Language=de",
            ]
        } else {
            &["", "301", "302", "307", "308", "200"]
        });
        let query = one_of(if netlify { &["", "", "", "id=1 ", "id=:v "] } else { &[""] });
        (to(from), status, query).prop_map(move |(to, status, query)| format!("{from} {query}{to} {status}"))
    })
}

fn block() -> impl Strategy<Value = String> {
    let header = (one_of(&["X-T1", "X-T2", "x-t1"]), one_of(&["1", "a, b", "{x}", "a:b; c"]));
    (from(), prop::collection::vec(header, 1..3)).prop_map(|(path, headers)| {
        let lines: String = headers.iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
        format!("{path}\n{lines}")
    })
}

/// A file of Selvedge's rules, or of Vercel's.
fn json(vercel: bool) -> impl Strategy<Value = String> {
    let rule = from().prop_flat_map(move |from| {
        let status = one_of(&["301", "302", "307", "308"]);
        let when = one_of(&["", "", "host", "query", "cookie"]);
        (Just(from), to(from), status, when)
    });
    let redirect = rule.prop_map(move |(from, to, status, when)| {
        let (from, to) = if vercel { (from.replace("/*", "/:splat*"), to) } else { (from.to_owned(), to) };
        let (source, dest) = if vercel { ("source", "destination") } else { ("from", "to") };
        let code = if vercel { "statusCode" } else { "status" };
        let when = match (when, vercel) {
            ("host", false) => r#", "when": { "host": "x.example" }"#,
            ("query", false) => r#", "when": { "query": { "id": "1" } }"#,
            ("cookie", false) => r#", "when": { "cookie": { "c": true } }"#,
            ("host", true) => r#", "has": [{ "type": "host", "value": "x.example" }]"#,
            ("query", true) => r#", "has": [{ "type": "query", "key": "id", "value": "1" }]"#,
            ("cookie", true) => r#", "missing": [{ "type": "cookie", "key": "c" }]"#,
            _ => "",
        };
        format!(r#"{{ "{source}": "{from}", "{dest}": "{to}", "{code}": {status}{when} }}"#)
    });
    let header = (from(), one_of(&["1", "a, b"])).prop_map(move |(path, value)| {
        if vercel {
            let path = path.replace("/*", "/:splat*");
            format!(r#"{{ "source": "{path}", "headers": [{{ "key": "X-T1", "value": "{value}" }}] }}"#)
        } else {
            format!(r#"{{ "for": "{path}", "set": {{ "X-T1": "{value}" }} }}"#)
        }
    });
    let lists = (prop::collection::vec(redirect, 0..4), prop::collection::vec(header, 0..3));
    lists.prop_map(|(redirects, headers)| {
        format!(r#"{{ "redirects": [{}], "headers": [{}] }}"#, redirects.join(", "), headers.join(", "))
    })
}

fn file() -> impl Strategy<Value = (String, Form)> {
    let lines = |dialect| {
        let lines = prop::collection::vec(line(dialect), 1..5);
        lines.prop_map(move |lines| (lines.join("\n") + "\n", Form::Redirects(dialect)))
    };
    let blocks = |dialect| {
        let blocks = prop::collection::vec(block(), 1..4);
        blocks.prop_map(move |blocks| (blocks.concat(), Form::Headers(dialect)))
    };
    let toml = prop::collection::vec(line(Dialect::Netlify), 1..4).prop_map(|lines| {
        let converted = to_netlify_toml(&(lines.join("\n") + "\n"), Form::Redirects(Dialect::Netlify), &Options::new());
        (converted.files.first().map_or_else(String::new, |file| file.text.clone()), Form::NetlifyToml)
    });
    let dialect = || prop::sample::select(Dialect::ALL.to_vec());
    prop_oneof![
        2 => dialect().prop_flat_map(lines),
        2 => dialect().prop_flat_map(blocks),
        1 => toml,
        1 => json(false).prop_map(|text| (text, Form::Rules)),
        1 => json(true).prop_map(|text| (text, Form::VercelJson)),
    ]
}

fn urls() -> impl Strategy<Value = Vec<String>> {
    let path = one_of(&[
        "/",
        "/a",
        "/a/",
        "/b",
        "/a/b",
        "/a/b/",
        "/a/b/c",
        "/x",
        "/x/b",
        "/%C3%A9",
        "/a%20b",
        "/A",
        "/index.html",
    ]);
    let query = one_of(&["", "", "?id=1", "?id=2&q=a"]);
    prop::collection::vec((path, query).prop_map(|(path, query)| format!("https://x.example{path}{query}")), 8)
}

fn config() -> ProptestConfig {
    let wanted = ProptestConfig::default();
    let seed = if wanted.rng_seed == RngSeed::Random { RngSeed::Fixed(1) } else { wanted.rng_seed };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { wanted.cases } else { 300 };
    ProptestConfig { cases, rng_seed: seed, failure_persistence: None, ..wanted }
}

proptest! {
    // The same files each time; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` choose more and others.
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read_and_decides_alike(
        (text, form) in file(),
        to in one_of(&targets()),
        urls in urls(),
        country in one_of(&["", "DE"]),
    ) {
        if let Err(wrong) = judge(&text, form, to, &urls, country) {
            prop_assert!(false, "{}", wrong);
        }
    }
}

/// Each form, written by hand as a person would: there is nothing in it that every vendor lacks.
#[test]
fn a_file_of_each_form_goes_to_each_vendor() {
    let urls: Vec<String> =
        ["/", "/old", "/x/a/b", "/p/1", "/c"].iter().map(|path| format!("https://x.example{path}")).collect();
    let rules = r#"{ "ignoreTrailingSlash": false, "redirects": [{ "from": "/old", "to": "/new", "status": 301 }, { "from": "/p/:id", "to": "https://y.example/:id", "status": 302 }] }"#;
    let lines = "/old /new 301\n/x/* /y/:splat 302\n/p/:id https://y.example/:id 308\n";
    for (text, form, same) in [
        (rules, Form::Rules, &["rules", "cloudflare"][..]),
        (lines, Form::Redirects(Dialect::Cloudflare), &["rules", "cloudflare"]),
        (&lines.replace("\n", "!\n"), Form::Redirects(Dialect::Netlify), &["rules", "netlify", "netlify-toml"]),
        ("/* /\n/ /t\n", Form::Redirects(Dialect::Netlify), &["rules", "netlify", "netlify-toml"]),
        ("/x/*\n  X-T1: 1\n", Form::Headers(Dialect::Netlify), &["rules", "netlify", "netlify-toml"]),
        ("/x/*\n  X-T1: 1\n", Form::Headers(Dialect::Cloudflare), &["rules", "cloudflare"]),
        (
            r#"{ "redirects": [{ "source": "/old", "destination": "/new", "permanent": true }] }"#,
            Form::VercelJson,
            &["rules", "vercel"],
        ),
    ] {
        for to in targets() {
            let alike = judge(text, form, to, &urls, "").unwrap_or_else(|wrong| panic!("{wrong}"));
            assert!(alike || !same.contains(&to), "{text} to {to}: {:?}", convert(text, form, to).findings);
        }
    }
}
