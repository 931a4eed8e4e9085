//! Lists that servers read: S3, nginx, Apache.

use super::entry::{Entries, Entry};
use super::path::{Path, Piece};
use crate::compile::literal_target;
use crate::dialect::convert::decoded::decoded;
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
        let to = literal_target(&to);
        let (host, key) = match split_url(&to) {
            Some((scheme, host, rest)) => {
                (format!("\"Protocol\": {}, \"HostName\": {}, ", quoted(scheme), quoted(host)), rest.to_owned())
            }
            None => (String::new(), to.clone()),
        };
        let key = key.strip_prefix('/').unwrap_or(&key);
        // A key is decoded, and a path that cannot be has none.
        let Some(begin) = decoded(begin) else {
            entries.cannot(place, "way to write this address");
            continue;
        };
        rules.push(format!(
            "  {{ \"Condition\": {{ \"KeyPrefixEquals\": {} }}, \"Redirect\": {{ {host}\"{member}\": {}, \"HttpRedirectCode\": \"{}\" }} }}",
            quoted(begin.strip_prefix('/').unwrap_or(&begin)),
            quoted(key),
            entry.status
        ));
    }
    if rules.is_empty() { String::new() } else { format!("[\n{}\n]\n", rules.join(",\n")) }
}

/// A map for each status, and how a server uses them.
pub(super) fn nginx_map(entries: &mut Entries) -> String {
    let mut maps: Vec<(u32, String)> = Vec::new();
    let mut longest = 0;
    let mut has_dollar = false;
    for entry in entries.take_visible() {
        let place = entry.place;
        let (Some(paths), Some(to), true) =
            (entry.spellings(), entry.text(), entry.hosts.is_empty() && entry.query.is_empty())
        else {
            entries.cannot(place, "pattern or condition");
            continue;
        };
        let paths: Option<Vec<String>> = paths.iter().map(|path| decoded(path)).collect();
        let to = location(&to, entry.keeps_query.then_some("$is_args$args"), "${dollar}");
        let (Some(paths), Some(value)) = (paths, to) else {
            entries.cannot(place, "way to write this address");
            continue;
        };
        let value = if entry.status < 400 { value } else { "1".to_owned() };
        if paths.iter().chain([&value]).any(|text| text.len() > MAX_NGINX) {
            entries.cannot(place, "room for so long an address");
            continue;
        }
        if !entry.fold {
            entries.changes(place, "ignores the case of paths");
        }
        has_dollar |= value.contains("${dollar}");
        if !maps.iter().any(|(status, _)| *status == entry.status) {
            maps.push((entry.status, String::new()));
        }
        let Some((_, map)) = maps.iter_mut().find(|(status, _)| *status == entry.status) else { continue };
        for path in paths {
            longest = longest.max(path.len());
            let path = path.replace('\\', "\\\\").replace('"', "\\\"");
            map.push_str(&format!("    \"{path}\" \"{value}\";\n"));
        }
    }
    let mut out = String::new();
    if longest > NGINX_KEY {
        // A key and what belongs to it must fit: <https://nginx.org/en/docs/hash.html>.
        out.push_str(&format!("map_hash_bucket_size {};\n", (longest + 32).next_power_of_two()));
    }
    if has_dollar {
        // In a value of a map, "$" is the beginning of a variable; in one of geo, it is itself.
        out.push_str("geo $dollar {\n    default \"$\";\n}\n");
    }
    for (status, map) in &maps {
        out.push_str(&format!("map $uri $redirect_{status} {{\n    default \"\";\n{map}}}\n"));
    }
    for (status, _) in &maps {
        let target = if *status < 400 { format!(" $redirect_{status}") } else { String::new() };
        out.push_str(&format!("# in the server: if ($redirect_{status}) {{ return {status}{target}; }}\n"));
    }
    out
}

/// A word of nginx's configuration has less than a buffer of 4,096 bytes.
const MAX_NGINX: usize = 2000;
/// The longest key for which the usual size of a bucket suffices.
const NGINX_KEY: usize = 46;

/// A target as it goes into `Location`: what a URI may not hold is escaped, as a browser does; `None` for what a browser would
/// take for something else. `dollar` stands for that sign, and the query of the request comes before a fragment.
pub(super) fn location(to: &str, query: Option<&str>, dollar: &str) -> Option<String> {
    let mut out = String::with_capacity(to.len());
    for c in to.chars() {
        match c {
            '\\' => return None,
            '$' => out.push_str(dollar),
            c if c.is_control() => return None,
            ' ' | '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}' => out.push_str(&format!("%{:02X}", u32::from(c))),
            c if c.is_ascii() => out.push(c),
            c => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}"))),
        }
    }
    Some(with_query(&out, query))
}

pub(super) fn with_query(to: &str, query: Option<&str>) -> String {
    let (before, fragment) = to.split_at(to.find('#').unwrap_or(to.len()));
    [before, query.unwrap_or_default(), fragment].concat()
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
    let escape = |text: &str| Some(regex_lite::escape(&decoded(text)?));
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
            Piece::Text(text) => {
                let text = if captures { decoded(text)? } else { location(text, None, "$")? };
                // What is decoded is encoded again, but for what a URL may hold.
                if captures && text.contains(['\\', '"', '#', '?']) {
                    return None;
                }
                to.push_str(&text.replace('$', "\\$").replace('%', "\\%"));
            }
            Piece::Star(number) => to.push_str(&format!("${}", number + 1)),
        }
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
    // No quote can be escaped between quotes.
    let pattern = pattern.replace('"', "\\x22");
    let rule = |to: &str| format!("RewriteRule \"{pattern}\" \"{to}\" [{}]\n", flags.join(","));
    if entry.keeps_query && to.contains('#') {
        // Apache would append the query to the fragment.
        let with_query = rule(&with_query(to, Some("?%{QUERY_STRING}")));
        return Some(format!("{out}RewriteCond %{{QUERY_STRING}} .\n{with_query}{out}{}", rule(to)));
    }
    Some(out + &rule(to))
}
