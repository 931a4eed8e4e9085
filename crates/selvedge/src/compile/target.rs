//! Where redirects and rewrites lead.

use selvedge_plan::layout::meta;

use super::stage::StageBuilder;
use super::value::{Landing, template, uri_text};
use super::writer::Writer;
use crate::rules::{QueryMode, Template};

/// A target as a literal or a template record.
pub(super) fn target(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    to: &Template,
    slots: &[String],
    landing: Landing,
    flags: &mut u32,
) -> [u32; 2] {
    match to.as_literal() {
        Some(text) => writer.new_text(&uri_text("", text)),
        None => {
            *flags |= meta::TEMPLATE;
            [template(writer, stage, to, slots, landing), 0]
        }
    }
}

pub(super) fn query_flag(mode: QueryMode) -> u32 {
    match mode {
        QueryMode::Keep => meta::KEEP_QUERY,
        QueryMode::Merge => meta::MERGE_QUERY,
        QueryMode::Drop => 0,
    }
}
