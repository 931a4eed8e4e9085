//! What routes take from those after them, whoever asks.

use super::route_parts::src;
use crate::dialect::route::beginning;
use crate::rules::Value;

#[derive(Default)]
pub(super) struct Earlier {
    /// Paths where no later route answers.
    pub(super) taken: Vec<Value>,
    /// The folders of routes that do not act on all their paths.
    unsure: Vec<String>,
}

impl Earlier {
    /// `acts` says whether the route acts on all its paths.
    pub(super) fn add(&mut self, from: Value, item: &Value, acts: bool) {
        if acts {
            self.taken.push(from);
        } else {
            self.unsure.push(folder(item));
        }
    }

    /// Whether a route that does not act on all its paths may be for some of this one.
    pub(super) fn may_leave(&self, item: &Value) -> bool {
        let own = folder(item);
        self.unsure.iter().any(|folder| folder.starts_with(&own) || own.starts_with(folder))
    }
}

fn folder(item: &Value) -> String {
    beginning(src(item)).to_ascii_lowercase()
}
