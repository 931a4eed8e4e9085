//! AWS Amplify Hosting's custom rules: the first that fits counts.
//!
//! Documented at <https://docs.aws.amazon.com/amplify/latest/userguide/redirects.html> and, by examples, at
//! <https://docs.aws.amazon.com/amplify/latest/userguide/redirect-rewrite-examples.html>.

use super::reader::{Paths, Reader, When, join, resolved, served, target_text, text};
use crate::dialect::line::{bare_host, split_url};
use crate::dialect::pcre::{PathPattern, Pcre, Spelled};
use crate::dialect::route::{Action, literal};
use crate::dialect::sink::string;
use crate::rules::Value;

pub(super) fn read(file: &Value, reader: &mut Reader<'_>) {
    // What the console and `aws amplify get-app` show, and CloudFormation's.
    let (app, at) = file.member("app").map_or((file, ""), |app| (app, "app"));
    let found = ["customRules", "CustomRules"].into_iter().find(|name| app.member(name).is_some());
    let (list, place) = match (file, found) {
        (Value::Array(_), _) => (file, String::new()),
        (_, Some(name)) => (app.member(name).unwrap_or(file), join(at, name)),
        _ => (file, at.to_owned()),
    };
    let Value::Array(list) = list else {
        return reader.invalid(&place, "expected a list of { \"source\", \"target\", \"status\" }");
    };
    for (at, item) in list.iter().enumerate() {
        let place = format!("{place}[{at}]");
        let taken = rule(item, &place, reader);
        reader.entry(&place, taken);
    }
}

fn rule(item: &Value, place: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    const NAMES: [[&str; 2]; 4] =
        [["source", "Source"], ["target", "Target"], ["status", "Status"], ["condition", "Condition"]];
    let [source, target, status, condition] = NAMES.map(|names| names.into_iter().find_map(|name| text(item, name)));
    reader.known(item, place, NAMES.as_flattened());
    let (Some(source), Some(target)) = (source, target) else {
        return Err("a rule without \"source\" and \"target\"".to_owned());
    };
    let source = Source::read(&source)?;
    let mut when = source.when;
    if let Some(country) = condition.filter(|condition| !condition.trim().is_empty()) {
        let code = country.trim().trim_start_matches('<').trim_end_matches('>');
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(format!("the condition {country:?}"));
        }
        when.push(("country".to_owned(), string(code.to_ascii_uppercase())));
    }
    let mut to = source.names.template(&target)?;
    if source.appends_path {
        to = format!("{}/{{splat}}", to.trim_end_matches('/'));
    }
    let to = resolved(to)?;
    let status = status.ok_or("a rule without \"status\"")?;
    let mut route = reader.route(place, source.paths, to, when);
    route.query = source.query;
    match status.as_str() {
        "301" | "302" => {
            let to = &route.mappings.first().map(|mapping| mapping.to.clone()).unwrap_or_default();
            if !to.starts_with('/') && split_url(to).is_none() {
                return Err(format!("a redirect to {target:?}"));
            }
            route.action = Action::Redirect;
            route.status = status.parse().unwrap_or(302);
        }
        "200" | "404" | "404-200" => {
            for mapping in &mut route.mappings {
                (route.action, mapping.to) = served(&mapping.to)?;
            }
            route.yields = status != "200";
            if status == "404" {
                if route.action != Action::Rewrite {
                    return Err("a page of another server for what is missing".to_owned());
                }
                route.status = 404;
            }
        }
        other => return Err(format!("the status {other:?}")),
    }
    reader.push(route);
    Ok(())
}

/// What a rule is for.
struct Source {
    paths: Paths,
    when: When,
    query: Option<Value>,
    names: Names,
    /// A source of a host alone: the path of the request comes after the target.
    appends_path: bool,
}

/// How a target calls what the source captures.
#[derive(Default)]
struct Names {
    /// A name in the file, and the placeholder.
    known: Vec<(String, String)>,
    /// Of an expression, from 1.
    groups: Vec<String>,
}

impl Source {
    fn read(text: &str) -> Result<Source, String> {
        if let Some(regex) = text.strip_prefix("</").and_then(|rest| rest.strip_suffix("/>")) {
            return Source::expression(regex);
        }
        if let Some((_, host, path)) = split_url(text) {
            if !path.trim_end_matches('/').is_empty() {
                return Err("a source of a host and a path, which Amplify does not support".to_owned());
            }
            let when = vec![("host".to_owned(), string(bare_host(host)))];
            let (paths, names) = (Paths::new(["/*"]), Names::default());
            return Ok(Source { paths, when, query: None, names, appends_path: true });
        }
        if !text.starts_with('/') {
            return Err(format!("a source as {text:?}"));
        }
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let mut names = Names::default();
        let pattern = names.pattern(path)?;
        let (when, query) = names.query(query)?;
        let paths = Paths::new([pattern]);
        Ok(Source { paths, when, query, names, appends_path: false })
    }

