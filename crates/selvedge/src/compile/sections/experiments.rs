//! Experiments: variants at viewer-request, cookies at viewer-response.

use selvedge_plan::layout::{op, role, section};
use selvedge_plan::{Stage, hash};

use crate::compile::guard::guard;
use crate::compile::ops::list_of_one;
use crate::compile::pattern::{flags, forms, write};
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::value::{Landing, slots, template};
use crate::compile::writer::Writer;
use crate::rules::{Experiment, Kind, Part, Pattern, Reads, Template, Token, Variant};

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
    let mut record = vec![rules.len() as u32];
    for (rule, reads) in rules {
        record.push(experiment(writer, stage, (rule, reads), with_cookies));
    }
    let at = writer.words(&record);
    writer.map_list(at);
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
            Some(to) if !with_cookies => template(writer, stage, to, &slots, Landing::Target),
            _ => 0,
        });
        variants.push(if with_cookies { cookie(writer, rule, variant) } else { 0 });
    }
    let variants_at = writer.words(&variants);
    let mut patterns = Vec::new();
    for pattern in &rule.paths.patterns {
        let flags = flags(pattern, rule.paths.ignore_case);
        forms(pattern, &mut |form| {
            let (at, flags) = write(writer, &form, flags, &slots);
            patterns.extend([at, flags]);
        });
    }
    if with_cookies {
        // The request that viewer-response sees may be the viewer's or the one that the variant led to.
        for pattern in targets().map(target_pattern) {
            let flags = flags(&pattern, rule.paths.ignore_case);
            forms(&pattern, &mut |form| {
                let (at, flags) = write(writer, &form, flags, &[]);
                patterns.extend([at, flags]);
            });
        }
    }
    let [cookie_at, cookie_len] = writer.text(&rule.cookie);
    let [force_at, force_len] = writer.text(rule.force.as_deref().unwrap_or_default());
    let mut record = vec![0, guard, cookie_at, cookie_len, force_at, force_len];
    record.extend([hash(0, rule.name.as_bytes()), rule.variants.len() as u32, variants_at, patterns.len() as u32 / 2]);
    record.extend(&patterns);
    stage.output += 3;
    let at = writer.words(&record);
    writer.map_rule(at, &rule.paths, &[], &patterns);
    at
}

fn cookie(writer: &mut Writer, rule: &Experiment, variant: &Variant) -> u32 {
    let value = format!("{}={}; Path=/; Max-Age={}; SameSite=Lax; Secure", rule.cookie, variant.name, rule.max_age);
    list_of_one(writer, op::APPEND, "Set-Cookie", &value)
}

/// The paths that a target can become.
fn target_pattern(to: &Template) -> Pattern {
    let mut tokens = Vec::new();
    for part in &to.parts {
        match part {
            Part::Literal(text) => tokens.push(Token::Literal(text.clone())),
            _ => tokens.push(Token::Splat(String::new())),
        }
    }
    Pattern::Path { anchored: true, tokens, slash: None }
}
