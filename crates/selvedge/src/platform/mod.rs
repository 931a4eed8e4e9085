//! What differs between platforms, as data: which headers may not be touched at which stage, limits, and where facts live.

mod cloudflare;
mod cloudfront;
mod cloudfront_functions;
mod fastly;
mod fetch;
#[cfg(any(feature = "functions", feature = "migrate"))]
pub(crate) mod key_value_store;
mod netlify;
mod result;
mod target;
mod vercel;

use selvedge_plan::Stage;

pub use cloudfront::DISALLOWED as NOT_EXPOSED;
pub(crate) use cloudfront::refuses_custom_header;
#[cfg(feature = "functions")]
pub(crate) use cloudfront::{MAX_POLICY_HEADERS, MAX_POLICY_LENGTH, MAX_POLICY_NAME, MAX_POLICY_VALUE};
pub use cloudfront_functions::MAX_FUNCTION_BYTES;
pub use result::{Violation, validate_result};
pub use target::Target;

/// A platform that rules are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Amazon CloudFront with Lambda@Edge.
    Cloudfront,
    /// Cloudflare Workers.
    Cloudflare,
    /// Netlify Edge Functions.
    Netlify,
    /// Vercel Routing Middleware.
    Vercel,
    /// Fastly Compute.
    Fastly,
    /// Anything that speaks Request and Response: Deno, Bun, service workers, a Rust server.
    Fetch,
    /// Amazon CloudFront with CloudFront Functions alone.
    CloudfrontFunctions,
}

impl Platform {
    /// Every platform, in the order of their numbers in a plan.
    pub const ALL: [Platform; 7] = [
        Platform::Cloudfront,
        Platform::Cloudflare,
        Platform::Netlify,
        Platform::Vercel,
        Platform::Fastly,
        Platform::Fetch,
        Platform::CloudfrontFunctions,
    ];

    /// The name that `compile` and the command line take.
    pub fn name(self) -> &'static str {
        self.table().name
    }

    /// The platform of a name.
    pub fn from_name(name: &str) -> Option<Platform> {
        Platform::ALL.into_iter().find(|platform| platform.name() == name)
    }

    /// Whether a rule can read what the viewer sends together with what the platform adds to that.
    pub(crate) fn sees_at_once(self) -> bool {
        self.table().apart.is_none()
    }

    /// The statuses of pages that its own settings can serve where the origin has nothing; none where it has no such setting.
    pub(crate) fn page_statuses(self) -> &'static [u16] {
        match self {
            Platform::Cloudfront | Platform::CloudfrontFunctions => &cloudfront::PAGE_STATUSES,
            _ => &[],
        }
    }

    /// The page that it serves with 404 where there is nothing, whatever rules say.
    pub(crate) fn page_by_itself(self) -> Option<&'static str> {
        // https://vercel.com/docs/routing/custom-404-pages
        (self == Platform::Vercel).then_some("/404.html")
    }

    /// What to do about a line that serves a page where the origin has nothing, if rules cannot do it there, and about a rule
    /// of one's own, if there is more to say than everywhere.
    pub(crate) fn page_for_missing(self, own: bool) -> Option<&'static str> {
        Some(match self {
            Platform::Cloudfront if own => {
                "answer with the page itself: a response with \"when\": { \"status\": [403, 404] } and \"body\": { \"file\": \"404.html\" } (--site FOLDER), or say in the distribution which page is for both: custom error responses"
            }
            _ if own => return None,
            Platform::Cloudfront | Platform::CloudfrontFunctions => {
                "give the list of files (--site FOLDER), or have one line for all paths, with 200 or 404 (/* /index.html 200): custom error responses of the distribution do that"
            }
            _ => {
                "give the list of files (--site FOLDER), or write it as a rewrite of the platform's own file, vercel.json, which comes after files"
            }
        })
    }

    /// Whether this is a platform for conformance cases that need this; `None` for a word that no case may use.
    #[doc(hidden)]
    pub fn meets(self, need: &str) -> Option<bool> {
        let table = self.table();
        match need {
            "response" => Some(!table.sets_only),
            "country" => Some(table.country != Fact::Missing),
            "clientIp" => Some(table.client_ip),
            "onePass" => Some(table.one_pass),
            "stages" => Some(!table.one_pass),
            _ => None,
        }
    }

    /// Whether an adapter reads plans there; elsewhere rules become source.
    #[doc(hidden)]
    pub fn has_adapter(self) -> bool {
        !self.table().viewer_only
    }

    /// What conformance cases can need, see [`Platform::meets`].
    #[doc(hidden)]
    pub const NEEDS: [&'static str; 5] = ["response", "country", "clientIp", "onePass", "stages"];

    pub(crate) fn table(self) -> Table {
        match self {
            Platform::Cloudfront => cloudfront::TABLE,
            Platform::Cloudflare => cloudflare::TABLE,
            Platform::Netlify => netlify::TABLE,
            Platform::Vercel => vercel::TABLE,
            Platform::Fastly => fastly::TABLE,
            Platform::Fetch => fetch::TABLE,
            Platform::CloudfrontFunctions => cloudfront_functions::TABLE,
        }
    }
}

