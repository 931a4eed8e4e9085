//! `_redirects`: `from to [status]`. Lines without wildcards come first, whatever their place.

use std::collections::HashSet;

use super::MAX_LINE;
use super::names::{Piece, pattern, pieces};
use crate::dialect::arrange::arrange;
use crate::dialect::foreign::{expression_in_path, group_in_target, has_no_commas, is_own, quoted_status};
use crate::dialect::line::{Line, Word, has_host, is_clean, is_resolved, lines};
use crate::dialect::netlify::report;
use crate::dialect::route::{Action, Mapping, Route, Spans};
use crate::dialect::sink::Sink;
use crate::dialect::written;
use crate::dialect::{Dialect, Options, Parsed};
use crate::places::Span;

/// What Cloudflare reads of a file.
const MAX_STATIC: usize = 2000;
const MAX_DYNAMIC: usize = 100;

pub(in crate::dialect) fn redirects(text: &str, _: &Options) -> Parsed {
    let mut sink = Sink::default();
    let mut known = HashSet::new();
    let (mut statics, mut dynamics) = (Vec::new(), Vec::new());
    let mut counts = Counts::default();
    for line in lines(text) {
        let Some((route, is_static)) = read(line, &mut known, &mut sink) else { continue };
        counts.add(is_static, route.spans.line);
        // After a line with wildcards all lines are tried in their order.
        let list = if is_static && dynamics.is_empty() { &mut statics } else { &mut dynamics };
        list.push(route);
    }
    counts.report(&mut sink);
    statics.append(&mut dynamics);
    arrange(&statics, None, &mut sink);
    sink.finish()
}

/// Lines of each kind, by what Cloudflare allows.
#[derive(Default)]
struct Counts {
    statics: usize,
    dynamics: usize,
    late_statics: usize,
    first_late: Option<Span>,
    too_many: Option<(Span, &'static str, usize)>,
}

impl Counts {
    fn add(&mut self, is_static: bool, span: Span) {
        if is_static && self.dynamics == 0 {
            self.statics += 1;
        } else {
            self.dynamics += 1;
            if is_static {
                self.late_statics += 1;
                self.first_late.get_or_insert(span);
            }
        }
        if self.statics > MAX_STATIC && self.dynamics == 0 {
            self.too_many.get_or_insert((span, "without wildcards", MAX_STATIC));
        }
        if self.dynamics > MAX_DYNAMIC {
            self.too_many.get_or_insert((span, "with wildcards, or after one", MAX_DYNAMIC));
        }
    }

