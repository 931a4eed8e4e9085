//! Conditions of a rewrite rule: tests of variables of the request.

use super::rule::spelled;
use super::{Element, elements, is};
use crate::dialect::apache::or_absent;
use crate::dialect::hosting::reader::When;
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::sink::string;
use crate::rules::Value;

#[derive(Default)]
pub(super) struct Conditions {
    /// Each is one that must hold; or with `any`, one of them.
    tests: Vec<(String, Value)>,
    any: bool,
    pub(super) except: Option<Value>,
    /// Files of the site come first.
    pub(super) yields: bool,
    /// What `{C:1}` is, from 1.
    pub(super) captures: Vec<String>,
}

impl Conditions {
    /// What must hold, each for a rule of its own.
    pub(super) fn whens(&self) -> Vec<When> {
        let object = |test: &(String, Value)| Value::Object(vec![test.clone()]);
        match self.tests.as_slice() {
            [] => vec![When::new()],
            [only] => vec![vec![only.clone()]],
            all if self.any => vec![vec![("any".to_owned(), Value::Array(all.iter().map(object).collect()))]],
            all => {
                // Two tests of one thing: a double negation.
                let mut when = When::new();
                let mut twice = Vec::new();
                for test in all {
                    if when.iter().any(|(name, _)| *name == test.0) {
                        twice.push(Value::Object(vec![("not".to_owned(), object(test))]));
                    } else {
                        when.push(test.clone());
                    }
                }
                match (twice.is_empty(), when.iter_mut().find(|(name, _)| name == "not")) {
                    (true, _) => {}
                    (false, None) => {
                        when.push(("not".to_owned(), Value::Object(vec![("any".to_owned(), Value::Array(twice))])))
                    }
                    (false, Some((_, not))) => {
                        twice.push(not.clone());
                        *not = Value::Object(vec![("any".to_owned(), Value::Array(twice))]);
                    }
                }
                vec![when]
            }
        }
    }
}

/// Whether one of the conditions says who asks.
pub(super) fn is_of_viewer(list: Element<'_>) -> bool {
    let inputs = elements(list).filter_map(|item| Some(item.attribute("input")?.to_ascii_uppercase()));
    let subjects = ["REMOTE_", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "LOGON_USER", "AUTH_", "CERT_"];
    inputs.into_iter().any(|input| subjects.iter().any(|subject| input.contains(subject)))
}

/// The conditions of a rule whose patterns are of a syntax. What they capture has a name where the rule may refer to it.
pub(super) fn conditions(list: Element<'_>, syntax: Option<&str>, refers: bool) -> Result<Conditions, String> {
    let mut all = Conditions { any: list.attribute("logicalGrouping") == Some("MatchAny"), ..Conditions::default() };
    let count = elements(list).count();
    for item in elements(list) {
        let input = item.attribute("input").unwrap_or_default();
        let variable = input.trim_start_matches('{').trim_end_matches('}').to_ascii_uppercase();
        let not = is(item, "negate", false);
        match item.attribute("matchType").unwrap_or("Pattern") {
            "IsFile" | "IsDirectory" if not && variable == "REQUEST_FILENAME" && (!all.any || count == 1) => {
                all.yields = true;
                continue;
            }
            "Pattern" => {}
            other => return Err(format!("the condition {other} here")),
        }
        let text = &spelled(item.attribute("pattern").unwrap_or_default(), syntax)?;
        let pcre = Pcre::new(text, is(item, "ignoreCase", true))?;
        if ["REQUEST_URI", "URL", "PATH_INFO"].contains(&variable.as_str()) && not && (!all.any || count == 1) {
            let paths = pcre.path("")?;
            let [Spelled::Path(_) | Spelled::Regex(_)] = paths.patterns.as_slice() else {
                return Err(format!("a condition on {input}"));
            };
            if all.except.is_some() {
                return Err("several conditions on the path".to_owned());
            }
            all.except = paths.patterns.first().map(|pattern| match pattern {
                Spelled::Path(path) => string(path),
                Spelled::Regex(regex) => Value::Object(vec![("regex".to_owned(), string(regex))]),
            });
            continue;
        }
        // `{C:1}` is of the last condition that holds; of one that must not hold, or need not, nothing is captured.
        // Of a variable that is not there, and so is empty, nothing is either.
        let is_header = variable.starts_with("HTTP_") && !["HTTP_HOST", "HTTP_METHOD"].contains(&variable.as_str());
        let may_be_absent = is_header && pcre.may_match("");
        let captures = !not && !all.any && pcre.groups > 0 && !may_be_absent;
        let names: Vec<String> =
            (1..=pcre.groups).filter(|_| captures && refers).map(|number| format!("c{number}")).collect();
        let (kind, value) = test(&variable, text, &pcre, &names, input)?;
        let (kind, value) = if not { ("not".to_owned(), Value::Object(vec![(kind, value)])) } else { (kind, value) };
        let is_first = all.captures.is_empty() && all.tests.iter().all(|(other, _)| *other != kind);
        if captures && !is_first {
            return Err("several conditions that capture".to_owned());
        }
        if !not {
            all.captures = names.iter().map(|name| format!("{{{name}}}")).collect();
        }
        all.tests.push((kind, value));
    }
    Ok(all)
}

/// A test of a variable of the request.
fn test(variable: &str, text: &str, pcre: &Pcre, names: &[String], input: &str) -> Result<(String, Value), String> {
    let spelled = || if names.is_empty() { pcre.text() } else { pcre.named(names) };
    let regex =
        || -> Result<Value, String> { Ok(Value::Object(vec![("regex".to_owned(), Value::String(spelled()?))])) };
    Ok(match variable {
        "HTTP_HOST" | "SERVER_NAME" => ("host".to_owned(), regex()?),
        "HTTPS" => match text.trim_matches(['^', '$']).to_ascii_lowercase().as_str() {
            "on" => ("scheme".to_owned(), string("https")),
            "off" => ("scheme".to_owned(), string("http")),
            _ => return Err(format!("a condition on {input} as {text:?}")),
        },
        // The names of variables that are not headers: <https://learn.microsoft.com/iis/web-dev-reference/server-variables>.
        "REQUEST_METHOD" | "HTTP_METHOD" => {
            let methods: Vec<Value> = text.trim_matches(['^', '$', '(', ')']).split('|').map(string).collect();
            let is_one = |method: &Value| matches!(method, Value::String(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase()));
            if !text.starts_with('^') || !text.ends_with('$') || !methods.iter().all(is_one) {
                return Err(format!("a condition on {input} as {text:?}"));
            }
            ("method".to_owned(), Value::Array(methods))
        }
        "HTTP_URL" | "HTTP_VERSION" => return Err(format!("a condition on {input}")),
        "HTTP_COOKIE" | "QUERY_STRING" => return Err(format!("a condition on {input} as a whole")),
        header => match header.strip_prefix("HTTP_") {
            Some(header) => {
                let name = header.replace('_', "-");
                let test = ("header".to_owned(), Value::Object(vec![(name, regex()?)]));
                if pcre.may_match("") { or_absent(test) } else { test }
            }
            None => return Err(format!("a condition on {input}")),
        },
    })
}
