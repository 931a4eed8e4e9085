//! The fields of an origin, by the rules of CloudFront's event structure; what it asks of their values is checked with the platform.

use super::OriginField;
use crate::platform::refuses_custom_header;
use crate::rules::authority::is_address;
use crate::rules::fields::Fields;
use crate::rules::grammar::{check_control, check_header_value, check_token, is_domain};
use crate::rules::header_name::NOTE_HEADER;
use crate::rules::read::Node;
use crate::rules::value::Value;

/// The documentation does not list TLSv1.3, and does not exclude it.
const SSL_PROTOCOLS: [(&str, &str); 5] =
    [("TLSv1.3", "TLSv1.3"), ("TLSv1.2", "TLSv1.2"), ("TLSv1.1", "TLSv1.1"), ("TLSv1", "TLSv1"), ("SSLv3", "SSLv3")];

pub(crate) fn read_s3(node: &Node<'_>) -> Option<Vec<OriginField>> {
    let mut fields = node.object()?;
    let mut all = Vec::new();
    text(&mut fields, &mut all, "domainName", |node, text| {
        check_domain(node, text, 128, "my-bucket.s3.eu-central-1.amazonaws.com");
    });
    text(&mut fields, &mut all, "path", |node, text| check_path(node, text, usize::MAX));
    let methods = [("none", "none"), ("origin-access-identity", "origin-access-identity")];
    let method = fields.take("authMethod").and_then(|node| node.one_of(&methods));
    all.extend(method.map(|method| OriginField::Text("authMethod", method.to_owned())));
    let mut region = false;
    text(&mut fields, &mut all, "region", |node, text| {
        region = !text.is_empty();
        if !text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            node.error(format_args!("{text:?} is not an AWS Region"), "write for example \"eu-central-1\"");
        }
    });
    if method == Some("origin-access-identity") && !region {
        node.error(
            "\"region\" is missing",
            "with \"origin-access-identity\" the platform needs the Region of the bucket",
        );
    }
    headers(&mut fields, &mut all);
    finish(node, fields, all)
}

pub(crate) fn read_custom(node: &Node<'_>) -> Option<Vec<OriginField>> {
    let mut fields = node.object()?;
    let mut all = Vec::new();
    text(&mut fields, &mut all, "domainName", |node, text| check_domain(node, text, 253, "api.example.com"));
    text(&mut fields, &mut all, "path", |node, text| check_path(node, text, 255));
    if let Some(node) = fields.take("port")
        && let Some(port) = node.integer(1, 65535)
    {
        all.push(OriginField::Number("port", port as u16));
    }
    let protocol = fields.take("protocol").and_then(|node| node.one_of(&[("https", "https"), ("http", "http")]));
    all.extend(protocol.map(|protocol| OriginField::Text("protocol", protocol.to_owned())));
    for name in ["readTimeout", "keepaliveTimeout"] {
        let seconds = fields.take(name).and_then(|node| node.integer(1, 120));
        all.extend(seconds.map(|seconds| OriginField::Number(name, seconds as u16)));
    }
    if let Some(node) = fields.take("sslProtocols") {
        let protocols = node.some_items().filter_map(|item| item.one_of(&SSL_PROTOCOLS)).map(str::to_owned).collect();
        all.push(OriginField::List("sslProtocols", protocols));
    }
    headers(&mut fields, &mut all);
    finish(node, fields, all)
}

fn finish(node: &Node<'_>, fields: Fields<'_>, all: Vec<OriginField>) -> Option<Vec<OriginField>> {
    let empty = fields.is_empty();
    drop(fields);
    if empty {
        node.error("changes nothing", "give at least \"domainName\"");
    }
    Some(all)
}

