//! The function in the making: its text so far, and what of the event that text reads.
//!
//! Names in the source: `e` event, `q` request, `h` its headers, `k` its cookies, `r` response, `u` the path as the stage
//! sees it, `p` the normalised one, `t` that without a slash at its end, `s` the query that the stage sees, `c` the one that
//! it has by now, `w` the path that it moves to, `l` whether a rule said where the path leads, `z` the host, `m` captures,
//! `g` the origin, `v` headers that were tested, `n` whether more than the path was read, `$s` the store, `$y` what it has for
//! the path.

use std::collections::BTreeSet;

use selvedge_plan::Stage;

use super::helpers::Script;
use super::script;
use crate::compile::place::Placement;
use crate::platform::Table;

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

    /// Whether a rule leads a request to another path.
    pub(super) fn moves(self, placement: &Placement<'_>) -> bool {
        // viewer-response is shown what viewer-request left, unless the origin's side moves it further.
        if !self.requests {
            return false;
        }
        let rules = placement.rules;
        let moves = rules.experiments.iter().any(|rule| rule.variants.iter().any(|variant| variant.to.is_some()));
        let html = rules.html.as_ref().is_some_and(|html| html.index.is_some() || html.clean.suffix().is_some());
        moves || html || rules.rewrites.iter().any(|rule| !rule.pass)
    }
}

/// A part of the function in the making.
pub(super) struct Body<'s> {
    pub(super) script: &'s mut Script,
    pub(super) uses: &'s mut BTreeSet<char>,
    pub(super) headers: &'s mut BTreeSet<String>,
    pub(super) languages: &'s [String],
    /// Whether a placeholder names the path as it is written.
    pub(super) names_path: bool,
    /// What answers name in `Vary`, by bit.
    pub(super) vary: &'s mut Vec<String>,
    /// The functions of answers of which some say nothing but where they lead.
    pub(super) leads: BTreeSet<&'static str>,
    pub(super) table: Table,
    pub(super) scope: Scope,
    pub(super) stage: Stage,
    /// What of the headers was read where edits are being written: each with its variable.
    pub(super) entry: Option<Vec<String>>,
    /// Functions that several parts call.
    pub(super) functions: String,
    /// The source so far.
    pub(super) text: String,
    /// What of it each member takes.
    pub(super) bytes: Vec<(&'static str, usize)>,
}

impl Body<'_> {
    /// Says that a variable is needed.
    pub(super) fn uses(&mut self, var: char) {
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

    pub(super) fn call(&mut self, name: &'static str) -> &'static str {
        self.script.call(name)
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Counts what was written since `start` for a member.
    pub(super) fn count(&mut self, member: &'static str, start: usize) {
        self.bytes.push((member, self.text.len() - start));
    }

    /// The values of a request header.
    pub(super) fn header(&mut self, name: &str) -> String {
        self.uses('h');
        if name.starts_with("cloudfront-") {
            self.headers.insert(name.to_owned());
        }
        let values = format!("{}({})", self.call("V"), script::member(self.script, "h", name));
        self.at_entry(values)
    }

    /// Conditions and placeholders read the message as it entered the stage, whatever was edited since.
    pub(super) fn at_entry(&mut self, values: String) -> String {
        let Some(entry) = &mut self.entry else { return values };
        let at = entry.iter().position(|known| *known == values).unwrap_or_else(|| {
            entry.push(values);
            entry.len() - 1
        });
        format!("e{at}")
    }

    /// Begins to note what is read of headers.
    pub(super) fn enter(&mut self) {
        self.entry = Some(Vec::new());
    }

    /// The declarations of what was read.
    pub(super) fn entered(&mut self) -> String {
        let values = self.entry.take().unwrap_or_default();
        let values: Vec<String> = values.iter().enumerate().map(|(at, values)| format!("e{at}={values}")).collect();
        if values.is_empty() { String::new() } else { format!("const {}\n", values.join(",")) }
    }

    /// The values of a cookie.
    pub(super) fn cookie(&mut self, name: &str) -> String {
        self.uses('k');
        format!("{}({})", self.call("V"), script::member(self.script, "k", name))
    }

    /// The function that decodes a form, of which no more is asked than whether a part equals or begins with one of `texts`.
    pub(super) fn decodes<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) -> &'static str {
        let ascii = texts.into_iter().all(|text| text.as_ref().is_ascii() && !text.as_ref().contains('%'));
        self.call(if ascii { "F" } else { "FF" });
        "F"
    }

    /// The function that decodes a form.
    pub(super) fn decodes_all(&mut self) -> &'static str {
        self.call("FF");
        "F"
    }

    /// The pairs of the query, of which no more is asked than whether some are `name=text`: none of both has a character that forms
    /// escape.
    pub(super) fn pairs(&mut self) -> String {
        self.uses('s');
        format!("{}(s)", self.call("qp"))
    }

    /// The values of a query parameter, as they were sent.
    pub(super) fn parameter(&mut self, name: &str) -> String {
        self.uses('s');
        self.decodes([name]);
        format!("{}(s,{})", self.call("G"), script::string(name))
    }

    /// The values of a response header.
    pub(super) fn response_header(&mut self, name: &str) -> String {
        let values = format!("{}({})", self.call("V"), script::member(self.script, "r.headers", name));
        self.at_entry(values)
    }

    /// The host's name.
    pub(super) fn host(&mut self) -> String {
        self.uses('z');
        "z".to_owned()
    }
}
