//! Targets: where redirects, rewrites and experiments lead.

use selvedge_plan::path::has_dots;

use super::authority;
use super::fact::Fact;
use super::grammar::check_control;
use super::part::Part;
use super::read::Node;
use super::scope::Scope;
use super::template::Template;

/// What is wrong with a target that has dot segments of its own.
pub(crate) const DOTS: &str = "a \".\" or \"..\" segment in a target";
/// What to do about it.
pub(crate) const RESOLVE_DOTS: &str = "write the path that it comes to";

/// A path, with placeholders.
pub(crate) fn read_path(node: &Node<'_>, scope: Scope<'_>) -> Option<Template> {
    let text = node.string("a path")?;
    if !text.starts_with('/') {
        let help = if is_absolute(text) {
            "another host is reached by a redirect or by \"origins\"".to_owned()
        } else {
            format!("write {:?}", format!("/{text}"))
        };
        node.error("a rewritten path begins with \"/\"", help);
        return None;
    }
    if text.contains('#') {
        node.error("a fragment (#) never reaches a server", "remove it, or write %23 for the character itself");
    }
    read_template(node, text, scope)
}

/// A path or an absolute URL, with placeholders, and whether it is the latter.
pub(crate) fn read_location(node: &Node<'_>, scope: Scope<'_>) -> Option<(Template, bool)> {
    let text = node.string("a path or a URL")?;
    let absolute = is_absolute(text);
    if !absolute && !text.starts_with('/') {
        let help = if text.contains("://") || text.contains(':') && !text.starts_with(':') {
            "a redirect leads to http:// or https://".to_owned()
        } else if text.starts_with([':', '{']) {
            "begin with a literal \"/\" or \"https://\": a captured value must not choose the host".to_owned()
        } else {
            format!("write {:?}, or \"https://…\" for another host", format!("/{text}"))
        };
        node.error("a target begins with \"/\", \"http://\" or \"https://\"", help);
        return None;
    }
    if text.starts_with("//") || text.starts_with("/\\") {
        node.error("a path cannot begin with \"//\"", "write \"https://…\" for another host");
        return None;
    }
    let template = read_template(node, text, scope)?;
    if absolute {
        check_authority(node, &template);
    }
    Some((template, absolute))
}

fn is_absolute(text: &str) -> bool {
    let begins = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    begins("https://") || begins("http://")
}

fn read_template(node: &Node<'_>, text: &str, scope: Scope<'_>) -> Option<Template> {
    check_control(node, text, false);
    if text.ends_with(' ') {
        node.error("ends with a space", "remove it, or write %20");
    }
    let template = Template::parse(text, scope, true, &mut |message, help| node.unknown_placeholder(message, help));
    // Placeholders aside: what they put in is judged per request, and then nothing else may be to blame.
    let shape: String =
        template.parts.iter().map(|part| if let Part::Literal(text) = part { text } else { "x" }).collect();
    if has_dots(shape.as_bytes()) {
        node.error(DOTS, RESOLVE_DOTS);
    }
    if text.contains('*') && scope.has_unused_splat(&template.parts) {
        node.error("\"*\" is a literal star in a target", "write \":splat\" for what the pattern's \"*\" matched");
    }
    Some(template)
}

