//! The handler on responses, and on what answers share with them.

use selvedge_plan::Stage;

use super::body::Body;
use super::edits::Edits;
use super::path::{arranged, matched, matches_any};
use super::script::{all, string, strings};
use super::template::{Captures, disposition};
use crate::compile::place::Placement;
use crate::compile::sections::vary::{Groups, groups_of_responses};
use crate::compile::value::slots;
use crate::rules::{Kind, NOTE_HEADER};

/// What the function does with responses.
pub(super) struct OnResponses {
    /// Whether it does anything.
    pub(super) any: bool,
    /// `$d` is there: what viewer-response does.
    pub(super) viewer: bool,
    /// Whether it looks at the path, and so must know it as the stages before the origin's saw it.
    pub(super) reads_path: bool,
}

/// Writes what happens to the origin's responses, and `$d` before it.
pub(super) fn write(
    body: &mut Body<'_>,
    placement: &Placement<'_>,
    edits: &Edits,
    token: &str,
) -> (OnResponses, String) {
    body.stage = Stage::ViewerResponse;
    let viewer = viewer_part(body, placement, edits);
    let function = std::mem::take(&mut body.functions) + &std::mem::take(&mut body.text);
    // The functions that edit headers were written before: what all of them use is known.
    let reads_path = body.uses.contains(&'p');
    let origin = edits.origin && body.scope.responses;
    let any = origin || viewer;
    if any {
        if reads_path && placement.rules.arranges_slashes() {
            body.uses('t');
            let path = arranged(placement);
            body.push(&format!("t=(p=N({path})).replace(/\\/$/,'')\n"));
        }
        if reads_path && body.scope.moves(placement) {
            let note = super::script::field("h", NOTE_HEADER);
            body.uses('h');
            body.uses('o');
            body.uses('t');
            body.push(&format!(
                "o={note}?{note}.value:''\nif(o.startsWith({}))t=(p=o.slice({})).replace(/\\/$/,'')\n",
                string(token),
                token.len()
            ));
        }
        if origin {
            body.push("$o(r)\n");
        }
        if viewer {
            body.push("$d(r)\n");
        }
    }
    (OnResponses { any, viewer, reads_path }, function)
}

/// `$d`: what viewer-response does to a response, and to an answer of the origin's side.
fn viewer_part(body: &mut Body<'_>, placement: &Placement<'_>, edits: &Edits) -> bool {
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
        return false;
    }
    let below = if below.is_empty() { below } else { format!("if(r.statusCode<400){{{below}}}\n") };
    body.push(&format!("function $d(r){{{entered}{below}{vary}}}\n"));
    true
}

/// `Vary` by path.
pub(super) fn vary(body: &mut Body<'_>, Groups { always, by_path }: &Groups) -> String {
    let mut text = String::new();
    let names = |names: &str| strings(names.split(", "));
    if !always.is_empty() {
        text.push_str(&format!("{}(r.headers,{})\n", body.call("M"), names(always)));
    }
    for group in by_path {
        let test = matches_any(body, &group.paths.patterns, group.paths.ignore_case);
        let guard = body.guard(&group.paths, None, &[]);
        let call = body.call("M");
        text.push_str(&format!("if({}){call}(r.headers,{})\n", all(vec![test, guard]), names(&group.names)));
    }
    text
}

fn downloads(body: &mut Body<'_>, placement: &Placement<'_>) {
    let start = body.text.len();
    for (rule, reads) in placement.at(Kind::Downloads, &placement.rules.downloads, Stage::ViewerResponse) {
        let slots = slots(rule);
        let path = matched(body, &rule.paths, &slots);
        let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
        let captures = Captures { slots: &slots, values: &path.captures };
        let status = "(r.statusCode==200||r.statusCode==206)".to_owned();
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
