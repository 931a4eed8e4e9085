//! Rules in short, as a reader of a trace recognises them.

use crate::rules::{
    Download, Experiment, Fact, Headers, Html, Kind, Model, OriginField, OriginRule, Part, Paths, Precompressed,
    Preset, QueryRule, Redirect, Response, Rewrite, Security, Template, TrailingSlash,
};

/// The rule of a kind by its number in the member.
pub(super) fn of(rules: &Model, kind: Kind, number: usize) -> Option<String> {
    Some(match kind {
        Kind::Responses => response(rules.responses.get(number)?),
        Kind::Redirects => redirect(rules.redirects.get(number)?),
        Kind::Experiments => experiment(rules.experiments.get(number)?),
        Kind::Query => query(rules.query.get(number)?),
        Kind::Origins => origin(rules.origins.get(number)?),
        Kind::Rewrites => rewrite(rules.rewrites.get(number)?),
        Kind::Html => html(rules.html.as_ref()?),
        Kind::Precompressed => precompressed(rules.precompressed.get(number)?),
        Kind::Security => security(rules.security.as_ref()?),
        Kind::RequestHeaders | Kind::ResponseHeaders => headers(rules.headers.get(number)?),
        Kind::Downloads => download(rules.downloads.get(number)?),
    })
}

fn patterns(paths: &Paths) -> String {
    paths.patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn passes(paths: &Paths) -> String {
    format!("{} passes", patterns(paths))
}

fn template(template: &Template) -> String {
    template.parts.iter().map(part).collect()
}

/// A piece of a template, as it is written.
pub(super) fn part(part: &Part) -> String {
    match part {
        Part::Literal(text) => text.clone(),
        Part::Capture { name, encode: false } if name.parse::<u8>().is_err() => format!(":{name}"),
        Part::Capture { name, encode } => format!("{{{name}{}}}", filter(*encode)),
        Part::Fact { fact, encode } => format!("{{{}{}}}", fact_name(fact), filter(*encode)),
    }
}

fn filter(encode: bool) -> &'static str {
    if encode { "|encode" } else { "" }
}

fn fact_name(fact: &Fact) -> String {
    match fact {
        Fact::Host => "host".to_owned(),
        Fact::Path => "path".to_owned(),
        Fact::Query => "query".to_owned(),
        Fact::Url => "url".to_owned(),
        Fact::Country => "country".to_owned(),
        Fact::ClientIp => "clientIp".to_owned(),
        Fact::QueryParam(name) => format!("query.{name}"),
        Fact::Header(name) => format!("header.{name}"),
        Fact::Cookie(name) => format!("cookie.{name}"),
        Fact::Response(name) => format!("response.{name}"),
    }
}

fn response(rule: &Response) -> String {
    format!("{} → {}", patterns(&rule.paths), rule.status)
}

fn redirect(rule: &Redirect) -> String {
    if rule.pass {
        return passes(&rule.from);
    }
    format!("{} → {} {}", patterns(&rule.from), rule.status, template(&rule.to))
}

fn experiment(rule: &Experiment) -> String {
    format!("{} {}", patterns(&rule.paths), rule.name)
}

fn query(rule: &QueryRule) -> String {
    let mut does = Vec::new();
    if !rule.drop.is_empty() {
        does.push(format!("drop {}", rule.drop.join(" ")));
    }
    if let Some(keep) = &rule.keep {
        does.push(format!("keep {}", keep.join(" ")));
    }
    does.extend(rule.sort.then(|| "sort".to_owned()));
    does.extend(rule.lowercase.then(|| "lowercase".to_owned()));
    format!("{} {}", patterns(&rule.paths), does.join(", "))
}

fn origin(rule: &OriginRule) -> String {
    let Some(to) = &rule.to else { return passes(&rule.paths) };
    let domain = to.fields.iter().find_map(|field| match field {
        OriginField::Text("domainName", domain) => Some(domain.as_str()),
        _ => None,
    });
    format!("{} → {}", patterns(&rule.paths), domain.unwrap_or("the same origin"))
}

fn rewrite(rule: &Rewrite) -> String {
    if rule.pass {
        return passes(&rule.from);
    }
    let status = rule.status.map_or_else(String::new, |status| format!(" {status}"));
    format!("{} →{status} {}", patterns(&rule.from), template(&rule.to))
}

pub(super) fn trailing_slash(rule: &Html) -> String {
    let does = if rule.trailing_slash == TrailingSlash::Add { "add" } else { "remove" };
    format!("{} {does}", patterns(&rule.paths))
}

fn html(rule: &Html) -> String {
    patterns(&rule.paths)
}

fn precompressed(rule: &Precompressed) -> String {
    let codings: Vec<&str> = rule.encodings.iter().map(|(coding, _)| coding.name()).collect();
    format!("{} {}", patterns(&rule.paths), codings.join(" "))
}

fn headers(rule: &Headers) -> String {
    let mut does: Vec<String> = Vec::new();
    let edits = [("default", &rule.default), ("set", &rule.set), ("append", &rule.append)];
    does.extend(rule.remove.iter().map(|name| format!("remove {}", name.as_str())));
    does.extend(rule.replace.iter().map(|(name, _)| format!("replace {}", name.as_str())));
    for (verb, headers) in edits {
        does.extend(headers.iter().map(|(name, _)| format!("{verb} {}", name.as_str())));
    }
    format!("{} {}", patterns(&rule.paths), does.join(", "))
}

fn download(rule: &Download) -> String {
    patterns(&rule.paths)
}

pub(super) fn security(rule: &Security) -> String {
    if rule.preset == Preset::Strict { "strict" } else { "basic" }.to_owned()
}
