//! The rules of a request stage, in their order.

use selvedge_plan::path::has_dots;

use super::answers::{Answered, answers, unanswered};
use super::label;
use super::model::{Reason, Verdict};
use super::steps::{Listed, Walk, other_method, single, step};
use super::unfit::unfit;
use super::verdict::Candidate;
use crate::compile::{asks_again, takes_part};
use crate::diagnostic::Diagnostics;
use crate::rules::{
    Clean, Experiment, Html, Kind, Model, On, Origin, OriginField, OriginKind, OriginRule, Part, Precompressed,
    Rewrite, Template, TrailingSlash, Variant,
};
use crate::stage::Stage;

/// Looks at every rule of the stage. `answered` is what the engine says; `refused`, what an option answered before them.
pub(super) fn request_stage(walk: &mut Walk<'_>, answered: bool, refused: Answered) -> Result<(), Diagnostics> {
    if let Some((place, _)) = &refused {
        unanswered(walk, place);
        rest(walk, place);
        return Ok(());
    }
    let mut answer = answers(walk)?;
    if answer.is_none() {
        answer = trailing_slash(walk, answered)?;
    }
    match &answer {
        Some((place, _)) => rest(walk, place),
        None => {
            experiments(walk)?;
            queries(walk)?;
            origins(walk)?;
            let routed = rewrites(walk)?;
            html(walk, routed)?;
            precompressed(walk)?;
            headers(walk)?;
        }
    }
    Ok(())
}

fn trailing_slash(walk: &mut Walk<'_>, answered: bool) -> Result<Answered, Diagnostics> {
    let lab = walk.lab;
    let rule = lab.rules.html.as_ref().filter(|html| html.trailing_slash != TrailingSlash::Keep);
    let Some(rule) = rule.filter(|_| walk.sight.stage == Stage::ViewerRequest) else { return Ok(None) };
    let mut found = single("html", label::trailing_slash(rule));
    found.place = "html.trailingSlash".to_owned();
    let path = lab.path(&walk.so_far, &walk.sight)?;
    let listed = Listed { number: 0, rule: String::new(), candidate: Candidate::new(&rule.paths, None) };
    let unmatched = walk.verdicts(&[listed])?.pop().flatten();
    if answered {
        found.verdict = Verdict::Acted;
        walk.steps.push(found);
        // Where a path leads elsewhere anyway, it keeps its slash: the lists have to be there to say so.
        walk.so_far.html = Some(Html { index: None, clean: Clean::Off, ..rule.clone() });
        let (origins, rewrites) = (lab.rules.origins.clone(), lab.rules.rewrites.clone());
        (walk.so_far.origins, walk.so_far.rewrites) = (origins, rewrites);
        let at = walk.steps.len() - 1;
        walk.advance(Some(at))?;
        return Ok(Some(("html.trailingSlash".to_owned(), at)));
    }
    let add = rule.trailing_slash == TrailingSlash::Add;
    found.reason = Some(other_method(walk.sight.request).or(unmatched).unwrap_or_else(|| {
        if path.len() <= 1 || path.ends_with('/') == add {
            Reason::new("nothing", format!("path is {path}, as it should be"))
        } else if is_file(&path) {
            Reason::new("file", format!("path is {path}, which names a file"))
        } else if has_dots(path.as_bytes()) {
            Reason::new("dots", format!("path is {path}, in which a server could find a \".\" or \"..\" segment"))
        } else {
            Reason::new("rule", "a rule of origins or rewrites is for this path")
        }
    }));
    walk.steps.push(found);
    Ok(None)
}

/// A last segment with a dot.
fn is_file(path: &str) -> bool {
    path.trim_end_matches('/').rsplit('/').next().is_some_and(|segment| segment.contains('.'))
}

const VARIANT: &str = "/selvedge-variant-";

