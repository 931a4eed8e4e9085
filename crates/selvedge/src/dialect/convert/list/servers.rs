//! Lists that servers read: S3, nginx, Caddy, Apache.

use super::entry::{Entries, Entry, Path, Piece};
use crate::dialect::convert::json::quoted;
use crate::dialect::line::split_url;

/// How many rules a website's configuration may have.
const MAX_RULES: usize = 50;

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html>
pub(super) fn s3(entries: &mut Entries) -> String {
    let mut rules = Vec::new();
    for entry in entries.take_visible() {
        let place = entry.place;
        let (Some(begin), true, true) =
            (entry.prefix(), entry.hosts.is_empty() && entry.query.is_empty() && !entry.fold, entry.status < 400)
        else {
            entries.cannot(
                place,
                "redirect but for all that begins with a path: a single page needs x-amz-website-redirect-location",
            );
            continue;
        };
        let (to, member) = match (entry.text(), entry.text_before_star()) {
            (Some(text), _) => (text, "ReplaceKeyWith"),
            (None, Some(text)) => (text.to_owned(), "ReplaceKeyPrefixWith"),
            _ => {
                entries.cannot(place, "placeholder but at the end");
                continue;
            }
        };
        if rules.len() == MAX_RULES {
            entries.cannot(place, &format!("room for more than {MAX_RULES} rules"));
            break;
        }
        if entry.either_slash && begin != "/" {
            entries.changes(place, "leaves the path without its slash alone");
        }
        let (host, key) = match split_url(&to) {
            Some((scheme, host, rest)) => {
                (format!("\"Protocol\": {}, \"HostName\": {}, ", quoted(scheme), quoted(host)), rest.to_owned())
            }
            None => (String::new(), to),
        };
        let key = key.strip_prefix('/').unwrap_or(&key);
        rules.push(format!(
            "  {{ \"Condition\": {{ \"KeyPrefixEquals\": {} }}, \"Redirect\": {{ {host}\"{member}\": {}, \"HttpRedirectCode\": \"{}\" }} }}",
            quoted(begin.strip_prefix('/').unwrap_or(begin)),
            quoted(key),
            entry.status
        ));
    }
    if rules.is_empty() { String::new() } else { format!("[\n{}\n]\n", rules.join(",\n")) }
}

/// A map for each status, and how a server uses them.
pub(super) fn nginx_map(entries: &mut Entries) -> String {
    let mut maps: Vec<(u32, String)> = Vec::new();
    for entry in entries.take_visible() {
        let place = entry.place;
        let (Some(paths), Some(to), true) =
            (entry.spellings(), entry.text(), entry.hosts.is_empty() && entry.query.is_empty())
        else {
            entries.cannot(place, "pattern or condition");
            continue;
        };
        let paths: Option<Vec<String>> = paths.iter().map(|path| decoded(path)).collect();
        let Some(paths) = paths.filter(|_| !to.contains(['$', '"', '\\'])) else {
            entries.cannot(place, "way to write this address");
            continue;
        };
        if !entry.fold {
            entries.changes(place, "ignores the case of paths");
        }
        let value = match (entry.status, entry.keeps_query) {
            (400.., _) => "1".to_owned(),
            (_, true) => to + "$is_args$args",
            (_, false) => to,
        };
        if !maps.iter().any(|(status, _)| *status == entry.status) {
            maps.push((entry.status, String::new()));
        }
        let Some((_, map)) = maps.iter_mut().find(|(status, _)| *status == entry.status) else { continue };
        for path in paths {
            map.push_str(&format!("    \"{path}\" \"{value}\";\n"));
        }
    }
    let mut out = String::new();
    for (status, map) in &maps {
        out.push_str(&format!("map $uri $redirect_{status} {{\n    default \"\";\n{map}}}\n"));
    }
    for (status, _) in &maps {
        let target = if *status < 400 { format!(" $redirect_{status}") } else { String::new() };
        out.push_str(&format!("# in the server: if ($redirect_{status}) {{ return {status}{target}; }}\n"));
    }
    out
}

/// In a `route`, which keeps their order.
pub(super) fn caddyfile(entries: &mut Entries) -> String {
    let mut lines = String::new();
    let mut number = 0;
    for entry in entries.take() {
        let place = entry.place;
        let query = if entry.keeps_query { "{http.request.uri.prefixed_query}" } else { "" };
        let scheme = entry.scheme.map(|scheme| format!("\t\tprotocol {scheme}\n"));
        if !entry.hosts.is_empty()
            || !entry.query.is_empty()
            || entry.text().is_some_and(|to| to.contains(['{', '}', '"', '`']))
        {
            entries.cannot(place, "such condition or target");
            continue;
        }
        let (from, to) = match (entry.spellings(), entry.text(), &entry.path) {
            (Some(paths), Some(to), _) if !paths.concat().contains('*') => {
                if !entry.fold {
                    entries.changes(place, "ignores the case of paths");
                }
                (
                    format!(
                        "path {}",
                        paths
                            .iter()
                            .filter_map(|path| decoded(path))
                            .map(|path| format!("\"{path}\""))
                            .collect::<Vec<_>>()
                            .join(" ")
                    ),
                    to,
                )
            }
            (_, _, Path::Stars(_))
                if entry.prefix().is_some()
                    && decoded(entry.prefix().unwrap_or_default()).as_deref() == entry.prefix() =>
            {
                let begin = regex_lite::escape(entry.prefix().unwrap_or_default().trim_end_matches('/'));
                let bare = if entry.either_slash { ("(?:/", ")?") } else { ("/", "") };
                let fold = if entry.fold { "(?i)" } else { "" };
                number += 1;
                let to: String = entry
                    .to
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => text.clone(),
                        Piece::Star(_) => format!("{{re.r{number}.1}}"),
                    })
                    .collect();
                (format!("path_regexp r{number} `{fold}^{begin}{}(.*){}$`", bare.0, bare.1), to)
            }
            _ => {
                entries.cannot(place, "such pattern");
                continue;
            }
        };
        let name = lines.matches('@').count();
        match scheme {
            None => lines.push_str(&format!("\t@m{name} {from}\n")),
            Some(scheme) => lines.push_str(&format!("\t@m{name} {{\n\t\t{from}\n{scheme}\t}}\n")),
        }
        if entry.status < 400 {
            lines.push_str(&format!("\tredir @m{name} \"{to}{query}\" {}\n", entry.status));
        } else {
            lines.push_str(&format!("\terror @m{name} {}\n", entry.status));
        }
    }
    if lines.is_empty() { lines } else { format!("route {{\n{lines}}}\n") }
}

