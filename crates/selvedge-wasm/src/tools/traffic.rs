//! Many requests through rules: which rules matched each, and what it came to.

use std::borrow::Cow;
use std::cell::RefCell;

use selvedge::sources::FileFinding;
use selvedge::trace::{Exchange, Journey, Road, TrafficRule};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::rule_file::{RuleFile, read};
use super::target;

#[derive(Deserialize)]
struct Rules<'q> {
    #[serde(borrow)]
    sources: Vec<RuleFile<'q>>,
    platform: Cow<'q, str>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
}

#[derive(Deserialize)]
struct Requests<'q> {
    /// Of each of them.
    headers: Vec<(String, String)>,
    /// URL, method, and the status that the origin answers.
    #[serde(borrow)]
    requests: Vec<(Cow<'q, str>, Cow<'q, str>, u16)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Opened {
    Rules(Vec<TrafficRule>),
    /// What is wrong with the rules.
    Findings(Vec<FileFinding>),
}

thread_local! {
    /// The rules of this instance: compiling them for each of many questions would take most of the time.
    static ROAD: RefCell<Option<Road>> = const { RefCell::new(None) };
}

/// `{ sources, platform, facts? }` → `{ rules }`, which stay for `traffic`; or `{ findings }` of the rules.
#[wasm_bindgen]
pub fn road(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Rules<'_>| {
        let target = target(&question.platform, &question.facts)?;
        Ok(match Road::new(&read(&question.sources, Some(target))?, target) {
            Ok(road) => {
                let rules = road.rules().to_vec();
                ROAD.set(Some(road));
                Opened::Rules(rules)
            }
            Err(found) => Opened::Findings(found),
        })
    })
}

/// `{ headers, requests: [[url, method, status]] }` → what became of each, by the rules of `road`.
#[wasm_bindgen]
pub fn traffic(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Requests<'_>| {
        ROAD.with_borrow(|road| {
            let road = road.as_ref().ok_or_else(|| JsError::new("traffic is asked before road"))?;
            let mut exchange = Exchange::default();
            exchange.headers = question.headers;
            let follow = |(url, method, status): &(Cow<'_, str>, Cow<'_, str>, u16)| {
                (exchange.url, exchange.method) = (url.to_string(), Some(method.to_string()));
                exchange.origin.status = Some(*status);
                road.follow(&exchange)
            };
            Ok(question.requests.iter().map(follow).collect::<Vec<Option<Journey>>>())
        })
    })
}
