//! What rules are for: their paths and conditions.

use crate::rules::{Condition, Model, Paths, Pattern};

/// Calls `f` with the place, the paths and the condition of every rule that has more than plain paths.
pub(crate) fn each_scope(rules: &Model, f: &mut impl FnMut(&str, &Paths, Option<&Condition>)) {
    macro_rules! lists {
        ($($list:ident . $paths:ident),*) => {$(
            for (at, rule) in rules.$list.iter().enumerate() {
                // The place is spelled out for the few rules that have something to say.
                if rule.when.is_some() || !rule.$paths.except.is_empty() || rule.$paths.patterns.iter().any(is_regex) {
                    f(&format!("{}[{at}]", stringify!($list)), &rule.$paths, rule.when.as_ref());
                }
            }
        )*};
    }
    lists!(
        responses.paths,
        redirects.from,
        experiments.paths,
        query.paths,
        origins.paths,
        rewrites.from,
        headers.paths,
        downloads.paths
    );
    for (at, rule) in rules.precompressed.iter().enumerate() {
        f(&format!("precompressed[{at}]"), &rule.paths, None);
    }
    if let Some(html) = &rules.html {
        f("html", &html.paths, None);
    }
}

fn is_regex(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::Regex { .. })
}
