//! Templates as expressions: where a rule leads, and the values of headers.

use selvedge_plan::layout::place;

use super::body::Body;
use super::condition::{Seen, expression, seen};
use super::script::{list, string, strings};
use crate::compile::pattern::group_number;
use crate::compile::value::{Landing, literal_target, place_of, uri_text};
use crate::rules::{Fact, Filter, Part, Template};

/// What a value that a template fills in may need.
struct Value {
    /// `null` where there is none.
    expression: String,
    /// Whether it may be absent.
    may_lack: bool,
    /// Whether nothing is made without it, wherever it lands.
    must_be: bool,
    /// How its text is written.
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Part of the normalised path.
    Path,
    /// Text of a URL, with escapes.
    Escaped,
    /// Form-encoded.
    Encoded,
    /// Text as it is.
    Plain,
}

/// Names and expressions of what a pattern captured.
pub(super) struct Captures<'c> {
    pub(super) slots: &'c [String],
    pub(super) values: &'c [String],
}

impl Captures<'_> {
    pub(super) const NONE: Captures<'static> = Captures { slots: &[], values: &[] };
}

/// Where a rule leads, as an expression that is `null` where a value does not fit.
pub(super) fn target(body: &mut Body<'_>, to: &Template, captures: &Captures<'_>, landing: Landing) -> String {
    if let Some(text) = to.as_literal() {
        return string(&literal_target(text));
    }
    if let Some(path) = path_of_captures(to, captures) {
        return format!("{}({path})", body.call("p_"));
    }
    let begins = to.parts.first().is_some_and(|part| match part {
        Part::Literal(text) => text != "/" && !text.starts_with("//"),
        _ => false,
    });
    let parts = parts(body, to, captures, landing);
    if parts.may_lack {
        return format!("{}({})", body.call("DD"), list(parts.all));
    }
    format!("{}({})", body.call(if begins { "ok" } else { "D" }), parts.all.join("+"))
}

/// As [`target`], with a query: where neither the target has one nor a fragment that comes after it.
pub(super) fn target_with(body: &mut Body<'_>, to: &Template, captures: &Captures<'_>, query: &str) -> Option<String> {
    if let Some(text) = to.as_literal() {
        let text = literal_target(text);
        let (before, fragment) = text.find('#').map_or((text.as_str(), ""), |at| text.split_at(at));
        let fragment = if fragment.is_empty() { String::new() } else { format!("+{}", string(fragment)) };
        // Brackets of an address are not part of a query.
        let simple = !before.contains(['?', '[']);
        return simple.then(|| format!("{}({},{query}){fragment}", body.call("Q"), string(before)));
    }
    path_of_captures(to, captures).map(|path| format!("{}({path},{query})", body.call("p_")))
}

/// The names of what a target takes from the path.
pub(super) fn captured(to: &Template) -> impl Iterator<Item = &str> {
    to.parts.iter().filter_map(|part| match part {
        Part::Capture { name, .. } => Some(name.as_str()),
        _ => None,
    })
}

/// Whether it is text and whole parts of the request's path, which makes its own normalised form.
pub(super) fn is_of_captures(to: &Template) -> bool {
    let slots: Vec<String> = captured(to).map(str::to_owned).collect();
    path_of_captures(to, &Captures { slots: &slots, values: &slots }).is_some()
}

/// A target that is text and whole parts of the request's path, as one expression. Such parts are always there, and need the same
/// escapes as the text, which has none that they would change. What it makes is its own normalised form.
fn path_of_captures(to: &Template, captures: &Captures<'_>) -> Option<String> {
    let mut pieces = Vec::new();
    let mut after_slash = false;
    for (number, part) in to.parts.iter().enumerate() {
        match part {
            // A part that may be empty takes the second of two slashes with it.
            Part::Literal(text) if number > 0 && after_slash && text.starts_with('/') => return None,
            Part::Literal(text) => {
                let stands = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:!$&'()*+,;=@".contains(&byte);
                // After a slash alone a part that begins with one would make another host of what follows.
                let begins = number > 0
                    || text.strip_prefix('/').is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
                    || text.strip_prefix("https://").is_some_and(|rest| rest.contains('/'));
                if !begins || !text.bytes().all(stands) {
                    return None;
                }
                after_slash = text.ends_with('/');
                pieces.push(string(text));
            }
            Part::Capture { name, filter } if number > 0 && *filter == Filter::default() => {
                let at = captures.slots.iter().position(|slot| slot == name)?;
                // Two in a row may make a slash of both.
                if !matches!(to.parts.get(number - 1), Some(Part::Literal(_))) {
                    return None;
                }
                pieces.push(captures.values.get(at)?.clone());
            }
            _ => return None,
        }
    }
    (pieces.len() > 1).then(|| pieces.join("+"))
}

/// A header value, as an expression that is `null` where it cannot be made.
pub(super) fn header_value(body: &mut Body<'_>, value: &Template, captures: &Captures<'_>) -> String {
    if let Some(text) = value.as_literal() {
        return string(text);
    }
    let parts = parts(body, value, captures, Landing::Value);
    format!("{}({})", body.call("j"), list(parts.all))
}

