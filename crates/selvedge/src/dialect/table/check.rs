//! What rows say about each other: the same twice, two things of one address, rows that lead to rows, circles.

use super::row::{From, Row};
use crate::by_text::ByText;
use crate::dialect::line::split_url;
use crate::dialect::sink::Sink;
use crate::rules::pattern::normalise;

/// Steps that a message shows of a way.
const SHOWN: usize = 5;

/// Takes out rows that another row has before them, and reports chains and circles.
pub(super) fn check(rows: Vec<Row>, sink: &mut Sink) -> Vec<Row> {
    let mut rows = once(by_scheme(rows), sink);
    differ_by_case(&rows, sink);
    follow(&rows, sink);
    // The address with a query is the narrower one, wherever it stands.
    rows.sort_by_key(|row| row.query.is_empty());
    rows
}

fn differ_by_case(rows: &[Row], sink: &mut Sink) {
    let mut spellings: ByText<&Row> = ByText::default();
    for row in rows.iter().filter(|row| !row.fold) {
        let Some(key) = key(row) else { continue };
        let other = spellings.entry(key.to_ascii_lowercase()).or_insert(row);
        let other = address(other);
        if other != key {
            let message = format!("differs from {other} in case alone; rules tell them apart");
            let help = "keep one of them with \"ignoreCase\" if they are one page";
            sink.note("rows-differ-by-case", row.span, message, help);
        }
    }
}

/// Rows for one address that lead elsewhere are for the schemes that they name, where these differ.
fn by_scheme(mut rows: Vec<Row>) -> Vec<Row> {
    let mut first: ByText<usize> = ByText::default();
    for at in 0..rows.len() {
        let Some(key) = rows.get(at).and_then(any_scheme) else { continue };
        let other = *first.entry(bare(&key).to_owned()).or_insert(at);
        let Some((before, [row, ..])) = rows.split_at_mut_checked(at) else { continue };
        if let Some(other) = before.get_mut(other)
            && let (Some(one), Some(two)) = (other.scheme, row.scheme)
            && one != two
            && (&other.to, other.status) != (&row.to, row.status)
        {
            (other.exact_scheme, row.exact_scheme) = (true, true);
        }
    }
    rows
}

/// Each address once; the first row counts.
fn once(rows: Vec<Row>, sink: &mut Sink) -> Vec<Row> {
    let mut first: ByText<usize> = ByText::default();
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    for mut row in rows {
        let Some(own) = key(&row) else {
            kept.push(row);
            continue;
        };
        // With the slash and without it is one page, unless rows say otherwise.
        let bare = bare(&own).to_owned();
        let Some(at) = first.get(&own).or_else(|| first.get(&bare)).copied() else {
            first.insert(bare, kept.len());
            kept.push(row);
            continue;
        };
        let Some(other) = kept.get_mut(at) else { continue };
        let same_path = key(other).as_ref() == Some(&own);
        let line = other.span.line;
        if (&other.to, other.status) == (&row.to, row.status) {
            let message = format!("says what line {line} says");
            sink.warning("duplicate-row", row.span, message, "take one of them out");
        } else if same_path {
            let (one, two) = (shown_target(other), shown_target(&row));
            let message = format!("{own} leads to {two} here, and to {one} on line {line}, which counts");
            sink.error("conflicting-rows", row.span, message, "decide for one of them");
        } else {
            (other.exact_slash, row.exact_slash) = (true, true);
            first.insert(own, kept.len());
            kept.push(row);
        }
    }
    kept
}

