/// A stage of a request, in CloudFront's words, or the treatment of an answer that was made at a request stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum Stage {
    /// After the viewer's request came in, before the cache is looked up.
    ViewerRequest = 0,
    /// On a cache miss, before the origin is asked.
    OriginRequest = 1,
    /// After the origin answered, before the answer is cached.
    OriginResponse = 2,
    /// Before the answer goes to the viewer.
    ViewerResponse = 3,
    /// An answer made at viewer-request: it gets the header rules of both response stages at once.
    ViewerRequestAnswer = 4,
    /// An answer made at origin-request: it gets the header rules of origin-response at once.
    OriginRequestAnswer = 5,
}

impl Stage {
    /// Every stage, in the order of their numbers.
    pub const ALL: [Stage; 6] = [
        Stage::ViewerRequest,
        Stage::OriginRequest,
        Stage::OriginResponse,
        Stage::ViewerResponse,
        Stage::ViewerRequestAnswer,
        Stage::OriginRequestAnswer,
    ];

    /// The four stages of a request, without those of answers.
    pub const REAL: [Stage; 4] =
        [Stage::ViewerRequest, Stage::OriginRequest, Stage::OriginResponse, Stage::ViewerResponse];

    /// The stage of a number, as the WebAssembly border passes it.
    pub fn from_number(number: u32) -> Option<Stage> {
        Stage::ALL.get(number as usize).copied()
    }

    /// The name in rules and events: `viewer-request` and so on. An answer has the name of the stage that made it.
    pub fn name(self) -> &'static str {
        match self {
            Stage::ViewerRequest | Stage::ViewerRequestAnswer => "viewer-request",
            Stage::OriginRequest | Stage::OriginRequestAnswer => "origin-request",
            Stage::OriginResponse => "origin-response",
            Stage::ViewerResponse => "viewer-response",
        }
    }

    /// The real stage of a name.
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::REAL.into_iter().find(|stage| stage.name() == name)
    }

    /// Whether the message is a request that may be answered here.
    pub fn is_request(self) -> bool {
        matches!(self, Stage::ViewerRequest | Stage::OriginRequest)
    }
}
