//! The source of a CloudFront Function.

use std::borrow::Cow;

use selvedge::sources::{self, FileFinding};
use selvedge::{Function, Key, StoreUse};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::rule_file::{RuleFile, read};
use super::target;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    key: Cow<'q, str>,
    #[serde(default)]
    store: Option<Cow<'q, str>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Function {
        function: Function,
        /// Of lines that were left out.
        findings: Vec<FileFinding>,
    },
    Wrong {
        findings: Vec<FileFinding>,
    },
}

/// `{ sources, key, store? }` → `{ function, findings }`, or `{ findings }` of rules that cannot be used.
#[wasm_bindgen(js_name = cloudfrontFunction)]
pub fn cloudfront_function(question: &str) -> Result<String, JsError> {
    super::answer(question, |Question { sources, key, store }: Question<'_>| {
        let store = match store.as_deref() {
            Some("always") => StoreUse::Always,
            Some("if-needed") => StoreUse::IfNeeded,
            _ => StoreUse::Never,
        };
        let key = Key::new(&key).map_err(JsError::from)?;
        Ok(match sources::function(&read(&sources, Some(target("cloudfront-functions", &[])?))?, key, store) {
            Ok((function, findings)) => Answer::Function { function, findings },
            Err(findings) => Answer::Wrong { findings },
        })
    })
}
