//! The engine over the `http` crate: the reader's decisions, applied to `request::Parts` and `response::Parts`.

mod apply;
mod edits;
mod facts;
mod host;
mod origin;
mod pass;
mod room;
mod view;
#[cfg(feature = "trace")]
mod watch;

use std::fmt;
use std::sync::Arc;

use http::{HeaderName, Method, Response, StatusCode, Uri, request, response};
use selvedge_plan::layout::{FOREIGN_NOTE, USES_ACCEPT};
use selvedge_plan::{Decision, Event, InvalidPlan, Reader, Scratch};

use crate::compile::compile_model;
use crate::diagnostic::{Cause, Diagnostics};
use crate::platform::Target;
use crate::rules::{Model, NOTE_HEADER, Rules};
use crate::stage::Stage;
use apply::{Finished, Judged};
use edits::Edits;
use room::Room;

pub(crate) use apply::Effects;
#[cfg(feature = "tower")]
pub(crate) use apply::with_target;
pub use facts::Facts;
#[cfg(feature = "tower")]
pub(crate) use host::host;
pub use origin::ChosenOrigin;
#[cfg(feature = "trace")]
pub(crate) use pass::ask_whole;
pub use pass::{Entered, Outcome, Pass};

/// Working memory of one decision at most, in bytes.
const MAX_SCRATCH: usize = 16 << 20;

/// The note that stages leave for each other.
static NOTE: HeaderName = HeaderName::from_static(NOTE_HEADER);

/// A reader whose clones share the plan.
type PlanReader = Reader<Arc<[u8]>>;

/// Rules at work: one plan, the four stages of a request. A clone shares the plan.
///
/// ```
/// use http::{Request, Response};
/// use selvedge::{Engine, Facts, Flow, Platform, Rules};
///
/// let rules: Rules = serde_json::from_str(r#"{
///     "redirects": [{ "from": "/old/*", "to": "/new/:splat" }],
///     "headers":   [{ "for": "/*", "remove": ["x-amz-meta-*"], "set": { "Referrer-Policy": "same-origin" } }]
/// }"#)?;
/// let engine = Engine::new(&rules, Platform::Fetch)?;
/// let facts = Facts::new();
///
/// let (mut request, ()) = Request::get("https://example.org/old/page").body(())?.into_parts();
/// let Flow::Answer(answer) = engine.viewer_request(&mut request, &facts) else { unreachable!() };
/// assert_eq!(answer.status(), 301);
/// assert_eq!(answer.headers()["location"], "/new/page");
///
/// let (mut response, ()) = Response::builder().header("x-amz-meta-owner", "me").body(())?.into_parts();
/// let (request, ()) = Request::get("https://example.org/page").body(())?.into_parts();
/// let reply = engine.origin_response(&request, &mut response, &facts);
/// assert!(reply.body.is_none(), "the origin's body goes on as it is");
/// assert!(!response.headers.contains_key("x-amz-meta-owner"));
/// assert_eq!(response.headers["referrer-policy"], "same-origin");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    reader: PlanReader,
    edits: Arc<Edits>,
    has_fallbacks: bool,
}

/// How a request goes on.
#[derive(Debug)]
#[must_use]
pub enum Flow {
    /// On to the next stage; at origin-request with the origin that a rule chose.
    Continue(Option<ChosenOrigin>),
    /// A rule answered. `security` and `headers` are applied; the request goes no further.
    Answer(Response<Vec<u8>>),
}

/// What a response stage wants beyond changes to the response's head.
#[derive(Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct Reply {
    /// The body to send instead of the origin's; empty means none.
    pub body: Option<Vec<u8>>,
    /// A fallback rewrite, of GET and HEAD only: drop this response, ask the origin again with this URI, and apply
    /// origin-response to its answer. The second response is final.
    pub ask_again: Option<Uri>,
    /// With `ask_again`: what a 200 of the second answer becomes in the end, such as 404 for an error page.
    pub ask_again_status: Option<StatusCode>,
}

impl Engine {
    /// Compiles `rules` and reads the plan.
    ///
    /// # Errors
    ///
    /// Everything in the rules that the platform does not allow.
    pub fn new(rules: &Rules, target: impl Into<Target>) -> Result<Engine, Diagnostics> {
        Engine::of_model(rules.model(), target)
    }

