//! The rules in rules.json, compiled by build.rs, around the call to the origin of the Worker's route.

use std::sync::LazyLock;

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_ENCODING;
use http_body_util::{Either, Full};
use selvedge::{Engine, Entered, Facts, Outcome};
use worker::{Body, Cf, Context, EncodeBody, Env, Fetch, HttpRequest, HttpResponse, Request, Result, event};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let plan = include_bytes!(concat!(env!("OUT_DIR"), "/plan"));
    Engine::from_plan(&plan[..]).expect("build.rs made the plan")
});

/// The origin's body, streamed, or one that a rule gives.
type ResponseBody = Either<Body, Full<Bytes>>;

#[event(fetch)]
async fn fetch(request: HttpRequest, _: Env, _: Context) -> Result<Response<ResponseBody>> {
    let (mut head, body) = request.into_parts();
    let facts = facts(&head);
    let mut pass = match ENGINE.enter(&mut head, facts) {
        Entered::Answer(answer) => return Ok(answer.map(ruled)),
        Entered::Ask(pass) => pass,
    };
    let mut asked = http::Request::from_parts(head, body);
    loop {
        let (mut head, body) = origin(asked).await?.into_parts();
        let encoded = head.headers.contains_key(CONTENT_ENCODING);
        let body = match pass.leave(&mut head) {
            Outcome::Origin => Either::Left(body),
            Outcome::Replaced(bytes) => ruled(bytes),
            Outcome::AskAgain(again, next) => {
                pass = next;
                asked = http::Request::from_parts(*again, Body::empty());
                continue;
            }
        };
        if !encoded {
            // What a rule says is encoded came so from the origin; the runtime would encode it again.
            head.extensions.insert(EncodeBody::Manual);
        }
        return Ok(Response::from_parts(head, body));
    }
}

async fn origin(request: HttpRequest) -> Result<HttpResponse> {
    Fetch::Request(Request::try_from(request)?).send().await?.try_into()
}

fn ruled(bytes: Vec<u8>) -> ResponseBody {
    Either::Right(bytes.into())
}

/// What Cloudflare knows of a request.
fn facts(request: &http::request::Parts) -> Facts {
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    let mut facts = Facts::new().with_request_id(header("cf-ray").unwrap_or_default());
    facts.client_ip = header("cf-connecting-ip").and_then(|address| address.parse().ok());
    facts.country = request.extensions.get::<Cf>().and_then(Cf::country);
    facts
}
