//! What rules read of messages, and which stages can see it.

use std::fmt::Display;

use super::rule::Rule;
use super::template::Part;

/// Something of a message that a condition or a placeholder reads.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'r> {
    /// As messages call it: `country` of a condition, `{country}` of a template.
    pub(crate) what: &'static str,
    pub(crate) side: Side,
    /// The request header that holds it.
    pub(crate) header: Option<&'r str>,
}

/// Which stages see it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// All of them.
    Any,
    /// The viewer's: it is stripped or replaced after viewer-request.
    Viewer,
    /// The origin's: it is added after viewer-request.
    Origin,
    /// Those of the response.
    Response,
}

impl Seen<'_> {
    pub(crate) const fn any() -> Seen<'static> {
        Seen { what: "", side: Side::Any, header: None }
    }

    pub(crate) const fn viewer(what: &'static str) -> Seen<'static> {
        Seen { what, side: Side::Viewer, header: None }
    }

    pub(crate) const fn origin(what: &'static str) -> Seen<'static> {
        Seen { what, side: Side::Origin, header: None }
    }

    pub(crate) const fn response() -> Seen<'static> {
        Seen { what: "the response", side: Side::Response, header: None }
    }

    pub(crate) const fn of_header<'r>(what: &'static str, name: &'r str) -> Seen<'r> {
        Seen { what, side: Side::Viewer, header: Some(name) }
    }
}

/// What a rule reads, found once.
#[derive(Debug, Default)]
pub(crate) struct Reads<'r> {
    /// The first that only viewer stages see.
    pub(crate) viewer: Option<&'static str>,
    /// The first that only origin stages see.
    pub(crate) origin: Option<&'static str>,
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
    pub(crate) fn of(rule: &'r dyn Rule, values_vary: bool) -> Reads<'r> {
        let mut reads = Reads { values_vary, ..Reads::default() };
        each(rule, &mut |place, seen| {
            let in_template = place.is_some();
            match seen.side {
                Side::Any => {}
                Side::Viewer => reads.viewer = reads.viewer.or(Some(seen.what)),
                Side::Origin => reads.origin = reads.origin.or(Some(seen.what)),
                Side::Response => reads.response = true,
            }
            reads.in_templates |= in_template && matches!(seen.side, Side::Viewer | Side::Origin);
            reads.headers.extend(seen.header);
            if !in_template {
                reads.of_condition = reads.headers.len();
            }
        });
        reads
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

/// Calls `f` with all that a rule reads: first its condition, then its templates, each with its place in the rule.
pub(crate) fn each<'r>(rule: &'r dyn Rule, f: &mut dyn FnMut(Option<&dyn Display>, Seen<'r>)) {
    if let Some(when) = rule.when() {
        when.visit(&mut |subject, _| f(None, subject.about().seen));
    }
    rule.templates(&mut |place, template| {
        for part in &template.parts {
            if let Part::Fact { fact, .. } = part {
                f(Some(place), fact.seen());
            }
        }
    });
}
