//! `proxy_pass`, and what of it is sent on and back.

use super::Reader;
use super::choose::Location;
use super::lex::Directive;
use crate::dialect::line::split_url;
use crate::dialect::route::{Action, Route, one_or_list};
use crate::dialect::sink::{Members, string};
use crate::rules::Value;

/// What the connection to an origin is about, and what platforms send by themselves.
const OF_PLATFORM: [(&str, &[&str]); 5] = [
    ("upgrade", &["$http_upgrade"]),
    ("connection", &["upgrade", "$connection_upgrade", "$http_connection", "keep-alive", "close", ""]),
    ("x-forwarded-for", &["$proxy_add_x_forwarded_for"]),
    ("accept-encoding", &["", "gzip", "identity"]),
    ("host", &["$proxy_host"]),
];

/// What platforms say of a request under names of their own, and let no rule set.
const UNDER_OWN_NAMES: [&str; 4] = ["host", "x-real-ip", "x-forwarded-proto", "x-forwarded-for"];

impl Reader {
    pub(super) fn proxy(&mut self, directive: &Directive, location: &Location<'_>) -> Result<(), String> {
        let (origin, path) = self.origin(directive)?;
        let target = match (location.path(), path) {
            // With a path, it replaces what the location is for.
            (Some(own), Some(path)) => format!("{path}{}", own.strip_prefix(&location.text).unwrap_or_default()),
            (Some(own), None) => own,
            // nginx does not start with a path there.
            (None, Some(_)) => return Err("a proxy_pass for an expression".to_owned()),
            (None, None) => "/{path}".to_owned(),
        };
        let mut route = self.route(directive.span, location.patterns.clone(), target, &[]);
        (route.action, route.paths) = (Action::Proxy(origin), location.paths());
        self.routes.push(route);
        Ok(())
    }

    /// The origin that a `proxy_pass` names, and its path.
    pub(super) fn origin<'d>(&self, directive: &'d Directive) -> Result<(Value, Option<&'d str>), String> {
        let [to] = directive.words.as_slice() else { return Err("a proxy_pass as this one".to_owned()) };
        // What nginx puts there by itself.
        let address = to.text.strip_suffix("$request_uri").unwrap_or(&to.text);
        if address.contains('$') {
            return Err("a proxy_pass to what a variable says".to_owned());
        }
        let Some((scheme, host, path)) = split_url(address) else {
            return Err("a proxy_pass to an upstream".to_owned());
        };
        if !path.is_empty() && address.len() < to.text.len() {
            return Err("a path before $request_uri in a proxy_pass".to_owned());
        }
        let group = self.upstreams.iter().find(|(name, _)| host.eq_ignore_ascii_case(name));
        let host = match group {
            Some((_, server)) => server.as_deref().ok_or("a proxy_pass to an upstream: name one of its servers")?,
            None => host,
        };
        let origin = crate::dialect::origin(host, scheme == "https").ok_or("a proxy_pass as this one")?;
        Ok((origin, Some(path).filter(|path| !path.is_empty())))
    }

    pub(super) fn proxy_set_header(&mut self, directive: &Directive, location: &Location<'_>) -> Result<(), String> {
        let [name, value] = directive.words.as_slice() else { return Err("a proxy_set_header as this one".to_owned()) };
        let (name, value) = (name.text.to_ascii_lowercase(), value.text.as_str());
        if OF_PLATFORM
            .iter()
            .any(|(own, values)| *own == name && values.iter().any(|own| own.eq_ignore_ascii_case(value)))
        {
            return Ok(());
        }
        if UNDER_OWN_NAMES.contains(&name.as_str()) {
            self.left_out += 1;
            let message = format!("the origin gets what the platform says of a request, not {name} as nginx sends it");
            let help = "read the platform's own header there; let the origin answer for its own name";
            self.sink.warning("changed-meaning", directive.span, message, help);
            return Ok(());
        }
        let is_of_connection = OF_PLATFORM.iter().any(|(own, _)| *own == name)
            || name.starts_with("proxy-")
            || FORBIDDEN.contains(&name.as_str());
        let pass = location.items.iter().find(|item| item.name == "proxy_pass");
        let keeps_path = pass.is_some_and(|pass| self.origin(pass).is_ok_and(|(_, path)| path.is_none()))
            && !location.items.iter().any(|item| item.name == "rewrite");
        let value = match value {
            "$host" | "$http_host" => "{host}".to_owned(),
            value if value.contains('$') => return Err("variables of nginx in a proxy_set_header".to_owned()),
            value => value.replace('{', "{{").replace('}', "}}"),
        };
        if is_of_connection || !keeps_path {
            return Err(format!("proxy_set_header for {name} here"));
        }
        let edit = match value.as_str() {
            "" => ("remove", Value::Array(vec![string(&name)])),
            value => ("set", Value::Object(vec![(name, string(value))])),
        };
        self.edit(directive, location, Some("request"), edit);
        Ok(())
    }

    pub(super) fn proxy_hide_header(&mut self, directive: &Directive, location: &Location<'_>) -> Result<(), String> {
        let [name] = directive.words.as_slice() else { return Err("a proxy_hide_header as this one".to_owned()) };
        self.edit(directive, location, None, ("remove", Value::Array(vec![string(&name.text)])));
        Ok(())
    }

    fn edit(
        &mut self,
        directive: &Directive,
        location: &Location<'_>,
        on: Option<&str>,
        (action, edit): (&'static str, Value),
    ) {
        let mut members: Members = vec![("for", one_or_list(&location.patterns), None)];
        members.extend(location.paths().into_iter().map(|(name, value)| (name, value, None)));
        if !self.when.is_empty() {
            members.push(("when", Value::Object(self.when.clone()), None));
        }
        members.extend(on.map(|on| ("on", string(on), None)));
        members.push((action, edit, None));
        self.sink.rule("headers", directive.span, members);
    }

    /// `rewrite ^/api/(.*)$ /$1 break;` before a `proxy_pass` without a path: what it makes is asked for there.
    pub(super) fn rewritten_proxy(&mut self, route: Route, location: &Location<'_>) -> Result<(), String> {
        let rewrites = location.items.iter().filter(|item| matches!(item.name.as_str(), "rewrite" | "if"));
        let pass = location.items.iter().find(|item| item.name == "proxy_pass");
        let (Some(pass), 1) = (pass, rewrites.count()) else {
            return Err("a rewrite with break, before what acts on its result".to_owned());
        };
        let (origin, None) = self.origin(pass)? else {
            return Err("a rewrite with break, before a proxy_pass with a path".to_owned());
        };
        self.routes.push(Route { action: Action::Proxy(origin), ..route });
        Ok(())
    }
}

/// Headers that no rule sets on a request.
const FORBIDDEN: [&str; 9] = [
    "content-length",
    "expect",
    "forwarded",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "via",
    "x-forwarded-port",
];