    fn expression(regex: &str) -> Result<Source, String> {
        if let Some(paths) = not_a_file(regex) {
            return Ok(Source { paths, when: Vec::new(), query: None, names: Names::default(), appends_path: false });
        }
        let PathPattern { patterns, captures, fold } = Pcre::new(regex, false)?.path("")?;
        let patterns = patterns.into_iter().map(|pattern| match pattern {
            Spelled::Path(path) => path,
            Spelled::Regex(regex) => format!("~{regex}"),
        });
        let mut paths = Paths::new(patterns);
        if fold {
            paths.more.push(("ignoreCase", Value::Bool(true)));
        }
        let names = Names { known: Vec::new(), groups: captures };
        Ok(Source { paths, when: Vec::new(), query: None, names, appends_path: false })
    }
}

/// The expression of the documentation for single-page apps: a path without a dot, or one whose extension is none of these. Its
/// lookahead is an exception here.
fn not_a_file(regex: &str) -> Option<Paths> {
    let endings = regex.strip_prefix("^[^.]+$|\\.(?!(")?.strip_suffix(")$)([^.]+$)")?;
    let is_plain = |ending: &str| !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    endings.split('|').all(is_plain).then_some(())?;
    let files = Value::Object(vec![("regex".to_owned(), string(format!("\\.(?:{endings})?$")))]);
    Some(Paths { more: vec![("except", files)], ..Paths::new(["/*"]) })
}

impl Names {
    /// A path with `<name>` for a segment, and at its end `<*>` for what is left.
    fn pattern(&mut self, path: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('<') {
            out.push_str(&literal(before));
            let (name, after) = after.split_once('>').ok_or("a \"<\" that is not closed")?;
            if name == "*" {
                if !after.is_empty() {
                    return Err("<*> before the end of a source, which Amplify ignores".to_owned());
                }
                out.push('*');
                self.known.push(("*".to_owned(), "{splat}".to_owned()));
            } else {
                let own = self.name(name)?;
                if after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
                    return Err(format!("text right after <{name}>"));
                }
                out.push_str(&format!(":{own}"));
                self.known.push((name.to_owned(), format!("{{{own}}}")));
            }
            rest = after;
        }
        out.push_str(&literal(rest));
        Ok(out)
    }

    /// A name as patterns have it.
    fn name(&self, name: &str) -> Result<String, String> {
        let own: String = name.chars().map(|c| if c == '-' { '_' } else { c }).collect();
        let is_name = own.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && own.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let placeholder = format!("{{{own}}}");
        match is_name && own != "splat" && self.known.iter().all(|(_, known)| *known != placeholder) {
            true => Ok(own),
            false => Err(format!("the placeholder <{name}>")),
        }
    }

    /// Parameters that must be there; a value that is given takes the query off the redirect, as Amplify has it.
    fn query(&mut self, query: &str) -> Result<(When, Option<Value>), String> {
        let (mut tests, mut mode) = (Vec::new(), None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text: &str| !text.contains(['%', '+', '<', '>', '{', '}']);
            if !plain(name) || name.is_empty() {
                return Err(format!("the query {query:?} in a source"));
            }
            match value.strip_prefix('<').and_then(|value| value.strip_suffix('>')) {
                Some(captured) => {
                    self.known.push((captured.to_owned(), format!("{{query.{name}}}")));
                    tests.push((name.to_owned(), Value::Bool(true)));
                }
                None if plain(value) => {
                    tests.push((name.to_owned(), string(value)));
                    mode = Some(string("drop"));
                }
                None => return Err(format!("the query {query:?} in a source")),
            }
        }
        let when = if tests.is_empty() { Vec::new() } else { vec![("query".to_owned(), Value::Object(tests))] };
        Ok((when, mode))
    }

    fn template(&self, target: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = target;
        while let Some(at) = rest.find(['<', '$']) {
            let (before, marked) = rest.split_at(at);
            out.push_str(&target_text(before));
            let digits = marked.strip_prefix('$').filter(|_| !self.groups.is_empty());
            let digits =
                digits.map_or("", |after| after.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
            if let Ok(number) = digits.parse::<usize>() {
                let group = number.checked_sub(1).and_then(|at| self.groups.get(at));
                out.push_str(group.ok_or_else(|| format!("${number} in a target"))?);
                rest = marked.get(1 + digits.len()..).unwrap_or_default();
            } else if let Some(named) = marked.strip_prefix('<') {
                let (name, after) = named.split_once('>').ok_or("a \"<\" that is not closed")?;
                let known = self.known.iter().find(|(known, _)| known == name);
                out.push_str(&known.ok_or_else(|| format!("<{name}>, which the source does not capture"))?.1);
                rest = after;
            } else {
                out.push('$');
                rest = marked.get(1..).unwrap_or_default();
            }
        }
        out.push_str(&target_text(rest));
        Ok(out)
    }
}
