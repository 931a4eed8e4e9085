//! What decisions do to a message. No choices are made here: each op is one change.

use std::borrow::Cow;
use std::mem;

use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HOST, LAST_MODIFIED, TRAILER,
    TRANSFER_ENCODING,
};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, request, response};
use selvedge_plan::layout::op;
use selvedge_plan::{Answer, Scratch, Stage};

use super::edits::Edit;
use super::{ChosenOrigin, Engine, MAX_SCRATCH, NOTE, Reply, view};

/// Ops that one decision may apply: a forged plan has to end, too.
const MAX_OPS: u32 = 1 << 20;

/// What a response says of its body, and would be wrong of another.
const OF_THE_BODY: [HeaderName; 7] =
    [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED, TRAILER, TRANSFER_ENCODING];

/// Changes in the making.
pub(crate) struct Effects<'m> {
    /// Those of a request stay where they are until the first change: most rules that look at one leave them alone.
    pub(crate) headers: Cow<'m, HeaderMap>,
    pub(crate) status: Option<StatusCode>,
    /// The status is that of a page, not of an answer made here.
    pub(crate) status_set: bool,
    pub(crate) path: Option<String>,
    pub(crate) query: Option<String>,
    /// The path that is appended to.
    base: &'m str,
    pub(crate) origin: Option<ChosenOrigin>,
    pub(crate) answered: bool,
    pub(crate) body: Option<Vec<u8>>,
    is_request: bool,
    judged: Judged,
    ops: u32,
}

/// Which ops count. A page in place of what is missing has its own path and that of the viewer: what caches are told of it goes
/// by its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    Whole,
    /// What caches are told of files.
    ByFile,
    /// All the rest.
    ByPath,
}

/// What a request stage comes to.
pub(super) enum Finished {
    Continue { uri: Option<Uri>, headers: Option<HeaderMap>, origin: Option<ChosenOrigin> },
    Answer { status: StatusCode, headers: HeaderMap, body: Vec<u8> },
}

