//! What comes in the place of errors: `responseOverrides`.

use super::page_of;
use crate::dialect::hosting::reader::{Reader, join, resolved, target_text, text};
use crate::dialect::route::{Action, one_or_list};
use crate::dialect::sink::{Members, string};
use crate::rules::Value;

/// Pages and redirects for errors: for 404, where the fallback has nothing.
pub(super) fn overrides(value: &Value, excluded: Option<Vec<String>>, reader: &mut Reader<'_>) {
    let Value::Object(members) = value else { return };
    // Without a fallback it is for all paths; with one, for what is taken out of that.
    let from = excluded.unwrap_or_else(|| vec!["/*".to_owned()]);
    for (status, item) in members {
        let place = join("responseOverrides", status);
        let taken =
            if status == "404" { missing(item, &place, &from, reader) } else { Err(format!("a page for {status}")) };
        reader.entry(&place, taken);
    }
}

fn missing(item: &Value, place: &str, from: &[String], reader: &mut Reader<'_>) -> Result<(), String> {
    reader.known(item, place, &["rewrite", "redirect", "statusCode"]);
    if from.is_empty() {
        return Ok(());
    }
    let instead = instead(item, 404)?;
    let is_redirect = instead.action == Action::Redirect;
    let mut members: Members = vec![("from", one_or_list(from), None), ("to", Value::String(instead.to), None)];
    members.extend(instead.query.map(|query| ("query", query, None)));
    if is_redirect || instead.status >= 400 {
        members.push(("status", Value::Number(f64::from(instead.status)), None));
    }
    members.push(("fallback", Value::Bool(true), None));
    reader.last(if is_redirect { "redirects" } else { "rewrites" }, place, members);
    Ok(())
}

/// What comes in the place of an error.
pub(super) struct Instead {
    pub(super) to: String,
    pub(super) action: Action,
    pub(super) status: u16,
    pub(super) query: Option<Value>,
}

/// Reads an entry of `responseOverrides` for a status.
pub(super) fn instead(item: &Value, error: u16) -> Result<Instead, String> {
    let status = match item.member("statusCode") {
        Some(Value::Number(status)) => Some(*status as u16),
        _ => None,
    };
    match (text(item, "rewrite"), text(item, "redirect")) {
        (Some(page), None) => {
            Ok(Instead { to: page_of(&page)?, action: Action::Rewrite, status: status.unwrap_or(error), query: None })
        }
        (None, Some(to)) if to.contains(".referrer") => {
            Err("\".referrer\", the address that was asked for, in a redirect".to_owned())
        }
        (None, Some(to)) => Ok(Instead {
            query: (!to.contains('?')).then(|| string("drop")),
            to: resolved(target_text(&to))?,
            action: Action::Redirect,
            status: status.unwrap_or(302),
        }),
        _ => Err(format!("such a page for {error}")),
    }
}
