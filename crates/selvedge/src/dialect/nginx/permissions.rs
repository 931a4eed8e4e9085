//! `allow`, `deny`, `auth_…`, `satisfy`: who may come in. Each replaces what is around it by its own name.

use super::lex::Directive;
use crate::dialect::access::Who;
use crate::places::Span;

/// What a server or a location says, with what it has from around it.
#[derive(Clone, Default)]
pub(super) struct Permissions {
    hosts: Vec<(bool, Who)>,
    /// `auth_basic` and its like, and whether each is on.
    asks: Vec<(String, bool)>,
    any: bool,
    pub(super) unknown: Vec<Span>,
}

/// What asks for something that rules do not have: nginx's own, modules of others, and programs that decide access.
const ASKS: [&str; 15] = [
    "auth_basic",
    "auth_digest",
    "auth_gss",
    "auth_jwt",
    "auth_ldap",
    "auth_oidc",
    "auth_pam",
    "auth_radius",
    "auth_request",
    "auth_spnego",
    "js_access",
    "modsecurity",
    "perl",
    "perl_access",
    "testcookie",
];

/// Programs that run where access is decided, or before.
const PROGRAMS: [&str; 3] = ["access_by_", "rewrite_by_", "server_rewrite_by_"];

pub(super) fn is_permission(name: &str) -> bool {
    matches!(name, "allow" | "deny" | "satisfy") || asks(name)
}

/// Whether a directive keeps requests out by what rules do not have, unless it is off.
pub(super) fn asks(name: &str) -> bool {
    ASKS.contains(&name) || PROGRAMS.iter().any(|begin| name.starts_with(begin))
}

/// Whether a `return` ends each request that comes to a block. nginx runs it before it asks who may come in.
pub(super) fn returns(items: &[Directive]) -> bool {
    items.iter().any(|item| item.name == "return") && !items.iter().any(breaks)
}

/// The same of a server, whose `return` is not for what a `rewrite` sends on to a location.
pub(super) fn server_returns(items: &[Directive]) -> bool {
    returns(items) && !items.iter().any(|item| has_flag(item, "last"))
}

/// Whether it may end what the rewrite module does, and a `return` after it as well.
fn breaks(item: &Directive) -> bool {
    let inside = || item.block.iter().flatten().any(breaks);
    item.name == "break" || has_flag(item, "break") || (item.name == "if" && inside())
}

fn has_flag(item: &Directive, flag: &str) -> bool {
    let inside = || item.block.iter().flatten().any(|inner| has_flag(inner, flag));
    match item.name.as_str() {
        "rewrite" => item.words.last().is_some_and(|word| word.text == flag),
        "if" => inside(),
        _ => false,
    }
}

impl Permissions {
    /// Those of a block.
    pub(super) fn read(&self, items: &[Directive]) -> Permissions {
        let mut own = self.clone();
        own.unknown.clear();
        let of = |name: &'static str| items.iter().filter(move |item| item.name == name);
        if of("allow").chain(of("deny")).next().is_some() {
            own.hosts.clear();
        }
        for item in items.iter().filter(|item| is_permission(&item.name)) {
            let words: Vec<&str> = item.words.iter().map(|word| word.text.as_str()).collect();
            match (item.name.as_str(), words.as_slice()) {
                ("satisfy", words) => own.any = words == ["any"],
                (name @ ("allow" | "deny"), words) => {
                    let who = words.first().map_or_else(Who::unknown, |address| Who::at(address));
                    if who == Who::unknown() {
                        own.unknown.push(item.span);
                    }
                    own.hosts.push((name == "allow", who));
                }
                (name, words) => {
                    let is_on = words != ["off"];
                    own.asks.retain(|(other, _)| other != name);
                    own.asks.push((name.to_owned(), is_on));
                    if is_on {
                        own.unknown.push(item.span);
                    }
                }
            }
        }
        own
    }

    /// Something else has to let a request in, of which nothing is known.
    pub(super) fn ask(&mut self, name: &str) {
        self.asks.push((name.to_owned(), true));
    }

    /// The first of `allow` and `deny` that is for a client counts; who is not named comes in.
    pub(super) fn who(&self) -> Who {
        let hosts = self.hosts.iter().rev().fold(Who::all(), |rest, (allows, who)| match allows {
            true => who.clone().or(rest),
            false => who.clone().not().and(rest),
        });
        match (self.asks.iter().any(|(_, is_on)| *is_on), self.any && !self.hosts.is_empty()) {
            (false, _) => hosts,
            (true, true) => hosts.or(Who::unknown()),
            (true, false) => hosts.and(Who::unknown()),
        }
    }
}
