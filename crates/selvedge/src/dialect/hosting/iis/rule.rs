//! Rewrite rules: a pattern, conditions, and what is done.

use super::condition::{Conditions, conditions, is_of_viewer};
use super::guard::may_refuse;
use super::map::{Lookup, Map, lookup, maps};
use super::order::answer;
use super::target::{Names, absolute, template};
use super::{Element, elements, is, name, place};
use crate::dialect::hosting::reader::{Paths, Reader, When, resolved, served};
use crate::dialect::pcre::{PathPattern, Pcre, Spelled};
use crate::dialect::route::{Action, Route, beginning};
use crate::dialect::sink::string;
use crate::rules::Value;

pub(super) fn rewrite(section: Element<'_>, reader: &mut Reader<'_>) {
    let maps = maps(section);
    for part in elements(section) {
        // Rules of the whole server count before those of the site.
        if name(part) == "globalRules" && part.descendants().any(|node| node.is_element() && may_refuse(node)) {
            reader.close_all(&place(part), Paths::new(["/*"]), When::new());
            reader.entry(&place(part), Err("<globalRules> that refuse; all paths are answered 403".to_owned()));
            continue;
        }
        // The rules that look them up say what is left of them.
        if name(part) == "rewriteMaps" {
            continue;
        }
        if name(part) != "rules" {
            reader.entry(&place(part), Err(format!("<{}>", name(part))));
            continue;
        }
        let rules: Vec<Element<'_>> =
            elements(part).filter(|rule| name(*rule) == "rule" && is(*rule, "enabled", true)).collect();
        for (at, item) in rules.iter().enumerate() {
            let taken = guarded(*item, at + 1 == rules.len(), &maps, reader);
            reader.entry(&place(*item), taken);
        }
    }
}

fn child<'d>(node: Element<'d>, wanted: &str) -> Option<Element<'d>> {
    elements(node).find(|inside| name(*inside) == wanted)
}

/// A rule; one that is left out and leads some viewers elsewhere, by who they are, keeps them out of its paths.
fn guarded(node: Element<'_>, is_last: bool, maps: &[Map<'_>], reader: &mut Reader<'_>) -> Result<(), String> {
    let taken = rule(node, is_last, maps, reader);
    let kind = child(node, "action").and_then(|action| action.attribute("type"));
    let leads = matches!(kind, Some("Redirect" | "Rewrite"));
    match taken {
        Err(what) if leads && child(node, "conditions").is_some_and(is_of_viewer) => {
            let paths = pattern(node).as_ref().map_or_else(|_| Paths::new([folder(node)]), Pattern::paths);
            reader.close(&place(node), paths, When::new());
            Err(format!("{what}; the rule's paths are answered 403"))
        }
        taken => taken,
    }
}

/// Routes of the rows of a map.
fn looked_up(
    node: Element<'_>,
    action: Element<'_>,
    lookup: Lookup,
    is_last: bool,
    reader: &mut Reader<'_>,
) -> Result<(), String> {
    for (from, to) in lookup.rows {
        let mut paths = Paths::new([from]);
        if lookup.fold {
            paths.more.push(("ignoreCase", Value::Bool(true)));
        }
        let has_query = to.contains('?');
        let mut route = reader.route(&place(node), paths, to, When::new());
        route.query = match (is(action, "appendQueryString", true), has_query) {
            (false, _) => Some(string("drop")),
            (true, true) => Some(string("merge")),
            (true, false) => None,
        };
        act(action.attribute("type").unwrap_or_default(), action, node, is_last, &mut route)?;
        reader.push(route);
    }
    if lookup.with_query {
        let message = "the map is looked up without the query of the request";
        reader.sink.note("changed-meaning", reader.span(&place(node)), message, "nothing, if that does not matter");
    }
    Ok(())
}

fn rule(node: Element<'_>, is_last: bool, maps: &[Map<'_>], reader: &mut Reader<'_>) -> Result<(), String> {
    let action = child(node, "action").ok_or("a rule without an action")?;
    let kind = action.attribute("type").unwrap_or("None");
    if matches!(kind, "Redirect" | "Rewrite")
        && let Some(found) = lookup(node, child(node, "conditions"), action.attribute("url").unwrap_or_default(), maps)
    {
        return looked_up(node, action, found?, is_last, reader);
    }
    let pattern = pattern(node);
    let conditions = child(node, "conditions").map_or(Ok(Conditions::default()), |list| {
        conditions(list, node.attribute("patternSyntax"), matches!(kind, "Redirect" | "Rewrite"))
    });
    let refuses = match (kind, action.attribute("statusCode").and_then(|status| status.parse::<u16>().ok())) {
        ("AbortRequest", _) => Some(403),
        ("CustomResponse", status) => Some(status.filter(|status| (400..=599).contains(status)).unwrap_or(403)),
        _ => None,
    };
    if let (Some(_), Some(what)) = (refuses, pattern.as_ref().err().or(conditions.as_ref().err())) {
        let paths = pattern.as_ref().map_or_else(|_| Paths::new([folder(node)]), Pattern::paths);
        reader.close(&place(node), paths, When::new());
        return Err(format!("{what}; the rule's paths are answered 403"));
    }
    let (pattern, conditions) = (pattern?, conditions?);
    let mut paths = pattern.paths();
    if let Some(except) = &conditions.except {
        if pattern.except.is_some() {
            return Err("a match and a condition on the path that must not hold".to_owned());
        }
        paths.more.push(("except", except.clone()));
    }
    if child(node, "serverVariables").is_some_and(|list| elements(list).next().is_some()) {
        return Err("server variables that a rule sets".to_owned());
    }
    if let Some(status) = refuses {
        let whens = conditions.whens();
        for when in &whens {
            answer(node, &paths, when, status, reader)?;
        }
        return if kind == "AbortRequest" {
            Err("AbortRequest; the rule's paths are answered 403".to_owned())
        } else {
            Ok(())
        };
    }
    if kind == "None" {
        if !is(node, "stopProcessing", false) {
            return Err("a rule that does nothing".to_owned());
        }
        if conditions.yields {
            return Err("a rule that leaves what does not exist alone".to_owned());
        }
        for when in conditions.whens() {
            let route = reader.route(&place(node), paths.clone(), String::new(), when);
            reader.push(route);
        }
        return Ok(());
    }
    let url = action.attribute("url").unwrap_or_default();
    let names =
        Names { captures: &pattern.captures, whole: pattern.whole.as_deref(), conditions: &conditions.captures };
    let to = resolved(absolute(&template(url, &names)?)?)?;
    // The query is in it already.
    let keeps = ["{REQUEST_URI}", "{UNENCODED_URL}"].iter().any(|whole| url.ends_with(whole));
    let query = match (is(action, "appendQueryString", true), to.contains('?')) {
        _ if keeps => None,
        (false, _) => Some("drop"),
        (true, true) => Some("merge"),
        (true, false) => None,
    };
    for when in conditions.whens() {
        let mut route = reader.route(&place(node), paths.clone(), to.clone(), when);
        route.query = query.map(string);
        route.yields = conditions.yields;
        act(kind, action, node, is_last, &mut route)?;
        reader.push(route);
    }
    Ok(())
}

