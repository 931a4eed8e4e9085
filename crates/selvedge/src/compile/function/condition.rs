//! `when` as an expression. What cannot be read counts as absent, as everywhere.

use super::body::Body;
use super::script::{all, any, in_expression, string, strings};
use crate::expression::Expression;
use crate::rules::{Condition, Match, Subject};

/// What of an event a test looks at.
pub(super) enum Seen {
    /// A list of values.
    List(String),
    /// One value that is always there.
    One(String),
    /// One value, or nothing.
    Maybe(String),
}

/// Request headers that say what a device is, as CloudFront adds them.
const DEVICES: [&str; 6] = ["desktop", "mobile", "tablet", "smarttv", "ios", "android"];

/// A condition as an expression.
pub(super) fn condition(body: &mut Body<'_>, what: &Condition) -> String {
    match what {
        Condition::All(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| condition(body, part)).collect();
            format!("({})", all(parts))
        }
        Condition::Any(parts) => any(parts.iter().map(|part| condition(body, part)).collect()),
        Condition::Not(part) => format!("!({})", condition(body, part)),
        Condition::Test { subject: Subject::Device, test } => device(body, test),
        Condition::Test { subject: Subject::Status, test } => status(test),
        Condition::Test { subject: Subject::Ip, test } => address(body, test),
        Condition::Test { subject, test } => test_of(body, subject, test),
    }
}

/// What a subject is in an event.
pub(super) fn seen(body: &mut Body<'_>, subject: &Subject) -> Seen {
    match subject {
        Subject::Host => Seen::Maybe(body.host()),
        Subject::Scheme => Seen::List(body.header("cloudfront-forwarded-proto")),
        Subject::Method => Seen::One("q.method".to_owned()),
        Subject::Query(name) => Seen::List(format!("{}.map({})", body.parameter(name), body.decodes_all())),
        Subject::Header(name) => Seen::List(body.header(name)),
        Subject::Cookie(name) => Seen::List(body.cookie(name)),
        Subject::Country => Seen::List(body.header("cloudfront-viewer-country")),
        Subject::Language => {
            let header = body.header("accept-language");
            Seen::One(format!("{}({header}.join(),{})", body.call("L"), strings(body.languages)))
        }
        Subject::ResponseHeader(name) => Seen::List(body.response_header(name)),
        Subject::ContentType => {
            let header = body.response_header("content-type");
            Seen::Maybe(format!("({header}.join().split(/[;,]/)[0].trim()||null)"))
        }
        Subject::Device | Subject::Status | Subject::Ip => Seen::Maybe("null".to_owned()),
    }
}

fn test_of(body: &mut Body<'_>, subject: &Subject, test: &Match) -> String {
    let folds = subject.about().folds;
    let is_host = *subject == Subject::Host;
    if let (Subject::Query(name), Match::Equal(texts)) = (subject, test)
        && texts.iter().chain([name]).all(|text| is_plain(text))
    {
        let list = body.pairs();
        return match texts.as_slice() {
            [text] => format!("{list}.includes({})", string(&format!("{name}={text}"))),
            texts => {
                let texts: Vec<String> = texts.iter().map(|text| in_expression(text)).collect();
                format!("{list}.some(a=>/^{}=({})$/.test(a))", in_expression(name), texts.join("|"))
            }
        };
    }
    let seen = match (subject, test) {
        // Only whether it is there, or what is enough to compare it.
        (Subject::Query(name), Match::Present(_)) => Seen::List(body.parameter(name)),
        (Subject::Query(name), Match::Equal(texts)) => {
            Seen::List(format!("{}.map({})", body.parameter(name), body.decodes(texts)))
        }
        (Subject::Query(name), Match::Prefix(text)) => {
            Seen::List(format!("{}.map({})", body.parameter(name), body.decodes([text])))
        }
        _ => seen(body, subject),
    };
    if let Match::Present(present) = test {
        return match (seen, present) {
            (Seen::List(list), true) => format!("{list}.length>0"),
            (Seen::List(list), false) => format!("!{list}.length"),
            (Seen::One(_), present) => present.to_string(),
            (Seen::Maybe(value), true) => format!("{value}!=null"),
            (Seen::Maybe(value), false) => format!("{value}==null"),
        };
    }
    match seen {
        Seen::List(list) => match (test, folds) {
            (Match::Equal(texts), false) if texts.len() == 1 => {
                format!("{list}.includes({})", string(texts.first().map_or("", String::as_str)))
            }
            _ => format!("{list}.some(a=>{})", value(body, "a", test, folds, is_host)),
        },
        Seen::One(one) => value(body, &one, test, folds, is_host),
        Seen::Maybe(maybe) => match test {
            Match::Equal(texts) if !is_host || texts.iter().all(|text| !text.starts_with('*')) => {
                let maybe = if folds { format!("({maybe}||'')") } else { maybe };
                value(body, &maybe, test, folds, false)
            }
            _ => format!("({maybe}!=null&&{})", value(body, &maybe, test, folds, is_host)),
        },
    }
}

