//! "Did you mean": the candidate that a mistyped name is nearest to.

/// Names that other tools use for what rules call differently.
const FOREIGN: &[(&str, &[&str])] = &[
    ("for", &["from"]),
    ("from", &["for"]),
    ("source", &["from", "for"]),
    ("path", &["from", "for"]),
    ("pattern", &["from", "for"]),
    ("match", &["from", "for"]),
    ("destination", &["to"]),
    ("target", &["to"]),
    ("location", &["to"]),
    ("if", &["when"]),
    ("condition", &["when"]),
    ("conditions", &["when"]),
    ("has", &["when"]),
    ("code", &["status"]),
    ("statuscode", &["status"]),
    ("permanent", &["status"]),
    ("exclude", &["except"]),
    ("ignore", &["except"]),
    ("unless", &["except", "not"]),
    ("stage", &["at"]),
    ("trigger", &["at"]),
    ("casesensitive", &["ignoreCase"]),
    ("caseinsensitive", &["ignoreCase"]),
    ("or", &["any"]),
    ("querystring", &["query"]),
    ("ttl", &["maxAge"]),
    ("add", &["append"]),
    ("delete", &["remove"]),
    ("unset", &["remove"]),
    ("rules", &["redirects"]),
];

/// The candidate that `name` was probably meant to be.
pub(crate) fn suggest<'c>(name: &str, candidates: impl Iterator<Item = &'c str> + Clone) -> Option<&'c str> {
    for errors in 0..=(name.len() / 3).clamp(1, 3) {
        let mut near = candidates.clone().filter(|candidate| {
            // In a name of one or two letters, one other letter is another name.
            errors == 0 || candidate.len() > 2 || name.len() > 2
        });
        if let Some(found) = near.find(|it| within(name.as_bytes(), it.as_bytes(), errors)) {
            return Some(found);
        }
        if errors == 0
            && let Some((_, meant)) = FOREIGN.iter().find(|(foreign, _)| foreign.eq_ignore_ascii_case(name))
            && let Some(found) = meant.iter().find_map(|meant| candidates.clone().find(|it| it == meant))
        {
            return Some(found);
        }
    }
    None
}

/// Whether this many insertions, deletions, substitutions and swaps of neighbours lead from `a` to `b`; case does not count.
pub(crate) fn within(a: &[u8], b: &[u8], errors: usize) -> bool {
    if a.len().abs_diff(b.len()) > errors {
        return false;
    }
    let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_first(), b.split_first()) else { return true };
    // Nothing is gained by changing what is the same.
    if x.eq_ignore_ascii_case(y) {
        return within(a_rest, b_rest, errors);
    }
    let Some(left) = errors.checked_sub(1) else { return false };
    let swapped = match (a, b) {
        ([x, y, a_rest @ ..], [v, w, b_rest @ ..]) if x.eq_ignore_ascii_case(w) && y.eq_ignore_ascii_case(v) => {
            within(a_rest, b_rest, left)
        }
        _ => false,
    };
    swapped || within(a_rest, b_rest, left) || within(a_rest, b, left) || within(a, b_rest, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["from", "to", "status", "when", "except", "ignoreCase", "at"];
        for (name, meant) in [
            ("form", Some("from")),
            ("From", Some("from")),
            ("stauts", Some("status")),
            ("ignorecase", Some("ignoreCase")),
            ("excpt", Some("except")),
            ("source", Some("from")),
            ("destination", Some("to")),
            ("for", Some("from")),
            ("it", None),
            ("banana", None),
        ] {
            assert_eq!(suggest(name, known.into_iter()), meant, "{name}");
        }
    }
}
