use http::header::{
    CONTENT_LENGTH, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE, TRANSFER_ENCODING,
};
use http::{HeaderMap, Response, StatusCode, Uri, request, response};

#[cfg(doc)]
use super::ChosenOrigin;
use super::{Engine, Facts, Flow, NOTE, Reply, view};
use crate::stage::Stage;

/// One request on its way through all four stages, where they run around one call to the origin.
///
/// It does no I/O: the caller asks the origin, and streams its body past. [`Engine::enter`] runs the request stages,
/// [`Pass::leave`] the response stages.
///
/// ```
/// use http::{Request, Response};
/// use selvedge::{Engine, Entered, Facts, Outcome, Platform, Rules};
///
/// fn serve(engine: &Engine, request: Request<()>) -> Response<Vec<u8>> {
///     let (mut head, ()) = request.into_parts();
///     let mut pass = match engine.enter(&mut head, Facts::new()) {
///         Entered::Answer(answer) => return answer,
///         Entered::Ask(pass) => pass,
///     };
///     loop {
///         let (mut response, body) = origin(head).into_parts();
///         match pass.leave(&mut response) {
///             Outcome::Origin => return Response::from_parts(response, body),
///             Outcome::Replaced(body) => return Response::from_parts(response, body),
///             Outcome::AskAgain(again, next) => (head, pass) = (*again, next),
///         }
///     }
/// }
///
/// fn origin(head: http::request::Parts) -> Response<Vec<u8>> {
///     let found = head.uri.path() == "/index.html";
///     Response::builder().status(if found { 200 } else { 404 }).body(head.uri.path().into()).unwrap()
/// }
///
/// let rules: Rules = serde_json::from_str(r#"{ "rewrites": [{ "from": "/*", "to": "/index.html", "fallback": true }] }"#)?;
/// let engine = Engine::new(&rules, Platform::Fetch)?;
/// let response = serve(&engine, Request::get("/settings").body(())?);
/// assert_eq!((response.status().as_u16(), response.into_body()), (200, b"/index.html".to_vec()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A pass belongs to the engine that its request entered, and leaves once for each time that the origin was asked:
///
/// ```compile_fail,E0382
/// # use selvedge::Pass;
/// fn twice(pass: Pass, response: &mut http::response::Parts) {
///     let _ = pass.leave(response);
///     let _ = pass.leave(response); // use of moved value
/// }
/// ```
#[derive(Debug)]
#[must_use = "the response stages run in `leave`"]
pub struct Pass {
    /// What the response stages look at, where there are any.
    state: Option<Box<State>>,
}

#[derive(Debug)]
struct State {
    engine: Engine,
    /// What the origin was asked, with the note of the request stages: all of it where it may be asked again, else what
    /// origin-response looks at, if there is that stage.
    asked: Option<request::Parts>,
    /// The request as viewer-request left it, as far as viewer-response looks at it, if there is that stage, or its path is needed
    /// when the origin is asked again.
    viewed: Option<request::Parts>,
    facts: Facts,
    asked_again: bool,
    /// What a 200 of the second answer becomes.
    page_status: Option<StatusCode>,
    /// The page that the origin was asked for instead, unless its status says that it is none.
    page: Option<Uri>,
}

/// What the request stages made of a request.
#[derive(Debug)]
#[must_use]
pub enum Entered {
    /// The origin is to be asked what the head says now.
    Ask(Pass),
    /// A rule answered, and all stages that an answer passes are done.
    Answer(Response<Vec<u8>>),
}

/// What the response stages made of a response, beyond its head.
#[derive(Debug)]
#[must_use]
pub enum Outcome {
    /// The origin's body goes on as it is.
    Origin,
    /// This body goes out instead of the origin's; empty means none.
    Replaced(Vec<u8>),
    /// A fallback rewrite: the origin is to be asked this, without a body, and what it answers is handed to this pass's
    /// [`Pass::leave`]. It happens at most once, and for GET and HEAD only.
    AskAgain(Box<request::Parts>, Pass),
}

