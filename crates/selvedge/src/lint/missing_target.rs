//! `missing-target` and `hidden-page`: redirects held against the pages that the site has.

use http::{Response, StatusCode};

use crate::analysis::pages::Pages;
use crate::analysis::sample::Sample;
use crate::rules::{Model, Pattern, Token};
use crate::sources::Report;
use crate::{Engine, Flow};

/// Longer rows of redirects are another lint's.
const MAX_STEPS: usize = 10;

pub(super) fn check(rules: &Model, engine: Option<&Engine>, report: &mut Report<'_>) {
    let Some(files) = report.site().filter(|files| !files.is_empty()) else { return };
    let Some(engine) = engine else { return };
    let site = Site { engine, pages: Pages::of(files) };
    for (at, rule) in rules.redirects.iter().enumerate().filter(|(_, rule)| !rule.pass) {
        let target = rule.to.as_literal().and_then(|to| to.split(['?', '#']).next());
        // What is made when it is asked for is not among the files.
        let target = target.filter(|to| to.starts_with('/') && !to.starts_with("//") && !is_made(to));
        let end = target.and_then(|to| site.end(to));
        let page = end.as_deref().and_then(|asked| site.pages.find(asked));
        let named = target.and_then(|to| site.pages.find(to));
        if let (Some(to), Some(asked), None) = (target, &end, &page) {
            let near = site.pages.alike(asked);
            let help = match near {
                Some(file) => format!("the site has {file}: the case, or a slash, differs"),
                None => "correct the target, or build the page".to_owned(),
            };
            let from = if to == asked { String::new() } else { format!(", where {to} leads in the end") };
            let place = format!("redirects[{at}].to");
            report.warning("missing-target", &place, format_args!("the site has no page {asked}{from}"), help);
        }
        if rule.when.is_some() {
            continue;
        }
        for pattern in &rule.from.patterns {
            let Some(from) = literal(pattern) else { continue };
            let Some(hidden) = site.pages.find(&from) else { continue };
            // With its slash, or by its other name, it is the same page.
            let is_same = |found: Option<&String>| found == Some(&hidden);
            if site.is_moved(&from) && !is_same(page.as_ref()) && !is_same(named.as_ref()) {
                report.warning(
                    "hidden-page",
                    &format!("redirects[{at}]"),
                    format_args!("the site has {hidden}, which nobody can see: {from} leads elsewhere"),
                    "remove the redirect, or the page",
                );
            }
        }
    }
}

/// The paths of functions, and of what platforms have for themselves.
fn is_made(path: &str) -> bool {
    path.starts_with("/.") || path.starts_with("/api/") || path.starts_with("/cdn-cgi/") || path.starts_with("/_")
}

/// The only path that a pattern is for.
fn literal(pattern: &Pattern) -> Option<String> {
    match pattern {
        Pattern::Path { anchored: true, tokens, .. } => match tokens.as_slice() {
            [] => Some("/".to_owned()),
            [Token::Literal(path)] => Some(path.clone()),
            _ => None,
        },
        _ => None,
    }
}

struct Site<'e> {
    engine: &'e Engine,
    pages: Pages,
}

/// Where a path leads.
enum Step {
    /// The origin is asked for this.
    Asked(String),
    /// A redirect on this host.
    Moved(String),
    /// Something else, of which nothing is said.
    Other,
}

impl Site<'_> {
    /// The path that the origin is asked for in the end, if nothing else takes its place when it has nothing there.
    fn end(&self, path: &str) -> Option<String> {
        let mut here = path.to_owned();
        for _ in 0..MAX_STEPS {
            match self.step(&here)? {
                Step::Asked(path) => return Some(path),
                Step::Moved(to) => here = to,
                Step::Other => return None,
            }
        }
        None
    }

    fn is_moved(&self, path: &str) -> bool {
        matches!(self.step(path), Some(Step::Moved(_) | Step::Other))
    }

    fn step(&self, path: &str) -> Option<Step> {
        let root = Pattern::parse("/").ok()?;
        let (mut request, facts) =
            Sample::of(&root, None)?.at(path).request().map(|(head, facts)| (head, facts.clone()))?;
        let mut flow = self.engine.viewer_request(&mut request, &facts);
        if let Flow::Continue(None) = flow {
            flow = self.engine.origin_request(&mut request, &facts);
        }
        let answer = match flow {
            Flow::Continue(None) => {
                let (mut response, ()) = Response::new(()).into_parts();
                response.status = StatusCode::NOT_FOUND;
                let reply = self.engine.origin_response(&request, &mut response, &facts);
                let stays = reply.ask_again.is_none() && reply.body.is_none();
                return Some(if stays { Step::Asked(request.uri.path().to_owned()) } else { Step::Other });
            }
            Flow::Continue(Some(_)) => return Some(Step::Other),
            Flow::Answer(answer) => answer,
        };
        let location = answer.headers().get("location").and_then(|location| location.to_str().ok());
        let own = location.filter(|to| to.starts_with('/') && !to.starts_with("//"));
        Some(own.map_or(Step::Other, |to| Step::Moved(to.split(['?', '#']).next().unwrap_or_default().to_owned())))
    }
}