    fn report(&self, sink: &mut Sink) {
        if let Some(span) = self.first_late {
            let message = format!(
                "a line without wildcards after one that has some counts among those, of which Cloudflare takes {MAX_DYNAMIC} ({} such lines)",
                self.late_statics
            );
            sink.warning("static-after-dynamic", span, message, "move it above the first line with \"*\" or \":name\"");
        }
        if let Some((span, which, most)) = self.too_many {
            let message = format!("Cloudflare reads {most} lines {which}, and not this one; here all of them count");
            sink.warning("too-many-rules", span, message, "on Cloudflare, use bulk redirects");
        }
    }
}

fn read<'t>(line: Line<'t>, known: &mut HashSet<String>, sink: &mut Sink) -> Option<(Route, bool)> {
    let whole = line.trimmed();
    is_clean(whole, sink)?;
    is_own(whole, sink)?;
    if whole.text.chars().count() > MAX_LINE {
        sink.error("invalid-line", whole.span, format!("more than {MAX_LINE} characters"), "shorten it");
        return None;
    }
    let words: Vec<Word<'t>> = line.words().collect();
    let (from, to, status) = match words.as_slice() {
        [from, to] => (*from, *to, None),
        [from, to, status] => (*from, *to, Some(*status)),
        _ => {
            let help = "write \"/from /to 301\"; Cloudflare has neither conditions nor queries";
            sink.error("invalid-line", whole.span, format!("{} words; a line has two or three", words.len()), help);
            return None;
        }
    };
    if status.is_none() && to.text.parse::<u16>().is_ok() {
        sink.error("invalid-line", whole.span, "the line says no target", "add the path or URL that it leads to");
        return None;
    }
    has_no_commas(from, sink)?;
    let path = read_from(from, sink)?;
    expression_in_path(from, "Cloudflare", sink);
    group_in_target(to, "Cloudflare", sink);
    let target = read_to(to, sink)?;
    is_resolved(to, sink)?;
    let code = status.map_or(Some(302), |status| read_code(status, sink))?;
    let absolute = target.contains("://");
    if code == 200 && absolute {
        sink.error("invalid-line", to.span, "Cloudflare rewrites to paths only", "write a rule of \"origins\" in JSON");
        return None;
    }
    let bare = target.split(['?', '#']).next().unwrap_or_default();
    if !absolute
        && (bare.ends_with("/index") || bare.ends_with("/index.html"))
        && (path.ends_with("/*") || path.ends_with('/'))
    {
        sink.error(
            "invalid-line",
            whole.span,
            "Cloudflare serves /index.html at /, so that this leads to itself, and refuses the line",
            "for a single-page application set \"not_found_handling\" of Cloudflare's assets to \"single-page-application\", or write the rule { \"rewrites\": [{ \"from\": \"/*\", \"to\": \"/index.html\", \"fallback\": true }] }",
        );
        return None;
    }
    if !known.insert(path.clone()) {
        sink.warning(
            "duplicate-path",
            from.span,
            "a line above is for the same path; Cloudflare ignores this one",
            "keep one of them",
        );
        return None;
    }
    let found = pieces(&path);
    let is_static = found.iter().all(|piece| matches!(piece, Piece::Text(_)));
    let (pattern, captures) = pattern(from, &[], &path, sink)?;
    let mut filled = captures.fill(&target, false);
    if is_static {
        filled.partial.clear();
    }
    has_host(&filled.text, to.span, sink)?;
    report(&filled, to, sink);
    let (action, text) = match code {
        200 => (Action::Rewrite, filled.text.split(['?', '#']).next().unwrap_or_default().to_owned()),
        _ => (Action::Redirect, filled.text),
    };
    let route = Route {
        spans: Spans {
            line: whole.span,
            from: from.span,
            to: to.span,
            status: status.map(|word| word.span),
            when: None,
        },
        mappings: vec![Mapping { from: vec![pattern], to: text }],
        action,
        status: code,
        when: Vec::new(),
        reads_viewer: false,
        yields: false,
        exact_slash: true,
        paths: Vec::new(),
        query: None,
    };
    let line = written::Redirect {
        line: whole.span.line,
        from: from.text.to_owned(),
        to: to.text.to_owned(),
        status: code.into(),
        force: true,
        query: Vec::new(),
        conditions: Vec::new(),
        headers: Vec::new(),
    };
    sink.written_line(Dialect::Cloudflare, whole.span, line);
    Some((route, is_static))
}

/// The path, as a URL has it, less query and fragment.
fn read_from(word: Word<'_>, sink: &mut Sink) -> Option<String> {
    let text = word.text;
    if text.contains("://") && !text.starts_with('/') {
        let help = "write the path alone; for a host, write a rule with \"when\": { \"host\": … } in JSON";
        sink.error("invalid-line", word.span, "Cloudflare takes paths only, no URLs", help);
        return None;
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    if path.len() < text.len() {
        let message = "query and fragment of a path are left out: the line matches the path with any query";
        sink.warning("query-in-path", word.span, message, format!("write {path:?}"));
    }
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Some(path)
}

fn read_to(word: Word<'_>, sink: &mut Sink) -> Option<String> {
    let text = word.text;
    if let Some(rest) = text.strip_prefix("//") {
        sink.warning(
            "protocol-relative",
            word.span,
            "a target that begins with \"//\" is another host",
            format!("write {:?}", format!("https://{rest}")),
        );
        return Some(format!("https://{rest}"));
    }
    if text.starts_with('/') || text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://")) {
        return Some(text.to_owned());
    }
    let help = match text {
        _ if text.starts_with("http://") => "write https://",
        _ if text.contains(|c: char| c.is_ascii_alphanumeric()) => "begin it with \"/\"",
        _ => "leave it out: \"/from /to 301\"",
    };
    sink.error("invalid-line", word.span, "a target begins with \"/\" or \"https://\"", help);
    None
}

fn read_code(word: Word<'_>, sink: &mut Sink) -> Option<u16> {
    if let Ok(code @ (200 | 301 | 302 | 303 | 307 | 308)) = word.text.parse::<u16>() {
        return Some(code);
    }
    if let Some(bare) = quoted_status(word.text) {
        sink.error("invalid-line", word.span, "a status has no quotes", format!("write {bare}"));
        return None;
    }
    let help = if word.text.ends_with('!') {
        "leave the \"!\" out: on Cloudflare a line always comes before files"
    } else if word.text.contains('=') {
        "Cloudflare has no conditions; write the line as a rule with \"when\" in JSON"
    } else {
        "use 200, 301, 302, 303, 307 or 308"
    };
    sink.error("invalid-line", word.span, format!("Cloudflare does not take {:?} as a status", word.text), help);
    None
}
