//! Lines for `http://…` and `https://…`: the scheme counts only where two lines differ by it.
//!
//! Most sites are asked over https alone, because the platform leads there before any rule; and some platforms cannot see scheme
//! and host together. So a line for one scheme is for both, unless the file says something else of the other one.

use std::collections::HashMap;

use crate::dialect::route::Route;
use crate::dialect::sink::Sink;
use crate::rules::Value;

/// Takes the condition on the scheme out of lines that do not need it, and says so of those for http.
pub(super) fn settle_schemes(routes: &mut [Route], sink: &mut Sink) {
    let mut by_url: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, route) in routes.iter().enumerate().filter(|(_, route)| scheme(route).is_some()) {
        by_url.entry(url(route)).or_default().push(at);
    }
    let mut differing = vec![false; routes.len()];
    for lines in by_url.values() {
        for at in lines {
            let Some(route) = routes.get(*at) else { continue };
            let other = |other: &Route| scheme(other) != scheme(route) && !says_the_same(other, route);
            let differs = lines.iter().filter_map(|other| routes.get(*other)).any(other);
            if let Some(own) = differing.get_mut(*at) {
                *own = differs;
            }
        }
    }
    let mut said = None;
    for (route, differs) in routes.iter_mut().zip(differing) {
        if differs {
            continue;
        }
        let is_http = scheme(route) == Some("http");
        route.when.retain(|(name, _)| name != "scheme");
        if is_http && said != Some(route.spans.from) {
            said = Some(route.spans.from);
            sink.note(
                "scheme-ignored",
                route.spans.from,
                "the line is for http:// alone; here it is for https:// as well",
                "the platform leads http:// to https:// before any rule",
            );
        }
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
    let host = route.when.iter().find(|(name, _)| name == "host").map(|(_, host)| host);
    format!("{host:?} {:?}", route.patterns().collect::<Vec<_>>())
}

fn says_the_same(one: &Route, other: &Route) -> bool {
    let targets = |route: &Route| route.ways.iter().map(|way| way.to.clone()).collect::<Vec<_>>();
    one.action == other.action && one.status == other.status && targets(one) == targets(other)
}
