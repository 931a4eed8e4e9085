//! `_redirects`: `from [name=value…] [to] [status[!]] [Condition=a,b…]`.

use super::condition::{Conditions, read_conditions};
use super::countries::settle_countries;
use super::from::{From, Url, read_from};
use super::loops::{LeftAlone, left_alone};
use super::query::query_pair;
use super::repeated::Repeated;
use super::schemes::settle_schemes;
use super::target::{Target, read_target, report};
use crate::dialect::arrange::arrange;
use crate::dialect::existing::Existing;
use crate::dialect::foreign::{expression_in_path, group_in_target, has_no_commas, is_own, quoted_status};
use crate::dialect::line::{Line, Word, has_host, is_clean, is_resolved, lines, split_url};
use crate::dialect::placeholders::Captures;
use crate::dialect::route::{Action, Mapping, Route, Spans};
use crate::dialect::sink::{Sink, string};
use crate::dialect::written::Redirect;
use crate::dialect::{Dialect, Options, Parsed};
use crate::places::Span;
use crate::platform::refuses_custom_header;
use crate::rules::Value;

/// Reads a `_redirects` file. The first line that matches counts.
pub(in crate::dialect) fn redirects(text: &str, options: &Options) -> Parsed {
    let mut sink = Sink::default();
    let mut routes = Routes::new(options);
    for line in lines(text) {
        read_line(line, &mut routes, &mut sink);
    }
    routes.finish(&mut sink);
    sink.finish()
}

/// The rules of a file, in their order.
pub(super) struct Routes {
    existing: Option<Existing>,
    /// Whether the cookie can be read with which a visitor chooses a country.
    country_cookie: bool,
    /// Whether the country is seen later than what the viewer sends.
    country_is_late: bool,
    /// Of each line.
    routes: Vec<Vec<Route>>,
    /// The lines themselves, of which some are said again.
    written: Vec<Option<(Span, Redirect)>>,
    denied: Vec<Route>,
    written_denied: Vec<(Span, Redirect)>,
    repeated: Repeated,
}

impl Routes {
    pub(super) fn new(options: &Options) -> Routes {
        Routes {
            existing: options.files.as_deref().map(Existing::new),
            country_cookie: options.sees_at_once() == Some(true),
            country_is_late: options.sees_at_once() == Some(false),
            routes: Vec::new(),
            written: Vec::new(),
            denied: Vec::new(),
            written_denied: Vec::new(),
            repeated: Repeated::default(),
        }
    }

    /// `None`: it cannot be honoured; the sink knows why.
    pub(super) fn add(&mut self, parts: &Parts<'_, '_>, sink: &mut Sink) -> Option<()> {
        match read(parts, self, sink)? {
            Read::Route(before, route) => {
                if let Some(at) = self.repeated.earlier(parts, self.routes.len(), sink) {
                    self.routes.get_mut(at).map(Vec::clear);
                    self.written.get_mut(at).map(Option::take);
                }
                self.routes.push(before.map(|before| *before).into_iter().chain([route]).collect());
                self.written.push(Some((parts.line, parts.written())));
            }
            Read::Denied(route) => {
                self.denied.push(route);
                self.written_denied.push((parts.line, parts.written_denied()));
            }
        }
        Some(())
    }

    /// Writes them all.
    pub(super) fn finish(self, sink: &mut Sink) {
        for (span, line) in self.written.into_iter().flatten().chain(self.written_denied) {
            sink.written_line(Dialect::Netlify, span, line);
        }
        // Nobody has the role: later lines for the path come next, and then it is as if there were nothing.
        let mut routes: Vec<Route> = self.routes.into_iter().flatten().chain(self.denied).collect();
        settle_schemes(&mut routes, sink);
        if self.country_is_late {
            settle_countries(&mut routes);
        }
        if self.existing.is_none() {
            note_files(&routes, sink);
        }
        arrange(&routes, self.existing.as_ref(), sink);
    }
}

/// A proxied line without `!` yields to files, which are not known: says so once. (Others ask the origin first, to the same effect.)
fn note_files(routes: &[Route], sink: &mut Sink) {
    let proxy = |route: &&Route| matches!(route.action, Action::Proxy(_));
    if let Some(first) = routes.iter().filter(|route| route.yields && !route.is_exact()).find(proxy) {
        sink.warning(
            "file-yields",
            first.spans.line,
            "Netlify proxies only paths without a file on the site; the files are not known here, so all of these paths are proxied",
            "give the list of files (--site FOLDER), or write \"200!\"",
        );
    }
}

enum Read {
    /// A line, and another one in front of it.
    Route(Option<Box<Route>>, Route),
    /// Of a line that asks for a role: what those without it get.
    Denied(Route),
}

fn read_line(line: Line<'_>, routes: &mut Routes, sink: &mut Sink) -> Option<()> {
    let whole = line.trimmed();
    is_clean(whole, sink)?;
    is_own(whole, sink)?;
    let mut words = line.words();
    let from = words.next()?;
    let rest: Vec<Word<'_>> = words.collect();
    let parts = split(from, &rest, whole, sink)?;
    routes.add(&parts, sink)
}