impl Engine {
    /// Runs the request stages, and what comes after them where a rule answers. `request` is changed to what the origin is
    /// to be asked; the origin that a rule chose is a [`ChosenOrigin`] in its extensions.
    pub fn enter(&self, request: &mut request::Parts, facts: Facts) -> Entered {
        // What the stages tell each other stays in here: a note that is there came from outside.
        request.headers.remove(&NOTE);
        if let Flow::Answer(answer) = self.viewer_request(request, &facts) {
            return Entered::Answer(answer);
        }
        let plan = self.reader.plan();
        let seen_by = |stage, request: &_| plan.uses(stage).then(|| view::seen_by(plan, stage, request));
        let viewed = match self.has_fallbacks {
            true => Some(view::seen_by(plan, Stage::ViewerResponse, request)),
            false => seen_by(Stage::ViewerResponse, request),
        };
        match self.origin_request(request, &facts) {
            Flow::Continue(origin) => {
                if let Some(origin) = origin {
                    request.extensions.insert(origin);
                }
                let asked = match self.has_fallbacks {
                    true => Some(request.clone()),
                    false => seen_by(Stage::OriginResponse, request),
                };
                let state = (asked.is_some() || viewed.is_some()).then(|| {
                    let engine = self.clone();
                    Box::new(State { engine, asked, viewed, facts, asked_again: false, page_status: None, page: None })
                });
                if plan.uses(Stage::ViewerRequest) || plan.uses(Stage::OriginRequest) {
                    request.headers.remove(&NOTE);
                }
                Entered::Ask(Pass { state })
            }
            Flow::Answer(answer) => {
                let (mut head, body) = answer.into_parts();
                let reply = self.viewer_response(request, &mut head, &facts);
                Entered::Answer(Response::from_parts(head, reply.body.unwrap_or(body)))
            }
        }
    }
}

impl Pass {
    /// Whether the origin may have to be asked a second time.
    #[cfg(feature = "tower")]
    pub(crate) fn may_ask_again(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.engine.has_fallbacks)
    }

    /// Runs the response stages on the head that the origin answered with.
    ///
    /// An interim or switching answer (1xx) stays what it is.
    pub fn leave(mut self, response: &mut response::Parts) -> Outcome {
        if response.status.is_informational() {
            return Outcome::Origin;
        }
        let mut body = None;
        if let Some(state) = &mut self.state {
            // What the page stands for is what rules on it see.
            if let Some(status) = state.page_status.filter(|_| response.status == StatusCode::OK) {
                response.status = status;
            }
            let first = state.response_stage(Stage::OriginResponse, response);
            if let Some(again) = first.ask_again.and_then(|uri| state.ask_again(uri, first.ask_again_status)) {
                return Outcome::AskAgain(Box::new(again), self);
            }
            body = state.response_stage(Stage::ViewerResponse, response).body.or(first.body);
        }
        if response.status == StatusCode::NO_CONTENT {
            // RFC 9110 §8.6, RFC 9112 §6.1.
            response.headers.remove(CONTENT_LENGTH);
            response.headers.remove(TRANSFER_ENCODING);
        }
        body.map_or(Outcome::Origin, Outcome::Replaced)
    }
}

impl State {
    fn response_stage(&self, stage: Stage, response: &mut response::Parts) -> Reply {
        let engine = &self.engine;
        let request = if stage == Stage::OriginResponse { &self.asked } else { &self.viewed };
        let Some(request) = request else { return Reply::default() };
        match &self.page {
            None => engine.response_stage(stage, request, response, &self.facts, &mut engine.plainly()),
            Some(page) => engine.page_stage(stage, request, page, response, &self.facts, &mut engine.plainly()),
        }
    }

    /// What the origin is asked the second time; nothing where it was asked twice.
    ///
    /// The variant that the note speaks of is not what is asked for now. Rules on responses still see the path as
    /// viewer-request left it.
    fn ask_again(&mut self, uri: Uri, page_status: Option<StatusCode>) -> Option<request::Parts> {
        let (Some(asked), Some(viewed)) = (&mut self.asked, &self.viewed) else { return None };
        if self.asked_again || !self.engine.has_fallbacks {
            return None;
        }
        self.asked_again = true;
        self.page_status = page_status;
        for name in [&CONTENT_LENGTH, &TRANSFER_ENCODING, &NOTE] {
            asked.headers.remove(name);
        }
        if page_status.is_some() {
            ask_whole(&mut asked.headers);
        }
        let mut again = asked.clone();
        self.page = page_status.is_none().then(|| uri.clone());
        again.uri = uri;
        asked.uri = viewed.uri.clone();
        Some(again)
    }
}

