//! What decisions do to a message. No choices are made here: each op is one change.

use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HOST, LAST_MODIFIED, TRAILER,
    TRANSFER_ENCODING,
};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, request, response};
use selvedge_plan::layout::{ARRANGES, FOREIGN_NOTE, op};
use selvedge_plan::{Answer, Scratch, Stage};

use super::{ChosenOrigin, MAX_SCRATCH, PlanReader, Reply, view};
use crate::rules::NOTE_HEADER;

/// Ops that one decision may apply: a forged plan has to end, too.
const MAX_OPS: u32 = 1 << 20;

/// What a response says of its body, and would be wrong of another.
const OF_THE_BODY: [HeaderName; 7] =
    [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED, TRAILER, TRANSFER_ENCODING];

/// Changes in the making.
pub(crate) struct Effects {
    pub(crate) headers: HeaderMap,
    pub(crate) status: Option<StatusCode>,
    /// The status is that of a page, not of an answer made here.
    pub(crate) status_set: bool,
    pub(crate) path: Option<String>,
    pub(crate) query: Option<String>,
    /// The path that is appended to.
    base: String,
    pub(crate) origin: Option<ChosenOrigin>,
    pub(crate) answered: bool,
    pub(crate) body: Option<Vec<u8>>,
    is_request: bool,
    ops: u32,
}

/// What a request stage comes to.
pub(super) enum Finished {
    Continue(Option<ChosenOrigin>),
    Answer { status: StatusCode, headers: HeaderMap, body: Vec<u8> },
}

impl Effects {
    pub(super) fn of(stage: Stage, request: &request::Parts, response: Option<&response::Parts>) -> Effects {
        let answered = matches!(stage, Stage::ViewerRequestAnswer | Stage::OriginRequestAnswer);
        let effects = response.map_or_else(|| Effects::of_request(request), Effects::of_response);
        Effects { answered, ..effects }
    }

    fn of_request(request: &request::Parts) -> Effects {
        Effects {
            headers: request.headers.clone(),
            status: None,
            status_set: false,
            path: None,
            query: None,
            base: request.uri.path().to_owned(),
            origin: None,
            answered: false,
            body: None,
            is_request: true,
            ops: 0,
        }
    }

    fn of_response(response: &response::Parts) -> Effects {
        Effects {
            headers: response.headers.clone(),
            status: Some(response.status),
            status_set: false,
            path: None,
            query: None,
            base: String::new(),
            origin: None,
            answered: false,
            body: None,
            is_request: false,
            ops: 0,
        }
    }

