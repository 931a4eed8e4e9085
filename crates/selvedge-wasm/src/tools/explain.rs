//! One request through rules, step by step.

use std::borrow::Cow;

use selvedge::sources::FileFinding;
use selvedge::trace::{Exchange, Trace, Unexplained, explain_files};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::rule_file::{RuleFile, read};
use super::target;
use crate::problem::Problem;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    platform: Cow<'q, str>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
    exchange: Exchange,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    /// What is wrong with the rules.
    Findings(Vec<FileFinding>),
    /// What is wrong with the request.
    Problems(Vec<Problem>),
    #[serde(untagged)]
    Trace {
        trace: Box<Trace>,
        /// Of lines that were left out.
        findings: Vec<FileFinding>,
    },
}

/// `{ sources, platform, facts?, exchange }` → `{ trace, findings }`, `{ findings }` of the rules, or `{ problems }` of the request.
#[wasm_bindgen]
pub fn explain(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| {
        let target = target(&question.platform, &question.facts)?;
        Ok(match explain_files(&read(&question.sources, Some(target))?, target, &question.exchange) {
            Ok(mut trace) => {
                let findings = std::mem::take(&mut trace.left_out);
                Answer::Trace { trace: Box::new(trace), findings }
            }
            Err(Unexplained::Rules(found)) => Answer::Findings(found),
            Err(Unexplained::Request(wrong)) => Answer::Problems(Problem::all(wrong)),
        })
    })
}
