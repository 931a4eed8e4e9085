//! From the examples of <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html>.

use super::*;

fn s3(text: &str) -> (String, Vec<String>) {
    read(text, Hosting::S3)
}

#[test]
fn a_renamed_key_prefix() {
    let (rules, said) = s3(
        r#"[{ "Condition": { "KeyPrefixEquals": "docs/" }, "Redirect": { "ReplaceKeyPrefixWith": "documents/" } }]"#,
    );
    assert_eq!(said, [""; 0]);
    assert_eq!(rules, r#"{"redirects":[{"from":"/docs/*","to":"/documents/{splat}","status":301}]}"#);
}

#[test]
fn a_deleted_folder_and_an_error() {
    let (rules, said) = s3(r#"[
      { "Condition": { "KeyPrefixEquals": "images/" }, "Redirect": { "ReplaceKeyWith": "folderdeleted.html" } },
      { "Condition": { "HttpErrorCodeReturnedEquals": "404" },
        "Redirect": { "HostName": "ec2-11-22-333-44.compute-1.amazonaws.com", "Protocol": "http", "ReplaceKeyPrefixWith": "report-404/" } }
    ]"#);
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r#"{"redirects":[{"from":"/images/*","to":"/folderdeleted.html","status":301},"#,
            r#"{"from":"/*","to":"http://ec2-11-22-333-44.compute-1.amazonaws.com/report-404/{splat}","status":301,"fallback":true}]}"#
        )
    );
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html>
#[test]
fn a_website_in_xml_is_the_same_as_in_json() {
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
<WebsiteConfiguration xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>
  <IndexDocument><Suffix>index.html</Suffix></IndexDocument>
  <ErrorDocument><Key>Error.html</Key></ErrorDocument>
  <RoutingRules>
    <RoutingRule>
      <Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition>
      <Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith><HttpRedirectCode>302</HttpRedirectCode></Redirect>
    </RoutingRule>
  </RoutingRules>
</WebsiteConfiguration>"#;
    let json = r#"{ "IndexDocument": { "Suffix": "index.html" }, "ErrorDocument": { "Key": "Error.html" },
      "RoutingRules": [{ "Condition": { "KeyPrefixEquals": "docs/" },
                         "Redirect": { "ReplaceKeyPrefixWith": "documents/", "HttpRedirectCode": "302" } }] }"#;
    assert_eq!(s3(xml), s3(json));
    assert_eq!(
        s3(xml).0,
        concat!(
            r#"{"html":{"index":"index.html"},"redirects":[{"from":"/docs/*","to":"/documents/{splat}","status":302}],"#,
            r#""rewrites":[{"from":"/*","to":"/Error.html","status":404,"fallback":true}]}"#
        )
    );
    assert_eq!(share(xml, Hosting::S3), "3 of 3 entries are taken over (100 %)");
}

#[test]
fn all_requests_elsewhere() {
    let (rules, _) = s3(r#"{ "RedirectAllRequestsTo": { "HostName": "example.com", "Protocol": "https" } }"#);
    assert_eq!(rules, r#"{"redirects":[{"from":"/*","to":"https://example.com/{splat}","status":301}]}"#);
}

#[test]
fn what_is_left_out_is_said_where_it_stands() {
    for (text, what) in [
        (
            "[{\n \"Condition\": { \"KeyPrefixEqual\": \"a\" }, \"Redirect\": { \"ReplaceKeyWith\": \"b\" } }]",
            "KeyPrefixEqual",
        ),
        ("[\n{ \"Redirect\": { \"HttpRedirectCode\": \"304\" } }]", "such a status"),
        ("[\n{ \"Redirect\": { \"ReplaceKeyWith\": \"../b\" } }]", "segment"),
        ("[\n{ \"Redirect\": { \"HostName\": \"a/b\" } }]", "the host \"a/b\""),
        (
            "[\n{ \"Condition\": { \"HttpErrorCodeReturnedEquals\": \"abc\" }, \"Redirect\": { \"ReplaceKeyWith\": \"b\" } }]",
            "the error",
        ),
        ("\n7", "expected"),
        ("\n<a><b></a>", "expected"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]>\n<a>&b;</a>", "DTD"),
    ] {
        let (rules, said) = s3(text);
        assert_eq!(rules, "{}", "{text}");
        assert!(said.iter().any(|said| said.contains(what)), "{text}: {said:?}");
    }
}

#[test]
fn a_protocol_alone_keeps_the_host_and_an_error_of_its_own_its_status() {
    let (rules, said) = s3(r##"[{ "Redirect": { "Protocol": "https" } },
      { "Condition": { "HttpErrorCodeReturnedEquals": "403", "KeyPrefixEquals": "a b%" }, "Redirect": { "ReplaceKeyWith": "#x" } }]"##);
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r##"{"redirects":[{"from":"/*","to":"https://{host}/{splat}","status":301},"##,
            r##"{"from":"/a%20b%25*","when":{"status":403},"to":"/#x","status":301,"at":"origin-response"}]}"##
        )
    );
}
