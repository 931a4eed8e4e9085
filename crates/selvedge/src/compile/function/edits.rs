//! What rules do to headers.

use selvedge_plan::Stage;

use super::body::{Body, Scope};
use super::condition::expression;
use super::path::matched;
use super::script::{in_expression, key, list, string};
use super::template::{Captures, lines, replacement};
use crate::compile::answer::PRIVATE;
use crate::compile::place::Placement;
use crate::compile::steps::{is_for_caches, tests_status};
use crate::compile::value::slots;
use crate::platform::Message;
use crate::rules::{
    HeaderName, Headers, Kind, Reads, Replacement, Security, Template, depends_on_message, private_directive,
};

/// Functions of the handler that edit a response: those of origin-response, `$o`, and of viewer-response, `$v`.
pub(super) struct Edits {
    pub(super) origin: bool,
    pub(super) viewer: bool,
}

/// Writes the functions, where there is something to do.
pub(super) fn functions(body: &mut Body<'_>, placement: &Placement<'_>) -> Edits {
    let Scope { requests, responses } = body.scope;
    let mut write = |name: &str, stage: Stage, security: Option<&Security>| {
        body.stage = stage;
        let start = body.text.len();
        body.push(&format!("function {name}(r,a){{"));
        let empty = body.text.len();
        if let Some(security) = security {
            let before = body.text.len();
            of_security(body, security);
            body.count("security", before);
        }
        let before = body.text.len();
        body.enter();
        for (rule, reads) in placement.at(Kind::ResponseHeaders, &placement.rules.headers, stage) {
            of_rule(body, rule, reads, Message::Response);
        }
        let entered = body.entered();
        body.text.insert_str(empty, &entered);
        body.count("headers", before);
        if body.text.len() == empty {
            body.text.truncate(start);
            return false;
        }
        body.push("}\n");
        true
    };
    let answers = placement.answers_at(Stage::ViewerRequest)
        || placement.rules.arranges_slashes()
        || requests && placement.answers_at(Stage::OriginRequest);
    let origin = (responses || answers) && write("$o", Stage::OriginResponse, placement.rules.security.as_ref());
    let viewer = write("$v", Stage::ViewerResponse, None);
    Edits { origin, viewer }
}

/// Rules on the request that run at a stage.
pub(super) fn on_requests(body: &mut Body<'_>, placement: &Placement<'_>) {
    let start = body.text.len();
    body.enter();
    for (rule, reads) in placement.at(Kind::RequestHeaders, &placement.rules.headers, body.stage) {
        body.uses('h');
        of_rule(body, rule, reads, Message::Request);
    }
    let entered = body.entered();
    if !entered.is_empty() {
        let rules = body.text.split_off(start);
        body.push(&format!("{{{entered}{rules}}}\n"));
    }
    body.count("headers", start);
}

fn of_security(body: &mut Body<'_>, security: &Security) {
    let mut edit = Edit::new(body, Message::Response);
    for name in security.removed() {
        edit.remove(name);
    }
    for (name, value) in security.headers() {
        let kept = name.eq_ignore_ascii_case("content-security-policy");
        // A policy that the origin sent knows the page better.
        if kept { edit.default(name, &value) } else { edit.set(name, &value) }
    }
    let text = edit.finish();
    body.push(&text);
}

