#![allow(clippy::unwrap_used)]

use super::*;
use crate::dialect::Dialect;
use crate::dialect::convert::{to_files, to_vercel_json};

const RULES: &str = r#"{ "redirects": [
    { "from": "/a", "to": "/b" },
    { "from": "/c", "when": { "host": "old.example" }, "to": "https://new.example/d", "status": 308 },
    { "from": "/docs/*", "to": "/v2/:splat", "status": 302 },
    { "from": "/p", "when": { "query": { "id": "3" } }, "to": "/three", "query": { "drop": ["id"] } },
    { "from": "/caf%C3%A9,x", "to": "/menu?x=1" }
] }"#;

fn write(rules: &str, list: List) -> (String, Vec<String>) {
    let Converted { files, findings } = to_list(rules, Form::Rules, &Options::new(), list, Some("site.example"));
    let text = files.into_iter().map(|file| file.text).collect();
    (text, findings.into_iter().map(|finding| format!("{} {}", finding.code, finding.place)).collect())
}

#[test]
fn a_table_holds_them_all() {
    let (text, findings) = write(RULES, List::Csv);
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        text,
        "from,to,status\n/a,/b,301\nhttps://old.example/c,https://new.example/d,308\n/docs/*,/v2/*,302\n/p?id=3,/three,301\n\"/caf%C3%A9,x\",/menu?x=1,301\n"
    );
}

#[test]
fn cloudflare_s_list_has_hosts() {
    let (text, findings) = write(RULES, List::CloudflareBulk);
    assert_eq!(findings, ["not-expressible redirects[3]"]);
    assert!(
        text.starts_with("site.example/a,https://site.example/b,301,TRUE,FALSE,FALSE,FALSE\nsite.example/a/,"),
        "{text}"
    );
    assert!(text.contains("site.example/docs,https://site.example/v2/,302,TRUE,FALSE,FALSE,FALSE\nsite.example/docs/,https://site.example/v2/,302,TRUE,FALSE,TRUE,TRUE\n"), "{text}");
    assert!(text.contains("\"site.example/caf%C3%A9,x\",https://site.example/menu?x=1,301,FALSE,"), "{text}");
}

#[test]
fn a_list_leaves_out_what_an_earlier_rule_hides() {
    let rules = r#"{ "redirects": [{ "from": "/a/*", "to": "/b" }, { "from": "/a/x/y", "to": "/c" }, { "from": "/d", "to": "/e" }, { "from": "/d", "to": "/f" }] }"#;
    let (text, _) = write(rules, List::VercelBulk);
    assert_eq!(text, "source,destination,statusCode,caseSensitive,query\n/d,/e,301,t,t\n/d/,/e,301,t,t\n");
}

#[test]
fn a_scheme_is_kept_or_reported() {
    let rules = r#"{ "redirects": [{ "from": "/a", "when": { "host": "e.example", "scheme": "http" }, "to": "https://e.example/a" }] }"#;
    let (text, findings) = write(rules, List::Csv);
    assert_eq!((text.as_str(), findings.len()), ("from,to,status\nhttp://e.example/a,https://e.example/a,301\n", 0));
    let (text, _) = write(rules, List::CloudflareBulk);
    assert!(text.starts_with("http://e.example/a,https://e.example/a,301,TRUE,"), "{text}");
    // <https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewritecond>: "on" or "off".
    let (text, _) = write(rules, List::Htaccess);
    assert!(text.contains("RewriteCond %{HTTPS} =off\nRewriteRule \"^a/?$\""), "{text}");
    for list in [List::VercelBulk, List::KeyValueStore, List::S3, List::NginxMap] {
        let (text, findings) = write(rules, list);
        assert_eq!(
            (text.as_str(), findings.first().map(String::as_str)),
            ("", Some("not-expressible redirects[0].when.scheme"))
        );
    }
    // <https://caddyserver.com/docs/caddyfile/matchers#protocol>
    let all = r#"{ "redirects": [{ "from": "/a", "when": { "scheme": "http" }, "to": "https://e.example/a" }] }"#;
    let (text, _) = write(all, List::Caddyfile);
    assert!(text.contains("\t@m0 {\n\t\tpath \"/a\" \"/a/\"\n\t\tprotocol http\n\t}\n\tredir @m0 "), "{text}");
    assert_eq!(write(all, List::Csv).1, ["not-expressible redirects[0]"]);
}

