//! The rules of a response stage, in their order; and those that act on an answer which a request stage made.

use super::answers::answers;
use super::label;
use super::model::{Reason, Verdict};
use super::request::{list_of, rewrites};
use super::steps::{Listed, Walk, single, step};
use super::verdict::Candidate;
use crate::diagnostic::Diagnostics;
use crate::rules::{Condition, Experiment, Headers, Match, Model, On, Precompressed, StatusRange, Subject};
use crate::stage::Stage;

/// Looks at every rule of the stage.
pub(super) fn response_stage(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let here = walk.sight.stage;
    if here == Stage::OriginResponse {
        let answered = answers(walk)?;
        rewrites(walk)?;
        statuses(walk)?;
        security(walk)?;
        headers(walk, here)?;
        return encoded(walk, answered.map(|(place, _)| place));
    }
    if here == Stage::ViewerResponse {
        headers(walk, here)?;
        downloads(walk)?;
        return cookies(walk);
    }
    security(walk)?;
    headers(walk, Stage::OriginResponse)?;
    if here == Stage::ViewerRequestAnswer {
        headers(walk, Stage::ViewerResponse)?;
    }
    Ok(())
}

/// What the rewrite that chose the page makes of its status.
fn statuses(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    if !lab.rules.rewrites.iter().any(|rule| rule.status.is_some() && !rule.fallback) {
        return Ok(());
    }
    let list = list_of(&lab.rules, Stage::OriginRequest, "rewrites");
    let first = walk.verdicts(&list)?.iter().position(Option::is_none).and_then(|at| list.get(at));
    let Some(listed) = first else { return Ok(()) };
    walk.so_far.rewrites.extend(list.iter().filter_map(|listed| lab.rules.rewrites.get(listed.number)).cloned());
    let mut found = step("rewrites", listed);
    found.verdict = Verdict::Acted;
    walk.steps.push(found);
    if !walk.advance(Some(walk.steps.len() - 1))? {
        walk.steps.pop();
    }
    Ok(())
}

fn security(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let Some(rule) = &walk.lab.rules.security else { return Ok(()) };
    walk.steps.push(single("security", label::security(rule)));
    walk.so_far.security = Some(rule.clone());
    walk.settle()
}

/// The header rules that a stage has for responses.
fn headers(walk: &mut Walk<'_>, of: Stage) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let list: Vec<Listed<'_>> = (lab.rules.headers.iter().enumerate())
        .filter(|(_, rule)| rule.on == On::Response && rule.at == Some(of))
        .map(|(number, rule)| Listed {
            number,
            rule: label::headers(rule),
            candidate: Candidate::new(&rule.paths, rule.when.as_ref()),
        })
        .collect();
    let status = walk.sight.status();
    if of == Stage::ViewerResponse && status >= 400 {
        return late(walk, "headers", &list);
    }
    // Rules that are there already do not change what is asked of the next ones, but their headers would be among the
    // answers.
    let earlier: Vec<Headers> = std::mem::take(&mut walk.so_far.headers);
    let unmatched = walk.verdicts(&list)?;
    walk.so_far.headers = earlier;
    for (listed, unmatched) in list.iter().zip(unmatched) {
        let mut found = step("headers", listed);
        let matched = unmatched.is_none();
        found.reason = unmatched;
        walk.steps.push(found);
        if matched {
            walk.so_far.headers.extend(lab.rules.headers.get(listed.number).cloned());
            walk.settle()?;
        }
    }
    Ok(())
}