fn experiments(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    for listed in list_of(&lab.rules, walk.sight.stage, "experiments") {
        let Some(rule) = lab.rules.experiments.get(listed.number) else { continue };
        let unmatched = walk.verdicts(std::slice::from_ref(&listed))?.pop().flatten();
        let mut found = step("experiments", &listed);
        found.reason = unmatched;
        if found.reason.is_none() {
            found.verdict = Verdict::Acted;
            // Each variant leads to a path that names it.
            let mut named = rule.clone();
            for (number, variant) in named.variants.iter_mut().enumerate() {
                variant.to = Some(Template::literal(format!("{VARIANT}{number}")));
            }
            let mut rules = walk.so_far.clone();
            rules.experiments.push(named);
            let path = lab.run(&rules, &walk.sight)?.path.unwrap_or_default();
            let number = path.strip_prefix(VARIANT).and_then(|number| number.parse::<usize>().ok());
            let variant = number.and_then(|number| rule.variants.get(number));
            let name = variant.map_or("none", |variant| variant.name.as_str());
            let but = match variant.and_then(|variant| variant.to.as_ref()) {
                Some(to) => {
                    unfit_variant(walk, rule, to)?.map_or_else(String::new, |but| format!(", but {}", but.text))
                }
                None => String::new(),
            };
            found.reason = Some(Reason::new("variant", format!("variant {name}{but}")));
        }
        let acted = found.verdict == Verdict::Acted;
        walk.steps.push(found);
        if acted {
            walk.so_far.experiments.push(rule.clone());
            walk.advance(Some(walk.steps.len() - 1))?;
        }
    }
    Ok(())
}

/// Why the target of the variant that was drawn leads nowhere, if so.
fn unfit_variant(walk: &Walk<'_>, rule: &Experiment, to: &Template) -> Result<Option<Reason>, Diagnostics> {
    let leads = |to: &Template| {
        let mut rules = walk.so_far.clone();
        let to = named(VARIANT, 0, to);
        // Whichever is drawn, it leads there.
        let variants =
            rule.variants.iter().map(|variant| Variant { to: Some(to.clone()), ..variant.clone() }).collect();
        rules.experiments.push(Experiment { variants, ..rule.clone() });
        Ok(walk.lab.run(&rules, &walk.sight)?.path.is_some_and(|path| path.starts_with(VARIANT)))
    };
    if leads(to)? { Ok(None) } else { unfit(to, &leads) }
}

/// The target, at a path that names the rule.
fn named(prefix: &str, number: usize, to: &Template) -> Template {
    let mut to = to.clone();
    to.parts.insert(0, Part::Literal(format!("{prefix}{number}")));
    to
}

fn queries(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let list = list_of(&lab.rules, walk.sight.stage, "query");
    walk.every_match("query", &list, &|_| None, &|rules, number| {
        rules.query.extend(lab.rules.query.get(number).cloned());
    })
}

fn origins(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let list = list_of(&lab.rules, walk.sight.stage, "origins");
    if list.is_empty() {
        return Ok(());
    }
    // Each rule leads to an origin that names it.
    let named = |(number, rule): (usize, &OriginRule)| {
        let mut fields = vec![OriginField::Text("domainName", number.to_string())];
        // With a path of its own an origin is not for every path.
        let own = rule.to.iter().flat_map(|origin| &origin.fields);
        fields.extend(own.filter(|field| matches!(field, OriginField::Text("path", _))).cloned());
        OriginRule { to: Some(Origin { kind: OriginKind::Custom, fields }), ..rule.clone() }
    };
    let mut rules = walk.so_far.clone();
    rules.origins = lab.rules.origins.iter().enumerate().map(named).collect();
    let chosen = lab.run(&rules, &walk.sight)?.origin;
    let winner = chosen.and_then(|origin| origin.field("domainName")?.parse().ok());
    let (base, sight) = (walk.so_far.clone(), walk.sight);
    let at = walk.first_match("origins", &list, winner, &|number| {
        let drawn = lab.rules.origins.get(number).map(|rule| OriginRule { weight: None, ..rule.clone() });
        let alone = Model { origins: drawn.into_iter().collect(), ..base.clone() };
        if lab.run(&alone, &sight)?.origin.is_none() {
            return Ok(Reason::new(
                "dots",
                "a server could take a segment of the path for \"..\", and leave the origin's path",
            ));
        }
        let weight = lab.rules.origins.get(number).and_then(|rule| rule.weight);
        let share = weight.map_or_else(String::new, |weight| format!(" of {weight} %"));
        Ok(Reason::new("weight", format!("matches, but its share{share} was not drawn")))
    })?;
    if at.is_some() {
        walk.so_far.origins = lab.rules.origins.clone();
        walk.advance(at)?;
    }
    Ok(())
}

const REWRITE: &str = "/selvedge-rewrite-";