impl<'m> Effects<'m> {
    #[cfg(feature = "trace")]
    pub(crate) fn of(stage: Stage, request: &'m request::Parts, response: Option<&'m response::Parts>) -> Effects<'m> {
        match response {
            None => Effects::of_request(request),
            Some(response) => {
                Effects::of_response(stage, Cow::Borrowed(&response.headers), response.status, Judged::Whole)
            }
        }
    }

    pub(super) fn of_request(request: &'m request::Parts) -> Effects<'m> {
        Effects {
            headers: Cow::Borrowed(&request.headers),
            status: None,
            status_set: false,
            path: None,
            query: None,
            base: request.uri.path(),
            origin: None,
            answered: false,
            body: None,
            is_request: true,
            judged: Judged::Whole,
            ops: 0,
        }
    }

    fn of_response(stage: Stage, headers: Cow<'m, HeaderMap>, status: StatusCode, judged: Judged) -> Effects<'m> {
        Effects {
            headers,
            status: Some(status),
            status_set: false,
            path: None,
            query: None,
            base: "",
            origin: None,
            answered: matches!(stage, Stage::ViewerRequestAnswer | Stage::OriginRequestAnswer),
            body: None,
            is_request: false,
            judged,
            ops: 0,
        }
    }

    /// Takes the headers of a response, which [`Effects::finish_response`] gives back.
    pub(super) fn taken_from(stage: Stage, response: &mut response::Parts, judged: Judged) -> Effects<'m> {
        Effects::of_response(stage, Cow::Owned(mem::take(&mut response.headers)), response.status, judged)
    }

    /// A decision of several words.
    pub(super) fn words(&mut self, engine: &Engine, words: &[u32], bytes: &[u8]) {
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if word & op::DYNAMIC == 0 {
                self.list(engine, word);
                continue;
            }
            let (Some(at), Some(len)) = (words.next(), words.next()) else { return };
            let text = bytes.get(at as usize..at.saturating_add(len) as usize).unwrap_or_default();
            // A client may write what is not UTF-8: the edit is made all the same, or its own header would stay.
            self.op(engine, word & !op::DYNAMIC, Some(&String::from_utf8_lossy(text)));
        }
    }

    /// A constant op list.
    pub(super) fn list(&mut self, engine: &Engine, list: u32) {
        self.first_of(engine, list, usize::MAX);
    }

    /// The first ops of a constant list.
    pub(super) fn first_of(&mut self, engine: &Engine, list: u32, count: usize) {
        for op in engine.reader.plan().ops(list).take(count) {
            self.op(engine, op, None);
        }
    }

    fn op(&mut self, engine: &Engine, at: u32, text: Option<&str>) {
        self.ops += 1;
        if self.ops > MAX_OPS {
            return;
        }
        let plan = engine.reader.plan();
        let word = |index| plan.word(at, index);
        let code = word(0);
        let value = || text.unwrap_or_else(|| plan.str(word(3), word(4)));
        let of_files = code >> 8 & op::OF_FILES != 0;
        match code & 0xFF {
            _ if of_files && self.judged == Judged::ByPath => {}
            // `Vary` names what was looked at, whoever did.
            other if !of_files && other != op::MERGE_VARY && self.judged == Judged::ByFile => {}
            op::SET_URI => self.path = Some(value().to_owned()),
            op::APPEND_URI => self.path = Some(self.path.take().unwrap_or_else(|| self.base.to_owned()) + value()),
            op::SET_QUERY => self.query = Some(value().to_owned()),
            op::SET_ORIGIN => {
                let origin = ChosenOrigin::new(value());
                if let Some(host) =
                    origin.field("domainName").and_then(|domain| HeaderValue::from_bytes(domain.as_bytes()).ok())
                {
                    self.headers.to_mut().insert(HOST, host);
                }
                self.origin = Some(origin);
            }
            op::ANSWER => self.answer(code, value()),
            op::SET_STATUS => {
                self.status = StatusCode::from_u16((code >> 16) as u16).ok();
                self.status_set = true;
            }
            _ if of_files && (self.answered || self.status.is_some_and(|status| status.as_u16() >= 400)) => {}
            op::REMOVE_MATCHING => self.remove_matching(engine, at),
            code => match text {
                Some(text) => self.header(engine, code, &Edit::new(plan, at, text)),
                None => engine.edits.with(plan, at, |edit| self.header(engine, code, edit)),
            },
        }
    }

    fn answer(&mut self, code: u32, body: &str) {
        self.status = StatusCode::from_u16((code >> 16) as u16).ok();
        self.body = Some(match code >> 8 & 0xFF {
            2 => decode_base64(body),
            _ => body.as_bytes().to_vec(),
        });
        self.answered = true;
        if self.is_request {
            self.headers = Cow::Owned(HeaderMap::new());
        } else {
            for name in &OF_THE_BODY {
                self.headers.to_mut().remove(name);
            }
        }
    }

    fn remove_matching(&mut self, engine: &Engine, at: u32) {
        let matches = |name: &&HeaderName| ask(engine, at, name.as_str().as_bytes()) != Asked::No;
        let matching: Vec<HeaderName> = self.headers.keys().filter(matches).cloned().collect();
        for name in matching {
            self.headers.to_mut().remove(name);
        }
    }

    fn header(&mut self, engine: &Engine, code: u32, edit: &Edit) {
        let Edit { at, name: Some(name), values, given } = edit else { return };
        match code {
            op::REMOVE if self.headers.contains_key(name) => {
                self.headers.to_mut().remove(name);
            }
            op::DEFAULT if self.headers.contains_key(name) => {}
            op::DEFAULT | op::SET => self.set(name, values.iter().cloned()),
            op::APPEND => self.append(name, values.iter().cloned()),
            op::MERGE_VARY => match view::lines(&self.headers, name.as_str()) {
                None => self.append(name, values.iter().cloned()),
                Some(existing) => {
                    if let Asked::Text(merged) = ask(engine, *at, &existing)
                        && let Ok(merged) = HeaderValue::from_bytes(&merged)
                    {
                        self.set(name, [merged].into_iter());
                    }
                }
            },
            op::REPLACE => {
                let lines: Vec<HeaderValue> = self.headers.get_all(name).iter().cloned().collect();
                let question = |line: &HeaderValue| match given {
                    None => line.as_bytes().to_vec(),
                    Some(given) => [line.as_bytes(), given.as_bytes()].join(&0),
                };
                let replaced = lines.into_iter().filter_map(|line| match ask(engine, *at, &question(&line)) {
                    Asked::No | Asked::Yes => Some(line),
                    // A line that was to be cleaned does not go on uncleaned.
                    Asked::Text(text) => HeaderValue::from_bytes(&text).ok(),
                    Asked::Removed => None,
                });
                self.set(name, replaced);
            }
            _ => {}
        }
    }

    /// These lines and no others.
    fn set(&mut self, name: &HeaderName, mut values: impl Iterator<Item = HeaderValue>) {
        match values.next() {
            Some(first) => {
                // A map that holds as many as it can takes no more.
                let _ = self.headers.to_mut().try_insert(name, first);
                self.append(name, values);
            }
            None => {
                self.headers.to_mut().remove(name);
            }
        }
    }

    fn append(&mut self, name: &HeaderName, values: impl Iterator<Item = HeaderValue>) {
        for value in values {
            let _ = self.headers.to_mut().try_append(name, value);
        }
    }

    /// The engine failed, and the rules say that nothing may pass without it.
    pub(super) fn block(&mut self) {
        self.answered = true;
        self.status = Some(StatusCode::SERVICE_UNAVAILABLE);
        self.headers = Cow::Owned(HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("no-store"))]));
        self.body = Some(Vec::new());
    }

    /// Nothing is done but to remove a note, which came from outside.
    pub(super) fn forget_note(&mut self) {
        self.headers.to_mut().remove(&NOTE);
    }

    /// What becomes of the request. Where its URI would be longer than the platform takes, the answer is 414: by another path than
    /// rules wanted, it must not go on.
    pub(super) fn finish(self, request: &request::Parts, max_uri: Option<usize>) -> Finished {
        if let (true, Some(status)) = (self.answered, self.status) {
            let headers = self.headers.into_owned();
            return Finished::Answer { status, headers, body: self.body.unwrap_or_default() };
        }
        let mut uri = None;
        // CONNECT and OPTIONS * have no path that could be another.
        let moves = (self.path.is_some() || self.query.is_some()) && request.uri.path().starts_with('/');
        if moves {
            let path = self.path.as_deref().unwrap_or(self.base);
            let before = request.uri.query().unwrap_or_default();
            let query = self.query.as_deref().unwrap_or(before);
            let differs = path != request.uri.path() || query != before;
            let too_long = max_uri.is_some_and(|limit| differs && path.len() + query.len() >= limit);
            uri = with_target(&request.uri, path, query).filter(|_| !too_long);
            if uri.is_none() {
                let headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
                return Finished::Answer { status: StatusCode::URI_TOO_LONG, headers, body: Vec::new() };
            }
        }
        let Cow::Owned(headers) = self.headers else {
            return Finished::Continue { uri, headers: None, origin: self.origin };
        };
        if let Some(host) = headers.get(HOST).filter(|host| request.headers.get(HOST) != Some(*host)) {
            uri = with_host(uri.as_ref().unwrap_or(&request.uri), host).or(uri);
        }
        Finished::Continue { uri, headers: Some(headers), origin: self.origin }
    }

    pub(super) fn finish_response(self, request: &request::Parts, response: &mut response::Parts) -> Reply {
        response.headers = self.headers.into_owned();
        let mut ask_again_status = None;
        if self.path.is_some() {
            ask_again_status = self.status.filter(|_| self.status_set);
        } else if let Some(status) = self.status {
            response.status = status;
        }
        let query = self.query.as_deref().or(request.uri.query()).unwrap_or_default();
        let ask_again = self.path.and_then(|path| with_target(&request.uri, &path, query));
        Reply { body: self.body, ask_again, ask_again_status }
    }
}

