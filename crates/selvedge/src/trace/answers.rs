//! Responses and redirects: which of them answered.

use super::lab::{Lab, Sight};
use super::label;
use super::model::Reason;
use super::steps::{Listed, Walk};
use super::unfit::unfit;
use super::verdict::Candidate;
use crate::compile::{missing, takes_part};
use crate::diagnostic::Diagnostics;
use crate::rules::{HeaderName, Kind, Model, Part, Redirect, Response, Template};
use crate::stage::Stage;

const RESPONSES: &str = "selvedge-response";
const REDIRECTS: &str = "selvedge-redirect";
/// Where a rule leads that leads nowhere, when it is to say its number.
const PASSES: &str = "/selvedge-passes";

/// The rule that answers: its place and its step.
pub(super) type Answered = Option<(String, usize)>;

/// Looks at the responses and redirects of the stage. At a request stage the first one ends it.
pub(super) fn answers(walk: &mut Walk<'_>) -> Result<Answered, Diagnostics> {
    let lab = walk.lab;
    let here = walk.sight.stage;
    let (responses, redirects) = (listed_responses(lab, here), listed_redirects(lab, here));
    if responses.is_empty() && redirects.is_empty() {
        return Ok(None);
    }
    let (response, redirect) = winners(lab, &walk.so_far, &walk.sight)?;
    let response_at = walk.first_match("responses", &responses, response, &|_| Ok(no_answer()))?;
    let ends = here.is_request() && response.is_some();
    let place = response.map(|number| format!("responses[{number}]")).unwrap_or_default();
    if ends {
        walk.unreached("redirects", &redirects, &place);
    }
    walk.so_far.responses = lab.rules.responses.iter().filter(|rule| rule.at == Some(here)).cloned().collect();
    walk.advance(response_at)?;
    if ends {
        return Ok(response_at.map(|at| (place, at)));
    }
    let sight = walk.sight;
    let base = Model { responses: Vec::new(), ..walk.so_far.clone() };
    let redirect_at =
        walk.first_match("redirects", &redirects, redirect, &|number| passed_over(lab, &base, &sight, number))?;
    walk.so_far.redirects = redirects_at(&lab.rules, here).map(|(_, rule)| rule.clone()).collect();
    walk.advance(redirect_at)?;
    let redirect = redirect.filter(|number| lab.rules.redirects.get(*number).is_some_and(|rule| !rule.pass));
    let winner = redirect.map(|number| format!("redirects[{number}]")).zip(redirect_at);
    Ok(winner.or_else(|| response_at.map(|at| (place, at))))
}

/// Those of a stage at which nobody came to them, since `by` answered.
pub(super) fn unanswered(walk: &mut Walk<'_>, by: &str) {
    let (lab, here) = (walk.lab, walk.sight.stage);
    walk.unreached("responses", &listed_responses(lab, here), by);
    walk.unreached("redirects", &listed_redirects(lab, here), by);
}

/// The numbers of the response and of the redirect that the engine takes: each says it in a header of its own.
fn winners(lab: &Lab, base: &Model, sight: &Sight<'_>) -> Result<(Option<usize>, Option<usize>), Diagnostics> {
    let tagged =
        |name: &str, number: usize| (HeaderName::Exact(name.to_owned()), vec![Template::literal(number.to_string())]);
    let mut rules = base.clone();
    for (number, rule) in responses_at(&lab.rules, sight.stage) {
        let mut rule = rule.clone();
        rule.headers.push(tagged(RESPONSES, number));
        rules.responses.push(rule);
    }
    for (number, rule) in redirects_at(&lab.rules, sight.stage) {
        let mut rule = rule.clone();
        rule.headers.push(tagged(REDIRECTS, number));
        rule.at = Some(sight.stage);
        if std::mem::take(&mut rule.pass) {
            rule.to = Template::literal(PASSES);
        }
        rules.redirects.push(rule);
    }
    let effects = lab.run(&rules, sight)?;
    let winner = |name: &str| effects.headers.get(name)?.to_str().ok()?.parse().ok();
    Ok((winner(RESPONSES), winner(REDIRECTS)))
}

/// Why a redirect that matches does not answer.
fn passed_over(lab: &Lab, base: &Model, sight: &Sight<'_>, number: usize) -> Result<Reason, Diagnostics> {
    let Some(rule) = lab.rules.redirects.get(number) else { return Ok(no_answer()) };
    let leads = |to: &Template| {
        let mut elsewhere = Redirect { to: to.clone(), ..rule.clone() };
        elsewhere.to.parts.push(Part::Literal("/elsewhere".to_owned()));
        let mut rules = base.clone();
        rules.redirects.push(elsewhere);
        Ok(lab.run(&rules, sight)?.answered)
    };
    if leads(&rule.to)? {
        return Ok(Reason::new("itself", "would lead to the request itself"));
    }
    Ok(unfit(&rule.to, &leads)?.unwrap_or_else(no_answer))
}

fn no_answer() -> Reason {
    Reason::new("nothing", "makes no answer here")
}

fn responses_at(rules: &Model, here: Stage) -> impl Iterator<Item = (usize, &Response)> {
    rules.responses.iter().enumerate().filter(move |(_, rule)| rule.at == Some(here))
}

fn redirects_at(rules: &Model, here: Stage) -> impl Iterator<Item = (usize, &Redirect)> {
    let numbers = takes_part(rules, Kind::Redirects, here);
    rules.redirects.iter().enumerate().filter(move |(number, _)| numbers.contains(number))
}

fn listed_responses(lab: &Lab, here: Stage) -> Vec<Listed<'_>> {
    responses_at(&lab.rules, here)
        .map(|(number, rule)| Listed {
            number,
            rule: label::response(rule),
            candidate: Candidate::new(&rule.paths, rule.when.as_ref()),
        })
        .collect()
}

fn listed_redirects(lab: &Lab, here: Stage) -> Vec<Listed<'_>> {
    redirects_at(&lab.rules, here)
        .map(|(number, rule)| {
            let when = rule.fallback.then(|| missing(lab.target.table(), rule.when.as_ref()));
            Listed {
                number,
                rule: label::redirect(rule),
                candidate: Candidate { paths: &rule.from, when: when.or_else(|| rule.when.clone()) },
            }
        })
        .collect()
}