/// The place of the rule that routed the request, if one did.
pub(super) fn rewrites(walk: &mut Walk<'_>) -> Result<Option<String>, Diagnostics> {
    let lab = walk.lab;
    let here = walk.sight.stage;
    let mut list = list_of(&lab.rules, here, "rewrites");
    if here == Stage::OriginResponse {
        for listed in &mut list {
            listed.candidate.when = Some(asks_again(lab.target.table(), listed.candidate.when.as_ref()));
        }
    }
    let chosen = walk.steps.iter().find(|step| step.kind == "origins" && step.verdict == Verdict::Acted);
    let chosen = chosen.map(|step| step.place.clone());
    if list.is_empty() {
        return Ok(chosen);
    }
    let mut rules = walk.so_far.clone();
    for (number, rule) in rewrites_at(&lab.rules, here) {
        // Each rule leads to a path that names it.
        let to = named(REWRITE, number, &rule.to);
        rules.rewrites.push(Rewrite { to, pass: false, at: Some(here), ..rule.clone() });
    }
    let path = lab.run(&rules, &walk.sight)?.path;
    let winner = path.as_deref().and_then(|path| {
        let number = path.strip_prefix(REWRITE)?.split('/').next()?;
        number.parse::<usize>().ok()
    });
    let (base, sight) = (walk.so_far.clone(), walk.sight);
    let no_path = |number: usize| {
        let nothing = || Reason::new("nothing", "makes no path here");
        let Some(rule) = lab.rules.rewrites.get(number) else { return Ok(nothing()) };
        let leads = |to: &Template| {
            let mut rules = base.clone();
            let to = named(REWRITE, number, to);
            rules.rewrites.push(Rewrite { to, at: Some(here), ..rule.clone() });
            Ok(lab.run(&rules, &sight)?.path.is_some_and(|path| path.starts_with(REWRITE)))
        };
        Ok(unfit(&rule.to, &leads)?.unwrap_or_else(nothing))
    };
    let at = walk.first_match("rewrites", &list, winner, &no_path)?;
    if at.is_some() {
        let here_and_now = winner.and_then(|number| lab.rules.rewrites.get(number)).cloned();
        walk.so_far.rewrites.extend(here_and_now);
        walk.advance(at)?;
    }
    let winner = winner.filter(|number| lab.rules.rewrites.get(*number).is_some_and(|rule| !rule.pass));
    Ok(chosen.or_else(|| winner.map(|number| format!("rewrites[{number}]"))))
}

fn html(walk: &mut Walk<'_>, routed: Option<String>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let Some(rule) = lab.rules.html.as_ref().filter(|html| is_mapped(html, walk.sight.stage)) else { return Ok(()) };
    let mut found = single("html", label::html(rule));
    let path = lab.path(&walk.so_far, &walk.sight)?;
    let listed = Listed { number: 0, rule: String::new(), candidate: Candidate::new(&rule.paths, None) };
    let unmatched = walk.verdicts(&[listed])?.pop().flatten();
    walk.so_far.html = Some(Html { trailing_slash: TrailingSlash::Keep, ..rule.clone() });
    walk.steps.push(found.clone());
    let at = walk.steps.len() - 1;
    if walk.advance(Some(at))? {
        found.verdict = Verdict::Acted;
    } else {
        found.reason = Some(other_method(walk.sight.request).or(unmatched).unwrap_or_else(|| match routed {
            Some(place) => Reason::by(&place, format!("{place} says which file it is")),
            None if is_file(&path) => Reason::new("file", format!("path is {path}, which names a file")),
            None => Reason::new("nothing", format!("path is {path}, which needs no other name")),
        }));
    }
    if let Some(step) = walk.steps.get_mut(at) {
        (step.verdict, step.reason) = (found.verdict, found.reason);
    }
    Ok(())
}

/// Whether the rule gives pages the names of files at this stage.
fn is_mapped(html: &Html, here: Stage) -> bool {
    html.at == Some(here) && (html.index.is_some() || html.clean != Clean::Off)
}

fn precompressed(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let list = list_of(&lab.rules, walk.sight.stage, "precompressed");
    let unmatched = walk.verdicts(&list)?;
    let winner = unmatched.iter().position(Option::is_none).and_then(|at| list.get(at)).map(|listed| listed.number);
    let method = other_method(walk.sight.request);
    let at = walk.first_match("precompressed", &list, winner, &|_| Ok(Reason::new("nothing", "")))?;
    let (Some(at), Some(number)) = (at, winner) else { return Ok(()) };
    walk.so_far.precompressed.extend(lab.rules.precompressed.get(number).cloned());
    let changed = walk.advance(Some(at))?;
    if changed {
        return Ok(());
    }
    let verdict = if method.is_some() { Verdict::Unmatched } else { Verdict::Idle };
    let reason = match (method, lab.rules.precompressed.get(number)) {
        (None, Some(rule)) => no_variant(walk, rule)?,
        (method, _) => method.unwrap_or_else(|| Reason::new("nothing", "")),
    };
    if let Some(step) = walk.steps.get_mut(at) {
        (step.verdict, step.reason) = (verdict, Some(reason));
    }
    Ok(())
}

