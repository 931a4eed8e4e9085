//! Filling templates: targets and header values with captures and facts.

use crate::FULL;
use crate::captures::Captures;
use crate::condition::captured;
use crate::cursor::Cursor;
use crate::disposition;
use crate::encode::{encode, is_field_value, is_label};
use crate::host;
use crate::layout::{meta, part, place, role, subject};
use crate::outcome::Refusal;
use crate::pairs::{self, first_value};
use crate::path::has_dots;
use crate::span::Span;
use crate::work::Work;

/// What became of a template.
pub(crate) enum Filled {
    /// The text, in the working memory.
    Text(Span),
    /// As before, but a fact was absent: empty in a target, no header in a header value.
    Absent(Span),
    /// A value that is not legal where it lands.
    Illegal,
}

/// Where a rule leads: the template at `at`, or the text there if `flags` do not say that it is one. An absent value is empty.
/// Refused where a value is not legal where it lands, or would make a `.` or `..` segment: the rule does not match then.
pub(crate) fn target(work: &mut Work<'_>, flags: u32, at: u32, captures: &Captures) -> Result<Span, Refusal> {
    if flags & meta::TEMPLATE == 0 {
        return Ok(collapse(work, Cursor::new(work.plan, at).text()));
    }
    let mark = work.mark();
    if let Filled::Text(text) | Filled::Absent(text) = fill(work, at, captures)
        && !has_dots(work.get(text))
    {
        return Ok(collapse(work, text));
    }
    work.back_to(mark);
    Err(Refusal::Unfit(at))
}

/// A path never becomes `//host`: its leading slashes collapse to one. (Backslashes are encoded by then.)
pub(crate) fn collapse(work: &Work<'_>, to: Span) -> Span {
    let slashes = work.get(to).iter().take_while(|byte| **byte == b'/').count();
    to.part(slashes.saturating_sub(1), to.len as usize)
}

/// Fills the template at `at`, see [`part`].
pub(crate) fn fill(work: &mut Work<'_>, at: u32, captures: &Captures) -> Filled {
    fill_first(work, at, u32::MAX, captures, false)
}

/// Fills the first parts of a template, which stands `inside` another one.
pub(crate) fn fill_first(work: &mut Work<'_>, at: u32, most: u32, captures: &Captures, inside: bool) -> Filled {
    let mut cursor = Cursor::new(work.plan, at);
    let count = work.counted(cursor.number()).min(most);
    let mark = work.mark();
    let mut absent = false;
    let mut swallow_slash = false;
    for _ in 0..count {
        let kind = cursor.number();
        if kind == part::LITERAL {
            let text = cursor.text();
            let skip = swallow_slash && work.get(text).first() == Some(&b'/');
            work.push_span(text.part(usize::from(skip), text.len as usize));
            swallow_slash = false;
            continue;
        }
        let (placed, argument) = (cursor.number(), cursor.number());
        let place = placed & !place::LOWER;
        let before = work.mark();
        let legal = match kind {
            part::CAPTURE => {
                let value = captures.get(argument);
                swallow_slash = value.len == 0 && place == place::PATH && work.get(work.since(mark)).ends_with(b"/");
                put(work, Some(value), place, true, &mut absent)
            }
            part::RAW => {
                let value = work.input(argument);
                put(work, value, place, true, &mut absent)
            }
            part::HOST => {
                let begins = work.get(work.since(mark)).ends_with(b"/");
                put_host(work, place, begins, &mut absent)
            }
            part::PATH => {
                let value = work.path();
                put(work, value, place, true, &mut absent)
            }
            part::LINES if FULL => match work.input(argument) {
                None => put(work, None, place, false, &mut absent),
                Some(value) => put_lines(work, value, place),
            },
            part::QUERY | part::MATCHED if FULL => {
                let value = match kind {
                    part::QUERY => {
                        let name = cursor.bytes();
                        work.input(argument).and_then(|query| pairs::parameter(work, query, name))
                    }
                    _ => captured(work, argument),
                };
                put_moved(work, value, place, before, &mut absent)
            }
            part::COOKIE if FULL => {
                let name = cursor.bytes();
                let value = work.input(argument).and_then(|input| first_value(work, subject::COOKIE, input, name));
                put(work, value, place, false, &mut absent)
            }
            part::DISPOSITION if FULL && inside => return Filled::Illegal,
            part::DISPOSITION if FULL => match fill_first(work, argument, u32::MAX, captures, true) {
                Filled::Text(name) => {
                    let start = work.mark();
                    disposition::write(work, name);
                    let whole = work.since(start);
                    work.close_gap(before, whole);
                    true
                }
                Filled::Absent(_) | Filled::Illegal => return Filled::Illegal,
            },
            _ => FULL && put_url(work, place),
        };
        if !legal {
            return Filled::Illegal;
        }
        if FULL && placed != place {
            let value = work.since(before);
            lower(work.get_mut(value));
        }
    }
    let text = work.since(mark);
    if absent { Filled::Absent(text) } else { Filled::Text(text) }
}

