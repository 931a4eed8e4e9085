//! `RewriteCond` as conditions of rules.

use super::lex::Owned;
use super::query::{self, Query};
use crate::dialect::pcre::{Bounded, Pcre};
use crate::dialect::sink::string;
use crate::rules::Value;

/// What a condition comes to.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Members of `when`.
    When(Vec<(String, Value)>),
    /// An expression on the path, and whether it must not match.
    Path(Box<Pcre>, bool),
    /// Whether there is a file or a folder.
    Exists(bool),
    /// It always holds here, or never.
    Always(bool),
}

#[derive(Clone, Debug)]
pub(super) struct Cond {
    pub(super) test: Test,
    pub(super) or: bool,
    /// It is an expression that matches: what `%1` says after it is its own.
    pub(super) matches: bool,
    /// Groups of the host, a header or a parameter, by the names that they are given; empty where one has none.
    pub(super) captures: Vec<String>,
    /// What it says more than the rules can.
    pub(super) more: Option<&'static str>,
}

/// Reads one; `number` makes the names of groups its own. The error says what rules do not have.
pub(super) fn read(words: &[Owned], number: usize) -> Result<Cond, String> {
    let [subject, pattern, flags @ ..] = words else { return Err("a condition without a pattern".to_owned()) };
    let flags = flags.first().map(|flags| flags.text.as_str()).unwrap_or_default();
    let flags = flags.trim_start_matches('[').trim_end_matches(']');
    let (mut fold, mut or) = (false, false);
    for flag in flags.split(',').map(str::trim).filter(|flag| !flag.is_empty()) {
        match flag.to_ascii_uppercase().as_str() {
            "NC" | "NOCASE" => fold = true,
            "OR" | "ORNEXT" => or = true,
            "NV" | "NOVARY" => {}
            _ => return Err(format!("the flag {flag:?} of a condition")),
        }
    }
    let name = subject.text.strip_prefix("%{").and_then(|rest| rest.strip_suffix('}'));
    let name = match subject.text.as_str() {
        "%{DOCUMENT_ROOT}%{REQUEST_URI}" | "%{DOCUMENT_ROOT}/%{REQUEST_URI}" => Some("REQUEST_FILENAME"),
        _ => name.filter(|name| !name.contains('}')),
    };
    let Some(name) = name else { return Err(format!("a condition on {:?}", subject.text)) };
    let (negated, text) = match pattern.text.strip_prefix('!') {
        Some(text) => (true, text),
        None => (false, pattern.text.as_str()),
    };
    let matches = !negated && !text.starts_with(['-', '=', '<', '>']);
    let cond = |test| Ok(Cond { test, or, matches, captures: Vec::new(), more: None });
    let name = name.to_ascii_uppercase();
    if matches!(text, "-f" | "-d" | "-s" | "-l" | "-L" | "-h" | "-F")
        && matches!(name.as_str(), "REQUEST_FILENAME" | "SCRIPT_FILENAME")
    {
        return match text {
            "-f" | "-d" | "-s" => cond(Test::Exists(!negated)),
            "-F" => Err(format!("the test {text}")),
            // A site at the edge has no links of a disk.
            _ => cond(Test::Always(negated)),
        };
    }
    if text.starts_with('-') && text.len() <= 4 || text.starts_with(['<', '>']) {
        return Err(format!("the test {text:?} on %{{{name}}}"));
    }
    if name == "REQUEST_URI" {
        let pcre = if let Some(exact) = text.strip_prefix('=') {
            Pcre::new(&format!("^{}$", escaped(exact)), fold)
        } else {
            Pcre::new(text, fold)
        };
        return cond(Test::Path(Box::new(pcre?), negated));
    }
    if matches!(name.as_str(), "ENV:REDIRECT_STATUS" | "ENV:REDIRECT_X" | "IS_SUBREQ") {
        let holds = matches!(text, "^$" | "=" | "" | "false" | "=false");
        return if holds && !negated { cond(Test::Always(true)) } else { Err(format!("a condition on %{{{name}}}")) };
    }
    if matches!(name.as_str(), "HTTPS" | "REQUEST_SCHEME" | "SERVER_PORT" | "HTTP:X-FORWARDED-PROTO") {
        let word = text.trim_start_matches(['^', '=']).trim_end_matches('$').to_ascii_lowercase();
        let is_https = match word.as_str() {
            "on" | "https" | "443" => true,
            "off" | "http" | "80" => false,
            _ => return Err(format!("a condition on %{{{name}}} as {text:?}")),
        };
        let scheme = if is_https != negated { "https" } else { "http" };
        return cond(Test::When(vec![("scheme".to_owned(), string(scheme))]));
    }
    if name == "REQUEST_METHOD" {
        let words = methods(text).filter(|_| !fold).ok_or_else(|| format!("a condition on the method as {text:?}"))?;
        let methods = words.into_iter().map(string).collect();
        return cond(Test::When(not(negated, vec![("method".to_owned(), Value::Array(methods))])));
    }
    if name == "QUERY_STRING" {
        let Query { when, captures, more } = query::read(text, fold, negated, number)?;
        return Ok(Cond { test: Test::When(when), or, matches, captures, more });
    }
    if name == "HTTP_HOST" && matches!(text, "^$" | "=" | "=\"\"" | "") {
        // Nothing comes here without a host.
        return cond(Test::Always(negated));
    }
    let header = match name.as_str() {
        "HTTP_HOST" => None,
        "HTTP_USER_AGENT" => Some("user-agent".to_owned()),
        "HTTP_REFERER" => Some("referer".to_owned()),
        "HTTP_ACCEPT" => Some("accept".to_owned()),
        "HTTP_COOKIE" => Some("cookie".to_owned()),
        _ => match name.strip_prefix("HTTP:") {
            Some(header) => Some(header.to_ascii_lowercase()),
            None => return Err(format!("a condition on %{{{name}}}")),
        },
    };
    if header.is_some() && matches!(text, "^$" | "=" | "=\"\"" | "") {
        // A header that is not there is empty to Apache.
        let test = vec![(
            "header".to_owned(),
            Value::Object(vec![(header.unwrap_or_default(), Value::Object(vec![("regex".to_owned(), string("."))]))]),
        )];
        return cond(Test::When(not(!negated, test)));
    }
    let (test, captures) = value(text, fold, header.is_none(), number)?;
    let member = match header {
        None => ("host".to_owned(), test),
        Some(header) => ("header".to_owned(), Value::Object(vec![(header, test)])),
    };
    // Of a header that is not there nothing is captured.
    let may_be_absent = !text.starts_with('=') && Pcre::new(text, fold)?.may_match("");
    let captures = if negated || may_be_absent { Vec::new() } else { captures };
    let member = if may_be_absent { or_absent(member) } else { member };
    Ok(Cond { test: Test::When(not(negated, vec![member])), or, matches, captures, more: None })
}

