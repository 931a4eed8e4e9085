//! The items of `redirects`, `rewrites` and `headers`.

use super::entry::Entry;
use super::order::{Acts, Order};
use super::target::{Names, placeholder, template};
use super::{Reader, is_proxy, member, text};
use crate::places::Span;
use crate::rules::Value;

impl Reader<'_> {
    pub(super) fn redirect(&mut self, item: &Value, place: &str) {
        self.known(item, place, &["source", "destination", "permanent", "statusCode", "has", "missing"]);
        for (name, is_right, help) in [
            ("permanent", |value: &Value| matches!(value, Value::Bool(_)), "write true or false, without quotes"),
            ("statusCode", |value: &Value| matches!(value, Value::Number(_)), "write a number, without quotes"),
        ] as [(&str, fn(&Value) -> bool, &str); 2]
        {
            if member(item, name).is_some_and(|value| !is_right(value)) {
                return self.error(
                    "invalid-value",
                    &format!("{place}.{name}"),
                    format!("not a value of {name:?}"),
                    help,
                );
            }
        }
        if member(item, "permanent").is_some() && member(item, "statusCode").is_some() {
            let message = "Vercel refuses a redirect with both \"permanent\" and \"statusCode\"";
            return self.error("invalid-value", &format!("{place}.statusCode"), message, "leave one of them out");
        }
        let Some(mut entries) = self.entries(item, place) else { return self.close_redirect(item, place) };
        if self.of_next && member(item, "source").is_some_and(may_be_of_next) {
            entries.iter_mut().for_each(|entry| entry.but(&format!("{OF_NEXT}*")));
        }
        let status = match (member(item, "permanent"), member(item, "statusCode")) {
            (Some(Value::Bool(permanent)), _) => f64::from(if *permanent { 308 } else { 307 }),
            (_, Some(Value::Number(status))) => *status,
            _ => f64::from(308),
        };
        if ![301, 302, 303, 307, 308].map(f64::from).contains(&status) {
            let place = format!("{place}.statusCode");
            return self.error(
                "not-honoured",
                &place,
                format!("{status} is not a redirect"),
                "301, 302, 303, 307 or 308",
            );
        }
        let spelled = if member(item, "permanent").is_some() { "permanent" } else { "statusCode" };
        let span = self.places.span(&format!("{place}.{spelled}"));
        for entry in &entries {
            let Some((to, _)) = self.destination(item, place, entry) else { return self.close_redirect(item, place) };
            let mut members = self.members("from", place, entry);
            members.extend(query_mode(&to));
            members.push(("to", Value::String(to), self.places.span(&format!("{place}.destination"))));
            members.push(("status", Value::Number(status), span));
            self.sink.rule("redirects", self.span(place), members);
        }
    }

    /// A list; or as Next.js has them, lists before the files of the site and after them. `folders`: the page of a folder is at
    /// the folder's name.
    pub(super) fn rewrites(&mut self, file: &Value, folders: bool) {
        let phases = member(file, "rewrites").filter(|rewrites| matches!(rewrites, Value::Object(_)));
        if let Some(phases) = phases {
            self.known(phases, "rewrites", &["beforeFiles", "afterFiles", "fallback"]);
        }
        let mut phase =
            |name: &str| phases.map(|phases| self.items(phases, name, &format!("rewrites.{name}"))).unwrap_or_default();
        let before = phase("beforeFiles");
        let mut after = phase("afterFiles");
        after.extend(phase("fallback"));
        if phases.is_none() {
            after = self.items(file, "rewrites", "rewrites");
        }
        let late = self.served.is_none();
        let all = before.iter().map(|(item, _)| (*item, false)).chain(after.iter().map(|(item, _)| (*item, late)));
        self.order = Order::new(all);
        self.place_rewrites(&before.iter().chain(&after).cloned().collect::<Vec<_>>());
        for (position, (item, place)) in before.iter().enumerate() {
            self.forced = true;
            self.rewrite(item, place, position);
        }
        self.forced = false;
        if folders {
            self.pages_of_folders();
        }
        self.files_before_rewrites(&after);
        for (position, (item, place)) in after.iter().enumerate() {
            self.rewrite(item, place, before.len() + position);
        }
    }

    fn rewrite(&mut self, item: &Value, place: &str, position: usize) {
        self.known(item, place, &["source", "destination", "has", "missing"]);
        let Some(entries) = self.entries(item, place) else { return };
        if is_proxy(item) && self.served.is_none() && !self.forced {
            self.another_server_first(place);
        }
        let leads_to_itself = is_the_source(item);
        for entry in &entries {
            let Some((to, used)) = self.destination(item, place, entry) else { return };
            if leads_to_itself {
                self.keep(place, position, entry);
            } else if self.lead(place, position, entry, to, &used).is_none() {
                return;
            }
        }
    }

    /// `/api/(.*)` to `/api/$1`: the path is asked for as it is, and no later rewrite takes it.
    fn keep(&mut self, place: &str, position: usize, entry: &Entry) {
        self.ask_no_other_server(place, position, entry, false);
        self.stay("rewrites", place, entry, self.when_it_acts(false));
    }

    /// A later rewrite to another server does not take the paths of this one.
    fn ask_no_other_server(&mut self, place: &str, position: usize, entry: &Entry, is_index: bool) {
        if self.order.has_after(position, Acts::Proxy) {
            self.stay("origins", place, entry, None);
            if self.is_late(is_index) {
                self.stay("rewrites", place, entry, self.stage());
            }
        }
    }

    /// In this list no later rewrite takes the paths of this one.
    fn stay(
        &mut self,
        list: &'static str,
        place: &str,
        entry: &Entry,
        acts: Option<(&'static str, Value, Option<Span>)>,
    ) {
        let mut members = self.members(if list == "origins" { "for" } else { "from" }, place, entry);
        members.push(("pass", Value::Bool(true), None));
        members.extend(acts);
        self.sink.rule(list, self.span(place), members);
    }

    /// Whether a rewrite acts after the origin has said that there is no file. `is_index`: it leads to the page of its folder.
    fn is_late(&self, is_index: bool) -> bool {
        self.served.is_none() && !self.forced && !is_index
    }

    /// Where the files of the site come first and are not known, after the origin has said that it has none.
    fn when_it_acts(&self, is_index: bool) -> Option<(&'static str, Value, Option<Span>)> {
        if self.is_late(is_index) { Some(("fallback", Value::Bool(true), None)) } else { self.stage() }
    }

    pub(super) fn another_server_first(&mut self, place: &str) {
        let message = "on Vercel a file that is there is served instead; here the other server is always asked";
        let help = "give the list of files (--site FOLDER), or take their paths out by \"except\"";
        self.warning("file-yields", place, message, help);
    }

    /// `None`: it cannot be honoured; the sink knows why.
    fn lead(&mut self, place: &str, position: usize, entry: &Entry, to: String, used: &[String]) -> Option<()> {
        let span = self.places.span(&format!("{place}.destination"));
        // A fragment is for browsers, which see nothing of a rewrite: Vercel asks for the file without it.
        let to = to.split('#').next().unwrap_or_default().to_owned();
        if let Some(url) = to.strip_prefix("https://").or_else(|| to.strip_prefix("http://")) {
            let (host, path) = url.split_at(url.find(['/', '?']).unwrap_or(url.len()));
            let Some(origin) = origin(host, to.starts_with("https:")) else {
                let help = "an origin is written out; choose it by rules of \"origins\"";
                let place = format!("{place}.destination");
                self.error("not-honoured", &place, "a host that depends on the request", help);
                return None;
            };
            let mut members = self.members("for", place, entry);
            members.push(("to", origin, span));
            self.sink.rule("origins", self.span(place), members);
            // What the other server answers is the answer, also that it has nothing.
            if self.order.has_after(position, Acts::Late) {
                self.stay("rewrites", place, entry, Some(("fallback", Value::Bool(true), None)));
            }
            let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
            let path = with_unused(path, entry, used, true);
            let mut members = self.members("from", place, entry);
            members.extend(query_mode(&path));
            members.push(("to", Value::String(path), span));
            members.extend(self.stage());
            self.sink.rule("rewrites", self.span(place), members);
            return Some(());
        }
        let to = if is_file(&to) { to } else { with_unused(to, entry, used, false) };
        // The page of a folder, `/` to `/index.html`, is what is there already, if anything is.
        let is_index =
            matches!(&entry.from, Value::String(from) if from.ends_with('/') && to == format!("{from}index.html"));
        let is_index = is_index && entry.condition.when.is_none();
        self.ask_no_other_server(place, position, entry, is_index);
        let mut members = self.members("from", place, entry);
        members.extend(query_mode(&to));
        members.push(("to", Value::String(to), span));
        members.extend(self.when_it_acts(is_index));
        self.sink.rule("rewrites", self.span(place), members);
        Some(())
    }

    pub(super) fn headers(&mut self, item: &Value, place: &str) {
        self.known(item, place, &["source", "headers", "has", "missing"]);
        let Some(entries) = self.entries(item, place) else { return };
        let Some(Value::Array(list)) = member(item, "headers") else {
            let help = "write a list: [{ \"key\": \"X-A\", \"value\": \"1\" }]";
            return match member(item, "headers") {
                None => self.error("missing-field", place, "\"headers\" is missing", help),
                Some(_) => self.error("invalid-value", &format!("{place}.headers"), "expected a list", help),
            };
        };
        for (number, entry) in entries.iter().enumerate() {
            let set = self.edits(list, place, entry, number == 0);
            if set.is_empty() {
                return;
            }
            let mut members = self.members("for", place, entry);
            members.push(("set", Value::Object(set), self.places.span(&format!("{place}.headers"))));
            self.sink.rule("headers", self.span(place), members);
        }
    }

    /// What a list of headers sets; `says` what is wrong with it.
    fn edits(&mut self, list: &[Value], place: &str, entry: &Entry, says: bool) -> Vec<(String, Value)> {
        let names = Names { captures: &entry.captures, facts: &entry.condition.facts };
        let mut set: Vec<(String, Value)> = Vec::new();
        for (position, header) in list.iter().enumerate() {
            let place = format!("{place}.headers[{position}]");
            if says {
                self.known(header, &place, &["key", "value"]);
            }
            let (Some(Value::String(key)), Some(Value::String(value))) =
                (member(header, "key"), member(header, "value"))
            else {
                if says {
                    self.error("missing-field", &place, "expected { \"key\": text, \"value\": text }", "");
                }
                continue;
            };
            match template(value, &names, false) {
                Ok((value, _)) => {
                    // The later of two wins, whatever their case.
                    set.retain(|(other, _)| !other.eq_ignore_ascii_case(key));
                    set.push((key.clone(), Value::String(value)));
                }
                Err(message) if says => self.error("not-honoured", &place, message, "write the value out"),
                Err(_) => {}
            }
        }
        set
    }
}