/// Why no variant is asked for, although the rule is for this path.
fn no_variant(walk: &Walk<'_>, rule: &Precompressed) -> Result<Reason, Diagnostics> {
    let path = walk.lab.path(&walk.so_far, &walk.sight)?;
    let suffixed = rule.encodings.iter().any(|(_, suffix)| !suffix.is_empty() && path.ends_with(suffix.as_str()));
    if path.ends_with('/') || suffixed {
        let what = if suffixed { "is such a variant itself" } else { "names no file" };
        return Ok(Reason::new("file", format!("path is {path}, which {what}")));
    }
    if rule.files.as_ref().is_some_and(|files| files.iter().all(|(name, _)| *name != path)) {
        return Ok(Reason::new("files", format!("\"files\" has no variant of {path}")));
    }
    let accept = walk.sight.request.headers.get("accept-encoding");
    let accept = accept.map_or("absent".to_owned(), |value| format!("{:?}", String::from_utf8_lossy(value.as_bytes())));
    Ok(Reason::new("variant", format!("no variant suits: Accept-Encoding is {accept}")))
}

fn headers(walk: &mut Walk<'_>) -> Result<(), Diagnostics> {
    let lab = walk.lab;
    let list = list_of(&lab.rules, walk.sight.stage, "headers");
    walk.every_match("headers", &list, &|_| None, &|rules, number| {
        rules.headers.extend(lab.rules.headers.get(number).cloned());
    })
}

/// Everything after an answer.
fn rest(walk: &mut Walk<'_>, by: &str) {
    let lab = walk.lab;
    let here = walk.sight.stage;
    for kind in ["experiments", "query", "origins", "rewrites"] {
        walk.unreached(kind, &list_of(&lab.rules, here, kind), by);
    }
    if let Some(rule) = lab.rules.html.as_ref().filter(|html| is_mapped(html, here)) {
        let reason = Some(Reason::by(by, format!("{by} answered")));
        let verdict = Verdict::Unreached;
        walk.steps.push(super::model::Step { verdict, reason, ..single("html", label::html(rule)) });
    }
    for kind in ["precompressed", "headers"] {
        walk.unreached(kind, &list_of(&lab.rules, here, kind), by);
    }
}

fn rewrites_at(rules: &Model, here: Stage) -> impl Iterator<Item = (usize, &Rewrite)> {
    let numbers = takes_part(rules, Kind::Rewrites, here);
    rules.rewrites.iter().enumerate().filter(move |(number, _)| numbers.contains(number))
}

/// The rules of a kind that run at a request stage; fallback rewrites at origin-response.
pub(super) fn list_of<'r>(rules: &'r Model, here: Stage, kind: &str) -> Vec<Listed<'r>> {
    let listed = |number, rule, candidate| Listed { number, rule, candidate };
    match kind {
        "experiments" if here == Stage::ViewerRequest => (rules.experiments.iter().enumerate())
            .map(|(n, rule)| listed(n, label::experiment(rule), Candidate::new(&rule.paths, rule.when.as_ref())))
            .collect(),
        "query" if here == Stage::ViewerRequest => (rules.query.iter().enumerate())
            .map(|(n, rule)| listed(n, label::query(rule), Candidate::new(&rule.paths, rule.when.as_ref())))
            .collect(),
        "origins" if here == Stage::OriginRequest => (rules.origins.iter().enumerate())
            .map(|(n, rule)| listed(n, label::origin(rule), Candidate::new(&rule.paths, rule.when.as_ref())))
            .collect(),
        "rewrites" => rewrites_at(rules, here)
            .map(|(n, rule)| listed(n, label::rewrite(rule), Candidate::new(&rule.from, rule.when.as_ref())))
            .collect(),
        "precompressed" => (rules.precompressed.iter().enumerate())
            .filter(|(_, rule)| rule.at == Some(here))
            .map(|(n, rule)| listed(n, label::precompressed(rule), Candidate::new(&rule.paths, None)))
            .collect(),
        "headers" => (rules.headers.iter().enumerate())
            .filter(|(_, rule)| rule.on == On::Request && rule.at == Some(here))
            .map(|(n, rule)| listed(n, label::headers(rule), Candidate::new(&rule.paths, rule.when.as_ref())))
            .collect(),
        _ => Vec::new(),
    }
}
