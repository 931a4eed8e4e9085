//! `if`: the comparisons that rules can make.

use super::lex::Directive;
use crate::dialect::apache::or_absent;
use crate::dialect::pcre::Pcre;
use crate::dialect::sink::string;
use crate::rules::Value;

/// The safe uses of `if`: a comparison of the host, the scheme, the method or a header.
pub(super) fn condition(directive: &Directive) -> Result<Vec<(String, Value)>, String> {
    let text = directive.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let inner =
        text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim).ok_or("an if as this one")?;
    let words: Vec<&str> = inner.split(' ').collect();
    let [variable, operator, value] = words.as_slice() else { return Err(format!("an if as ({inner})")) };
    let (negated, operator) = operator.strip_prefix('!').map_or((false, *operator), |rest| (true, rest));
    let regex = |fold: bool| {
        let pcre = Pcre::new(value, fold)?;
        if pcre.groups > 0 && value.contains('(') && !value.contains("(?:") {
            // Its groups would be those that $1 means.
            return Err("an if that captures".to_owned());
        }
        Ok(Value::Object(vec![("regex".to_owned(), string(pcre.text()?))]))
    };
    let test = match operator {
        "=" => string(if *variable == "$host" { value.to_ascii_lowercase() } else { (*value).to_owned() }),
        "~" => regex(false)?,
        "~*" => regex(true)?,
        _ => return Err(format!("an if as ({inner})")),
    };
    let member = match *variable {
        "$host" => ("host".to_owned(), test),
        "$scheme" if operator == "=" => ("scheme".to_owned(), test),
        "$request_method" if operator == "=" => ("method".to_owned(), test),
        name => match name.strip_prefix("$http_") {
            Some(header) if header != "host" => {
                ("header".to_owned(), Value::Object(vec![(header.replace('_', "-"), test)]))
            }
            _ => match name.strip_prefix("$arg_") {
                Some(parameter) if operator == "=" && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    ("query".to_owned(), Value::Object(vec![(parameter.to_owned(), test)]))
                }
                _ => return Err(format!("an if on {name}")),
            },
        },
    };
    // A header that is not there is empty to nginx.
    let matches_empty = operator != "=" && Pcre::new(value, false)?.may_match("");
    let member = if matches_empty { or_absent(member) } else { member };
    Ok(if negated { vec![("not".to_owned(), Value::Object(vec![member]))] } else { vec![member] })
}
