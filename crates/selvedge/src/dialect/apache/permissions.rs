//! `Require`, and `Order`, `Allow`, `Deny` from before: who may come in, section by section.

use super::env::Seen;
use super::lex::Directive;
use crate::dialect::access::Who;
use crate::dialect::sink::string;
use crate::places::Span;
use crate::rules::Value;

/// What one section says.
#[derive(Default)]
pub(super) struct Permissions {
    pub(super) span: Option<Span>,
    /// `Require`, and the same in containers that are open.
    own: Group,
    containers: Vec<Group>,
    /// `Order allow,deny`: who is not named stays out.
    names_all: bool,
    has_hosts: bool,
    allow: Option<Who>,
    deny: Option<Who>,
    satisfies_any: bool,
    /// `AuthMerging And`: what is around the section has to hold as well.
    pub(super) is_added: bool,
    /// What rules do not have.
    pub(super) unknown: Vec<(Span, String)>,
}

#[derive(Default)]
struct Group {
    kind: Kind,
    who: Option<Who>,
}

#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Any,
    All,
    None,
}

impl Group {
    fn add(&mut self, who: Who) {
        self.who = Some(match (self.who.take(), self.kind) {
            (None, _) => who,
            (Some(own), Kind::All) => own.and(who),
            (Some(own), Kind::Any | Kind::None) => own.or(who),
        });
    }

    fn finish(self) -> Option<Who> {
        if let Kind::None = self.kind { self.who.map(Who::not) } else { self.who }
    }
}

/// Whether a section holds permissions that count together.
pub(super) fn is_container(name: &str) -> bool {
    matches!(name, "requireany" | "requireall" | "requirenone")
}

impl Permissions {
    pub(super) fn open(&mut self, container: &Directive) {
        let kind = match container.name.as_str() {
            "requireall" => Kind::All,
            "requirenone" => Kind::None,
            _ => Kind::Any,
        };
        if matches!(kind, Kind::None) && !matches!(self.inner().kind, Kind::All) {
            self.unknown(container, "a <RequireNone> outside of <RequireAll>");
        }
        self.containers.push(Group { kind, who: None });
    }

    pub(super) fn close(&mut self) {
        let Some(container) = self.containers.pop() else { return };
        // What only keeps some out lets nobody in: Apache answers 500.
        let is_alone = matches!(container.kind, Kind::None) && !matches!(self.inner().kind, Kind::All);
        let Some(who) = container.finish() else { return };
        self.inner().add(if is_alone { Who::nobody() } else { who });
    }

    fn inner(&mut self) -> &mut Group {
        match self.containers.last_mut() {
            Some(container) => container,
            None => &mut self.own,
        }
    }