fn read(parts: &Parts<'_, '_>, all: &Routes, sink: &mut Sink) -> Option<Read> {
    let existing = all.existing.as_ref();
    let Parts { line, from, query, to, status, conditions, .. } = *parts;
    let (code, forced) = match status {
        Some(word) => read_code(word, sink)?,
        None => (301, false),
    };
    if to.is_none() && !(from.text.ends_with("/*") && (200..300).contains(&code)) {
        sink.error("invalid-line", line, "the line says no target", "add the path or URL that it leads to");
        return None;
    }
    has_no_commas(from, sink)?;
    let From { url, path, span } = read_from(from, sink)?;
    expression_in_path(from, "Netlify", sink);
    let Conditions { mut when, reads_viewer, forces, denied } =
        read_conditions(conditions, code, all.country_cookie, sink)?;
    let mut reads_viewer = reads_viewer;
    let mut captures = Captures::default();
    let mut members = Vec::new();
    for pair in query {
        let (name, value) = query_pair(*pair, &mut captures, sink)?;
        members.extend(value.map(|value| (name, value)));
    }
    if !members.is_empty() {
        when.push(("query".to_owned(), Value::Object(members)));
        reads_viewer = true;
    }
    if let Some(Url { scheme, host }) = url {
        when.push(("scheme".to_owned(), string(scheme)));
        when.push(("host".to_owned(), string(host)));
        reads_viewer = true;
    }
    let spans = Spans {
        line,
        from: span,
        to: to.unwrap_or(from).span,
        status: status.map(|word| word.span),
        when: conditions.first().or(query.first()).or((!when.is_empty()).then_some(&from)).map(|word| word.span),
    };
    let route = |action, mappings, status| Route {
        spans,
        mappings,
        action,
        status,
        when: when.clone(),
        reads_viewer,
        yields: !forced && !forces,
        exact_slash: false,
        paths: Vec::new(),
        query: None,
    };
    if denied {
        let mappings = path.alternatives().into_iter().map(|(from, _)| Mapping { from, to: "/404.html".to_owned() });
        let route = route(Action::Rewrite, mappings.collect(), 404);
        return Some(Read::Denied(Route { yields: false, ..route }));
    }
    let Some(to) = to else {
        let mappings = path.alternatives().into_iter().map(|(from, _)| Mapping { from, to: String::new() });
        return Some(Read::Route(None, route(Action::Stay, mappings.collect(), code)));
    };
    is_resolved(to, sink)?;
    group_in_target(to, "Netlify", sink);
    let Target { action, text } = read_target(to, code, status, existing, sink)?;
    let action = with_headers(action, parts, sink);
    // The status is set by what the request says, and a page of an error has no use for a query.
    let text = if code >= 400 { text.split('?').next().unwrap_or_default() } else { &text };
    let mut made = Vec::new();
    for (number, (from, mut of_path)) in path.alternatives().into_iter().enumerate() {
        of_path.extend(&captures);
        let filled = of_path.fill(text, false);
        has_host(&filled.text, to.span, sink)?;
        if number == 0 {
            report(&filled, to, sink);
        }
        made.push(Mapping { from, to: filled.text });
    }
    let route = route(action, made, code);
    if route.action == Action::Redirect && query.is_empty() && !path.has_star() && differs_by_slash(from.text, to.text)
    {
        let message =
            "Netlify ignores a slash at the end of a path: where no file is, the line leads to itself, in circles";
        let help = "leave it out: Netlify's pretty URLs set slashes, and rules here have html.trailingSlash";
        sink.warning("self-redirect", line, message, help);
    }
    match left_alone(&route, to.text, &path) {
        LeftAlone::Nothing => Some(Read::Route(None, route)),
        LeftAlone::Some(before) => Some(Read::Route(Some(before), route)),
        LeftAlone::All => {
            let message =
                "Netlify takes it for a loop that all these paths begin as the target does: the line does nothing";
            sink.warning("never-matches", line, message, "lead to a path that begins otherwise");
            Some(Read::Route(None, Route { action: Action::Stay, yields: false, ..route }))
        }
    }
}

/// Whether a line leads to its own path with a slash more or less, on its own host.
fn differs_by_slash(from: &str, to: &str) -> bool {
    let to = to.split('#').next().unwrap_or_default();
    let parts = |text| split_url(text).map_or((None, text), |(_, host, path)| (Some(host), path));
    let ((own, path), (host, target)) = (parts(from), parts(to));
    let is_own = host.is_none_or(|host| own.is_some_and(|own| own.eq_ignore_ascii_case(host)));
    is_own && path != target && path.trim_end_matches('/') == target.trim_end_matches('/')
}

/// A rule by its words.
#[derive(Clone, Copy)]
pub(super) struct Parts<'l, 't> {
    /// All of it.
    pub(super) line: Span,
    pub(super) from: Word<'t>,
    pub(super) query: &'l [Word<'t>],
    pub(super) to: Option<Word<'t>>,
    pub(super) status: Option<Word<'t>>,
    pub(super) conditions: &'l [Word<'t>],
    /// Request headers for the origin that is asked; lines of `_redirects` have none.
    pub(super) headers: &'l [Header<'t>],
}

