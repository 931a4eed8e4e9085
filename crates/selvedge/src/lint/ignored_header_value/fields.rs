//! Fields with a grammar of their own: dates, media types, links, and lists of names.

use super::Fault;

/// `Expires`: RFC 9110 §5.6.7. What is not a date, caches take for one in the past (RFC 9111 §5.3).
pub(super) fn expires(value: &str) -> Option<Fault> {
    // `0` and `-1` are how one has always written "in the past".
    if is_date(value) || matches!(value, "0" | "-1") {
        return None;
    }
    let help = match value.parse::<u64>() {
        Ok(seconds) => format!("for seconds, write Cache-Control: max-age={seconds}"),
        Err(_) => "write a date such as \"Wed, 21 Oct 2026 07:28:00 GMT\", or Cache-Control instead".to_owned(),
    };
    Some((format!("{value:?} is not a date, and caches take the answer for expired"), help))
}

/// `Wed, 21 Oct 2026 07:28:00 GMT`, and the two obsolete forms, by their shape.
fn is_date(value: &str) -> bool {
    let shape: String = value
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '0'
            } else if c.is_ascii_alphabetic() {
                'a'
            } else {
                c
            }
        })
        .collect();
    let (day, rest) = shape.split_at(shape.find(|c: char| c != 'a').unwrap_or(shape.len()));
    match rest {
        ", 00 aaa 0000 00:00:00 aaa" | " aaa 00 00:00:00 0000" | " aaa  0 00:00:00 0000" => day.len() == 3,
        ", 00-aaa-00 00:00:00 aaa" => day.len() >= 6,
        _ => false,
    }
}

/// `Content-Type`: RFC 9110 §8.3.1, a type and a subtype, then parameters after semicolons.
pub(super) fn media_type(value: &str) -> Option<Fault> {
    let essence = value.split(';').next().unwrap_or_default().trim();
    let is_type = essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if is_type {
        let mut parameters = value.split(';').skip(1).map(str::trim).filter(|parameter| !parameter.is_empty());
        let wrong = parameters.find(|parameter| !parameter.split_once('=').is_some_and(|(name, _)| is_token(name)))?;
        let plain = wrong.trim_matches('"');
        let help = match plain.split_once([':', ' ']) {
            Some((name, text)) if name.eq_ignore_ascii_case("charset") => format!("write \"charset={}\"", text.trim()),
            None if is_charset(plain) => format!("write \"charset={plain}\""),
            _ => "write it as name=value".to_owned(),
        };
        return Some((format!("browsers ignore {wrong:?} here: a parameter is name=value"), help));
    }
    let help = match essence.split_once([',', ' ']) {
        Some((first, rest)) if first.contains('/') => {
            format!(
                "separate parameters by a semicolon: {:?}",
                format!("{first}; {}", rest.trim_start_matches([',', ' ']))
            )
        }
        _ => "write a type such as \"text/html; charset=utf-8\"".to_owned(),
    };
    Some((format!("browsers ignore {value:?} here: it is not a media type"), help))
}

fn is_charset(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["utf", "iso-", "windows-", "us-ascii"].iter().any(|start| lower.starts_with(start))
}

/// `Content-Encoding`: RFC 9110 §8.4.1, and IANA's registry of content codings.
pub(super) fn codings(value: &str) -> Option<Fault> {
    const CODINGS: [&str; 13] = [
        "br",
        "gzip",
        "deflate",
        "zstd",
        "compress",
        "identity",
        "x-gzip",
        "x-compress",
        "dcb",
        "dcz",
        "aes128gcm",
        "exi",
        "pack200-gzip",
    ];
    let coding = value
        .split(',')
        .map(str::trim)
        .find(|coding| !coding.is_empty() && !CODINGS.iter().any(|known| known.eq_ignore_ascii_case(coding)))?;
    let lower = coding.to_ascii_lowercase();
    let help = match lower.as_str() {
        "brotli" => "write \"br\"".to_owned(),
        "gz" | "zip" => "write \"gzip\"".to_owned(),
        "zstandard" => "write \"zstd\"".to_owned(),
        _ if is_charset(&lower) => "a charset is told by Content-Type: \"text/html; charset=utf-8\"".to_owned(),
        _ => "it is \"br\", \"gzip\", \"deflate\" or \"zstd\"".to_owned(),
    };
    Some((format!("{coding:?} is not a content coding, and browsers show the bytes as they are"), help))
}

/// `Clear-Site-Data`: a list of texts in double quotes, <https://w3c.github.io/webappsec-clear-site-data/#header>.
pub(super) fn clear_site_data(value: &str) -> Option<Fault> {
    let item = value
        .split(',')
        .map(str::trim)
        .find(|item| !(item.is_empty() || item.len() > 2 && item.starts_with('"') && item.ends_with('"')))?;
    let bare = item.trim_matches(['"', '\'']);
    Some((format!("browsers ignore {item:?} here: it has no double quotes"), format!("write \"\\\"{bare}\\\"\"")))
}

/// `X-Robots-Tag`: what Google documents, written with hyphens,
/// <https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag>.
pub(super) fn robots(value: &str) -> Option<Fault> {
    const WORDS: [&str; 9] = [
        "noindex",
        "nofollow",
        "none",
        "nosnippet",
        "noarchive",
        "noimageindex",
        "notranslate",
        "indexifembedded",
        "all",
    ];
    value.split([',', ':']).map(str::trim).find_map(|word| {
        let plain = word.to_ascii_lowercase().replace(['-', '_', ' '], "");
        let known = WORDS.iter().find(|known| **known == plain && !known.eq_ignore_ascii_case(word))?;
        Some((format!("crawlers ignore {word:?} here"), format!("write {known:?}")))
    })
}

/// `Link`: RFC 8288 §3, each target stands in angle brackets.
pub(super) fn link(value: &str) -> Option<Fault> {
    if value.trim_start().starts_with('<') {
        return None;
    }
    if value.trim_start().starts_with('"') {
        let help = format!("write {}, without quotes around it", value.trim().trim_matches('"'));
        return Some((format!("browsers ignore {value:?} here: a link's target stands in angle brackets"), help));
    }
    let (target, rest) = value.split_at(value.find([';', ',']).unwrap_or(value.len()));
    Some((
        format!("browsers ignore {value:?} here: a link's target stands in angle brackets"),
        format!("write {:?}", format!("<{}>{rest}", target.trim())),
    ))
}

/// `Access-Control-Allow-Methods`, `-Headers` and `Access-Control-Expose-Headers`: Fetch §3.3.4, a list of names.
pub(super) fn names(value: &str) -> Option<Fault> {
    let wrong = value.split(',').map(str::trim).find(|name| !name.is_empty() && !is_token(name))?;
    let help = match wrong.split_ascii_whitespace().collect::<Vec<_>>() {
        several if several.len() > 1 => format!("separate names by a comma: {:?}", several.join(", ")),
        _ => "write names, separated by commas".to_owned(),
    };
    Some((format!("{wrong:?} is not a name, and browsers ignore the header"), help))
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
