//! What a CloudFront Function cannot do: an error with its reason.

use std::fmt::Display;

use selvedge_plan::Stage;

use crate::compile::place::Placement;
use crate::compile::placed::Placed;
use crate::diagnostic::Diagnostics;
use crate::expression::Expression;
use crate::rules::{
    Condition, Fact, HeaderName, Headers, Kind, Match, On, OriginField, Part, Pattern, Subject, Template,
};

/// What to do about a rule of the origin's side.
const LAMBDA: &str = "leave it to Lambda@Edge (--platform cloudfront)";

/// The kinds that the source can do. Another would be left out of it without a word, so its rules are refused.
const WRITTEN: [Kind; 11] = [
    Kind::Responses,
    Kind::Redirects,
    Kind::Experiments,
    Kind::Query,
    Kind::Origins,
    Kind::Rewrites,
    Kind::Html,
    Kind::Security,
    Kind::RequestHeaders,
    Kind::ResponseHeaders,
    Kind::Downloads,
];

/// Reports all that a function at the viewer events cannot do.
pub(in crate::compile) fn check(placement: &Placement<'_>, problems: &mut Diagnostics) {
    for kind in Kind::ALL {
        for placed in placement.of(kind) {
            Check { place: kind.member().place(placed.number).to_string(), problems }.rule(placement, kind, placed);
        }
    }
}

struct Check<'c> {
    place: String,
    problems: &'c mut Diagnostics,
}

impl Check<'_> {
    fn report(&mut self, member: &str, message: impl Display, help: &str) {
        let place = format!("{}{member}", self.place);
        self.problems.push("not-on-platform", place, message, help);
    }

    fn rule(&mut self, placement: &Placement<'_>, kind: Kind, placed: &Placed<'_>) {
        let rules = placement.rules;
        if kind == Kind::Precompressed {
            return self.report("", "the label of a variant is Content-Encoding, which a function cannot set", LAMBDA);
        }
        if !WRITTEN.contains(&kind) {
            return self.report("", "a function does not have rules of this kind", LAMBDA);
        }
        if kind.member().on == On::Request && placed.stage == Stage::OriginResponse {
            return self.report(
                "",
                "acts on the origin's response, and a function runs before the origin is asked",
                LAMBDA,
            );
        }
        if let Some(paths) = placed.rule.paths() {
            for pattern in paths.patterns.iter().chain(&paths.except) {
                if let Pattern::Regex { source, .. } = pattern {
                    self.expression(source);
                }
            }
        }
        if let Some(when) = placed.rule.when() {
            self.condition(when);
        }
        let mut facts = Vec::new();
        placed.rule.templates(&mut |place, template| {
            facts.extend(template.parts.iter().filter_map(|part| match part {
                Part::Fact { fact, .. } => Some((place.to_string(), fact)),
                _ => None,
            }));
        });
        for (place, fact) in facts {
            match fact {
                Fact::Header(name) if name == "cookie" => self.cookie_header(&format!(".{place}")),
                Fact::Response(name) if name == "set-cookie" => self.set_cookie(&format!(".{place}")),
                _ => {}
            }
        }
        for name in header_names(placement, kind, placed.number) {
            if INHERITED.iter().any(|it| name.eq_ignore_ascii_case(it)) {
                self.report(
                    "",
                    format_args!("every object of JavaScript has a member {name}"),
                    "name the header otherwise",
                );
            }
        }
        match kind {
            Kind::Rewrites if rules.rewrites.get(placed.number).is_some_and(|rule| rule.status.is_some()) => {
                self.report(".status", "changes the status of the origin's response", LAMBDA);
            }
            Kind::Origins => {
                let Some(Some(origin)) = rules.origins.get(placed.number).map(|rule| rule.to.as_ref()) else { return };
                let identity = OriginField::Text("authMethod", "origin-access-identity".to_owned());
                if origin.fields.contains(&identity) {
                    let help = "give \"region\" alone: the function then signs by an origin access control";
                    self.report(".to.s3.authMethod", "a function cannot use an origin access identity", help);
                }
            }
            Kind::RequestHeaders | Kind::ResponseHeaders => {
                if let Some(rule) = rules.headers.get(placed.number) {
                    self.headers(rule);
                }
            }
            _ => {}
        }
    }

    fn headers(&mut self, rule: &Headers) {
        for (name, replacements) in &rule.replace {
            for replacement in replacements {
                self.expression(&replacement.regex);
                let empty = Expression::new(&replacement.regex).is_ok_and(|expression| expression.matches_empty());
                let member = format!(".replace[\"{}\"]", name.as_str());
                if !replacement.given.is_empty() {
                    self.report(&member, "puts in what is not of the line, which a function does not do yet", LAMBDA);
                }
                if empty {
                    self.report(&member, "replaces what may be empty, which JavaScript does in other places", LAMBDA);
                }
            }
        }
        let refused = if rule.on == On::Request { "cookie" } else { "set-cookie" };
        let is = |name: &str| name.eq_ignore_ascii_case(refused);
        let replaced = rule.replace.iter().map(|(name, _)| ("replace", name, false));
        let values = [("default", &rule.default), ("set", &rule.set), ("append", &rule.append)];
        let values = values.into_iter().flat_map(|(verb, entries)| {
            entries.iter().map(move |(name, values)| (verb, name, values.iter().all(constant)))
        });
        let named: Vec<_> = replaced.chain(values).filter(|(_, name, _)| is(name.as_str())).collect();
        for (verb, name, constant) in named {
            let member = format!(".{verb}[\"{}\"]", name.as_str());
            match (rule.on, verb) {
                (On::Request, _) => self.cookie_header(&member),
                (On::Response, "append") => {}
                (On::Response, "set") if constant => {}
                (On::Response, _) => self.set_cookie(&member),
            }
        }
        for name in rule.remove.iter().filter(|name| rule.on == On::Request && is(name.as_str())) {
            self.cookie_header(&format!(".remove[\"{}\"]", name.as_str()));
        }
    }

    fn condition(&mut self, when: &Condition) {
        let mut found = Vec::new();
        when.visit(&mut |subject, test| found.push((subject, test)));
        for (subject, test) in found {
            match subject {
                Subject::Header(name) if name == "cookie" => self.cookie_header(".when.header"),
                Subject::ResponseHeader(name) if name == "set-cookie" => self.set_cookie(".when.responseHeader"),
                Subject::Device if !matches!(test, Match::Equal(_) | Match::Present(_)) => {
                    self.report(".when.device", "compares parts of a word", "name the devices");
                }
                _ => {}
            }
            if let Subject::Query(name) = subject
                && texts(test).iter().chain([name]).any(|text| text.contains(char::REPLACEMENT_CHARACTER))
            {
                let why = "compares with U+FFFD, which is what a function sees of bytes that are not UTF-8";
                self.report(".when.query", why, LAMBDA);
            }
            match test {
                Match::Regex(source) => self.expression(source),
                Match::Status(ranges) if ranges.iter().any(|range| range.last >= 400) => {
                    self.report(".when.status", "CloudFront calls no function for a response of 400 and more", LAMBDA)
                }
                _ => {}
            }
        }
    }

    fn expression(&mut self, source: &str) {
        if let Ok(expression) = Expression::new(source)
            && let Err(why) = expression.script()
        {
            self.report(
                "",
                format_args!("the regular expression {source:?} {why}"),
                "write it in another way, or use Lambda@Edge",
            );
        }
    }

    fn cookie_header(&mut self, member: &str) {
        let help = "read and compare single cookies: \"cookie\": { \"name\": … }, {cookie.name}";
        self.report(member, "a function sees the cookies of a request apart, and no header Cookie", help);
    }

    fn set_cookie(&mut self, member: &str) {
        self.report(
            member,
            "a function sees the cookies of a response apart, and no header Set-Cookie",
            "\"append\" it, or \"remove\" it",
        );
    }
}