    /// Whether it is a directive of permissions; then it counts.
    pub(super) fn read(&mut self, directive: &Directive, env: &Seen<'_>) -> bool {
        let words: Vec<String> = directive.words.iter().map(|word| word.text.to_ascii_lowercase()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match (directive.name.as_str(), words.as_slice()) {
            ("require", words) => {
                let is_all = matches!(self.inner().kind, Kind::All);
                let who = match words {
                    ["not", words @ ..] if is_all => self.required(directive, words, env).not(),
                    // Apache does not start with it, or answers 500.
                    ["not", ..] => {
                        self.unknown(directive, "a Require not outside of <RequireAll>");
                        Who::nobody()
                    }
                    words => self.required(directive, words, env),
                };
                self.inner().add(who);
            }
            ("order", words) => {
                self.has_hosts = true;
                self.names_all = !words.concat().starts_with("deny");
            }
            ("allow", ["from", names @ ..]) => {
                let who = self.named(directive, names, env);
                self.allow = Some(self.allow.take().map_or_else(|| who.clone(), |own| own.or(who.clone())));
            }
            ("deny", ["from", names @ ..]) => {
                let who = self.named(directive, names, env);
                self.deny = Some(self.deny.take().map_or_else(|| who.clone(), |own| own.or(who.clone())));
            }
            ("satisfy", words) => self.satisfies_any = words == ["any"],
            ("authmerging", ["and"]) => self.is_added = true,
            // What is around it lets more in.
            ("authmerging", ["or"]) => {
                self.unknown(directive, "AuthMerging Or, so the section's own permissions count alone")
            }
            ("authmerging", _) => {}
            ("sslverifyclient", ["require"]) | ("sslrequire" | "sslrequiressl", _) => {
                self.unknown(directive, "certificates and their like");
                self.inner().add(Who::unknown());
            }
            _ => return false,
        }
        self.span.get_or_insert(directive.span);
        true
    }

    fn unknown(&mut self, directive: &Directive, what: &str) {
        self.unknown.push((directive.span, what.to_owned()));
    }

    fn required(&mut self, directive: &Directive, words: &[&str], env: &Seen<'_>) -> Who {
        match words {
            ["all", "granted"] => Who::all(),
            ["all", "denied"] => Who::nobody(),
            ["ip", addresses @ ..] => self.any(directive, addresses.iter().map(|address| Who::at(address))),
            ["env", names @ ..] => self.any(directive, names.iter().map(|name| set(directive, name, env))),
            ["method", methods @ ..] => method(methods),
            _ => {
                self.unknown(directive, "passwords and permissions of Apache: see Basic auth in the recipes");
                Who::unknown()
            }
        }
    }

    /// `from all`, addresses, names of hosts, variables.
    fn named(&mut self, directive: &Directive, names: &[&str], env: &Seen<'_>) -> Who {
        self.has_hosts = true;
        let who = |name: &&str| match name.strip_prefix("env=") {
            Some(_) => set(directive, name, env),
            None => Who::at(name),
        };
        self.any(directive, names.iter().map(who))
    }

    fn any(&mut self, directive: &Directive, who: impl Iterator<Item = Who>) -> Who {
        let who: Vec<Who> = who.collect();
        if who.contains(&Who::unknown()) {
            self.unknown(directive, "permissions of Apache by names of hosts or variables");
        }
        who.into_iter().reduce(Who::or).unwrap_or_else(Who::unknown)
    }

    /// Who comes in by the section's `Require`, and who by its hosts; both have to agree, unless it says otherwise.
    pub(super) fn finish(self) -> [Option<Who>; 2] {
        let require = self.own.finish();
        let (allow, deny) = (self.allow.unwrap_or_else(Who::nobody), self.deny.unwrap_or_else(Who::nobody));
        let hosts = self.has_hosts.then(|| match self.names_all {
            true => allow.and(deny.not()),
            false => deny.not().or(allow),
        });
        match (require, hosts) {
            (Some(require), Some(hosts)) if self.satisfies_any => [None, Some(require.or(hosts))],
            (require, hosts) => [require, hosts],
        }
    }
}

/// Requests that a variable is set for. Its name has the case that it is written with.
fn set(directive: &Directive, word: &str, env: &Seen<'_>) -> Who {
    let written = directive.words.iter().map(|own| own.text.as_str()).find(|own| own.eq_ignore_ascii_case(word));
    let written = written.unwrap_or(word);
    let name = if word.starts_with("env=") { written.get(4..).unwrap_or_default() } else { written };
    match env.when(name) {
        Ok(when) if when.is_empty() => Who::all(),
        Ok(when) => Who::when(when),
        Err(_) => Who::unknown(),
    }
}

/// GET is for HEAD as well.
fn method(methods: &[&str]) -> Who {
    let mut methods: Vec<String> = methods.iter().map(|method| method.to_ascii_uppercase()).collect();
    if methods.iter().any(|method| method == "GET") {
        methods.push("HEAD".to_owned());
    }
    Who::when(vec![("method".to_owned(), Value::Array(methods.into_iter().map(string).collect()))])
}

/// The methods of `<Limit>` and `<LimitExcept>`, as a condition.
pub(super) fn limited(section: &Directive) -> Option<Vec<(String, Value)>> {
    let methods: Vec<&str> = section.words.iter().map(|word| word.text.as_str()).collect();
    let who = match section.name.as_str() {
        "limit" => method(&methods).not(),
        "limitexcept" => method(&methods),
        _ => return None,
    };
    who.sure.others()
}
