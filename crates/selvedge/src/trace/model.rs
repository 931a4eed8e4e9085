//! What an explanation holds, as tools get it.

use serde::Serialize;

use crate::missing_page::MissingPage;
use crate::places::Span;
use crate::sources::FileFinding;

/// One request through the stages, rule by rule.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Trace {
    /// The platform that the rules were compiled for.
    pub platform: &'static str,
    /// What the viewer asked.
    pub request: RequestHead,
    /// The stages that were looked at, in the order in which they run.
    pub stages: Vec<StageTrace>,
    /// What the origin was asked, the last time; absent where a rule answered.
    pub asked: Option<RequestHead>,
    /// What the viewer gets.
    pub response: ResponseHead,
    /// The page that the platform has to be told to serve for what is missing, because no rule can.
    pub missing_page: Option<MissingPage>,
    /// The findings of lines of vendors' files that were left out.
    #[serde(skip)]
    pub left_out: Vec<FileFinding>,
}

/// One stage and what its rules did there.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StageTrace {
    /// Its name: `viewer-request` and so on.
    pub stage: &'static str,
    /// Why it did not run, if so.
    pub skipped: Option<String>,
    /// The path that the first rules of the stage see, normalised.
    pub path: Option<String>,
    /// What it did that is not a single rule's doing.
    pub remarks: Vec<String>,
    /// Its rules, in the order in which they run; then those that act at once on an answer that was made.
    pub steps: Vec<Step>,
    /// The request as it left the stage; at response stages absent.
    pub request: Option<RequestHead>,
    /// The response as it left the stage, or the answer that a rule made.
    pub response: Option<ResponseHead>,
}

/// One rule at one stage.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Step {
    /// The member of the rules that it belongs to: `redirects` and so on.
    pub kind: &'static str,
    /// Where it stands: `redirects[3]`.
    pub place: String,
    /// The number of the file that it stands in, if files were given.
    pub file: Option<usize>,
    /// Where it was written, if known.
    pub span: Option<Span>,
    /// The rule in short: its patterns, and what it leads to.
    pub rule: String,
    /// Whether it acts on an answer that a rule made at this stage, and not on the stage's own message.
    pub on_answer: bool,
    /// What became of it.
    pub verdict: Verdict,
    /// Why, where it did not act.
    pub reason: Option<Reason>,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// What became of a rule at a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// It matched and was used.
    Acted,
    /// It matched, and there was nothing to change.
    Idle,
    /// It matched, but another rule came first.
    Preempted,
    /// It did not match.
    Unmatched,
    /// Nobody looked at it, since an earlier rule answered.
    Unreached,
}

/// Why a rule did not act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Reason {
    /// What kind of reason: `pattern`, `except`, `condition`, `status`, `method`, `itself`, `rule` and so on.
    pub code: &'static str,
    /// In words.
    pub text: String,
    /// The place of the rule that came first, if it is about another rule.
    pub by: Option<String>,
    /// How many segments of the path matched, if it is about the path: the more, the nearer was the rule.
    pub near: u32,
}

impl Reason {
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Reason {
        Reason { code, text: text.into(), by: None, near: 0 }
    }

    /// The rule at `place` came first.
    pub(super) fn by(place: &str, text: impl Into<String>) -> Reason {
        Reason { by: Some(place.to_owned()), ..Reason::new("rule", text) }
    }
}

/// One change to a message. Lists hold the lines of a header; elsewhere they have one member, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Change {
    /// `path`, `query`, `origin`, `status`, `header`, `body`, or `ask-again` for the path of a fallback rewrite.
    pub what: &'static str,
    /// The header's name.
    pub name: Option<String>,
    /// What was there.
    pub before: Vec<String>,
    /// What is there now.
    pub after: Vec<String>,
}

/// A request without its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestHead {
    /// The method.
    pub method: String,
    /// The path, as it is sent.
    pub path: String,
    /// The query without its `?`.
    pub query: String,
    /// Lines, in order; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The origin that a rule chose: `custom api.example.com`.
    pub origin: Option<String>,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResponseHead {
    /// The status.
    pub status: u16,
    /// Lines, in order; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whose body it is: `rule`, `origin`, or `none`.
    pub body_of: &'static str,
    /// The body, where it is known and text.
    pub body: Option<String>,
    /// Its length, where it is known.
    pub length: Option<usize>,
}
