//! One request on its way through the stages: the engine decides, and the rules are looked at one by one as well.

use http::{Response, StatusCode, Uri, request, response};

use super::change::{Body, changes, request_head, response_head};
use super::exchange::Messages;
use super::lab::{Lab, Sight, State};
use super::model::{RequestHead, StageTrace, Trace};
use super::origin_side::origin_side;
use super::request::request_stage;
use super::response::response_stage;
use super::slashes::slashes;
use super::steps::Walk;
use crate::diagnostic::Diagnostics;
use crate::engine::{ChosenOrigin, Engine, Facts, Flow};
use crate::platform::Table;
use crate::rules::NOTE_HEADER;
use crate::stage::Stage;

/// Follows the messages from the viewer to the origin and back.
pub(super) fn follow(
    engine: &Engine,
    lab: &Lab,
    messages: Messages,
    body: Option<String>,
) -> Result<Trace, Diagnostics> {
    let Messages { request, response, facts } = messages;
    let pass = Pass { engine, lab, table: lab.target.table(), facts: &facts, stages: Vec::new() };
    pass.run(request, response, body)
}

/// One request on its way.
struct Pass<'p> {
    engine: &'p Engine,
    lab: &'p Lab,
    table: Table,
    facts: &'p Facts,
    stages: Vec<StageTrace>,
}

/// A response and its body.
type Answer = (response::Parts, Body);

/// What a request stage came to.
struct Passed {
    chosen: Option<ChosenOrigin>,
    answer: Option<Answer>,
}

/// Rules of viewer-response act below this status.
const ERRORS: u16 = 400;