/// `Content-Disposition` that names a file.
pub(super) fn disposition(body: &mut Body<'_>, name: &Template, captures: &Captures<'_>) -> String {
    let parts = parts(body, name, captures, Landing::FileName);
    format!("{}({})", body.call("d"), list(parts.all))
}

/// What a match is replaced by, of the arguments that `replace` hands over.
pub(super) fn replacement(body: &mut Body<'_>, source: &str, with: &Template) -> String {
    let mut pieces = Vec::new();
    for part in &with.parts {
        match part {
            Part::Literal(text) => pieces.push(string(text)),
            Part::Capture { name, filter } => {
                let group = group_number(source, &[], name);
                let value = format!("(a[{group}]||'')");
                pieces.push(encoded(
                    body,
                    &value,
                    if filter.encode { place::COMPONENT } else { place::VALUE },
                    Form::Plain,
                    *filter,
                ));
            }
            Part::Fact { .. } => {}
        }
    }
    if pieces.is_empty() { "''".to_owned() } else { pieces.join("+") }
}

/// The parts of a template.
struct Parts {
    /// An expression for each. One that is `null` makes all of it so.
    all: Vec<String>,
    /// Whether one may be `null`.
    may_lack: bool,
}

fn parts(body: &mut Body<'_>, of: &Template, captures: &Captures<'_>, landing: Landing) -> Parts {
    let is_target = matches!(landing, Landing::Target | Landing::OtherScheme);
    let mut before = String::new();
    let mut all: Vec<String> = Vec::new();
    let mut may_lack = false;
    // What comes before: a value, or text that ends with a slash.
    let (mut after_value, mut after_slash) = (false, false);
    let mut rest = of.parts.iter().peekable();
    // A capture that may be empty between two slashes: the second goes with it.
    let mut swallows: Option<String> = None;
    while let Some(part) = rest.next() {
        if let Part::Literal(text) = part {
            let shown = if is_target { uri_text(&before, text).into_owned() } else { text.clone() };
            before.push_str(text);
            all.push(match swallows.take().filter(|_| shown.starts_with('/')) {
                Some(empty) => format!("({empty}?{}:{})", string(shown.get(1..).unwrap_or_default()), string(&shown)),
                None => string(&shown),
            });
            (after_value, after_slash) = (false, shown.ends_with('/'));
            continue;
        }
        swallows = None;
        let here = place_of(part, rest.peek().copied(), &before, landing);
        let begins = before.ends_with('/');
        before.push('x');
        let (value, filter) = match part {
            Part::Capture { name, filter } => {
                let at = captures.slots.iter().position(|slot| slot == name);
                let expression = at.and_then(|at| captures.values.get(at)).cloned().unwrap_or_else(|| "''".to_owned());
                if here == place::PATH {
                    swallows = match (after_slash, after_value) {
                        (true, _) => Some(format!("!{expression}")),
                        (_, true) => Some(format!("!{expression}&&/\\/$/.test({})", all.join("+"))),
                        _ => None,
                    };
                }
                (Value { expression, may_lack: false, must_be: false, form: Form::Path }, *filter)
            }
            Part::Fact { fact, filter } => (fact_value(body, fact, here, begins), *filter),
            Part::Literal(_) => continue,
        };
        may_lack |= value.must_be || value.may_lack && !is_target;
        may_lack |= matches!(here, place::LABEL | place::HOST | place::HOST_NAME);
        all.push(placed(body, value, here, filter, is_target));
        (after_value, after_slash) = (true, false);
    }
    Parts { all, may_lack }
}

/// A value where it lands.
fn placed(body: &mut Body<'_>, value: Value, here: u32, filter: Filter, is_target: bool) -> String {
    let Value { expression, may_lack, must_be, form } = value;
    match here {
        place::LABEL => {
            let text = if form == Form::Encoded { decoded(body, &expression) } else { expression };
            let text = if filter.lower { format!("(x=>x&&{}(x))({text})", body.call("B")) } else { text };
            format!("(x=>x!=null&&/^[a-z\\d-]+$/i.test(x)?x:null)({text})")
        }
        place::HOST | place::HOST_NAME => lower(body, expression, filter),
        // Without a value there is no header, and no file name.
        place::VALUE | place::FILE_NAME => {
            let text = match (form, here) {
                (Form::Encoded, _) => decoded(body, &expression),
                (Form::Path | Form::Escaped, place::FILE_NAME) => {
                    let decode = body.call("f");
                    if may_lack || must_be {
                        format!("(x=>x==null?x:{decode}(x))({expression})")
                    } else {
                        format!("{decode}({expression})")
                    }
                }
                _ => expression,
            };
            if filter.lower { format!("(x=>x==null?x:{}(x))({text})", body.call("B")) } else { text }
        }
        // An absent value is empty in a target; with `|encode` in a header it is none.
        _ => {
            let none = must_be || may_lack && !is_target;
            if none {
                let inner = encoded(body, "x", here, form, filter);
                format!("(x=>x==null?x:{inner})({expression})")
            } else {
                let text = if may_lack { format!("({expression}||'')") } else { expression };
                encoded(body, &text, here, form, filter)
            }
        }
    }
}