/// Rows that lead to what another row redirects.
fn follow(rows: &[Row], sink: &mut Sink) {
    let mut by_address: ByText<usize> = ByText::default();
    for (row, at) in rows.iter().zip(0..) {
        if let Some(key) = key(row) {
            by_address.entry(if row.exact_slash { key } else { bare(&key).to_owned() }).or_insert(at);
        }
    }
    let next: Vec<Option<usize>> = rows
        .iter()
        .map(|row| {
            let (scheme, target) = target(row)?;
            let by_scheme = scheme.map(|scheme| format!("{scheme}://{target}"));
            let mut spellings = by_scheme.iter().chain([&target]).flat_map(|key| [key.as_str(), bare(key)]);
            spellings.find_map(|key| by_address.get(key)).copied()
        })
        .collect();
    // Each row is walked once: what a walk met before ends it.
    let mut walk = vec![0u32; rows.len()];
    for (start, number) in (0..rows.len()).zip(1u32..) {
        let mut here = start;
        while let Some(seen) = walk.get_mut(here).filter(|seen| **seen == 0) {
            *seen = number;
            match next.get(here) {
                Some(Some(there)) => here = *there,
                _ => break,
            }
        }
        if walk.get(here) == Some(&number) && next.get(here).is_some_and(Option::is_some) {
            circle(rows, &next, here, sink);
        }
    }
    for (row, mut way) in rows.iter().zip(&next) {
        let (mut steps, mut last) = (vec![address(row)], row);
        while let Some(at) = *way {
            let Some(there) = rows.get(at) else { break };
            // A circle has its own finding.
            if steps.len() > SHOWN + 1 || std::ptr::eq(there, row) {
                break;
            }
            steps.push(address(there));
            last = there;
            way = next.get(at).unwrap_or(&None);
        }
        if steps.len() > 1 && way.is_none() {
            steps.push(shown_target(last));
            let message = format!("takes {} redirects: {}", steps.len() - 1, steps.join(" → "));
            let help = format!("lead to {} at once: each step costs the viewer a round trip", shown_target(last));
            sink.note("redirect-chain", row.to_span, message, help);
        }
    }
}

fn circle(rows: &[Row], next: &[Option<usize>], start: usize, sink: &mut Sink) {
    let mut steps = Vec::new();
    let mut here = start;
    let Some(first) = rows.get(start) else { return };
    loop {
        let Some(row) = rows.get(here) else { return };
        steps.push(address(row));
        match next.get(here) {
            Some(Some(there)) if *there != start => here = *there,
            _ => break,
        }
    }
    // A row that leads from the path without its slash to the one with it ends there: a redirect never leads to itself.
    if steps.len() == 1 && target(first).is_some_and(|(_, target)| any_scheme(first).is_some_and(|key| key != target)) {
        return;
    }
    let more = steps.len() > SHOWN;
    steps.truncate(SHOWN);
    steps.push(if more { "…".to_owned() } else { address(first) });
    let message = format!("goes round in circles: {}", steps.join(" → "));
    sink.error("redirect-loop", first.to_span, message, "take one of these rows out");
}

/// The one address that a row is for: the scheme if it counts, host, path, query.
fn key(row: &Row) -> Option<String> {
    let scheme = row.scheme.filter(|_| row.exact_scheme).map(|scheme| format!("{scheme}://"));
    Some(scheme.unwrap_or_default() + &any_scheme(row)?)
}

fn any_scheme(row: &Row) -> Option<String> {
    let From::Path(path) = &row.from else { return None };
    let mut key = row.host.clone().unwrap_or_default() + path;
    for (name, value) in &row.query {
        key += &format!("?{name}={value}");
    }
    Some(key)
}

/// A key without its trailing slash, where that does not count.
fn bare(key: &str) -> &str {
    match key.strip_suffix('/') {
        Some(bare) if bare.rsplit("://").next().is_some_and(|rest| rest.contains('/')) => bare,
        _ => key,
    }
}

/// The scheme and the key of where a row leads, if that may be a row's.
fn target(row: &Row) -> Option<(Option<&'static str>, String)> {
    if row.to.is_empty() || row.to.contains(['{', '?']) {
        return None;
    }
    let (scheme, host, path) = match split_url(&row.to) {
        Some((scheme, host, rest)) => {
            (Some(scheme), host.to_ascii_lowercase(), if rest.is_empty() { "/" } else { rest })
        }
        None => (row.scheme, row.host.clone().unwrap_or_default(), row.to.as_str()),
    };
    let path = path.split('#').next().unwrap_or_default();
    Some((scheme, host + &normalise(path).unwrap_or_else(|| path.to_owned())))
}

fn address(row: &Row) -> String {
    key(row).unwrap_or_default()
}

fn shown_target(row: &Row) -> String {
    if row.to.is_empty() { row.status.to_string() } else { row.to.clone() }
}
