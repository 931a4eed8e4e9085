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
pub(super) fn read_conditions(
    words: &[Word<'_>],
    code: u16,
    country_cookie: bool,
    sink: &mut Sink,
) -> Option<Conditions> {
    let mut read = Conditions::default();
    let (mut of_country, mut languages, mut cookies) = (None, None, None);
    for word in words {
        if word.text == "!" {
            let message = "a \"!\" apart from its status forces nothing: a file comes first";
            sink.warning("odd-status", word.span, message, format!("write \"{code}!\", without the space"));
            continue;
        }
        let Some((key, list)) = word.text.split_once('=') else {
            let help = match word.text {
                "force" | "forced" => format!("write \"{code}!\" to force the line"),
                _ => "write it as Name=value".to_owned(),
            };
            sink.error("invalid-line", word.span, format!("{:?} is not a condition", word.text), help);
            return None;
        };
        let values: Vec<&str> = list.split(',').filter(|value| !value.is_empty()).collect();
        match key {
            "Country" | "country" => {
                of_country = Some(countries(&values, country_cookie));
                read.forces = true;
                read.reads_viewer |= country_cookie;
            }
            "Language" | "language" => {
                for tag in values.iter().filter(|tag| !is_language(tag)) {
                    let message = format!("no browser asks for the language {tag:?}");
                    sink.warning(
                        "never-matches",
                        word.span,
                        message,
                        "write its code, for example \"de\" or \"pt-BR\"",
                    );
                }
                languages = Some(by_language(&values));
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
    let cookies = cookies.map(|names| filled_cookies(&names));
    read.when = all(of_country.into_iter().chain(languages).chain(cookies).collect());
    Some(read)
}

pub(in crate::dialect) type Condition = Vec<(String, Value)>;

/// The cookies with which a visitor chooses, whatever the browser says, or the place.
/// <https://docs.netlify.com/routing/redirects/redirect-options/#redirect-by-country-or-language>
const LANGUAGE_COOKIE: &str = "nf_lang";
const COUNTRY_COOKIE: &str = "nf_country";

/// The cookie has one of these values; without the cookie, it is as `otherwise` says.
fn chosen(cookie: &str, values: Value, otherwise: Vec<(&str, Value)>) -> Condition {
    let is_there = object("cookie", object(cookie, Value::Bool(true)));
    let mut without: Condition = otherwise.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    without.push(("not".to_owned(), is_there));
    any([vec![("cookie".to_owned(), object(cookie, values))], without])
}

fn countries(codes: &[&str], by_cookie: bool) -> Condition {
    let here = Value::Array(codes.iter().map(string).collect());
    if !by_cookie {
        return vec![("country".to_owned(), here)];
    }
    // A country ignores case, and a cookie does not.
    let spelled = codes.iter().flat_map(|code| [code.to_ascii_uppercase(), code.to_ascii_lowercase()]);
    chosen(COUNTRY_COOKIE, Value::Array(spelled.map(string).collect()), vec![("country", here)])
}

fn any(ways: impl IntoIterator<Item = Condition>) -> Condition {
    vec![("any".to_owned(), Value::Array(ways.into_iter().map(Value::Object).collect()))]
}

/// What must all hold, as members of one object: where two conditions have a member of one name, it is that none of them fails.
fn all(conditions: Vec<Condition>) -> Condition {
    let mut names: Vec<&str> = conditions.iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    if names.len() == count {
        return conditions.into_iter().flatten().collect();
    }
    let fails = conditions.into_iter().map(|condition| vec![("not".to_owned(), Value::Object(condition))]);
    vec![("not".to_owned(), Value::Object(any(fails)))]
}

fn object(name: &str, value: Value) -> Value {
    Value::Object(vec![(name.to_owned(), value)])
}

/// A cookie that is there and not empty.
fn filled_cookie(name: &str) -> Condition {
    let empty = object("cookie", object(name, string("")));
    vec![("cookie".to_owned(), object(name, Value::Bool(true))), ("not".to_owned(), empty)]
}

/// One of these is there and not empty.
pub(in crate::dialect) fn filled_cookies(names: &[&str]) -> Condition {
    match names {
        [name] => filled_cookie(name),
        names => any(names.iter().map(|name| filled_cookie(name))),
    }
}

/// The visitor chose one of these languages, or the browser asks for one first.
pub(in crate::dialect) fn by_language(tags: &[&str]) -> Condition {
    let tests = first_language(tags);
    chosen(LANGUAGE_COOKIE, tests.clone(), vec![("header", object("Accept-Language", tests))])
}

/// A list begins with one of these, or with a variety of one.
fn first_language(tags: &[&str]) -> Value {
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

/// RFC 5646 §2.1: languages have two letters, or three; none is registered with more.
fn is_language(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or_default();
    matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_alphabetic())
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
