//! Templates: targets and values with captures and facts.

use std::borrow::Cow;
use std::ops::Range;

use selvedge_plan::layout::{input, part, place, role};
use selvedge_plan::small;

use super::bytes::{push_number, push_text};
use super::condition::leaf;
use super::pattern::group_number;
use super::stage::StageBuilder;
use super::writer::Writer;
use crate::rules::{Fact, Filter, Match, Part, Replacement, Rule, Template};

/// The captures that a rule's templates use, as slots in the order of their first use.
pub(super) fn slots(rule: &dyn Rule) -> Vec<String> {
    let mut slots: Vec<String> = Vec::new();
    rule.templates(&mut |_, template| {
        for part in &template.parts {
            if let Part::Capture { name, .. } = part
                && !slots.contains(name)
            {
                slots.push(name.clone());
            }
        }
    });
    slots
}

/// Where a template's value lands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Landing {
    /// A path or URL: the place of each part depends on what stands before it.
    Target,
    /// As that, of another scheme than the request's: the host is without its port.
    OtherScheme,
    /// A header value.
    Value,
    /// A file name, quoted as a whole.
    FileName,
}

/// The bytes of a template, see [`part`].
pub(super) fn template(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    template: &Template,
    slots: &[String],
    landing: Landing,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    push_number(&mut bytes, template.parts.len() as u32);
    let mut before = String::new();
    let mut parts = template.parts.iter().peekable();
    while let Some(part) = parts.next() {
        let here = place_of(part, parts.peek().copied(), &before, landing);
        let (numbers, text) = match part {
            Part::Literal(text) => {
                let is_target = matches!(landing, Landing::Target | Landing::OtherScheme);
                let shown = if is_target { uri_text(&before, text) } else { text.into() };
                before.push_str(text);
                push_literal(&mut bytes, &shown);
                continue;
            }
            Part::Capture { name, filter } => {
                let slot = slots.iter().position(|slot| slot == name).map_or(u32::MAX, |slot| slot as u32);
                before.push('x');
                ([part::CAPTURE, here | lower(*filter), slot], None)
            }
            Part::Fact { fact, filter } => {
                before.push('x');
                fact_part(writer, stage, fact, here | lower(*filter))
            }
        };
        let [kind, place, _] = numbers;
        writer.asks_for_more(!small::has_part(kind, place));
        push_part(&mut bytes, numbers, text);
    }
    bytes
}

fn push_literal(bytes: &mut Vec<u8>, text: &str) {
    push_number(bytes, part::LITERAL);
    push_text(bytes, text);
}

/// Appends a part with its kind, its place and what it is made of.
fn push_part(bytes: &mut Vec<u8>, numbers: [u32; 3], text: Option<&str>) {
    for number in numbers {
        push_number(bytes, number);
    }
    if let Some(text) = text {
        push_text(bytes, text);
    }
}

/// Writes what replaces a match: groups by number, and what was given as inputs after the line, of which there are `inputs`
/// so far.
pub(super) fn replacement(writer: &mut Writer, of: &Replacement, inputs: &mut u32) -> u32 {
    let mut bytes = Vec::new();
    push_number(&mut bytes, of.with.parts.len() as u32);
    let mut given = of.given.iter().flat_map(|given| &given.parts).peekable();
    for part in &of.with.parts {
        match part {
            _ if given.next_if_eq(&part).is_some() => {
                *inputs += 1;
                push_part(&mut bytes, [part::RAW, place::VALUE, *inputs], None);
            }
            Part::Capture { name, filter } => {
                let place = place_of(part, None, "", Landing::Value) | lower(*filter);
                push_part(&mut bytes, [part::CAPTURE, place, group_number(&of.regex, &[], name)], None);
            }
            other => {
                let text = if let Part::Literal(text) = other { text } else { "" };
                push_literal(&mut bytes, text);
            }
        }
    }
    writer.bytes(&bytes)
}

/// Where in a text the value of a part lands that follows `before`.
pub(super) fn place_of(part: &Part, next: Option<&Part>, before: &str, landing: Landing) -> u32 {
    let (Part::Capture { filter, .. } | Part::Fact { filter, .. }) = part else { return 0 };
    let here = match landing {
        _ if filter.encode => place::COMPONENT,
        Landing::Target | Landing::OtherScheme => place_after(before),
        Landing::FileName => place::FILE_NAME,
        Landing::Value => place::VALUE,
    };
    match (here, part) {
        (place::LABEL, Part::Fact { fact: Fact::Host, .. }) => {
            if landing == Landing::OtherScheme || begins_port(next) {
                place::HOST_NAME
            } else {
                place::HOST
            }
        }
        // A second `?` is part of a parameter's value.
        (place::QUERY, Part::Fact { fact: Fact::Query, .. })
            if before.ends_with('&') || before.find('?') == Some(before.len() - 1) =>
        {
            place::WHOLE_QUERY
        }
        // Inside a parameter its escapes are its own: who reads the parameter decodes one level, and must find what was sent.
        (place::QUERY, Part::Fact { fact: Fact::Query | Fact::Url, .. }) => place::COMPONENT,
        (here, _) => here,
    }
}

