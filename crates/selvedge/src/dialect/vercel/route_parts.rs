//! The parts of a route, by either of their names.

use super::{Reader, destination, is_url, member, source};
use crate::rules::Value;

/// A list that a route may be in, and the member that holds its paths.
pub(super) type List = (&'static str, &'static str);

/// Names of one part, the older one first: Vercel refuses a route with both.
pub(super) const ALIASES: [[&str; 2]; 3] = [["src", "source"], ["dest", "destination"], ["status", "statusCode"]];

/// The name by which a route has a part.
pub(super) fn spelled(item: &Value, names: [&'static str; 2]) -> &'static str {
    let [older, newer] = names;
    if member(item, newer).is_some() { newer } else { older }
}

pub(super) fn status(item: &Value) -> Option<&Value> {
    member(item, "status").or_else(|| member(item, "statusCode"))
}

pub(super) fn goes_on(item: &Value) -> bool {
    member(item, "continue") == Some(&Value::Bool(true))
}

/// Whether a route keeps requests out. A status that cannot be read may do so.
pub(super) fn refuses(item: &Value) -> bool {
    let by_status = match status(item) {
        None | Some(Value::Null) => false,
        Some(Value::Number(status)) => *status >= 400.0,
        Some(_) => true,
    };
    by_status || member(item, "mitigate").is_some()
}

/// The expression of a route; empty where there is none.
pub(super) fn src(item: &Value) -> &str {
    match source(item) {
        Some(Value::String(src)) => src,
        _ => "",
    }
}

/// A pattern in our own spelling.
pub(super) fn spelled_of(pattern: &Value) -> String {
    match member(pattern, "regex").unwrap_or(pattern) {
        Value::String(text) if member(pattern, "regex").is_some() => format!("~{text}"),
        Value::String(text) => text.clone(),
        _ => "/*".to_owned(),
    }
}

/// The lists that these routes are in.
pub(super) fn lists_of(routes: &[(&Value, String)]) -> Vec<List> {
    let dest = |route: &Value| match destination(route) {
        Some(Value::String(dest)) => Some(is_url(dest)),
        _ => None,
    };
    let items = || routes.iter().map(|(item, _)| *item);
    let answers = |route: &Value| dest(route).is_none() && status(route).is_some() && !refuses(route);
    let lists: [(List, bool); 3] = [
        (("redirects", "from"), items().any(answers)),
        (("origins", "for"), items().any(|route| dest(route) == Some(true))),
        (("rewrites", "from"), items().any(|route| dest(route).is_some())),
    ];
    lists.into_iter().filter(|(_, has)| *has).map(|(list, _)| list).collect()
}

impl Reader<'_> {
    /// Whether its members have values that Vercel takes.
    pub(super) fn values_of_route(&mut self, item: &Value, place: &str) -> Option<()> {
        for [older, newer] in ALIASES {
            if member(item, older).is_some() && member(item, newer).is_some() {
                let message = format!("Vercel refuses a route with both {older:?} and {newer:?}");
                self.error("invalid-value", &format!("{place}.{newer}"), message, "leave one of them out");
                return None;
            }
        }
        let is_list = |value: &Value| matches!(value, Value::Array(items) if items.iter().all(|item| matches!(item, Value::String(_))));
        let is_flag = |value: &Value| matches!(value, Value::Bool(_));
        for (name, is_right, help) in [
            ("methods", &is_list as &dyn Fn(&Value) -> bool, "write a list: [\"GET\"]"),
            ("continue", &is_flag, "write true or false, without quotes"),
            ("caseSensitive", &is_flag, "write true or false, without quotes"),
        ] {
            if member(item, name).is_some_and(|value| !is_right(value)) {
                self.error("invalid-value", &format!("{place}.{name}"), format!("not a value of {name:?}"), help);
                return None;
            }
        }
        Some(())
    }
}
