//! Clean URLs: which file the path of a page means.

use selvedge_plan::layout::{self, meta, op, role, section};

use crate::compile::answer::answer;
use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::ops::list_of_one;
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::writer::Writer;
use crate::rules::{Html, Kind, Paths, TrailingSlash};

/// `index` and `clean`.
pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let Some(html) = placement.rules.html.as_ref().filter(|_| placement.has(Kind::Html, stage.stage)) else { return };
    stage.endings.give_up();
    let clean = html.clean.suffix();
    if clean.is_none() && html.index.is_none() {
        return;
    }
    stage.role(role::PATH);
    stage.flags |= layout::USES_ACCEPT;
    let mut record = vec![pages(writer, stage, &html.paths), listed_otherwise(writer, stage, html)];
    for name in [html.index.as_deref(), clean] {
        match name {
            Some(name) => {
                record.push(list_of_one(writer, op::APPEND_URI, "", name));
                record.extend(writer.text(name));
            }
            None => record.extend([0, 0, 0]),
        }
    }
    let at = writer.words(&record);
    stage.section(section::HTML, at);
    stage.output += 6;
}

/// `trailingSlash`: never where an origins or rewrites rule says what the path is.
pub(crate) fn trailing_slash(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.rules;
    let Some(html) = &rules.html else { return };
    if html.trailing_slash == TrailingSlash::Keep {
        return;
    }
    stage.role(role::PATH);
    stage.role(role::QUERY);
    stage.flags |= layout::USES_ACCEPT | layout::MAY_ANSWER;
    let (ops, _) = answer(writer, stage, 308, None, &[], &[]);
    let add = u32::from(html.trailing_slash == TrailingSlash::Add);
    let mut record = vec![pages(writer, stage, &html.paths), listed_otherwise(writer, stage, html), ops, add];
    // Conditions are not asked here; a pass that has one may not hold.
    let origins = rules.origins.iter().filter(|rule| rule.to.is_some() || rule.when.is_none());
    let rewrites = rules.rewrites.iter().filter(|rule| !rule.fallback && (!rule.pass || rule.when.is_none()));
    let routed: Vec<u32> = [
        origins.map(|rule| (&rule.paths, rule.to.is_none())).collect::<Vec<_>>(),
        rewrites.map(|rule| (&rule.from, rule.pass)).collect(),
    ]
    .into_iter()
    .filter(|list| list.iter().any(|(_, pass)| !pass))
    .map(|list| {
        let mut rest = list.iter();
        matcher(writer, list.len(), &mut |writer| {
            let (paths, pass) = rest.next()?;
            Some(listed(writer, stage, paths, if *pass { meta::PASS } else { 0 }))
        })
    })
    .collect();
    record.push(routed.len() as u32);
    record.extend(routed);
    let at = writer.words(&record);
    stage.section(section::TRAILING_SLASH, at);
}

/// A matcher of nothing but paths.
fn pages(writer: &mut Writer, stage: &mut StageBuilder, paths: &Paths) -> u32 {
    let mut once = Some(paths);
    matcher(writer, 1, &mut |writer| once.take().map(|paths| listed(writer, stage, paths, 0)))
}

/// Where the list of the site's files says otherwise than the dot.
fn listed_otherwise(writer: &mut Writer, stage: &mut StageBuilder, html: &Html) -> u32 {
    if html.otherwise.patterns.is_empty() { 0 } else { pages(writer, stage, &html.otherwise) }
}

fn listed<'r>(writer: &mut Writer, stage: &mut StageBuilder, paths: &'r Paths, flags: u32) -> Listed<'r> {
    let guard = guard(writer, stage, paths, None, &[]);
    Listed { record: writer.record(vec![flags, guard]), own: Vec::new(), paths, slots: Vec::new() }
}
