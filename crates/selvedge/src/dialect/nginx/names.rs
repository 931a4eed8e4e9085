//! Names of servers: which of them a host comes to.
//!
//! The whole name comes first, then the longest one that begins with a star, then the longest that ends with one, then the first
//! expression: <https://nginx.org/en/docs/http/server_names.html>.

use crate::dialect::pcre::{Matcher, Pcre};
use crate::dialect::route::one_or_list;
use crate::dialect::when::but_for;
use crate::rules::Value;

/// The kind of a name, in the order in which they are tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Whole,
    StarFirst,
    StarLast,
    Expression,
}

pub(super) struct Name {
    kind: Kind,
    /// As a condition has it: a name, one with a star before it, or `~` and an expression.
    pub(super) text: String,
    /// Where it stands, for expressions.
    at: (u32, u32),
    matcher: Option<Matcher>,
}

impl Name {
    /// The names that a word of `server_name` is. The error says what is not read.
    pub(super) fn read(word: &str, at: (u32, u32)) -> Result<Vec<Name>, String> {
        let of = |kind, text: String| Name { kind, text, at, matcher: None };
        let expression = |kind, pcre: &Pcre| -> Result<Name, String> {
            Ok(Name { kind, text: format!("~{}", pcre.text()?), at, matcher: Some(pcre.matcher()) })
        };
        if let Some(regex) = word.strip_prefix('~') {
            // Its case counts unless it has a capital letter; hosts have none.
            let fold = regex.bytes().any(|byte| byte.is_ascii_uppercase());
            return Ok(vec![expression(Kind::Expression, &Pcre::new(regex, fold)?)?]);
        }
        let name = word.to_ascii_lowercase();
        let plain = name.trim_start_matches("*.").trim_start_matches('.').trim_end_matches(".*");
        if plain.is_empty() || plain.contains(['*', '$']) {
            return Err(format!("{word:?}"));
        }
        if let Some(name) = name.strip_prefix('.') {
            return Ok(vec![of(Kind::Whole, name.to_owned()), of(Kind::StarFirst, format!("*.{name}"))]);
        }
        if let Some(begin) = name.strip_suffix(".*") {
            if name.starts_with('*') {
                return Err(format!("{word:?}"));
            }
            let regex = format!("^{}\\..+$", regex_lite::escape(begin));
            return Ok(vec![expression(Kind::StarLast, &Pcre::new(&regex, false)?)?]);
        }
        Ok(vec![of(if name.starts_with('*') { Kind::StarFirst } else { Kind::Whole }, name)])
    }

    /// Whether it is for a host, or may be.
    pub(super) fn may_be_for(&self, host: &str) -> bool {
        match (&self.matcher, self.text.strip_prefix('*')) {
            (Some(matcher), _) => matcher.may_match(host),
            (None, Some(end)) => host.ends_with(end),
            (None, None) => self.text == host,
        }
    }

    /// Whether one host may be for both.
    fn meets(&self, other: &Name) -> bool {
        match (self.kind, other.kind) {
            (_, Kind::Whole) => self.may_be_for(&other.text),
            (Kind::Whole, _) => other.may_be_for(&self.text),
            (Kind::StarFirst, Kind::StarFirst) => {
                self.text.ends_with(other.text.trim_start_matches('*'))
                    || other.text.ends_with(self.text.trim_start_matches('*'))
            }
            _ => true,
        }
    }

    /// Whether it is tried before another one.
    fn is_before(&self, other: &Name) -> bool {
        let order = |name: &Name| {
            let length = if name.kind == Kind::Expression { 0 } else { name.text.len() };
            (name.kind, usize::MAX - length, name.at)
        };
        order(self) < order(other)
    }
}

/// Leaves out what nginx ignores: a name that an earlier server of the port has, and `.example` where it has one of the two.
pub(super) fn leave_out_repeated<'n>(servers: impl Iterator<Item = &'n mut Vec<Name>>) {
    let mut taken: Vec<String> = Vec::new();
    for names in servers {
        let is_taken = |name: &Name| taken.contains(&name.text);
        let repeated: Vec<(u32, u32)> = names.iter().filter(|name| is_taken(name)).map(|name| name.at).collect();
        names.retain(|name| name.kind == Kind::Expression || !repeated.contains(&name.at));
        taken.extend(names.iter().map(|name| name.text.clone()));
    }
}

/// The conditions of a server: its names, without the hosts that come to others.
pub(super) fn when<'n>(own: impl IntoIterator<Item = &'n Name>, others: &[&Name]) -> Vec<(String, Value)> {
    let mut ways: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for name in own {
        let first = others.iter().filter(|other| other.is_before(name) && other.meets(name));
        let first = if name.kind == Kind::Whole { Vec::new() } else { texts(first.copied()) };
        match ways.iter_mut().find(|(_, without)| *without == first) {
            Some((names, _)) => names.push(name.text.clone()),
            None => ways.push((vec![name.text.clone()], first)),
        }
    }
    let mut ways: Vec<Vec<(String, Value)>> = ways
        .into_iter()
        .map(|(names, first)| [vec![("host".to_owned(), one_or_list(&names))], but_for(first)].concat())
        .collect();
    match ways.len() {
        0 | 1 => ways.pop().unwrap_or_default(),
        _ => vec![("any".to_owned(), Value::Array(ways.into_iter().map(Value::Object).collect()))],
    }
}

/// The conditions of the server that all other hosts come to.
pub(super) fn when_default(own: &[Name], others: &[&Name]) -> Vec<(String, Value)> {
    let wins = |name: &Name| others.iter().any(|other| name.is_before(other) && name.meets(other));
    let own: Vec<&Name> = own.iter().filter(|name| wins(name)).collect();
    let rest = but_for(texts(others.iter().copied()));
    if own.is_empty() {
        return rest;
    }
    let ways = [when(own, others), rest];
    vec![("any".to_owned(), Value::Array(ways.into_iter().map(Value::Object).collect()))]
}

pub(super) fn texts<'n>(names: impl Iterator<Item = &'n Name>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.contains(&name.text) {
            all.push(name.text.clone());
        }
    }
    all
}
