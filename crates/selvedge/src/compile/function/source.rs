//! The source of a function, put together from its parts.

use std::collections::BTreeSet;

use selvedge_plan::Stage;
use serde::Serialize;

use super::body::{Body, Scope};
use super::helpers::Script;
use super::script;
use super::store::{Store, Stored};
use super::{edits, request, response};
use crate::compile::place::Placement;
use crate::platform::Table;

/// The source of a CloudFront Function for runtime 2.0, one for both viewer events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Function {
    /// JavaScript.
    pub source: String,
    /// Whether there is anything to do before the cache, and after.
    pub on_request: bool,
    /// As before, on responses.
    pub on_response: bool,
    /// What of the source each member of the rules takes, in bytes; `""` for what they share.
    pub bytes: Vec<(&'static str, usize)>,
    /// Request headers that the cache policy or the origin request policy has to let the function see.
    pub headers: Vec<&'static str>,
    /// What the KeyValueStore of the function has to hold; none if it reads none.
    pub store: Option<Store>,
}

/// Writes the parts: of edits, then of responses, which need those, and of requests, which need both.
pub(super) fn write(
    placement: &Placement<'_>,
    table: Table,
    scope: Scope,
    token: &str,
    stored: Option<&Stored>,
) -> Function {
    let (mut script, mut uses, mut headers) = (Script::default(), BTreeSet::new(), BTreeSet::new());
    let mut vary = Vec::new();
    let mut body = Body {
        names_path: false,
        script: &mut script,
        uses: &mut uses,
        headers: &mut headers,
        languages: &placement.rules.languages,
        vary: &mut vary,
        leads: BTreeSet::new(),
        table,
        scope,
        stage: Stage::ViewerRequest,
        entry: None,
        functions: String::new(),
        text: String::new(),
        bytes: Vec::new(),
    };
    let edits = edits::functions(&mut body, placement);
    let edits_text = std::mem::take(&mut body.text);
    let (on, response::Parts { functions, viewer }) = response::write(&mut body, placement, &edits, token);
    let mut response_text = std::mem::take(&mut body.text);
    let mut edits_text = edits_text + &functions;
    let on_request = request::write(&mut body, placement, stored, &edits, token, &on);
    let request_text = std::mem::take(&mut body.text);
    // Answers of the origin's side are led through it as well.
    if request_text.contains("$d(") {
        edits_text.push_str(&format!("function $d(r){{{viewer}}}\n"));
        response_text.push_str("$d(r)\n");
    } else {
        response_text.push_str(&viewer);
    }
    let bytes = std::mem::take(&mut body.bytes);
    let handler = stored.map(|stored| stored.handler(placement));
    let source = assemble(&script, &uses, &vary, handler, [&edits_text, &response_text, &request_text]);
    let (bytes, headers, store) = (sums(bytes, source.len()), seen(&headers), stored.map(Stored::finish));
    Function { source, on_request, on_response: on.any, bytes, headers, store }
}

/// The source: what is imported, the functions that are called, and the handler with its variables.
fn assemble(
    script: &Script,
    uses: &BTreeSet<char>,
    vary: &[String],
    stored: Option<String>,
    [edits, response, request]: [&String; 3],
) -> String {
    let mut helpers = script.helpers();
    let mut vars = vec!["q=e.request".to_owned()];
    vars.push("r=e.response".to_owned());
    for (var, value) in [
        ('h', "q.headers"),
        ('k', "q.cookies||{}"),
        ('u', "q.uri"),
        ('p', "N(u)"),
        ('t', r"p.replace(/\/$/,'')"),
        ('s', "q.rawQueryString()||''"),
        ('c', "s"),
        ('z', "H(h.host)"),
        ('v', "0"),
        ('n', "0"),
    ] {
        if uses.contains(&var) {
            vars.push(format!("{var}={value}"));
        }
    }
    for var in ['w', 'l', 'm', 'x', 'i', 'o', 'g'] {
        if uses.contains(&var) {
            vars.push(var.to_string());
        }
    }
    if uses.contains(&'v') {
        helpers.push_str(&format!("const T={}\n", script::strings(vary)));
    }
    let import = if stored.is_some() || uses.contains(&'g') { "import cf from 'cloudfront'\n" } else { "" };
    // Associated with an event for which there are no rules, it leaves the message as it is.
    let response =
        if response.is_empty() { "if(r)return r\n".to_owned() } else { format!("if(r){{{response}return r}}\n") };
    let vars = vars.join(",");
    let body = format!("{{var {vars}\n{edits}{response}{request}return q}}\n");
    match stored {
        None => format!("{import}{helpers}function handler(e){body}"),
        Some(handler) => format!("{import}const $s=cf.kvs()\n{helpers}{handler}function $h(e,$y){body}"),
    }
}

/// What each member takes in all, in the order of the rules; the rest is shared.
fn sums(bytes: Vec<(&'static str, usize)>, whole: usize) -> Vec<(&'static str, usize)> {
    let mut sums: Vec<(&'static str, usize)> = Vec::new();
    for (member, bytes) in bytes.into_iter().filter(|(_, bytes)| *bytes > 0) {
        match sums.iter_mut().find(|sum| sum.0 == member) {
            Some(sum) => sum.1 += bytes,
            None => sums.push((member, bytes)),
        }
    }
    let named: usize = sums.iter().map(|sum| sum.1).sum();
    sums.push(("", whole.saturating_sub(named)));
    sums
}

/// Headers that CloudFront adds where a policy names them.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html>
fn seen(headers: &BTreeSet<String>) -> Vec<&'static str> {
    const ADDED: [&str; 25] = [
        "cloudfront-forwarded-proto",
        "cloudfront-viewer-country",
        "cloudfront-is-desktop-viewer",
        "cloudfront-is-mobile-viewer",
        "cloudfront-is-tablet-viewer",
        "cloudfront-is-smarttv-viewer",
        "cloudfront-is-ios-viewer",
        "cloudfront-is-android-viewer",
        "cloudfront-viewer-address",
        "cloudfront-viewer-asn",
        "cloudfront-viewer-city",
        "cloudfront-viewer-country-name",
        "cloudfront-viewer-country-region",
        "cloudfront-viewer-country-region-name",
        "cloudfront-viewer-header-count",
        "cloudfront-viewer-header-order",
        "cloudfront-viewer-http-version",
        "cloudfront-viewer-ja3-fingerprint",
        "cloudfront-viewer-ja4-fingerprint",
        "cloudfront-viewer-latitude",
        "cloudfront-viewer-longitude",
        "cloudfront-viewer-metro-code",
        "cloudfront-viewer-postal-code",
        "cloudfront-viewer-time-zone",
        "cloudfront-viewer-tls",
    ];
    ADDED.into_iter().filter(|name| headers.contains(*name)).collect()
}
