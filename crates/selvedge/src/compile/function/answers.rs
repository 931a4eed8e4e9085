//! Redirects and responses: the first rule that matches answers.

use selvedge_plan::Stage;

use super::answer::{LOCATION, answer};
use super::body::Body;
use super::loops::may_lead_to_itself;
use super::names::as_expression;
use super::path::{exact, matched};
use super::script::{all, block, in_expression, key, string};
use super::store::Stored;
use super::template::{Captures, target, target_with};
use crate::compile::place::Placement;
use crate::compile::sections::redirects::landing;
use crate::compile::value::{literal_target, slots};
use crate::rules::{Kind, Part, QueryMode, Reads, Redirect, Template};

/// Writes the rules of a stage.
pub(super) fn rules(body: &mut Body<'_>, placement: &Placement<'_>, stored: Option<&Stored>) {
    let start = body.text.len();
    for (rule, reads) in placement.at(Kind::Responses, &placement.rules.responses, body.stage) {
        let slots = slots(rule);
        let path = matched(body, &rule.paths, &slots);
        let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
        let captures = Captures { slots: &slots, values: &path.captures };
        let answer = answer(body, &rule.status, rule.body.as_ref(), None, &rule.headers, &captures, reads, false);
        let test = all(vec![path.test, guard]);
        body.push(&format!("if({test}){{{answer}}}\n"));
    }
    body.count("responses", start);
    let start = body.text.len();
    redirects(body, stored, &placement.at_or_passing(Kind::Redirects, &placement.rules.redirects, body.stage));
    body.count("redirects", start);
}

fn redirects(body: &mut Body<'_>, stored: Option<&Stored>, rules: &[(&Redirect, &Reads<'_>)]) {
    let stage = body.stage;
    let holds = |number| stored.is_some_and(|stored| stored.holds(stage, number));
    let rules = rules.iter().enumerate().filter(|(number, _)| !holds(*number)).map(|(_, rule)| *rule);
    let rules: Vec<_> = rules.collect();
    let mut chain = look(body, stored, 0);
    let mut rest = rules.as_slice();
    let mut passes = 0;
    while let Some(((rule, reads), after)) = rest.split_first() {
        let done = rules.len() - rest.len();
        let next = stored.and_then(|stored| stored.next_look(stage, done)).map_or(rest.len(), |next| next - done);
        let alike = |other: &Redirect| is_plain(other) && other.from.ignore_case == rule.from.ignore_case;
        let run = rest.iter().take(next).take_while(|(other, _)| alike(other)).count();
        // One look into a table for all of them.
        if run > 1 {
            let (plain, others) = rest.split_at(run);
            chain.push_str(&table(body, plain));
            rest = others;
        } else {
            rest = after;
            let slots = slots(*rule);
            let path = matched(body, &rule.from, &slots);
            let guard = body.guard(&rule.from, rule.when.as_ref(), reads.vary());
            let test = all(vec![path.test, guard]);
            if rule.pass {
                chain.push_str(&format!("if(!({test})){{\n"));
                passes += 1;
            } else {
                let captures = Captures { slots: &slots, values: &path.captures };
                chain.push_str(&one(body, rule, reads, test, &captures));
            }
        }
        chain.push_str(&look(body, stored, rules.len() - rest.len()));
    }
    chain.push_str(&"}".repeat(passes));
    body.push(&chain);
}

/// The look into the store that comes after this many rules, if one does.
fn look(body: &mut Body<'_>, stored: Option<&Stored>, after: usize) -> String {
    let Some(stored) = stored else { return String::new() };
    stored.look(body.stage, after).map(|look| stored.write(body, look)).unwrap_or_default()
}

/// One redirect.
fn one(body: &mut Body<'_>, rule: &Redirect, reads: &Reads<'_>, test: String, captures: &Captures<'_>) -> String {
    body.uses('x');
    let mut tests = vec![test];
    let query = query(body, rule);
    // What is made of both at once. At origin-request it counts whether the query made a difference.
    let viewer = body.stage == Stage::ViewerRequest && rule.query == QueryMode::Keep;
    let both = query.as_ref().filter(|_| viewer).and_then(|query| target_with(body, &rule.to, captures, query));
    let joined = both.is_some();
    let to = both.unwrap_or_else(|| target(body, &rule.to, captures, landing(rule)));
    let mut made = Vec::new();
    match rule.to.as_literal() {
        Some(_) => made.push(format!("x={to}")),
        None => tests.push(format!("(x={to})")),
    }
    if let Some(query) = query.filter(|_| !joined) {
        let join = body.call(if rule.query == QueryMode::Merge { "um" } else { "U" });
        let join = format!("{join}(x,{query})");
        made.push(if body.stage == Stage::OriginRequest {
            body.uses('n');
            body.uses('i');
            format!("i=x,x={join},x!=i&&(n=1)")
        } else {
            format!("x={join}")
        });
    }
    if may_lead_to_itself(rule) {
        let other = itself(body, rule);
        tests.push(if made.is_empty() { other } else { format!("({},{other})", made.join(",")) });
        made.clear();
    }
    let statement =
        answer(body, &rule.status, None, Some(LOCATION), &rule.headers, captures, reads, !rule.drop.is_empty());
    let made = made.iter().map(|expression| format!("{expression}\n")).collect::<String>();
    match all(tests).as_str() {
        "true" => format!("{{{made}{statement}}}\n"),
        test if made.is_empty() => format!("if({test}){}\n", block(&statement)),
        test => format!("if({test}){{{made}{statement}}}\n"),
    }
}

