//! What rows say about each other: the same twice, two things of one address, rows that lead to rows, circles.

use std::hash::{Hash, Hasher};

use super::row::{From, Row};
use crate::by_text::By;
use crate::dialect::line::split_url;
use crate::dialect::sink::Sink;
use crate::rules::pattern::normalise;

/// Steps that a message shows of a way.
const SHOWN: usize = 5;

/// Takes out rows that another row has before them, and reports chains and circles.
pub(super) fn check(mut rows: Vec<Row>, sink: &mut Sink) -> Vec<Row> {
    by_scheme(&mut rows);
    // Made once: there may be a million.
    let mut keys: Vec<Option<String>> = rows.iter().map(key).collect();
    let is_kept = once(&mut rows, &keys, sink);
    keep(&mut rows, &is_kept);
    keep(&mut keys, &is_kept);
    differ_by_case(&rows, &keys, sink);
    follow(&rows, &keys, sink);
    // The address with a query is the narrower one, wherever it stands.
    rows.sort_by_key(|row| row.query.is_empty());
    rows
}

fn keep<T>(all: &mut Vec<T>, is_kept: &[bool]) {
    let mut is_kept = is_kept.iter();
    all.retain(|_| is_kept.next().is_none_or(|kept| *kept));
}

/// Rows for one address that lead elsewhere are for the schemes that they name, where these differ.
fn by_scheme(rows: &mut [Row]) {
    if rows.iter().all(|row| row.scheme.is_none()) {
        return;
    }
    let addresses: Vec<Option<String>> = rows.iter().map(any_scheme).collect();
    let mut first: By<&str, usize> = By::default();
    for (at, address) in (0..).zip(&addresses) {
        let Some(address) = address else { continue };
        let other = *first.entry(bare(address)).or_insert(at);
        let Some((before, [row, ..])) = rows.split_at_mut_checked(at) else { continue };
        if let Some(other) = before.get_mut(other)
            && let (Some(one), Some(two)) = (other.scheme, row.scheme)
            && one != two
            && (&other.to, other.status) != (&row.to, row.status)
        {
            (other.exact_scheme, row.exact_scheme) = (true, true);
        }
    }
}

/// Each address once; the first row counts. Says which rows do.
fn once(rows: &mut [Row], keys: &[Option<String>], sink: &mut Sink) -> Vec<bool> {
    let mut first = with_room(keys);
    let mut is_kept = vec![true; rows.len()];
    for ((at, own), is_kept) in (0..).zip(keys).zip(&mut is_kept) {
        let Some(own) = own else { continue };
        // With the slash and without it is one page, unless rows say otherwise.
        let bare = bare(own);
        let Some(before) = first.get(own.as_str()).or_else(|| first.get(bare)).copied() else {
            first.insert(bare, at);
            continue;
        };
        let Some((others, [row, ..])) = rows.split_at_mut_checked(at) else { continue };
        let Some(other) = others.get_mut(before) else { continue };
        let same_path = keys.get(before).is_some_and(|key| key.as_ref() == Some(own));
        let line = other.span.line;
        let is_same = (&other.to, other.status) == (&row.to, row.status);
        if is_same {
            let message = format!("says what line {line} says");
            sink.warning("duplicate-row", row.span, message, "take one of them out");
        } else if same_path {
            let (one, two) = (shown_target(other), shown_target(row));
            let message = format!("{own} leads to {two} here, and to {one} on line {line}, which counts");
            sink.error("conflicting-rows", row.span, message, "decide for one of them");
        } else {
            (other.exact_slash, row.exact_slash) = (true, true);
            first.insert(own, at);
        }
        *is_kept = !is_same && !same_path;
    }
    is_kept
}

/// A map that does not grow: of a million keys each would be looked at again and again.
fn with_room<'k>(keys: &[Option<String>]) -> By<&'k str, usize> {
    let mut map = By::default();
    map.reserve(keys.len());
    map
}

fn differ_by_case(rows: &[Row], keys: &[Option<String>], sink: &mut Sink) {
    let mut spellings: By<AnyCase<'_>, &str> = By::default();
    spellings.reserve(keys.len());
    for (row, key) in rows.iter().zip(keys).filter(|(row, _)| !row.fold) {
        let Some(key) = key else { continue };
        let other = *spellings.entry(AnyCase(key)).or_insert(key);
        if other != key {
            let message = format!("differs from {other} in case alone; rules tell them apart");
            let help = "keep one of them with \"ignoreCase\" if they are one page";
            sink.note("rows-differ-by-case", row.span, message, help);
        }
    }
}

/// Text that is the same in any case of ASCII letters.
struct AnyCase<'t>(&'t str);

impl PartialEq for AnyCase<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for AnyCase<'_> {}

impl Hash for AnyCase<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut folded = [0; 64];
        for part in self.0.as_bytes().chunks(folded.len()) {
            let Some(folded) = folded.get_mut(..part.len()) else { continue };
            folded.copy_from_slice(part);
            folded.make_ascii_lowercase();
            state.write(folded);
        }
    }
}

/// Rows that lead to what another row redirects.
fn follow(rows: &[Row], keys: &[Option<String>], sink: &mut Sink) {
    let mut by_address = with_room(keys);
    for ((row, key), at) in rows.iter().zip(keys).zip(0..) {
        if let Some(key) = key {
            by_address.entry(if row.exact_slash { key } else { bare(key) }).or_insert(at);
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
    drop(by_address);
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
    for (at, row) in rows.iter().enumerate() {
        let (mut steps, mut last) = (Vec::new(), row);
        let mut way = next.get(at).unwrap_or(&None);
        if way.is_some() {
            steps.push(address(row));
        }
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
