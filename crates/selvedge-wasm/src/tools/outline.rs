//! A compiled rule set, and what a platform has to be told about it.

use std::borrow::Cow;

use selvedge::Outline;
use selvedge::sources::FileFinding;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::rule_file::{RuleFile, read};
use super::target;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    platform: Cow<'q, str>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Outline {
        /// In hexadecimal.
        plan: String,
        outline: Outline,
        /// Of lines that were left out.
        findings: Vec<FileFinding>,
    },
    Wrong {
        findings: Vec<FileFinding>,
    },
}

/// `{ sources, platform, facts? }` → `{ plan, outline, findings }`, or `{ findings }` of rules that cannot be used.
#[wasm_bindgen]
pub fn outline(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| {
        let target = target(&question.platform, &question.facts)?;
        Ok(match selvedge::outline(&read(&question.sources, Some(target))?, target) {
            Ok(mut outline) => {
                let findings = std::mem::take(&mut outline.left_out);
                Answer::Outline { plan: hex(&outline.plan), outline, findings }
            }
            Err(findings) => Answer::Wrong { findings },
        })
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
