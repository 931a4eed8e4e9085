//! Placed rules → the source of a CloudFront Function: a peer of the plan's writer.
//!
//! The function runs what a platform of one pass runs in its stages: viewer-request and origin-request on the request,
//! origin-response and viewer-response on the response. The source holds what the rules use, and nothing else.
//!
//! Names in the source: `e` event, `q` request, `h` its headers, `k` its cookies, `r` response, `u` the path as the stage
//! sees it, `p` the normalised one, `t` that without a slash at its end, `s` the query that the stage sees, `c` the one that
//! it has by now, `w` the path that it moves to, `l` whether a rule said where the path leads, `z` the host, `m` captures,
//! `g` the origin, `v` headers that were tested, `n` whether more than the path was read, `$s` the store, `$y` what it has for
//! the path.

mod answers;
mod check;
mod condition;
mod edits;
mod experiments;
mod path;
mod request;
mod response;
mod script;
pub(in crate::compile) mod split;
mod store;
mod template;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::collections::BTreeSet;

use selvedge_plan::Stage;
use serde::Serialize;

use super::guard::canonical;
use super::place::Placement;
use crate::diagnostic::Diagnostics;
use crate::key::Key;
use crate::platform::{Platform, Table, Target};
use crate::rules::{Condition, Model, Paths, Rules};
pub(super) use check::check;
pub(super) use script::in_expression;
use script::{Script, all};
use store::Stored;
pub use store::{Store, StoreUse};

/// The platform that functions are for.
pub(crate) const PLATFORM: Platform = Platform::CloudfrontFunctions;

/// Bytes of source that CloudFront takes.
pub const MAX_BYTES: usize = 10_240;

/// What of the origin's side the function does as well. The viewer's it does in any case.
#[derive(Clone, Copy)]
pub(in crate::compile) struct Scope {
    /// Rules of origin-request, after those of viewer-request.
    pub(in crate::compile) requests: bool,
    /// Rules of origin-response, before those of viewer-response. Answers that the function makes have them anyway.
    pub(in crate::compile) responses: bool,
}

impl Scope {
    /// All rules.
    pub(in crate::compile) const WHOLE: Scope = Scope { requests: true, responses: true };
}

/// Characters of a note's token: 64 bits.
const TOKEN: usize = 16;

/// The source of a CloudFront Function for runtime 2.0, one for both viewer events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Function {
    /// JavaScript.
    pub source: String,
    /// Whether there is anything to do before the cache, and after.
    pub on_request: bool,
    /// As before, on responses.
    pub on_response: bool,
    /// What of the source each member of the rules takes, in bytes; `""` for what they share.
    pub bytes: Vec<(&'static str, usize)>,
    /// Request headers that the cache policy or the origin request policy has to let the function see.
    pub headers: Vec<&'static str>,
    /// What the KeyValueStore of the function has to hold; none if it reads none.
    pub store: Option<Store>,
}

/// Compiles rules to the source of a CloudFront Function. Equal rules and an equal key give equal bytes.
///
/// # Errors
///
/// Everything that a function cannot do there, each with its place; or that the source is larger than CloudFront takes, or the
/// [store](Function::store).
pub fn function(rules: &Rules, key: Key, store: StoreUse) -> Result<Function, Diagnostics> {
    function_of(rules.model(), key, store)
}

