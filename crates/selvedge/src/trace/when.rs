//! Which part of a condition does not hold, with what the message has there.

use super::lab::{Lab, Question, Sight};
use crate::diagnostic::Diagnostics;
use crate::platform::Fact as Source;
use crate::rules::{Cidr, Condition, Fact, Match, Model, Part, StatusRange, Subject, Template};

/// Why `when` does not hold.
pub(super) fn unmet(lab: &Lab, before: &Model, sight: &Sight<'_>, when: &Condition) -> Result<String, Diagnostics> {
    Doubt { lab, before, sight }.unmet(when)
}

struct Doubt<'d> {
    lab: &'d Lab,
    before: &'d Model,
    sight: &'d Sight<'d>,
}

impl Doubt<'_> {
    fn holds(&self, condition: &Condition) -> Result<bool, Diagnostics> {
        let answers = self.lab.ask(self.before, self.sight, vec![Question::when(condition)])?;
        Ok(answers.into_iter().flatten().next().is_some())
    }

    /// Why a condition that does not hold does not.
    fn unmet(&self, condition: &Condition) -> Result<String, Diagnostics> {
        match condition {
            Condition::All(parts) => {
                for part in parts {
                    if !self.holds(part)? {
                        return self.unmet(part);
                    }
                }
                Ok("it does not hold".to_owned())
            }
            Condition::Any(parts) => match one_subject(parts) {
                Some((subject, tests)) => {
                    let wanted: Vec<String> = tests.into_iter().map(wanted).collect();
                    Ok(format!("{} is {}, not {}", name(subject), self.seen(subject)?, wanted.join(" or ")))
                }
                None => {
                    let reasons: Vec<String> = parts.iter().map(|part| self.unmet(part)).collect::<Result<_, _>>()?;
                    Ok(reasons.join("; "))
                }
            },
            Condition::Not(part) => Ok(format!("\"not\": {}", self.met(part)?)),
            Condition::Test { subject, test } => {
                Ok(format!("{} is {}, not {}", name(subject), self.seen(subject)?, wanted(test)))
            }
        }
    }

    /// Why a condition that holds does: for what stands under `not`.
    fn met(&self, condition: &Condition) -> Result<String, Diagnostics> {
        match condition {
            Condition::All(parts) => {
                let reasons: Vec<String> = parts.iter().map(|part| self.met(part)).collect::<Result<_, _>>()?;
                Ok(reasons.join(" and "))
            }
            Condition::Any(parts) => {
                for part in parts {
                    if self.holds(part)? {
                        return self.met(part);
                    }
                }
                Ok("it holds".to_owned())
            }
            Condition::Not(part) => self.unmet(part),
            Condition::Test { subject, test: Match::Present(_) } => {
                Ok(format!("{} is {}", name(subject), self.seen(subject)?))
            }
            Condition::Test { subject, test } => {
                Ok(format!("{} is {}, which is {}", name(subject), self.seen(subject)?, wanted(test)))
            }
        }
    }

    /// What the message has, as the reader puts it into a text.
    fn seen(&self, subject: &Subject) -> Result<String, Diagnostics> {
        let table = self.lab.target.table();
        let fact = match subject {
            Subject::Host => Fact::Host,
            Subject::Query(name) => Fact::QueryParam(name.clone()),
            Subject::Header(name) => Fact::Header(name.clone()),
            Subject::Cookie(name) => Fact::Cookie(name.clone()),
            Subject::Country => Fact::Country,
            Subject::Ip => Fact::ClientIp,
            Subject::ResponseHeader(name) => Fact::Response(name.clone()),
            Subject::ContentType => Fact::Response("content-type".to_owned()),
            Subject::Status => return Ok(self.sight.status().to_string()),
            Subject::Method => return Ok(self.sight.request.method.to_string()),
            Subject::Scheme => match table.scheme {
                Source::Header(name) | Source::OriginHeader(name) => Fact::Header(name.to_owned()),
                _ => return Ok(self.sight.facts.scheme.clone().unwrap_or_else(absent)),
            },
            Subject::Device => return Ok(known(&self.sight.facts.device.join(" and "))),
            Subject::Language => return self.language(),
        };
        let text = Template { parts: vec![Part::Fact { fact, encode: false }] };
        let answers = self.lab.ask(self.before, self.sight, vec![Question::text(text)])?;
        Ok(answers.into_iter().flatten().next().map_or_else(absent, |value| quoted(&value)))
    }

    fn language(&self) -> Result<String, Diagnostics> {
        for language in &self.lab.rules.languages {
            let test = Match::Equal(vec![language.clone()]);
            if self.holds(&Condition::Test { subject: Subject::Language, test })? {
                return Ok(quoted(language));
            }
        }
        Ok(absent())
    }
}

/// What alternatives ask, where all ask it of one thing.
fn one_subject(parts: &[Condition]) -> Option<(&Subject, Vec<&Match>)> {
    let tests: Vec<(&Subject, &Match)> = parts
        .iter()
        .map(|part| match part {
            Condition::Test { subject, test } => Some((subject, test)),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (subject, _) = tests.first()?;
    tests.iter().all(|(other, _)| other == subject).then(|| (*subject, tests.iter().map(|(_, test)| *test).collect()))
}

fn absent() -> String {
    "absent".to_owned()
}

fn known(text: &str) -> String {
    if text.is_empty() { absent() } else { text.to_owned() }
}

/// What a person calls it.
fn name(subject: &Subject) -> String {
    match subject {
        Subject::Host => "host".to_owned(),
        Subject::Scheme => "scheme".to_owned(),
        Subject::Method => "method".to_owned(),
        Subject::Query(name) => format!("query parameter {name}"),
        Subject::Header(name) => format!("header {name}"),
        Subject::Cookie(name) => format!("cookie {name}"),
        Subject::Country => "country".to_owned(),
        Subject::Language => "language".to_owned(),
        Subject::Device => "device".to_owned(),
        Subject::Ip => "address".to_owned(),
        Subject::Status => "status".to_owned(),
        Subject::ResponseHeader(name) => format!("response header {name}"),
        Subject::ContentType => "content type".to_owned(),
    }
}

fn wanted(test: &Match) -> String {
    let list = |items: Vec<String>| items.join(" or ");
    match test {
        Match::Present(true) => "present".to_owned(),
        Match::Present(false) => "absent".to_owned(),
        Match::Equal(values) => list(values.iter().map(|value| quoted(value)).collect()),
        Match::Prefix(text) => format!("one that begins with {}", quoted(text)),
        Match::Suffix(text) => format!("one that ends with {}", quoted(text)),
        Match::Contains(text) => format!("one that contains {}", quoted(text)),
        Match::Regex(source) => format!("one that matches {source}"),
        Match::Cidr(ranges) => list(ranges.iter().map(range).collect()),
        Match::Status(ranges) => list(ranges.iter().map(statuses).collect()),
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn range(range: &Cidr) -> String {
    let address = std::net::Ipv6Addr::from(range.address);
    match address.to_ipv4_mapped().filter(|_| range.prefix >= 96) {
        Some(address) => format!("in {address}/{}", range.prefix - 96),
        None => format!("in {address}/{}", range.prefix),
    }
}

fn statuses(range: &StatusRange) -> String {
    match (range.first, range.last) {
        (first, last) if first == last => first.to_string(),
        (first, last) if first % 100 == 0 && last == first + 99 => format!("{}xx", first / 100),
        (first, last) => format!("{first} to {last}"),
    }
}
