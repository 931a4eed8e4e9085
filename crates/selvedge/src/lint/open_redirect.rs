//! `open-redirect`: a target whose host a viewer can choose. (A path never becomes a host: leading slashes collapse.)

use super::report::Report;
use crate::rules::{Fact, Part, Rules, Template};

pub(super) fn check(rules: &Rules, report: &mut Report<'_>) {
    for (at, rule) in rules.redirects.iter().enumerate() {
        if !rule.absolute && begins_with_splat(&rule.to) && report.is_rule_file(&format!("redirects[{at}]")) {
            report.note(
                "open-redirect",
                &format!("redirects[{at}].to"),
                "an open redirect where the vendor's own servers keep the slashes: \"//example.com\" is another host; here they collapse",
                "write something in front: \"/new/:splat\"",
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
    fn whose_host() {
        let pattern = [Pattern::parse("/:a/*").unwrap()];
        let chosen = |to| viewer_chooses(&Template::target(to, Scope::request(&pattern)).unwrap());
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
