//! Constant headers that a response headers policy sets and removes.
//!
//! A policy acts on every response, also on errors and on what comes from the cache, after Lambda@Edge. So it takes only
//! headers that no other rule edits or reads, and that tell the cache nothing.

use selvedge_plan::Stage;
use serde::Serialize;

use super::{Preferences, Runs, all, is_for, wish};
use crate::compile::place::Placement;
use crate::compile::placed::Placed;
use crate::compile::steps::is_for_caches;
use crate::platform::{MAX_POLICY_HEADERS, MAX_POLICY_LENGTH, MAX_POLICY_NAME, MAX_POLICY_VALUE, Message, Target};
use crate::rules::{Fact, HeaderName, Headers, Kind, Model, On, Part, Pattern, Subject};

/// Headers that a policy has fields for, and takes in no other way; of those of CORS it decides by the request.
const SECURITY: [&str; 6] = [
    "content-security-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
];

/// The values that its field for Referrer-Policy takes.
const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// A header that the policy sets or removes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyHeader {
    /// As a rule writes it.
    pub name: String,
    /// Its value; `None` where it is removed.
    pub value: Option<String>,
    /// Whether it replaces what the origin sent.
    pub replaces: bool,
}

/// The rules that a policy has.
pub(super) struct Policy {
    pub(super) headers: Vec<PolicyHeader>,
    security: bool,
    /// Numbers in the list.
    rules: Vec<usize>,
    /// Why the others are not there.
    reasons: Vec<(Kind, usize, String)>,
}

/// What a rule that may go there does, in order.
struct Candidate {
    kind: Kind,
    number: usize,
    headers: Vec<PolicyHeader>,
}

impl Policy {
    pub(super) fn of(placement: &Placement<'_>, wanted: &Preferences) -> Policy {
        let mut policy = Policy { headers: Vec::new(), security: false, rules: Vec::new(), reasons: Vec::new() };
        let mut candidates = Vec::new();
        for (kind, placed) in all(placement).filter(|(kind, _)| kind.member().on == On::Response) {
            let asked = match wish(wanted, kind, placed) {
                Some(runs) => runs == Runs::Policy,
                None => wanted.policies,
            };
            if !asked {
                continue;
            }
            match headers_of(placement, kind, placed) {
                Ok(headers) => candidates.push(Candidate { kind, number: placed.number, headers }),
                Err(why) => policy.reasons.push((kind, placed.number, why)),
            }
        }
        // Each that stays may be in the way of others.
        while let Some((at, why)) = conflict(placement, &candidates) {
            let Candidate { kind, number, .. } = candidates.remove(at);
            policy.reasons.push((kind, number, why));
        }
        for candidate in candidates {
            policy.security |= candidate.kind == Kind::Security;
            if candidate.kind == Kind::ResponseHeaders {
                policy.rules.push(candidate.number);
            }
            for header in candidate.headers {
                join(&mut policy.headers, header);
            }
        }
        policy
    }

    /// The rules without those of the policy.
    pub(super) fn without(&self, rules: &Model) -> Model {
        let mut left = rules.clone();
        if self.security {
            left.security = None;
        }
        let mut number = 0;
        left.headers.retain(|_| {
            number += 1;
            !self.rules.contains(&(number - 1))
        });
        left
    }

    /// Why the policy has a rule; or, as the end of a sentence, why not, if that was asked.
    pub(super) fn runs(&self, kind: Kind, placed: &Placed<'_>) -> Result<String, String> {
        let has = match kind {
            Kind::Security => self.security,
            Kind::ResponseHeaders => self.rules.contains(&placed.number),
            _ => false,
        };
        if has {
            return Ok("is the same for every response".to_owned());
        }
        let reason = self.reasons.iter().find(|reason| reason.0 == kind && reason.1 == placed.number);
        Err(reason.map_or_else(String::new, |(.., why)| format!("; no policy can do it, since it {why}")))
    }
}

