//! What every rule has, whatever its kind, and what is known of a kind.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use super::condition::Condition;
use super::part::Part;
use super::paths::Paths;
use super::reads::Reads;
use super::seen::Seen;
use super::template::Template;

/// A rule of any kind.
pub(crate) trait Rule {
    /// Which paths; `None` for every path.
    fn paths(&self) -> Option<&Paths>;

    /// What must hold.
    fn when(&self) -> Option<&Condition> {
        None
    }

    /// Calls `visit` with each template and its place in the rule: `to`, or `headers["X-A"]`.
    fn templates<'r>(&'r self, _visit: &mut VisitTemplates<'_, 'r>) {}

    /// The stage that `at` says.
    fn at(&self) -> Option<Stage> {
        None
    }

    /// The stage that other members settle, such as origin-response for a fallback.
    fn fixed(&self, _reads: &Reads<'_>) -> Option<Stage> {
        None
    }

    /// Whether it does nothing but keep later rules of its list from being tried.
    fn passes(&self) -> bool {
        false
    }

    /// Which message it acts on.
    fn on(&self) -> On {
        On::Request
    }

    /// What it keeps from someone, so that nothing may pass its stage where the engine fails: `answers 403`.
    fn guards(&self) -> Option<String> {
        None
    }

    /// Reports each member (empty for the whole rule) that has to look at the response, or takes something out of it.
    fn needs_response(&self, _reads: &Reads<'_>, _report: &mut dyn FnMut(&dyn Display, &str)) {}
}

/// What tools tell of a rule besides, and what compiles rules does not ask. Displayed, it is the rule in short, as a reader
/// of a trace recognises it.
pub(crate) trait Described: Rule + Display {
    /// Whether it acts only on some of the requests that it matches: by weight, or where a file exists.
    fn is_partial(&self) -> bool {
        false
    }
}

/// Which message a rule acts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum On {
    /// `"request"`: what goes to the origin.
    Request,
    /// `"response"`: what goes to the viewer.
    #[default]
    Response,
}

/// See [`Rule::templates`].
pub(crate) type VisitTemplates<'v, 'r> = dyn FnMut(&dyn Display, &'r Template) + 'v;

/// What a rule reads. `values_vary`: see [`Member`].
pub(crate) fn reads(rule: &dyn Rule, values_vary: bool) -> Reads<'_> {
    let mut reads = Reads::new(values_vary);
    each_read(rule, &mut |place, seen| reads.add(place.is_some(), seen));
    reads
}

/// Calls `f` with all that a rule reads: first its condition, then its templates, each with its place in the rule.
pub(crate) fn each_read<'r>(rule: &'r dyn Rule, f: &mut dyn FnMut(Option<&dyn Display>, Seen<'r>)) {
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

/// What is known of a kind of rules.
pub(crate) struct Member {
    /// The member of the document that has its rules.
    pub(crate) name: &'static str,
    /// Whether this is a list of rules, and not a single one.
    pub(crate) is_list: bool,
    /// Whether the first rule that matches wins; otherwise all that match act.
    pub(crate) first_match: bool,
    /// Which message the rules act on; those of the member that act on another are of another kind.
    pub(crate) on: On,
    /// Where the rules run.
    pub(crate) sides: Sides,
    /// Another stage at which each rule acts as well.
    pub(crate) also: Option<Stage>,
    /// Whether what its templates read decides which resource is sent, so that `Vary` names it.
    pub(crate) values_vary: bool,
}

impl Member {
    /// Where a rule stands.
    pub(crate) fn place(&'static self, number: usize) -> Place {
        Place { member: self, number }
    }
}

/// Where a rule stands: `redirects[3]`, or `html`.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    member: &'static Member,
    number: usize,
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.member.name)?;
        if self.member.is_list { write!(f, "[{}]", self.number) } else { Ok(()) }
    }
}

/// Where the rules of a kind may run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sides {
    /// For what only viewer stages see.
    pub(crate) viewer: Stage,
    /// For what only origin stages see.
    pub(crate) origin: Stage,
    /// Where a rule runs that reads nothing particular.
    pub(crate) usual: Stage,
}

impl Sides {
    /// Before the cache is looked up, unless a rule reads what is known only later.
    pub(crate) const EARLY: Sides =
        Sides { viewer: Stage::ViewerRequest, origin: Stage::OriginRequest, usual: Stage::ViewerRequest };
    /// Before the origin is asked, unless a rule reads what is known only before.
    pub(crate) const LATE: Sides = Sides { usual: Stage::OriginRequest, ..Sides::EARLY };

    /// At one stage, whatever the rules read.
    pub(crate) const fn only(stage: Stage) -> Sides {
        Sides { viewer: stage, origin: stage, usual: stage }
    }

    /// The one stage, if there is no other.
    pub(crate) fn single(self) -> Option<Stage> {
        (self.viewer == self.origin).then_some(self.usual)
    }
}