fn of_rule(body: &mut Body<'_>, rule: &Headers, reads: &Reads<'_>, message: Message) {
    let slots = slots(rule);
    let path = matched(body, &rule.paths, &slots);
    let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
    let captures = Captures { slots: &slots, values: &path.captures };
    let files_only = message == Message::Response && !tests_status(rule);
    let mut edit = Edit::new(body, message);
    for name in &rule.remove {
        match name {
            HeaderName::Exact(name) => edit.remove(name),
            HeaderName::Wildcard(pattern) => edit.remove_matching(pattern),
        }
    }
    for (name, replacements) in &rule.replace {
        edit.replace(name, replacements);
    }
    for (verb, entries) in [(Verb::Default, &rule.default), (Verb::Set, &rule.set), (Verb::Append, &rule.append)] {
        for (name, values) in entries {
            edit.files = files_only && is_for_caches(name) && private_directive(name, values).is_none();
            edit.values(verb, name, values, &captures);
            edit.close_files();
        }
    }
    let text = edit.finish();
    if text.is_empty() {
        return;
    }
    match super::script::all(vec![path.test, guard]).as_str() {
        "true" => body.push(&text),
        test => body.push(&format!("if({test}){{{text}}}\n")),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Default,
    Set,
    Append,
}

/// Edits of one message's headers in the making.
struct Edit<'e, 's> {
    body: &'e mut Body<'s>,
    message: Message,
    text: String,
    /// Headers that are set to one value each, still to be written.
    sets: Vec<(String, String)>,
    /// Whether what is written is for files alone, not for answers that rules make.
    files: bool,
}

impl<'e, 's> Edit<'e, 's> {
    fn new(body: &'e mut Body<'s>, message: Message) -> Edit<'e, 's> {
        Edit { body, message, text: String::new(), sets: Vec::new(), files: false }
    }

    fn object(&self) -> &'static str {
        if self.message == Message::Request { "q" } else { "r" }
    }

    fn headers(&self) -> &'static str {
        if self.message == Message::Request { "h" } else { "r.headers" }
    }

    /// A header of the message.
    fn field(&self, name: &str) -> String {
        super::script::field(self.headers(), name)
    }

    fn push(&mut self, statement: &str) {
        self.flush();
        let files = if self.files { "a||" } else { "" };
        self.text.push_str(&match statement.starts_with("delete") && self.files {
            true => format!("if(!a){statement}\n"),
            false if self.files => format!("{files}({statement})\n"),
            false => format!("{statement}\n"),
        });
    }

    fn flush(&mut self) {
        let sets = std::mem::take(&mut self.sets);
        match sets.as_slice() {
            [] => {}
            [(name, value)] => {
                let field = self.field(name);
                self.text.push_str(&format!("{field}={{value:{}}}\n", string(value)));
            }
            several => {
                let members: Vec<String> =
                    several.iter().map(|(name, value)| format!("{}:{}", key(name), string(value))).collect();
                let (call, headers) = (self.body.call("S"), self.headers());
                self.text.push_str(&format!("{call}({headers},{{{}}})\n", members.join(",")));
            }
        }
    }

    fn close_files(&mut self) {
        self.files = false;
    }

    fn finish(mut self) -> String {
        self.flush();
        self.text
    }

    fn remove(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        match (self.message, name.as_str()) {
            (Message::Response, "set-cookie") => self.push("r.cookies={}"),
            _ => {
                let field = self.field(&name);
                self.push(&format!("delete {field}"));
            }
        }
    }

    fn remove_matching(&mut self, pattern: &str) {
        let (head, tail) = pattern.split_once('*').unwrap_or((pattern, ""));
        let expression = match tail {
            "" => format!("/^{}/", in_expression(head)),
            tail => format!("/^{}.*{}$/", in_expression(head), in_expression(tail)),
        };
        let matches =
            |name: &str| name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail);
        let refused = (self.body.table.refused)(self.body.stage, self.message).concat();
        let spared: Vec<String> = refused
            .iter()
            .filter_map(|name| match name.strip_suffix('*') {
                // Both are beginnings: one of them begins the other, or no name has both.
                Some(start) if start.starts_with(head) || head.starts_with(start) => Some(in_expression(start)),
                Some(_) => None,
                None => matches(name).then(|| format!("{}$", in_expression(name))),
            })
            .collect();
        let spared = if spared.is_empty() { String::new() } else { format!(",/^(?:{})/", spared.join("|")) };
        let (call, headers) = (self.body.call("R"), self.headers());
        self.push(&format!("{call}({headers},{expression}{spared})"));
        match self.message {
            Message::Response if matches("set-cookie") => self.push("r.cookies={}"),
            Message::Request if matches("cookie") => self.push("q.cookies={}"),
            _ => {}
        }
    }

    fn replace(&mut self, name: &HeaderName, replacements: &[Replacement]) {
        let mut text = "x".to_owned();
        for Replacement { regex, with, .. } in replacements {
            let by = replacement(self.body, regex, with);
            let arguments = if with.as_literal().is_some() { "()" } else { "(...a)" };
            text.push_str(&format!(".replace(/{}/g,{arguments}=>{by})", expression(regex)));
        }
        let (call, object) = (self.body.call("P"), self.object());
        self.push(&format!("{call}({object},{},x=>{text})", string(&name.lower())));
    }

    fn default(&mut self, name: &str, value: &str) {
        let field = self.field(&name.to_ascii_lowercase());
        self.push(&format!("{field}||({field}={{value:{}}})", string(value)));
    }

    fn set(&mut self, name: &str, value: &str) {
        self.sets.push((name.to_ascii_lowercase(), value.to_owned()));
    }

    fn values(&mut self, verb: Verb, name: &HeaderName, values: &[Template], captures: &Captures<'_>) {
        let lower = name.lower();
        if verb == Verb::Append && lower == "vary" && values.iter().all(|value| value.as_literal().is_some()) {
            let tokens = values.iter().filter_map(Template::as_literal).flat_map(|value| value.split(','));
            let tokens: Vec<String> = tokens.map(str::trim).filter(|token| !token.is_empty()).map(string).collect();
            let (call, headers) = (self.body.call("M"), self.headers());
            return self.push(&format!("{call}({headers},{})", list(tokens)));
        }
        match (verb, values) {
            (Verb::Set, [value]) if lower != "set-cookie" => {
                if let Some(text) = value.as_literal() {
                    if !self.files {
                        return self.set(&lower, text);
                    }
                    let field = self.field(&lower);
                    return self.push(&format!("{field}={{value:{}}}", string(text)));
                }
            }
            (Verb::Default, [value]) => {
                if let Some(text) = value.as_literal() {
                    return self.default(&lower, text);
                }
            }
            _ => {}
        }
        // Where no value can be made, what the client sent must not pass for one.
        if verb == Verb::Set && self.message == Message::Request && depends_on_message(values) {
            self.remove(&lower);
        }
        if verb == Verb::Set && lower == "set-cookie" {
            self.push("r.cookies={}");
        }
        let lines = lines(self.body, values, captures);
        let (call, object, field) = (self.body.call("A"), self.object(), self.field(&lower));
        let call =
            format!("{call}({object},{},{lines}{})", string(&lower), if verb == Verb::Append { ",1" } else { "" });
        self.push(&if verb == Verb::Default { format!("{field}||{call}") } else { call });
    }
}

/// An answer that must not be shared stays so, whatever the header rules say of `Cache-Control`.
pub(super) fn private() -> String {
    format!("{{value:{}}}", string(PRIVATE))
}

/// What keeps a response that sets a cookie out of shared caches.
pub(super) fn keep_private(body: &mut Body<'_>) -> String {
    format!("{}(r.headers,{})\n", body.call("kp"), string(PRIVATE))
}
