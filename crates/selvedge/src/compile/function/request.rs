//! The handler on requests.

use selvedge_plan::Stage;

use super::body::Body;
use super::edits::{self, Edits};
use super::experiments;
use super::names::as_expression;
use super::path::{arranged, matched, matches_any};
use super::response::{Noted, OnResponses};
use super::script::{all, any, block, field, string};
use super::store::Stored;
use super::template::{Captures, target};
use super::{answer, answers};
use crate::compile::place::Placement;
use crate::compile::value::{Landing, slots};
use crate::rules::{
    EncodedSlashes, Html, Kind, NOTE_HEADER, Origin, OriginField, OriginKind, Paths, QueryMode, TrailingSlash,
};

const IS_GET: &str = "(q.method=='GET'||q.method=='HEAD')";
const QUERY_CHANGED: &str = "c!=(q.rawQueryString()||'')";
/// What percent-encodes the little of a normalised path that may not stand in a target.
const OF_A_PATH: &str = r"/[[\]|]|%(?![\dA-F]{2})/g";

/// Writes what happens to requests; whether there is something.
pub(super) fn write(
    body: &mut Body<'_>,
    placement: &Placement<'_>,
    stored: Option<&Stored>,
    edits: &Edits,
    token: &str,
    on: &OnResponses,
) -> bool {
    body.stage = Stage::ViewerRequest;
    arrange(body, placement);
    answers::rules(body, placement, stored);
    trailing_slash(body, placement);
    experiments::variants(body, placement);
    query(body, placement);
    rewrites(body, placement);
    html(body, placement);
    edits::on_requests(body, placement);
    let first = std::mem::take(&mut body.text);

    body.stage = Stage::OriginRequest;
    if body.scope.requests {
        answers::rules(body, placement, stored);
        origins(body, placement);
        rewrites(body, placement);
        html(body, placement);
        edits::on_requests(body, placement);
    }
    let second = std::mem::take(&mut body.text);
    if first.is_empty() && second.is_empty() {
        return false;
    }

    let mut between = String::new();
    if !second.is_empty() {
        // The later stage sees what the first one left.
        for (var, text) in [('w', "if(w)u=w\n"), ('l', "l=0\n"), ('v', "v=0\n")] {
            if changes(&first, var) {
                body.uses(var);
                between.push_str(text);
            }
        }
        between.push_str(if first.contains("c=") && body.uses.contains(&'c') { "s=c\n" } else { "" });
    }
    if let Some(form) = on.note {
        body.uses('o');
        between.push_str(match form {
            Noted::Normalised => {
                body.uses('p');
                "o=p\n"
            }
            Noted::Written => {
                body.uses('u');
                body.uses('w');
                "o=w||u\n"
            }
        });
    }
    let end = finish(body, &format!("{first}{second}"), on.note.map(|_| token));
    let text = format!("{first}{between}{second}{end}");
    answer::functions(body, placement, edits, on, &text);
    if let Some(stored) = stored {
        body.push(&stored.function());
    }
    if text.contains("$m(") {
        body.uses('t');
        body.uses('w');
        body.push("function $m(x){t=(p=N(w=x)).replace(/\\/$/,'')}\n");
    }
    // Nobody but the edge writes notes.
    body.uses('h');
    body.push(&format!("delete {}\n", field("h", NOTE_HEADER)));
    body.push(&text);
    true
}

/// Whether statements write a variable.
fn changes(text: &str, var: char) -> bool {
    match var {
        'w' => text.contains("$m(") || text.contains("w="),
        'v' => text.contains("v|="),
        var => text.contains(&format!("{var}=1")),
    }
}

