//! What one condition says about another.

use crate::rules::{Cidr, Condition, Match, StatusRange, Subject};

/// Whether `wide` certainly holds wherever `narrow` does.
pub(crate) fn implies(narrow: Option<&Condition>, wide: Option<&Condition>) -> bool {
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
        (Match::Cidr(some), Match::Cidr(all)) => some.iter().all(|range| all.iter().any(|wide| covers(wide, range))),
        // What compares with a value needs one; the reverse, an absent value, is only implied by itself.
        (Match::Present(false), _) | (_, Match::Present(false)) => false,
        (_, Match::Present(true)) => true,
        _ => false,
    }
}

/// Whether it certainly never holds.
pub(crate) fn is_impossible(condition: &Condition) -> bool {
    match condition {
        Condition::Any(any) => any.iter().all(is_impossible),
        Condition::All(all) => {
            all.iter().any(is_impossible)
                || all.iter().enumerate().any(|(at, one)| all.iter().skip(at + 1).any(|other| exclude(one, other)))
        }
        Condition::Not(_) | Condition::Test { .. } => false,
    }
}

/// What a condition compares that never holds.
pub(crate) fn contradicted(condition: &Condition) -> Option<&Subject> {
    match condition {
        Condition::Test { subject, .. } => Some(subject),
        Condition::Not(not) => contradicted(not),
        Condition::Any(any) => any.first().and_then(contradicted),
        Condition::All(all) => {
            let excluded = |one: &&Condition| all.iter().any(|other| exclude(one, other));
            // Of an alternative another condition may be the reason.
            let is_test = |one: &&Condition| matches!(one, Condition::Test { .. });
            let impossible = all.iter().find(|one| is_impossible(one));
            let pair = || all.iter().filter(is_test).find(excluded).or_else(|| all.iter().find(excluded));
            impossible.or_else(pair).or(all.first()).and_then(contradicted)
        }
    }
}

/// Whether it certainly always holds.
pub(crate) fn is_certain(condition: &Condition) -> bool {
    match condition {
        Condition::Any(any) => {
            any.iter().any(is_certain)
                || any.iter().enumerate().any(|(at, one)| any.iter().skip(at + 1).any(|other| fill(one, other)))
        }
        Condition::All(all) => all.iter().all(is_certain),
        Condition::Not(not) => is_impossible(not),
        Condition::Test { .. } => false,
    }
}

/// Whether one of two conditions always holds.
fn fill(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Not(one), Condition::Not(other)) => exclude(one, other),
        (Condition::Not(not), it) | (it, Condition::Not(not)) => holds(not, it),
        (
            Condition::Test { subject, test: Match::Present(one) },
            Condition::Test { subject: same, test: Match::Present(other) },
        ) => subject == same && one != other,
        _ => false,
    }
}

/// Whether two conditions never hold together.
pub(crate) fn exclude(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Not(not), it) | (it, Condition::Not(not)) => holds(it, not),
        // Conditions of an alternative hold with each other, or the alternative is impossible by itself.
        (Condition::Any(any), it) | (it, Condition::Any(any)) => any.iter().all(|each| exclude(each, it)),
        (Condition::All(all), it) | (it, Condition::All(all)) => all.iter().any(|each| exclude(each, it)),
        (Condition::Test { subject, test }, Condition::Test { subject: same, test: other }) => {
            subject == same && (tests_exclude(subject, test, other) || tests_exclude(subject, other, test))
        }
    }
}

fn tests_exclude(subject: &Subject, one: &Match, other: &Match) -> bool {
    match (one, other) {
        (Match::Present(false), Match::Present(false)) => return false,
        // Every other comparison needs a value.
        (Match::Present(false), _) => return true,
        _ => {}
    }
    let none = |values: &[String], fits: &dyn Fn(&str) -> bool| {
        !values.iter().any(|value| value.starts_with("*.") || fits(value))
    };
    subject.about().single
        && match (one, other) {
            (Match::Equal(one), Match::Equal(other)) => {
                let hosts = |one: &str, other: &str| other.strip_prefix('*').is_some_and(|end| one.ends_with(end));
                let meet = |one: &String, other: &String| one == other || hosts(one, other) || hosts(other, one);
                !one.iter().any(|one| other.iter().any(|other| meet(one, other)))
            }
            (Match::Equal(values), Match::Prefix(prefix)) => none(values, &|value| value.starts_with(prefix)),
            (Match::Equal(values), Match::Suffix(suffix)) => none(values, &|value| value.ends_with(suffix)),
            (Match::Equal(values), Match::Contains(part)) => none(values, &|value| value.contains(part)),
            (Match::Equal(values), Match::Regex(regex)) => {
                regex_lite::Regex::new(regex).is_ok_and(|regex| none(values, &|value| regex.is_match(value)))
            }
            (Match::Prefix(one), Match::Regex(regex)) => {
                beginning(regex).is_some_and(|other| !one.starts_with(&other) && !other.starts_with(one))
            }
            (Match::Cidr(one), Match::Cidr(other)) => {
                !one.iter().any(|one| other.iter().any(|other| covers(one, other) || covers(other, one)))
            }
            (Match::Prefix(one), Match::Prefix(other)) => !one.starts_with(other) && !other.starts_with(one),
            (Match::Suffix(one), Match::Suffix(other)) => !one.ends_with(other) && !other.ends_with(one),
            (Match::Status(one), Match::Status(other)) => {
                let meet = |one: &StatusRange, other: &StatusRange| one.first <= other.last && other.first <= one.last;
                !one.iter().any(|one| other.iter().any(|other| meet(one, other)))
            }
            _ => false,
        }
}