/// The texts that a test compares with.
fn texts(test: &Match) -> &[String] {
    match test {
        Match::Equal(texts) => texts,
        Match::Prefix(text) | Match::Suffix(text) | Match::Contains(text) => std::slice::from_ref(text),
        Match::Present(_) | Match::Regex(_) | Match::Cidr(_) | Match::Status(_) => &[],
    }
}

/// Names in lower case that a header's object has without having such a header.
const INHERITED: [&str; 2] = ["constructor", "__proto__"];

/// The headers that a rule names as what it changes.
fn header_names<'p>(placement: &Placement<'p>, kind: Kind, number: usize) -> Vec<&'p str> {
    let rules = placement.rules;
    let of = |named: &'p [(HeaderName, Vec<Template>)]| named.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    match kind {
        Kind::Redirects => rules.redirects.get(number).map(|rule| of(&rule.headers)).unwrap_or_default(),
        Kind::Responses => rules.responses.get(number).map(|rule| of(&rule.headers)).unwrap_or_default(),
        Kind::Experiments => rules
            .experiments
            .get(number)
            .and_then(|rule| rule.header.as_ref())
            .map(HeaderName::as_str)
            .into_iter()
            .collect(),
        Kind::RequestHeaders | Kind::ResponseHeaders => {
            let Some(rule) = rules.headers.get(number) else { return Vec::new() };
            let replaced = rule.replace.iter().map(|(name, _)| name.as_str());
            let removed = rule.remove.iter().map(HeaderName::as_str);
            let given = [&rule.default, &rule.set, &rule.append].into_iter().flatten().map(|(name, _)| name.as_str());
            replaced.chain(removed).chain(given).collect()
        }
        Kind::Origins => {
            let fields = rules.origins.get(number).and_then(|rule| rule.to.as_ref()).map(|to| to.fields.as_slice());
            let custom = fields.unwrap_or_default().iter().filter_map(|field| match field {
                OriginField::Headers(headers) => Some(headers),
                _ => None,
            });
            custom.flatten().map(|(name, _)| name.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

fn constant(value: &Template) -> bool {
    value.as_literal().is_some()
}
