//! `Header`, `Expires…`, `AddType` and `AddEncoding`.

use super::Reader;
use super::env::Seen;
use super::expr;
use super::lex::{Directive, Owned};
use crate::dialect::sink::{Members, at_viewer, string};
use crate::dialect::when::add;
use crate::rules::Value;

impl Reader {
    pub(super) fn header(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let words = match words.as_slice() {
            [first, rest @ ..] if ["always", "onsuccess"].contains(&first.to_ascii_lowercase().as_str()) => rest,
            words => words,
        };
        let (words, condition) = match words {
            [.., last] if last.starts_with("env=") || last.starts_with("expr=") => words.split_at(words.len() - 1),
            words => (words, [].as_slice()),
        };
        let condition = match condition.first().and_then(|word| word.split_once('=')) {
            Some(("env", name)) => Seen { env: &self.env, section: self.section(), is_permission: false }.when(name)?,
            Some((_, expression)) => expr::when(expression, directive.span)?,
            None => Vec::new(),
        };
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
                // Several lines of a list are one line of all of them: RFC 9110 §5.3.
                "append" | "add" => ("append", member(name, escaped(value)?)),
                "merge" if name.eq_ignore_ascii_case("vary") => ("append", member(name, escaped(value)?)),
                other => return Err(format!("\"Header {other}\"")),
            },
            [action, name] if action.eq_ignore_ascii_case("unset") => {
                ("remove", Value::Array(vec![string(name.trim_end_matches(':'))]))
            }
            _ => return Err("a header as this one".to_owned()),
        };
        let mut when = self.around();
        add(&mut when, condition)?;
        let mut members = self.head_with(when);
        members.extend(at_viewer(action, &value).map(|stage| ("at", stage, None)));
        members.push((action, value, None));
        self.edits.push((self.scope().rank, directive.span, members));
        Ok(())
    }

    /// What sections of files say comes after what is around them, wherever they stand.
    pub(super) fn edit_headers(&mut self) {
        let mut edits = std::mem::take(&mut self.edits);
        edits.sort_by_key(|(rank, ..)| *rank);
        for (_, span, members) in edits {
            self.sink.rule("headers", span, members);
        }
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
            "adddefaultcharset" => return self.default_charset(directive),
            _ => return self.charset(directive),
        };
        let Some((value, endings)) = directive.words.split_first() else { return Err("a type without one".to_owned()) };
        let endings: Vec<Value> = endings.iter().map(of_ending).collect();
        let value = if header { value.text.clone() } else { value.text.trim_start_matches("x-").to_owned() };
        let set = Value::Object(vec![(name.to_owned(), string(value))]);
        self.sink.rule("headers", directive.span, vec![("for", Value::Array(endings), None), ("set", set, None)]);
        Ok(())
    }

    /// Types without parameters get one. What `AddType` says comes before it.
    fn default_charset(&mut self, directive: &Directive) -> Result<(), String> {
        let [charset] = directive.words.as_slice() else { return Err("an AddDefaultCharset as this one".to_owned()) };
        let charset = match charset.text.to_ascii_lowercase().as_str() {
            "off" => return Ok(()),
            "on" => "iso-8859-1",
            _ => charset.text.as_str(),
        };
        let members = self.head();
        self.with_charset(directive, members, "(?i)^(text/(?:html|plain))$", charset)
    }

    fn charset(&mut self, directive: &Directive) -> Result<(), String> {
        let Some((charset, endings)) = directive.words.split_first() else {
            return Err("a charset without one".to_owned());
        };
        let members = vec![("for", Value::Array(endings.iter().map(of_ending).collect()), None)];
        self.with_charset(directive, members, "^([^;]+)$", &charset.text)
    }

    fn with_charset(
        &mut self,
        directive: &Directive,
        mut members: Members,
        kinds: &str,
        charset: &str,
    ) -> Result<(), String> {
        if !charset.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+".contains(&byte)) {
            return Err(format!("the charset {charset:?}"));
        }
        let with = string(format!("{{1}}; charset={charset}"));
        let edit = Value::Object(vec![("regex".to_owned(), string(kinds)), ("with".to_owned(), with)]);
        members.push(("replace", Value::Object(vec![("Content-Type".to_owned(), Value::Array(vec![edit]))]), None));
        self.last.push(("headers", directive.span, members));
        Ok(())
    }

    /// `for` and `when` of the sections around a line.
    fn head(&self) -> Members {
        self.head_with(self.around())
    }

    fn head_with(&self, when: Vec<(String, Value)>) -> Members {
        let mut members = Vec::new();
        members.extend(self.files().map(|files| ("for", files, None)));
        if !when.is_empty() {
            members.push(("when", Value::Object(when), None));
        }
        members
    }
}

/// The files whose names end so.
fn of_ending(ending: &Owned) -> Value {
    string(format!("*.{}", ending.text.trim_start_matches('.')))
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
