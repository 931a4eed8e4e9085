//! Why a rule whose patterns and conditions hold leads nowhere: a value does not fit into its target.

use selvedge_plan::path::has_dots;
use selvedge_plan::{Captures, Moment};

use super::model::Reason;
use crate::rules::{Fact, Part, Template};

/// Which value it is. The reader fills `to`, which stands at `at`, part by part.
pub(super) fn unfit(moment: &mut Moment<'_, '_>, at: u32, captures: &Captures, to: &Template) -> Option<Reason> {
    let mut texts: Vec<Vec<u8>> = Vec::with_capacity(to.parts.len());
    let mut filled = 0;
    for (part, count) in to.parts.iter().zip(1..) {
        let legal = moment.fills(at, count, captures, &mut |text| {
            texts.push(text.get(filled..).unwrap_or_default().to_vec());
            filled = text.len();
        });
        if !legal {
            return Some(illegal(part));
        }
    }
    // One value after the other gives way to a harmless word, until nobody could find a dot segment.
    for (number, part) in to.parts.iter().enumerate().filter(|(_, part)| !matches!(part, Part::Literal(_))) {
        if let Some(text) = texts.get_mut(number) {
            *text = b"x".to_vec();
        }
        if !has_dots(&texts.concat()) {
            let text = format!("{} would make a \".\" or \"..\" segment", part);
            return Some(Reason::new("dots", text));
        }
    }
    None
}

/// A value that is not legal where it lands: a host anywhere, others in the authority alone.
fn illegal(part: &Part) -> Reason {
    let text = match part {
        Part::Fact { fact: Fact::Host | Fact::Url, .. } => {
            format!("the request has no valid host, and {part} needs one")
        }
        _ => format!("{part} is not a label of a host name here"),
    };
    Reason::new("illegal", text)
}
