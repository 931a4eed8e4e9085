//! Which rewrites of a file come after one, and how they act: the first that matches is the last word, whatever its server answers.

use super::{destination, is_proxy, source};
use crate::dialect::route::beginning;
use crate::rules::Value;

/// How a rewrite acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acts {
    /// Another server is asked.
    Proxy,
    /// A path of the site, where the origin has said that there is no file.
    Late,
    /// In another way.
    Otherwise,
}

/// The rewrites, or the routes, of a file: how each acts, and the folder that all its paths are in.
#[derive(Default)]
pub(super) struct Order(Vec<(Acts, String)>);

impl Order {
    /// Of items, and whether each comes after files that are not known.
    pub(super) fn new<'v>(items: impl Iterator<Item = (&'v Value, bool)>) -> Order {
        let acts = |item: &Value, late: bool| match destination(item) {
            Some(Value::String(_)) if is_proxy(item) => Acts::Proxy,
            Some(_) if late => Acts::Late,
            _ => Acts::Otherwise,
        };
        let folder = |item: &Value| match source(item) {
            Some(Value::String(source)) => beginning(source).to_ascii_lowercase(),
            _ => "/".to_owned(),
        };
        Order(items.map(|(item, late)| (acts(item, late), folder(item))).collect())
    }

    /// Whether a later one that acts so may be for a path of the one at `position`.
    pub(super) fn has_after(&self, position: usize, acts: Acts) -> bool {
        let Some((_, own)) = self.0.get(position) else { return false };
        let meets = |folder: &String| folder.starts_with(own) || own.starts_with(folder);
        self.0.iter().skip(position + 1).any(|(other, folder)| *other == acts && meets(folder))
    }
}
