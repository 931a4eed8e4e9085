//! Where a redirect leads: the query that goes along, and a guard against leading to the request itself.

use crate::FULL;
use crate::encode::encode;
use crate::layout::{meta, place, role};
use crate::query;
use crate::span::Span;
use crate::work::Work;

/// `to` with the request's query as the rule wants it; the query goes before a fragment.
pub(crate) fn join_query(work: &mut Work<'_>, to: Span, request: Span, flags: u32) -> Span {
    if request.len == 0 {
        return to;
    }
    let text = work.get(to);
    let fragment = text.iter().position(|byte| *byte == b'#').unwrap_or(text.len());
    let question = text.iter().take(fragment).position(|byte| *byte == b'?');
    let keep = flags & meta::KEEP_QUERY != 0 && question.is_none();
    if !(keep || FULL && flags & meta::MERGE_QUERY != 0) {
        return to;
    }
    let own = match question {
        Some(at) => to.part(at + 1, fragment - at - 1),
        None => Span::EMPTY,
    };
    let own = if keep || !FULL { None } else { Some(query::Known::new(work, own)) };
    let mark = work.mark();
    work.push_span(to.part(0, fragment));
    let mut separator = match question {
        None => Some(b'?'),
        Some(at) if at + 1 == fragment => None,
        Some(_) => Some(b'&'),
    };
    if let Some(own) = own {
        let mut start = 0;
        while let Some((pair, next)) = query::pair_at(work.get(request), start) {
            start = next;
            let pair = request.part(pair.start, pair.len());
            if own.has(work, pair) {
                continue;
            }
            if let Some(separator) = separator {
                work.push(separator);
            }
            separator = Some(b'&');
            let (text, mut out) = work.read(pair);
            encode(text, place::WHOLE_QUERY, true, &mut out);
        }
    } else {
        work.push(b'?');
        let (text, mut out) = work.read(request);
        encode(text, place::WHOLE_QUERY, true, &mut out);
    }
    work.push_span(to.part(fragment, to.len as usize));
    work.since(mark)
}

/// Whether a `Location` is the very URL of the request: scheme (https where unseen), host, exact path and query.
pub(crate) fn leads_to_itself(work: &Work<'_>, location: Span, absolute: bool, path: Span) -> bool {
    let text = work.get(location);
    if !absolute && !text.starts_with(work.get(path)) {
        return false;
    }
    let text = text.split(|byte| *byte == b'#').next().unwrap_or_default();
    let mut rest = text;
    if absolute {
        let scheme = work.role(role::SCHEME).map_or(&b"https"[..], |scheme| work.get(scheme));
        let Some(host) = work.role(role::HOST) else { return false };
        let after = match text.split_at_checked(scheme.len()) {
            Some((head, [b':', b'/', b'/', after @ ..])) if head.eq_ignore_ascii_case(scheme) => after,
            _ => return false,
        };
        let end = after.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(after.len());
        let (authority, path_on) = after.split_at_checked(end).unwrap_or_default();
        let port: &[u8] = if scheme.eq_ignore_ascii_case(b"http") { b":80" } else { b":443" };
        if !without(authority, port).eq_ignore_ascii_case(without(work.get(host), port)) {
            return false;
        }
        rest = path_on;
    }
    let (to_path, to_query) = rest.split_at_checked(path_len(rest)).unwrap_or_default();
    let to_query = to_query.get(1..).unwrap_or_default();
    let to_path = if to_path.is_empty() { b"/" } else { to_path };
    let query = work.role(role::QUERY).map_or(&[][..], |query| work.get(query));
    to_path == work.get(path) && to_query == query
}

/// How long the part of a target before its query is.
pub(crate) fn path_len(target: &[u8]) -> usize {
    target.iter().position(|byte| *byte == b'?').unwrap_or(target.len())
}

fn without<'t>(text: &'t [u8], suffix: &[u8]) -> &'t [u8] {
    text.strip_suffix(suffix).unwrap_or(text)
}
