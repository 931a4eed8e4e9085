//! Experiments: the variant on requests, its cookie on responses.

use selvedge_plan::Stage;

use super::body::Body;
use super::edits::keep_private;
use super::path::{matched, matches_any};
use super::script::{all, any, block, field, is_inherited, list, string, strings};
use super::template::{Captures, target};
use crate::compile::place::Placement;
use crate::compile::sections::experiments::cookie_attributes;
use crate::compile::target::leads_to;
use crate::compile::value::{Landing, literal_target, slots};
use crate::rules::{Experiment, Kind, normalise};

/// The variant that each viewer gets.
pub(super) fn variants(body: &mut Body<'_>, placement: &Placement<'_>) {
    let start = body.text.len();
    let rules = placement.at(Kind::Experiments, &placement.rules.experiments, Stage::ViewerRequest);
    // Nobody but the edge says which variant it is.
    for header in rules.iter().filter_map(|(rule, _)| rule.header.as_ref()) {
        body.uses('h');
        body.push(&format!("delete {}\n", field("h", &header.lower())));
    }
    for (number, (rule, reads)) in rules.into_iter().enumerate() {
        if rule.header.is_none() && rule.variants.iter().all(|variant| variant.to.is_none()) {
            continue;
        }
        let slots = slots(rule);
        let path = matched(body, &rule.paths, &slots);
        let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
        let choice = format!("$x{number}()");
        let captures = Captures { slots: &slots, values: &path.captures };
        // Each variant that leads elsewhere: when, and how.
        let mut moves = Vec::new();
        for variant in &rule.variants {
            let Some(to) = &variant.to else { continue };
            let is_it = format!("=={}", string(&variant.name));
            if let Some(to) = to.as_literal() {
                for var in ['p', 't', 'w'] {
                    body.uses(var);
                }
                moves.push((is_it, moves_to(&literal_target(to))));
                continue;
            }
            let to = target(body, to, &captures, Landing::Target);
            body.uses('x');
            moves.push((format!("{is_it}&&(x={to})"), "$m(x)".to_owned()));
        }
        let mut tests = vec![path.test, guard];
        if let ([(is_it, then)], None) = (moves.as_slice(), &rule.header) {
            tests.push(format!("{choice}[0]{is_it}"));
            body.push(&format!("if({}){then}\n", all(tests)));
            continue;
        }
        body.uses('i');
        let mut text = format!("i={choice}[0]\n");
        if let Some(header) = &rule.header {
            text.push_str(&format!("{}={{value:i}}\n", field("h", &header.lower())));
        }
        text.extend(moves.iter().map(|(is_it, then)| format!("if(i{is_it}){then}\n")));
        body.push(&match all(tests).as_str() {
            "true" => text,
            test => format!("if({test}){}\n", block(&text)),
        });
    }
    body.count("experiments", start);
}

/// Where a variant leads that leads to one text: what rules see of it is known.
fn moves_to(to: &str) -> String {
    let is_normal = normalise(to).is_none() && !to.ends_with('/');
    if is_normal { format!("w=p=t={}", string(to)) } else { format!("$m({})", string(to)) }
}

/// The cookies that keep the variants.
pub(super) fn cookies(body: &mut Body<'_>, placement: &Placement<'_>) {
    let start = body.text.len();
    let rules = placement.at(Kind::Experiments, &placement.rules.experiments, Stage::ViewerRequest);
    for (number, (rule, reads)) in rules.into_iter().enumerate() {
        // The request that is seen here may be the viewer's or the one that the variant led to.
        let led: Vec<_> = rule.variants.iter().filter_map(|variant| variant.to.as_ref()).map(leads_to).collect();
        let mut tests = vec![matched(body, &rule.paths, &[]).test];
        if !led.is_empty() && tests.iter().all(|test| test != "true") {
            tests.push(matches_any(body, &led, rule.paths.ignore_case));
        }
        let test = if tests.iter().any(|test| test == "true") { "true".to_owned() } else { any(tests) };
        let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
        let choice = choice(body, rule);
        // Both events choose: from the same cookies, query and identifier.
        body.functions.push_str(&format!("function $x{number}(){{{choice}}}\n"));
        let set = body.call(if is_inherited(&rule.cookie) { "C" } else { "cs" });
        let name = string(&rule.cookie);
        let attributes = string(&cookie_attributes(rule));
        let keep = format!("{set}(r,{name},{{value:i[0],attributes:{attributes}}})\n{}", keep_private(body));
        body.uses('i');
        let test = all(vec![test, guard, format!("(i=$x{number}())[1]")]);
        body.push(&format!("if({test}){}\n", block(&keep)));
    }
    body.count("experiments", start);
}

/// Returns the name of the variant, and whether it is new: what the query forces, what the cookie says, or one that is drawn from the
/// request's identifier.
fn choice(body: &mut Body<'_>, rule: &Experiment) -> String {
    let total: f64 = rule.variants.iter().map(|variant| variant.weight).sum();
    let mut sum = 0.0;
    let thresholds = rule.variants.iter().map(|variant| {
        sum += variant.weight;
        (sum / total * f64::from(1u32 << 31)).round().to_string()
    });
    let mut thresholds: Vec<String> = thresholds.collect();
    // Whatever is drawn is below the last one.
    thresholds.pop();
    let drawn = format!("{}({}+e.context.requestId)", body.call("K"), string(&rule.name));
    let drawn = match thresholds.as_slice() {
        [threshold] => format!("+({drawn}>={threshold})"),
        _ => format!("{}.filter(x=>{drawn}>=x).length", list(thresholds)),
    };
    let names = || rule.variants.iter().map(|variant| &variant.name);
    let forced = rule.force.as_ref().map(|name| format!("{}.map({})[0]", body.parameter(name), body.decodes(names())));
    let (forced, asked) = match forced {
        Some(forced) => (format!(",f={forced}"), "n.includes(f)?[f,1]:"),
        None => (String::new(), ""),
    };
    let (cookie, names) = (body.cookie(&rule.cookie), strings(names()));
    format!("const n={names},o={cookie}.find(x=>n.includes(x)){forced}\nreturn {asked}o?[o]:[n[{drawn}],1]")
}
