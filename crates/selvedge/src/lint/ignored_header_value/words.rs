//! Headers of a few words each.

use super::Fault;
use crate::rules::suggest;

/// `X-Frame-Options`: RFC 7034 §2.1, HTML §7.6 (`allowall` says nothing, and is known).
const FRAME_OPTIONS: &[&str] = &["deny", "sameorigin", "allowall"];

/// HTML §7.1.3 and §7.1.4, Fetch §3.7.
const OPENER_POLICIES: &[&str] = &["unsafe-none", "same-origin", "same-origin-allow-popups", "noopener-allow-popups"];
const EMBEDDER_POLICIES: &[&str] = &["unsafe-none", "require-corp", "credentialless"];
const RESOURCE_POLICIES: &[&str] = &["same-origin", "same-site", "cross-origin"];

/// Referrer Policy §3.
const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// Headers that are one of some words, and perhaps parameters.
pub(super) fn word(name: &str, value: &str) -> Option<Fault> {
    let words = match name {
        "x-frame-options" => FRAME_OPTIONS,
        // Fetch §3.6.
        "x-content-type-options" => &["nosniff"],
        "cross-origin-opener-policy" | "cross-origin-opener-policy-report-only" => OPENER_POLICIES,
        "cross-origin-embedder-policy" | "cross-origin-embedder-policy-report-only" => EMBEDDER_POLICIES,
        "cross-origin-resource-policy" => RESOURCE_POLICIES,
        _ => return None,
    };
    // Only the policies of documents are structured fields, which may have parameters.
    let alone = if name.starts_with("x-") { value } else { value.split(';').next().unwrap_or_default() };
    let lower = alone.trim().to_ascii_lowercase();
    if words.contains(&lower.as_str()) {
        return None;
    }
    let help = match suggest(&lower, words.iter().copied()) {
        _ if lower.starts_with("allow-from") => {
            "use the directive \"frame-ancestors\" of Content-Security-Policy".to_owned()
        }
        Some(near) => format!("write {near:?}"),
        None => format!(
            "write {}",
            words
                .iter()
                .filter(|word| **word != "allowall")
                .map(|word| format!("{word:?}"))
                .collect::<Vec<_>>()
                .join(" or ")
        ),
    };
    Some(ignored(value, help))
}

/// HTML, "X-Frame-Options": the values of all lines and commas, each once. Of several, one that is known keeps every frame away.
pub(super) fn frame_options(value: &str) -> Option<Fault> {
    let mut values: Vec<String> = Vec::new();
    for one in value.split(',').map(|one| one.trim().to_ascii_lowercase()) {
        if !values.contains(&one) {
            values.push(one);
        }
    }
    match values.as_slice() {
        [one] => word("x-frame-options", one).map(|(message, help)| {
            if one.eq_ignore_ascii_case(value.trim()) { ignored(value, help) } else { (message, help) }
        }),
        several if several.iter().any(|one| FRAME_OPTIONS.contains(&one.as_str())) => {
            let message = format!(
                "browsers take {value:?}, which is several values, for \"deny\": no page may show this one in a frame"
            );
            Some((message, "write one of them".to_owned()))
        }
        _ => Some(ignored(value, "write \"deny\" or \"sameorigin\"".to_owned())),
    }
}

/// RFC 6797 §6.1; preloading as <https://hstspreload.org> asks for it.
pub(super) fn transport_security(value: &str) -> Vec<Fault> {
    const LASTING: &str = "max-age=63072000";
    if value.contains(',') {
        return vec![ignored(value, "separate directives by a semicolon".to_owned())];
    }
    let mut found = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut seconds = None;
    for directive in value.split(';').map(str::trim).filter(|directive| !directive.is_empty()) {
        let (name, value) =
            directive.split_once('=').map_or((directive, None), |(name, value)| (name.trim_end(), Some(value.trim())));
        let name = name.to_ascii_lowercase();
        match (name.as_str(), value) {
            _ if seen.contains(&name) => found
                .push((format!("{name:?} is given twice, so browsers ignore the header"), "write it once".to_owned())),
            ("max-age", value) => {
                let digits = value.unwrap_or_default().trim_matches('"');
                match digits.parse::<u64>() {
                    Ok(number) => seconds = Some(number),
                    Err(_) => found.push(ignored(directive, format!("write for example {LASTING:?}, in seconds"))),
                }
            }
            ("includesubdomains" | "preload", None) => {}
            ("includesubdomains" | "preload", Some(_)) => {
                found.push((format!("{name:?} takes no value"), format!("write {name:?}")))
            }
            // Others are allowed, and ignored.
            _ => {
                if let Some(near) = suggest(&name, ["max-age", "includeSubDomains", "preload"].into_iter()) {
                    found.push(ignored(directive, format!("did you mean {near:?}?")));
                }
            }
        }
        seen.push(name);
    }
    let says = |name: &str| seen.iter().any(|seen| seen == name);
    if !says("max-age") && found.is_empty() {
        found.push(("browsers ignore this header without \"max-age\"".to_owned(), format!("add {LASTING:?}")));
    }
    if says("preload") && found.is_empty() {
        let missing = match seconds {
            Some(seconds) if seconds < 31_536_000 => Some("\"max-age\" of 31536000 (a year) or more"),
            _ if !says("includesubdomains") => Some("\"includeSubDomains\""),
            _ => None,
        };
        if let Some(missing) = missing {
            found
                .push(("the preload list does not take a site like this".to_owned(), format!("it asks for {missing}")));
        }
    }
    found
}

