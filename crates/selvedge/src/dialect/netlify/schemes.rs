//! Lines for `http://…` and `https://…`: the scheme counts only where two lines differ by it.
//!
//! Most sites are asked over https alone, because the platform leads there before any rule; and some platforms cannot see scheme
//! and host together. So a line for one scheme is for both, unless the file says something else of the other one.

use std::collections::HashMap;

use crate::dialect::route::Route;
use crate::dialect::sink::Sink;
use crate::rules::Value;

/// Takes the condition on the scheme out of lines that do not need it, and says so of those for http.
pub(super) fn settle_schemes(routes: &mut Vec<Route>, sink: &mut Sink) {
    let mut by_url: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, route) in routes.iter().enumerate().filter(|(_, route)| scheme(route).is_some()) {
        by_url.entry(url(route)).or_default().push(at);
    }
    let fates: Vec<Fate> = (0..routes.len()).map(|at| fate(at, routes, &by_url)).collect();
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
    /// One says something else of the other scheme.
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

fn scheme(route: &Route) -> Option<&str> {
    route.when.iter().find_map(|(name, value)| match value {
        Value::String(scheme) if name == "scheme" => Some(scheme.as_str()),
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
