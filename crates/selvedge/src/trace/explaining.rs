//! Stages as an explanation takes a request through them: the engine decides, and each rule says what became of it.

use http::{Response, StatusCode, Uri, request};

use super::change::{Body, changes, request_head, response_head};
use super::compiled::Compiled;
use super::model::{RequestHead, StageTrace};
use super::pass::{Answer, Passed, StageRunner};
use super::stage::{Explained, explain_stage};
use super::state::{Message, State};
use crate::engine::{ChosenOrigin, Facts, Flow};
use crate::stage::Stage;

/// How the remark begins that no trace should have; the tests look for it.
const UNEXPLAINED: &str = "unexplained";

pub(super) struct Explaining<'e> {
    compiled: &'e Compiled<'e>,
    /// The stages so far.
    pub(super) stages: Vec<StageTrace>,
}

impl<'e> Explaining<'e> {
    pub(super) fn new(compiled: &'e Compiled<'e>) -> Explaining<'e> {
        Explaining { compiled, stages: Vec::new() }
    }

    /// What is to be told of the stage, and what became of the message.
    fn explain(&self, message: Message<'_>) -> (StageTrace, State) {
        let Explained { path, remarks, steps, state, effects } = explain_stage(self.compiled, message);
        let mut trace = StageTrace { path, remarks, steps, ..empty(message.stage) };
        let Message { stage, request, response, facts } = message;
        let unobserved = State::new(self.compiled.engine.effects(stage, request, response, facts), &message);
        // The rules one by one, and all of them while they were observed, must come to what the engine does.
        for told in [state, State::new(effects, &message)] {
            if told != unobserved {
                trace.remarks.push(format!("{UNEXPLAINED}: {:?}", changes(&told, &unobserved)));
            }
        }
        (trace, unobserved)
    }

    /// The header rules that act on an answer at once.
    fn after_answer(
        &self,
        stage: Stage,
        request: &request::Parts,
        facts: &Facts,
        answer: &State,
        trace: &mut StageTrace,
    ) {
        let (mut head, ()) = Response::new(()).into_parts();
        head.status = answer.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
        head.headers = answer.headers.clone();
        let stage = if stage == Stage::ViewerRequest { Stage::ViewerRequestAnswer } else { Stage::OriginRequestAnswer };
        let (mut after, _) = self.explain(Message { stage, request, response: Some(&head), facts });
        for step in &mut after.steps {
            step.on_answer = true;
        }
        trace.steps.extend(after.steps);
        trace.remarks.extend(after.remarks);
    }
}

impl StageRunner for Explaining<'_> {
    type Asked = RequestHead;

    /// Its rules, and then what the engine makes of the request.
    fn request_stage(&mut self, stage: Stage, request: &mut request::Parts, facts: &Facts) -> Passed {
        let before = request.clone();
        let (mut trace, real) = self.explain(Message { stage, request: &before, response: None, facts });
        let engine = self.compiled.engine;
        let passed = match engine.request_stage(stage, request, facts, &mut engine.plainly()) {
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
                self.after_answer(stage, &before, facts, &real, &mut trace);
                let body = Body::Rule(body);
                trace.response = Some(response_head(&head, &body));
                Passed { chosen: None, answer: Some((head, body)) }
            }
        };
        self.stages.push(trace);
        passed
    }

    fn response_stage(
        &mut self,
        stage: Stage,
        request: &request::Parts,
        page: Option<&Uri>,
        (response, body): &mut Answer,
        facts: &Facts,
    ) -> Option<(Uri, Option<StatusCode>)> {
        let before = response.clone();
        let (mut trace, _) = self.explain(Message { stage, request, response: Some(&before), facts });
        let engine = self.compiled.engine;
        let reply = match page {
            None => engine.response_stage(stage, request, response, facts, &mut engine.plainly()),
            Some(page) => {
                trace.remarks.push(format!("what caches are told of the page is what rules say of {}", page.path()));
                engine.page_stage(stage, request, page, response, facts, &mut engine.plainly())
            }
        };
        if let Some(made) = reply.body {
            *body = Body::Rule(made);
        }
        trace.response = Some(response_head(response, body));
        self.stages.push(trace);
        reply.ask_again.map(|uri| (uri, reply.ask_again_status))
    }

    fn asked(&self, request: &request::Parts, chosen: Option<&ChosenOrigin>) -> RequestHead {
        request_head(request, chosen)
    }

    fn skipped(&mut self, stage: Stage, why: &str) {
        self.stages.push(StageTrace { skipped: Some(why.to_owned()), ..empty(stage) });
    }

    fn asked_again(&mut self, path: &str, status: Option<StatusCode>, (response, body): &Answer) {
        let Some(stage) = self.stages.last_mut() else { return };
        let sent = status.map_or_else(String::new, |status| format!(", sent as {}", status.as_u16()));
        stage.remarks.push(format!("asked again for {path}, which is taken to be there: 200{sent}"));
        stage.response = Some(response_head(response, body));
    }
}

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
