//! `ignored-header-value`: values that browsers ignore, in whole or in part, without a word.

mod csp;
mod fields;
mod permissions;
mod words;

use crate::analysis::header_values::header_values;
use crate::rules::Model;
use crate::sources::Report;

/// What is wrong with a value, and what to write.
type Fault = (String, String);

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for header in header_values(rules).into_iter().filter(|header| header.is_response) {
        for (value, place) in header.literals() {
            for (message, help) in faults(&header.name, value) {
                report.warning("ignored-header-value", &place, message, help);
            }
        }
    }
    let policy = rules.security.as_ref().and_then(|security| security.csp.as_ref());
    for (name, sources) in policy.into_iter().flatten() {
        let place = format!("security.csp[{name:?}]");
        if let Some((message, help)) = csp::name(name) {
            report.wrong_name("ignored-header-value", &place, message, help);
        }
        let faults = sources.iter().filter_map(|source| csp::placeholder(source).or_else(|| csp::source(name, source)));
        for (message, help) in faults {
            report.warning("ignored-header-value", &place, message, help);
        }
    }
}

/// By the header's name, in lower case.
fn faults(name: &str, value: &str) -> Vec<Fault> {
    match name {
        "content-security-policy" | "content-security-policy-report-only" => csp::policies(value),
        "permissions-policy" => permissions::policy(value).into_iter().collect(),
        "strict-transport-security" => words::transport_security(value),
        "set-cookie" => words::cookie(value),
        "access-control-allow-origin" => words::allowed_origin(value).into_iter().collect(),
        "access-control-allow-credentials" => words::exactly_true(value).into_iter().collect(),
        "access-control-allow-headers" | "access-control-allow-methods" | "access-control-expose-headers" => {
            fields::names(value).into_iter().collect()
        }
        "referrer-policy" => words::referrer_policy(value),
        "content-type" => fields::media_type(value).into_iter().collect(),
        "content-encoding" => fields::codings(value).into_iter().collect(),
        "clear-site-data" => fields::clear_site_data(value).into_iter().collect(),
        "x-robots-tag" => fields::robots(value).into_iter().collect(),
        "x-frame-options" => words::frame_options(value).into_iter().collect(),
        "expires" => fields::expires(value).into_iter().collect(),
        "link" => fields::link(value).into_iter().collect(),
        _ => words::word(name, value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::faults;

    /// Each with a word of the advice; the sources stand where each list is.
    #[test]
    fn what_browsers_ignore() {
        for (name, value, advice) in [
            ("content-security-policy", "defualt-src 'self'", "default-src"),
            ("content-security-policy", "default-src: 'self'", "default-src"),
            ("content-security-policy", "default-src self", "'self'"),
            ("content-security-policy", "script-src unsafe-inline", "'unsafe-inline'"),
            ("content-security-policy", "script-src nonce-abc", "'nonce-abc'"),
            ("content-security-policy", "script-src 'slef'", "'self'"),
            ("content-security-policy", "img-src 'none' https://a.example", "remove"),
            ("content-security-policy", "img-src 'self'; img-src https://a.example", "one"),
            ("content-security-policy", "default-src 'self', script 'self'", "script-src"),
            ("permissions-policy", "geolocation 'none'; camera 'self'", "geolocation=()"),
            ("permissions-policy", "geolocation=none", "geolocation=()"),
            ("permissions-policy", "geolocation", "geolocation=()"),
            ("permissions-policy", "geolocation=(https://a.example)", "\"https://a.example\""),
            ("permissions-policy", "geolocation=('self')", "self"),
            ("permissions-policy", "geolocation=(self); camera=()", "comma"),
            ("strict-transport-security", "max-age=abc", "max-age=63072000"),
            ("strict-transport-security", "includeSubDomains", "max-age=63072000"),
            ("strict-transport-security", "max-age=63072000, includeSubDomains", "semicolon"),
            ("strict-transport-security", "max-age=1; max-age=2", "once"),
            ("strict-transport-security", "max-age=63072000; includeSubdomian", "includeSubDomains"),
            ("strict-transport-security", "max-age=300; includeSubDomains; preload", "31536000"),
            ("strict-transport-security", "max-age=63072000; preload", "includeSubDomains"),
            ("x-frame-options", "DENIED", "deny"),
            ("x-frame-options", "SAMEORIGIN; DENY", "sameorigin"),
            ("x-frame-options", "ALLOW-FROM https://a.example", "frame-ancestors"),
            ("x-content-type-options", "no-sniff", "nosniff"),
            ("referrer-policy", "strict-origin-when-crossorigin", "strict-origin-when-cross-origin"),
            ("referrer-policy", "origin same-origin", "comma"),
            ("access-control-allow-origin", "https://a.example, https://b.example", "one origin"),
            ("access-control-allow-origin", "https://a.example https://b.example", "one origin"),
            ("access-control-allow-origin", "https://*.a.example", "one origin"),
            ("access-control-allow-origin", "https://a.example/", "\"https://a.example\""),
            ("access-control-allow-origin", "a.example", "https://a.example"),
            ("access-control-allow-credentials", "True", "\"true\""),
            ("cross-origin-opener-policy", "sameorigin", "same-origin"),
            ("cross-origin-resource-policy", "*", "cross-origin"),
            ("cross-origin-embedder-policy", "required-corp", "require-corp"),
            ("set-cookie", "a=1; SameSite=None", "Secure"),
            ("set-cookie", "a=1; Secure; SameSite=Laxx", "Lax"),
            ("set-cookie", "__Host-a=1; Secure", "Path=/"),
            ("set-cookie", "__Host-a=1; Secure; Path=/; Domain=a.example", "Domain"),
            ("set-cookie", "__Secure-a=1", "Secure"),
            ("set-cookie", "a=1; Max-Age=1d", "seconds"),
            ("access-control-allow-methods", "GET POST", "\"GET, POST\""),
            ("access-control-allow-headers", "Content-Type; Authorization", "comma"),
            ("access-control-expose-headers", "ETag, \"Link\"", "comma"),
            ("content-type", "utf-8", "text/html"),
            ("content-type", "text/html, charset=utf-8", "\"text/html; charset=utf-8\""),
            ("content-type", "text/html charset=utf-8", "\"text/html; charset=utf-8\""),
            ("content-type", "text/html; utf-8", "\"charset=utf-8\""),
            ("content-type", "text/html; charset:utf-8", "\"charset=utf-8\""),
            ("content-security-policy", "img-src 'self' data", "\"data:\""),
            ("content-security-policy", "connect-src https", "\"https:\""),
            ("content-security-policy", "script-src 'self' 'nonce-93HDK8392dfjh4Gb'", "hashes"),
            ("content-encoding", "brotli", "\"br\""),
            ("content-encoding", "utf-8", "charset"),
            ("clear-site-data", "cache, \"cookies\"", "cache"),
            ("x-robots-tag", "googlebot: no-index", "\"noindex\""),
            ("x-frame-options", "SAMEORIGIN, DENY", "one of them"),
            ("x-frame-options", "DENYED, DENYED", "deny"),
            ("permissions-policy", "geolocation=(),speaker=()fullscreen=(self)", "comma"),
            ("permissions-policy", "\"camera=()\"", "without quotes"),
            ("access-control-allow-origin", "none", "leave the header out"),
            ("link", "\"</a.css>; rel=preload\"", "write </a.css>; rel=preload, without quotes"),
            ("expires", "3600", "max-age=3600"),
            ("expires", "access plus 1 year", "GMT"),
            ("expires", "2026-10-21T07:28:00Z", "GMT"),
            ("link", "/a.css; rel=preload; as=style", "\"</a.css>; rel=preload; as=style\""),
            ("link", "https://a.example", "\"<https://a.example>\""),
        ] {
            let found = faults(name, value);
            assert!(found.iter().any(|(_, help)| help.contains(advice)), "{name}: {value}: {found:?}");
        }
    }

    #[test]
    fn what_browsers_take() {
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'self'; img-src 'self' data: https://*.a.example; upgrade-insecure-requests",
            ),
            (
                "content-security-policy",
                "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'strict-dynamic'; report-to csp",
            ),
            (
                "content-security-policy",
                "frame-ancestors 'none'; sandbox allow-scripts; trusted-types default 'allow-duplicates'; require-trusted-types-for 'script';",
            ),
            ("content-security-policy", "default-src 'none'; report-uri /csp; BASE-URI 'self'"),
            ("content-security-policy", "default-src 'self', script-src 'none'"),
            ("content-security-policy", "img-src self.example"),
            ("permissions-policy", "geolocation=(), camera=(self \"https://a.example\"), fullscreen=*, usb=self"),
            ("permissions-policy", ""),
            ("strict-transport-security", "max-age=63072000; includeSubDomains; preload"),
            ("strict-transport-security", "Max-Age=\"31536000\" ; IncludeSubdomains;"),
            ("strict-transport-security", "max-age=0"),
            ("x-frame-options", "SAMEORIGIN"),
            ("x-frame-options", "DENY, deny"),
            ("content-type", "text/html; charset=utf-8;"),
            ("content-type", "multipart/mixed; boundary=\"a b\""),
            ("content-encoding", "br"),
            ("content-encoding", "GZIP, br"),
            ("clear-site-data", "\"cache\", \"*\""),
            (
                "x-robots-tag",
                "otherbot: noindex, nofollow, max-snippet: -1, unavailable_after: 25 Jun 2026 15:00:00 PST",
            ),
            ("content-security-policy", "img-src data: https: data.example"),
            ("x-content-type-options", "NoSniff"),
            ("referrer-policy", "no-referrer, strict-origin-when-cross-origin"),
            ("referrer-policy", "a-policy-of-tomorrow, origin"),
            ("referrer-policy", ""),
            ("access-control-allow-origin", "*"),
            ("access-control-allow-origin", "null"),
            ("access-control-allow-origin", "http://localhost:3000"),
            ("access-control-allow-origin", "https://[::1]:8443"),
            ("access-control-allow-credentials", "true"),
            ("cross-origin-opener-policy", "same-origin-allow-popups; report-to=\"coop\""),
            ("cross-origin-embedder-policy", "credentialless"),
            ("cross-origin-resource-policy", "same-site"),
            ("set-cookie", "a=1; SameSite=None; Secure; Partitioned; Path=/"),
            ("set-cookie", "a=1; HttpOnly; Max-Age=-1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Priority=High"),
            ("set-cookie", "__Host-a=1; Path=/; secure"),
            ("access-control-allow-methods", "GET, POST,DELETE"),
            ("access-control-allow-headers", "*"),
            ("access-control-expose-headers", ""),
            ("content-type", "text/html; charset=utf-8"),
            ("content-type", "application/vnd.api+json"),
            ("expires", "Wed, 21 Oct 2026 07:28:00 GMT"),
            ("expires", "Sunday, 06-Nov-94 08:49:37 GMT"),
            ("expires", "Sun Nov  6 08:49:37 1994"),
            ("expires", "0"),
            ("expires", "-1"),
            ("link", "<https://a.example/a,b>; rel=preconnect, </b.js>; rel=preload; as=script"),
            ("x-anything", "DENIED"),
        ] {
            assert_eq!(faults(name, value), [], "{name}: {value}");
        }
    }
}
