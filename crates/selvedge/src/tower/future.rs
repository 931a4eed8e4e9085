use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response, request};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::ResponseBody;
use crate::{Outcome, Pass};

pin_project! {
    /// The response to come: a rule's, or the inner service's.
    #[project = Projected]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, Q>
    where
        S: Service<Request<Q>>,
    {
        #[pin]
        state: State<S, S::Future>,
    }
}

pin_project! {
    #[project = StateProjected]
    enum State<S, F> {
        Answered { answer: Response<Vec<u8>> },
        Asked {
            // `None` until the service is ready to be asked again: what limits it may hold on until the first future is gone.
            #[pin]
            response: Option<F>,
            // For the second time, where there may be one.
            service: Option<S>,
            // `None` once the response came out.
            pass: Option<Pass>,
            again: Option<Box<request::Parts>>,
        },
    }
}

impl<S: Service<Request<Q>>, Q> ResponseFuture<S, Q> {
    pub(super) fn answered(answer: Response<Vec<u8>>) -> ResponseFuture<S, Q> {
        ResponseFuture { state: State::Answered { answer } }
    }

    pub(super) fn asked(response: S::Future, service: Option<S>, pass: Pass) -> ResponseFuture<S, Q> {
        ResponseFuture { state: State::Asked { response: Some(response), service, pass: Some(pass), again: None } }
    }
}

impl<S, Q, B> Future for ResponseFuture<S, Q>
where
    S: Service<Request<Q>, Response = Response<B>>,
    Q: Default,
{
    type Output = Result<Response<ResponseBody<B>>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjected::Answered { answer } => Poll::Ready(Ok(std::mem::take(answer).map(ResponseBody::rule))),
            StateProjected::Asked { mut response, service, pass, again } => loop {
                let Some(asked) = response.as_mut().as_pin_mut() else {
                    let Some(service) = service else { return Poll::Pending };
                    ready!(service.poll_ready(context))?;
                    response.set(again.take().map(|head| service.call(Request::from_parts(*head, Q::default()))));
                    continue;
                };
                let (mut head, body) = ready!(asked.poll(context))?.into_parts();
                let Some(entered) = pass.take() else { return Poll::Pending };
                let body = match entered.leave(&mut head) {
                    Outcome::Origin => ResponseBody::origin(body),
                    Outcome::Replaced(bytes) => ResponseBody::rule(bytes),
                    Outcome::AskAgain(head, next) => {
                        *pass = Some(next);
                        *again = Some(head);
                        response.set(None);
                        continue;
                    }
                };
                return Poll::Ready(Ok(Response::from_parts(head, body)));
            },
        }
    }
}
