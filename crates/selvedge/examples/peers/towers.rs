//! A request through a tower service: layers around one that answers a constant.

use std::cell::RefCell;
use std::convert::Infallible;
use std::error::Error;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use serde_json::json;
use tower::{Service, service_fn};

use crate::clock::{Contestant, times as times_of};
use crate::kinds::Asked;
use crate::services::{answer, by_tower_http, request, rules, seven_headers};

type Times = Vec<(&'static str, u128)>;

/// By what the layers do, the time of each contestant.
pub(crate) fn times() -> Result<Vec<(&'static str, Times)>, Box<dyn Error>> {
    let alone = || through("the service alone", service_fn(answer));
    let asked = Asked { path: "/articles/page-17.html".to_owned(), cookie: None, target: None };
    let mut empty = [through("selvedge, RulesLayer", rules(json!({}))?), alone()];
    let mut seven = [
        through("selvedge, RulesLayer", rules(seven_headers())?),
        through("tower-http, SetResponseHeaderLayer", by_tower_http()),
        alone(),
    ];
    let [ours, theirs, _] = &seven;
    if (ours.answer)(&asked) != (theirs.answer)(&asked) {
        return Err("the headers of the two layers differ".into());
    }
    Ok(vec![("no rules", times_of(&mut empty, &asked)), ("seven headers", times_of(&mut seven, &asked))])
}

fn through<S, B>(name: &'static str, service: S) -> Contestant
where
    S: Service<Request<String>, Response = Response<B>, Error = Infallible> + 'static,
    B: 'static,
{
    let service = RefCell::new(service);
    let call = move |request: Option<Request<String>>| {
        let mut service = service.borrow_mut();
        let mut context = Context::from_waker(Waker::noop());
        let _ = service.poll_ready(&mut context);
        match pin!(service.call(request?)).poll(&mut context) {
            Poll::Ready(Ok(response)) => Some(response),
            _ => None,
        }
    };
    let headers = |response: Response<B>| {
        let mut lines: Vec<String> =
            response.headers().iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        lines.sort();
        Some(lines.join("\n"))
    };
    Contestant::new(name, |asked: &Asked| request(&asked.path).ok(), call, move |response| response.and_then(headers))
}
