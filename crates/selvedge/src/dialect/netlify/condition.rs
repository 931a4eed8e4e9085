//! `Country=`, `Language=`, `Cookie=`, `Role=`.

use crate::dialect::line::Word;
use crate::dialect::sink::{Sink, string};
use crate::rules::Value;

/// The members of `when`.
#[derive(Default)]
pub(super) struct Conditions {
    pub(super) when: Vec<(String, Value)>,
    pub(super) reads_viewer: bool,
    /// Such a line comes before files, forced or not.
    pub(super) forces: bool,
    /// It asks for a role, which nobody can be shown to have.
    pub(super) denied: bool,
}

/// `None`: the line cannot be honoured, or never matches; the sink knows why.
pub(super) fn read_conditions(words: &[Word<'_>], sink: &mut Sink) -> Option<Conditions> {
    let mut read = Conditions::default();
    let (mut languages, mut cookies) = (None, None);
    for word in words {
        if word.text == "!" {
            let message = "a \"!\" apart from its status forces nothing: a file comes first";
            sink.warning("odd-status", word.span, message, "write \"200!\", without the space");
            continue;
        }
        let Some((key, list)) = word.text.split_once('=') else {
            sink.error(
                "invalid-line",
                word.span,
                format!("{:?} is not a condition", word.text),
                "write it as Name=value",
            );
            return None;
        };
        let values: Vec<&str> = list.split(',').filter(|value| !value.is_empty()).collect();
        match key {
            "Country" | "country" => {
                let codes = values.iter().map(string).collect();
                read.when.push(("country".to_owned(), Value::Array(codes)));
                read.forces = true;
            }
            "Language" | "language" => {
                languages = Some(language(&values));
                (read.forces, read.reads_viewer) = (true, true);
            }
            "Cookie" | "cookie" => {
                cookies = Some(values);
                read.reads_viewer = true;
            }
            "Role" | "role" => {
                sink.error(
                    "not-honoured",
                    word.span,
                    "a role is in a token that Netlify signs, which nothing else can check",
                    "protect these paths by a hook, or at the origin; until then what no other line takes is 404 here",
                );
                read.denied = true;
            }
            "Sign" | "sign" | "Signed" | "signed" => {
                sink.error(
                    "not-honoured",
                    word.span,
                    "requests to a proxied origin cannot be signed here",
                    "sign them in a hook",
                );
                return None;
            }
            _ => {
                let message = format!("Netlify knows no condition {key:?}: the line never matches");
                sink.warning("never-matches", word.span, message, "use Country, Language or Cookie");
                return None;
            }
        }
    }
    let mut of_cookies = Vec::new();
    if let Some(cookies) = cookies {
        let mut any: Vec<Value> = cookies.iter().map(|name| Value::Object(filled_cookie(name))).collect();
        match any.as_mut_slice() {
            [Value::Object(one)] => of_cookies.append(one),
            _ => of_cookies.push(("any".to_owned(), Value::Array(any))),
        }
    }
    match languages {
        None => read.when.append(&mut of_cookies),
        Some(languages) => {
            let ways = [chosen_language(&languages), browser_language(languages)];
            let with = |way: Vec<(String, Value)>| Value::Object(merged(way, &of_cookies));
            read.when.push(("any".to_owned(), Value::Array(ways.into_iter().map(with).collect())));
        }
    }
    Some(read)
}

/// The cookie with which a visitor chooses a language, whatever the browser says.
/// <https://docs.netlify.com/routing/redirects/redirect-options/#redirect-by-country-or-language>
const LANGUAGE_COOKIE: &str = "nf_lang";

fn chosen_language(languages: &Value) -> Vec<(String, Value)> {
    vec![("cookie".to_owned(), Value::Object(vec![(LANGUAGE_COOKIE.to_owned(), languages.clone())]))]
}

fn browser_language(languages: Value) -> Vec<(String, Value)> {
    let chosen = Value::Object(vec![(LANGUAGE_COOKIE.to_owned(), Value::Bool(true))]);
    vec![
        ("header".to_owned(), Value::Object(vec![("Accept-Language".to_owned(), languages)])),
        ("not".to_owned(), Value::Object(vec![("cookie".to_owned(), chosen)])),
    ]
}

/// Conditions that must all hold, as members of one object.
fn merged(mut all: Vec<(String, Value)>, more: &[(String, Value)]) -> Vec<(String, Value)> {
    // Two members of one name: the second as a double negation.
    for (name, value) in more {
        if all.iter().any(|(known, _)| known == name) {
            let inner = Value::Object(vec![(name.clone(), value.clone())]);
            all.push(("any".to_owned(), Value::Array(vec![inner])));
        } else {
            all.push((name.clone(), value.clone()));
        }
    }
    all
}

/// A cookie that is there and not empty.
fn filled_cookie(name: &str) -> Vec<(String, Value)> {
    let cookie = |test| Value::Object(vec![(name.to_owned(), test)]);
    let empty = Value::Object(vec![("cookie".to_owned(), cookie(string("")))]);
    vec![("cookie".to_owned(), cookie(Value::Bool(true))), ("not".to_owned(), empty)]
}

/// The header's first language is one of these, or a variety of one.
fn language(tags: &[&str]) -> Value {
    let mut tests = Vec::new();
    for tag in tags {
        let usual = usual_case(tag);
        let lower = tag.to_ascii_lowercase();
        let spellings = if usual == lower { vec![lower] } else { vec![usual, lower] };
        for tag in spellings {
            let begins = ['-', ',', ';'].map(|end| string(format!("{tag}{end}")));
            tests.push(string(&tag));
            tests.push(Value::Object(vec![("prefix".to_owned(), Value::Array(begins.to_vec()))]));
        }
    }
    Value::Array(tests)
}

/// RFC 5646 §2.1.1: `zh-TW`, `zh-Hant`.
fn usual_case(tag: &str) -> String {
    let mut parts = Vec::new();
    for (at, part) in tag.split('-').enumerate() {
        parts.push(match part.len() {
            2 if at > 0 => part.to_ascii_uppercase(),
            4 if at > 0 => {
                let (first, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
                format!("{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase())
            }
            _ => part.to_ascii_lowercase(),
        });
    }
    parts.join("-")
}