/// Whether a text is one that forms never escape, so that it has no sign of theirs.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Whether a value passes.
fn value(body: &mut Body<'_>, value: &str, test: &Match, folds: bool, host: bool) -> String {
    let lower = |text: &str| if folds { text.to_ascii_lowercase() } else { text.to_owned() };
    let value = if folds && !matches!(test, Match::Regex(_)) {
        format!("{}({value})", body.call("b"))
    } else {
        value.to_owned()
    };
    match test {
        Match::Equal(texts) if host => any(texts
            .iter()
            .map(|text| match text.strip_prefix('*') {
                Some(suffix) => format!("{value}.length>{}&&{value}.endsWith({})", suffix.len(), string(suffix)),
                None => format!("{value}=={}", string(text)),
            })
            .collect()),
        Match::Equal(texts) => match texts.as_slice() {
            [text] => format!("{value}=={}", string(&lower(text))),
            texts => format!("{}.includes({value})", strings(texts.iter().map(|text| lower(text)))),
        },
        Match::Prefix(text) => format!("{value}.startsWith({})", string(&lower(text))),
        Match::Suffix(text) => format!("{value}.endsWith({})", string(&lower(text))),
        Match::Contains(text) => format!("{value}.includes({})", string(&lower(text))),
        Match::Regex(source) => format!("/{}/.test({value})", expression(source)),
        Match::Present(_) | Match::Cidr(_) | Match::Status(_) => "false".to_owned(),
    }
}

/// The source of an expression in JavaScript; what has none was refused before.
pub(super) fn expression(source: &str) -> String {
    Expression::new(source).ok().and_then(|expression| expression.script().ok()).unwrap_or_default()
}

/// Any of the headers whose word passes.
fn device(body: &mut Body<'_>, test: &Match) -> String {
    let passes = |word: &&str| match test {
        Match::Equal(words) => words.iter().any(|other| other.eq_ignore_ascii_case(word)),
        _ => true,
    };
    let tests = DEVICES.iter().filter(|word| passes(word)).map(|word| {
        let header = body.header(&format!("cloudfront-is-{word}-viewer"));
        format!("{header}.some(a=>a.toLowerCase()=='true')")
    });
    let any = any(tests.collect());
    if let Match::Present(false) = test { format!("!{any}") } else { any }
}

fn status(test: &Match) -> String {
    let Match::Status(ranges) = test else { return "false".to_owned() };
    let tests = ranges.iter().map(|range| match (range.first, range.last) {
        (first, last) if first == last => format!("r.statusCode=={first}"),
        (first, last) => format!("r.statusCode>={first}&&r.statusCode<={last}"),
    });
    any(tests.collect())
}

/// Ranges by the hexadecimal digits of an address.
fn address(body: &mut Body<'_>, test: &Match) -> String {
    let Match::Cidr(ranges) = test else { return "false".to_owned() };
    let tests = ranges.iter().map(|range| {
        let digits: String = range.address.iter().map(|byte| format!("{byte:02x}")).collect();
        let (whole, bits) = (usize::from(range.prefix) / 4, u32::from(range.prefix) % 4);
        let head = digits.get(..whole).unwrap_or_default();
        let zeros = head.len() - head.trim_start_matches('0').len();
        let head = match zeros {
            5.. => format!("0{{{zeros}}}{}", head.trim_start_matches('0')),
            _ => head.to_owned(),
        };
        let next = digits.get(whole..=whole).and_then(|digit| u32::from_str_radix(digit, 16).ok()).unwrap_or(0);
        let class = match bits {
            0 => String::new(),
            bits => {
                let digits = (next..next + (1 << (4 - bits))).filter_map(|digit| char::from_digit(digit, 16));
                format!("[{}]", digits.collect::<String>())
            }
        };
        format!("{head}{class}")
    });
    let tests: Vec<String> = tests.collect();
    format!("/^(?:{})/.test({}(e.viewer.ip||''))", tests.join("|"), body.call("I"))
}