/// Hands over what became of the request.
fn finish(body: &mut Body<'_>, text: &str, note: Option<&str>) -> String {
    let moves = changes(text, 'w');
    let queries = text.contains("c=") && body.uses.contains(&'c');
    let origin = if body.uses.contains(&'g') { "if(g)cf.updateRequestOrigin(g)\n" } else { "" };
    if !moves && !queries {
        return origin.to_owned();
    }
    // A URI that CloudFront does not take is a request that fails; as it came, it would get past rules.
    let max = body.table.max_uri.unwrap_or(8192);
    for var in ['u', if queries { 'c' } else { 's' }] {
        body.uses(var);
    }
    let led = if moves {
        body.uses('w');
        let note = note.map(|token| format!("\n{}={{value:{}+o}}", field("h", NOTE_HEADER), string(token)));
        format!("q.uri=w{}", note.unwrap_or_default())
    } else {
        String::new()
    };
    body.stage = Stage::ViewerRequest;
    let too_long = answer::own(body, 414, "'cache-control':{value:'no-store'}");
    let refuse = |of: &str| format!("if(({of}).length>={max}){too_long}\n");
    let then = match (moves, queries) {
        (true, false) => format!("if(w){{{}{led}}}\n", refuse("w+s")),
        (true, true) => format!(
            "if(w||{QUERY_CHANGED}){{{}if(w){}\nif({QUERY_CHANGED})q.querystring=c}}\n",
            refuse("(w||u)+c"),
            block(&led)
        ),
        (false, _) => format!("if({QUERY_CHANGED}){{{}q.querystring=c}}\n", refuse("u+c")),
    };
    format!("{then}{origin}")
}

/// `slashes` and `encodedSlashes`.
fn arrange(body: &mut Body<'_>, placement: &Placement<'_>) {
    let rules = placement.rules;
    if !rules.arranges_slashes() {
        return;
    }
    let start = body.text.len();
    for var in ['p', 't', 'u', 'w', 'x'] {
        body.uses(var);
    }
    if rules.encoded_slashes == EncodedSlashes::Reject {
        let refusal = answer::own(body, 400, "'cache-control':{value:'no-store'}");
        body.push(&format!("if(/%2f|%5c/i.test(u)){refusal}\n"));
    }
    body.push(&format!("x={}\nif(x!=u){{$m(x)\nw=u=p}}\n", arranged(placement)));
    body.count("slashes", start);
}

fn rewrites(body: &mut Body<'_>, placement: &Placement<'_>) {
    let rules = placement.at_or_passing(Kind::Rewrites, &placement.rules.rewrites, body.stage);
    let start = body.text.len();
    for (number, (rule, reads)) in rules.into_iter().enumerate() {
        let otherwise = if number == 0 { "" } else { "else " };
        let slots = slots(rule);
        let path = matched(body, &rule.from, &slots);
        let guard = body.guard(&rule.from, rule.when.as_ref(), reads.vary());
        let test = all(vec![path.test, guard]);
        if rule.pass {
            body.push(&format!("{otherwise}if({test}){{}}\n"));
            continue;
        }
        let captures = Captures { slots: &slots, values: &path.captures };
        let to = target(body, &rule.to, &captures, Landing::Target);
        for var in ['x', 'l'] {
            body.uses(var);
        }
        let has_query = rule.to.parts.iter().any(|part| part.to_string().contains('?'));
        let mut lead = String::new();
        if rule.query != QueryMode::Keep || has_query {
            body.uses('c');
            body.uses('i');
            if rule.query != QueryMode::Drop {
                let join = body.call(if rule.query == QueryMode::Merge { "um" } else { "U" });
                lead.push_str(&format!("x={join}(x,c)\n"));
            }
            lead.push_str("i=x.indexOf('?')\nc=i<0?'':x.slice(i+1)\nif(i>=0)x=x.slice(0,i)\n");
        }
        let tests = match rule.to.as_literal() {
            Some(_) => {
                lead = format!("x={to}\n{lead}");
                test
            }
            None => all(vec![test, format!("(x={to})")]),
        };
        body.push(&format!("{otherwise}if({tests}){{{lead}$m(x)\nl=1}}\n"));
    }
    body.count("rewrites", start);
}

/// Whether the path names a file, less a slash at its end.
fn is_file(body: &mut Body<'_>, html: &Html) -> String {
    body.uses('t');
    let dot = "/\\.[^\\/]*$/.test(t)";
    if html.otherwise.patterns.is_empty() {
        return dot.to_owned();
    }
    let otherwise = matches_any(body, &html.otherwise.patterns, html.otherwise.ignore_case);
    format!("/[^\\/]$/.test(t)&&{dot}!={otherwise}")
}

