//! What a vendor has, it is written for: servers, hosts, languages, cookies, parameters. What it does not have costs what it is.
//!
//! Netlify: <https://docs.netlify.com/routing/redirects/redirect-options/>, <https://docs.netlify.com/routing/redirects/rewrites-proxies/>.
//! Vercel: <https://vercel.com/docs/project-configuration>.

use selvedge::Severity;
use selvedge::dialect::convert::{Converted, to_files, to_netlify_toml, to_vercel_json};
use selvedge::dialect::{Dialect, Form, Options};
use serde_json::{Value, json};

const LINES: Form = Form::Redirects(Dialect::Netlify);

fn errors(converted: &Converted) -> Vec<String> {
    let errors = converted.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{}: {}", finding.place, finding.message)).collect()
}

fn vercel(text: &str, form: Form) -> (Value, Vec<String>) {
    let converted = to_vercel_json(text, form, &Options::new());
    let written = converted.files.first().map_or("{}", |file| file.text.as_str());
    (serde_json::from_str(written).unwrap(), errors(&converted))
}

#[test]
fn lines_of_netlify_are_written_as_they_were() {
    for line in [
        "https://site.example/a /b 301!\n",
        "https://site.example:8443/a/* /b/:splat 302!\n",
        "http://a.example/* http://b.example/:splat 301!\nhttps://a.example/* https://b.example/:splat 301!\n",
        "https://site.example/a /b 200!\n",
        "/api/* https://api.example/v1/:splat 200!\n",
        "/p http://o.example:8080/x 200!\n",
        "/a /a.html 200!\n/api/* https://api.example/:splat 200!\n/* /index.html 200\n",
        "/lang /fr 302! Language=fr,zh-TW\n",
        "/both /fr 302! Country=ca Language=fr\n",
        "/one /x 302! Cookie=a\n",
        "/two /x 302! Cookie=a,b\n",
        "/q id=:id /p/:id 301!\n",
        "/r a=1 b=:b /p/:b 301!\n",
    ] {
        let converted = to_files(line, LINES, &Options::new(), Dialect::Netlify);
        assert_eq!(errors(&converted), [] as [&str; 0], "{line}");
        assert_eq!(converted.files[0].text, line);
        let tables = to_netlify_toml(line, LINES, &Options::new());
        assert_eq!(errors(&tables), [] as [&str; 0], "{line}");
        let again = to_files(&tables.files[0].text, Form::NetlifyToml, &Options::new(), Dialect::Netlify);
        assert_eq!(again.files[0].text, line);
    }
}

#[test]
fn another_server_is_asked_or_nothing_is_written() {
    let line = "/api/* https://api.example/v1/:splat 200!\n";
    let (file, told) = vercel(line, LINES);
    assert_eq!(
        file["rewrites"],
        json!([{ "source": "/api/:splat(.*)?", "destination": "https://api.example/v1/:splat" }])
    );
    assert_eq!(told, [] as [&str; 0]);
    // The path there, without the server, would be a page of the site.
    let cloudflare = to_files(line, LINES, &Options::new(), Dialect::Cloudflare);
    assert_eq!(cloudflare.files, []);
    assert_eq!(errors(&cloudflare), ["origins[0]: Cloudflare has no lines that ask another server"]);

    let toml = "[[redirects]]\nfrom = \"/api/*\"\nto = \"https://api.example/:splat\"\nstatus = 200\nforce = true\nheaders = { \"X-From\" = \"Netlify\" }\n";
    assert_eq!(to_netlify_toml(toml, Form::NetlifyToml, &Options::new()).files[0].text, toml);
    let lines = to_files(toml, Form::NetlifyToml, &Options::new(), Dialect::Netlify);
    assert_eq!(lines.files[0].text, "/api/* https://api.example/:splat 200!\n");
    assert_eq!(errors(&lines), [": Netlify has no request headers in lines; netlify.toml has them"]);
}

/// A rule of `origins` keeps the path. A line for everything would take it.
#[test]
fn servers_of_rules() {
    let rules = r#"{ "origins": [{ "for": ["/api/*", "/u/:id"], "to": { "custom": { "domainName": "api.example", "path": "/v2", "port": 8443 } } }],
        "rewrites": { "from": "/*", "to": "/index.html", "fallback": true } }"#;
    let lines = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
    assert_eq!(errors(&lines), [] as [&str; 0]);
    assert_eq!(
        lines.files[0].text,
        "/api/* https://api.example:8443/v2/api/:splat 200!\n/u/:id https://api.example:8443/v2/u/:id 200!\n/* /index.html 200\n"
    );
    let (file, _) = vercel(rules, Form::Rules);
    assert_eq!(file["rewrites"][0]["destination"], "https://api.example:8443/v2/api/:splat");
    assert_eq!(file["rewrites"][2]["destination"], "/index.html");
    for rules in [
        // Signed requests, and paths that are kept from the server.
        r#"{ "origins": { "for": "/a", "to": { "s3": { "domainName": "b.s3.eu-central-1.amazonaws.com", "authMethod": "origin-access-identity" } } } }"#,
        r#"{ "origins": [{ "for": "/a/b", "pass": true }, { "for": "/a/*", "to": { "custom": { "domainName": "api.example" } } }] }"#,
        r#"{ "origins": { "for": { "regex": "^/a" }, "to": { "custom": { "domainName": "api.example" } } } }"#,
        r#"{ "origins": { "for": "/a", "weight": 5, "to": { "custom": { "domainName": "api.example" } } } }"#,
    ] {
        let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
        assert!(converted.files.is_empty() && errors(&converted).len() == 1, "{rules}: {converted:?}");
        let (file, told) = vercel(rules, Form::Rules);
        assert!(file.get("rewrites").is_none() && told.len() == 1, "{rules}: {told:?}");
    }
}

