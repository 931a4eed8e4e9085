//! Why a rule whose patterns and conditions hold leads nowhere: a value does not fit into its target.

use super::label;
use super::model::Reason;
use crate::diagnostic::Diagnostics;
use crate::rules::{Fact, Part, Template};

/// `leads` says whether the rule acts with another target: each placeholder gives way to a harmless word until it does.
pub(super) fn unfit(
    to: &Template,
    leads: &dyn Fn(&Template) -> Result<bool, Diagnostics>,
) -> Result<Option<Reason>, Diagnostics> {
    let mut tamed = to.clone();
    let mut before = String::new();
    for (part, slot) in to.parts.iter().zip(0..) {
        let Part::Literal(text) = part else {
            if let Some(slot) = tamed.parts.get_mut(slot) {
                *slot = Part::Literal("x".to_owned());
            }
            if leads(&tamed)? {
                return Ok(Some(reason(part, &before)));
            }
            before.push('x');
            continue;
        };
        before.push_str(text);
    }
    Ok(None)
}

fn reason(part: &Part, before: &str) -> Reason {
    let label = label::part(part);
    let in_authority = before.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
    if matches!(part, Part::Fact { fact: Fact::Host | Fact::Url, .. }) {
        Reason::new("illegal", format!("the request has no valid host, and {label} needs one"))
    } else if in_authority {
        Reason::new("illegal", format!("{label} is not a label of a host name here"))
    } else {
        Reason::new("dots", format!("{label} would make a \".\" or \"..\" segment"))
    }
}