impl Pass<'_> {
    fn run(
        mut self,
        viewer: request::Parts,
        mut response: response::Parts,
        body: Option<String>,
    ) -> Result<Trace, Diagnostics> {
        let mut request = viewer.clone();
        if let Some(answer) = self.request_stage(Stage::ViewerRequest, &mut request)?.answer {
            for stage in [Stage::OriginRequest, Stage::OriginResponse, Stage::ViewerResponse] {
                self.skip(stage, "viewer-request answered");
            }
            return Ok(self.finish(&viewer, None, answer));
        }
        let left = request.clone();
        origin_side(&self.table, &mut request, self.facts);
        let Passed { chosen, answer } = self.request_stage(Stage::OriginRequest, &mut request)?;
        let mut asked = None;
        let mut body = Body::Origin(body);
        match answer {
            Some((head, made)) => {
                (response, body) = (head, made);
                self.skip(Stage::OriginResponse, "origin-request answered");
            }
            None => {
                asked = Some(request_head(&request, chosen.as_ref()));
                let again = self.response_stage(Stage::OriginResponse, &request, &mut response, &mut body)?;
                if let Some((uri, page_status)) = again {
                    // The note speaks of a variant that is not asked for now; rules see the path that the viewer asked for.
                    request.headers.remove(NOTE_HEADER);
                    let path = uri.path().to_owned();
                    let mut asks = request.clone();
                    asks.uri = uri;
                    asked = Some(request_head(&asks, chosen.as_ref()));
                    request.uri = left.uri.clone();
                    (response, _) = Response::new(()).into_parts();
                    body = Body::Origin(None);
                    self.response_stage(Stage::OriginResponse, &request, &mut response, &mut body)?;
                    let sent = page_status.filter(|_| response.status == StatusCode::OK);
                    response.status = sent.unwrap_or(response.status);
                    if let Some(stage) = self.stages.last_mut() {
                        let sent = sent.map_or_else(String::new, |status| format!(", sent as {}", status.as_u16()));
                        stage.remarks.push(format!("asked again for {path}, which is taken to be there: 200{sent}"));
                        stage.response = Some(response_head(&response, &body));
                    }
                }
            }
        }
        self.response_stage(Stage::ViewerResponse, &left, &mut response, &mut body)?;
        Ok(self.finish(&viewer, asked, (response, body)))
    }

    fn finish(self, viewer: &request::Parts, asked: Option<RequestHead>, (response, body): Answer) -> Trace {
        Trace {
            platform: self.lab.target.platform().name(),
            request: request_head(viewer, None),
            stages: self.stages,
            asked,
            response: response_head(&response, &body),
        }
    }

    fn skip(&mut self, stage: Stage, why: &str) {
        self.stages.push(StageTrace { skipped: Some(why.to_owned()), ..empty(stage) });
    }

    /// A request stage: the engine changes or answers the request, then its rules are looked at one by one.
    fn request_stage(&mut self, stage: Stage, request: &mut request::Parts) -> Result<Passed, Diagnostics> {
        let before = request.clone();
        let sight = Sight { stage, request: &before, response: None, facts: self.facts };
        let effects = self.engine.effects(stage, &before, None, self.facts);
        let mut trace = empty(stage);
        let mut walk = Walk::new(self.lab, sight)?;
        let answered = effects.answered;
        let refused = slashes(&mut walk, answered)?;
        if refused.is_none() {
            trace.path = Some(self.lab.path(&walk.so_far, &sight)?);
        }
        request_stage(&mut walk, answered, refused)?;
        let real = State::new(effects, &sight);
        self.confirm(&walk.state, &real, &mut trace);
        trace.steps = walk.steps;
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
                trace.request = Some(request_head(request, chosen.as_ref()));
                Passed { chosen, answer: None }
            }
            Flow::Answer(given) => {
                let (head, body) = given.into_parts();
                self.after_answer(stage, &before, &real, &mut trace)?;
                let body = Body::Rule(body);
                trace.response = Some(response_head(&head, &body));
                Passed { chosen: None, answer: Some((head, body)) }
            }
        };
        self.stages.push(trace);
        Ok(result)
    }

    /// The header rules that act on an answer at once.
    fn after_answer(
        &self,
        stage: Stage,
        request: &request::Parts,
        answer: &State,
        trace: &mut StageTrace,
    ) -> Result<(), Diagnostics> {
        let (mut head, ()) = Response::new(()).into_parts();
        head.status = answer.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
        head.headers = answer.headers.clone();
        let stage = if stage == Stage::ViewerRequest { Stage::ViewerRequestAnswer } else { Stage::OriginRequestAnswer };
        let sight = Sight { stage, request, response: Some(&head), facts: self.facts };
        let mut walk = Walk::new(self.lab, sight)?;
        response_stage(&mut walk)?;
        let real = State::new(self.engine.effects(stage, request, Some(&head), self.facts), &sight);
        self.confirm(&walk.state, &real, trace);
        for step in &mut walk.steps {
            step.on_answer = true;
        }
        trace.steps.extend(walk.steps);
        Ok(())
    }

    /// A response stage; the URI that the origin is to be asked again for, and the status that its 200 becomes.
    fn response_stage(
        &mut self,
        stage: Stage,
        request: &request::Parts,
        response: &mut response::Parts,
        body: &mut Body,
    ) -> Result<Option<(Uri, Option<StatusCode>)>, Diagnostics> {
        let before = response.clone();
        let sight = Sight { stage, request, response: Some(&before), facts: self.facts };
        let mut trace = empty(stage);
        let mut walk = Walk::new(self.lab, sight)?;
        if stage == Stage::OriginResponse || before.status.as_u16() < ERRORS {
            trace.path = Some(self.lab.path(&walk.so_far, &sight)?);
        }
        response_stage(&mut walk)?;
        let effects = self.engine.effects(stage, request, Some(&before), self.facts);
        self.confirm(&walk.state, &State::new(effects, &sight), &mut trace);
        trace.steps = walk.steps;
        let reply = if stage == Stage::OriginResponse {
            self.engine.origin_response(request, response, self.facts)
        } else {
            self.engine.viewer_response(request, response, self.facts)
        };
        if let Some(made) = reply.body {
            *body = Body::Rule(made);
        }
        trace.response = Some(response_head(response, body));
        self.stages.push(trace);
        Ok(reply.ask_again.map(|uri| (uri, reply.ask_again_status)))
    }

    /// The rules one by one must come to what the engine does with all of them.
    fn confirm(&self, explained: &State, real: &State, trace: &mut StageTrace) {
        if explained != real {
            let unexplained = changes(explained, real);
            trace.remarks.push(format!("{UNEXPLAINED}: {unexplained:?}"));
        }
    }
}

/// How the remark begins that no trace should have; the tests look for it.
const UNEXPLAINED: &str = "unexplained";

fn empty(stage: Stage) -> StageTrace {
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