/// Whether all addresses of one range are in another.
fn covers(wide: &Cidr, narrow: &Cidr) -> bool {
    let differ = u128::from_be_bytes(wide.address) ^ u128::from_be_bytes(narrow.address);
    wide.prefix <= narrow.prefix && differ.checked_shr(128 - u32::from(wide.prefix)).unwrap_or(0) == 0
}

/// The text that everything begins with that an expression matches.
fn beginning(regex: &str) -> Option<String> {
    let rest = regex.strip_prefix('^').filter(|rest| !rest.contains('|'))?;
    let mut text = String::new();
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let literal = match c {
            '\\' => chars.next().filter(|c| !c.is_alphanumeric()),
            c => (c.is_alphanumeric() || "-_/".contains(c)).then_some(c),
        };
        let Some(literal) = literal.filter(|_| !chars.peek().is_some_and(|next| "*?{".contains(*next))) else { break };
        text.push(literal);
    }
    Some(text)
}

/// The hosts of which one must be the request's, if the condition says so.
pub(crate) fn required_hosts(condition: &Condition) -> Option<&[String]> {
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
            r#"{ "host": "a.example", "any": [{ "host": "b.example" }, { "host": "*.b.example" }] }"#,
            r#"{ "host": { "prefix": "www." }, "any": [{ "host": { "prefix": "shop." } }] }"#,
            r#"{ "host": "a.example", "any": [{ "host": { "suffix": ".org" } }] }"#,
            r#"{ "cookie": { "a": false }, "any": [{ "cookie": { "a": { "prefix": "x" } } }] }"#,
            r#"{ "country": ["DE", "AT"], "any": [{ "country": "CH", "method": "GET" }] }"#,
            r#"{ "ip": "10.0.0.0/8", "not": { "ip": "10.0.0.0/8" } }"#,
            r#"{ "ip": ["10.1.0.0/16", "2001:db8::1"], "not": { "ip": ["10.0.0.0/8", "2001:db8::/32"] } }"#,
            r#"{ "ip": "10.0.0.0/8", "any": [{ "ip": "192.0.2.1" }] }"#,
            r#"{ "host": { "prefix": "shop.", "regex": "^www\\." } }"#,
            r#"{ "host": "a.example", "any": [{ "host": { "regex": "^b\\." } }] }"#,
        ] {
            assert!(is_impossible(&condition(never).unwrap()), "{never}");
        }
        for always in [
            r#"{ "any": [{ "not": { "host": "a.example" } }, { "not": { "host": "b.example" } }] }"#,
            r#"{ "any": [{ "cookie": { "a": true } }, { "cookie": { "a": false } }] }"#,
            r#"{ "any": [{ "not": { "method": "GET" } }, { "country": "DE" }, { "method": ["GET", "HEAD"] }] }"#,
        ] {
            assert!(is_certain(&condition(always).unwrap()), "{always}");
        }
        for sometimes in [
            r#"{ "any": [{ "not": { "host": "*.b.example" } }, { "not": { "host": "a.b.example" } }] }"#,
            r#"{ "any": [{ "not": { "header": { "A": "1" } } }, { "not": { "header": { "A": "2" } } }] }"#,
            r#"{ "any": [{ "not": { "host": "a.example" } }, { "not": { "country": "DE" } }] }"#,
            r#"{ "any": [{ "not": { "method": ["GET", "HEAD"] } }, { "method": "GET" }] }"#,
            r#"{ "not": { "host": ["a.example", "b.example"] } }"#,
        ] {
            assert!(!is_certain(&condition(sometimes).unwrap()), "{sometimes}");
        }
        for sometimes in [
            r#"{ "cookie": { "a": true }, "not": { "cookie": { "a": "1" } } }"#,
            r#"{ "any": [{ "country": "DE" }, { "country": "AT" }] }"#,
            r#"{ "query": { "a": "1" }, "any": [{ "query": { "a": "2" } }] }"#,
            r#"{ "host": "x.b.example", "any": [{ "host": "*.b.example" }] }"#,
            r#"{ "host": "*.b.example", "any": [{ "host": "*.a.b.example" }] }"#,
            r#"{ "host": { "prefix": "www." }, "any": [{ "host": { "suffix": ".org" } }] }"#,
            r#"{ "ip": "10.0.0.0/8", "not": { "ip": "10.1.0.0/16" } }"#,
            r#"{ "ip": "10.0.0.0/8", "any": [{ "ip": "10.1.0.1" }] }"#,
            r#"{ "ip": "0.0.0.0/0", "any": [{ "ip": "10.1.0.1" }] }"#,
            r#"{ "host": { "prefix": "www.", "regex": "^w*shop" } }"#,
            r#"{ "host": { "prefix": "shop.", "regex": "^sho|^www" } }"#,
            r#"{ "host": { "prefix": "shop.", "regex": "^[a-z]+" } }"#,
            r#"{ "host": { "prefix": "shop.", "regex": "www" } }"#,
            r#"{ "host": "*.example", "any": [{ "host": { "regex": "^b\\." } }] }"#,
        ] {
            assert!(!is_impossible(&condition(sometimes).unwrap()), "{sometimes}");
        }
    }
}
