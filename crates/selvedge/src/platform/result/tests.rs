use super::validate_result;
use crate::{Severity, Value};
use selvedge_plan::Stage;

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// The row's place and severity; the table with AWS's documented rejections is `tests/validation/rejections.json`.
fn found(trigger: Stage, sent: &str, result: &str) -> Vec<(String, Severity)> {
    let found = validate_result(trigger, &value(sent), &value(result));
    found.into_iter().map(|violation| (violation.place, violation.severity)).collect()
}

#[test]
fn what_comes_back_unchanged_is_never_refused() {
    // Not even what no function might write: a viewer may send a space in a query.
    let request = r##"{"clientIp":"::1","method":"GET","uri":"*","querystring":"a b#","headers":{"host":[{"key":"Host","value":"a"}],"x":[{"value":"\u0001"}]}}"##;
    assert_eq!(found(Stage::ViewerRequest, &format!(r#"{{"request":{request}}}"#), request), []);
    let response = r#"{"status":"404","statusDescription":"Not Found","headers":{"via":[{"key":"Via","value":"x"}]}}"#;
    for trigger in [Stage::OriginResponse, Stage::ViewerResponse] {
        assert_eq!(found(trigger, &format!(r#"{{"request":{request},"response":{response}}}"#), response), []);
    }
}

#[test]
fn of_an_origin_only_what_was_changed_is_judged() {
    // The distribution of a local edge may have what CloudFront would not take.
    let origin = |domain: &str, port: u32, read: u32| {
        format!(
            r#"{{"custom":{{"customHeaders":{{}},"domainName":"{domain}","keepaliveTimeout":5,"path":"/v1/","port":{port},"protocol":"http","readTimeout":{read},"sslProtocols":[]}}}}"#
        )
    };
    let request = |origin: &str| {
        format!(
            r#"{{"clientIp":"::1","method":"GET","uri":"/","querystring":"","headers":{{"a":[{{"value":"1"}}]}},"origin":{origin}}}"#
        )
    };
    let sent = format!(r#"{{"request":{}}}"#, request(&origin("127.0.0.1", 9, 30)));
    let places = |origin: &str| -> Vec<String> {
        found(Stage::OriginRequest, &sent, &request(origin)).into_iter().map(|(place, _)| place).collect()
    };
    assert_eq!(places(&origin("127.0.0.1", 9, 30)), [""; 0]);
    assert_eq!(places(&origin("127.0.0.1", 9, 31)), [""; 0]);
    assert_eq!(
        places(&origin("127.0.0.2", 10, 0)),
        ["domainName", "port", "readTimeout"].map(|name| format!("origin.custom.{name}"))
    );
    // What the headers of the request have is not the distribution's.
    let doubled =
        origin("127.0.0.1", 9, 30).replace(r#""customHeaders":{}"#, r#""customHeaders":{"a":[{"value":"1"}]}"#);
    assert_eq!(places(&doubled), ["origin.custom.customHeaders.a"]);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let sent =
        r#"{"request":{"clientIp":"::1","method":"GET","uri":"/","querystring":"","headers":{"via":[{"value":"x"}]}}}"#;
    let result = r#"{"clientIp":"::1","method":"GET","uri":"a","querystring":"b c","headers":{"connection":[{"value":"close"}]}}"#;
    let places: Vec<String> = found(Stage::OriginRequest, sent, result).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["uri", "querystring", "headers.via", "headers.connection"]);
}

#[test]
fn what_aws_leaves_open_is_a_warning() {
    let sent = r#"{"request":{},"response":{"status":"200","headers":{}}}"#;
    assert_eq!(found(Stage::ViewerResponse, sent, r#"{"status":"404"}"#), [("status".to_owned(), Severity::Warning)]);
    assert_eq!(found(Stage::OriginResponse, sent, r#"{"status":404,"body":""}"#), []);
}
