#![allow(clippy::unwrap_used)]

use super::*;

fn read(text: &str) -> Parsed {
    table(text, &Options::new())
}

fn rules(text: &str) -> String {
    let parsed = read(text);
    let codes: Vec<String> = parsed
        .findings
        .iter()
        .map(|finding| format!("{} {}:{}", finding.code, finding.span.unwrap().line, finding.span.unwrap().column))
        .collect();
    let rules = serde_json::to_string(&parsed.rules).unwrap();
    parsed.to_rules().unwrap();
    format!("{}{rules}", codes.iter().map(|code| format!("[{code}] ")).collect::<String>())
}

#[test]
fn a_row_is_a_redirect() {
    assert_eq!(
        rules("from,to,status\n/a,/b,302\nold page,https://x.example/n:ew,\n"),
        r#"{"redirects":[{"from":"/a","to":"/b","status":302},{"from":"/old%20page","to":"https://x.example/n{:}ew","status":301}]}"#
    );
    assert_eq!(
        rules("/File:Map;/{b}\r\n/gone;;410\r\n"),
        r#"{"redirects":[{"from":"/File{:}Map","to":"/{{b}}","status":301}],"responses":[{"for":"/gone","status":410}]}"#
    );
}

#[test]
fn an_address_may_have_a_host_and_a_query() {
    assert_eq!(
        rules("source\ttarget\nhttp://Old.example:80/p?id=3&x=a+b\t/three\n/p\t/all\n"),
        concat!(
            r#"{"redirects":[{"from":"/p","when":{"host":"old.example","query":{"id":"3","x":"a b"}},"to":"/three","status":301,"query":{"drop":["id","x"]}},"#,
            r#"{"from":"/p","to":"/all","status":301}]}"#
        )
    );
}

#[test]
fn a_star_is_the_rest() {
    assert_eq!(
        rules("from,to\n/old/*,/new/$1\n/x/*,/y/*\n"),
        r#"{"redirects":[{"from":"/old/*","to":"/new/{splat}","status":301},{"from":"/x/*","to":"/y/{splat}","status":301}]}"#
    );
}

#[test]
fn expressions_are_translated_or_refused() {
    assert_eq!(
        rules(
            "source,target,regex,code,status\n^/p/(\\d+)$,/n/$1,1,301,active\n^/(?!a)x,/b,1,301,active\n/c,/d,0,302,disabled\n"
        ),
        r#"[not-honoured 3:1] {"redirects":[{"from":{"regex":"^/p/([0-9]+)$"},"to":"/n/{1}","status":301}]}"#
    );
}

/// The form that Redirection writes: <https://redirection.me/support/redirect-regular-expressions/>
#[test]
fn nothing_is_split_off_an_expression() {
    assert_eq!(
        rules("source,regex,target\n^/n/(\\d+)/?$,1,/m/$1\n"),
        r#"{"redirects":[{"from":{"regex":"^/n/([0-9]+)/?$"},"to":"/m/{1}","status":301}]}"#
    );
    assert!(rules("source,regex,target\n^/t/([^#?&]+)$,1,/u/$1\n").starts_with('{'));
    assert!(rules("source,regex,target\n^/a\\?id=(\\d+)$,1,/m/$1\n").starts_with("[not-honoured 2:1] "));
    assert!(rules("source,regex,target\nhttps://a.example/(.*),1,/m/$1\n").starts_with("[not-honoured 2:1] "));
}

#[test]
fn exports_of_vendors_say_how_they_match() {
    assert_eq!(
        rules("source,destination,permanent,caseSensitive,query\n/a,/b,true,true,false\n/c,/d,false,false,true\n"),
        r#"{"redirects":[{"from":"/a","to":"/b","status":308,"query":"drop"},{"from":"/c","ignoreCase":true,"to":"/d","status":307}]}"#
    );
    assert_eq!(
        rules("a.example/x/,https://b.example/y/,301,TRUE,TRUE,TRUE,TRUE\n"),
        r#"{"redirects":[{"from":"/x/*","when":{"host":["a.example","*.a.example"]},"to":"https://b.example/y/{splat}","status":301}]}"#
    );
}

