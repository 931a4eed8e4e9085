//! Policies of CSP Level 3.

use super::Fault;
use crate::rules::{CSP_KEYWORDS, suggest};

/// Directives with a list of sources: CSP Level 3 §6.1 to §6.4, <https://www.w3.org/TR/CSP3/>.
const SOURCES: [&str; 21] = [
    "base-uri",
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "prefetch-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "worker-src",
];

/// The others: §6.1.15, §6.3.2, §6.5, §6.6; Upgrade Insecure Requests, Mixed Content, Trusted Types, and SRI.
const OTHERS: [&str; 8] = [
    "sandbox",
    "report-to",
    "report-uri",
    "webrtc",
    "upgrade-insecure-requests",
    "block-all-mixed-content",
    "require-trusted-types-for",
    "trusted-types",
];

/// Words in quotes that only newer browsers know: §2.3.1, and the draft of 2025.
const NEWER: [&str; 6] = [
    "inline-speculation-rules",
    "trusted-types-eval",
    "unsafe-allow-redirects",
    "report-sha256",
    "report-sha384",
    "report-sha512",
];

/// Schemes that policies name, with a colon: §2.3.1.
const SCHEMES: [&str; 9] = ["data", "blob", "https", "http", "wss", "ws", "filesystem", "mediastream", "about"];

/// `{requestId}` in a source of `security`, which is sent as it is written. No source has braces: §2.3.1.
pub(super) fn placeholder(source: &str) -> Option<Fault> {
    let (from, to) = (source.find('{')?, source.find('}')?);
    let found = source.get(from..=to)?;
    let message = format!("{found:?} is sent as it stands: there are no placeholders in \"security\"");
    let help = match source.starts_with("'nonce-") {
        true => "a page that is stored cannot have a nonce for each response: list hashes, which `selvedge csp` prints",
        false => "set Content-Security-Policy by a rule of \"headers\"",
    };
    Some((message, help.to_owned()))
}

/// What is wrong with a header's value: policies, separated by commas.
pub(super) fn policies(value: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    for policy in value.split(',') {
        let mut seen: Vec<String> = Vec::new();
        for directive in policy.split(';').map(str::trim).filter(|directive| !directive.is_empty()) {
            let mut words = directive.split_ascii_whitespace();
            let directive = words.next().unwrap_or_default().to_ascii_lowercase();
            let sources: Vec<&str> = words.collect();
            if let Some(fault) = name(&directive) {
                found.push(fault);
            } else if seen.contains(&directive) {
                // §2.2.1: a directive that is there already is skipped.
                found.push((
                    format!("{directive:?} is given twice, and the second is ignored"),
                    "make one of them".to_owned(),
                ));
            }
            found.extend(sources.iter().filter_map(|word| source(&directive, word)));
            if sources.len() > 1
                && is_list(&directive)
                && sources.iter().any(|word| word.eq_ignore_ascii_case("'none'"))
            {
                let message = "'none' has no effect together with other sources".to_owned();
                found.push((message, "remove it, or the others".to_owned()));
            }
            seen.push(directive);
        }
    }
    found
}

/// What is wrong with the name of a directive.
pub(super) fn name(name: &str) -> Option<Fault> {
    let known = || SOURCES.iter().chain(&OTHERS).copied();
    if known().any(|known| known == name) {
        return None;
    }
    let plain = name.trim_end_matches(':');
    let near = known().find(|known| *known == plain || known.strip_suffix("-src") == Some(plain));
    let help = match near.or_else(|| suggest(plain, known())) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "directives are separated by semicolons, and begin with their name".to_owned(),
    };
    Some((format!("{name:?} is not a directive of Content-Security-Policy, and browsers ignore it"), help))
}

/// What is wrong with a source of a directive.
pub(super) fn source(directive: &str, source: &str) -> Option<Fault> {
    if !is_list(directive) {
        return None;
    }
    let lower = source.to_ascii_lowercase();
    let needs_quotes = CSP_KEYWORDS.contains(&lower.as_str()) || is_value(&lower);
    if needs_quotes {
        return Some((format!("{source:?} without quotes is the name of a host"), format!("write \"'{source}'\"")));
    }
    if SCHEMES.contains(&lower.as_str()) {
        return Some((format!("{source:?} without a colon is the name of a host"), format!("write \"{source}:\"")));
    }
    if lower.strip_prefix("'nonce-").is_some_and(|nonce| !nonce.contains('{')) {
        let message =
            "a nonce that is the same in each response lets every script or style with it in, an injected one too";
        return Some((message.to_owned(), "list hashes instead, which `selvedge csp` prints".to_owned()));
    }
    let inside = lower.strip_prefix('\'')?.trim_end_matches('\'');
    if CSP_KEYWORDS.contains(&inside) || NEWER.contains(&inside) || is_value(inside) {
        return None;
    }
    let help = match suggest(inside, CSP_KEYWORDS.iter().copied()) {
        Some(near) => format!("did you mean \"'{near}'\"?"),
        None => "hosts and schemes have no quotes".to_owned(),
    };
    Some((format!("{source:?} is not a source, and browsers ignore it"), help))
}

/// A nonce or a hash.
fn is_value(source: &str) -> bool {
    ["nonce-", "sha256-", "sha384-", "sha512-"].iter().any(|start| source.starts_with(start))
}

fn is_list(directive: &str) -> bool {
    SOURCES.contains(&directive)
}