/// As [`function`]. What its notes begin with nobody can compute from the rules alone.
pub(crate) fn function_of(rules: &Model, key: Key, store: StoreUse) -> Result<Function, Diagnostics> {
    let table = Target::from(PLATFORM).table();
    let mut problems = Diagnostics::new();
    let placement = Placement::new(rules, table.apart, &mut problems);
    super::check::check(&placement, table, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let function = generate(&placement, Scope::WHOLE, key, store, &mut problems);
    if function.source.len() > MAX_BYTES {
        too_large(&function, store, &mut problems);
    }
    if problems.is_empty() { Ok(function) } else { Err(problems) }
}

/// The function of placed rules that nothing is wrong with, however large it gets.
pub(in crate::compile) fn generate(
    placement: &Placement<'_>,
    scope: Scope,
    key: Key,
    store: StoreUse,
    problems: &mut Diagnostics,
) -> Function {
    let table = Target::from(PLATFORM).table();
    let write = |stored: Option<&Stored>| {
        let token = key.token(write(placement, table, scope, "", stored).source.as_bytes());
        write(placement, table, scope, token.get(..TOKEN).unwrap_or_default(), stored)
    };
    let inline = if store == StoreUse::Always { None } else { Some(write(None)) };
    match inline {
        Some(inline) if store == StoreUse::Never || inline.source.len() <= MAX_BYTES => inline,
        inline => {
            let stored = match scope.requests {
                true => Stored::of(placement, problems),
                false => Stored::of(&placement.only(|_, placed| placed.stage != Stage::OriginRequest), problems),
            };
            match (inline, &stored) {
                (Some(inline), None) => inline,
                (_, stored) => write(stored.as_ref()),
            }
        }
    }
}

fn too_large(function: &Function, store: StoreUse, problems: &mut Diagnostics) {
    let mut bytes = function.bytes.clone();
    bytes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let each = bytes.iter().map(|(member, bytes)| match *member {
        "" => format!("what they share {bytes}"),
        member => format!("{member} {bytes}"),
    });
    let largest = bytes.iter().find(|(member, _)| !member.is_empty()).map_or("rules", |(member, _)| *member);
    problems.push(
        "not-on-platform",
        "rules",
        format_args!(
            "the function has {} bytes, and CloudFront takes {MAX_BYTES}: {}",
            function.source.len(),
            each.collect::<Vec<_>>().join(", ")
        ),
        format_args!(
            "{}move some of {largest} to Lambda@Edge (--platform cloudfront)",
            if store == StoreUse::Never {
                "put redirects of single paths into a KeyValueStore (--store), or "
            } else {
                ""
            }
        ),
    );
}

/// A part of the function in the making.
pub(super) struct Body<'s> {
    script: &'s mut Script,
    uses: &'s mut BTreeSet<char>,
    headers: &'s mut BTreeSet<String>,
    languages: &'s [String],
    /// What answers name in `Vary`, by bit.
    vary: &'s mut Vec<String>,
    table: Table,
    scope: Scope,
    stage: Stage,
    /// Redirects that are not in the source.
    stored: Option<&'s Stored>,
    /// What of the headers was read where edits are being written: each with its variable.
    entry: Option<Vec<String>>,
    /// Functions that several parts call.
    functions: String,
    /// The source so far.
    text: String,
    /// What of it each member takes.
    bytes: Vec<(&'static str, usize)>,
}

impl Body<'_> {
    /// Says that a variable is needed.
    fn uses(&mut self, var: char) {
        if !self.uses.insert(var) {
            return;
        }
        match var {
            't' => self.uses('p'),
            'p' => {
                self.call("N");
                self.uses('u');
            }
            'c' => self.uses('s'),
            'z' => {
                self.call("H");
                self.uses('h');
            }
            _ => {}
        }
    }

    fn call(&mut self, name: &'static str) -> &'static str {
        self.script.call(name)
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Counts what was written since `start` for a member.
    fn count(&mut self, member: &'static str, start: usize) {
        self.bytes.push((member, self.text.len() - start));
    }

    /// The values of a request header.
    fn header(&mut self, name: &str) -> String {
        self.uses('h');
        if name.starts_with("cloudfront-") {
            self.headers.insert(name.to_owned());
        }
        let values = format!("{}({})", self.call("V"), script::member(self.script, "h", name));
        self.at_entry(values)
    }

    /// Conditions and placeholders read the message as it entered the stage, whatever was edited since.
    fn at_entry(&mut self, values: String) -> String {
        let Some(entry) = &mut self.entry else { return values };
        let at = entry.iter().position(|known| *known == values).unwrap_or_else(|| {
            entry.push(values);
            entry.len() - 1
        });
        format!("e{at}")
    }

    /// Begins to note what is read of headers.
    fn enter(&mut self) {
        self.entry = Some(Vec::new());
    }

    /// The declarations of what was read.
    fn entered(&mut self) -> String {
        let values = self.entry.take().unwrap_or_default();
        let values: Vec<String> = values.iter().enumerate().map(|(at, values)| format!("e{at}={values}")).collect();
        if values.is_empty() { String::new() } else { format!("const {}\n", values.join(",")) }
    }

    /// The values of a cookie.
    fn cookie(&mut self, name: &str) -> String {
        self.uses('k');
        format!("{}({})", self.call("V"), script::member(self.script, "k", name))
    }

    /// The values of a query parameter, as they were sent.
    fn parameter(&mut self, name: &str) -> String {
        self.uses('s');
        format!("{}(s,{})", self.call("G"), script::string(name))
    }

    /// The values of a response header.
    fn response_header(&mut self, name: &str) -> String {
        let values = format!("{}({})", self.call("V"), script::member(self.script, "r.headers", name));
        self.at_entry(values)
    }

    /// The host's name.
    fn host(&mut self) -> String {
        self.uses('z');
        "z".to_owned()
    }

    /// `except` and `when`; `vary` are the headers that an answer names after this was looked at.
    fn guard(&mut self, paths: &Paths, when: Option<&Condition>, vary: &[&str]) -> String {
        let mut tests = Vec::new();
        if !paths.except.is_empty() {
            tests.push(format!("!{}", path::matches_any(self, &paths.except, paths.ignore_case)));
            if let Some(test) = tests.last_mut().filter(|test| !test.starts_with("!(")) {
                *test = format!("!({})", test.get(1..).unwrap_or_default());
            }
        }
        // At responses `Vary` follows from the path, and nothing is told by what was looked at.
        if !self.stage.is_request() {
            tests.extend(when.map(|when| condition::condition(self, when)));
            return all(tests);
        }
        let mut bits = 0u32;
        for name in vary {
            let name = if self.vary.len() < 30 { canonical(name) } else { "*".to_owned() };
            let known = self.vary.iter().position(|other| *other == name).unwrap_or_else(|| {
                self.vary.push(name);
                self.vary.len() - 1
            });
            bits |= 1 << known;
        }
        let mut marks = Vec::new();
        if bits != 0 {
            self.uses('v');
            marks.push(format!("v|={bits}"));
        }
        if when.is_some() && self.stage == Stage::OriginRequest {
            self.uses('n');
            marks.push("n=1".to_owned());
        }
        let when = when.map(|when| condition::condition(self, when));
        tests.push(match (marks.is_empty(), when) {
            (true, None) => "true".to_owned(),
            (true, Some(when)) => when,
            (false, when) => format!("({},{})", marks.join(","), when.as_deref().unwrap_or("1")),
        });
        all(tests)
    }
}

fn write(placement: &Placement<'_>, table: Table, scope: Scope, token: &str, stored: Option<&Stored>) -> Function {
    let (mut script, mut uses, mut headers) = (Script::default(), BTreeSet::new(), BTreeSet::new());
    let mut vary = Vec::new();
    let mut body = Body {
        script: &mut script,
        uses: &mut uses,
        headers: &mut headers,
        languages: &placement.rules.languages,
        vary: &mut vary,
        table,
        scope,
        stage: Stage::ViewerRequest,
        stored,
        entry: None,
        functions: String::new(),
        text: String::new(),
        bytes: Vec::new(),
    };
    let edits = edits::functions(&mut body, placement);
    let edits_text = std::mem::take(&mut body.text);
    let (on, viewer_text) = response::write(&mut body, placement, &edits, token);
    let response_text = std::mem::take(&mut body.text);
    let edits_text = edits_text + &viewer_text;
    let on_request = request::write(&mut body, placement, &edits, token, &on);
    let request_text = std::mem::take(&mut body.text);
    let bytes = std::mem::take(&mut body.bytes);
    let handler = stored.map(|stored| stored.handler(placement));
    let source = assemble(&script, &uses, &vary, handler, [&edits_text, &response_text, &request_text]);
    let (bytes, headers, store) = (sums(bytes, source.len()), seen(&headers), stored.map(Stored::finish));
    Function { source, on_request, on_response: on.any, bytes, headers, store }
}

/// The source: what is imported, the functions that are called, and the handler with its variables.
fn assemble(
    script: &Script,
    uses: &BTreeSet<char>,
    vary: &[String],
    stored: Option<String>,
    [edits, response, request]: [&String; 3],
) -> String {
    let mut helpers = script.helpers();
    let mut vars = vec!["q=e.request".to_owned()];
    vars.push("r=e.response".to_owned());
    for (var, value) in [
        ('h', "q.headers"),
        ('k', "q.cookies||{}"),
        ('u', "q.uri"),
        ('p', "N(u)"),
        ('t', r"p.replace(/\/$/,'')"),
        ('s', "q.rawQueryString()||''"),
        ('c', "s"),
        ('z', "H(h.host)"),
        ('v', "0"),
        ('n', "0"),
    ] {
        if uses.contains(&var) {
            vars.push(format!("{var}={value}"));
        }
    }
    for var in ['w', 'l', 'm', 'x', 'i', 'o', 'g'] {
        if uses.contains(&var) {
            vars.push(var.to_string());
        }
    }
    if uses.contains(&'v') {
        helpers.push_str(&format!("const T={}\n", script::strings(vary)));
    }
    let import = if stored.is_some() || uses.contains(&'g') { "import cf from 'cloudfront'\n" } else { "" };
    // Associated with an event for which there are no rules, it leaves the message as it is.
    let response =
        if response.is_empty() { "if(r)return r\n".to_owned() } else { format!("if(r){{{response}return r}}\n") };
    let vars = vars.join(",");
    let body = format!("{{var {vars}\n{edits}{response}{request}return q}}\n");
    match stored {
        None => format!("{import}{helpers}function handler(e){body}"),
        Some(handler) => format!("{import}const $s=cf.kvs()\n{helpers}{handler}function $h(e,$y){body}"),
    }
}

/// What each member takes in all, in the order of the rules; the rest is shared.
fn sums(bytes: Vec<(&'static str, usize)>, whole: usize) -> Vec<(&'static str, usize)> {
    let mut sums: Vec<(&'static str, usize)> = Vec::new();
    for (member, bytes) in bytes.into_iter().filter(|(_, bytes)| *bytes > 0) {
        match sums.iter_mut().find(|sum| sum.0 == member) {
            Some(sum) => sum.1 += bytes,
            None => sums.push((member, bytes)),
        }
    }
    let named: usize = sums.iter().map(|sum| sum.1).sum();
    sums.push(("", whole.saturating_sub(named)));
    sums
}

/// Headers that CloudFront adds where a policy names them.
fn seen(headers: &BTreeSet<String>) -> Vec<&'static str> {
    const ADDED: [&str; 8] = [
        "cloudfront-forwarded-proto",
        "cloudfront-viewer-country",
        "cloudfront-is-desktop-viewer",
        "cloudfront-is-mobile-viewer",
        "cloudfront-is-tablet-viewer",
        "cloudfront-is-smarttv-viewer",
        "cloudfront-is-ios-viewer",
        "cloudfront-is-android-viewer",
    ];
    ADDED.into_iter().filter(|name| headers.contains(*name)).collect()
}
