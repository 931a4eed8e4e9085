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
struct Requests {
    exchanges: Vec<Exchange>,
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

/// `{ exchanges }` → what became of each, by the rules of `road`.
#[wasm_bindgen]
pub fn traffic(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Requests| {
        ROAD.with_borrow(|road| {
            let road = road.as_ref().ok_or_else(|| JsError::new("traffic is asked before road"))?;
            Ok(question.exchanges.iter().map(|exchange| road.follow(exchange)).collect::<Vec<Option<Journey>>>())
        })
    })
}
