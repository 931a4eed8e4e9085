//! Rules around a [tower] service: axum, hyper, and what else speaks `http::Request` and `http::Response`.
//!
//! ```
//! use axum::{Router, routing::get};
//! use selvedge::{Engine, Platform, Rules, tower::RulesLayer};
//! use tower::Layer;
//!
//! let rules: Rules = serde_json::from_str(r#"{
//!     "redirects": [{ "from": "/old/*", "to": "/new/:splat" }],
//!     "headers":   [{ "for": "/*", "set": { "Referrer-Policy": "same-origin" } }]
//! }"#)?;
//! let layer = RulesLayer::new(Engine::new(&rules, Platform::Fetch)?);
//!
//! // Around the whole router, so that rules see every path, and what they rewrite is routed by its new path.
//! let pages = Router::new().route("/new/{page}", get(|| async { "new" }));
//! let app = Router::new().fallback_service(layer.layer(pages));
//! # use tower::ServiceExt;
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! # let request = |path| http::Request::get(path).header("host", "example.org").body(axum::body::Body::empty()).unwrap();
//! # let answer = app.clone().oneshot(request("/old/a")).await.unwrap();
//! # assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (301, &"/new/a".parse().unwrap()));
//! # let answer = app.oneshot(request("/new/a")).await.unwrap();
//! # assert_eq!((answer.status().as_u16(), &answer.headers()["referrer-policy"]), (200, &"same-origin".parse().unwrap()));
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - The inner service is the origin. All four stages run around one call to it; a request that a rule answers does not
//!   reach it. Bodies stream through untouched, errors of the service are its own.
//! - A **hook** is a layer: outside of this one it sees what the viewer sees, inside what the origin sees.
//! - The origin that a rule of `origins` chose is a [`ChosenOrigin`](crate::ChosenOrigin) in the request's extensions, for a
//!   service that forwards.
//! - A fallback rewrite calls the service a second time, with an empty body: such requests are GET or HEAD.
//! - Facts that no request tells come from [`RulesLayer::facts`].
//!
//! # In axum
//!
//! Around the router, as above, everything works. `Router::layer`, `Router::route_layer` and `MethodRouter::layer` put the rules
//! into each route, after axum chose it by the path as it was sent. There:
//!
//! - a rewrite changes the path that the handler sees, not the handler;
//! - a path with dot segments is answered by 400: its route was chosen without resolving them, and rules would judge another path;
//! - `route_layer` does not run where no route matches: a redirect of a path without a route is a 404.
//!
//! In a nested router, rules see the path without its prefix, as all that is nested there.
//!
//! With the feature `axum`, the client's address is that of `ConnectInfo<SocketAddr>`.
//!
//! The body type of requests must be [`Default`]: a fallback rewrite asks a second time, with an empty body. axum's `Body` is;
//! hyper's `Incoming` is not, so map it first. Data of response bodies must be made from a `Vec<u8>`, as `Bytes` is.
//!
//! # Rules and the service see one request
//!
//! Before any rule, what a request is for is settled by RFC 9112 §3.2, RFC 9113 §8.3.1 and RFC 9110 §7.2:
//!
//! | the request | what is seen |
//! | --- | --- |
//! | origin-form: `GET /a?b` | path, query, and the host of the `Host` field |
//! | absolute-form: `GET http://h/a`; all of HTTP/2 | path, query and host of the target; a `Host` field says the same from here on |
//! | authority-form: `CONNECT h:443` | host of the target; the path is empty, which rules see as `/` |
//! | asterisk-form: `OPTIONS *` | the host; the path is empty, which rules see as `/` |
//! | `/secret/../a`, `/secret/%2e%2e/a`, `/secret\..\a` | `/a`, in the service, too: routers compare segments as they find them |
//!
//! These are answered by 400, without `security` or `headers`: a `Host` field or an authority that is not a host with or
//! without a port (`admin.example:80@evil`, `admin.example:x`), two `Host` fields, a `Host` that differs from the `:authority`
//! of HTTP/2, no host at all in HTTP/1.1 and later, a scheme other than `http` and `https`, a form that the method does not
//! have. A test that calls the service without a server needs a host as well: `Request::get("http://example.org/a")`.
//!
//! The escapes of a path, and slashes that follow each other, reach the service as they came. A service that decodes `%2F`
//! or merges `//`, as tower-http's `ServeDir` does, finds more in a path than rules do: `//secret/x` passes a rule for
//! `/secret/*`, unless the rules say `"slashes": "merge"` and `"encodedSlashes": "reject"` or `"decode"`. axum's `OriginalUri` is what the client sent. What a service reads of
//! `X-Forwarded-Host`, `Forwarded` or `X-Original-URL` is the client's to write, unless a rule or a proxy removes it.
//!
//! [tower]: https://docs.rs/tower

