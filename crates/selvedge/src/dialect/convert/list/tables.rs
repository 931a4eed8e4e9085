//! Lists that are tables: a spreadsheet's, Cloudflare's, Vercel's, CloudFront's.

use super::entry::{Entries, Entry};
use super::path::{Path, Piece};
use crate::by_text::Known;
use crate::compile::literal_target;
use crate::dialect::line::{differs_by_scheme, split_url};
use crate::platform::key_value_store::{Line, MAX_STORE, Pairs};

/// `from,to,status`, and columns for what few tables need.
pub(super) fn csv(entries: &mut Entries) -> String {
    let all = entries.take();
    let has_star = |entry: &Entry| matches!(&entry.path, Path::Exact(path) if path.contains('*'));
    let (matches, drops, folds) = (
        all.iter().any(has_star),
        all.iter().any(|entry| !entry.keeps_query && entry.text().is_none_or(|to| !to.contains('?'))),
        all.iter().any(|entry| entry.fold),
    );
    let slashes: Known<String> =
        all.iter().filter(|entry| !entry.either_slash).map(|entry| exact(entry).to_owned()).collect();
    let mut rows = String::new();
    for entry in &all {
        if !entry.either_slash && !matches!(entry.path, Path::Stars(_)) && !slashes.contains(&twin(exact(entry))) {
            entries.changes(entry.place, "ignores a trailing slash");
        }
        let path = match &entry.path {
            Path::Exact(path) => path.clone(),
            Path::Stars(texts) => texts.join("*"),
        };
        let query: Vec<String> =
            entry.query.iter().map(|(name, value)| format!("{}={}", form(name), form(value))).collect();
        let path = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let mut stars = 0..;
        let mut in_order = true;
        let to: String = entry
            .to
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Star(number) => {
                    in_order &= stars.next() == Some(*number);
                    "*".to_owned()
                }
            })
            .collect();
        let literal_star = !matches!(entry.path, Path::Exact(_))
            && entry.to.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(['*', '$'])));
        if !in_order || literal_star {
            entries.cannot(entry.place, "way to say which star is which");
            continue;
        }
        let froms: Vec<String> = match entry.hosts.as_slice() {
            [] => vec![path],
            hosts => {
                let scheme = entry.scheme.unwrap_or("https");
                hosts.iter().map(|host| format!("{scheme}://{host}{path}")).collect()
            }
        };
        // A table's scheme counts where the target is the same URL with the other one.
        let is_upgrade = |from: &String| differs_by_scheme(from, &to);
        if entry.scheme.is_some() && (entry.hosts.is_empty() || !froms.iter().all(is_upgrade)) {
            entries.cannot(entry.place, "condition on the scheme but where the target has the other one");
            continue;
        }
        if entry.hosts.iter().any(|host| host.starts_with("*.")) {
            entries.cannot(entry.place, "hosts with a star");
            continue;
        }
        for from in froms {
            let flag = |flag: bool| if flag { "true" } else { "false" };
            let status = entry.status.to_string();
            let exact = matches.then(|| if has_star(entry) { "exact" } else { "" });
            let more = [exact, drops.then(|| flag(entry.keeps_query)), folds.then(|| flag(!entry.fold))];
            row(&mut rows, [&from, &to, &status].map(String::as_str).into_iter().chain(more.into_iter().flatten()));
        }
    }
    let mut header = vec!["from", "to", "status"];
    header.extend(matches.then_some("match"));
    header.extend(drops.then_some("query"));
    header.extend(folds.then_some("caseSensitive"));
    with_header(&header, &rows)
}

/// <https://developers.cloudflare.com/rules/url-forwarding/bulk-redirects/reference/csv-file-format/>: no header.
pub(super) fn cloudflare(entries: &mut Entries, site: Option<&str>) -> String {
    let mut rows = String::new();
    for entry in entries.take_visible() {
        let place = entry.place;
        let hosts = match (entry.hosts.as_slice(), site) {
            ([], None) => {
                entries.cannot(place, "redirect without a host: say whose it is by --host");
                continue;
            }
            ([], Some(site)) => vec![site.to_owned()],
            (hosts, _) => hosts.to_vec(),
        };
        let what = if !entry.query.is_empty() {
            "condition on the query"
        } else if entry.fold {
            "way to ignore the case of paths"
        } else if ![301, 302, 307, 308].contains(&entry.status) {
            "such status"
        } else {
            ""
        };
        if !what.is_empty() {
            entries.cannot(place, what);
            continue;
        }
        // (path, whether it is for all below, target)
        let lines: Vec<(String, bool, String)> = match (entry.spellings(), entry.prefix()) {
            (Some(paths), _) => {
                let Some(to) = entry.text() else { continue };
                paths.into_iter().map(|path| (path, false, to.clone())).collect()
            }
            (None, Some(begin))
                if entry.text_before_star().is_some_and(|to| to.ends_with('/') && !to.contains('?')) =>
            {
                let to = entry.text_before_star().unwrap_or_default().to_owned();
                let bare = begin.strip_suffix('/').filter(|bare| entry.either_slash && !bare.is_empty());
                let bare = bare.map(|bare| (bare.to_owned(), false, to.clone()));
                bare.into_iter().chain([(begin.to_owned(), true, to.clone())]).collect()
            }
            _ => {
                entries.cannot(place, "pattern but for all below a path, which comes after the target");
                continue;
            }
        };
        for host in &hosts {
            let subdomains = format!("*.{host}");
            if host.starts_with("*.") {
                if !hosts.iter().any(|other| format!("*.{other}") == *host) {
                    entries.cannot(place, "hosts below a host without that host");
                }
                continue;
            }
            for (path, below, to) in &lines {
                let to = literal_target(to);
                let to = if split_url(&to).is_some() { to } else { format!("https://{host}{to}") };
                let flag = |flag: bool| if flag { "TRUE" } else { "FALSE" };
                let subdomains = flag(hosts.contains(&subdomains));
                let scheme = entry.scheme.map(|scheme| format!("{scheme}://")).unwrap_or_default();
                let (from, status) = (format!("{scheme}{host}{}", normalised(path)), entry.status.to_string());
                let flags = [flag(entry.keeps_query), subdomains, flag(*below), flag(*below)];
                row(&mut rows, [&from, &to, &status].map(String::as_str).into_iter().chain(flags));
            }
        }
    }
    rows
}