/// The pages that `html` is for.
fn pages(body: &mut Body<'_>, paths: &Paths) -> Vec<String> {
    let test = matches_any(body, &paths.patterns, paths.ignore_case);
    let mut tests = vec![test];
    if !paths.except.is_empty() {
        tests.push(format!("!({})", matches_any(body, &paths.except, paths.ignore_case)));
    }
    tests
}

fn html(body: &mut Body<'_>, placement: &Placement<'_>) {
    let Some(html) = placement.rules.html.as_ref().filter(|_| placement.has(Kind::Html, body.stage)) else { return };
    let clean = html.clean.suffix();
    if clean.is_none() && html.index.is_none() {
        return;
    }
    let start = body.text.len();
    for var in ['p', 't', 'u', 'w', 'x'] {
        body.uses(var);
    }
    let slash = "p.endsWith('/')";
    let file = is_file(body, html);
    let (name, ends) = match (&html.index, clean) {
        (Some(index), Some(clean)) => {
            (format!("{slash}?{}:{}", string(index), string(clean)), format!("({slash}||!({file}))"))
        }
        (Some(index), None) => (string(index), slash.to_owned()),
        (None, Some(clean)) => (string(clean), format!("!{slash}&&!({file})")),
        (None, None) => return,
    };
    let mut tests = if body.uses.contains(&'l') { vec!["!l".to_owned()] } else { Vec::new() };
    tests.extend([ends, IS_GET.to_owned()]);
    tests.extend(pages(body, &html.paths));
    // The path goes on as it came: only rules that lead elsewhere write it anew.
    body.push(&format!("if({}){{x={name}\nw=(w||u)+x\nt=p+=x}}\n", all(tests)));
    body.count("html", start);
}

fn trailing_slash(body: &mut Body<'_>, placement: &Placement<'_>) {
    let rules = placement.rules;
    let Some(html) = rules.html.as_ref().filter(|html| html.trailing_slash != TrailingSlash::Keep) else { return };
    let start = body.text.len();
    for var in ['p', 't', 'c', 'x'] {
        body.uses(var);
    }
    let adds = html.trailing_slash == TrailingSlash::Add;
    let not = if adds { "!" } else { "" };
    let file = is_file(body, html);
    let mut tests = vec![format!("p.length>1&&{not}p.endsWith('/')"), IS_GET.to_owned(), format!("!({file})")];
    tests.push("!t.endsWith('/')".to_owned());
    tests.extend(pages(body, &html.paths));
    // Conditions are not asked here; a pass that has one may not hold.
    let origins = rules.origins.iter().filter(|rule| rule.to.is_some() || rule.when.is_none());
    let rewrites = rules.rewrites.iter().filter(|rule| !rule.fallback && (!rule.pass || rule.when.is_none()));
    let lists: [Vec<(&Paths, bool)>; 2] = [
        origins.map(|rule| (&rule.paths, rule.to.is_none())).collect(),
        rewrites.map(|rule| (&rule.from, rule.pass)).collect(),
    ];
    for list in lists.iter().filter(|list| list.iter().any(|(_, pass)| !pass)) {
        let mut routed = String::new();
        for (paths, pass) in list {
            let test = all(pages(body, paths));
            routed.push_str(&format!("{test}?{}:", u8::from(!pass)));
        }
        tests.push(format!("!({routed}0)"));
    }
    let (make, encode, add) = (body.call("D"), body.call("E"), if adds { "+'/'" } else { "" });
    tests.push(format!("(x={make}({encode}(t,{OF_A_PATH}){add}))"));
    let reset = if body.uses.contains(&'v') { "v=0\n" } else { "" };
    let join = body.call("U");
    let answer = answer::own(body, 308, &format!("location:{{value:{join}(x,c)}}"));
    body.push(&format!("if({}){{{reset}{answer}}}\n", all(tests)));
    body.count("html", start);
}