#[test]
fn stores_and_servers_have_their_own_words() {
    let one = r#"{ "redirects": [{ "from": "/a", "to": "/b" }, { "from": "/c", "to": "/d", "status": 302, "ignoreTrailingSlash": false }] }"#;
    let (text, _) = write(one, List::KeyValueStore);
    assert_eq!(text, "{\"data\":[\n{\"key\":\"/a\",\"value\":\"/b\"},\n{\"key\":\"/c\",\"value\":\"302n /d\"}\n]}\n");
    let (text, findings) = write(
        r#"{ "redirects": [{ "from": "/docs/*", "to": "https://x.example/v2/:splat" }, { "from": "/a", "to": "/b" }] }"#,
        List::S3,
    );
    assert_eq!(findings, ["changed-meaning redirects[0]", "not-expressible redirects[1]"]);
    assert_eq!(
        text,
        "[\n  { \"Condition\": { \"KeyPrefixEquals\": \"docs/\" }, \"Redirect\": { \"Protocol\": \"https\", \"HostName\": \"x.example\", \"ReplaceKeyPrefixWith\": \"v2/\", \"HttpRedirectCode\": \"301\" } }\n]\n"
    );
    let (text, _) = write(one, List::NginxMap);
    assert!(text.starts_with("map $uri $redirect_301 {\n    default \"\";\n    \"/a\" \"/b$is_args$args\";\n    \"/a/\" \"/b$is_args$args\";\n}\n"), "{text}");
    let (text, _) = write(RULES, List::Htaccess);
    assert_eq!(
        text,
        "RewriteEngine On\n\
         RewriteRule \"^a/?$\" \"/b\" [R=301,L,NE]\n\
         RewriteCond %{HTTP_HOST} ^(?:old\\.example)\\.?(?::\\d+)?$ [NC]\n\
         RewriteRule \"^c/?$\" \"https://new.example/d\" [R=308,L,NE]\n\
         RewriteRule \"^docs(?:/(.*))?$\" \"/v2/$1\" [R=302,L]\n\
         RewriteRule \"^café,x/?$\" \"/menu?x=1\" [R=301,L,NE]\n"
    );
}

/// What a star takes goes on as it came in the request: Caddy escapes nothing of what it has decoded.
#[test]
fn what_a_star_takes_stays_escaped_in_a_caddyfile() {
    let rules = r#"{ "redirects": [{ "from": "/x/*", "to": "/:splat" },
        { "from": "/b-1/*", "ignoreCase": true, "ignoreTrailingSlash": false, "to": "https://blog.example.com/a/:splat" },
        { "from": "/s/*", "to": "/find?q=:splat" }] }"#;
    let (text, findings) = write(rules, List::Caddyfile);
    assert_eq!(findings, ["not-expressible redirects[2]"]);
    assert_eq!(
        text,
        "route {\n\
         \t@m0 {\n\
         \t\tpath_regexp `(?s)^/x(?:/.*)?$`\n\
         \t\tvars_regexp r0 {http.request.uri} `^/(?:x|%78)(?:/+([^?]*))?(?:\\?|$)`\n\
         \t}\n\
         \tredir @m0 \"/{re.r0.1}{http.request.uri.prefixed_query}\" 301\n\
         \t@m1 {\n\
         \t\tpath_regexp `(?i)(?s)^/b\\-1/.*$`\n\
         \t\tvars_regexp r1 {http.request.uri} `^/(?:b|%62|B|%42)(?:\\-|%2[dD])(?:1|%31)/([^?]*)(?:\\?|$)`\n\
         \t}\n\
         \tredir @m1 \"https://blog.example.com/a/{re.r1.1}{http.request.uri.prefixed_query}\" 301\n\
         }\n"
    );
}