    /// A decision of several words.
    pub(super) fn words(&mut self, reader: &PlanReader, words: &[u32], bytes: &[u8]) {
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if word & op::DYNAMIC == 0 {
                self.list(reader, word);
                continue;
            }
            let (Some(at), Some(len)) = (words.next(), words.next()) else { return };
            let text = bytes.get(at as usize..at.saturating_add(len) as usize).unwrap_or_default();
            // A client may write what is not UTF-8: the edit is made all the same, or its own header would stay.
            self.op(reader, word & !op::DYNAMIC, Some(&String::from_utf8_lossy(text)));
        }
    }

    /// A constant op list.
    pub(super) fn list(&mut self, reader: &PlanReader, list: u32) {
        self.first_of(reader, list, usize::MAX);
    }

    /// The first ops of a constant list.
    pub(super) fn first_of(&mut self, reader: &PlanReader, list: u32, count: usize) {
        for op in reader.plan().ops(list).take(count) {
            self.op(reader, op, None);
        }
    }

    fn op(&mut self, reader: &PlanReader, at: u32, text: Option<&str>) {
        self.ops += 1;
        if self.ops > MAX_OPS {
            return;
        }
        let plan = reader.plan();
        let word = |index| plan.word(at, index);
        let code = word(0);
        let name = plan.str(word(1), word(2));
        let value = text.unwrap_or_else(|| plan.str(word(3), word(4)));
        let of_files = code >> 8 & op::OF_FILES != 0;
        match code & 0xFF {
            op::SET_URI => self.path = Some(value.to_owned()),
            op::APPEND_URI => self.path = Some(self.path.take().unwrap_or_else(|| self.base.clone()) + value),
            op::SET_QUERY => self.query = Some(value.to_owned()),
            op::SET_ORIGIN => {
                let origin = ChosenOrigin::new(value);
                if let Some(host) =
                    origin.field("domainName").and_then(|domain| HeaderValue::from_bytes(domain.as_bytes()).ok())
                {
                    self.headers.insert(HOST, host);
                }
                self.origin = Some(origin);
            }
            op::ANSWER => self.answer(code, value),
            op::SET_STATUS => {
                self.status = StatusCode::from_u16((code >> 16) as u16).ok();
                self.status_set = true;
            }
            _ if of_files && (self.answered || self.status.is_some_and(|status| status.as_u16() >= 400)) => {}
            code => self.header(reader, at, code, name, value),
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
            self.headers = HeaderMap::new();
        } else {
            for name in OF_THE_BODY {
                self.headers.remove(name);
            }
        }
    }

    fn header(&mut self, reader: &PlanReader, at: u32, code: u32, name: &str, value: &str) {
        if code == op::REMOVE_MATCHING {
            let matching: Vec<HeaderName> = self
                .headers
                .keys()
                .filter(|name| ask(reader, at, name.as_str().as_bytes()) != Asked::No)
                .cloned()
                .collect();
            for name in matching {
                self.headers.remove(name);
            }
            return;
        }
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return };
        let values = || value.split('\n').filter_map(|line| HeaderValue::from_bytes(line.as_bytes()).ok());
        match code {
            op::REMOVE => {
                self.headers.remove(name);
            }
            op::DEFAULT if self.headers.contains_key(&name) => {}
            op::DEFAULT | op::SET => {
                self.headers.remove(&name);
                self.append(&name, values());
            }
            op::APPEND => self.append(&name, values()),
            op::MERGE_VARY => match view::lines(&self.headers, name.as_str(), ", ") {
                None => self.append(&name, values()),
                Some(existing) => {
                    if let Asked::Text(merged) = ask(reader, at, existing.as_bytes())
                        && let Ok(merged) = HeaderValue::from_bytes(&merged)
                    {
                        self.headers.insert(name, merged);
                    }
                }
            },
            op::REPLACE => {
                let lines: Vec<HeaderValue> = self.headers.get_all(&name).iter().cloned().collect();
                self.headers.remove(&name);
                let replaced = lines.into_iter().filter_map(|line| match ask(reader, at, line.as_bytes()) {
                    Asked::No | Asked::Yes => Some(line),
                    // A line that was to be cleaned does not go on uncleaned.
                    Asked::Text(text) => HeaderValue::from_bytes(&text).ok(),
                    Asked::Removed => None,
                });
                self.append(&name, replaced);
            }
            _ => {}
        }
    }

    /// Takes back what was done to a header.
    fn keep(&mut self, before: &HeaderMap, name: &'static str) {
        self.headers.remove(name);
        self.append(&HeaderName::from_static(name), before.get_all(name).iter().cloned());
    }

    fn append(&mut self, name: &HeaderName, values: impl Iterator<Item = HeaderValue>) {
        for value in values {
            // A map that holds as many as it can takes no more.
            let _ = self.headers.try_append(name, value);
        }
    }

    /// The engine failed, and the rules say that nothing may pass without it.
    pub(super) fn block(&mut self) {
        self.answered = true;
        self.status = Some(StatusCode::SERVICE_UNAVAILABLE);
        self.headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
        self.body = Some(Vec::new());
    }

    /// Nothing is done but to remove a note, which came from outside.
    pub(super) fn forget_note(&mut self) {
        self.headers.remove(NOTE_HEADER);
    }

    /// Changes the request. Where its URI would be longer than the platform takes, it keeps its URI and its origin; what
    /// rules do to headers is done all the same. `flags` are the stage's.
    pub(super) fn finish(mut self, request: &mut request::Parts, max_uri: Option<usize>, flags: u32) -> Finished {
        if let (true, Some(status)) = (self.answered, self.status) {
            return Finished::Answer { status, headers: self.headers, body: self.body.unwrap_or_default() };
        }
        // CONNECT and OPTIONS * have no path that could be another.
        let moves = (self.path.is_some() || self.query.is_some()) && request.uri.path().starts_with('/');
        if moves {
            let path = self.path.as_deref().unwrap_or(&self.base);
            let query = self.query.as_deref().or(request.uri.query()).unwrap_or_default();
            let too_long = max_uri.is_some_and(|limit| path.len() + query.len() >= limit);
            if too_long && flags & ARRANGES == 0 {
                if self.origin.take().is_some() {
                    self.keep(&request.headers, HOST.as_str());
                }
                self.keep(&request.headers, NOTE_HEADER);
                if flags & FOREIGN_NOTE != 0 {
                    self.forget_note();
                }
            } else {
                match with_target(&request.uri, path, query).filter(|_| !too_long) {
                    Some(uri) => request.uri = uri,
                    // Without its other effects, such as removed headers, or by another path than rules saw, it must not go on.
                    None => {
                        let headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
                        return Finished::Answer { status: StatusCode::URI_TOO_LONG, headers, body: Vec::new() };
                    }
                }
            }
        }
        if self.headers.get(HOST) != request.headers.get(HOST)
            && let Some(uri) = self.headers.get(HOST).and_then(|host| with_host(&request.uri, host))
        {
            request.uri = uri;
        }
        request.headers = self.headers;
        Finished::Continue(self.origin)
    }

    pub(super) fn finish_response(self, request: &request::Parts, response: &mut response::Parts) -> Reply {
        response.headers = self.headers;
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

fn ask(reader: &PlanReader, op: u32, text: &[u8]) -> Asked {
    let mut words = [0; 4];
    let mut bytes = vec![0; 1024.max(4 * text.len())];
    loop {
        let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
        match reader.ask(op, text, &mut scratch) {
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