/// RewriteRules, which keep their order and see the query.
pub(super) fn htaccess(entries: &mut Entries) -> String {
    let mut lines = String::new();
    for entry in entries.take() {
        match rewrite_rule(&entry) {
            Some(rule) => lines.push_str(&rule),
            None => entries.cannot(entry.place, "way to write this address"),
        }
    }
    if lines.is_empty() { lines } else { format!("RewriteEngine On\n{lines}") }
}

fn rewrite_rule(entry: &Entry) -> Option<String> {
    let escape = |text: &str| Some(regex_lite::escape(&decoded(text)?).replace(' ', "\\ "));
    let pattern = match &entry.path {
        Path::Exact(path) => {
            let bare = path.trim_start_matches('/').trim_end_matches('/');
            let slash = match (entry.either_slash && !bare.is_empty(), path.ends_with('/') && !bare.is_empty()) {
                (true, _) => "/?",
                (false, slash) => {
                    if slash {
                        "/"
                    } else {
                        ""
                    }
                }
            };
            format!("^{}{slash}$", escape(bare)?)
        }
        Path::Stars(texts) => {
            let texts: Option<Vec<String>> = texts.iter().map(|text| escape(text)).collect();
            let whole = texts?.join("(.*)");
            let whole = whole.strip_prefix('/')?;
            match whole.strip_suffix("/(.*)").filter(|_| entry.either_slash) {
                // The bare path, too; what it captures then is empty.
                Some(begin) if !begin.contains("(.*)") => format!("^{begin}(?:/(.*))?$"),
                _ => format!("^{whole}$"),
            }
        }
    };
    // What Apache captures is decoded, and it encodes the whole: so the text is decoded as well.
    let captures = entry.to.iter().any(|piece| matches!(piece, Piece::Star(_)));
    let mut to = String::new();
    for piece in &entry.to {
        match piece {
            Piece::Text(text) if captures => {
                to.push_str(&decoded(text)?.replace('\\', "\\\\").replace('$', "\\$").replace('%', "\\%"))
            }
            Piece::Text(text) => to.push_str(&text.replace('\\', "\\\\").replace('$', "\\$").replace('%', "\\%")),
            Piece::Star(number) => to.push_str(&format!("${}", number + 1)),
        }
    }
    if to.contains([' ', '"']) || (captures && to.contains('#')) {
        return None;
    }
    let mut out = String::new();
    if !entry.hosts.is_empty() {
        let each = entry.hosts.iter().map(|host| match host.strip_prefix("*.") {
            Some(rest) => format!(".+\\.{}", regex_lite::escape(rest)),
            None => regex_lite::escape(host),
        });
        out.push_str(&format!(
            "RewriteCond %{{HTTP_HOST}} ^(?:{})\\.?(?::\\d+)?$ [NC]\n",
            each.collect::<Vec<_>>().join("|")
        ));
    }
    if let Some(scheme) = entry.scheme {
        out.push_str(&format!("RewriteCond %{{HTTPS}} ={}\n", if scheme == "https" { "on" } else { "off" }));
    }
    for (name, value) in &entry.query {
        // Apache compares the query as it was sent: a value with several spellings is not one text.
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        if !plain(name) || !plain(value) {
            return None;
        }
        let (name, value) = (regex_lite::escape(name), regex_lite::escape(value));
        out.push_str(&format!("RewriteCond %{{QUERY_STRING}} (?:^|&){name}={value}(?:&|$)\n"));
    }
    if !entry.query.is_empty() && entry.keeps_query {
        return None;
    }
    let mut flags = vec![format!("R={}", entry.status), "L".to_owned()];
    flags.extend(entry.fold.then(|| "NC".to_owned()));
    flags.extend((!captures && !entry.to.is_empty()).then(|| "NE".to_owned()));
    flags.extend((!entry.keeps_query && !to.contains('?')).then(|| "QSD".to_owned()));
    let to = if to.is_empty() { "-" } else { &to };
    out.push_str(&format!("RewriteRule \"{pattern}\" \"{to}\" [{}]\n", flags.join(",")));
    Some(out)
}

/// A path as servers compare it; `None` for one that is not text, or that no line can hold.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%');
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains(|c: char| c.is_control() || c == '"' || c == '\\')).then_some(text)
}
