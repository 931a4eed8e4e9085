//! Netlify's guard against loops: a line that has a star, and is for its own target, leaves paths alone that begin as the
//! target does. So `/* /en/:splat` leaves `/en/a` alone, and `/old/* /` concerns all that it says. No later line has them then.

use super::from::{Path, Segment};
use crate::dialect::route::{Action, Mapping, Route, literal};
use crate::dialect::sink::string;
use crate::rules::Value;

/// What a line leaves alone.
pub(super) enum LeftAlone {
    Nothing,
    /// These paths, which is a line of its own before it.
    Some(Box<Route>),
    /// All that it is for.
    All,
}

/// `target` is as the line says it.
pub(super) fn left_alone(route: &Route, target: &str, path: &Path) -> LeftAlone {
    if !path.has_star() || route.status == 200 {
        return LeftAlone::Nothing;
    }
    let (host, target) = match target.split_once("://") {
        Some(("https", rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(host), path)
        }
        Some(_) => return LeftAlone::Nothing,
        None => (None, target),
    };
    let before: Vec<&str> = target.split('/').take_while(|segment| *segment != ":splat").collect();
    let start = before.join("/");
    if start.is_empty() || start.contains(['?', '#', '*']) || before.iter().any(|segment| segment.contains(':')) {
        return LeftAlone::Nothing;
    }
    match host {
        None if start == "/" => return if path.is_all() { LeftAlone::All } else { LeftAlone::Nothing },
        // With a host only the line for all paths is guarded, and only where it leads to what they were.
        Some(_) if start == "/" || !path.is_all() || !target.contains(":splat") => return LeftAlone::Nothing,
        _ => {}
    }
    let begins = path.base().is_some() && path.matches(&start);
    let from = if begins { vec![literal(&start) + "*"] } else { returning(path, &start, target) };
    let from = if from.is_empty() { ending(path, &start, target) } else { from };
    if from.is_empty() {
        return LeftAlone::Nothing;
    }
    let mut when = route.when.clone();
    if let Some(host) = host {
        match when.iter().find(|(name, _)| name == "host") {
            Some((_, Value::String(own))) if own == host => {}
            Some(_) => return LeftAlone::Nothing,
            None => when.push(("host".to_owned(), string(host))),
        }
    }
    if begins && path.base().is_some_and(|base| base.starts_with(&start)) {
        return LeftAlone::All;
    }
    let mapping = Mapping { from, to: String::new() };
    let reads_viewer = route.reads_viewer || host.is_some();
    let action = Action::Stay;
    LeftAlone::Some(Box::new(Route {
        mappings: vec![mapping],
        action,
        when,
        reads_viewer,
        yields: false,
        // `/* /t/` leads `/t` to `/t/`.
        exact_slash: begins && start.ends_with('/'),
        ..route.clone()
    }))
}

/// A line whose path goes on where its target has the splat: the patterns of those paths whose splat makes of the target a
/// path of the line again. `/a/:b/* /a/:splat` leads `/a/1/2` to `/a/2`, which it is for, and `/a/1` to `/a/`, which it is not.
fn returning(path: &Path, start: &str, target: &str) -> Vec<String> {
    let Some((Segment::Star, segments)) = path.segments.split_last() else { return Vec::new() };
    let started: Vec<&str> = start.split('/').skip(1).collect();
    let Some((covered, open)) = segments.split_at_checked(started.len()) else { return Vec::new() };
    let is_begun = covered.iter().zip(&started).all(|(segment, piece)| segment.takes(piece));
    let Some((_, after)) = target.split_once("/:splat").filter(|_| is_begun && !segments.contains(&Segment::Star))
    else {
        return Vec::new();
    };
    let after: Vec<&str> = after.split(['?', '#']).next().unwrap_or_default().split('/').skip(1).collect();
    let own = |segments: &[Segment]| pattern(segments, "splat");
    // The splat goes on as the path does, or what follows it in the target does for it.
    let mut splats = vec![own(open) + "/*"];
    for (at, _) in open.iter().enumerate().skip(1) {
        let (first, last) = open.split_at(at);
        if last.len() <= after.len() && last.iter().zip(&after).all(|(segment, piece)| segment.takes(piece)) {
            splats.push(own(first));
        }
    }
    let mut begins = vec![literal(start)];
    // The target is compared as text: `/ab` begins as `/a` does.
    if matches!(covered.last(), Some(Segment::Name(_))) {
        begins.push(literal(start) + ":more");
    }
    let open = &pattern(open, "path");
    begins.iter().flat_map(|begin| splats.iter().map(move |splat| format!("{begin}{open}{splat}"))).collect()
}

/// A line that goes on after its star: the patterns of paths that begin as the target does, and whose target ends as the line does.
/// `/*/:a /t` leads to `/t`, which it is for; `/*/b /t/:splat` leads `/t/1/b/b` to `/t/t/1/b`, and `/t/1/b` to `/t/t/1`, which it is not for.
fn ending(path: &Path, start: &str, target: &str) -> Vec<String> {
    let star = path.segments.iter().position(|segment| *segment == Segment::Star);
    let Some((first, [Segment::Star, last @ ..])) = star.and_then(|at| path.segments.split_at_checked(at)) else {
        return Vec::new();
    };
    if last.is_empty() || last.contains(&Segment::Star) {
        return Vec::new();
    }
    let started: Vec<&str> = start.split('/').skip(1).collect();
    let takes = |segments: &[Segment], pieces: &[&str]| {
        segments.iter().zip(pieces).all(|(segment, piece)| segment.takes(piece))
    };
    let started = started.strip_suffix(&[""]).unwrap_or(&started);
    let Some((_, open)) = started.split_at_checked(first.len()).filter(|_| takes(first, started)) else {
        return Vec::new();
    };
    // What the target ends in, after its splat or, without one, after what the line begins with.
    let after = match target.split_once("/:splat") {
        Some((_, after)) => after.split(['?', '#']).next().unwrap_or_default().split('/').skip(1).collect(),
        None => open.to_vec(),
    };
    let all = literal(start) + "*";
    let end = after.len().checked_sub(last.len()).and_then(|from| after.get(from..));
    let is_open = after.is_empty() && target.contains("/:splat");
    let any = last.iter().all(|segment| matches!(segment, Segment::Name(_)));
    match end {
        Some(end) if takes(last, end) && any => vec![all],
        // The line is for paths that end as it does: others are left to the lines after it.
        Some(end) if takes(last, end) => vec![all + &pattern(last, "end")],
        // Any segments will do: some are in the target, the others in the splat.
        None if is_open && any => {
            let more = 2 * last.len().saturating_sub(open.len());
            vec![(0..more).fold(all, |pattern, at| format!("{pattern}/:more{at}"))]
        }
        // The splat ends as the line does.
        None if is_open => vec![all + &pattern(last, "splat") + &pattern(last, "end")],
        _ => Vec::new(),
    }
}

/// Segments as a pattern, with names that begin so.
fn pattern(segments: &[Segment], name: &str) -> String {
    let numbered = segments.iter().enumerate();
    let pieces = numbered.map(|(at, segment)| match segment {
        Segment::Literal(text) => format!("/{}", literal(text)),
        _ => format!("/:{name}{at}"),
    });
    pieces.collect()
}
