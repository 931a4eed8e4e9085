//! What the platform does not allow at the stage where a rule runs: an error here, not a 502 in production.

use selvedge_plan::Stage;

use super::place::Placement;
use super::placed::Placed;
use crate::diagnostic::Diagnostics;
use crate::platform::{Fact, Message, Table};
use crate::rules::{
    Body, HeaderName, Headers, Kind, Match, On, OriginField, OriginKind, Place, Seen, Side, Subject, Template,
    each_read, is_address,
};

/// Reports all that the platform does not allow.
pub(super) fn check(placement: &Placement<'_>, table: Table, problems: &mut Diagnostics) {
    let mut check = Check { placement, table, problems };
    for kind in Kind::ALL {
        for placed in placement.of(kind) {
            check.rule(kind, placed);
        }
    }
    if table.sets_only {
        super::blind::check(placement, table, problems);
    }
    #[cfg(feature = "functions")]
    if table.viewer_only {
        super::function::check(placement, problems);
    }
}

struct Check<'c> {
    placement: &'c Placement<'c>,
    table: Table,
    problems: &'c mut Diagnostics,
}

impl Check<'_> {
    fn rule(&mut self, kind: Kind, placed: &Placed<'_>) {
        let place = kind.member().place(placed.number);
        let rules = self.placement.rules;
        self.hidden(kind, placed);
        self.statuses(place, placed);
        match kind {
            Kind::Responses => {
                let Some(rule) = rules.responses.get(placed.number) else { return };
                self.answer_headers(place, placed.stage, &rule.headers);
                self.answer_size(place, placed.stage, rule.body.as_ref(), &rule.headers);
            }
            Kind::Redirects => {
                let Some(rule) = rules.redirects.get(placed.number) else { return };
                self.answer_headers(place, placed.stage, &rule.headers);
            }
            Kind::Experiments => {
                let header = rules.experiments.get(placed.number).and_then(|rule| rule.header.as_ref());
                if let Some(name) = header {
                    let place = format!("{place}.header");
                    self.refused(&place, "set", name.as_str(), &[placed.stage], Message::Request);
                }
            }
            Kind::Origins => {
                let Some(Some(to)) = rules.origins.get(placed.number).map(|rule| rule.to.as_ref()) else { return };
                let Some(connects) = self.table.origin_ports.filter(|_| to.kind == OriginKind::Custom) else { return };
                for field in &to.fields {
                    let (name, shown, help) = match field {
                        OriginField::Text(name @ "domainName", domain) if is_address(domain) => {
                            (name, domain.clone(), "an origin has a DNS name there")
                        }
                        OriginField::Number(name @ "port", port) if !connects(*port) => {
                            (name, format!("port {port}"), "use 80, 443 or 1024 to 65535")
                        }
                        _ => continue,
                    };
                    let message = format!("{} does not connect to {shown}", self.table.title);
                    self.problems.push("not-on-platform", format_args!("{place}.to.custom.{name}"), message, help);
                }
            }
            Kind::Rewrites => {
                let fallback = rules.rewrites.get(placed.number).is_some_and(|rule| rule.fallback);
                if fallback && !self.table.asks_again {
                    self.problems.push(
                        "not-on-platform",
                        format_args!("{place}.fallback"),
                        format_args!("{} cannot ask the origin again after it answered", self.table.title),
                        "answer with a response or a redirect with \"fallback\", or rewrite before the origin is asked",
                    );
                }
            }
            Kind::RequestHeaders | Kind::ResponseHeaders => {
                let Some(rule) = rules.headers.get(placed.number) else { return };
                self.header_rule(place, rule, placed.stage);
            }
            _ => {}
        }
    }

    fn header_rule(&mut self, place: Place, rule: &Headers, stage: Stage) {
        let event = self.table.event(stage);
        let (message, mut stages) = match rule.on {
            On::Request => (Message::Request, vec![stage]),
            On::Response => (Message::Response, vec![stage]),
        };
        if rule.on == On::Response {
            // Answers get these headers at the trigger that makes them.
            if self.placement.answers_at(Stage::ViewerRequest) {
                stages.push(Stage::ViewerRequestAnswer);
            }
            if stage == Stage::OriginResponse && self.placement.answers_at(Stage::OriginRequest) {
                stages.push(Stage::OriginRequestAnswer);
            }
        }
        let lists = [
            ("replace", names(&rule.replace)),
            ("default", names(&rule.default)),
            ("set", names(&rule.set)),
            ("append", names(&rule.append)),
        ];
        let removed =
            rule.remove.iter().enumerate().map(|(at, name)| (format!("{place}.remove[{at}]"), "remove", name));
        let named = lists.iter().flat_map(|(verb, names)| {
            names.iter().map(move |name| (format!("{place}.{verb}[\"{}\"]", name.as_str()), *verb, *name))
        });
        for (place, verb, name) in removed.chain(named).collect::<Vec<_>>() {
            let HeaderName::Exact(name) = name else { continue };
            if self.refused(&place, verb, name, &stages, message) {
                continue;
            }
            if message == Message::Response && self.table.sets_only && !matches!(verb, "set" | "append") {
                self.problems.push(
                    "not-on-platform",
                    place,
                    format_args!(
                        "{} runs before the response exists, so a rule cannot {verb} its headers",
                        self.table.title
                    ),
                    "\"set\" or \"append\" it, or do this at the origin",
                );
            } else if name.eq_ignore_ascii_case("set-cookie") && event == Stage::OriginResponse && verb != "remove" {
                self.problems.push(
                    "cached-set-cookie",
                    place,
                    "Set-Cookie at origin-response would be cached with the object and go to everyone",
                    "add \"at\": \"viewer-response\" to the rule",
                );
            }
        }
    }

    /// Reports a header that the platform refuses at one of `stages`.
    fn refused(&mut self, place: &str, verb: &str, name: &str, stages: &[Stage], message: Message) -> bool {
        let Some(stage) = stages.iter().find(|stage| self.table.refusal(**stage, message, name)) else { return false };
        let whose = match stage {
            Stage::ViewerRequestAnswer | Stage::OriginRequestAnswer => " in an answer that a rule makes there",
            _ => "",
        };
        let elsewhere = Stage::REAL.into_iter().find(|other| {
            let same_side = other.is_request() == (message == Message::Request);
            same_side && !self.table.refusal(*other, message, name)
        });
        let help = match elsewhere {
            Some(other) if whose.is_empty() => format!("it is allowed at {}", other.name()),
            _ => "leave it to the platform".to_owned(),
        };
        self.problems.push(
            "forbidden-header",
            place,
            format_args!(
                "{} does not allow to {verb} {name} at {}{whose}",
                self.table.title,
                self.table.event(*stage).name()
            ),
            help,
        );
        true
    }

    fn answer_headers(&mut self, place: Place, stage: Stage, headers: &[(HeaderName, Vec<Template>)]) {
        let answer = match stage {
            Stage::ViewerRequest => Stage::ViewerRequestAnswer,
            Stage::OriginRequest => Stage::OriginRequestAnswer,
            other => other,
        };
        for (name, _) in headers {
            let place = format!("{place}.headers[\"{}\"]", name.as_str());
            if !self.refused(&place, "set", name.as_str(), &[answer], Message::Response)
                && name.lower() == "set-cookie"
                && self.table.event(stage) != Stage::ViewerRequest
            {
                self.problems.push(
                    "cached-set-cookie",
                    place,
                    format_args!("Set-Cookie in an answer made at {} would be cached and go to everyone", stage.name()),
                    "answer at viewer-request, or set the cookie with a headers rule \"at\": \"viewer-response\"",
                );
            }
        }
    }

    /// Headers and body of a generated answer against the platform's limit.
    fn answer_size(
        &mut self,
        place: Place,
        stage: Stage,
        body: Option<&Body>,
        headers: &[(HeaderName, Vec<Template>)],
    ) {
        let limit = match stage {
            Stage::ViewerRequest => self.table.max_viewer_answer,
            _ => self.table.max_origin_answer,
        };
        let (Some(limit), Some(Body::Text(body) | Body::Base64(body))) = (limit, body) else { return };
        let literal = |template: &Template| template.as_literal().map_or(0, str::len);
        let headers: usize = headers
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| name.as_str().len() + 4 + literal(value)))
            .sum();
        let size = body.len() + headers;
        if size > limit {
            let help = match (stage, self.table.max_origin_answer) {
                (Stage::ViewerRequest, Some(more)) if size <= more => {
                    format!(
                        "add \"at\": \"origin-request\", where {more} bytes are allowed, or serve it from the origin"
                    )
                }
                _ => "serve it from the origin".to_owned(),
            };
            self.problems.push(
                "answer-too-large",
                format_args!("{place}.body"),
                format_args!("the answer has {size} bytes; {} allows {limit} at {}", self.table.title, stage.name()),
                help,
            );
        }
    }

    /// Conditions and placeholders that read what the stage cannot see.
    fn hidden(&mut self, kind: Kind, placed: &Placed<'_>) {
        let (member, reads) = (kind.member(), &placed.reads);
        let is_after_cache = !self.table.one_pass && !is_viewer_side(placed.stage);
        if is_after_cache && placed.rule.when().is_some_and(|when| when.reads(|subject| *subject == Subject::Ip)) {
            self.problems.push(
                "hidden-condition",
                format_args!("{}.when.ip", member.place(placed.number)),
                "answers are stored without the viewer's address, and sent to others",
                "test it at a viewer stage, or a header of the cache policy",
            );
        }
        if reads.viewer.is_some() && reads.origin.is_some() && !placed.has_fixed_stage(member) {
            // Reported where the rule was to be placed.
            return;
        }
        let prefix = self.table.origin_only_headers.filter(|_| is_viewer_side(placed.stage));
        let is_hidden = |name: &str| prefix.is_some_and(|prefix| name.starts_with(prefix));
        if reads.origin.is_none() && !reads.headers.iter().any(|name| is_hidden(name)) {
            return;
        }
        let place = member.place(placed.number);
        let mut found: Vec<(String, String, String)> = Vec::new();
        each_read(placed.rule, &mut |template, seen| {
            let (what, message, help) = if seen.side == Side::Origin {
                let Some((message, help)) = self.unknown(kind, placed.stage, &seen) else { return };
                (seen.what.to_owned(), message, help)
            } else if let Some(name) = seen.header.filter(|name| is_hidden(name)) {
                let stage = placed.stage.name();
                (
                    format!("header[\"{name}\"]"),
                    format!("{name} cannot be seen at {stage}; one that comes there is the viewer's own"),
                    "add \"at\" with an origin stage to the rule".to_owned(),
                )
            } else {
                return;
            };
            let place = match template {
                Some(template) => format!("{place}.{template}"),
                None => format!("{place}.when.{what}"),
            };
            found.push((place, message, help));
        });
        found.dedup();
        for (place, message, help) in found {
            self.problems.push("hidden-condition", place, message, help);
        }
    }

    /// Why something that the platform tells the origin stages, if it does, cannot be seen at this one; and what to do.
    fn unknown(&self, kind: Kind, stage: Stage, seen: &Seen<'_>) -> Option<(String, String)> {
        let (what, title) = (seen.what.trim_matches(['{', '}']), self.table.title);
        if kind.member().sides.single().is_some_and(is_viewer_side) {
            return Some((
                format!("reads {}, which only origin stages can see, but {}", seen.what, runs_at(kind, stage)),
                "take the condition out, or test something that the viewer's request holds".to_owned(),
            ));
        }
        let fact = match what {
            "scheme" => self.table.scheme,
            "device" => self.table.device,
            _ => self.table.country,
        };
        match fact {
            Fact::Missing => Some((
                format!("{title} does not tell the {what}"),
                format!("take it out for this platform, or say that you hand it over: compile with the fact {what:?}"),
            )),
            Fact::OriginHeader(_) | Fact::OriginFlags(_) if !self.table.one_pass && is_viewer_side(stage) => Some((
                format!("{what} cannot be seen at {}: {title} adds it later", stage.name()),
                "leave \"at\" out, or run the rule at an origin stage".to_owned(),
            )),
            _ => None,
        }
    }

    /// Viewer-response rules act only below 400.
    fn statuses(&mut self, place: Place, placed: &Placed<'_>) {
        let (Stage::ViewerResponse, Some(when)) = (placed.stage, placed.rule.when()) else { return };
        let mut beyond = false;
        when.visit(&mut |_, test| {
            if let Match::Status(ranges) = test {
                beyond |= ranges.iter().any(|range| range.last >= 400);
            }
        });
        if beyond {
            self.problems.push(
                "hidden-condition",
                format_args!("{place}.when.status"),
                "rules at viewer-response act only on answers below 400",
                "run the rule at origin-response: leave \"at\" out, and test nothing that only viewer stages see",
            );
        }
    }
}

fn is_viewer_side(stage: Stage) -> bool {
    matches!(stage, Stage::ViewerRequest | Stage::ViewerResponse)
}

/// `"query" rules run at viewer-request`.
fn runs_at(kind: Kind, stage: Stage) -> String {
    format!("rules of \"{}\" run at {}", kind.member().name, stage.name())
}

fn names<T>(list: &[(HeaderName, T)]) -> Vec<&HeaderName> {
    list.iter().map(|(name, _)| name).collect()
}