/// Caddy and Apache sent /y/.evil.com to e.org.evil.com.
#[test]
fn no_list_has_what_rules_refuse() {
    let (bad, name) = (
        r#"{ "redirects": [{ "from": "/y/*", "to": "https://e.org:splat" }] }"#,
        r#"{ "redirects": [{ "from": "/z/*", "to": "https://a.:splat/" }] }"#,
    );
    for list in List::ALL {
        let (text, findings) = write(bad, list);
        assert_eq!(text, "", "{list:?}");
        assert!(findings.len() == 1 && findings[0].ends_with(" redirects[0].to"), "{list:?}: {findings:?}");
        if list != List::Csv {
            let (text, findings) = write(name, list);
            assert_eq!((text.as_str(), findings.as_slice()), ("", &["not-expressible redirects[0].to".to_owned()][..]));
        }
    }
    // It is left out alone, of a table as well, and a body that is not read is nothing that is wrong.
    let rules = r#"{ "redirects": [{ "from": "/y/*", "to": "https://e.org:splat" }, { "from": "/a", "to": "/b" }],
        "responses": { "for": "/gone", "status": 410, "body": { "file": "410.html" } } }"#;
    let (text, findings) = write(rules, List::Htaccess);
    assert_eq!(text, "RewriteEngine On\nRewriteRule \"^a/?$\" \"/b\" [R=301,L,NE]\n");
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings.contains(&"not-expressible responses[0].body".to_owned()), "{findings:?}");
    let table = "from,to\n/y/*,https://e.org*\n/a,/b\n";
    let Converted { files, findings } = to_list(table, Form::Table, &Options::new(), List::Htaccess, None);
    assert_eq!(files[0].text, "RewriteEngine On\nRewriteRule \"^a/?$\" \"/b\" [R=301,L,NE]\n");
    assert!(findings.iter().any(|it| it.span.is_some_and(|span| span.line == 2)), "{findings:?}");
    for converted in [
        to_files(bad, Form::Rules, &Options::new(), Dialect::Netlify),
        to_files(bad, Form::Rules, &Options::new(), Dialect::Cloudflare),
        to_vercel_json(bad, Form::Rules, &Options::new()),
    ] {
        assert_eq!((converted.files.len(), converted.findings.len()), (0, 1), "{converted:?}");
    }
}

/// Cloudflare compares what its normalisation leaves, which escapes all but unreserved and reserved characters:
/// <https://developers.cloudflare.com/rules/normalization/how-it-works/>. A key of S3 is decoded, and a `Location` is a URI
/// everywhere (RFC 9110, 10.2.2).
#[test]
fn addresses_are_escaped_as_each_list_compares_and_sends_them() {
    let rules = r#"{ "ignoreTrailingSlash": false, "redirects": [
        { "from": "/c d|e", "to": "/x \"y" }, { "from": "/%c3%b6", "to": "https://e.example/ü?q=ä b#ö" } ] }"#;
    let (text, _) = write(rules, List::CloudflareBulk);
    assert_eq!(
        text,
        "site.example/c%20d%7Ce,https://site.example/x%20%22y,301,TRUE,FALSE,FALSE,FALSE\n\
         site.example/%C3%B6,https://e.example/%C3%BC?q=%C3%A4%20b#%C3%B6,301,FALSE,FALSE,FALSE,FALSE\n"
    );
    let (text, _) = write(rules, List::VercelBulk);
    assert!(text.ends_with("\n/%C3%B6,https://e.example/%C3%BC?q=%C3%A4%20b#%C3%B6,301,t,f\n"), "{text}");
    assert!(text.contains("\"/c%20d|e\",/x%20%22y,301,t,t\n"), "{text}");
    let below = r#"{ "ignoreTrailingSlash": false, "redirects": [{ "from": "/ö 1/*", "to": "/ü 2/:splat" }, { "from": "/a%2Fb/*", "to": "/c" }] }"#;
    let (text, findings) = write(below, List::S3);
    assert_eq!(findings, ["not-expressible redirects[1]"]);
    assert!(
        text.contains(r#"{ "KeyPrefixEquals": "ö 1/" }, "Redirect": { "ReplaceKeyPrefixWith": "%C3%BC%202/", "#),
        "{text}"
    );
    let (text, _) = write(below, List::CloudflareBulk);
    assert!(
        text.starts_with("site.example/%C3%B6%201/,https://site.example/%C3%BC%202/,301,TRUE,FALSE,TRUE,TRUE\n"),
        "{text}"
    );
}
