//! Which part of a condition does not hold, with what the message has there.

use selvedge_plan::Moment;

use super::state::Message;
use crate::compile::Map;
use crate::rules::{Cidr, Condition, Match, StatusRange, Subject};

/// Why the condition at `at` of the plan does not hold.
pub(super) fn unmet(moment: &mut Moment<'_, '_>, map: &Map, message: &Message<'_>, at: u32) -> String {
    Conditions { moment, map, message }.unmet(at)
}

/// The conditions of a plan, which the reader tests for a message.
struct Conditions<'c, 'm, 'a> {
    moment: &'c mut Moment<'m, 'a>,
    map: &'c Map,
    message: &'c Message<'c>,
}

impl Conditions<'_, '_, '_> {
    /// The condition at `at`, and where its parts stand: `[kind, n, n × part]`, `[kind, part]` or a test.
    fn at(&self, at: u32) -> Option<(&Condition, Vec<u32>)> {
        let plan = self.moment.plan();
        let condition = self.map.condition(at)?;
        let parts = match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                (0..parts.len() as u32).map(|n| plan.word(at, 2 + n)).collect()
            }
            Condition::Not(_) => vec![plan.word(at, 1)],
            Condition::Test { .. } => Vec::new(),
        };
        Some((condition, parts))
    }

    /// Why a condition that does not hold does not.
    fn unmet(&mut self, at: u32) -> String {
        let Some((condition, parts)) = self.at(at) else { return "it does not hold".to_owned() };
        match condition.clone() {
            Condition::All(_) => match parts.into_iter().find(|part| !self.moment.holds(*part)) {
                Some(part) => self.unmet(part),
                None => "it does not hold".to_owned(),
            },
            Condition::Any(conditions) => match one_subject(&conditions) {
                Some((subject, tests)) => {
                    let seen = self.seen(subject, parts.first().copied().unwrap_or_default(), false);
                    let wanted: Vec<String> = tests.into_iter().map(wanted).collect();
                    format!("{} is {seen}, not {}", subject, wanted.join(" or "))
                }
                None => parts.into_iter().map(|part| self.unmet(part)).collect::<Vec<_>>().join("; "),
            },
            Condition::Not(_) => {
                let met: Vec<String> = parts.into_iter().map(|part| self.met(part)).collect();
                format!("\"not\": {}", met.concat())
            }
            Condition::Test { subject, test } => {
                format!("{} is {}, not {}", subject, self.seen(&subject, at, false), wanted(&test))
            }
        }
    }

    /// Why a condition that holds does: for what stands under `not`.
    fn met(&mut self, at: u32) -> String {
        let Some((condition, parts)) = self.at(at) else { return "it holds".to_owned() };
        match condition.clone() {
            Condition::All(_) => parts.into_iter().map(|part| self.met(part)).collect::<Vec<_>>().join(" and "),
            Condition::Any(_) => match parts.into_iter().find(|part| self.moment.holds(*part)) {
                Some(part) => self.met(part),
                None => "it holds".to_owned(),
            },
            Condition::Not(_) => parts.into_iter().map(|part| self.unmet(part)).collect(),
            Condition::Test { subject, test: Match::Present(_) } => {
                format!("{} is {}", subject, self.seen(&subject, at, false))
            }
            Condition::Test { subject, test } => {
                format!("{} is {}, which is {}", subject, self.seen(&subject, at, true), wanted(&test))
            }
        }
    }

    /// The values that the reader compares in the test at `at`, or those of them that pass.
    fn seen(&mut self, subject: &Subject, at: u32, passing: bool) -> String {
        match subject {
            Subject::Status => return self.moment.status().to_string(),
            Subject::Method => return self.message.request.method.to_string(),
            // Some platforms tell it by several headers.
            Subject::Device if self.message.facts.device.is_empty() => return "absent".to_owned(),
            Subject::Device => return self.message.facts.device.join(" and "),
            _ => {}
        }
        let mut values = Vec::new();
        self.moment.values(at, &mut |value, passes| {
            if passes || !passing {
                values.push(quoted(&String::from_utf8_lossy(value)));
            }
        });
        match values.as_slice() {
            [] => "absent".to_owned(),
            [none] if *subject == Subject::Language && none == "\"\"" => "absent".to_owned(),
            values => values.join(" and "),
        }
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
