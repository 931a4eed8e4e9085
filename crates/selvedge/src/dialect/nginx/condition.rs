//! `if`: the comparisons that rules can make.

use super::groups::names as group_names;
use super::lex::Directive;
use super::target::is_named;
use crate::dialect::apache::{Owned, methods, or_absent};
use crate::dialect::pcre::Pcre;
use crate::dialect::sink::string;
use crate::rules::Value;

/// What an `if` compares: `=`, `~`, `~*`, or nothing where a variable is to be neither empty nor 0.
pub(super) struct If<'d> {
    pub(super) variable: &'d str,
    pub(super) negated: bool,
    pub(super) operator: &'d str,
    pub(super) value: String,
    /// Something may read the groups of its expression, as `$1`.
    pub(super) has_readers: bool,
}

impl<'d> If<'d> {
    pub(super) fn read(directive: &'d Directive) -> Result<If<'d>, String> {
        let mut words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let text = || directive.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let as_this = || format!("an if as {}", text());
        // Blanks may stand inside of the brackets.
        let first = words.first_mut().ok_or_else(as_this)?;
        *first = first.strip_prefix('(').ok_or_else(as_this)?;
        let last = words.last_mut().ok_or_else(as_this)?;
        *last = last.strip_suffix(')').ok_or_else(as_this)?;
        let is_blank = |at: usize, words: &[&str]| words.get(at).is_some_and(|word| word.is_empty());
        if is_blank(0, &words) && words.len() > 1 {
            words.remove(0);
        }
        if is_blank(words.len() - 1, &words) && !matches!(words.len(), 1 | 3) {
            words.pop();
        }
        let reads = |word: &&Owned| (1..=9).any(|number| is_named(&word.text, &number.to_string()));
        // A rewrite has an expression of its own.
        let inner = directive.block.iter().flatten().filter(|inner| inner.name != "rewrite");
        let names_groups = || directive.words.iter().any(|word| group_names(&word.text).next().is_some());
        let has_readers = inner.flat_map(|inner| &inner.words).any(|word| reads(&word)) || names_groups();
        match words.as_slice() {
            [variable] if variable.starts_with('$') => {
                Ok(If { variable, negated: false, operator: "", value: String::new(), has_readers })
            }
            [variable, operator, value] if variable.starts_with('$') => {
                let (negated, operator) = operator.strip_prefix('!').map_or((false, *operator), |rest| (true, rest));
                Ok(If { variable, negated, operator, value: (*value).to_owned(), has_readers })
            }
            _ => Err(as_this()),
        }
    }
}

impl If<'_> {
    /// Whether it compares with a text that no request has there: nginx takes none without a method, nor with a host that is none.
    fn is_never_equal(&self) -> bool {
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_any = |is_one: &dyn Fn(u8) -> bool| !self.value.is_empty() && self.value.bytes().all(is_one);
        self.operator == "="
            && !self.value.contains('$')
            && match self.variable {
                "$host" => !is_any(&is_host),
                "$request_method" => !is_any(&is_token),
                "$scheme" => !matches!(self.value.as_str(), "http" | "https"),
                _ => false,
            }
    }
}

/// What an `if` that may hold comes to.
#[derive(Default)]
pub(super) struct Holds {
    pub(super) when: Vec<(String, Value)>,
    /// What `$1` is in its block, from 1, if that is of its own expression.
    pub(super) captures: Option<Vec<String>>,
    /// Names of groups, by their numbers from 1.
    pub(super) names: Vec<(String, usize)>,
    /// What `$1` is where it may be several labels of a host.
    pub(super) wide: Vec<String>,
}

/// The variables of the host: a browser writes it in lower case, and without the usual port.
pub(super) fn is_host(variable: &str) -> bool {
    matches!(variable, "$host" | "$http_host")
}

/// The safe uses of `if`: a comparison of the host, the scheme, the method or a header. `None`: it never holds.
pub(super) fn condition(directive: &Directive) -> Result<Option<Holds>, String> {
    let test = If::read(directive)?;
    if test.is_never_equal() {
        return Ok(test.negated.then(Holds::default));
    }
    let member = compare(&test)?;
    let mut holds = Holds::default();
    if test.operator.starts_with('~') && !test.negated {
        let pcre = Pcre::new(&test.value, false)?;
        let captures = if member.0 == "method" { Vec::new() } else { placeholders(pcre.groups) };
        holds.wide =
            (1..).zip(&captures).filter(|(at, _)| pcre.may_hold(*at, b'.')).map(|(_, it)| it.clone()).collect();
        (holds.captures, holds.names) = (Some(captures), pcre.names);
    }
    holds.when = match member {
        // Twice negated.
        (name, Value::Object(inner)) if test.negated && name == "not" => inner,
        member if test.negated => vec![("not".to_owned(), Value::Object(vec![member]))],
        member => vec![member],
    };
    Ok(Some(holds))
}

/// A comparison as a member of `when`, before it is negated.
pub(super) fn compare(test: &If<'_>) -> Result<(String, Value), String> {
    let If { variable, operator, value, has_readers, .. } = test;
    let regex = |fold: bool| {
        let pcre = Pcre::new(value, fold)?;
        let text = match pcre.groups {
            // Of a text that does not match, or is not there, there are no groups.
            1.. if *has_readers && (test.negated || (!is_host(variable) && pcre.may_match(""))) => {
                return Err("an if that captures".to_owned());
            }
            1.. if *has_readers => pcre.named(&groups(pcre.groups))?,
            _ => pcre.text()?,
        };
        Ok(Value::Object(vec![("regex".to_owned(), string(text))]))
    };
    if *variable == "$request_method"
        && *operator == "~"
        && let Some(words) = methods(value)
    {
        return Ok(("method".to_owned(), Value::Array(words.into_iter().map(string).collect())));
    }
    // What is not there is empty to nginx.
    let is_absent = *operator == "=" && value.is_empty();
    let compared = match *operator {
        "=" if is_absent => Value::Object(vec![("regex".to_owned(), string("."))]),
        "=" => string(if is_host(variable) { value.to_ascii_lowercase() } else { value.clone() }),
        "~" => regex(false)?,
        "~*" => regex(true)?,
        _ => return Err(format!("an if on {variable}")),
    };
    let member = match *variable {
        "$host" | "$http_host" | "$scheme" | "$request_method" if is_absent => {
            return Err(format!("an if on an empty {variable}"));
        }
        "$http_host" if value.contains(':') => return Err("an if on the port in $http_host".to_owned()),
        "$host" | "$http_host" => ("host".to_owned(), compared),
        "$scheme" if *operator == "=" => ("scheme".to_owned(), compared),
        "$request_method" if *operator == "=" => ("method".to_owned(), compared),
        name => match name.strip_prefix("$http_") {
            Some(header) => ("header".to_owned(), Value::Object(vec![(header.replace('_', "-"), compared)])),
            _ => match name.strip_prefix("$arg_") {
                Some(parameter) if *operator == "=" && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    ("query".to_owned(), Value::Object(vec![(parameter.to_owned(), compared)]))
                }
                _ => return Err(format!("an if on {name}")),
            },
        },
    };
    if is_absent {
        return Ok(("not".to_owned(), Value::Object(vec![member])));
    }
    let matches_empty = *operator != "=" && Pcre::new(value, false)?.may_match("");
    Ok(if matches_empty { or_absent(member) } else { member })
}

/// Names for the groups of an expression, which none of a file has.
fn groups(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("if{number}")).collect()
}

fn placeholders(count: usize) -> Vec<String> {
    groups(count).iter().map(|name| format!("{{{name}}}")).collect()
}
