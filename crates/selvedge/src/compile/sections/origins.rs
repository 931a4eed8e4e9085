//! Origin rules.

use selvedge_plan::hash;
use selvedge_plan::layout::{meta, op, role, section};

use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::ops::list_of_one;
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::writer::Writer;
use crate::rules::{Kind, Origin, OriginField, OriginKind};

pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::Origins, &placement.rules.origins, stage.stage);
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    let mut rest = rules.iter().enumerate();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let (number, (rule, reads)) = rest.next()?;
        let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), reads.vary());
        let (flags, ops) = match &rule.to {
            Some(origin) => (prefix(origin), list_of_one(writer, op::SET_ORIGIN, "", &record(origin))),
            None => (meta::PASS, 0),
        };
        let threshold = match rule.weight {
            None => u32::MAX,
            Some(weight) => {
                stage.role(role::REQUEST_ID);
                (weight / 100.0 * f64::from(1u32 << 31)).round() as u32
            }
        };
        let salt = hash(number as u32, b"origins");
        let record = writer.record(vec![flags, guard, ops, threshold, salt]);
        Some(Listed { record, own: Vec::new(), paths: &rule.paths, slots: Vec::new() })
    });
    stage.section(section::ORIGINS, at);
    // The origin, and the path without dot segments.
    stage.output += 4;
}

/// Whether the origin has a path of its own.
fn prefix(origin: &Origin) -> u32 {
    let has = |field: &OriginField| matches!(field, OriginField::Text("path", path) if !path.is_empty());
    if origin.fields.iter().any(has) { meta::PREFIX } else { 0 }
}

/// The lines that adapters read: the kind, then one typed field each.
fn record(origin: &Origin) -> String {
    let mut lines = vec![match origin.kind {
        OriginKind::S3 => "s3".to_owned(),
        OriginKind::Custom => "custom".to_owned(),
    }];
    for field in &origin.fields {
        match field {
            OriginField::Text(name, text) => lines.push(format!("t{name}={text}")),
            OriginField::Number(name, number) => lines.push(format!("n{name}={number}")),
            OriginField::List(name, list) => lines.push(format!("l{name}={}", list.join(","))),
            OriginField::Headers(headers) if headers.is_empty() => lines.push("h".to_owned()),
            OriginField::Headers(headers) => {
                for (name, values) in headers {
                    lines.extend(values.iter().map(|value| format!("h{name}={value}")));
                }
            }
        }
    }
    lines.join("\n")
}