    pub(crate) fn of_model(rules: &Model, target: impl Into<Target>) -> Result<Engine, Diagnostics> {
        Engine::of_new_plan(compile_model(rules, target.into())?)
    }

    /// Reads a plan that was just compiled: what is wrong with it is wrong with its rules.
    pub(crate) fn of_new_plan(plan: Vec<u8>) -> Result<Engine, Diagnostics> {
        Engine::from_plan(plan).map_err(|invalid| {
            let mut problems = Diagnostics::new();
            problems.push("invalid-pattern", "rules", invalid.to_string(), "report this: what compiles can be read");
            problems.caused_by(Cause::Plan(invalid))
        })
    }

    /// Reads a plan that was compiled before.
    ///
    /// # Errors
    ///
    /// [`InvalidPlan`] says why the bytes are not a plan of this version.
    pub fn from_plan(plan: impl Into<Arc<[u8]>>) -> Result<Engine, InvalidPlan> {
        let reader = Reader::load(plan.into())?;
        let has_fallbacks = reader.plan().has_fallbacks();
        Ok(Engine { reader, edits: Arc::new(Edits::new()), has_fallbacks })
    }

    /// The plan's bytes, to store or to send to another runtime.
    pub fn plan(&self) -> &[u8] {
        self.reader.plan().as_bytes()
    }

