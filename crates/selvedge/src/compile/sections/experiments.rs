//! Experiments: variants at viewer-request, cookies at viewer-response.

use selvedge_plan::layout::{op, role, section};
use selvedge_plan::{Stage, hash};

use crate::compile::answer::PRIVATE;
use crate::compile::guard::guard;
use crate::compile::ops::{Ops, list_of_one};
use crate::compile::pattern::write_all;
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::target::leads_to;
use crate::compile::value::{Landing, slots, template};
use crate::compile::writer::Writer;
use crate::rules::{Experiment, Kind, Pattern, Reads, Variant};

/// The variant that each viewer gets.
pub(crate) fn variants(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    list(placement, writer, stage, section::EXPERIMENTS, false);
}

/// The cookies that keep the variants.
pub(crate) fn cookies(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    list(placement, writer, stage, section::COOKIES | section::BELOW_400, true);
    stage.output += placement.rules.experiments.len();
}

fn list(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder, kind: u32, with_cookies: bool) {
    let rules = placement.at(Kind::Experiments, &placement.rules.experiments, Stage::ViewerRequest);
    if rules.is_empty() {
        return;
    }
    if !with_cookies {
        // Nobody but the edge says which variant it is, whatever becomes of the request here.
        let mut ops = Ops::default();
        for name in rules.iter().filter_map(|(rule, _)| rule.header.as_ref()) {
            ops.push(op::REMOVE, writer.text(name.as_str()), [0, 0]);
        }
        let ops = ops.write(writer);
        if ops != 0 {
            stage.section(section::ALWAYS, ops);
            stage.output += 1;
            writer.map.group(stage.stage);
        }
    }
    let mut record = vec![rules.len() as u32];
    for (rule, reads) in rules {
        record.push(experiment(writer, stage, (rule, reads), with_cookies));
    }
    let at = writer.words(&record);
    writer.map.list(at);
    stage.section(kind, at);
}

fn experiment(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    (rule, reads): (&Experiment, &Reads<'_>),
    with_cookies: bool,
) -> u32 {
    for role in [role::PATH, role::COOKIE, role::REQUEST_ID] {
        stage.role(role);
    }
    if rule.force.is_some() {
        stage.role(role::QUERY);
    }
    let targets = || rule.variants.iter().filter_map(|variant| variant.to.as_ref());
    let slots = slots(rule);
    let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), reads.vary());
    let total: f64 = rule.variants.iter().map(|variant| variant.weight).sum();
    let mut sum = 0.0;
    let mut variants = Vec::new();
    for variant in &rule.variants {
        sum += variant.weight;
        // Shares are 31 bits wide, so that the last threshold is beyond every one of them.
        let threshold = if total > 0.0 { (sum / total * f64::from(1u32 << 31)).round() as u32 } else { 0 };
        variants.extend(writer.text(&variant.name));
        variants.push(threshold);
        variants.push(match &variant.to {
            Some(to) if !with_cookies => {
                let bytes = template(writer, stage, to, &slots, Landing::Target);
                writer.bytes(&bytes)
            }
            _ => 0,
        });
        variants.push(match &rule.header {
            _ if with_cookies => cookie(writer, stage, rule, variant),
            Some(header) => list_of_one(writer, op::SET, header.as_str(), &variant.name),
            None => 0,
        });
    }
    let variants_at = writer.words(&variants);
    let mut patterns = write_all(writer, &rule.paths.patterns, rule.paths.ignore_case, &slots);
    if with_cookies {
        // The request that viewer-response sees may be the viewer's or the one that the variant led to.
        let targets: Vec<Pattern> = targets().map(leads_to).collect();
        patterns.extend(write_all(writer, &targets, rule.paths.ignore_case, &[]));
    }
    let [cookie_at, cookie_len] = writer.text(&rule.cookie);
    let [force_at, force_len] = writer.text(rule.force.as_deref().unwrap_or_default());
    let mut record = vec![0, guard, cookie_at, cookie_len, force_at, force_len];
    record.extend([hash(0, rule.name.as_bytes()), rule.variants.len() as u32, variants_at, patterns.len() as u32 / 2]);
    record.extend(&patterns);
    stage.output += 4;
    let at = writer.words(&record);
    writer.map.rule(at, at, &rule.paths);
    for pattern in patterns.as_chunks().0 {
        writer.map.pattern(*pattern);
    }
    at
}

/// The op list that keeps a viewer's variant. A cache that is shared would give the response to all.
fn cookie(writer: &mut Writer, stage: &StageBuilder, rule: &Experiment, variant: &Variant) -> u32 {
    let value = format!("{}={}; {}", rule.cookie, variant.name, cookie_attributes(rule));
    let mut ops = Ops::default();
    ops.push(op::APPEND, writer.text("Set-Cookie"), writer.text(&value));
    ops.push(op::SET, writer.text("Cache-Control"), writer.text(PRIVATE));
    if !stage.table.sets_only {
        ops.push(op::REMOVE_MATCHING, writer.text("*-cache-control"), [0, 0]);
        ops.push(op::REMOVE, writer.text("Surrogate-Control"), [0, 0]);
    }
    ops.write(writer)
}

/// What follows the value in the line of `Set-Cookie` that keeps a variant.
pub(in crate::compile) fn cookie_attributes(rule: &Experiment) -> String {
    let domain = rule.domain.as_ref().map_or_else(String::new, |domain| format!("Domain={domain}; "));
    format!("{domain}Path=/; Max-Age={}; SameSite=Lax; Secure", rule.max_age)
}