/// A list, of which the last that the browser knows counts.
pub(super) fn referrer_policy(value: &str) -> Vec<Fault> {
    let policies: Vec<String> = value.split(',').map(|policy| policy.trim().to_ascii_lowercase()).collect();
    let unknown = policies.iter().filter(|policy| !policy.is_empty() && !REFERRER_POLICIES.contains(&policy.as_str()));
    let mut found = Vec::new();
    for policy in unknown {
        let near = suggest(policy, REFERRER_POLICIES.into_iter());
        if policy.split_ascii_whitespace().count() > 1 {
            found.push(ignored(policy, "separate policies by a comma".to_owned()));
        } else if let Some(near) = near {
            found.push(ignored(policy, format!("did you mean {near:?}?")));
        } else if policies.len() == 1 {
            found.push(ignored(policy, format!("write for example {:?}", "strict-origin-when-cross-origin")));
        }
    }
    found
}

/// Fetch §3.3.3: `*`, or one origin as RFC 6454 §6.1 writes it, compared byte for byte.
pub(super) fn allowed_origin(value: &str) -> Option<Fault> {
    const REFLECT: &str = "it is \"*\" or one origin; for several, list them in \"when\": { \"header\": { \"Origin\": [\u{2026}] } } and set \"{header.Origin}\"";
    if matches!(value, "*" | "null") {
        return None;
    }
    if value.contains([',', ' ', '*']) {
        return Some(refused(value, REFLECT.to_owned()));
    }
    if ["none", "false", "'none'"].iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return Some(refused(value, "leave the header out: no other origin may read the answer then".to_owned()));
    }
    let Some((_, rest)) = value.split_once("://") else {
        return Some(refused(value, format!("an origin has a scheme: {:?}", format!("https://{value}"))));
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let origin = value.get(..value.len() - rest.len() + end)?;
    (end < rest.len()).then(|| refused(value, format!("an origin has no path: {origin:?}")))
}

/// Fetch §3.3.4: case counts.
pub(super) fn exactly_true(value: &str) -> Option<Fault> {
    (value != "true").then(|| ignored(value, "write \"true\", or remove the header".to_owned()))
}

/// draft-ietf-httpbis-rfc6265bis-20 §5.6 and §5.7.
pub(super) fn cookie(value: &str) -> Vec<Fault> {
    let mut parts = value.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().split('=').next().unwrap_or_default().to_ascii_lowercase();
    let attributes: Vec<(String, &str)> = parts
        .map(|attribute| attribute.split_once('=').unwrap_or((attribute, "")))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
        .collect();
    // Of several, the last counts.
    let attribute = |name: &str| attributes.iter().rev().find(|(other, _)| other == name).map(|(_, value)| *value);
    let refused = |why: &str, help: &str| (format!("browsers refuse {why}"), help.to_owned());
    let mut found = Vec::new();
    match attribute("samesite") {
        Some(value) if value.eq_ignore_ascii_case("none") && attribute("secure").is_none() => {
            found.push(refused("a cookie with SameSite=None and without Secure", "add \"; Secure\""));
        }
        Some(value) if !["strict", "lax", "none"].iter().any(|known| value.eq_ignore_ascii_case(known)) => {
            found.push(ignored(&format!("SameSite={value}"), "write Strict, Lax or None".to_owned()));
        }
        _ => {}
    }
    if (name.starts_with("__secure-") || name.starts_with("__host-")) && attribute("secure").is_none() {
        found.push(refused("a cookie of this name without Secure", "add \"; Secure\""));
    } else if name.starts_with("__host-") {
        if attribute("path") != Some("/") {
            found.push(refused("a cookie of this name unless it is for all paths", "add \"; Path=/\""));
        }
        if attribute("domain").is_some_and(|domain| !domain.is_empty()) {
            found.push(refused("a cookie of this name with a domain", "remove \"Domain\""));
        }
    }
    if let Some(age) = attribute("max-age")
        && (age.is_empty() || !age.strip_prefix('-').unwrap_or(age).bytes().all(|byte| byte.is_ascii_digit()))
    {
        found.push(ignored(&format!("Max-Age={age}"), "it is a number of seconds".to_owned()));
    }
    found
}

fn ignored(value: &str, help: String) -> Fault {
    (format!("browsers ignore {value:?} here"), help)
}

/// What makes the browser keep the answer from the page that asked.
fn refused(value: &str, help: String) -> Fault {
    (format!("browsers compare {value:?} with the origin of the page, which is never equal"), help)
}
