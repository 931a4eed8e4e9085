//! A request that a rule is for.

use std::net::IpAddr;

use http::{Request, request};

use crate::Facts;
use crate::rules::{Condition, Match, Pattern, Subject, Token};

/// Stands for whatever a wildcard matches.
const ANYTHING: &str = "anything";

/// A request as a viewer would send it.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) host: String,
    /// Path and query.
    pub(super) target: String,
    scheme: String,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    facts: Facts,
}

impl Sample {
    /// A request with a path that the pattern matches and, as far as that is simple, all that the condition asks for.
    pub(super) fn of(pattern: &Pattern, when: Option<&Condition>) -> Option<Sample> {
        let Pattern::Path { anchored: true, tokens, slash } = pattern else { return None };
        let mut target = String::new();
        for token in tokens {
            target.push_str(match token {
                Token::Literal(text) => text,
                Token::Param(_) | Token::Splat(_) => ANYTHING,
            });
        }
        if !target.starts_with('/') {
            target.insert(0, '/');
        } else if *slash == Some(true) {
            target.push('/');
        }
        let mut facts = Facts::new();
        facts.request_id = "sample".to_owned();
        let mut sample = Sample {
            host: "site.invalid".to_owned(),
            target,
            scheme: "https".to_owned(),
            headers: Vec::new(),
            cookies: Vec::new(),
            facts,
        };
        when.is_none_or(|when| sample.satisfy(when)).then_some(sample)
    }

    /// Whether the request could be made so that the condition holds. What is denied is left out, which will mostly do.
    fn satisfy(&mut self, condition: &Condition) -> bool {
        match condition {
            Condition::All(all) => all.iter().all(|each| self.satisfy(each)),
            Condition::Any(any) => any.first().is_some_and(|first| self.satisfy(first)),
            Condition::Not(_) => true,
            Condition::Test { subject, test } => self.give(subject, test),
        }
    }

    fn give(&mut self, subject: &Subject, test: &Match) -> bool {
        let value = match test {
            Match::Present(false) => return true,
            Match::Present(true) => "1".to_owned(),
            Match::Equal(values) => match values.first() {
                Some(value) => value.replace("*.", "any."),
                None => return false,
            },
            Match::Prefix(text) | Match::Suffix(text) | Match::Contains(text) => text.clone(),
            Match::Cidr(ranges) => return self.come_from(ranges.first().map(|range| range.first())),
            Match::Regex(_) | Match::Status(_) => return false,
        };
        match subject {
            Subject::Host => self.host = value,
            Subject::Scheme => self.scheme = value,
            Subject::Method => return matches!(test, Match::Equal(methods) if methods.iter().any(|it| it == "GET")),
            Subject::Query(name) => {
                self.target.push(if self.target.contains('?') { '&' } else { '?' });
                self.target.push_str(&format!("{}={}", encode(name), encode(&value)));
            }
            Subject::Header(name) => self.headers.push((name.clone(), value)),
            Subject::Cookie(name) => self.cookies.push(format!("{name}={value}")),
            Subject::Country => self.facts.country = Some(value),
            Subject::Device => self.facts.device.push(value),
            Subject::Language => self.headers.push(("accept-language".to_owned(), value)),
            Subject::Ip | Subject::Status | Subject::ResponseHeader(_) | Subject::ContentType => return false,
        }
        true
    }

    fn come_from(&mut self, address: Option<IpAddr>) -> bool {
        self.facts.client_ip = address;
        address.is_some()
    }

    /// The request's head, and what else is known of it.
    pub(super) fn request(&self) -> Option<(request::Parts, &Facts)> {
        let uri = format!("{}://{}{}", self.scheme, self.host, self.target);
        let mut request = Request::get(uri).header("host", &self.host);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            request = request.header("cookie", self.cookies.join("; "));
        }
        Some((request.body(()).ok()?.into_parts().0, &self.facts))
    }

    /// Where a `Location` leads from here: another host, if it names one, and the request there.
    pub(super) fn follow(&self, location: &str) -> Sample {
        let mut next = self.clone();
        let rest = location.split_once("://").filter(|(scheme, _)| !scheme.contains('/'));
        let target = match rest {
            Some((scheme, rest)) => {
                let (host, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
                next.scheme = scheme.to_ascii_lowercase();
                next.host = host.to_ascii_lowercase();
                target
            }
            None => location,
        };
        let target = target.split('#').next().unwrap_or_default();
        next.target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        next
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