/// Whether the location is another than the address that was asked for.
fn itself(body: &mut Body<'_>, rule: &Redirect) -> String {
    for var in ['u', 's'] {
        body.uses(var);
    }
    let asked = "u+(s&&'?'+s)";
    // Without a query and a fragment of its own, it is the text of the address.
    let literal = |part: &Part| matches!(part, Part::Literal(text) if text.contains(['?', '#']));
    if !rule.to.parts.iter().any(literal) {
        if !rule.absolute {
            return format!("x!={asked}");
        }
        if let Some(host) = https_host(&rule.to) {
            body.uses('h');
            let source = in_expression(host);
            return format!(
                "!(x=={}+{asked}&&/^{source}(:443)?$/i.test((h.host||'').value)&&\
                 !/^http$/i.test((h['cloudfront-forwarded-proto']||'').value))",
                string(&format!("https://{host}"))
            );
        }
    }
    if rule.absolute {
        body.uses('h');
        return format!("!{}(x,u,s,h)", body.call("y"));
    }
    format!("!{}(x,u,s)", body.call("Y"))
}

/// The host of a target that begins with `https://`, a name without a port, and a slash.
fn https_host(to: &Template) -> Option<&str> {
    let Some(Part::Literal(text)) = to.parts.first() else { return None };
    let (host, _) = text.strip_prefix("https://")?.split_once('/')?;
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).then_some(host)
}

/// The query that the rule gives its location; `None` where that stays as it is.
fn query(body: &mut Body<'_>, rule: &Redirect) -> Option<String> {
    if rule.query == QueryMode::Drop {
        return None;
    }
    // A target with a query of its own keeps no other.
    let own = rule.to.as_literal().is_some_and(|text| text.split('#').next().unwrap_or_default().contains('?'));
    if rule.query == QueryMode::Keep && own {
        return None;
    }
    body.uses('c');
    Some(match rule.drop.is_empty() {
        true => "c".to_owned(),
        false => {
            let names = as_expression(&rule.drop);
            format!("{}(c,x=>!{names}.test(x))", body.call("qr"))
        }
    })
}

/// Whether it is for single paths, leads to one text, and asks nothing.
fn is_plain(rule: &Redirect) -> bool {
    !rule.pass
        && rule.when.is_none()
        && rule.from.except.is_empty()
        && rule.headers.is_empty()
        && rule.drop.is_empty()
        && rule.query == QueryMode::Keep
        && rule.to.as_literal().is_some()
        && rule.from.patterns.iter().all(|pattern| exact(pattern).is_some())
        && !may_lead_to_itself(rule)
}

/// Plain redirects by path: a table for each status. A path begins with a slash, so none is a name that objects inherit.
fn table(body: &mut Body<'_>, rules: &[(&Redirect, &Reads<'_>)]) -> String {
    let fold = rules.first().is_some_and(|(rule, _)| rule.from.ignore_case);
    for var in ['t', 'c', 'x'] {
        body.uses(var);
    }
    // A query comes after a path.
    let simple = rules.iter().all(|(rule, _)| rule.to.as_literal().is_some_and(|text| !text.contains(['?', '#', '['])));
    let mut seen = std::collections::HashSet::new();
    let mut tables: Vec<(u16, Vec<String>)> = Vec::new();
    for (rule, _) in rules {
        for path in rule.from.patterns.iter().filter_map(exact) {
            let path = if fold { path.to_ascii_lowercase() } else { path.to_owned() };
            let to = literal_target(rule.to.as_literal().unwrap_or_default());
            if !seen.insert(path.clone()) {
                continue;
            }
            let entry = format!("{}:{}", key(&path), string(&to));
            match tables.iter_mut().find(|table| table.0 == rule.status) {
                Some(table) => table.1.push(entry),
                None => tables.push((rule.status, vec![entry])),
            }
        }
    }
    let path = if fold { "t.toLowerCase()" } else { "t" };
    let mut text = String::new();
    for (status, entries) in tables {
        let query = format!("{}(x,c)", body.call(if simple { "Q" } else { "U" }));
        let marks = if body.stage == Stage::OriginRequest {
            body.uses('n');
            body.uses('i');
            format!("i=x,x={query},x!=i&&(n=1)")
        } else {
            format!("x={query}")
        };
        let statement = answer(body, &status, None, Some(LOCATION), &[], &Captures::NONE, &Reads::default(), false);
        text.push_str(&format!("if(x={{{}}}[{path}]){{{marks}\n{statement}}}\n", entries.join(",")));
    }
    text
}