/// Rules of viewer-response leave errors alone.
fn late(walk: &mut Walk<'_>, kind: &'static str, list: &[Listed<'_>]) -> Result<(), Diagnostics> {
    let text = format!("status is {}, and rules of viewer-response act below 400 only", walk.sight.status());
    for listed in list {
        let mut found = step(kind, listed);
        found.reason = Some(Reason::new("status", text.clone()));
        walk.steps.push(found);
    }
    Ok(())
}

/// The response half of `precompressed`: each rule is tried alone, and says by `Vary` whether it is for this file.
fn encoded(walk: &mut Walk<'_>, replaced: Option<String>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let mut bare = walk.sight.response.cloned();
    if let Some(response) = &mut bare {
        response.headers.remove("vary");
    }
    let sight = super::lab::Sight { response: bare.as_ref(), ..walk.sight };
    let mut winner: Option<String> = None;
    for (number, rule) in lab.rules.precompressed.iter().enumerate() {
        let candidate = Candidate::new(&rule.paths, None);
        let mut found = step("precompressed", &Listed { number, rule: label::precompressed(rule), candidate });
        let mut rules = lab.around(Stage::OriginResponse);
        rules.precompressed.push(Precompressed { vary: true, files: None, ..rule.clone() });
        let is_for = lab.run(&rules, &sight)?.headers.contains_key("vary");
        found.reason = match (&winner, &replaced) {
            _ if !is_for => Some(Reason::new("pattern", "is not for this file")),
            (_, Some(by)) => Some(Reason::by(by, format!("{by} made this answer"))),
            (Some(by), None) => Some(Reason::by(by, format!("{by} came first"))),
            (None, None) => None,
        };
        if found.reason.as_ref().is_some_and(|reason| reason.by.is_some()) {
            found.verdict = Verdict::Preempted;
        }
        let wins = found.reason.is_none();
        let place = found.place.clone();
        walk.steps.push(found);
        if wins {
            winner = Some(place);
            walk.so_far.precompressed.push(rule.clone());
            walk.settle()?;
        }
    }
    Ok(())
}

fn downloads(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let list: Vec<Listed<'_>> = (lab.rules.downloads.iter().enumerate())
        .map(|(number, rule)| Listed {
            number,
            rule: label::download(rule),
            candidate: Candidate { paths: &rule.paths, when: Some(successful(rule.when.as_ref())) },
        })
        .collect();
    if walk.sight.status() >= 400 {
        return late(walk, "downloads", &list);
    }
    let headers = std::mem::take(&mut walk.so_far.headers);
    let unmatched = walk.verdicts(&list)?;
    walk.so_far.headers = headers;
    for (listed, unmatched) in list.iter().zip(unmatched) {
        let mut found = step("downloads", listed);
        let matched = unmatched.is_none();
        found.reason = unmatched;
        walk.steps.push(found);
        if matched {
            walk.so_far.downloads.extend(lab.rules.downloads.get(listed.number).cloned());
            walk.settle()?;
        }
    }
    Ok(())
}

/// Downloads are for answers that hold something.
fn successful(when: Option<&Condition>) -> Condition {
    let whole = |status| StatusRange { first: status, last: status };
    let status = Condition::Test { subject: Subject::Status, test: Match::Status(vec![whole(200), whole(206)]) };
    Condition::All(std::iter::once(status).chain(when.cloned()).collect())
}

/// The cookies of experiments.
fn cookies(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let list: Vec<Listed<'_>> = (lab.rules.experiments.iter().enumerate())
        .map(|(number, rule)| Listed {
            number,
            rule: label::experiment(rule),
            candidate: Candidate::new(&rule.paths, rule.when.as_ref()),
        })
        .collect();
    if walk.sight.status() >= 400 {
        return late(walk, "experiments", &list);
    }
    let mut forgetful = walk.sight.request.clone();
    forgetful.headers.remove("cookie");
    let sight = super::lab::Sight { request: &forgetful, ..walk.sight };
    for listed in &list {
        let Some(rule) = lab.rules.experiments.get(listed.number) else { continue };
        let alone = |rule: &Experiment| Model { experiments: vec![rule.clone()], ..lab.around(Stage::ViewerResponse) };
        let assigns = |sight| Ok::<_, Diagnostics>(lab.run(&alone(rule), sight)?.headers.len());
        let sent = walk.sight.response.map_or(0, |response| response.headers.len());
        let mut found = step("experiments", listed);
        if assigns(&walk.sight)? == sent {
            let keeps = assigns(&sight)? > sent;
            found.reason = if keeps {
                Some(Reason::new("cookie", format!("the viewer has the cookie {} already", rule.cookie)))
            } else {
                let headers = std::mem::take(&mut walk.so_far.headers);
                let unmatched = walk.verdicts(std::slice::from_ref(listed))?.pop().flatten();
                walk.so_far.headers = headers;
                unmatched.or_else(|| Some(Reason::new("nothing", "assigns no variant")))
            };
            walk.steps.push(found);
            continue;
        }
        walk.steps.push(found);
        walk.so_far.experiments.push(rule.clone());
        walk.settle()?;
    }
    Ok(())
}
