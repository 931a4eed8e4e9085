//! Where redirects and rewrites lead.

use selvedge_plan::layout::meta;

use super::bytes::push_text;
use super::stage::StageBuilder;
use super::value::{Landing, template, uri_text};
use super::writer::Writer;
use crate::rules::{Part, Pattern, QueryMode, Template, Token, normalise};

/// The bytes of a target: a text, or a template.
pub(super) fn target(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    to: &Template,
    slots: &[String],
    landing: Landing,
    flags: &mut u32,
) -> Vec<u8> {
    let Some(text) = to.as_literal() else {
        *flags |= meta::TEMPLATE;
        return template(writer, stage, to, slots, landing);
    };
    let mut bytes = Vec::with_capacity(text.len() + 2);
    push_text(&mut bytes, &uri_text("", text));
    bytes
}

/// What stands for a value while a target is made a pattern: hardly a target has it.
const VALUE: &str = "%01";

pub(super) fn query_flag(mode: QueryMode) -> u32 {
    match mode {
        QueryMode::Keep => meta::KEEP_QUERY,
        QueryMode::Merge => meta::MERGE_QUERY,
        QueryMode::Drop => 0,
    }
}

/// The paths that a target can become, without the query.
pub(super) fn leads_to(to: &Template) -> Pattern {
    let mut path = String::new();
    for part in &to.parts {
        match part {
            Part::Literal(text) => path.push_str(text),
            _ => path.push_str(VALUE),
        }
        if let Some(end) = path.find(['?', '#']) {
            path.truncate(end);
            break;
        }
    }
    // As patterns have it: normalised, and without the slash at the end.
    let path = normalise(&path).unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(&path);
    let mut tokens = Vec::new();
    for (number, text) in path.split(VALUE).enumerate() {
        if number > 0 {
            tokens.push(Token::Splat(String::new()));
        }
        if !text.is_empty() {
            tokens.push(Token::Literal(text.to_owned()));
        }
    }
    Pattern::Path { anchored: true, tokens, slash: None }
}