/// Leaves out conditions and ranges: a page that says that something is not there has neither (RFC 9110 §13.2.1, §14.2).
pub(crate) fn ask_whole(headers: &mut HeaderMap) {
    for name in [IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IF_RANGE, RANGE] {
        headers.remove(name);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use http::Request;

    use super::*;
    use crate::{Platform, Rules};

    /// RFC 9110 §13.2.1 and §14.2; what rules on responses promise of a status.
    #[test]
    fn a_page_with_a_status_is_asked_for_whole_and_seen_with_it() {
        let rules = r#"{
            "rewrites": [{ "from": "/*", "to": "/404.html", "fallback": true, "status": 404 }],
            "headers": [
                { "for": "/a/*", "set": { "Cache-Control": "public, max-age=31536000, immutable" } },
                { "when": { "status": 404 }, "set": { "X-Missing": "1" } }
            ]
        }"#;
        let rules: Rules = serde_json::from_str(rules).unwrap();
        let engine = Engine::new(&rules, Platform::Fetch).unwrap();
        let request = Request::get("/a/gone.js").header("if-none-match", "\"1\"").header("range", "bytes=0-1");
        let (mut head, ()) = request.header("x-other", "1").body(()).unwrap().into_parts();
        let Entered::Ask(pass) = engine.enter(&mut head, Facts::new()) else { panic!("answered") };
        let (mut missing, ()) = Response::builder().status(404).body(()).unwrap().into_parts();
        let Outcome::AskAgain(again, pass) = pass.leave(&mut missing) else { panic!("not asked again") };
        assert_eq!(again.uri.path(), "/404.html");
        assert_eq!(again.headers.keys().collect::<Vec<_>>(), ["x-other"]);
        let (mut page, ()) = Response::new(()).into_parts();
        assert!(matches!(pass.leave(&mut page), Outcome::Origin));
        assert_eq!((page.status.as_u16(), page.headers.get("cache-control")), (404, None));
        assert_eq!(page.headers.get("x-missing").unwrap(), "1");
    }

    /// Rules for `/static/*` are for what is there: the page in place of a missing script is not kept for a year.
    #[test]
    fn what_caches_are_told_of_a_page_goes_by_its_own_path() {
        let rules = r#"{
            "rewrites": [{ "from": "/*", "to": "/index.html", "fallback": true }],
            "headers": [
                { "for": "/static/*", "set": { "Cache-Control": "public, max-age=31536000, immutable", "X-Path": "static" } },
                { "for": "/index.html", "set": { "Cache-Control": "no-cache", "X-Path": "index" } },
                { "for": "/static/private/*", "set": { "Cache-Control": "private, no-store" } }
            ]
        }"#;
        let engine = Engine::new(&serde_json::from_str::<Rules>(rules).unwrap(), Platform::Fetch).unwrap();
        for (path, cache_control) in
            [("/static/x.js", "no-cache"), ("/static/private/x.js", "private, no-store"), ("/a", "no-cache")]
        {
            let (mut head, ()) = Request::get(path).body(()).unwrap().into_parts();
            let Entered::Ask(pass) = engine.enter(&mut head, Facts::new()) else { panic!("answered") };
            let (mut missing, ()) = Response::builder().status(404).body(()).unwrap().into_parts();
            let Outcome::AskAgain(_, pass) = pass.leave(&mut missing) else { panic!("not asked again") };
            let (mut page, ()) = Response::new(()).into_parts();
            assert!(matches!(pass.leave(&mut page), Outcome::Origin));
            let of_path = path.starts_with("/static/").then_some("static");
            let got = |name| page.headers.get(name).map(|value| value.to_str().unwrap());
            assert_eq!((got("cache-control"), got("x-path")), (Some(cache_control), of_path), "{path}");
        }
    }
}
