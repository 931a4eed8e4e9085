//! `odd-weight`: a share of 1 next to percent, or the other way round.

use crate::rules::Model;
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    let is_fraction = |weight: f64| weight > 0.0 && weight < 1.0;
    for (at, rule) in rules.origins.iter().enumerate() {
        if let Some(weight) = rule.weight.filter(|weight| is_fraction(*weight)) {
            report.warning(
                "odd-weight",
                &format!("origins[{at}].weight"),
                format_args!("is in percent: {weight} is one request of {}", (100.0 / weight).round()),
                format_args!("write {} for that share of 1", weight * 100.0),
            );
        }
    }
    for (at, rule) in rules.experiments.iter().enumerate() {
        let percent = rule.variants.iter().find(|variant| variant.weight >= 10.0);
        let share = rule.variants.iter().position(|variant| is_fraction(variant.weight));
        // Shares of 1 are fine by themselves, and so are percent.
        if let (Some(percent), Some(number)) = (percent, share) {
            let weight = rule.variants.get(number).map_or(0.0, |variant| variant.weight);
            report.warning(
                "odd-weight",
                &format!("experiments[{at}].variants[{number}].weight"),
                format_args!("hardly anybody gets this variant: {weight} is next to {}", percent.weight),
                "write all weights in percent, or all as shares of 1",
            );
        }
    }
}
