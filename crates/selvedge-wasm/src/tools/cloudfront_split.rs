//! Rules in the places of CloudFront that cost least.

use std::borrow::Cow;

use selvedge::Key;
use selvedge::internal::{FilesSplit, Preferences, Runs, split};
use selvedge::sources::FileFinding;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::outline::hex;
use super::rule_file::{RuleFile, read};
use super::target;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    key: Cow<'q, str>,
    functions: bool,
    policies: bool,
    /// Places of rules, each with what it is to run in.
    rules: Vec<(String, Cow<'q, str>)>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Split {
        /// In hexadecimal.
        plan: String,
        split: Box<FilesSplit>,
        /// Of lines that were left out.
        findings: Vec<FileFinding>,
    },
    Wrong {
        findings: Vec<FileFinding>,
    },
}

/// `{ sources, key, functions, policies, rules }` → `{ plan, split, findings }`, or `{ findings }` of rules that cannot be used.
#[wasm_bindgen(js_name = cloudfrontSplit)]
pub fn cloudfront_split(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| {
        let key = Key::new(&question.key).map_err(JsError::from)?;
        let rules = question.rules.into_iter().map(|(place, runs)| match Runs::of_name(&runs) {
            Some(runs) => Ok((place, runs)),
            None => Err(JsError::new(&format!("a rule runs in function, lambda or policy, not in {runs:?}"))),
        });
        let rules = rules.collect::<Result<_, _>>()?;
        let wanted = Preferences { functions: question.functions, policies: question.policies, rules };
        let files = read(&question.sources, Some(target("cloudfront", &[])?))?;
        Ok(match split(&files, key, &wanted) {
            Ok(mut split) => {
                let findings = std::mem::take(&mut split.left_out);
                Answer::Split { plan: hex(&split.split.plan), split: Box::new(split), findings }
            }
            Err(findings) => Answer::Wrong { findings },
        })
    })
}
