//! Redirects that lead to their own path but for a slash at its end. Rules take a redirect to the request itself for none; the
//! vendors send it, in circles.

/// How a redirect leads to what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// Also in other letters.
    OtherCase,
    /// With a slash at the end, or without one.
    Slash(bool),
}

/// A pattern and a target, both as rules have them.
pub(super) fn own(pattern: &str, target: &str) -> Option<Own> {
    let target = target.split('#').next().unwrap_or_default();
    let named = target.replace("{:}", "\0").replace('{', ":").replace('}', "").replace('\0', "{:}");
    let bare = |path: &str| path.trim_end_matches('/').to_owned();
    let (pattern, path) = (bare(&pattern.replace('*', ":splat")), bare(&named));
    if target.contains("{{") || target.len() < 2 && pattern.is_empty() {
        return None;
    }
    match pattern == path {
        true => Some(Own::Slash(target.ends_with('/'))),
        false => pattern.eq_ignore_ascii_case(&path).then_some(Own::OtherCase),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_more_or_less_is_seen() {
        for (pattern, target, expected) in [
            ("/about", "/about/", Some(Own::Slash(true))),
            ("/about/", "/about#top", Some(Own::Slash(false))),
            ("/p/:id/", "/p/{id}", Some(Own::Slash(false))),
            ("/d/*", "/d/:splat/", Some(Own::Slash(true))),
            ("/About", "/about", Some(Own::OtherCase)),
            ("/", "/", None),
            ("/a", "/a/?b=1", None),
            ("/a", "https://x.example/a/", None),
            ("/a", "/b", None),
        ] {
            assert_eq!(own(pattern, target), expected, "{pattern} {target}");
        }
    }
}
