//! `Header`, `Expires…`, `AddType` and `AddEncoding`.

use super::Reader;
use super::lex::Directive;
use crate::dialect::sink::{Members, string};
use crate::rules::Value;

impl Reader {
    pub(super) fn header(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let words = match words.as_slice() {
            [first, rest @ ..] if ["always", "onsuccess"].contains(&first.to_ascii_lowercase().as_str()) => rest,
            words => words,
        };
        if words.iter().skip(1).any(|word| word.starts_with("env=") || word.starts_with("expr=")) {
            return Err("a header with a condition of Apache".to_owned());
        }
        let member = |name: &str, value: Value| Value::Object(vec![(name.trim_end_matches(':').to_owned(), value)]);
        let escaped = |value: &str| {
            if value.replace("%%", "").contains('%') {
                return Err("values of Apache in a header".to_owned());
            }
            Ok(string(value.replace("%%", "%").replace('{', "{{").replace('}', "}}")))
        };
        let (action, value) = match words {
            [action, name, value] => match action.to_ascii_lowercase().as_str() {
                "set" => ("set", member(name, escaped(value)?)),
                "setifempty" => ("default", member(name, escaped(value)?)),
                "append" | "add" | "merge"
                    if name.eq_ignore_ascii_case("vary") || action.eq_ignore_ascii_case("add") =>
                {
                    ("append", member(name, escaped(value)?))
                }
                other => return Err(format!("\"Header {other}\"")),
            },
            [action, name] if action.eq_ignore_ascii_case("unset") => {
                ("remove", Value::Array(vec![string(name.trim_end_matches(':'))]))
            }
            _ => return Err("a header as this one".to_owned()),
        };
        let mut members = self.head();
        members.push((action, value, None));
        self.sink.rule("headers", directive.span, members);
        Ok(())
    }

    /// Seconds that a type is kept for; only where the origin says nothing itself.
    pub(super) fn expires(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let (media, time) = match (directive.name.as_str(), words.as_slice()) {
            ("expiresdefault", time) => (None, time.join(" ")),
            (_, [media, time @ ..]) => (Some(*media), time.join(" ")),
            _ => return Err("an Expires without a time".to_owned()),
        };
        let seconds = seconds(&time).ok_or_else(|| format!("a time as {time:?}"))?;
        let mut members = self.head();
        if let Some(media) = media {
            let test = match media.strip_suffix("/*") {
                Some(kind) => Value::Object(vec![("prefix".to_owned(), string(format!("{kind}/")))]),
                None => string(media.to_ascii_lowercase()),
            };
            let when = members.iter_mut().find(|(name, _, _)| *name == "when");
            match when {
                Some((_, Value::Object(when), _)) => when.push(("contentType".to_owned(), test)),
                _ => members.push(("when", Value::Object(vec![("contentType".to_owned(), test)]), None)),
            }
        }
        members.push((
            "default",
            Value::Object(vec![("Cache-Control".to_owned(), string(format!("max-age={seconds}")))]),
            None,
        ));
        // A type's own time comes before that for all.
        if media.is_some() {
            self.sink.rule("headers", directive.span, members)
        } else {
            self.last.push(("headers", directive.span, members))
        }
        Ok(())
    }

    pub(super) fn types(&mut self, directive: &Directive) -> Result<(), String> {
        let (name, header) = match directive.name.as_str() {
            "addtype" => ("Content-Type", true),
            "addencoding" => ("Content-Encoding", false),
            other => return Err(format!("the directive {other:?}")),
        };
        let Some((value, endings)) = directive.words.split_first() else { return Err("a type without one".to_owned()) };
        let endings: Vec<Value> =
            endings.iter().map(|ending| string(format!("*.{}", ending.text.trim_start_matches('.')))).collect();
        let value = if header { value.text.clone() } else { value.text.trim_start_matches("x-").to_owned() };
        let set = Value::Object(vec![(name.to_owned(), string(value))]);
        self.sink.rule("headers", directive.span, vec![("for", Value::Array(endings), None), ("set", set, None)]);
        Ok(())
    }

    /// `for` and `when` of the sections around a line.
    fn head(&self) -> Members {
        let mut members = Vec::new();
        members.extend(self.files().map(|files| ("for", files, None)));
        let when = self.around();
        if !when.is_empty() {
            members.push(("when", Value::Object(when), None));
        }
        members
    }
}

/// `access plus 1 month 2 days`, or `A2592000`.
fn seconds(text: &str) -> Option<u64> {
    if let Some(number) = text.strip_prefix('A') {
        return number.parse().ok();
    }
    let mut words = text.trim_matches('"').split_whitespace();
    (words.next()? == "access" || text.starts_with("now")).then_some(())?;
    let mut sum: u64 = 0;
    // Without a time it is over at once.
    let mut words = words.filter(|word| *word != "plus");
    while let Some(number) = words.next() {
        let unit = match words.next()?.trim_end_matches('s') {
            "year" => 365 * 86_400,
            "month" => 30 * 86_400,
            "week" => 7 * 86_400,
            "day" => 86_400,
            "hour" => 3_600,
            "minute" => 60,
            "second" => 1,
            _ => return None,
        };
        sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    #[test]
    fn times() {
        let seconds = |text| super::seconds(text);
        assert_eq!(
            [
                seconds("access plus 1 month 2 days"),
                seconds("A60"),
                seconds("access"),
                seconds("modification plus 1 day")
            ],
            [Some(32 * 86_400), Some(60), Some(0), None]
        );
    }
}