/// A path as Cloudflare compares it: it escapes what is neither unreserved nor reserved (RFC 3986), of which browsers leave one
/// character alone. <https://developers.cloudflare.com/rules/normalization/how-it-works/>
fn normalised(path: &str) -> String {
    path.replace('|', "%7C")
}

/// <https://vercel.com/docs/redirects/bulk-redirects>
pub(super) fn vercel(entries: &mut Entries) -> String {
    let mut rows = String::new();
    for entry in entries.take_visible() {
        let place = entry.place;
        let what = if !entry.hosts.is_empty() {
            "condition on the host"
        } else if !entry.query.is_empty() {
            "condition on the query"
        } else if entry.status >= 400 {
            "such status"
        } else {
            ""
        };
        if !what.is_empty() {
            entries.cannot(place, what);
            continue;
        }
        let (Some(paths), Some(to)) = (entry.spellings(), entry.text().map(|to| literal_target(&to))) else {
            entries.cannot(place, "patterns");
            continue;
        };
        let flag = |flag: bool| if flag { "t" } else { "f" };
        let status = entry.status.to_string();
        for path in &paths {
            row(&mut rows, [path, &to, &status, flag(!entry.fold), flag(entry.keeps_query)]);
        }
    }
    with_header(&["source", "destination", "statusCode", "caseSensitive", "query"], &rows)
}

/// The store of a function, as `selvedge build --store` writes it.
pub(super) fn key_value_store(entries: &mut Entries) -> String {
    let mut pairs = Pairs::default();
    for entry in entries.take_visible() {
        let place = entry.place;
        let what = if !entry.query.is_empty() {
            "condition on the query"
        } else if entry.fold {
            "way to ignore the case of keys"
        } else if entry.hosts.iter().any(|host| host.starts_with('*')) {
            "pattern of hosts"
        } else {
            ""
        };
        let key = Pairs::key(exact(&entry).strip_suffix('/').unwrap_or(exact(&entry)));
        let (Path::Exact(path), Some(key), Some(to), true) = (&entry.path, key, entry.text(), what.is_empty()) else {
            entries.cannot(place, if what.is_empty() { "patterns" } else { what });
            continue;
        };
        let hosts: Vec<String> = entry.hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        let line = Line {
            status: entry.status as u16,
            query: if entry.keeps_query || to.contains('?') { "" } else { "d" },
            slash: (!entry.either_slash).then(|| path.ends_with('/')),
            turn: 0,
            hosts: &hosts,
            // What comes after it in the list was left out as hidden, or is for other hosts.
            may_be_itself: true,
            to: &literal_target(&to),
        };
        match pairs.add(key, &line) {
            Err(too_large) => entries.cannot(place, &format!("room for {too_large}")),
            Ok(()) if pairs.bytes() > MAX_STORE => {
                entries.cannot(place, "more than 5 MB");
                break;
            }
            Ok(()) => {}
        }
    }
    if pairs.len() > 0 { pairs.json() } else { String::new() }
}

/// The one path of an entry; empty for a pattern.
fn exact(entry: &Entry) -> &str {
    if let Path::Exact(path) = &entry.path { path } else { "" }
}

/// The path with the slash that it has not, or without the one that it has.
fn twin(path: &str) -> String {
    path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned)
}

fn with_header(header: &[&str], rows: &str) -> String {
    if rows.is_empty() { String::new() } else { header.join(",") + "\n" + rows }
}

/// Adds a row, as RFC 4180 has it.
fn row<'c>(rows: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (cell, at) in cells.into_iter().zip(0..) {
        if at > 0 {
            rows.push(',');
        }
        if cell.contains(['"', ',', ';', '\t', '\n', '\r', '|']) {
            rows.push('"');
            rows.push_str(&cell.replace('"', "\"\""));
            rows.push('"');
        } else {
            rows.push_str(cell);
        }
    }
    rows.push('\n');
}

/// A name or a value of a query, encoded.
fn form(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:@!$'()*,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
