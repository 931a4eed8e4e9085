//! `if`: the comparisons that rules can make.

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
        let has_readers = inner.flat_map(|inner| &inner.words).any(|word| reads(&word));
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

/// The safe uses of `if`: a comparison of the host, the scheme, the method or a header. `None`: it never holds.
pub(super) fn condition(directive: &Directive) -> Result<Option<Vec<(String, Value)>>, String> {
    let test = If::read(directive)?;
    if test.is_never_equal() {
        return Ok(test.negated.then(Vec::new));
    }
    let member = compare(&test)?;
    Ok(Some(match member {
        // Twice negated.
        (name, Value::Object(inner)) if test.negated && name == "not" => inner,
        member if test.negated => vec![("not".to_owned(), Value::Object(vec![member]))],
        member => vec![member],
    }))
}

/// A comparison as a member of `when`, before it is negated.
pub(super) fn compare(test: &If<'_>) -> Result<(String, Value), String> {
    let If { variable, operator, value, has_readers, .. } = test;
    let regex = |fold: bool| {
        let pcre = Pcre::new(value, fold)?;
        if pcre.groups > 0 && *has_readers {
            // Its groups would be those that $1 means.
            return Err("an if that captures".to_owned());
        }
        Ok(Value::Object(vec![("regex".to_owned(), string(pcre.text()?))]))
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
        "=" => string(if *variable == "$host" { value.to_ascii_lowercase() } else { value.clone() }),
        "~" => regex(false)?,
        "~*" => regex(true)?,
        _ => return Err(format!("an if on {variable}")),
    };
    let member = match *variable {
        "$host" | "$scheme" | "$request_method" if is_absent => return Err(format!("an if on an empty {variable}")),
        "$host" => ("host".to_owned(), compared),
        "$scheme" if *operator == "=" => ("scheme".to_owned(), compared),
        "$request_method" if *operator == "=" => ("method".to_owned(), compared),
        name => match name.strip_prefix("$http_") {
            Some(header) if header != "host" => {
                ("header".to_owned(), Value::Object(vec![(header.replace('_', "-"), compared)]))
            }
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
