//! Whether a rule acts on all paths that it is for. Where it does not, the rules after it are looked at, which a vendor never does: a
//! guard keeps the paths of such a rule.

use super::arrange::beginning;
use super::line::split_url;
use crate::rules::pattern::normalise;

/// Whether any request fits into a target: a value of one may be no host, or make a dot segment.
pub(super) fn fits_always(to: &str) -> bool {
    let text = to.replace("{:}", "").replace("{{", "").replace("}}", "");
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (place, query) = text.split_at(end);
    // Besides places where any value fits, these need a host.
    let needs_host = ["{host", "{url", ":host", ":url"].iter().any(|name| query.contains(name));
    let mut after_colon = place.split(':').skip(1).map(|rest| rest.chars().next());
    let has_name = after_colon.any(|first| first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_'));
    !needs_host && !place.contains('{') && !has_name
}

/// Whether a redirect acts on every path of its patterns: it never leads to the request itself, whatever host that has.
pub(super) fn leads_always<'p>(patterns: impl IntoIterator<Item = &'p str>, to: &str, exact_slash: bool) -> bool {
    let path = split_url(to).map_or(to, |(_, _, rest)| rest).replace("{:}", ":");
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let path = normalise(&path).unwrap_or(path);
    fits_always(to)
        && !path.contains(['%', '{'])
        && !path.contains("//")
        && !patterns.into_iter().any(|pattern| may_match(pattern, &path, exact_slash))
}

/// Whether a pattern may match a path, whatever its case.
fn may_match(pattern: &str, path: &str, exact_slash: bool) -> bool {
    if let Some(regex) = pattern.strip_prefix('~') {
        let regex = regex_lite::RegexBuilder::new(regex).case_insensitive(true).build();
        let bare = path.trim_end_matches('/');
        return regex.map_or(true, |regex| {
            regex.is_match(path) || !exact_slash && (regex.is_match(bare) || regex.is_match(&format!("{bare}/")))
        });
    }
    let (begin, is_exact) = beginning(&pattern.to_ascii_lowercase());
    let is_folder = pattern.split([':', '*', '{']).next().is_some_and(|text| text.ends_with('/'));
    let path = path.to_ascii_lowercase();
    match (is_exact, path.strip_prefix(&begin)) {
        (_, None) => false,
        // What the pattern begins with is without a slash at its end here.
        (false, Some(rest)) => !is_folder || rest.is_empty() || rest.starts_with('/'),
        (true, Some(rest)) if exact_slash => (rest == "/") == pattern.ends_with('/') && matches!(rest, "" | "/"),
        (true, Some(rest)) => matches!(rest, "" | "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_a_request_may_not_fit() {
        for (to, fits) in [
            ("/new", true),
            ("/a{:}b", true),
            ("/a{{b}}", true),
            ("https://z.example:8080/new?x={1}", true),
            ("/new?x={splat}#{query}", true),
            ("/new?next={url|encode}", false),
            ("/new/{splat}", false),
            ("/new/:splat", false),
            ("https://{1}.z.example/", false),
            ("https://{host}/new", false),
            ("{path}", false),
        ] {
            assert_eq!(fits_always(to), fits, "{to}");
        }
    }

    #[test]
    fn a_redirect_may_lead_to_the_request() {
        for (pattern, to, leads) in [
            ("/b/*", "/b/index.html", false),
            ("/B/*", "/b/index.html", false),
            ("/b*", "https://z.example/b", false),
            ("/b/*", "/c", true),
            ("/b/*", "/bc", true),
            ("/b/*", "/b", false),
            ("/b/:x", "/b/c", false),
            ("/*", "https://z.example", false),
            ("/b", "/b", false),
            ("/b", "/b/", true),
            ("/b/", "/b/", false),
            ("/b", "/bc", true),
            ("~^/b/.*$", "/b/index.html", false),
            ("~^/b/.*$", "/c/index.html", true),
            ("~(?=x)", "/c", false),
            ("*.html", "/c.html", false),
            ("/b/*", "/%62/c", false),
            ("/c", "/%2fc", false),
        ] {
            assert_eq!(leads_always([pattern], to, true), leads, "{pattern} {to}");
        }
        assert!(!leads_always(["/b"], "/b/", false));
        assert!(!leads_always(["~^/b$"], "/b/", false));
    }
}