/// A request header of a proxied line.
pub(super) struct Header<'t> {
    pub(super) name: &'t str,
    pub(super) value: Word<'t>,
}

/// The headers belong to the origin: it gets them where this line has chosen it, and nowhere else.
fn with_headers(action: Action, parts: &Parts<'_, '_>, sink: &mut Sink) -> Action {
    let Some(first) = parts.headers.first() else { return action };
    let Action::Proxy(Value::Object(mut origin)) = action else {
        let message = "only a line that proxies to another host has request headers: these are sent nowhere";
        sink.warning(
            "headers-without-proxy",
            first.value.span,
            message,
            "remove them, or lead to a URL with status 200",
        );
        return action;
    };
    let mut headers = Vec::new();
    for header in parts.headers {
        if refuses_custom_header(header.name) {
            let message = format!("{:?} cannot be set for an origin", header.name);
            sink.error("not-honoured", header.value.span, message, "leave it out, or give it another name");
        } else {
            headers.push((header.name.to_owned(), string(header.value.text)));
        }
    }
    if let Some((_, Value::Object(fields))) = origin.iter_mut().find(|(name, _)| name == "custom")
        && !headers.is_empty()
    {
        fields.push(("customHeaders".to_owned(), Value::Object(headers)));
    }
    Action::Proxy(Value::Object(origin))
}

fn split<'l, 't>(from: Word<'t>, rest: &'l [Word<'t>], whole: Word<'_>, sink: &mut Sink) -> Option<Parts<'l, 't>> {
    let Some(first) = rest.first() else {
        sink.error("invalid-line", from.span, "a line needs a path and where it leads", "write \"/from /to 301\"");
        return None;
    };
    if leading_number(first.text).is_some() {
        let (status, conditions) = rest.split_first()?;
        return Some(Parts {
            line: whole.span,
            from,
            query: &[],
            to: None,
            status: Some(*status),
            conditions,
            headers: &[],
        });
    }
    let is_target = |word: &Word<'_>| ["/", "http://", "https://"].iter().any(|start| word.text.starts_with(start));
    let Some(at) = rest.iter().position(is_target) else {
        sink.error(
            "invalid-line",
            whole.span,
            "no target: one begins with \"/\", \"http://\" or \"https://\"",
            meant(first.text),
        );
        return None;
    };
    let (query, tail) = rest.split_at(at);
    let (to, tail) = tail.split_first()?;
    let (status, conditions) = tail.split_first().map_or((None, tail), |(status, rest)| (Some(*status), rest));
    Some(Parts { line: whole.span, from, query, to: Some(*to), status, conditions, headers: &[] })
}

/// What a word that is not a target was meant to be.
fn meant(word: &str) -> String {
    let bare = word.trim_matches(['"', '\'', ',']);
    let scheme = ["https:", "http:"].into_iter().find(|scheme| bare.starts_with(scheme));
    if let Some((scheme, rest)) = scheme.and_then(|scheme| Some((scheme, bare.strip_prefix(scheme)?))) {
        return format!("write {:?}", format!("{scheme}//{}", rest.trim_start_matches('/')));
    }
    if bare.len() < word.len() {
        return format!("write {bare:?}, without quotes and commas");
    }
    let first = bare.split('/').next().unwrap_or_default();
    match first.contains('.') {
        true => format!("write {:?}, or {:?} for another host", format!("/{bare}"), format!("https://{bare}")),
        false => format!("write {:?}", format!("/{bare}")),
    }
}

/// As `parseInt`: the digits at the beginning.
fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// The status, and whether it is forced.
pub(super) fn read_code(word: Word<'_>, sink: &mut Sink) -> Option<(u16, bool)> {
    let (text, forced) = word.text.strip_suffix('!').map_or((word.text, false), |text| (text, true));
    if let Some(bare) = quoted_status(word.text) {
        sink.error("invalid-line", word.span, "a status has no quotes", format!("write {bare}"));
        return None;
    }
    let Some(code) = leading_number(text) else {
        let help = if text.contains('=') {
            "write the status before conditions: \"/from /to 302 Country=de\""
        } else {
            "write a number such as 301"
        };
        sink.error("invalid-line", word.span, format!("{:?} is not a status", word.text), help);
        return None;
    };
    match code {
        200 | 301 | 302 | 303 | 307 | 308 | 400..=599 => {
            if text.bytes().any(|byte| !byte.is_ascii_digit()) {
                let message = format!("{:?} counts as {code}", word.text);
                sink.warning("odd-status", word.span, message, "write the number alone");
            }
            Some((code as u16, forced))
        }
        _ => {
            let help = "use 301, 302, 303, 307 or 308, 200 for a rewrite, or 400 to 599 for an error page";
            sink.error("invalid-line", word.span, format!("status {code} can be neither redirect nor page"), help);
            None
        }
    }
}