mod body;
mod future;
mod target;

use std::any::type_name;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Extensions, Request, Response, request};
use tower_layer::Layer;
use tower_service::Service;

use crate::{Engine, Entered, Facts};
pub use body::ResponseBody;
pub use future::ResponseFuture;

type FactsOf = dyn Fn(&request::Parts) -> Facts + Send + Sync;

/// Puts rules around a service.
#[derive(Clone)]
pub struct RulesLayer {
    engine: Engine,
    facts: Arc<FactsOf>,
}

impl RulesLayer {
    /// A layer of the rules in `engine`, made for [`Platform::Fetch`](crate::Platform::Fetch).
    ///
    /// What is known of a request beyond its head is the [`Facts`] in its extensions, if an outer layer put them there;
    /// otherwise the client's address, if there is a [`SocketAddr`], or with the feature `axum` a `ConnectInfo<SocketAddr>`.
    pub fn new(engine: Engine) -> RulesLayer {
        RulesLayer { engine, facts: Arc::new(of_extensions) }
    }

    /// Takes the facts about each request from `facts`: address, country, device, scheme, from a source that the client
    /// cannot choose.
    ///
    /// ```
    /// use axum::extract::ConnectInfo;
    /// use selvedge::{Engine, Facts, Platform, Rules, tower::RulesLayer};
    /// use std::net::SocketAddr;
    ///
    /// # let engine = Engine::new(&Rules::default(), Platform::Fetch).unwrap();
    /// let layer = RulesLayer::new(engine).facts(|request| {
    ///     let mut facts = Facts::new().with_scheme("https");
    ///     // With `into_make_service_with_connect_info::<SocketAddr>()`.
    ///     facts.client_ip = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    ///     facts
    /// });
    /// ```
    pub fn facts(self, facts: impl Fn(&request::Parts) -> Facts + Send + Sync + 'static) -> RulesLayer {
        RulesLayer { facts: Arc::new(facts), ..self }
    }
}

fn of_extensions(request: &request::Parts) -> Facts {
    request
        .extensions
        .get::<Facts>()
        .cloned()
        .unwrap_or_else(|| Facts { client_ip: peer(&request.extensions).map(|peer| peer.ip()), ..Facts::new() })
}

fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    #[cfg(feature = "axum")]
    if let Some(axum::extract::ConnectInfo(peer)) = extensions.get() {
        return Some(*peer);
    }
    extensions.get().copied()
}

/// Whether `S` is a route that axum chose, or what other layers made of one. There is no other sign of it, before a request:
/// `tests/tower/routers.rs` fails where axum renames the type.
fn is_route<S>() -> bool {
    type_name::<S>().contains("axum::routing::route::Route")
}

impl<S> Layer<S> for RulesLayer {
    type Service = RulesService<S>;

    fn layer(&self, inner: S) -> RulesService<S> {
        RulesService { inner, layer: self.clone(), routed: is_route::<S>() }
    }
}

impl fmt::Debug for RulesLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RulesLayer").field("engine", &self.engine).finish_non_exhaustive()
    }
}

/// A service with rules around it; what [`RulesLayer`] makes.
#[derive(Clone, Debug)]
pub struct RulesService<S> {
    inner: S,
    layer: RulesLayer,
    /// The path as it was sent has chosen the inner service.
    routed: bool,
}

impl<S, Q, B> Service<Request<Q>> for RulesService<S>
where
    S: Service<Request<Q>, Response = Response<B>> + Clone,
    Q: Default,
{
    type Response = Response<ResponseBody<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, Q>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Q>) -> ResponseFuture<S, Q> {
        let (mut head, body) = request.into_parts();
        if let Err(refusal) = target::settle(&mut head, self.routed) {
            return ResponseFuture::answered(refusal.answer());
        }
        let facts = (self.layer.facts)(&head);
        match self.layer.engine.enter(&mut head, facts) {
            Entered::Answer(answer) => ResponseFuture::answered(answer),
            Entered::Ask(pass) => {
                if let Err(refusal) = target::resolve(&mut head) {
                    return ResponseFuture::answered(refusal.answer());
                }
                let asked = self.inner.call(Request::from_parts(head, body));
                let again = pass.may_ask_again().then(|| self.inner.clone());
                ResponseFuture::asked(asked, again, pass)
            }
        }
    }
}