/// What Next.js itself serves, which its redirects leave alone.
const OF_NEXT: &str = "/_next";

/// Whether a source may be for paths of [`OF_NEXT`].
fn may_be_of_next(source: &Value) -> bool {
    let Value::String(source) = source else { return false };
    let literal = source.split([':', '(', '{', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    OF_NEXT.starts_with(&literal) && literal.len() < source.len() || literal.starts_with(OF_NEXT)
}

/// The server of a URL.
pub(in crate::dialect) fn origin(host: &str, https: bool) -> Option<Value> {
    if host.contains(['{', '@']) {
        return None;
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let mut fields = vec![
        ("domainName".to_owned(), text(name)),
        ("protocol".to_owned(), text(if https { "https" } else { "http" })),
    ];
    if let Some(port) = port {
        fields.push(("port".to_owned(), Value::Number(port.parse::<u16>().ok()?.into())));
    }
    Some(Value::Object(vec![("custom".to_owned(), Value::Object(fields))]))
}

/// Whether a destination is the source again, with what its groups took.
fn is_the_source(item: &Value) -> bool {
    let (Some(Value::String(source)), Some(Value::String(destination))) =
        (member(item, "source"), member(item, "destination"))
    else {
        return false;
    };
    !destination.contains(['?', '#']) && source.contains([':', '(']) && bare(source) == bare(destination)
}

/// A path with its names and numbers alone, without the expressions and repetitions of groups.
fn bare(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let (mut depth, mut groups) = (0, 0);
    let mut is_escaped = false;
    for c in path.chars() {
        let is_plain = !is_escaped;
        is_escaped = is_plain && c == '\\';
        match c {
            '(' if is_plain => {
                if depth == 0 && !is_name(&out) {
                    groups += 1;
                    out.push_str(&format!("${groups}"));
                }
                depth += 1;
            }
            ')' if is_plain => depth -= 1,
            '*' | '+' | '?' if is_plain && depth == 0 => {}
            // A name is a group, which numbers count as well.
            ':' if depth == 0 => {
                groups += 1;
                out.push(c);
            }
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Whether a path ends in `:name`.
fn is_name(path: &str) -> bool {
    let before = path.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    before.ends_with(':') && before.len() < path.len()
}

/// Whether a destination is a file of the site, which looks at no query.
fn is_file(to: &str) -> bool {
    let path = to.split('?').next().unwrap_or_default();
    path.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

/// Vercel hands a function, or another server, what the path held, if the destination has none of it outside of its query; what
/// the destination's query says already, stays as it is. Another server gets what `has` names as well.
fn with_unused(to: String, entry: &Entry, used: &[String], to_server: bool) -> String {
    let captures = entry.captures.iter();
    let captured = captures.filter_map(|capture| Some((capture.name.as_deref()?, capture.reference.as_str())));
    let facts = || entry.condition.facts.iter().map(|(name, fact)| (name.as_str(), fact.as_str()));
    let named = || captured.clone().chain(facts());
    if named().any(|(name, _)| used.iter().any(|used| used == name)) {
        return to;
    }
    let query = to.split_once('?').map_or("", |(_, query)| query);
    let mut names: Vec<String> =
        query.split('&').map(|pair| pair.split('=').next().unwrap_or_default().to_owned()).collect();
    let mut out = to.clone();
    for (name, reference) in captured.clone().chain(facts().filter(|_| to_server)) {
        if names.iter().any(|known| known == name) {
            continue;
        }
        names.push(name.to_owned());
        match out.split_once('?') {
            None => out.push('?'),
            Some((_, "")) => {}
            Some(_) => out.push('&'),
        }
        out.push_str(&format!("{name}={}", placeholder(reference)));
    }
    out
}

/// The request's query is kept in addition to that of the destination.
pub(super) fn query_mode(to: &str) -> Option<(&'static str, Value, Option<Span>)> {
    to.contains('?').then(|| ("query", text("merge"), None))
}