fn text(fields: &mut Fields<'_>, all: &mut Vec<OriginField>, name: &'static str, check: impl FnOnce(&Node<'_>, &str)) {
    if let Some(node) = fields.take(name)
        && let Some(text) = node.string("a string")
    {
        check(&node, text);
        all.push(OriginField::Text(name, text.to_owned()));
    }
}

fn check_domain(node: &Node<'_>, text: &str, longest: usize, example: &str) {
    if longest == 253 && is_address(text) {
        return;
    }
    let last = text.rsplit('.').next().unwrap_or_default();
    let number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let (message, help) = if text.is_empty() {
        ("empty domain name".to_owned(), "write the origin's DNS name")
    } else if text.contains('/') {
        (
            format!("{text:?} is a URL"),
            "write the host alone; \"protocol\", \"port\" and \"path\" are fields of their own",
        )
    } else if number || text.starts_with('[') || text.matches(':').count() > 1 {
        match longest {
            253 => (format!("{text:?} is not an address"), "write it as 127.0.0.1 or [::1]"),
            _ => (format!("{text:?} is an address"), "a bucket has a DNS name"),
        }
    } else if text.contains(':') {
        (format!("{text:?} contains a port"), "write it as \"port\"")
    } else if text.len() > longest {
        (format!("longer than {longest} characters"), "the platform accepts no longer one")
    } else if longest == 128 && text.contains(|c: char| c.is_ascii_uppercase()) {
        (format!("{text:?} has capital letters"), "write it in lower case")
    } else if !is_domain(&text.to_ascii_lowercase()) {
        let message = format!("{text:?} is not a DNS name");
        return node.error(message, format_args!("write for example {example:?}"));
    } else {
        return;
    };
    node.error(message, help);
}

fn check_path(node: &Node<'_>, text: &str, longest: usize) {
    if !check_control(node, text, false) || text.is_empty() {
        return;
    }
    if !text.starts_with('/') {
        node.error("an origin's path begins with \"/\"", format_args!("write {:?}", format!("/{text}")));
    } else if text.ends_with('/') {
        let help = format!("write {:?}", text.trim_end_matches('/'));
        node.error("an origin's path does not end with \"/\"", help);
    } else if text.len() > longest {
        node.error(format_args!("longer than {longest} characters"), "the platform accepts no longer one");
    } else if text.contains(|c: char| !c.is_ascii_graphic() || matches!(c, '?' | '#' | '*')) {
        node.error(format_args!("{text:?} is not a URL path"), "percent-encode it, and write no query");
    }
}

fn headers(fields: &mut Fields<'_>, all: &mut Vec<OriginField>) {
    let Some(node) = fields.take("customHeaders") else { return };
    let mut headers = Vec::new();
    for (name, value) in node.record("an object of header names and values", str::to_ascii_lowercase) {
        if refuses_custom_header(name) || name.eq_ignore_ascii_case(NOTE_HEADER) {
            value.error(format_args!("the platform refuses {name:?} as a custom header"), "use another name");
        }
        check_token(&value, name, "a header name");
        let mut key = name.to_owned();
        let mut values = Vec::new();
        for item in value.some_items() {
            // As in an event, { "key": …, "value": … }, or the value alone.
            let line = if let Value::Object(_) = item.value { read_line(&item) } else { read_value(&item) };
            let Some(line) = line else { continue };
            key = line.0.unwrap_or(key);
            values.push(line.1);
        }
        headers.push((key, values));
    }
    all.push(OriginField::Headers(headers));
}

/// A line as an event has it: the name's spelling, and the value.
fn read_line(node: &Node<'_>) -> Option<(Option<String>, String)> {
    let mut fields = node.object()?;
    let key = fields.take("key").and_then(|node| node.string("the header's name").map(str::to_owned));
    let value = fields.required("value", "write { \"key\": \"X-Name\", \"value\": \"…\" }")?;
    Some((key, read_value(&value)?.1))
}

/// The value alone.
fn read_value(node: &Node<'_>) -> Option<(Option<String>, String)> {
    let text = node.string("a header value or a list of values")?;
    check_header_value(node, text).then(|| (None, text.to_owned()))
}