/// A redirect, or another path.
fn act(kind: &str, action: Element<'_>, node: Element<'_>, is_last: bool, route: &mut Route) -> Result<(), String> {
    match kind {
        "Redirect" => {
            route.action = Action::Redirect;
            route.status = match action.attribute("redirectType") {
                None | Some("Permanent" | "301") => 301,
                Some("Found" | "302") => 302,
                Some("SeeOther" | "303") => 303,
                Some("Temporary" | "307") => 307,
                Some("308") => 308,
                Some(other) => return Err(format!("the redirectType {other:?}")),
            };
        }
        "Rewrite" => {
            if !is_last && !is(node, "stopProcessing", false) {
                return Err("a rewrite that later rules look at again: set stopProcessing".to_owned());
            }
            for mapping in &mut route.mappings {
                (route.action, mapping.to) = served(&mapping.to)?;
            }
        }
        other => return Err(format!("the action {other:?}")),
    }
    Ok(())
}

/// What a rule matches.
struct Pattern {
    from: Vec<String>,
    except: Option<Value>,
    fold: bool,
    captures: Vec<String>,
    /// What the whole match is.
    whole: Option<String>,
}

impl Pattern {
    fn paths(&self) -> Paths {
        let mut paths = Paths::new(self.from.clone());
        if self.fold {
            paths.more.push(("ignoreCase", Value::Bool(true)));
        }
        paths.more.extend(self.except.clone().map(|except| ("except", except)));
        paths
    }
}

fn pattern(node: Element<'_>) -> Result<Pattern, String> {
    let matched = child(node, "match").ok_or("a rule without a match")?;
    let text = matched.attribute("url").unwrap_or_default();
    let fold = is(matched, "ignoreCase", true);
    let expression = spelled(text, node.attribute("patternSyntax"))?;
    let is_star = ["(.*)", "^(.*)", "^(.*)$", ".*", "^.*", "^.*$"].contains(&expression.as_str());
    let expression = if is_star { "^(.*)$".to_owned() } else { expression };
    let PathPattern { patterns, captures, fold } = Pcre::new(&expression, fold)?.path("/")?;
    let from = patterns.into_iter().map(|pattern| match pattern {
        Spelled::Path(path) => path,
        Spelled::Regex(regex) => format!("~{regex}"),
    });
    let from: Vec<String> = from.collect();
    let whole = captures.first().cloned().filter(|_| is_star);
    if is(matched, "negate", false) {
        let except = crate::dialect::route::one_or_list(&from);
        return Ok(Pattern {
            from: vec!["/*".to_owned()],
            except: Some(except),
            fold,
            captures: Vec::new(),
            whole: None,
        });
    }
    Ok(Pattern { from, except: None, fold, captures, whole })
}

/// A pattern for all that an expression may match which cannot be read.
fn folder(node: Element<'_>) -> String {
    let matched = child(node, "match").filter(|matched| !is(*matched, "negate", false));
    let text = matched.and_then(|matched| matched.attribute("url")).unwrap_or_default();
    let expression = spelled(text, node.attribute("patternSyntax")).unwrap_or_default();
    let path = expression.strip_prefix('^').map(|rest| format!("/{rest}"));
    format!("{}*", path.as_deref().map_or("/", beginning))
}

/// A pattern of any syntax as an expression.
pub(super) fn spelled(text: &str, syntax: Option<&str>) -> Result<String, String> {
    match syntax {
        None | Some("ECMAScript" | "ECMAscript") => Ok(text.to_owned()),
        Some("Wildcard") => Ok(format!("^{}$", regex_lite::escape(text).replace("\\*", "(.*)"))),
        Some("ExactMatch") => Ok(format!("^{}$", regex_lite::escape(text))),
        Some(other) => Err(format!("the patternSyntax {other:?}")),
    }
}
