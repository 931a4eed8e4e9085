//! Lines for `http://…` and `https://…`: the scheme counts only where two lines differ by it.
//!
//! Most sites are asked over https alone, because the platform leads there before any rule; and some platforms cannot see scheme
//! and host together. So a line for one scheme is for both, unless a line for the other one says something else of the same paths,
//! or of some of them after it.

use std::collections::HashMap;

use crate::dialect::arrange::Later;
use crate::dialect::route::Route;
use crate::dialect::sink::Sink;
use crate::rules::Value;

/// Takes the condition on the scheme out of lines that do not need it, and says so of those for http.
pub(super) fn settle_schemes(routes: &mut Vec<Route>, sink: &mut Sink) {
    let mut by_url: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, route) in routes.iter().enumerate().filter(|(_, route)| scheme(route).is_some()) {
        by_url.entry(url(route)).or_default().push(at);
    }
    let mut fates: Vec<Fate> = (0..routes.len()).map(|at| fate(at, routes, &by_url)).collect();
    keep_from_taking(routes, &by_url, &mut fates);
    let mut said = None;
    for (route, fate) in routes.iter_mut().zip(&fates).filter(|(_, fate)| **fate != Fate::Differs) {
        let is_http = scheme(route) == Some("http");
        route.when.retain(|(name, _)| name != "scheme");
        if is_http && *fate == Fate::Alone && said != Some(route.spans.from) {
            said = Some(route.spans.from);
            sink.note(
                "scheme-ignored",
                route.spans.from,
                "the line is for http:// alone; here it is for https:// as well",
                "the platform leads http:// to https:// before any rule",
            );
        }
    }
    let mut fates = fates.into_iter();
    routes.retain(|_| fates.next() != Some(Fate::Repeats));
}

/// What becomes of a line among those for the same URL but for the scheme.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// There is none for the other scheme.
    Alone,
    /// One says something else of the other scheme, of all its paths, or after it of some.
    Differs,
    /// A later one says the same of the other scheme.
    Leads,
    /// An earlier one does.
    Repeats,
}

fn fate(at: usize, routes: &[Route], by_url: &HashMap<String, Vec<usize>>) -> Fate {
    let Some(route) = routes.get(at).filter(|route| scheme(route).is_some()) else { return Fate::Alone };
    let lines = by_url.get(&url(route)).map(Vec::as_slice).unwrap_or_default();
    let others = || {
        let others = lines.iter().filter_map(|other| Some((*other, routes.get(*other)?)));
        others.filter(|(_, other)| scheme(other) != scheme(route))
    };
    match (others().next(), others().all(|(_, other)| says_the_same(other, route))) {
        (None, _) => Fate::Alone,
        (_, false) => Fate::Differs,
        _ if others().any(|(other, _)| other < at) => Fate::Repeats,
        _ => Fate::Leads,
    }
}

/// A line for both schemes would take paths of a later one for the other scheme.
fn keep_from_taking(routes: &[Route], by_url: &HashMap<String, Vec<usize>>, fates: &mut [Fate]) {
    let mut later: HashMap<(&str, &str), Later> = HashMap::new();
    for (at, route) in routes.iter().enumerate().rev() {
        let (Some(own), Some(host), Some(fate)) = (scheme(route), member(route, "host"), fates.get(at).copied()) else {
            continue;
        };
        let other = if own == "http" { "https" } else { "http" };
        // It is told with the line that says the same.
        if fate == Fate::Repeats {
            continue;
        }
        let takes = later.get(&(host, other)).is_some_and(|later| route.patterns().any(|own| later.may_take(own)));
        if takes {
            let same = by_url.get(&url(route)).filter(|_| fate == Fate::Leads);
            for at in same.into_iter().flatten().chain([&at]) {
                fates.get_mut(*at).into_iter().for_each(|fate| *fate = Fate::Differs);
            }
        }
        let schemes = if fate == Fate::Leads { &[own, other][..] } else { &[own] };
        for scheme in schemes {
            let later = later.entry((host, scheme)).or_default();
            route.patterns().for_each(|pattern| later.add(pattern));
        }
    }
}

fn scheme(route: &Route) -> Option<&str> {
    member(route, "scheme")
}

/// A condition that is a text.
fn member<'r>(route: &'r Route, name: &str) -> Option<&'r str> {
    route.when.iter().find_map(|(own, value)| match value {
        Value::String(text) if own == name => Some(text.as_str()),
        _ => None,
    })
}

/// What the line is for, but for the scheme.
fn url(route: &Route) -> String {
    let when: Vec<_> = route.when.iter().filter(|(name, _)| name != "scheme").collect();
    format!("{when:?} {:?}", route.patterns().collect::<Vec<_>>())
}

fn says_the_same(one: &Route, other: &Route) -> bool {
    let targets = |route: &Route| route.mappings.iter().map(|mapping| mapping.to.clone()).collect::<Vec<_>>();
    one.action == other.action && one.status == other.status && targets(one) == targets(other)
}
