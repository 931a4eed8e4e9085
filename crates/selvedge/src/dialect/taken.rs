//! The paths that answers are for, asked about what rewrites make.

use super::arrange::Later;
use super::route::literal;

/// Patterns of answers.
#[derive(Default)]
pub(super) struct Taken {
    literals: Later,
    expressions: Vec<regex_lite::Regex>,
}

impl Taken {
    pub(super) fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Taken {
        let mut taken = Taken::default();
        patterns.into_iter().for_each(|pattern| taken.add(pattern));
        taken
    }

    pub(super) fn add(&mut self, pattern: &str) {
        let name = (!pattern.starts_with(['/', '~'])).then(|| {
            // The name of a file, wherever it is.
            let parts: Vec<String> =
                pattern.split('*').map(|part| regex_lite::escape(&part.replace("{:}", ":"))).collect();
            format!("(?:^|/){}$", parts.join(".*"))
        });
        match name.as_deref().or_else(|| pattern.strip_prefix('~')) {
            Some(regex) => self.expressions.extend(regex_lite::Regex::new(regex)),
            None => self.literals.add(pattern),
        }
    }

    /// Whether a path may be one of them. Of a template, what stands for a part of the request is taken for any text, but for
    /// expressions: these see how the path of the request ends as well.
    pub(super) fn takes(&self, to: &str) -> bool {
        let path = to.split('?').next().unwrap_or_default();
        let Some(open) = path.find('{') else {
            return self.literals.may_take(&literal(path)) || self.expressions.iter().any(|it| it.is_match(path));
        };
        let begin = path.get(..open).unwrap_or_default();
        let end = path.rsplit('}').next().unwrap_or_default();
        self.literals.may_take(&format!("{}*", literal(begin)))
            || (!end.is_empty()
                && ["", "x", "x/"].iter().any(|between| {
                    let path = format!("{begin}{between}{end}");
                    self.expressions.iter().any(|it| it.is_match(&path))
                }))
    }
}