fn lower(body: &mut Body<'_>, text: String, filter: Filter) -> String {
    if filter.lower { format!("(x=>x&&{}(x))({text})", body.call("B")) } else { text }
}

fn decoded(body: &mut Body<'_>, text: &str) -> String {
    format!("(x=>x==null?x:{}(x))({text})", body.decodes_all())
}

/// A text percent-encoded for a place.
fn encoded(body: &mut Body<'_>, text: &str, here: u32, form: Form, filter: Filter) -> String {
    let legal = match here {
        place::PATH => r"/:@!$&'()*+,;=",
        place::QUERY => r"/?:@!$'()*,;",
        place::WHOLE_QUERY => r"/?:@!$'()*,;&=+",
        place::COMPONENT => "!'()*",
        _ => return if filter.lower { format!("{}({text})", body.call("B")) } else { text.to_owned() },
    };
    let keeps_escapes = matches!(form, Form::Path | Form::Escaped) && here != place::COMPONENT;
    let expression = match (form, here) {
        // All else that a normalised path holds is legal there.
        (Form::Path, place::PATH) => r"/[[\]|]|%(?![\dA-F]{2})/g".to_owned(),
        _ if keeps_escapes => format!(r"/%(?![\da-f]{{2}})|[^\w.~\-{legal}%]+/gi"),
        _ => format!(r"/[^\w.~\-{legal}]+/g"),
    };
    let call = body.call(if form == Form::Encoded { "Z" } else { "E" });
    let text = format!("{call}({text},{expression})");
    if filter.lower { format!("{}({text})", body.call("B")) } else { text }
}

/// `begins`: an authority begins with it.
fn fact_value(body: &mut Body<'_>, fact: &Fact, here: u32, begins: bool) -> Value {
    let value = |expression: String, may_lack: bool, form: Form| Value { expression, may_lack, must_be: false, form };
    match fact {
        Fact::Host => {
            body.uses('h');
            let authority = matches!(here, place::HOST | place::HOST_NAME);
            let flags = match (here == place::HOST_NAME, begins || !authority) {
                (true, first) => format!(",{},1", u8::from(first)),
                (false, true) => ",1".to_owned(),
                (false, false) => String::new(),
            };
            // It has to be a host wherever it lands.
            let host = format!("{}(h.host{flags})", body.call("J"));
            Value { must_be: true, ..value(host, false, Form::Escaped) }
        }
        Fact::Path => {
            body.uses('u');
            body.names_path = true;
            value("u".to_owned(), false, Form::Escaped)
        }
        Fact::Query => {
            body.uses('s');
            value("s".to_owned(), false, Form::Escaped)
        }
        Fact::Url => {
            for var in ['h', 'u', 's'] {
                body.uses(var);
            }
            body.names_path = true;
            let scheme = body.header("cloudfront-forwarded-proto");
            let host = body.call("J");
            let url = format!("(x=>x==null?x:({scheme}[0]||'https')+'://'+x+u+(s&&'?'+s))({host}(h.host,1))");
            Value { must_be: true, ..value(url, false, Form::Escaped) }
        }
        Fact::Country => value(format!("{}[0]", body.header("cloudfront-viewer-country")), true, Form::Escaped),
        Fact::ClientIp => value("e.viewer.ip".to_owned(), true, Form::Escaped),
        Fact::RequestId => value("e.context.requestId".to_owned(), true, Form::Escaped),
        Fact::QueryParam(name) => value(format!("{}[0]", body.parameter(name)), true, Form::Encoded),
        Fact::Cookie(name) => value(format!("{}[0]", body.cookie(name)), true, Form::Plain),
        Fact::Header(name) => value(joined(&body.header(name)), true, Form::Plain),
        Fact::Response(name) => value(joined(&body.response_header(name)), true, Form::Plain),
        Fact::Matched { name, tests } => {
            let groups = tests.iter().map(|(subject, source)| {
                let values = match seen(body, subject) {
                    Seen::List(values) => values,
                    Seen::One(value) => list([value]),
                    Seen::Maybe(value) => format!("{}.filter(x=>x!=null)", list([value])),
                };
                let group = group_number(source, &[], name);
                format!("{}({values},/{}/,{group})", body.call("W"), expression(source))
            });
            let groups: Vec<String> = groups.collect();
            let first = match groups.as_slice() {
                [group] => group.clone(),
                _ => format!("{}.filter(x=>x!=null)[0]", list(groups)),
            };
            value(first, true, Form::Plain)
        }
    }
}

fn joined(lines: &str) -> String {
    format!("(x=>x.length?x.join(', '):null)({lines})")
}

/// Values of one header as an expression: a list of lines, those that cannot be made `null`.
pub(super) fn lines(body: &mut Body<'_>, values: &[Template], captures: &Captures<'_>) -> String {
    let literal: Option<Vec<&str>> = values.iter().map(Template::as_literal).collect();
    match literal {
        Some(texts) => strings(texts),
        None => list(values.iter().map(|value| header_value(body, value, captures)).collect::<Vec<_>>()),
    }
}
