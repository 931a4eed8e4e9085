//! What one condition says about another.

use crate::rules::{Condition, Match, Subject};

/// Whether `wide` certainly holds wherever `narrow` does.
pub(super) fn implies(narrow: Option<&Condition>, wide: Option<&Condition>) -> bool {
    match (narrow, wide) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => holds(narrow, wide),
    }
}

fn holds(narrow: &Condition, wide: &Condition) -> bool {
    if narrow == wide {
        return true;
    }
    match (narrow, wide) {
        (_, Condition::All(all)) => all.iter().all(|each| holds(narrow, each)),
        (Condition::Any(any), _) => any.iter().all(|each| holds(each, wide)),
        (_, Condition::Any(any)) if any.iter().any(|each| holds(narrow, each)) => true,
        (Condition::All(all), _) => all.iter().any(|each| holds(each, wide)),
        (Condition::Not(narrow), Condition::Not(wide)) => holds(wide, narrow),
        (Condition::Test { subject, test }, Condition::Test { subject: other, test: wider }) => {
            subject == other && test_holds(test, wider)
        }
        _ => false,
    }
}

fn test_holds(narrow: &Match, wide: &Match) -> bool {
    // `*.example.com` among hosts is not a value to take apart.
    let each = |values: &[String], holds: &dyn Fn(&str) -> bool| {
        values.iter().all(|value| !value.starts_with("*.") && holds(value))
    };
    match (narrow, wide) {
        (Match::Equal(some), Match::Equal(all)) => some.iter().all(|value| all.contains(value)),
        (Match::Equal(values), Match::Prefix(prefix)) => each(values, &|value| value.starts_with(prefix)),
        (Match::Equal(values), Match::Suffix(suffix)) => each(values, &|value| value.ends_with(suffix)),
        (Match::Equal(values), Match::Contains(part)) => each(values, &|value| value.contains(part)),
        (Match::Prefix(long), Match::Prefix(short)) => long.starts_with(short),
        (Match::Suffix(long), Match::Suffix(short)) => long.ends_with(short),
        (Match::Status(some), Match::Status(all)) => {
            some.iter().all(|one| all.iter().any(|range| range.first <= one.first && one.last <= range.last))
        }
        (Match::Cidr(some), Match::Cidr(all)) => some.iter().all(|range| all.contains(range)),
        // What compares with a value needs one; the reverse, an absent value, is only implied by itself.
        (Match::Present(false), _) | (_, Match::Present(false)) => false,
        (_, Match::Present(true)) => true,
        _ => false,
    }
}

/// Whether it certainly never holds.
pub(super) fn is_impossible(condition: &Condition) -> bool {
    match condition {
        Condition::Any(any) => any.iter().all(is_impossible),
        Condition::All(all) => {
            all.iter().any(is_impossible)
                || all.iter().enumerate().any(|(at, one)| all.iter().skip(at + 1).any(|other| exclude(one, other)))
        }
        Condition::Not(_) | Condition::Test { .. } => false,
    }
}

/// Whether two conditions never hold together.
fn exclude(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Not(not), it) | (it, Condition::Not(not)) => holds(it, not),
        (Condition::Test { subject, test }, Condition::Test { subject: same, test: other }) if subject == same => {
            match (test, other) {
                (Match::Present(one), Match::Present(other)) => one != other,
                (Match::Present(false), Match::Equal(_)) | (Match::Equal(_), Match::Present(false)) => true,
                // Of what has one value; a header, cookie or parameter may have several.
                (Match::Equal(one), Match::Equal(other)) => {
                    matches!(subject, Subject::Scheme | Subject::Method | Subject::Country | Subject::Language)
                        && !one.iter().any(|value| other.contains(value))
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// The hosts of which one must be the request's, if the condition says so.
pub(super) fn required_hosts(condition: &Condition) -> Option<&[String]> {
    match condition {
        Condition::All(all) => all.iter().find_map(required_hosts),
        Condition::Test { subject: Subject::Host, test: Match::Equal(hosts) } => Some(hosts),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn condition(when: &str) -> Option<Condition> {
        let text = format!(
            r#"{{ "languages": ["en", "de"], "redirects": [{{ "from": "/a", "to": "/b", "when": {when} }}] }}"#
        );
        crate::rules::testing::rules(&text).redirects.remove(0).when
    }

    #[test]
    fn implication() {
        for (narrow, wide) in [
            (r#"{ "cookie": { "a": "1" } }"#, "{}"),
            (r#"{ "cookie": { "a": "1" } }"#, r#"{ "cookie": { "a": true } }"#),
            (r#"{ "cookie": { "a": "1" } }"#, r#"{ "cookie": { "a": ["1", "2"] } }"#),
            (r#"{ "country": "DE", "host": "a.example" }"#, r#"{ "country": ["DE", "AT"] }"#),
            (r#"{ "country": "DE" }"#, r#"{ "any": [{ "country": "DE" }, { "host": "a.example" }] }"#),
            (r#"{ "not": { "cookie": { "a": true } } }"#, r#"{ "not": { "cookie": { "a": "1" } } }"#),
            (r#"{ "header": { "A": { "prefix": "abc" } } }"#, r#"{ "header": { "A": { "prefix": "a" } } }"#),
        ] {
            assert!(implies(condition(narrow).as_ref(), condition(wide).as_ref()), "{narrow} implies {wide}");
        }
        for (narrow, wide) in [
            ("{}", r#"{ "cookie": { "a": "1" } }"#),
            (r#"{ "cookie": { "a": true } }"#, r#"{ "cookie": { "a": "1" } }"#),
            (r#"{ "cookie": { "a": "1" } }"#, r#"{ "cookie": { "b": "1" } }"#),
            (r#"{ "cookie": { "a": false } }"#, r#"{ "cookie": { "a": true } }"#),
            (r#"{ "any": [{ "country": "DE" }, { "host": "a.example" }] }"#, r#"{ "country": "DE" }"#),
            (r#"{ "not": { "cookie": { "a": "1" } } }"#, r#"{ "not": { "cookie": { "a": true } } }"#),
        ] {
            assert!(!implies(condition(narrow).as_ref(), condition(wide).as_ref()), "{narrow} does not imply {wide}");
        }
    }

    #[test]
    fn contradictions() {
        for never in [
            r#"{ "cookie": { "a": true }, "not": { "cookie": { "a": true } } }"#,
            r#"{ "cookie": { "a": "1" }, "not": { "cookie": { "a": ["1", "2"] } } }"#,
            r#"{ "method": "GET", "any": [{ "not": { "method": ["GET", "HEAD"] } }] }"#,
        ] {
            assert!(is_impossible(&condition(never).unwrap()), "{never}");
        }
        for sometimes in [
            r#"{ "cookie": { "a": true }, "not": { "cookie": { "a": "1" } } }"#,
            r#"{ "any": [{ "country": "DE" }, { "country": "AT" }] }"#,
        ] {
            assert!(!is_impossible(&condition(sometimes).unwrap()), "{sometimes}");
        }
    }
}
