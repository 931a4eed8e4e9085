//! What ops say of headers, in the types of messages: made once, for the ops that come up.

use std::sync::OnceLock;

use http::{HeaderName, HeaderValue};
use selvedge_plan::{Plan, layout::op};

/// The header of an op and its lines.
#[derive(Debug)]
pub(super) struct Edit {
    /// Where in the plan the op is.
    pub(super) at: u32,
    /// `None`: the name of no header.
    pub(super) name: Option<HeaderName>,
    pub(super) values: Vec<HeaderValue>,
    /// What a decision gives to a replacement.
    pub(super) given: Option<String>,
}

impl Edit {
    /// Of the op at `at` with the value `text`.
    pub(super) fn new(plan: Plan<'_>, at: u32, text: &str) -> Edit {
        let name = plan.str(plan.word(at, 1), plan.word(at, 2));
        let lines = text.split('\n').filter_map(|line| HeaderValue::from_bytes(line.as_bytes()).ok());
        let given = (plan.word(at, 0) & 0xFF == op::REPLACE).then(|| text.to_owned());
        Edit { at, name: HeaderName::from_bytes(name.as_bytes()).ok(), values: lines.collect(), given }
    }

    /// Of an op whose value is in the plan.
    fn constant(plan: Plan<'_>, at: u32) -> Edit {
        Edit { given: None, ..Edit::new(plan, at, plan.str(plan.word(at, 3), plan.word(at, 4))) }
    }
}

/// Edits of constant ops. Each op has one place, and the first that asks for a place keeps it: memory is bounded, and the few
/// ops of most rules are all kept.
#[derive(Debug)]
pub(super) struct Edits {
    places: [OnceLock<Edit>; Edits::PLACES],
}

impl Edits {
    const PLACES: usize = 64;

    pub(super) fn new() -> Edits {
        Edits { places: [const { OnceLock::new() }; Edits::PLACES] }
    }

    /// Hands the edit of the constant op at `at` to `run`.
    pub(super) fn with<T>(&self, plan: Plan<'_>, at: u32, run: impl FnOnce(&Edit) -> T) -> T {
        let place = at as usize / (4 * op::WORDS as usize) % Edits::PLACES;
        let kept = self.places.get(place).map(|place| place.get_or_init(|| Edit::constant(plan, at)));
        match kept.filter(|edit| edit.at == at) {
            Some(edit) => run(edit),
            None => run(&Edit::constant(plan, at)),
        }
    }
}