/// `uri` with another path and query; `None` where they are not legal in one.
pub(crate) fn with_target(uri: &Uri, path: &str, query: &str) -> Option<Uri> {
    let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}

/// `uri` with another host, if it is one with a host and a path: a rule that changes the field changes both.
fn with_host(uri: &Uri, host: &HeaderValue) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    parts.scheme.as_ref()?;
    parts.authority = Some(Authority::try_from(host.as_bytes()).ok()?);
    Uri::from_parts(parts).ok()
}

/// The reader's answer to a question about an op, with its text.
#[derive(PartialEq, Eq)]
enum Asked {
    No,
    Yes,
    Text(Vec<u8>),
    Removed,
}

fn ask(engine: &Engine, op: u32, text: &[u8]) -> Asked {
    let mut words = vec![0; engine.reader.plan().output_words().max(2)];
    let mut bytes = vec![0; 1024.max(4 * text.len())];
    loop {
        let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
        match engine.reader.ask(op, text, &mut scratch) {
            None if bytes.len() > MAX_SCRATCH => return Asked::Removed,
            None => bytes = vec![0; 2 * bytes.len()],
            Some(Answer::No) => return Asked::No,
            Some(Answer::Yes) => return Asked::Yes,
            Some(Answer::Removed) => return Asked::Removed,
            Some(Answer::Text(at, len)) => {
                let text = bytes.get(at as usize..at.saturating_add(len) as usize);
                return text.map_or(Asked::Removed, |text| Asked::Text(text.to_vec()));
            }
        }
    }
}

/// RFC 4648 §4; the rules were checked to hold nothing else.
fn decode_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut bits = 0u32;
    let mut count = 0;
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
