//! What the rules that are written mean otherwise in the other form: one finding for each difference, however many lines share it.

use crate::finding::{Finding, Severity};
use crate::places::Span;

#[derive(Default)]
pub(super) struct Changes {
    all: Vec<Change>,
}

struct Change {
    /// Where it is the first time.
    place: String,
    span: Option<Span>,
    message: String,
    /// The lines that share it.
    lines: Vec<Option<Span>>,
}

impl Changes {
    pub(super) fn add(&mut self, place: &str, span: Option<Span>, message: String) {
        match self.all.iter_mut().find(|change| change.message == message) {
            // One line may be several rules.
            Some(known) if span.is_some() && known.lines.last() == Some(&span) => {}
            Some(known) => known.lines.push(span),
            None => self.all.push(Change { place: place.to_owned(), span, message, lines: vec![span] }),
        }
    }

    pub(super) fn findings(self) -> impl Iterator<Item = Finding> {
        self.all.into_iter().map(|Change { place, span, message, lines }| {
            let shared = match lines.len() {
                1 => String::new(),
                count => format!(" ({count} rules)"),
            };
            Finding {
                code: "changed-meaning",
                severity: Severity::Note,
                place,
                span,
                message: message + &shared,
                help: "nothing, if that does not matter; else keep the rules in Selvedge's".to_owned(),
            }
        })
    }
}
