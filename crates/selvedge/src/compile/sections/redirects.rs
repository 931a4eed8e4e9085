//! Redirects.

use selvedge_plan::layout::{meta, role};
use selvedge_plan::small;

use crate::compile::answer::{self, answer, reads_more};
use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::missing::missing;
use crate::compile::names::names;
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::target::{query_flag, target};
use crate::compile::value::{Landing, slots};
use crate::compile::writer::Writer;
use crate::rules::{Kind, Redirect, Subject};

pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at_or_passing(Kind::Redirects, &placement.rules.redirects, stage.stage);
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    stage.role(role::QUERY);
    // Most redirects of a large set are alike but for their paths.
    let mut bare = (0, 0);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let (rule, reads) = rest.next()?;
        let fallback = rule.fallback.then(|| missing(stage.table, rule.when.as_ref()));
        let when = fallback.as_ref().or(rule.when.as_ref());
        let slots = slots(*rule);
        let guard = guard(writer, stage, &rule.from, when, reads.vary());
        if rule.pass {
            let record = writer.record(vec![meta::PASS, guard]);
            return Some(Listed { record, own: Vec::new(), paths: &rule.from, slots });
        }
        let (ops, steps) = if rule.headers.is_empty() && bare.0 == rule.status {
            (bare.1, 0)
        } else {
            answer(writer, stage, rule.status, None, &rule.headers, &slots)
        };
        if rule.headers.is_empty() {
            bare = (rule.status, ops);
        }
        let mut flags = meta::REDIRECT | reads_more(reads);
        if rule.absolute {
            flags |= meta::ABSOLUTE;
            stage.role(role::HOST);
            stage.role(role::SCHEME);
        }
        flags |= query_flag(rule.query);
        let own = target(writer, stage, &rule.to, &slots, landing(rule), &mut flags);
        let mut drops = 0;
        if !rule.drop.is_empty() {
            let list = names(writer, &rule.drop);
            drops = writer.words(&[0, 0, list, 0]);
            flags |= meta::DROPS | meta::READS_MORE;
        }
        if steps != 0 {
            flags |= meta::STEPS;
        }
        writer.asks_for_more(flags & small::MISSING != 0);
        let record = writer.record(vec![flags, guard, ops, steps, drops]);
        Some(Listed { record, own, paths: &rule.from, slots })
    });
    answer::section(stage, at);
}

/// The port of plain HTTP is not the one of HTTPS.
pub(in crate::compile) fn landing(rule: &Redirect) -> Landing {
    let by_scheme = rule.when.as_ref().is_some_and(|when| when.reads(|subject| *subject == Subject::Scheme));
    if rule.absolute && by_scheme { Landing::OtherScheme } else { Landing::Target }
}
