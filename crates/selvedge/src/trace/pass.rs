//! One request on its way through the stages, as the platform takes it from the viewer to the origin and back.

use http::{Response, StatusCode, Uri, request, response};

use super::change::Body;
use super::exchange::Messages;
use super::platform_side::{origin_side, viewer_side};
use crate::engine::{ChosenOrigin, Facts, ask_whole};
use crate::platform::Target;
use crate::rules::NOTE_HEADER;
use crate::stage::Stage;

/// Takes messages through single stages.
pub(super) trait StageRunner {
    /// What is kept of a request that the origin is asked.
    type Asked;

    fn request_stage(&mut self, stage: Stage, request: &mut request::Parts, facts: &Facts) -> Passed;

    /// The URI that the origin is to be asked again for, and the status that its 200 becomes. `page` stands in place of what is
    /// missing, if it has no status of its own.
    fn response_stage(
        &mut self,
        stage: Stage,
        request: &request::Parts,
        page: Option<&Uri>,
        answer: &mut Answer,
        facts: &Facts,
    ) -> Option<(Uri, Option<StatusCode>)>;

    fn asked(&self, request: &request::Parts, chosen: Option<&ChosenOrigin>) -> Self::Asked;

    /// A stage that does not run.
    fn skipped(&mut self, _stage: Stage, _why: &str) {}

    /// The origin was asked again, and the stage before ran on its answer.
    fn asked_again(&mut self, _path: &str, _status: Option<StatusCode>, _answer: &Answer) {}
}

/// A response and its body.
pub(super) type Answer = (response::Parts, Body);

/// What a request stage came to.
pub(super) struct Passed {
    pub(super) chosen: Option<ChosenOrigin>,
    pub(super) answer: Option<Answer>,
}

/// What a request came to.
pub(super) struct Passage<Asked> {
    /// Of the last time that the origin was asked; nothing where a rule answered.
    pub(super) asked: Option<Asked>,
    pub(super) answer: Answer,
}

/// Follows the messages from the viewer to the origin and back.
pub(super) fn follow<R: StageRunner>(
    runner: &mut R,
    target: Target,
    messages: Messages,
    body: Option<String>,
) -> Passage<R::Asked> {
    let Messages { mut request, response, facts } = messages;
    viewer_side(&target.table(), &mut request, &facts);
    if let Some(answer) = runner.request_stage(Stage::ViewerRequest, &mut request, &facts).answer {
        for stage in [Stage::OriginRequest, Stage::OriginResponse, Stage::ViewerResponse] {
            runner.skipped(stage, "viewer-request answered");
        }
        return Passage { asked: None, answer };
    }
    let left = request.clone();
    origin_side(&target.table(), &mut request, &facts);
    let Passed { chosen, answer } = runner.request_stage(Stage::OriginRequest, &mut request, &facts);
    let mut asked = None;
    let mut page = None;
    let mut answer = match answer {
        Some(answer) => {
            runner.skipped(Stage::OriginResponse, "origin-request answered");
            answer
        }
        None => {
            asked = Some(runner.asked(&request, chosen.as_ref()));
            let mut answer = (response, Body::Origin(body));
            let again = runner.response_stage(Stage::OriginResponse, &request, None, &mut answer, &facts);
            if let Some((uri, page_status)) = again {
                // The note speaks of a variant that is not asked for now; rules see the path that the viewer asked for.
                request.headers.remove(NOTE_HEADER);
                if page_status.is_some() {
                    ask_whole(&mut request.headers);
                }
                page = page_status.is_none().then(|| uri.clone());
                let mut asks = request.clone();
                asks.uri = uri;
                asked = Some(runner.asked(&asks, chosen.as_ref()));
                request.uri = left.uri.clone();
                let (mut head, ()) = Response::new(()).into_parts();
                // What the page stands for is what rules on it see.
                head.status = page_status.unwrap_or(head.status);
                answer = (head, Body::Origin(None));
                runner.response_stage(Stage::OriginResponse, &request, page.as_ref(), &mut answer, &facts);
                runner.asked_again(asks.uri.path(), page_status, &answer);
            }
            answer
        }
    };
    runner.response_stage(Stage::ViewerResponse, &left, page.as_ref(), &mut answer, &facts);
    Passage { asked, answer }
}
