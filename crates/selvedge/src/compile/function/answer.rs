//! An answer: the statement that makes it, and the functions `$a` and `$b` in which each one ends.

use std::fmt::Display;

use selvedge_plan::Stage;

use super::body::Body;
use super::edits::{Edits, private};
use super::response::{OnResponses, vary};
use super::script::{key, string};
use super::template::{Captures, lines};
use crate::compile::answer::PRIVATE;
use crate::compile::place::Placement;
use crate::compile::sections::vary::groups_of_answers;
use crate::rules::{Body as Content, HeaderName, Reads, Template};

/// The statements that answer. `location` is an expression; [`LOCATION`] alone is left to the function in which they end.
#[allow(clippy::too_many_arguments)]
pub(super) fn answer(
    body: &mut Body<'_>,
    status: &dyn Display,
    content: Option<&Content>,
    location: Option<&str>,
    headers: &[(HeaderName, Vec<Template>)],
    captures: &Captures<'_>,
    reads: &Reads<'_>,
    drops: bool,
) -> String {
    let mut members: Vec<String> = location.map(|to| format!("location:{{value:{to}}}")).into_iter().collect();
    let mut after = String::new();
    for (name, values) in headers {
        let name = name.lower();
        match values.as_slice() {
            [value] if name != "set-cookie" && value.as_literal().is_some() => {
                members.push(format!("{}:{{value:{}}}", key(&name), string(value.as_literal().unwrap_or_default())));
            }
            values => {
                let lines = lines(body, values, captures);
                after.push_str(&format!("{}(r,{},{lines})\n", body.call("A"), string(&name)));
            }
        }
    }
    if reads.unnamed && body.stage == Stage::ViewerRequest {
        match headers.iter().find(|(name, _)| name.lower() == "cache-control") {
            None => members.push(format!("'cache-control':{}", private())),
            Some((_, values)) if values.iter().all(|value| value.as_literal().is_some()) => {}
            // Its value may not be there.
            Some(_) => {
                after.push_str(&format!("r.headers['cache-control']=r.headers['cache-control']||{}\n", private()))
            }
        }
    }
    if (reads.in_templates || drops) && body.stage == Stage::OriginRequest {
        body.uses('n');
        after.push_str("n=1\n");
    }
    let content = match content {
        None => String::new(),
        Some(Content::Text(text)) => format!(",{}", string(text)),
        Some(Content::Base64(data)) => format!(",{{encoding:'base64',data:{}}}", string(data)),
    };
    body.uses('r');
    let name = make(body);
    if after.is_empty() {
        if members.len() == 1 && content.is_empty() && location == Some(LOCATION) {
            body.leads.insert(name);
            return format!("return {name}({status})");
        }
        if !content.is_empty() {
            body.uses('b');
        }
        return format!("return {name}({status},{{{}}}{content})", members.join(","));
    }
    // Headers of several lines, and those that may not be there, are added to what is there.
    let content = if content.is_empty() { content } else { format!(",body:{}", content.trim_start_matches(',')) };
    let made = format!("r={{statusCode:{status},headers:{{{}}}{content}}}", members.join(","));
    format!("{made}\n{after}return {name}()")
}

/// The function that makes an answer; without arguments it ends one that was made.
fn make(body: &Body<'_>) -> &'static str {
    if body.stage == Stage::ViewerRequest { "$a" } else { "$b" }
}

/// An answer that the function itself makes: 308 of `trailingSlash`, 400 and 414.
pub(super) fn own(body: &mut Body<'_>, status: u16, header: &str) -> String {
    body.uses('r');
    format!("return {}({status},{{{header}}})", make(body))
}

/// The variable of the location that an answer has which says no headers.
pub(super) const LOCATION: &str = "x";

/// `$a` and `$b`: an answer of each request stage, with the rules on responses that no trigger runs for.
pub(super) fn functions(body: &mut Body<'_>, placement: &Placement<'_>, edits: &Edits, on: &OnResponses, text: &str) {
    let ways = [("$a", Stage::ViewerRequestAnswer), ("$b", Stage::OriginRequestAnswer)];
    for (name, stage) in ways.into_iter().filter(|(name, _)| text.contains(&format!("{name}("))) {
        let made_before = text.contains(&format!("{name}()"));
        let leads = body.leads.contains(&name);
        let headers = if leads { format!("g||{{location:{{value:{LOCATION}}}}}") } else { "g".to_owned() };
        let origin = stage == Stage::OriginRequestAnswer;
        body.stage = Stage::ViewerResponse;
        let mut end = String::new();
        if origin && body.uses.contains(&'n') {
            end.push_str(&format!("if(n&&!r.headers['cache-control'])r.headers['cache-control']={}\n", private()));
        }
        if body.uses.contains(&'v') {
            end.push_str(&format!("{}(r.headers,T.filter((x,i)=>v>>i&1))\n", body.call("M")));
        }
        if origin && edits.origin {
            body.uses('x');
            end.push_str(&format!(
                "x=r.headers['cache-control']\n$o(r,1)\nif(x&&x.value=={})r.headers['cache-control']=x\n",
                string(PRIVATE)
            ));
        } else if edits.origin {
            end.push_str("$o(r,1)\n");
        }
        if origin {
            end.push_str(if on.viewer { "$d(r)\n" } else { "" });
        } else {
            end.push_str(if edits.viewer { "if(r.statusCode<400)$v(r,1)\n" } else { "" });
            let groups = groups_of_answers(placement, body.table);
            end.push_str(&vary(body, &groups));
        }
        let content = if body.uses.contains(&'b') { "if(b!=null)r.body=b\n" } else { "" };
        if !made_before && content.is_empty() && end.is_empty() {
            body.push(&format!("function {name}(c,g){{return{{statusCode:c,headers:{headers}}}}}\n"));
            continue;
        }
        let make = format!("r={{statusCode:c,headers:{headers}}}\n{content}");
        body.push(&match made_before {
            true => format!("function {name}(c,g,b){{if(c){{{make}}}\n{end}return r}}\n"),
            false => format!("function {name}(c,g,b){{{make}{end}return r}}\n"),
        });
    }
}