#[test]
fn hosts_that_lines_cannot_say_are_left_out() {
    for when in [
        r#"{ "host": { "suffix": ".a.example" } }"#,
        r#"{ "host": ["a.example", { "suffix": ".a.example" }] }"#,
        r#"{ "scheme": "http" }"#,
        r#"{ "not": { "host": "a.example" } }"#,
        r#"{ "any": [{ "host": "a.example" }, { "country": "DE" }] }"#,
    ] {
        let rules = format!(r#"{{ "redirects": {{ "from": "/a", "to": "/b", "when": {when} }} }}"#);
        let converted = to_files(&rules, Form::Rules, &Options::new(), Dialect::Netlify);
        assert!(converted.files.is_empty() && errors(&converted).len() == 1, "{rules}: {converted:?}");
    }
    let rules = r#"{ "redirects": { "from": "/a", "to": "/b", "when": { "host": ["a.example", "b.example"] } } }"#;
    let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
    assert_eq!(converted.files[0].text, "https://a.example/a /b 301!\nhttps://b.example/a /b 301!\n");
}

/// A list of Vercel's says that all of it holds: each way is an entry.
#[test]
fn ways_in_which_conditions_hold_are_entries_of_vercel() {
    let (file, told) = vercel("/ /fr 302! Language=fr\n", LINES);
    assert_eq!(told, [] as [&str; 0]);
    let expected = "fr|(?:fr-|fr,|fr;).*";
    assert_eq!(
        file["redirects"],
        json!([
            { "source": "/", "has": [{ "type": "cookie", "key": "nf_lang", "value": expected }],
              "destination": "/fr", "statusCode": 302 },
            { "source": "/", "has": [{ "type": "header", "key": "Accept-Language", "value": expected }],
              "missing": [{ "type": "cookie", "key": "nf_lang" }], "destination": "/fr", "statusCode": 302 }
        ])
    );
    let (file, told) = vercel("/q id=:id /p/:id 301!\n", LINES);
    assert_eq!((&file["redirects"][0]["destination"], told), (&json!("/p/:id"), vec![]));
    assert_eq!(file["redirects"][0]["has"], json!([{ "type": "query", "key": "id" }]));
    // Vercel leads http to https, <https://vercel.com/docs/security/encryption>.
    let pair = "http://a.example/* http://b.example/:splat 301!\nhttps://a.example/* https://b.example/:splat 301!\n";
    let (file, told) = vercel(pair, LINES);
    assert_eq!(file["redirects"].as_array().unwrap().len(), 1);
    assert!(matches!(told.as_slice(), [http] if http.contains("over http")), "{told:?}");
    // Not both is more than neither.
    let rules =
        r#"{ "redirects": { "from": "/a", "to": "/b", "when": { "not": { "cookie": { "c": true, "d": true } } } } }"#;
    let (file, told) = vercel(rules, Form::Rules);
    assert!(file.get("redirects").is_none() && told.len() == 1, "{told:?}");
}

/// `_headers` has no empty values, which `netlify.toml` has.
#[test]
fn a_header_that_cannot_be_written_costs_itself() {
    let toml = "[[headers]]\nfor = \"/*\"\n[headers.values]\n\"Permissions-Policy\" = \"\"\n\"X-B\" = \"1\"\n";
    for dialect in [Dialect::Netlify, Dialect::Cloudflare] {
        let converted = to_files(toml, Form::NetlifyToml, &Options::new(), dialect);
        assert_eq!(converted.files[0].text, "/*\n  X-B: 1\n");
        assert_eq!(errors(&converted).len(), 1);
    }
    assert_eq!(to_netlify_toml(toml, Form::NetlifyToml, &Options::new()).files[0].text, toml);
    let rules = r#"{ "headers": { "for": "/a", "set": { "X-A": "{host}", "X-B": "1" } } }"#;
    let (file, told) = vercel(rules, Form::Rules);
    assert_eq!(file["headers"][0]["headers"], json!([{ "key": "X-B", "value": "1" }]));
    assert_eq!(told.len(), 1);
}