#[test]
fn json_has_a_row_in_each_object() {
    let expected = r#"{"redirects":[{"from":"/a","to":"/b","status":302}]}"#;
    assert_eq!(rules("{\"source\":\"/a\",\"destination\":\"/b\",\"statusCode\":302}\n"), expected);
    assert_eq!(rules("[{\"source\":\"/a\",\"destination\":\"/b\",\"statusCode\":302}]"), expected);
    assert!(rules("{\"from\":\"/a\",\"to\":\"/b\"}\n{oops}\n").starts_with("[invalid-row 2:2] "));
}

#[test]
fn stars_and_parameters_are_not_lost() {
    assert!(rules("from,to\n/s/*/t/*,/u/*\n").starts_with("[changed-meaning 2:10] "));
    assert!(rules("from,to\n/s/*/t/*,/u/$2\n").starts_with('{'));
    assert!(rules("from,to\n/s/*/t/*,/u\n").starts_with('{'));
    assert!(rules("from,to\n/s/*,/u/*/*\n").starts_with("[invalid-row 2:6] "));
    assert!(
        rules("from,to\n/q?a=1&%61=2,/r\n/b,/c\n").starts_with("[invalid-row 2:1] {\"redirects\":[{\"from\":\"/b\"")
    );
}

#[test]
fn a_quote_that_is_not_closed_is_said_where_it_opens() {
    let said = |text: &str| {
        let parsed = read(text);
        let first = parsed.findings.first().unwrap();
        (parsed.findings.len(), first.message.clone(), first.span.unwrap().line, rules(text).contains("\"/a\""))
    };
    let never = "the quote opened on line 3 is never closed: nothing from there on is read".to_owned();
    assert_eq!(said("from,to\n/a,/b\n\"/c,/d\n/e,/f\n/g,/h\n"), (1, never, 3, true));
    let later = "the quote opened on line 3 closes on a later line".to_owned();
    assert_eq!(said("from,to\n/a,/b\n\"/c,/d\n\"/e\",/f\n"), (1, later, 3, true));
    let head = "the quote opened on line 1 is never closed: nothing from there on is read".to_owned();
    assert_eq!(said("\"from,to\n/a,/b\n"), (1, head, 1, false));
}

#[test]
fn rows_are_compared_with_each_other() {
    assert!(rules("from,to\n/a,/b\n/a/,/b\n").starts_with("[duplicate-row 3:1] "));
    assert!(rules("from,to\n/a,/b\n/a,/c\n").starts_with("[conflicting-rows 3:1] "));
    assert_eq!(
        rules("from,to\n/a,/b\n/a/,/c\n"),
        r#"{"redirects":[{"from":"/a","ignoreTrailingSlash":false,"to":"/b","status":301},{"from":"/a/","ignoreTrailingSlash":false,"to":"/c","status":301}]}"#
    );
    assert!(rules("from,to\n/a,/b\n/A,/c\n").starts_with("[rows-differ-by-case 3:1] "));
    let chain = rules("from,to\n/a,/b\n/b,/c\n");
    assert!(chain.starts_with("[redirect-chain 2:4] "), "{chain}");
    assert!(rules("from,to\n/a,/b\n/b,/a\n").starts_with("[redirect-loop 2:4] "));
    assert!(rules("from,to\n/a,/a\n").starts_with("[redirect-loop 2:4] "));
    assert!(rules("from,to\n/a,/a/\n").starts_with('{'));
}

