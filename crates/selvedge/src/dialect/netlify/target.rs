//! Where a line leads.

use crate::dialect::existing::Existing;
use crate::dialect::line::{Word, is_authority};
use crate::dialect::placeholders::Filled;
use crate::dialect::route::Action;
use crate::dialect::sink::{Sink, string};
use crate::rules::Value;

pub(super) struct Target {
    pub(super) action: Action,
    /// With the vendor's placeholders.
    pub(super) text: String,
}

pub(super) fn read_target(
    to: Word<'_>,
    code: u16,
    status: Option<Word<'_>>,
    existing: Option<&Existing>,
    sink: &mut Sink,
) -> Option<Target> {
    // As a browser reads it: another host.
    let text = match to.text.strip_prefix("//") {
        Some(rest) => {
            sink.warning(
                "protocol-relative",
                to.span,
                "a target that begins with \"//\" is another host",
                format!("write {:?}", format!("https://{rest}")),
            );
            format!("https://{rest}")
        }
        None => to.text.to_owned(),
    };
    if (300..400).contains(&code) {
        return Some(Target { action: Action::Redirect, text });
    }
    if let Some((_, rest)) = text.split_once("://") {
        if code != 200 {
            let span = status.map_or(to.span, |word| word.span);
            let message = format!("a page with status {code} is of this site; another host can be proxied with 200");
            sink.error("invalid-line", span, message, "serve the page from this site, or use 200");
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let is_open = authority.contains('*')
            || authority.split(':').skip(1).any(|after| after.starts_with(|c: char| !c.is_ascii_digit()));
        if !is_open {
            is_authority(authority, to.span, sink)?;
        }
        let Some(origin) = origin(&text, authority) else {
            sink.error(
                "not-honoured",
                to.span,
                "the host of a proxied URL must be known when the rules load",
                "write one line for each host",
            );
            return None;
        };
        return Some(Target { action: Action::Proxy(origin), text: without_fragment(path) });
    }
    let mut text = without_fragment(text);
    let (path, query) = text.split_once('?').map_or((text.as_str(), None), |(path, query)| (path, Some(query)));
    // A host of static files finds the page of a short name; the origin behind a rewrite is asked for the file itself.
    if let Some(page) = existing.and_then(|existing| existing.page(path)) {
        text = query.map_or(page.clone(), |query| format!("{page}?{query}"));
    }
    Some(Target { action: Action::Rewrite, text })
}

fn without_fragment(text: String) -> String {
    text.split_once('#').map_or(text.clone(), |(before, _)| before.to_owned())
}

fn origin(url: &str, authority: &str) -> Option<Value> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok()?)),
        None => (authority, None),
    };
    if host.is_empty() || host.contains([':', '*', '@']) {
        return None;
    }
    let mut fields = vec![("domainName".to_owned(), string(host))];
    if let Some(port) = port {
        fields.push(("port".to_owned(), Value::Number(f64::from(port))));
    }
    if url.starts_with("http://") {
        fields.push(("protocol".to_owned(), string("http")));
        if port.is_none() {
            fields.push(("port".to_owned(), Value::Number(80.0)));
        }
    }
    Some(Value::Object(vec![("custom".to_owned(), Value::Object(fields))]))
}

/// What is odd about the placeholders of a target.
pub(in crate::dialect) fn report(filled: &Filled, to: Word<'_>, sink: &mut Sink) {
    for name in &filled.unknown {
        let message = format!("nothing captures \":{name}\", so it stays as it is");
        sink.warning("literal-placeholder", to.span, message, "capture it, or write %3A for a colon");
    }
    for (word, name) in &filled.partial {
        let message =
            format!("\":{word}\" is read as \":{name}\" and {:?}", word.get(name.len()..).unwrap_or_default());
        sink.warning("placeholder-prefix", to.span, message, format!("capture \":{word}\", or rename \":{name}\""));
    }
    for (long, short) in &filled.ambiguous {
        let message = format!(
            "\":{short}\" begins \":{long}\" as well; the vendor takes the shorter name, here the whole one counts"
        );
        sink.warning("placeholder-prefix", to.span, message, "give one of them another name");
    }
    if to.text.contains('*') {
        let message = "a \"*\" in a target is a star, not what the path's \"*\" matched";
        sink.warning("star-in-target", to.span, message, "write \":splat\", or %2A for a star");
    }
}