    /// The plan, to look into.
    #[cfg(feature = "trace")]
    pub(crate) fn read_plan(&self) -> selvedge_plan::Plan<'_> {
        self.reader.plan()
    }

    /// The stage before the cache is looked up. Changes the request, or answers it.
    pub fn viewer_request(&self, request: &mut request::Parts, facts: &Facts) -> Flow {
        self.request_stage(Stage::ViewerRequest, request, facts, &mut self.plainly())
    }

    /// The stage before the origin is asked, on a cache miss. Changes the request, chooses an origin, or answers.
    pub fn origin_request(&self, request: &mut request::Parts, facts: &Facts) -> Flow {
        self.request_stage(Stage::OriginRequest, request, facts, &mut self.plainly())
    }

    /// The stage before the origin's response is cached. `request` is the one that the origin was asked.
    pub fn origin_response(&self, request: &request::Parts, response: &mut response::Parts, facts: &Facts) -> Reply {
        self.response_stage(Stage::OriginResponse, request, response, facts, &mut self.plainly())
    }

    /// The stage before the response goes to the viewer.
    pub fn viewer_response(&self, request: &request::Parts, response: &mut response::Parts, facts: &Facts) -> Reply {
        self.response_stage(Stage::ViewerResponse, request, response, facts, &mut self.plainly())
    }

    /// How stages decide where nobody watches.
    pub(crate) fn plainly(&self) -> impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision {
        |stage, event, scratch| self.reader.decide(stage, event, scratch)
    }

    /// A request stage. The reader is asked by `read`.
    pub(crate) fn request_stage(
        &self,
        stage: Stage,
        request: &mut request::Parts,
        facts: &Facts,
        read: &mut impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision,
    ) -> Flow {
        let plan = self.reader.plan();
        if !plan.uses(stage) {
            return Flow::Continue(None);
        }
        let finished = room::with(|room| {
            let decision = self.decide(room, stage, request, None, facts, read);
            let mut effects = Effects::of_request(request);
            self.apply(&mut effects, stage, decision, room);
            effects.finish(request, plan.max_uri())
        });
        match finished {
            Finished::Continue { uri, headers, origin } => {
                if let Some(uri) = uri {
                    request.uri = uri;
                }
                if let Some(headers) = headers {
                    request.headers = headers;
                }
                Flow::Continue(origin)
            }
            Finished::Answer { status, headers, body } => {
                let (mut head, ()) = Response::new(()).into_parts();
                (head.status, head.headers) = (status, headers);
                Flow::Answer(self.answer(stage, request, facts, (head, body), read))
            }
        }
    }

    /// A generated answer with the header rules of the response stages that will not see it.
    fn answer(
        &self,
        stage: Stage,
        request: &request::Parts,
        facts: &Facts,
        (mut head, body): (response::Parts, Vec<u8>),
        read: &mut impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision,
    ) -> Response<Vec<u8>> {
        let stage = if stage == Stage::ViewerRequest { Stage::ViewerRequestAnswer } else { Stage::OriginRequestAnswer };
        let reply = self.response_stage(stage, request, &mut head, facts, read);
        let body = reply.body.or_else(|| has_body(request, head.status).then_some(body));
        Response::from_parts(head, body.unwrap_or_default())
    }

    /// A response stage. The reader is asked by `read`.
    pub(crate) fn response_stage(
        &self,
        stage: Stage,
        request: &request::Parts,
        response: &mut response::Parts,
        facts: &Facts,
        read: &mut impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision,
    ) -> Reply {
        self.response_judged(stage, request, response, facts, Judged::Whole, read)
    }

    /// A response stage for a page at `file` in place of what is missing. The reader is asked by `read` for the viewer's path.
    pub(crate) fn page_stage(
        &self,
        stage: Stage,
        request: &request::Parts,
        file: &Uri,
        response: &mut response::Parts,
        facts: &Facts,
        read: &mut impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision,
    ) -> Reply {
        let mut of_file = request.clone();
        of_file.uri = file.clone();
        let blocked = self.response_judged(stage, &of_file, response, facts, Judged::ByFile, &mut self.plainly());
        if blocked.body.is_some() {
            return blocked;
        }
        self.response_judged(stage, request, response, facts, Judged::ByPath, read)
    }

    fn response_judged(
        &self,
        stage: Stage,
        request: &request::Parts,
        response: &mut response::Parts,
        facts: &Facts,
        judged: Judged,
        read: &mut impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision,
    ) -> Reply {
        if !self.reader.plan().uses(stage) {
            return Reply::default();
        }
        let reply = room::with(|room| {
            let decision = self.decide(room, stage, request, Some(response), facts, read);
            let mut effects = Effects::taken_from(stage, response, judged);
            self.apply(&mut effects, stage, decision, room);
            effects.finish_response(request, response)
        });
        let has_body = has_body(request, response.status);
        Reply { body: reply.body.map(|body| if has_body { body } else { Vec::new() }), ..reply }
    }

    /// Its words and texts are in the room.
    fn decide(
        &self,
        room: &mut Room,
        stage: Stage,
        request: &request::Parts,
        response: Option<&response::Parts>,
        facts: &Facts,
        read: &mut impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision,
    ) -> Decision {
        let plan = self.reader.plan();
        view::write(&mut room.text, plan, stage, request, response, facts);
        let mut accept = 0;
        if plan.stage_flags(stage) & USES_ACCEPT != 0 {
            let header = view::lines(&request.headers, "accept-encoding");
            accept = Event::accept(header.as_deref(), request.method.as_str().as_bytes());
        }
        let status = response.map_or(0, |response| u32::from(response.status.as_u16()));
        room.fit(4096.max(4 * room.text.len()), plan.output_words());
        loop {
            let Room { text, bytes, words } = room;
            let mut scratch = Scratch { bytes, words, base: 0 };
            match read(stage, Event { text, accept, status }, &mut scratch) {
                Decision::Grow if room.bytes.len() <= MAX_SCRATCH => room.fit(2 * room.bytes.len(), 0),
                decision => return decision,
            }
        }
    }

    /// Adds what a decision does, by the words and texts in the room.
    fn apply(&self, effects: &mut Effects<'_>, stage: Stage, decision: Decision, room: &Room) {
        let plan = self.reader.plan();
        match decision {
            Decision::Unchanged => {}
            Decision::Ops(list) => effects.list(self, list),
            Decision::Words(count) => effects.words(self, room.words.get(..count).unwrap_or_default(), &room.bytes),
            // No compiler made such a plan.
            _ if plan.blocks(stage) => effects.block(),
            _ if plan.stage_flags(stage) & FOREIGN_NOTE != 0 => effects.forget_note(),
            _ => {}
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("plan", &format_args!("{} bytes", self.plan().len())).finish()
    }
}

/// RFC 9110 §6.4.1.
fn has_body(request: &request::Parts, status: StatusCode) -> bool {
    request.method != Method::HEAD && !selvedge_plan::is_bodiless(status.as_u16())
}
