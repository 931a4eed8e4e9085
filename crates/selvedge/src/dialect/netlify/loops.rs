//! Netlify's guard against loops: a line that ends in a star, and is for its own target, lets paths be that begin as the target
//! does. So `/* /en/:splat` leaves `/en/a` alone, and `/old/* /` concerns all that it says. No later line has them then.

use super::from::Path;
use crate::dialect::route::{Action, Route, Way, literal};
use crate::dialect::sink::string;
use crate::rules::Value;

/// What a line leaves alone.
pub(super) enum Spared {
    Nothing,
    /// These paths, which is a line of its own in front of it.
    Some(Route),
    /// All that it is for.
    All,
}

/// `target` is as the line says it.
pub(super) fn spared(route: &Route, target: &str, path: &Path) -> Spared {
    let Some(base) = path.base() else { return Spared::Nothing };
    if route.status == 200 {
        return Spared::Nothing;
    }
    let (host, target) = match target.split_once("://") {
        Some(("https", rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(host), path)
        }
        Some(_) => return Spared::Nothing,
        None => (None, target),
    };
    let before: Vec<&str> = target.split('/').take_while(|segment| *segment != ":splat").collect();
    let start = before.join("/");
    if start.is_empty() || start.contains(['?', '#', '*']) || before.iter().any(|segment| segment.contains(':')) {
        return Spared::Nothing;
    }
    match host {
        None if start == "/" => return if path.is_all() { Spared::All } else { Spared::Nothing },
        // With a host only the line for all paths is guarded, and only where it leads to what they were.
        Some(_) if start == "/" || !path.is_all() || !target.contains(":splat") => return Spared::Nothing,
        _ => {}
    }
    if !path.matches(&start) {
        return Spared::Nothing;
    }
    let mut when = route.when.clone();
    if let Some(host) = host {
        match when.iter().find(|(name, _)| name == "host") {
            Some((_, Value::String(own))) if own == host => {}
            Some(_) => return Spared::Nothing,
            None => when.push(("host".to_owned(), string(host))),
        }
    }
    if base.starts_with(&start) {
        return Spared::All;
    }
    let way = Way { from: vec![literal(&start) + "*"], to: String::new() };
    let reads_viewer = route.reads_viewer || host.is_some();
    Spared::Some(Route { ways: vec![way], action: Action::Stay, when, reads_viewer, yields: false, ..route.clone() })
}
