//! `misspelt-header`: a header whose name is nearly that of one which browsers and caches know. Nobody acts on it, and nobody
//! sends it.

use crate::analysis::header_values::header_values;
use crate::analysis::scopes::each_scope;
use crate::rules::{Model, Subject, within};
use crate::sources::Report;

/// The fields that sites set. RFC 9110 and 9111, the Fetch standard and its kin, and what CDNs document.
const KNOWN: [&str; 47] = [
    "accept-encoding",
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "authorization",
    "cache-control",
    "cdn-cache-control",
    "clear-site-data",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-range",
    "content-security-policy",
    "content-security-policy-report-only",
    "content-type",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "document-policy",
    "expires",
    "feature-policy",
    "last-modified",
    "location",
    "origin-agent-cluster",
    "permissions-policy",
    "referrer-policy",
    "report-to",
    "reporting-endpoints",
    "retry-after",
    "server-timing",
    "service-worker-allowed",
    "set-cookie",
    "strict-transport-security",
    "surrogate-control",
    "timing-allow-origin",
    "www-authenticate",
    "x-content-type-options",
    "x-dns-prefetch-control",
    "x-frame-options",
    "x-robots-tag",
    "x-xss-protection",
];

/// What browsers and CDNs send: RFC 9110, the Fetch standard, Client Hints, and forwarding.
const SENT: [&str; 24] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "origin",
    "referer",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "upgrade-insecure-requests",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-requested-with",
];

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for header in header_values(rules) {
        if let Some(meant) = meant(&header.name, &KNOWN) {
            let message =
                format!("{:?} is nearly {meant:?}, and nobody acts on a name that is not the same", header.name);
            report.wrong_name("misspelt-header", &header.place, message, format!("did you mean {meant:?}?"));
        }
    }
    each_scope(rules, &mut |place, _, when| {
        let Some(when) = when else { return };
        when.visit(&mut |subject, _| {
            if let Subject::Header(name) = subject
                && let Some(meant) = meant(name, &SENT)
            {
                let message = format!("{name:?} is nearly {meant:?}, and nobody sends a header of this name");
                report.warning(
                    "misspelt-header",
                    &format!("{place}.when"),
                    message,
                    format!("did you mean {meant:?}?"),
                );
            }
        });
    });
}

/// The field that was meant. In a short name, two letters make another name.
fn meant(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let errors = match name.len() {
        0..7 => return None,
        7..14 => 1,
        _ => 2,
    };
    let near = |known: &&&str| within(name.as_bytes(), known.as_bytes(), errors);
    if known.contains(&name) { None } else { known.iter().find(near).copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_left_alone() {
        for (name, known) in [
            ("acess-control-allow-origin", "access-control-allow-origin"),
            ("content-secuirty-policy", "content-security-policy"),
            ("x-frame-option", "x-frame-options"),
            ("x-content-type-option", "x-content-type-options"),
            ("cache-controll", "cache-control"),
            ("permission-policy", "permissions-policy"),
            ("referer-policy", "referrer-policy"),
            ("strict-transport-securty", "strict-transport-security"),
        ] {
            assert_eq!(meant(name, &KNOWN), Some(known));
        }
        for name in [
            "x-a",
            "x-powered-by",
            "x-request-id",
            "expect",
            "accept-ch",
            "content-dpr",
            "vary",
            "x-amz-meta-a",
            "x-robots",
        ] {
            assert_eq!(meant(name, &KNOWN), None, "{name}");
        }
        for name in KNOWN {
            assert_eq!(meant(name, &KNOWN), None);
        }
    }

    #[test]
    fn names_that_nobody_sends() {
        for (name, known) in [
            ("referrer", "referer"),
            ("user-agents", "user-agent"),
            ("authorisation", "authorization"),
            ("accept-langauge", "accept-language"),
            ("x-forwared-for", "x-forwarded-for"),
        ] {
            assert_eq!(meant(name, &SENT), Some(known), "{name}");
        }
        for name in SENT.into_iter().chain([
            "x-api-key",
            "x-real-ip",
            "accept-ch",
            "sec-fetch-user",
            "sec-ch-ua-model",
            "if-match",
            "dnt",
        ]) {
            assert_eq!(meant(name, &SENT), None, "{name}");
        }
    }
}