/// A test of a header that the empty text stands: servers take a header that is not there as empty.
pub(in crate::dialect) fn or_absent(member: (String, Value)) -> (String, Value) {
    let (kind, Value::Object(tests)) = &member else { return member };
    if kind != "header" {
        return member;
    }
    let absent = tests.iter().map(|(name, _)| (name.clone(), Value::Bool(false))).collect();
    let absent = Value::Object(vec![("header".to_owned(), Value::Object(absent))]);
    ("any".to_owned(), Value::Array(vec![Value::Object(vec![member]), absent]))
}

pub(super) fn not(negated: bool, members: Vec<(String, Value)>) -> Vec<(String, Value)> {
    if negated { vec![("not".to_owned(), Value::Object(members))] } else { members }
}

/// A test of a host or a header, and the names of what it captures.
fn value(text: &str, fold: bool, is_host: bool, number: usize) -> Result<(Value, Vec<String>), String> {
    if let Some(exact) = text.strip_prefix('=') {
        let exact = exact.trim_matches('"');
        return match (is_host, fold) {
            // Rules have the host in lower case.
            (true, _) => Ok((string(exact.to_ascii_lowercase()), Vec::new())),
            (false, false) => Ok((string(exact), Vec::new())),
            (false, true) => Err("a comparison that ignores case".to_owned()),
        };
    }
    let pcre = Pcre::new(text, fold)?;
    // Rules have the host in lower case.
    if is_host && let Some(host) = Pcre::new(text, false)?.only() {
        return Ok((string(host.to_ascii_lowercase()), Vec::new()));
    }
    let names: Vec<String> = (1..=pcre.groups).map(|group| format!("c{number}x{group}")).collect();
    Ok((Value::Object(vec![("regex".to_owned(), string(pcre.named(&names)?))]), names))
}

/// The methods that a condition holds for: `=GET`, `^GET$`, `^TRAC[EK]$`, and with `^(TRACE|TRACK)` all that begin so.
pub(in crate::dialect) fn methods(text: &str) -> Option<Vec<String>> {
    if let Some(word) = text.strip_prefix('=') {
        return is_method(word).then(|| vec![word.to_owned()]);
    }
    let words = Pcre::new(text, false).ok()?.words()?;
    let is_whole = |it: &Bounded| it.begins && it.ends;
    // Whole words are methods that are meant; with them come those that begin so, end so or have it in them.
    let is_meant = |it: &Bounded| is_method(&it.word) && (is_whole(it) || METHODS.contains(&it.word.as_str()));
    if !words.iter().all(is_meant) {
        return None;
    }
    let fits = |method: &str, it: &Bounded| match (it.begins, it.ends) {
        (true, true) => false,
        (true, false) => method.starts_with(&it.word),
        (false, true) => method.ends_with(&it.word),
        (false, false) => method.contains(&it.word),
    };
    let more = METHODS.into_iter().filter(|method| words.iter().any(|it| fits(method, it)));
    let mut all: Vec<String> = Vec::new();
    for word in words.iter().map(|it| it.word.as_str()).chain(more) {
        if !all.iter().any(|own| own == word) {
            all.push(word.to_owned());
        }
    }
    Some(all)
}

fn is_method(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Methods that requests have: <https://www.iana.org/assignments/http-methods>, and two of Microsoft's servers.
const METHODS: [&str; 21] = [
    "CONNECT",
    "COPY",
    "DEBUG",
    "DELETE",
    "GET",
    "HEAD",
    "LOCK",
    "MKCOL",
    "MOVE",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PUT",
    "QUERY",
    "REPORT",
    "SEARCH",
    "TRACE",
    "TRACK",
    "UNLOCK",
];

fn escaped(text: &str) -> String {
    regex_lite::escape(text)
}
