//! A message after some of a stage's rules.

use http::{HeaderMap, request, response};
use selvedge_plan::Stage;

use crate::engine::{ChosenOrigin, Effects, Facts};
use crate::rules::NOTE_HEADER;

/// A message at a stage.
#[derive(Clone, Copy)]
pub(super) struct Message<'m> {
    pub(super) stage: Stage,
    pub(super) request: &'m request::Parts,
    pub(super) response: Option<&'m response::Parts>,
    pub(super) facts: &'m Facts,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// The path; at response stages the one that the origin is to be asked again for.
    pub(super) path: Option<String>,
    pub(super) query: Option<String>,
    pub(super) origin: Option<ChosenOrigin>,
    pub(super) status: Option<u16>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    pub(super) answered: bool,
    pub(super) is_request: bool,
}

impl State {
    pub(super) fn new(effects: Effects<'_>, message: &Message<'_>) -> State {
        let is_request = message.response.is_none();
        let uri = &message.request.uri;
        let query = || uri.query().unwrap_or_default().to_owned();
        let mut headers = effects.headers.into_owned();
        // The stages' own note is not a rule's doing.
        headers.remove(NOTE_HEADER);
        State {
            path: if is_request { effects.path.or_else(|| Some(uri.path().to_owned())) } else { effects.path },
            query: if is_request { effects.query.or_else(|| Some(query())) } else { effects.query },
            origin: effects.origin,
            status: effects.status.map(|status| status.as_u16()),
            headers,
            body: effects.body,
            answered: effects.answered,
            is_request,
        }
    }
}