/// What a rule does, in the order of its doing, if a policy could.
fn headers_of(placement: &Placement<'_>, kind: Kind, placed: &Placed<'_>) -> Result<Vec<PolicyHeader>, String> {
    let mut headers = Vec::new();
    match kind {
        Kind::Security => {
            let Some(security) = &placement.rules.security else { return Ok(headers) };
            headers.extend(security.removed().iter().map(|name| removal(name)));
            headers.extend(security.headers().into_iter().map(|(name, value)| PolicyHeader {
                replaces: !name.eq_ignore_ascii_case("content-security-policy"),
                name: name.to_owned(),
                value: Some(value),
            }));
        }
        Kind::ResponseHeaders => {
            let Some(rule) = placement.rules.headers.get(placed.number) else { return Ok(headers) };
            headers = headers_of_rule(rule, placed)?;
        }
        _ => return Err("is not a header of every response".to_owned()),
    }
    for header in &headers {
        takes(header)?;
    }
    Ok(headers)
}

fn headers_of_rule(rule: &Headers, placed: &Placed<'_>) -> Result<Vec<PolicyHeader>, String> {
    let why = if placed.stage != Stage::OriginResponse {
        "runs at viewer-response"
    } else if rule.when.is_some() {
        "has a condition"
    } else if !rule.paths.except.is_empty() || !rule.paths.patterns.iter().any(Pattern::is_every_path) {
        "is for some paths"
    } else if !rule.replace.is_empty() || !rule.append.is_empty() {
        "changes or adds to what the origin sent"
    } else {
        ""
    };
    if !why.is_empty() {
        return Err(why.to_owned());
    }
    let mut headers = Vec::new();
    for name in &rule.remove {
        let HeaderName::Exact(name) = name else { return Err("removes by a wildcard".to_owned()) };
        headers.push(removal(name));
    }
    for (entries, replaces) in [(&rule.default, false), (&rule.set, true)] {
        for (name, values) in entries {
            if is_for_caches(name) {
                return Err(format!("tells the cache by {} how long to keep a response", name.as_str()));
            }
            let [value] = values.as_slice() else { return Err(format!("sets several lines of {}", name.as_str())) };
            let Some(value) = value.as_literal() else { return Err("has placeholders".to_owned()) };
            headers.push(PolicyHeader { name: name.as_str().to_owned(), value: Some(value.to_owned()), replaces });
        }
    }
    Ok(headers)
}

fn removal(name: &str) -> PolicyHeader {
    PolicyHeader { name: name.to_owned(), value: None, replaces: true }
}

/// Whether CloudFront takes a header in a policy, with this value.
fn takes(PolicyHeader { name, value, .. }: &PolicyHeader) -> Result<(), String> {
    let lower = name.to_ascii_lowercase();
    let table = Target::from(super::PLATFORM).table();
    let kept = ["vary", "set-cookie", "content-type", "expires", "age", "date", "etag", "last-modified", "pragma"];
    if table.refusal(Stage::ViewerResponse, Message::Response, &lower)
        || lower.starts_with("x-amzn-")
        || kept.contains(&lower.as_str())
    {
        return Err(format!("edits {name}, which is CloudFront's own or the origin's to say"));
    }
    if lower.starts_with("access-control-") {
        return Err(format!("edits {name}, and a policy sends headers of CORS by what the request says"));
    }
    if name.len() > MAX_POLICY_NAME {
        return Err(format!("names a header of more than {MAX_POLICY_NAME} characters, a quota of AWS"));
    }
    let Some(value) = value else { return Ok(()) };
    if value.len() > MAX_POLICY_VALUE {
        return Err(format!("sets {name} to more than {MAX_POLICY_VALUE} characters, a quota of AWS for a policy"));
    }
    let fits = match lower.as_str() {
        "content-security-policy" => true,
        "referrer-policy" => REFERRER_POLICIES.contains(&value.as_str()),
        "strict-transport-security" => is_transport_security(value),
        "x-content-type-options" => value == "nosniff",
        "x-frame-options" => ["deny", "sameorigin"].iter().any(|known| value.eq_ignore_ascii_case(known)),
        other => !SECURITY.contains(&other),
    };
    let plain = value.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !value.is_empty();
    if fits && plain { Ok(()) } else { Err(format!("sets {name} to what a policy does not take")) }
}

/// What the fields of a policy make of it, and nothing else.
fn is_transport_security(value: &str) -> bool {
    let rest = value.strip_prefix("max-age=").unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // A number of 32 bits.
    let seconds = rest.get(..digits).and_then(|digits| digits.parse::<i32>().ok());
    let ends = ["", "; includeSubDomains", "; preload", "; includeSubDomains; preload"];
    seconds.is_some() && rest.get(digits..).is_some_and(|rest| ends.contains(&rest))
}