/// In the authority (RFC 3986 §3.2) a placeholder is a label, or a part of one as long as another label follows; `{host}` is all
/// labels, or the last ones.
fn check_authority(node: &Node<'_>, template: &Template) {
    let mut placeholders: Vec<(&Part, char, char, usize)> = Vec::new();
    let mut before = '/';
    // Placeholders aside, as above.
    let mut shape = String::new();
    let mut parts = template.parts.iter().peekable();
    while let Some(part) = parts.next() {
        if let Part::Literal(text) = part {
            let text =
                if shape.is_empty() { text.split_once("://").map_or(text.as_str(), |(_, rest)| rest) } else { text };
            let end = text.find(['/', '?', '#']);
            let host = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            shape.push_str(host);
            if end.is_some() {
                break;
            }
            before = host.chars().next_back().unwrap_or(before);
        } else {
            let after = match parts.peek() {
                None => '/',
                Some(Part::Literal(text)) => text.chars().next().unwrap_or('/'),
                Some(_) => '{',
            };
            placeholders.push((part, before, after, shape.len()));
            before = '}';
            shape.push('x');
        }
    }
    if let Some((message, help)) = authority::wrong(&shape) {
        node.error(message, help);
    }
    for (part, before, after, at) in placeholders {
        let glued = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let host = matches!(part, Part::Fact { fact: Fact::Host, .. });
        let is_part = !host && shape.get(at..).is_some_and(|rest| rest.contains('.'));
        let begins = matches!(before, '/' | '.') || is_part && glued(before);
        let label = begins && (matches!(after, '.' | ':' | '/' | '?' | '#') || is_part && glued(after));
        if !label || host && after == '.' {
            node.error(
                "in a host name a placeholder must be a whole label",
                match part {
                    Part::Fact { fact: Fact::Path | Fact::Url, .. } => {
                        "for the same path write \"https://host/:splat\""
                    }
                    _ => "write for example \"https://:name.example.com/\"; {host} may be all of the host, or its end",
                },
            );
        } else if let Part::Fact {
            fact: Fact::Path | Fact::Query | Fact::Url | Fact::ClientIp | Fact::RequestId, ..
        } = part
        {
            node.error("this placeholder cannot be part of a host name", "use a capture, or {host}");
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    fn redirect(from: &str, to: &str) -> String {
        format!(r#"{{ "redirects": [{{ "from": "{from}", "to": "{to}" }}] }}"#)
    }

    #[test]
    fn targets_are_paths_or_urls() {
        for (to, absolute) in [
            ("/b", false),
            ("/b?x=:a#{a}", false),
            ("https://b.example", true),
            ("HTTP://b.example:8080/:a", true),
            ("https://:a.example.com/x", true),
            ("https://{host}/x", true),
            ("https://www.{host}", true),
            ("https://{country}.example.com?from={url|encode}", true),
            ("https://{a}", true),
            ("https://deploy-preview-:a--site.example/x", true),
            ("https://x:a.example.com/", true),
            ("https://pr-{query.a}.example.com/", true),
        ] {
            assert_eq!(rules(&redirect("/:a", to)).redirects[0].absolute, absolute, "{to}");
        }
    }

    #[test]
    fn the_host_is_never_up_to_the_viewer() {
        for (to, message) in [
            ("b", "write \"/b\""),
            (":a", "must not choose the host"),
            ("//b.example/", "cannot begin with"),
            ("/\\\\b.example/", "cannot begin with"),
            ("mailto:x@example.com", "http:// or https://"),
            ("https:///b", "no host"),
            ("https://x:a/", "a whole label"),
            ("https://:a-x/", "a whole label"),
            ("https://x_:a.example.com/", "a whole label"),
            ("https://x{host}.example.com/", "a whole label"),
            ("https://:a{country}/", "a whole label"),
            ("https://{host}.evil.example/", "a whole label"),
            ("https://{host}x/", "a whole label"),
            ("https://:a@example.com/", "a whole label"),
            ("https://{path}.example.com/", "cannot be part of a host"),
            ("https://a b.example.com/", "is not a host"),
            ("/a\\nb", "contains LF"),
            ("/x/../:a", "segment in a target"),
            ("/x/%2E./b", "segment in a target"),
            ("https://b.example/.", "segment in a target"),
        ] {
            let problem = crate::rules::testing::problems(&redirect("/:a", to));
            assert!(problem.iter().all(|it| it.starts_with("redirects[0].to: ")), "{to}: {problem:?}");
            assert!(problem.iter().any(|it| it.contains(message)), "{to}: {problem:?}");
        }
    }

    #[test]
    fn a_star_in_a_target_is_a_mistake() {
        assert_problem(&redirect("/a/*", "/b/*"), "redirects[0].to", "write \":splat\"");
        assert_eq!(rules(&redirect("/a", "/b/*")).redirects.len(), 1);
    }

    #[test]
    fn placeholders_must_be_captured() {
        assert_problem(&redirect("/a/:b", "/:c"), "redirects[0].to", "\":c\" is not captured by \"/a/:b\"");
        assert_problem(&redirect("*.css", "/:splat"), "redirects[0].to", "captures nothing");
        assert_problem(&redirect("/a", "/{device}"), "redirects[0].to", "unknown placeholder \"{device}\"");
    }

    #[test]
    fn rewrites_lead_to_paths() {
        let rewrite = |to: &str| format!(r#"{{ "rewrites": [{{ "from": "/a", "to": "{to}" }}] }}"#);
        assert_problem(&rewrite("https://b.example/"), "rewrites[0].to", "by \"origins\"");
        assert_problem(&rewrite("b"), "rewrites[0].to", "write \"/b\"");
        assert_problem(&rewrite("/b#c"), "rewrites[0].to", "fragment");
        assert_eq!(rules(&rewrite("/b?c=d")).rewrites.len(), 1);
    }

    /// RFC 3986 §3.2.2 and §3.2.3, of the names those that DNS can have.
    #[test]
    fn an_authority_is_a_host_and_a_port() {
        for (to, problem) in [
            ("https://{host}:844J", "\"844J\" is not a port"),
            ("https://a.example:65536/b", "\"65536\" is not a port"),
            ("https://[::1]8/b", "\"8\" is not a port"),
            ("https://a%2e.example/b", "\"a%2e.example\" is not a host"),
            ("https://a.example\\\\\\\\b", "is not a host"),
            ("https://:80/b", "the URL has no host"),
            ("https://{:}slug", "the URL has no host"),
        ] {
            assert_problem(&redirect("/a", to), "redirects[0].to", problem);
        }
        for to in ["https://a.example:8443", "https://[::1]:8/b", "https://{host}:/b", "https://user@a.example:1?b=c"] {
            rules(&redirect("/a", to));
        }
    }
}
