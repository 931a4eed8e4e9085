//! `odd-age`: a number of seconds that was meant as milliseconds.

use crate::analysis::cache_control::{cache_controls, directives};
use crate::analysis::header_values::header_values;
use crate::rules::Model;
use crate::sources::Report;

/// Ten years, which is as good as for ever. nginx and Apache write it for that.
const TEN_YEARS: u64 = 10 * 365 * DAY;

const DAY: u64 = 24 * 60 * 60;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (value, place) in cache_controls(rules) {
        for directive in directives(value) {
            say(directive, &place, report);
        }
    }
    for header in header_values(rules) {
        if matches!(header.name.as_str(), "set-cookie" | "strict-transport-security") {
            for (value, place) in header.literals() {
                // Of a cookie what comes first is its name and value.
                let skipped = usize::from(header.name == "set-cookie");
                value.split(';').skip(skipped).for_each(|attribute| say(attribute, &place, report));
            }
        }
    }
    for (at, rule) in rules.experiments.iter().enumerate() {
        tell("maxAge", u64::from(rule.max_age), &format!("experiments[{at}].maxAge"), report);
    }
}

/// A part as `max-age=…`.
fn say(part: &str, place: &str, report: &mut Report<'_>) {
    let Some((name, value)) = part.split_once('=') else { return };
    let name = name.trim();
    let is_age = ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"]
        .iter()
        .any(|age| name.eq_ignore_ascii_case(age));
    if let Some(seconds) = value.trim().trim_matches('"').parse().ok().filter(|_| is_age) {
        tell(name, seconds, place, report);
    }
}

fn tell(name: &str, seconds: u64, place: &str, report: &mut Report<'_>) {
    // Whole days in milliseconds: as seconds that is a thousand days, or two.
    let is_days = seconds > 0 && seconds.is_multiple_of(1000 * DAY);
    if seconds <= TEN_YEARS && !is_days {
        return;
    }
    let length = match seconds / (365 * DAY) {
        0 | 1 => format!("{} days", seconds / DAY),
        years => format!("{years} years"),
    };
    report.warning(
        "odd-age",
        place,
        format_args!("{name} is in seconds: {seconds} are {length}"),
        match seconds % 1000 {
            0 => format!("write {}, if milliseconds are meant", seconds / 1000),
            _ => "write the seconds; 31536000 are a year".to_owned(),
        },
    );
}