fn lower(filter: Filter) -> u32 {
    if filter.lower { place::LOWER } else { 0 }
}

fn fact_part<'f>(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    fact: &'f Fact,
    here: u32,
) -> ([u32; 3], Option<&'f str>) {
    let table = stage.table;
    let (kind, argument) = match fact {
        Fact::Host => {
            stage.role(role::HOST);
            (part::HOST, 0)
        }
        Fact::Path => {
            stage.role(role::PATH);
            (part::PATH, 0)
        }
        Fact::Query => (part::RAW, stage.role(role::QUERY)),
        Fact::Url => {
            for role in [role::SCHEME, role::HOST, role::PATH, role::QUERY] {
                stage.role(role);
            }
            (part::URL, 0)
        }
        Fact::Country => (part::RAW, stage.fact(table.country, input::COUNTRY)),
        Fact::ClientIp => (part::RAW, stage.input(input::CLIENT, "")),
        Fact::QueryParam(name) => {
            return ([part::QUERY, here, stage.role(role::QUERY)], Some(name));
        }
        Fact::Cookie(name) => {
            return ([part::COOKIE, here, stage.role(role::COOKIE)], Some(name));
        }
        Fact::Header(name) => (part::LINES, stage.input(input::REQUEST_HEADER, name)),
        Fact::RequestId => (part::RAW, stage.input(input::REQUEST_ID, "")),
        Fact::Matched { name, tests } => {
            let mut list = vec![tests.len() as u32];
            for (subject, source) in tests {
                list.push(leaf(writer, stage, subject, &Match::Regex(source.clone())));
                list.push(group_number(source, &[], name));
            }
            (part::MATCHED, writer.words(&list))
        }
        Fact::Response(name) => (part::LINES, stage.input(input::RESPONSE_HEADER, name)),
    };
    ([kind, here, argument], None)
}

/// Whether what follows a host in a target is its port.
fn begins_port(next: Option<&Part>) -> bool {
    matches!(next, Some(Part::Literal(text)) if text.starts_with(':'))
}

/// The place that follows `before` in a target: authority, path, query or fragment.
fn place_after(before: &str) -> u32 {
    if before.contains(['?', '#']) {
        return place::QUERY;
    }
    match before.split_once("://") {
        Some((_, authority)) if !authority.contains('/') => place::LABEL,
        _ => place::PATH,
    }
}

/// Literal text of a target, which follows `before`, as it may stand in a URI (RFC 3986): what is not legal there is
/// percent-encoded, also a `%` that begins no escape, brackets outside the authority, and a second `#`.
pub(super) fn uri_text<'t>(before: &str, text: &'t str) -> Cow<'t, str> {
    let bytes = text.as_bytes();
    let authority = authority_of(before, text);
    let mut fragment = before.contains('#');
    let mut legal = |(at, byte): (usize, &u8)| match byte {
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b'[' | b']' => authority.contains(&at),
        b'#' => !std::mem::replace(&mut fragment, true),
        b'!' | b'$' | b'&'..=b'/' | b':' | b';' | b'=' | b'?' | b'@' | b'_' | b'~' => true,
        byte => byte.is_ascii_alphanumeric(),
    };
    let mut encoded = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if legal((at, byte)) {
            encoded.push(char::from(*byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    if encoded == text { text.into() } else { encoded.into() }
}

/// A target without placeholders, less what would make it another host.
#[cfg(any(feature = "functions", feature = "migrate"))]
pub(crate) fn literal_target(text: &str) -> String {
    let text = uri_text("", text);
    let rest = text.trim_start_matches('/');
    if rest.len() < text.len() { format!("/{rest}") } else { text.into_owned() }
}

/// Where in `text`, which follows `before`, the authority of the URL is.
fn authority_of(before: &str, text: &str) -> Range<usize> {
    let rest = match before.split_once("://") {
        Some((_, authority)) if authority.contains(['/', '?', '#']) => return 0..0,
        Some(_) => 0,
        None => match text.find("://") {
            Some(at) if before.is_empty() => at + 3,
            _ => return 0..0,
        },
    };
    let end = text.get(rest..).and_then(|text| text.find(['/', '?', '#'])).map_or(text.len(), |len| rest + len);
    rest..end
}