fn query(body: &mut Body<'_>, placement: &Placement<'_>) {
    let start = body.text.len();
    for (rule, reads) in placement.at(Kind::Query, &placement.rules.query, body.stage) {
        let test = matched(body, &rule.paths, &[]).test;
        let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
        body.uses('c');
        let mut kept = Vec::new();
        if !rule.drop.is_empty() {
            kept.push(format!("!{}.test(x)", as_expression(&rule.drop)));
        }
        kept.extend(rule.keep.as_ref().map(|keep| format!("{}.test(x)", as_expression(keep))));
        let kept = if kept.is_empty() { "0".to_owned() } else { format!("x=>{}", kept.join("&&")) };
        let flags = match (rule.sort, rule.lowercase) {
            (false, false) => "",
            (true, false) => ",1",
            (false, true) => ",0,1",
            (true, true) => ",1,1",
        };
        let call = body.call("qr");
        body.push(&match all(vec![test, guard]).as_str() {
            "true" => format!("c={call}(c,{kept}{flags})\n"),
            test => format!("if({test})c={call}(c,{kept}{flags})\n"),
        });
    }
    body.count("query", start);
}

fn origins(body: &mut Body<'_>, placement: &Placement<'_>) {
    let start = body.text.len();
    let rules = placement.at(Kind::Origins, &placement.rules.origins, body.stage);
    for (number, (rule, reads)) in rules.into_iter().enumerate() {
        let otherwise = if number == 0 { "" } else { "else " };
        let test = matched(body, &rule.paths, &[]).test;
        let guard = body.guard(&rule.paths, rule.when.as_ref(), reads.vary());
        let mut tests = vec![test, guard];
        if let Some(weight) = rule.weight {
            let threshold = (weight / 100.0 * f64::from(1u32 << 31)).round();
            tests.push(format!("{}('origins{number}'+e.context.requestId)<{threshold}", body.call("K")));
        }
        let Some(origin) = &rule.to else {
            body.push(&format!("{otherwise}if({}){{}}\n", all(tests)));
            continue;
        };
        body.uses('g');
        body.uses('l');
        let has_path = |field: &OriginField| matches!(field, OriginField::Text("path", path) if !path.is_empty());
        let mut path = "";
        if origin.fields.iter().any(has_path) {
            for var in ['p', 'u', 'w'] {
                body.uses(var);
            }
            tests.push(format!("{}(p)", body.call("ok")));
            // After the origin's own path, dot segments would lead further up than the rules saw.
            path = "if(!w&&!ok(u))w=p\n";
        }
        let fields = update(origin);
        body.push(&format!("{otherwise}if({}){{g={{{fields}}}\n{path}l=1}}\n", any(vec![all(tests)])));
    }
    body.count("origins", start);
}

/// The members of what `cf.updateRequestOrigin` takes.
fn update(origin: &Origin) -> String {
    let (mut members, mut custom, mut timeouts) = (Vec::new(), Vec::new(), Vec::new());
    let mut access = Vec::new();
    for field in &origin.fields {
        match field {
            OriginField::Text("domainName", text) => members.push(format!("domainName:{}", string(text))),
            OriginField::Text("path", text) => members.push(format!("originPath:{}", string(text))),
            OriginField::Text("region", text) if !text.is_empty() => access.push(format!("region:{}", string(text))),
            OriginField::Text("protocol", text) => custom.push(format!("protocol:{}", string(text))),
            OriginField::Number("port", port) => custom.push(format!("port:{port}")),
            OriginField::Number("readTimeout", seconds) => timeouts.push(format!("readTimeout:{seconds}")),
            OriginField::Number("keepaliveTimeout", seconds) => timeouts.push(format!("keepAliveTimeout:{seconds}")),
            OriginField::List(_, list) => custom.push(format!("sslProtocols:{}", super::script::strings(list))),
            OriginField::Headers(headers) => {
                let headers = headers.iter().map(|(name, values)| {
                    format!("{}:{}", super::script::key(&name.to_ascii_lowercase()), string(&values.join(",")))
                });
                members.push(format!("customHeaders:{{{}}}", headers.collect::<Vec<_>>().join(",")));
            }
            _ => {}
        }
    }
    for (name, list) in [("customOriginConfig", custom), ("timeouts", timeouts)] {
        if !list.is_empty() {
            members.push(format!("{name}:{{{}}}", list.join(",")));
        }
    }
    let signs = origin.kind == OriginKind::S3 && !access.is_empty();
    members.push(match signs {
        true => format!(
            "originAccessControlConfig:{{enabled:true,{},signingBehavior:'always',signingProtocol:'sigv4',originType:'s3'}}",
            access.join(",")
        ),
        false => "originAccessControlConfig:{enabled:false}".to_owned(),
    });
    members.join(",")
}
