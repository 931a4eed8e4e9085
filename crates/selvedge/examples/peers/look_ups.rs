//! The same redirects in each contestant.

use std::collections::HashMap;

use http::{Request, request};
use regex::{Regex, RegexSet};
use selvedge::{Engine, Entered, Facts, Platform, Rules};

use crate::clock::Contestant;
use crate::kinds::{Asked, Kind};

type Make = fn(Kind, usize) -> Result<Contestant, String>;

pub(crate) const ALL: [(&str, Make); 4] =
    [(SELVEDGE, selvedge), (BY_HAND, by_hand), (MATCHIT, by_matchit), (REGEX_SET, by_regex_set)];

const SELVEDGE: &str = "selvedge, from a request to its answer";
const BY_HAND: &str = "a HashMap";
const MATCHIT: &str = "matchit";
const REGEX_SET: &str = "regex::RegexSet, and the Regex that it names";

fn selvedge(kind: Kind, count: usize) -> Result<Contestant, String> {
    let rules: Rules = serde_json::from_value(kind.rules(count)).map_err(|error| error.to_string())?;
    let engine = Engine::new(&rules, Platform::Fetch).map_err(|error| error.to_string())?;
    let call = move |mut head: request::Parts| match engine.enter(&mut head, Facts::new()) {
        Entered::Answer(answer) => Some(answer),
        Entered::Ask(_) => None,
    };
    let location = |answer: http::Response<Vec<u8>>| Some(answer.headers().get("location")?.to_str().ok()?.to_owned());
    Ok(Contestant::new(SELVEDGE, head, call, move |answer| answer.and_then(location)))
}

/// As a server has read it.
fn head(asked: &Asked) -> request::Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.uri = asked.path.parse().unwrap_or_default();
    head.headers.insert("host", http::HeaderValue::from_static("www.example.org"));
    if let Some(cookie) = asked.cookie {
        head.headers.insert("cookie", http::HeaderValue::from_static(cookie));
    }
    head
}

fn by_hand(kind: Kind, count: usize) -> Result<Contestant, String> {
    if !matches!(kind, Kind::Exact | Kind::Conditional) {
        return Err("has no patterns".to_owned());
    }
    let targets: HashMap<String, String> = (0..count).map(|n| (kind.around(n).0, kind.target(n))).collect();
    let call = move |asked: Asked| {
        let cookies = asked.cookie.unwrap_or_default();
        let holds = kind == Kind::Exact || cookies.split("; ").any(|pair| pair.starts_with("preview="));
        targets.get(&asked.path).filter(|_| holds).cloned()
    };
    Ok(Contestant::new(BY_HAND, Asked::clone, call, |target| target))
}

fn by_matchit(kind: Kind, count: usize) -> Result<Contestant, String> {
    let placeholder = match kind {
        Kind::Exact => "",
        Kind::Placeholder => "{rest}",
        Kind::Splat => "{*rest}",
        Kind::Regex => return Err("takes no regular expressions".to_owned()),
        Kind::Conditional => return Err("has no conditions".to_owned()),
    };
    let mut router = matchit::Router::new();
    for n in 0..count {
        router
            .insert(format!("{}{placeholder}", kind.around(n).0), kind.target(n))
            .map_err(|error| error.to_string())?;
    }
    let call = move |asked: Asked| {
        let found = router.at(&asked.path).ok()?;
        Some(format!("{}{}", found.value, found.params.get("rest").unwrap_or_default()))
    };
    Ok(Contestant::new(MATCHIT, Asked::clone, call, |target| target))
}

fn by_regex_set(kind: Kind, count: usize) -> Result<Contestant, String> {
    if kind == Kind::Conditional {
        return Err("has no conditions".to_owned());
    }
    let text = |error: regex::Error| error.to_string();
    let expressions: Vec<String> = (0..count).map(|n| kind.expression(n)).collect();
    let set = RegexSet::new(&expressions).map_err(text)?;
    let each = expressions.iter().map(|it| Regex::new(it)).collect::<Result<Vec<_>, _>>().map_err(text)?;
    let call = move |asked: Asked| {
        let n = set.matches(&asked.path).iter().next()?;
        let captured = each.get(n)?.captures(&asked.path)?.get(1).map_or("", |group| group.as_str());
        Some(format!("{}{captured}", kind.target(n)))
    };
    Ok(Contestant::new(REGEX_SET, Asked::clone, call, |target| target))
}
