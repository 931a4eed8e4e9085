//! Stages that look at nothing but how the path ends: `*.js`, and whether it is an archive already. What they decide can
//! be remembered by the endings alone, so that the path need not cross the border to the reader.

use selvedge_plan::heap::sort;
use selvedge_plan::layout::MAX_ENDINGS;

use crate::rules::{Paths, Pattern, Token};

/// The endings that a stage's decisions depend on, as far as its sections were written.
pub(super) struct Endings {
    /// `None` once they depend on more of the path.
    known: Option<Vec<String>>,
}

impl Endings {
    pub(super) fn new() -> Endings {
        Endings { known: Some(Vec::new()) }
    }

    /// What is decided depends on more.
    pub(super) fn give_up(&mut self) {
        self.known = None;
    }

    pub(super) fn add(&mut self, ending: &str) {
        if let Some(known) = &mut self.known {
            known.push(ending.to_owned());
        }
    }

    /// Adds what the patterns ask of a path's end, or gives up where they ask more.
    pub(super) fn add_paths(&mut self, paths: &Paths) {
        for pattern in paths.patterns.iter().chain(&paths.except) {
            match pattern {
                _ if pattern.is_every_path() => {}
                Pattern::Path { anchored: false, tokens, .. } if !paths.ignore_case => match tokens.as_slice() {
                    [Token::Splat(_), Token::Literal(ending)] if !ending.contains('/') => {
                        self.add(ending);
                        // One trailing slash is ignored.
                        self.add(&format!("{ending}/"));
                    }
                    _ => self.give_up(),
                },
                _ => self.give_up(),
            }
        }
    }

    /// Each of them once, unless there are too many.
    pub(super) fn finish(self) -> Option<Vec<String>> {
        let known = self.known?;
        let mut endings: Vec<&str> = known.iter().map(String::as_str).collect();
        sort(&mut endings, |a, b| a < b);
        endings.dedup();
        (endings.len() <= MAX_ENDINGS).then(|| endings.into_iter().map(str::to_owned).collect())
    }
}