/// The first candidate that another rule is in the way of, and why.
fn conflict(placement: &Placement<'_>, candidates: &[Candidate]) -> Option<(usize, String)> {
    for (at, candidate) in candidates.iter().enumerate() {
        for header in &candidate.headers {
            let name = header.name.to_ascii_lowercase();
            for (kind, placed) in all(placement) {
                let moved = |other: &Candidate| other.kind == kind && other.number == placed.number;
                if candidates.iter().any(moved) {
                    continue;
                }
                if touches(placement, kind, placed, &name) {
                    let place = kind.member().place(placed.number);
                    return Some((at, format!("edits {}, and so does {place}", header.name)));
                }
            }
            if let Some(place) = reader(placement, &name) {
                return Some((at, format!("edits {}, which {place} reads", header.name)));
            }
        }
    }
    let mut headers = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        for header in &candidate.headers {
            join(&mut headers, header.clone());
        }
        let custom = |header: &&PolicyHeader| {
            header.value.is_some() && !SECURITY.contains(&header.name.to_ascii_lowercase().as_str())
        };
        let length = |header: &PolicyHeader| header.name.len() + header.value.as_ref().map_or(0, String::len);
        if headers.iter().filter(custom).map(length).sum::<usize>() > MAX_POLICY_LENGTH {
            let why = format!(
                "would need a policy whose headers have more than {MAX_POLICY_LENGTH} characters, a quota of AWS"
            );
            return Some((at, why));
        }
        let custom = headers.iter().filter(custom).count();
        let removed = headers.iter().filter(|header| header.value.is_none()).count();
        if custom > MAX_POLICY_HEADERS || removed > MAX_POLICY_HEADERS {
            return Some((
                at,
                format!("would need a policy of more than {MAX_POLICY_HEADERS} headers, a quota of AWS"),
            ));
        }
    }
    None
}

/// Whether a rule that stays edits a header of responses.
fn touches(placement: &Placement<'_>, kind: Kind, placed: &Placed<'_>, name: &str) -> bool {
    match kind {
        Kind::ResponseHeaders => placement.rules.headers.get(placed.number).is_some_and(|rule| {
            let given = [&rule.default, &rule.set, &rule.append].into_iter().flatten().map(|(name, _)| name);
            let mut names = rule.remove.iter().chain(rule.replace.iter().map(|(name, _)| name)).chain(given);
            names.any(|other| is_for(other, name))
        }),
        Kind::Security => placement.rules.security.as_ref().is_some_and(|security| {
            let set = security.headers().iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
            set || security.removed().iter().any(|other| other.eq_ignore_ascii_case(name))
        }),
        Kind::Responses => placement.rules.responses.get(placed.number).is_some_and(|rule| named(&rule.headers, name)),
        Kind::Redirects => {
            name == "location"
                || placement.rules.redirects.get(placed.number).is_some_and(|rule| named(&rule.headers, name))
        }
        Kind::Downloads => name == "content-disposition",
        Kind::Precompressed => name == "content-encoding",
        // Of another kind nothing is known here: it may edit any.
        _ => kind.member().on == On::Response,
    }
}

fn named<T>(headers: &[(HeaderName, T)], name: &str) -> bool {
    headers.iter().any(|(other, _)| is_for(other, name))
}

/// A rule that reads a header of responses.
fn reader(placement: &Placement<'_>, name: &str) -> Option<String> {
    let reads = |(kind, placed): (Kind, &Placed<'_>)| {
        let mut reads = false;
        if let Some(when) = placed.rule.when() {
            when.visit(&mut |subject, _| reads |= matches!(subject, Subject::ResponseHeader(other) if other == name));
        }
        placed.rule.templates(&mut |_, template| {
            let of_header =
                |part: &Part| matches!(part, Part::Fact { fact: Fact::Response(other), .. } if other == name);
            reads |= template.parts.iter().any(of_header);
        });
        reads.then(|| kind.member().place(placed.number).to_string())
    };
    all(placement).find_map(reads)
}

/// Adds what a later edit makes of the same header.
fn join(headers: &mut Vec<PolicyHeader>, header: PolicyHeader) {
    let Some(known) = headers.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&header.name)) else {
        headers.push(header);
        return;
    };
    match (&header.value, header.replaces, &known.value) {
        // There is a value by then.
        (Some(_), false, Some(_)) => {}
        // Removed before, so it replaces what the origin sent.
        (Some(_), false, None) => *known = PolicyHeader { replaces: true, ..header },
        _ => *known = header,
    }
}
