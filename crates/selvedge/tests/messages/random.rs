//! Random heads of messages, and facts.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version, request, response,
};
use proptest::prelude::*;
use selvedge::Facts;
pub(crate) fn request_head() -> impl Strategy<Value = request::Parts> {
    let method =
        prop::sample::select(vec!["GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "CONNECT", "PURGE", "get", "!"]);
    let version = prop::sample::select(vec![Version::HTTP_10, Version::HTTP_11, Version::HTTP_2]);
    (method, version, uri(), headers()).prop_map(|(method, version, uri, headers)| {
        let (mut head, ()) = Request::new(()).into_parts();
        head.method = Method::from_bytes(method.as_bytes()).unwrap();
        head.version = version;
        head.uri = uri;
        head.headers = headers;
        head
    })
}

fn uri() -> impl Strategy<Value = Uri> {
    let piece = prop::sample::select(vec![
        "/",
        "//",
        "a",
        "blog",
        "index.html",
        ".",
        "..",
        "%2e",
        "%2F",
        "%5c",
        "\\",
        "%",
        "%zz",
        "é",
        "%ff",
        "?",
        "=",
        "&",
        "a=1",
        "b=%00",
        ";",
        ":",
        "@",
        "~",
        ".js",
        ".br",
        "{",
        "|",
        "%0d%0a",
    ]);
    let long = prop_oneof![30 => Just(0usize), 1 => 8_000..65_000usize];
    let start = prop::sample::select(vec![
        "/",
        "/",
        "/",
        "http://example.org/",
        "https://[::1]:8080/",
        "ftp://a@b:1/",
        "http://h?",
    ]);
    let path = (start, prop::collection::vec(piece, 0..12), long).prop_filter_map("no URI", |(start, pieces, long)| {
        Uri::try_from(format!("{start}{}{}", pieces.concat(), "a/%61".repeat(long / 5))).ok()
    });
    prop_oneof![
        20 => path,
        1 => Just(Uri::from_static("*")),
        1 => Just(Uri::from_static("example.org:443")),
    ]
}

fn headers() -> impl Strategy<Value = HeaderMap> {
    let known = prop::sample::select(vec![
        "host",
        "cookie",
        "accept-encoding",
        "accept-language",
        "x-selvedge",
        "x-a",
        "x-b",
        "x-amz-meta-a",
        "vary",
        "range",
        "set-cookie",
        "content-type",
        "content-encoding",
        "content-length",
        "transfer-encoding",
        "etag",
        "cache-control",
        "location",
        "connection",
        "te",
        "trailer",
        "referer",
        "user-agent",
        "x-forwarded-for",
        "origin",
    ]);
    let name = prop_oneof![5 => known.prop_map(str::to_owned), 1 => "[a-z-]{1,12}"];
    let byte = prop_oneof![Just(b'\t'), 0x20..0x7Fu8, 0x80..=0xFFu8];
    let value = prop_oneof![
        4 => prop::sample::select(vec![
            "example.org", "example.org:8080", "a@b", "gzip, br;q=0", "*", "a=1; b=2; a=3", "de, en;q=0.5", "text/html",
            "", "Accept-Encoding, Origin", "0123abcd;e=0.03;p=/", "bytes=0-", "12",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        4 => prop::collection::vec(byte, 0..40),
        1 => (any::<prop::sample::Index>(), 0..65_536usize).prop_map(|(index, len)| vec![[b'a', b',', b';', 0xFF][index.index(4)]; len]),
    ];
    let lines = prop_oneof![20 => 0..12usize, 1 => 300..1_000usize];
    let line = (name, value)
        .prop_map(|(name, value)| (HeaderName::try_from(name).unwrap(), HeaderValue::from_bytes(&value).unwrap()));
    (prop::collection::vec(line, 1..12), lines).prop_map(|(lines, count)| {
        let mut headers = HeaderMap::new();
        for (name, value) in lines.iter().cycle().take(count).filter(|(_, value)| count < 100 || value.len() < 100) {
            headers.append(name, value.clone());
        }
        headers
    })
}

pub(crate) fn response_head() -> impl Strategy<Value = response::Parts> {
    let status =
        prop_oneof![4 => prop::sample::select(vec![200, 204, 206, 304, 403, 404, 500, 101, 103]), 1 => 100..1000u16];
    (status, headers()).prop_map(|(status, headers)| {
        let (mut head, ()) = Response::new(()).into_parts();
        head.status = StatusCode::from_u16(status).unwrap();
        head.headers = headers;
        head
    })
}

/// Also such as no source of facts should give.
pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    let text = prop::sample::select(vec!["DE", "", "\0", "a\nb", "mobile", "https", "\u{ff}"]);
    (prop::option::of(text.clone()), prop::collection::vec(text.clone(), 0..3), prop::option::of(text.clone()), text)
        .prop_map(|(country, device, scheme, id)| {
            let mut facts = Facts::new().with_request_id(id);
            facts.country = country.map(str::to_owned);
            facts.device = device.into_iter().map(str::to_owned).collect();
            facts.scheme = scheme.map(str::to_owned);
            facts.client_ip = "192.0.2.1".parse().ok();
            facts
        })
}