#[test]
fn a_scheme_counts_where_rows_or_their_targets_differ_by_it() {
    let upgrade = r#"{"redirects":[{"from":"/a","when":{"host":"e.example","scheme":"http"},"to":"https://e.example/a","status":301}]}"#;
    assert_eq!(rules("from,to\nhttp://e.example/a,https://e.example/a\n"), upgrade);
    assert_eq!(rules("from,to\nHTTP://E.example:80/a,https://e.example/a/\n").matches(r#""scheme":"http""#).count(), 1);
    assert!(rules("from,to\nhttp://e.example,https://e.example/\n").starts_with('{'));
    let all = rules("from,to\nhttp://e.example/*,https://e.example/$1\n");
    assert!(all.contains(r#""scheme":"http"},"to":"https://e.example/{splat}""#), "{all}");
    // Both are for one address and lead elsewhere.
    let two = rules("from,to\nhttp://e.example/a,/b\nhttps://e.example/a,/c\n");
    assert!(two.starts_with('{') && two.contains(r#""scheme":"http""#) && two.contains(r#""scheme":"https""#), "{two}");
    assert!(!rules("from,to\nhttp://e.example/a,/b\n").contains("scheme"));
    let circle = rules("from,to\nhttp://e.example/a,https://e.example/a\nhttps://e.example/a,http://e.example/a\n");
    assert!(circle.contains("[redirect-loop 2:20]"), "{circle}");
    assert!(rules("from,to\nhttps://e.example/a,https://e.example/a\n").starts_with("[redirect-loop 2:"));
    // <https://developers.cloudflare.com/rules/url-forwarding/bulk-redirects/how-it-works/>: without a scheme both.
    assert!(rules("http://e.example/a,https://f.example/,301,TRUE,FALSE,FALSE,FALSE\n").contains(r#""scheme":"http""#));
}

#[test]
fn what_cannot_be_read_is_said_with_its_cell() {
    for (text, code) in [
        ("one,two\na,b\n", "[invalid-table 1:1] "),
        ("from,from,to\n/a,/b,/c\n", "[invalid-table 1:6] "),
        ("from,to\n,/b\n", "[invalid-row 2:1] "),
        ("from,to\n/a,\n", "[invalid-row 2:1] "),
        ("from,to\n/a#b,/c\n", "[invalid-row 2:1] "),
        ("from,to\nwww.example.com/a,/c\n", "[invalid-row 2:1] "),
        ("from,to\nwww.example.com,/c\n", "[invalid-row 2:1] "),
        ("from,to\nlocalhost:3000/a,/c\n", "[invalid-row 2:1] "),
        ("from,to\nmailto:a@b.example,/c\n", "[invalid-row 2:1] "),
        ("from,to\nold.html?id=1,/c\n", "{"),
        ("from,to\n/a,=A1\n", "[invalid-row 2:4] "),
        ("from,to\n/a,javascript:alert(1)\n", "[invalid-row 2:4] "),
        ("from,to\n/a,//evil.example\n", "[invalid-row 2:4] "),
        ("from,to,status\n/a,/b,200\n", "[invalid-row 2:7] "),
        ("from,to\n/a,b.example/c\n", "[invalid-row 2:4] "),
        ("from,to\n/a,/b\u{1}\n", "[control-character 2:6] "),
        ("from,to\n/a,/../b\n", "[not-honoured 2:4] "),
    ] {
        assert!(rules(text).starts_with(code), "{text:?}: {}", rules(text));
    }
    let long = format!("from,to\n/{},/b\n", "x".repeat(10 << 20));
    assert!(rules(&long).starts_with("[invalid-row 2:1] "));
}

/// A cell that limits a row is read, or the row is left out.
#[test]
fn what_a_row_is_for_is_never_lost() {
    assert_eq!(
        rules("from,to,status,host\n/a,/b,301,A.example\n/a,/c,301,b.example\n/d,/e,301,\n"),
        concat!(
            r#"{"redirects":[{"from":"/a","when":{"host":"a.example"},"to":"/b","status":301},"#,
            r#"{"from":"/a","when":{"host":"b.example"},"to":"/c","status":301},{"from":"/d","to":"/e","status":301}]}"#
        )
    );
    assert_eq!(
        rules("from,to,host,query,case_sensitive\n/a,/b,a b,,\n/c,/d,,id=3,\n/e,/f,,,perhaps\n/g,/h,,yes,yes\n"),
        r#"[invalid-row 2:7] [invalid-row 3:8] [invalid-row 4:9] {"redirects":[{"from":"/g","to":"/h","status":301}]}"#
    );
    let parsed = read("from,to,Last access,device,notes\n/a,/b,1,mobile,x\n");
    assert!(parsed.findings.iter().any(|it| it.message == "nothing is read of the columns \"device\""), "{parsed:?}");
}
