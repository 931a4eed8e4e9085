//! What a rule reads of messages.

use super::seen::{Seen, Side};

/// What a rule reads, found once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads<'r> {
    /// The first that only viewer stages see.
    pub(crate) viewer: Option<&'static str>,
    /// The first that only origin stages see.
    pub(crate) origin: Option<&'static str>,
    /// Whether there is something that tells viewers apart and that no `Vary` can name: the country, the device.
    pub(crate) unnamed: bool,
    /// Whether there is something of the response.
    pub(crate) response: bool,
    /// Whether a template reads more of the request than the path.
    pub(crate) in_templates: bool,
    /// The request headers: first those of the condition, then those of the templates.
    pub(crate) headers: Vec<&'r str>,
    of_condition: usize,
    values_vary: bool,
}

impl<'r> Reads<'r> {
    /// `values_vary`: see [`super::rule::Member`].
    pub(super) fn new(values_vary: bool) -> Reads<'r> {
        Reads { values_vary, ..Reads::default() }
    }

    /// The condition comes before the templates.
    pub(super) fn add(&mut self, in_template: bool, seen: Seen<'r>) {
        match seen.side {
            Side::Any => {}
            Side::Viewer => self.viewer = self.viewer.or(Some(seen.what)),
            Side::Origin => self.origin = self.origin.or(Some(seen.what)),
            Side::Response => self.response = true,
        }
        self.unnamed |= seen.side == Side::Origin && seen.what != "scheme";
        self.in_templates |= in_template && matches!(seen.side, Side::Viewer | Side::Origin);
        self.headers.extend(seen.header);
        if !in_template {
            self.of_condition = self.headers.len();
        }
    }

    /// The headers that `Vary` names where the rule is looked at.
    pub(crate) fn vary(&self) -> &[&'r str] {
        if self.values_vary { &self.headers } else { self.vary_by_condition() }
    }

    /// Those of them that the condition reads.
    pub(crate) fn vary_by_condition(&self) -> &[&'r str] {
        self.headers.get(..self.of_condition).unwrap_or_default()
    }
}
