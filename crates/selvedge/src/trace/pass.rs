//! One request on its way through the stages: the engine decides, and says what becomes of each rule.

use http::{Response, StatusCode, Uri, request, response};

use super::change::{Body, changes, request_head, response_head};
use super::compiled::Compiled;
use super::exchange::Messages;
use super::model::{RequestHead, StageTrace, Trace};
use super::platform_side::{origin_side, viewer_side};
use super::stage::{Explained, explain_stage};
use super::state::{Message, State};
use crate::engine::{ChosenOrigin, Engine, Facts, Flow, ask_whole};
use crate::platform::Target;
use crate::rules::NOTE_HEADER;
use crate::stage::Stage;

/// Says what the engine does to a message at a stage.
pub(super) trait Explains {
    /// Whether anybody reads what the stages did. Of millions of requests nobody does, and writing the messages out takes long.
    const IS_READ: bool;

    /// What is to be told of the stage, and what became of the message.
    fn explain(&self, message: Message<'_>) -> (StageTrace, State);
}

/// Follows the messages from the viewer to the origin and back.
pub(super) fn follow(
    engine: &Engine,
    explains: impl Explains,
    target: Target,
    messages: Messages,
    body: Option<String>,
) -> Trace {
    let Messages { request, response, facts } = messages;
    Pass { engine, explains, target, facts: &facts, page: None, stages: Vec::new() }.run(request, response, body)
}

/// One request on its way.
struct Pass<'p, E> {
    engine: &'p Engine,
    explains: E,
    target: Target,
    facts: &'p Facts,
    /// The page in place of what is missing, if it has no status of its own.
    page: Option<Uri>,
    stages: Vec<StageTrace>,
}

/// A response and its body.
type Answer = (response::Parts, Body);

/// What a request stage came to.
struct Passed {
    chosen: Option<ChosenOrigin>,
    answer: Option<Answer>,
}