/// Makes ASCII letters lower case, but for the digits of escapes.
fn lower(mut text: &mut [u8]) {
    while let [byte, rest @ ..] = text {
        byte.make_ascii_lowercase();
        text = if *byte == b'%' { rest.get_mut(2..).unwrap_or_default() } else { rest };
    }
}

/// Writes a value for its place; whether it is legal there.
fn put(work: &mut Work<'_>, value: Option<Span>, place: u32, escaped: bool, absent: &mut bool) -> bool {
    let Some(value) = value else {
        *absent = true;
        return !matches!(place, place::LABEL | place::HOST | place::HOST_NAME);
    };
    let (text, mut out) = work.read(value);
    let legal = match place {
        place::LABEL => is_label(text),
        place::HOST | place::HOST_NAME => true,
        place::VALUE => is_field_value(text),
        place::FILE_NAME if FULL => {
            disposition::push_decoded(text, escaped, &mut out);
            return true;
        }
        _ => {
            encode(text, place, escaped, &mut out);
            return true;
        }
    };
    if legal {
        out.push_all(text);
    }
    legal
}

/// The host, which has to be there, and to be one, wherever it lands. `begins`: the authority begins with it.
fn put_host(work: &mut Work<'_>, place: u32, begins: bool, absent: &mut bool) -> bool {
    let Some(field) = work.role(role::HOST) else { return false };
    let Some(name) = host::name(work.get(field)) else { return false };
    let authority = matches!(place, place::HOST | place::HOST_NAME);
    // An address is not the end of a longer name; the last label of a name begins with a letter.
    let last = name.strip_suffix(b".").unwrap_or(name).rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    if authority && !begins && !last.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let field = if place == place::HOST_NAME { field.part(0, name.len()) } else { field };
    put(work, Some(field), place, true, absent)
}

/// As [`put`] for a value that was itself written to the working memory at `before`: it is replaced by its encoded form.
fn put_moved(work: &mut Work<'_>, value: Option<Span>, place: u32, before: usize, absent: &mut bool) -> bool {
    let Some(value) = value else { return put(work, None, place, false, absent) };
    let start = work.mark();
    let legal = put(work, Some(value), place, false, absent);
    let encoded = work.since(start);
    work.close_gap(before, encoded);
    legal
}

fn put_lines(work: &mut Work<'_>, value: Span, place: u32) -> bool {
    let mut start = 0;
    let mut absent = false;
    loop {
        let rest = value.part(start, value.len as usize);
        let text = work.get(rest);
        let len = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        let last = len == text.len();
        if !put(work, Some(rest.part(0, len)), place, false, &mut absent) {
            return false;
        }
        if last {
            return true;
        }
        let (_, mut out) = work.read(Span::EMPTY);
        if place == place::VALUE {
            out.push_all(b", ")
        } else {
            encode(b", ", place, false, &mut out)
        }
        start += len + 1;
    }
}

/// `scheme://host/path?query` as the message entered the stage.
fn put_url(work: &mut Work<'_>, place: u32) -> bool {
    let mut absent = false;
    let punctuation = |work: &mut Work<'_>, text: &[u8]| {
        let mut out = work.sink();
        if place == place::VALUE { out.push_all(text) } else { encode(text, place, true, &mut out) }
    };
    match work.role(role::SCHEME) {
        Some(scheme) => {
            put(work, Some(scheme), place, true, &mut absent);
        }
        None => punctuation(work, b"https"),
    }
    punctuation(work, b"://");
    let path = work.path();
    let legal = put_host(work, place, true, &mut absent) && put(work, path, place, true, &mut absent);
    match work.role(role::QUERY) {
        Some(query) if query.len > 0 => {
            punctuation(work, b"?");
            legal && put(work, Some(query), place, true, &mut absent)
        }
        _ => legal,
    }
}
