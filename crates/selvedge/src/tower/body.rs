use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of a response: the inner service's, streamed, or one that a rule gives.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        origin: Option<B>,
        rule: Vec<u8>,
    }
}

impl<B> ResponseBody<B> {
    pub(super) fn origin(body: B) -> ResponseBody<B> {
        ResponseBody { origin: Some(body), rule: Vec::new() }
    }

    pub(super) fn rule(bytes: Vec<u8>) -> ResponseBody<B> {
        ResponseBody { origin: None, rule: bytes }
    }
}

impl<B: Body> Body for ResponseBody<B>
where
    B::Data: From<Vec<u8>>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        match this.origin.as_pin_mut() {
            Some(origin) => origin.poll_frame(context),
            None if this.rule.is_empty() => Poll::Ready(None),
            None => Poll::Ready(Some(Ok(Frame::data(mem::take(this.rule).into())))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.origin.as_ref().map_or(self.rule.is_empty(), B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.origin.as_ref().map_or_else(|| SizeHint::with_exact(self.rule.len() as u64), B::size_hint)
    }
}