impl<E: Explains> Pass<'_, E> {
    fn run(mut self, viewer: request::Parts, mut response: response::Parts, body: Option<String>) -> Trace {
        let mut request = viewer.clone();
        viewer_side(&self.target.table(), &mut request, self.facts);
        if let Some(answer) = self.request_stage(Stage::ViewerRequest, &mut request).answer {
            for stage in [Stage::OriginRequest, Stage::OriginResponse, Stage::ViewerResponse] {
                self.skip(stage, "viewer-request answered");
            }
            return self.finish(&viewer, None, answer);
        }
        let left = request.clone();
        origin_side(&self.target.table(), &mut request, self.facts);
        let Passed { chosen, answer } = self.request_stage(Stage::OriginRequest, &mut request);
        let mut asked = None;
        let mut body = Body::Origin(body);
        match answer {
            Some((head, made)) => {
                (response, body) = (head, made);
                self.skip(Stage::OriginResponse, "origin-request answered");
            }
            None => {
                asked = Some(request_head(&request, chosen.as_ref()));
                let again = self.response_stage(Stage::OriginResponse, &request, &mut response, &mut body);
                if let Some((uri, page_status)) = again {
                    // The note speaks of a variant that is not asked for now; rules see the path that the viewer asked for.
                    request.headers.remove(NOTE_HEADER);
                    if page_status.is_some() {
                        ask_whole(&mut request.headers);
                    }
                    let path = uri.path().to_owned();
                    self.page = page_status.is_none().then(|| uri.clone());
                    let mut asks = request.clone();
                    asks.uri = uri;
                    asked = Some(request_head(&asks, chosen.as_ref()));
                    request.uri = left.uri.clone();
                    (response, _) = Response::new(()).into_parts();
                    body = Body::Origin(None);
                    // What the page stands for is what rules on it see.
                    response.status = page_status.unwrap_or(response.status);
                    self.response_stage(Stage::OriginResponse, &request, &mut response, &mut body);
                    if let Some(stage) = self.stages.last_mut() {
                        let sent =
                            page_status.map_or_else(String::new, |status| format!(", sent as {}", status.as_u16()));
                        stage.remarks.push(format!("asked again for {path}, which is taken to be there: 200{sent}"));
                        stage.response = E::IS_READ.then(|| response_head(&response, &body));
                    }
                }
            }
        }
        self.response_stage(Stage::ViewerResponse, &left, &mut response, &mut body);
        self.finish(&viewer, asked, (response, body))
    }

    fn finish(self, viewer: &request::Parts, asked: Option<RequestHead>, (response, body): Answer) -> Trace {
        Trace {
            platform: self.target.platform().name(),
            request: request_head(viewer, None),
            stages: self.stages,
            asked,
            response: response_head(&response, &body),
            missing_page: None,
            left_out: Vec::new(),
        }
    }

    fn skip(&mut self, stage: Stage, why: &str) {
        self.stages.push(StageTrace { skipped: Some(why.to_owned()), ..empty(stage) });
    }

    /// A request stage: its rules, and then what the engine makes of the request.
    fn request_stage(&mut self, stage: Stage, request: &mut request::Parts) -> Passed {
        let before = request.clone();
        let (mut trace, real) =
            self.explains.explain(Message { stage, request: &before, response: None, facts: self.facts });
        let flow = if stage == Stage::ViewerRequest {
            self.engine.viewer_request(request, self.facts)
        } else {
            self.engine.origin_request(request, self.facts)
        };
        let result = match flow {
            Flow::Continue(chosen) => {
                let unchanged = request.uri == before.uri && request.headers == before.headers;
                let wanted = real.path.as_deref() != Some(before.uri.path())
                    || real.query.as_deref() != Some(before.uri.query().unwrap_or_default());
                if unchanged && wanted {
                    trace.remarks.push(
                        "the changed URL would be longer than the platform takes, so the request stays as it was"
                            .into(),
                    );
                }
                trace.request = E::IS_READ.then(|| request_head(request, chosen.as_ref()));
                Passed { chosen, answer: None }
            }
            Flow::Answer(given) => {
                let (head, body) = given.into_parts();
                self.after_answer(stage, &before, &real, &mut trace);
                let body = Body::Rule(body);
                trace.response = E::IS_READ.then(|| response_head(&head, &body));
                Passed { chosen: None, answer: Some((head, body)) }
            }
        };
        self.stages.push(trace);
        result
    }

    /// The header rules that act on an answer at once.
    fn after_answer(&self, stage: Stage, request: &request::Parts, answer: &State, trace: &mut StageTrace) {
        let (mut head, ()) = Response::new(()).into_parts();
        head.status = answer.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
        head.headers = answer.headers.clone();
        let stage = if stage == Stage::ViewerRequest { Stage::ViewerRequestAnswer } else { Stage::OriginRequestAnswer };
        let (mut after, _) =
            self.explains.explain(Message { stage, request, response: Some(&head), facts: self.facts });
        for step in &mut after.steps {
            step.on_answer = true;
        }
        trace.steps.extend(after.steps);
        trace.remarks.extend(after.remarks);
    }

    /// A response stage; the URI that the origin is to be asked again for, and the status that its 200 becomes.
    fn response_stage(
        &mut self,
        stage: Stage,
        request: &request::Parts,
        response: &mut response::Parts,
        body: &mut Body,
    ) -> Option<(Uri, Option<StatusCode>)> {
        let before = response.clone();
        let (mut trace, _) =
            self.explains.explain(Message { stage, request, response: Some(&before), facts: self.facts });
        let reply = match &self.page {
            None => self.engine.response_stage(stage, request, response, self.facts),
            Some(page) => {
                trace.remarks.push(format!("what caches are told of the page is what rules say of {}", page.path()));
                self.engine.page_stage(stage, request, page, response, self.facts)
            }
        };
        if let Some(made) = reply.body {
            *body = Body::Rule(made);
        }
        trace.response = E::IS_READ.then(|| response_head(response, body));
        self.stages.push(trace);
        reply.ask_again.map(|uri| (uri, reply.ask_again_status))
    }
}

/// Rule by rule, and all of it.
impl Explains for &Compiled<'_> {
    const IS_READ: bool = true;

    fn explain(&self, message: Message<'_>) -> (StageTrace, State) {
        let Explained { path, remarks, steps, state, effects } = explain_stage(self, message);
        let mut trace = StageTrace { path, remarks, steps, ..empty(message.stage) };
        let Message { stage, request, response, facts } = message;
        let unobserved = State::new(self.engine.effects(stage, request, response, facts), &message);
        // The rules one by one, and all of them while they were observed, must come to what the engine does.
        for told in [state, State::new(effects, &message)] {
            if told != unobserved {
                trace.remarks.push(format!("{UNEXPLAINED}: {:?}", changes(&told, &unobserved)));
            }
        }
        (trace, unobserved)
    }
}

/// How the remark begins that no trace should have; the tests look for it.
const UNEXPLAINED: &str = "unexplained";

pub(super) fn empty(stage: Stage) -> StageTrace {
    StageTrace {
        stage: stage.name(),
        skipped: None,
        path: None,
        remarks: Vec::new(),
        steps: Vec::new(),
        request: None,
        response: None,
    }
}
