//! Where a reader of rule files puts what it makes: rules by kind, their places, findings.

#[cfg(feature = "migrate")]
use super::readable::readable;
use super::written::{Block, Redirect, Written};
use super::{Dialect, Parsed};
use crate::finding::{Finding, Severity};
use crate::places::{Places, Span};
use crate::rules::Value;

/// The rules of a file in the making.
#[derive(Default)]
pub(super) struct Sink {
    settings: Vec<(String, Value)>,
    lists: Vec<(&'static str, Vec<Value>)>,
    places: Places,
    findings: Vec<Finding>,
    written: Written,
    /// What the file is counted in, how many of them it has, and how many were left out.
    #[cfg(feature = "migrate")]
    share: Option<(&'static str, usize, usize)>,
}

/// The members of a rule, each with where it was written.
pub(super) type Members = Vec<(&'static str, Value, Option<Span>)>;

impl Sink {
    /// Adds a member of which a rule set has one.
    pub(super) fn setting(&mut self, name: &str, value: Value) {
        self.settings.push((name.to_owned(), value));
    }

    /// Adds a rule to the list of its kind, and says where it was written.
    pub(super) fn rule(&mut self, kind: &'static str, span: Span, members: Members) {
        let at = match self.lists.iter().position(|(name, _)| *name == kind) {
            Some(at) => at,
            None => {
                self.lists.push((kind, Vec::new()));
                self.lists.len() - 1
            }
        };
        let Some((_, list)) = self.lists.get_mut(at) else { return };
        let at = list.len();
        for (name, _, span) in &members {
            if let Some(span) = span {
                self.places.insert(format!("{kind}[{at}].{name}"), *span);
            }
        }
        self.places.insert_rule(kind, at, span);
        list.push(Value::Object(members.into_iter().map(|(name, value, _)| (name.to_owned(), value)).collect()));
    }

    /// The answers so far, each as its members.
    pub(super) fn answers(&self) -> impl Iterator<Item = &[(String, Value)]> {
        let answers = self.lists.iter().filter(|(kind, _)| *kind == "responses").flat_map(|(_, rules)| rules);
        answers.filter_map(|rule| if let Value::Object(members) = rule { Some(members.as_slice()) } else { None })
    }

    /// A line as its vendor has it.
    pub(super) fn written_line(&mut self, of: Dialect, span: Span, line: Redirect) {
        self.written.of = Some(of);
        self.written.yielding.extend((!line.force).then_some(line.line));
        self.written.lines.push((span, line));
    }

    /// A block as its vendor has it.
    pub(super) fn written_block(&mut self, of: Dialect, span: Span, block: Block) {
        self.written.of = Some(of);
        self.written.blocks.push((span, block));
    }

    /// As [`Sink::rule`], with the places of parts of members: `set.X-Name`.
    pub(super) fn rule_with(&mut self, kind: &'static str, span: Span, members: Members, parts: Vec<(String, Span)>) {
        let at = self.lists.iter().find(|(name, _)| *name == kind).map_or(0, |(_, list)| list.len());
        for (part, span) in parts {
            self.places.insert(format!("{kind}[{at}].{part}"), span);
        }
        self.rule(kind, span, members);
    }

    /// Adds a finding on a line.
    pub(super) fn finding(
        &mut self,
        code: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(Finding {
            code,
            severity,
            place: String::new(),
            span: Some(span),
            message: message.into(),
            help: help.into(),
        });
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.finding(code, Severity::Error, span, message, help);
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.finding(code, Severity::Warning, span, message, help);
    }

    pub(super) fn note(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.finding(code, Severity::Note, span, message, help);
    }

    /// Says what share of a server's configuration became rules.
    #[cfg(feature = "migrate")]
    pub(super) fn taken_over(&mut self, all: usize, left_out: usize) {
        self.share("directives", all, left_out);
    }

    /// Says what share of a file became rules.
    #[cfg(feature = "migrate")]
    pub(super) fn share(&mut self, what: &'static str, all: usize, left_out: usize) {
        self.share = Some((what, all, left_out));
    }

    /// A directive that includes what a path with stars names. Servers start without a file there, and their own may have some.
    #[cfg(feature = "migrate")]
    pub(super) fn nothing_included(&mut self, span: Span, name: &str, path: &str) {
        let message = format!(
            "no files are there for {name} {path:?}: what the server has in them, guards too, is not taken over"
        );
        self.warning("unread-include", span, message, "copy them next to the file, or take the line out");
    }

    pub(super) fn finish(mut self) -> Parsed {
        self.findings.sort_by_key(|finding| finding.span);
        let lists = self.lists.into_iter().map(|(kind, list)| (kind.to_owned(), Value::Array(list)));
        let members = self.settings.into_iter().chain(lists);
        let (places, findings, written) = (self.places, self.findings, Box::new(self.written));
        let parsed = Parsed { rules: Value::Object(members.collect()), places, findings, written };
        #[cfg(feature = "migrate")]
        if let Some(share) = self.share {
            return shared(parsed, share);
        }
        parsed
    }
}

/// What was read of a server's or a host's configuration, all of which rules can read, and the share of it that this is.
#[cfg(feature = "migrate")]
fn shared(parsed: Parsed, (what, all, left_out): (&str, usize, usize)) -> Parsed {
    let (mut parsed, refused) = readable(parsed);
    if all > 0 {
        let taken = all.saturating_sub(left_out + refused);
        let message = format!("{taken} of {all} {what} are taken over ({} %)", taken * 100 / all);
        let help = if taken < all { "each of the others has a finding" } else { "" };
        let span = Some(Span { line: 1, column: 1, length: 1 });
        let (code, place) = ("taken-over", String::new());
        let note = Finding { code, severity: Severity::Note, place, span, message, help: help.to_owned() };
        // After what else is said of the first character.
        let at = parsed.findings.partition_point(|finding| finding.span <= span);
        parsed.findings.insert(at, note);
    }
    parsed
}

/// Text as a value.
pub(super) fn string(text: impl AsRef<str>) -> Value {
    Value::String(text.as_ref().to_owned())
}

/// Where an edit that adds `Set-Cookie` is made: at origin-response a cookie would be cached.
#[cfg(feature = "migrate")]
pub(super) fn at_viewer(action: &str, edit: &Value) -> Option<Value> {
    let Value::Object(members) = edit else { return None };
    let is_cookie = members.iter().any(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    (is_cookie && action != "remove").then(|| string("viewer-response"))
}

/// Whether a path names files by stars, none of which needs to be there.
#[cfg(feature = "migrate")]
pub(super) fn has_stars(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// A file that a configuration includes, and that is not read.
#[cfg(feature = "migrate")]
pub(super) fn unread(name: &str, path: &str) -> String {
    format!("{name} {path:?}, which is not read: it is missing, outside of the folder of the file, or includes itself")
}
