//! A request that a rule is for.

use std::net::IpAddr;

use http::{Request, request};

use crate::Facts;
use crate::rules::{Condition, Match, Pattern, Subject, Token};

/// Stands for whatever a wildcard matches.
const ANYTHING: &str = "anything";

/// A request as a viewer would send it.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) host: String,
    /// Path and query.
    pub(crate) target: String,
    /// How the path relates to the rule's.
    pub(crate) variant: Variant,
    /// Whether the site has nothing there.
    pub(crate) missing: bool,
    pub(crate) scheme: String,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    facts: Facts,
}

/// What a path is like that a rule may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variant {
    /// As the rule has it.
    Plain,
    /// With a trailing slash, or without one.
    Slash,
    /// What stands in front of a final `/*`.
    Bare,
    /// With letters in upper case.
    Case,
    /// With a query.
    Query,
    /// With an empty segment where a wildcard is.
    DoubleSlash,
}

impl Sample {
    /// Requests for the path of the rule, and for those that are nearly it.
    pub(crate) fn variants(pattern: &Pattern, when: Option<&Condition>) -> Vec<Sample> {
        let Some(plain) = Sample::of(pattern, when) else { return Vec::new() };
        let (path, query) = plain.target.split_once('?').unwrap_or((&plain.target, ""));
        let slashed = path.strip_suffix('/').filter(|path| !path.is_empty());
        let paths = [
            (Variant::Plain, path.to_owned()),
            (Variant::Slash, slashed.map_or_else(|| format!("{path}/"), str::to_owned)),
            (Variant::Case, path.to_ascii_uppercase()),
        ];
        let mut paths = paths.to_vec();
        if let Some(folder) = plain.folder() {
            paths.extend([(Variant::Bare, folder.to_owned()), (Variant::DoubleSlash, format!("{folder}/{ANYTHING}"))]);
            paths.extend(bare_of(folder).map(|bare| (Variant::Bare, bare.to_owned())));
            paths.push((Variant::Plain, format!("{path}/more")));
        }
        let with = |query: &str| if query.is_empty() { String::new() } else { format!("?{query}") };
        let mut targets: Vec<_> = paths.into_iter().map(|(variant, path)| (variant, path + &with(query))).collect();
        let more = if query.is_empty() { "x=1".to_owned() } else { format!("{query}&x=1") };
        targets.push((Variant::Query, format!("{path}?{more}")));
        targets.into_iter().map(|(variant, target)| Sample { variant, target, ..plain.clone() }).collect()
    }

    /// What stands in front of the wildcard of a final `/*`, with its slash.
    fn folder(&self) -> Option<&str> {
        self.target.split('?').next()?.strip_suffix(ANYTHING).filter(|folder| folder.ends_with('/'))
    }

    /// The request for that without its slash, which such a pattern is for as well.
    pub(crate) fn bare(&self) -> Option<Sample> {
        let bare = bare_of(self.folder()?)?;
        let query = self.target.find('?').and_then(|at| self.target.get(at..)).unwrap_or_default();
        Some(Sample { target: format!("{bare}{query}"), variant: Variant::Bare, ..self.clone() })
    }

    /// The same request for another path.
    pub(crate) fn at(self, path: &str) -> Sample {
        Sample { target: path.to_owned(), ..self }
    }

    /// A request with a path that the pattern matches and, as far as that is simple, all that the condition asks for.
    pub(crate) fn of(pattern: &Pattern, when: Option<&Condition>) -> Option<Sample> {
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
        facts.request_id = Some("sample".to_owned());
        let mut sample = Sample {
            host: "site.invalid".to_owned(),
            target,
            variant: Variant::Plain,
            missing: false,
            scheme: "https".to_owned(),
            headers: Vec::new(),
            cookies: Vec::new(),
            facts,
        };
        when.is_none_or(|when| sample.satisfy(when)).then_some(sample)
    }

    /// The same request, where the site has something there or not.
    pub(crate) fn where_missing(&self, missing: bool) -> Sample {
        Sample { missing, ..self.clone() }
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
            // For what a request does not have, or nobody has said how to give, lints are silent.
            _ => return false,
        }
        true
    }

    fn come_from(&mut self, address: Option<IpAddr>) -> bool {
        self.facts.client_ip = address;
        address.is_some()
    }

    /// Whether it is nothing but a GET of a target at a host.
    pub(crate) fn is_plain(&self) -> bool {
        let facts = &self.facts;
        let known = facts.country.is_some() || facts.client_ip.is_some() || !facts.device.is_empty();
        self.headers.is_empty() && self.cookies.is_empty() && self.scheme == "https" && !known
    }

    /// The request's head, and what else is known of it.
    pub(crate) fn request(&self) -> Option<(request::Parts, &Facts)> {
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
    pub(crate) fn follow(&self, location: &str) -> Sample {
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

/// A folder without its slash, if anything is left.
fn bare_of(folder: &str) -> Option<&str> {
    folder.strip_suffix('/').filter(|bare| !bare.is_empty())
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
