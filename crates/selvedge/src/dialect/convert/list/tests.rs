#![allow(clippy::unwrap_used)]

use super::*;

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
