//! The handler on responses, and on what answers share with them.

use selvedge_plan::Stage;

use super::body::Body;
use super::edits::Edits;
use super::note;
use super::path::{arranged, matched, tests};
use super::script::{all, any, block, in_expression, string, strings};
use super::template::{Captures, disposition};
use crate::compile::place::Placement;
use crate::compile::sections::vary::{Groups, groups_of_responses};
use crate::compile::value::slots;
use crate::rules::{Kind, NOTE_HEADER};

/// What the function does with responses.
pub(super) struct OnResponses {
    /// Whether it does anything.
    pub(super) any: bool,
    /// Whether viewer-response does anything, which answers of the origin's side then have done by `$d`.
    pub(super) viewer: bool,
    /// Whether it must know the path as the stages before the origin's saw it.
    pub(super) note: Option<Noted>,
}

/// In which form a note has the path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// As patterns see it.
    Normalised,
    /// As it is written, which placeholders name.
    Written,
}

/// What happens to responses, as text.
pub(super) struct Parts {
    /// Functions that both events call.
    pub(super) functions: String,
    /// What viewer-response does.
    pub(super) viewer: String,
}

/// Writes what happens to the origin's responses but for what viewer-response does, which comes last.
pub(super) fn write(
    body: &mut Body<'_>,
    placement: &Placement<'_>,
    edits: &Edits,
    token: &str,
) -> (OnResponses, Parts) {
    body.stage = Stage::ViewerResponse;
    viewer_part(body, placement, edits);
    let parts = Parts { functions: std::mem::take(&mut body.functions), viewer: std::mem::take(&mut body.text) };
    let viewer = !parts.viewer.is_empty();
    // The functions that edit headers were written before: what all of them use is known.
    let reads_path = body.uses.contains(&'p');
    let origin = edits.origin && body.scope.responses;
    let any = origin || viewer;
    let form = match (body.names_path, reads_path) {
        (true, _) => Some(Noted::Written),
        (false, true) => Some(Noted::Normalised),
        (false, false) => None,
    };
    let note = form.filter(|_| any && note::is_needed(placement, body.table, body.scope));
    if any {
        if reads_path && placement.rules.arranges_slashes() {
            body.uses('t');
            let path = arranged(placement);
            body.push(&format!("t=(p=N({path})).replace(/\\/$/,'')\n"));
        }
        if let Some(form) = note {
            let note = super::script::field("h", NOTE_HEADER);
            body.uses('h');
            body.uses('o');
            let noted = format!("o.slice({})", token.len());
            let told = match (form, reads_path) {
                (Noted::Normalised, _) => format!("t=(p={noted}).replace(/\\/$/,'')"),
                (Noted::Written, true) => format!("t=(p=N(u={noted})).replace(/\\/$/,'')"),
                (Noted::Written, false) => format!("u={noted}"),
            };
            if reads_path {
                body.uses('t');
            }
            body.push(&format!("o={note}?{note}.value:''\nif(o.startsWith({})){told}\n", string(token)));
        }
        if origin {
            body.push("$o(r)\n");
        }
    }
    (OnResponses { any, viewer, note }, parts)
}

/// What viewer-response does to a response, and to an answer of the origin's side.
fn viewer_part(body: &mut Body<'_>, placement: &Placement<'_>, edits: &Edits) {
    let mut below = String::new();
    if edits.viewer {
        below.push_str("$v(r)\n");
    }
    body.enter();
    downloads(body, placement);
    super::experiments::cookies(body, placement);
    let entered = body.entered();
    below.push_str(&std::mem::take(&mut body.text));
    let groups = groups_of_responses(placement, body.table);
    let vary = vary(body, &groups);
    if below.is_empty() && vary.is_empty() {
        return;
    }
    let below = if below.is_empty() { below } else { format!("if(r.statusCode<400){}\n", block(&below)) };
    body.push(&format!("{entered}{below}{vary}"));
}

/// `Vary` by path.
pub(super) fn vary(body: &mut Body<'_>, Groups { always, by_path }: &Groups) -> String {
    let mut text = String::new();
    if !always.is_empty() {
        text.push_str(&add_to_vary(body, always));
    }
    for group in by_path {
        let tests = tests(body, &group.paths.patterns, group.paths.ignore_case);
        let guard = body.guard(&group.paths, None, &[]);
        let add = add_to_vary(body, &group.names);
        let test = if guard == "true" { tests.join("||") } else { all(vec![any(tests), guard]) };
        text.push_str(&format!("if({test}){add}"));
    }
    text
}

/// A statement that adds names to `Vary`.
fn add_to_vary(body: &mut Body<'_>, names: &str) -> String {
    if names.contains(", ") {
        return format!("{}(r.headers,{})\n", body.call("M"), strings(names.split(", ")));
    }
    let name = in_expression(names);
    format!("{}(r.headers,{},/(^|,)[ \\t]*(\\*|{name})[ \\t]*(,|$)/i)\n", body.call("M1"), string(names))
}

fn downloads(body: &mut Body<'_>, placement: &Placement<'_>) {
    let start = body.text.len();
    for (rule, reads) in placement.at(Kind::Downloads, &placement.rules.downloads, Stage::ViewerResponse) {
        let slots = slots(rule);
        let path = matched(body, &rule.paths, &slots);
        let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
        let captures = Captures { slots: &slots, values: &path.captures };
        let status = "/20[06]/.test(r.statusCode)".to_owned();
        let test = all(vec![path.test, status, guard]);
        match &rule.filename {
            None => body.push(&format!("if({test})r.headers['content-disposition']={{value:'attachment'}}\n")),
            Some(name) => {
                let value = disposition(body, name, &captures);
                body.uses('x');
                body.push(&format!("if({test}&&(x={value})!=null)r.headers['content-disposition']={{value:x}}\n"));
            }
        }
    }
    body.count("downloads", start);
}
