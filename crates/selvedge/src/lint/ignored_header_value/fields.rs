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
        return None;
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

/// `Link`: RFC 8288 §3, each target stands in angle brackets.
pub(super) fn link(value: &str) -> Option<Fault> {
    if value.trim_start().starts_with('<') {
        return None;
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
