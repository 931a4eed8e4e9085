//! `open-redirect`: a target whose host a viewer can choose. (A path never becomes a host: leading slashes collapse.)

use crate::rules::{Condition, Fact, Match, Model, Part, Subject, Template};
use crate::sources::Report;
use crate::{Platform, Target};

pub(super) fn check(rules: &Model, target: Target, report: &mut Report<'_>) {
    // The others know their sites by name: a request with another host does not come to the rules.
    let any_host = target.platform() == Platform::Fetch;
    for (at, rule) in rules.redirects.iter().enumerate() {
        let is_line = || {
            let place = format!("redirects[{at}]");
            report.is_rule_file(&place) && report.is_written(&place, "to")
        };
        if !rule.absolute && begins_with_splat(&rule.to) && is_line() {
            report.note(
                "open-redirect",
                &format!("redirects[{at}].to"),
                "an open redirect where the vendor's own servers keep the slashes: \"//example.com\" is another host; here they collapse",
                "write something in front: \"/new/:splat\"",
            );
        }
        if any_host && rule.absolute && is_host_asked(&rule.to) && !rule.when.as_ref().is_some_and(names_host) {
            report.note(
                "open-redirect",
                &format!("redirects[{at}].to"),
                "anybody can choose the host of this redirect by the \"Host\" of a request; a cache in between may keep it for others",
                "add the hosts of the site: \"when\": { \"host\": [\"example.com\", \"*.example.com\"] }, or write the host out",
            );
        }
        if rule.absolute && viewer_chooses(&rule.to) {
            report.warning(
                "open-redirect",
                &format!("redirects[{at}].to"),
                "an open redirect: whoever writes the link chooses the host, and whoever owns that host gets your visitors",
                "name the host, or at least its last two labels: \"https://:name.example.com/\"",
            );
        }
    }
}

/// Whether a path is nothing but what a `*` matched, which may begin with a slash.
fn begins_with_splat(to: &Template) -> bool {
    matches!(to.parts.as_slice(), [Part::Literal(slash), Part::Capture { name, .. }, ..] if slash == "/" && name == "splat")
}

/// Whether the host is the one that was asked, or ends with it.
fn is_host_asked(to: &Template) -> bool {
    let mut before = String::new();
    for part in &to.parts {
        match part {
            Part::Literal(text) => before.push_str(text),
            Part::Fact { fact: Fact::Host, .. } => {
                return !before.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']));
            }
            _ => before.push('x'),
        }
    }
    false
}

/// Whether the condition holds for hosts of the author's choice only.
fn names_host(when: &Condition) -> bool {
    match when {
        Condition::All(all) => all.iter().any(names_host),
        Condition::Any(any) => any.iter().all(names_host),
        Condition::Not(_) => false,
        Condition::Test { subject, test } => {
            *subject == Subject::Host && matches!(test, Match::Equal(_) | Match::Suffix(_) | Match::Regex(_))
        }
    }
}

/// Whether what follows the last placeholder of the host is less than a domain of the site's own.
fn viewer_chooses(to: &Template) -> bool {
    let mut chosen = false;
    let mut tail = String::new();
    for (at, part) in to.parts.iter().enumerate() {
        match part {
            Part::Literal(text) => {
                let text = if at == 0 { text.split_once("://").map_or(text.as_str(), |(_, rest)| rest) } else { text };
                let end = text.find(['/', '?', '#', '\\']);
                tail.push_str(text.get(..end.unwrap_or(text.len())).unwrap_or_default());
                if end.is_some() {
                    break;
                }
            }
            // The host that was asked, which these rules serve.
            Part::Fact { fact: Fact::Host | Fact::Country, .. } => tail.push_str(".own.host"),
            Part::Capture { .. } | Part::Fact { .. } => {
                chosen = true;
                tail.clear();
            }
        }
    }
    let domain = tail.split(':').next().unwrap_or_default();
    chosen && domain.split('.').filter(|label| !label.is_empty()).count() < 2
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::{Pattern, Scope};

    #[test]
    fn which_hosts() {
        let named = |when: &str| {
            let text = format!(r#"{{ "redirects": [{{ "from": "/*", "to": "https://{{host}}/", "when": {when} }}] }}"#);
            let rules = crate::rules::testing::rules(&text);
            names_host(rules.redirects.first().unwrap().when.as_ref().unwrap())
        };
        for known in [
            r#"{ "host": "a.example", "scheme": "http" }"#,
            r#"{ "any": [{ "host": "a.example" }, { "host": { "suffix": ".b.example" } }] }"#,
            r#"{ "host": { "regex": "^a[.]example$" } }"#,
        ] {
            assert!(named(known), "{known}");
        }
        for unknown in [
            r#"{ "scheme": "http" }"#,
            r#"{ "host": true }"#,
            r#"{ "host": { "contains": "example" } }"#,
            r#"{ "not": { "host": "a.example" } }"#,
            r#"{ "any": [{ "host": "a.example" }, { "scheme": "http" }] }"#,
        ] {
            assert!(!named(unknown), "{unknown}");
        }
        let asked = |to| is_host_asked(&Template::target(to, Scope::of_patterns(&[], false)).unwrap());
        assert!(asked("https://{host}/") && asked("https://www.{host}:8443?a") && asked("https://{country}.{host}"));
        assert!(
            !asked("https://example.com/{host}")
                && !asked("https://example.com?{host}")
                && !asked("https://a.example/")
        );
    }

    #[test]
    fn whose_host() {
        let pattern = [Pattern::parse("/:a/*").unwrap()];
        let chosen = |to| viewer_chooses(&Template::target(to, Scope::of_patterns(&pattern, false)).unwrap());
        for open in ["https://:a", "https://:a/", "https://:a.com/x", "https://www.:a.com", "https://{query.to}:8080/"]
        {
            assert!(chosen(open), "{open}");
        }
        for safe in [
            "https://example.com/:a",
            "https://:a.example.com/",
            "https://{host}/:a",
            "https://www.{host}",
            "https://example.com?to=:a",
            "https://{country}.example.com",
        ] {
            assert!(!chosen(safe), "{safe}");
        }
    }
}
