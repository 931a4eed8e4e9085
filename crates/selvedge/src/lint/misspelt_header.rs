//! `misspelt-header`: a header whose name is nearly that of one which browsers and caches know. Nobody acts on it.

use crate::analysis::header_values::header_values;
use crate::rules::{Model, within};
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

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for header in header_values(rules) {
        if let Some(meant) = meant(&header.name) {
            let message =
                format!("{:?} is nearly {meant:?}, and nobody acts on a name that is not the same", header.name);
            report.wrong_name("misspelt-header", &header.place, message, format!("did you mean {meant:?}?"));
        }
    }
}

/// The field that was meant. In a short name, two letters make another name.
fn meant(name: &str) -> Option<&'static str> {
    let errors = match name.len() {
        0..7 => return None,
        7..14 => 1,
        _ => 2,
    };
    let near = |known: &&&str| within(name.as_bytes(), known.as_bytes(), errors);
    if KNOWN.contains(&name) { None } else { KNOWN.iter().find(near).copied() }
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
            assert_eq!(meant(name), Some(known));
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
            assert_eq!(meant(name), None, "{name}");
        }
        for name in KNOWN {
            assert_eq!(meant(name), None);
        }
    }
}