/// What a platform is like.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    /// Its name in rules and commands.
    pub(crate) name: &'static str,
    /// Its name in messages.
    pub(crate) title: &'static str,
    /// Path + `?` + query of a request that rules changed must be shorter.
    pub(crate) max_uri: Option<u32>,
    /// Bytes of headers and body of an answer made at viewer-request.
    pub(crate) max_viewer_answer: Option<usize>,
    /// Bytes of headers and body of an answer made at origin-request, or of a replaced body.
    pub(crate) max_origin_answer: Option<usize>,
    /// Request facts.
    pub(crate) host: Fact,
    pub(crate) scheme: Fact,
    pub(crate) country: Fact,
    pub(crate) device: Fact,
    /// The platform tells the client's address.
    pub(crate) client_ip: bool,
    /// Headers that can only be seen at origin stages, by prefix.
    pub(crate) origin_only_headers: Option<&'static str>,
    /// Header names (`*` at the end: a prefix) that a rule may not touch, by stage and message.
    pub(crate) refused: fn(Stage, Message) -> &'static [&'static [&'static str]],
    /// Response stages can only set and append.
    pub(crate) sets_only: bool,
    /// All stages run in one call, so the request of the last is that of the first.
    pub(crate) one_pass: bool,
    /// What to do about a rule that reads what is seen at different stages; `None`: each sees all that any does.
    pub(crate) apart: Option<&'static str>,
    /// Codings that a request's `Accept-Encoding` is reduced to after viewer-request; `None`: it stays what was sent.
    #[cfg_attr(not(feature = "trace"), allow(dead_code))]
    pub(crate) encodings: Option<&'static [&'static str]>,
    /// The origin can be asked again after it answered.
    pub(crate) asks_again: bool,
    /// An origin has a DNS name, and one of these ports; elsewhere an address and any port.
    pub(crate) origin_ports: Option<fn(u16) -> bool>,
    /// A missing object may come as 403 with this `Server`.
    pub(crate) missing_as_403: Option<&'static str>,
    /// Rules run as a function at the viewer's side alone, see [`crate::function`].
    pub(crate) viewer_only: bool,
}

/// Which message an op changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Request,
    Response,
}

/// Where a fact about the request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// The platform or its adapter hands it over.
    Given,
    /// A request header, at every stage.
    Header(&'static str),
    /// A request header that is there (and can be trusted) at origin stages.
    OriginHeader(&'static str),
    /// Request headers that are `true` or `false`, at origin stages: `(value, header)`.
    OriginFlags(&'static [(&'static str, &'static str)]),
    /// There is none.
    Missing,
}

impl Table {
    /// A platform that runs all stages in one pass around the call to the origin, and limits nothing itself.
    pub(crate) const fn one_pass(name: &'static str, title: &'static str) -> Table {
        Table {
            name,
            title,
            max_uri: None,
            max_viewer_answer: None,
            max_origin_answer: None,
            host: Fact::Given,
            scheme: Fact::Given,
            country: Fact::Given,
            device: Fact::Missing,
            client_ip: true,
            origin_only_headers: None,
            refused: connection_fields,
            sets_only: false,
            one_pass: true,
            apart: None,
            encodings: None,
            asks_again: true,
            origin_ports: None,
            missing_as_403: None,
            viewer_only: false,
        }
    }

    /// The event at which rules of a stage run: a function has the viewer's alone.
    pub(crate) fn event(&self, stage: Stage) -> Stage {
        if !(cfg!(feature = "functions") && self.viewer_only) {
            return stage;
        }
        match stage {
            Stage::OriginRequest => Stage::ViewerRequest,
            Stage::OriginRequestAnswer => Stage::ViewerRequestAnswer,
            Stage::OriginResponse => Stage::ViewerResponse,
            other => other,
        }
    }

    /// Whether a rule may not touch `header` there.
    pub(crate) fn refusal(&self, stage: Stage, message: Message, header: &str) -> bool {
        names((self.refused)(stage, message), header)
    }
}

/// Whether one of the lists names `header`; a name with `*` at its end is a prefix.
fn names(lists: &[&[&str]], header: &str) -> bool {
    lists.iter().flat_map(|names| names.iter()).any(|name| match name.strip_suffix('*') {
        Some(prefix) => header.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)),
        None => name.eq_ignore_ascii_case(header),
    })
}

/// Fields of one connection, RFC 9110 §7.6.1: a message's rules have no say in them.
const CONNECTION_FIELDS: &[&str] =
    &["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/// What every Request/Response platform refuses.
fn connection_fields(_: Stage, _: Message) -> &'static [&'static [&'static str]] {
    &[CONNECTION_FIELDS]
}
