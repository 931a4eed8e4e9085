//! What the platform does not allow at the stage where a rule runs: an error here, not a 502 in production.

use selvedge_plan::Stage;

use super::{Compiler, Placed, experiment_reads, header_values};
use crate::platform::{Fact, Message};
use crate::rules::{Body, Condition, Fact as RuleFact, HeaderName, Headers, Match, On, Part, Subject, Template};

impl Compiler<'_> {
    pub(super) fn check(&mut self, placed: &Placed) {
        let rules = self.rules;
        for (at, (rule, stage)) in rules.responses.iter().zip(&placed.responses).enumerate() {
            let place = format!("responses[{at}]");
            self.visible(&place, *stage, rule.at, rule.when.as_ref(), super::answers::values(&rule.headers));
            self.answer_headers(&place, *stage, &rule.headers);
            self.answer_size(&place, *stage, rule.body.as_ref(), &rule.headers);
        }
        for (at, (rule, stage)) in rules.redirects.iter().zip(&placed.redirects).enumerate() {
            if rule.when.is_none() && rule.headers.is_empty() && rule.to.as_literal().is_some() && !rule.fallback {
                continue;
            }
            let place = format!("redirects[{at}]");
            let templates = std::iter::once(&rule.to).chain(super::answers::values(&rule.headers));
            self.visible(&place, *stage, rule.at, rule.when.as_ref(), templates);
            self.answer_headers(&place, *stage, &rule.headers);
        }
        for (at, rule) in rules.experiments.iter().enumerate() {
            let place = format!("experiments[{at}]");
            if let Some(what) = experiment_reads(rule).origin {
                self.needs_origin(&place, what, "an experiment runs at viewer-request");
            }
        }
        for (at, rule) in rules.query.iter().enumerate() {
            let place = format!("query[{at}]");
            if let Some(what) = super::Reads::of(rule.when.as_ref(), []).origin {
                self.needs_origin(&place, what, "a query rule runs at viewer-request");
            }
        }
        for (at, rule) in rules.downloads.iter().enumerate() {
            let place = format!("downloads[{at}]");
            if let Some(what) = super::Reads::of(rule.when.as_ref(), &rule.filename).origin {
                self.needs_origin(&place, what, "a download rule runs at viewer-response");
            }
            self.statuses(&place, Stage::ViewerResponse, rule.when.as_ref());
        }
        for (at, rule) in rules.origins.iter().enumerate() {
            let stage = Stage::OriginRequest;
            self.visible(&format!("origins[{at}]"), stage, Some(stage), rule.when.as_ref(), []);
        }
        for (at, (rule, stage)) in rules.rewrites.iter().zip(&placed.rewrites).enumerate() {
            let place = format!("rewrites[{at}]");
            self.visible(&place, *stage, rule.at, rule.when.as_ref(), [&rule.to]);
            if rule.fallback && !self.table.asks_again {
                self.problems.push(
                    "not-on-platform",
                    format_args!("{place}.fallback"),
                    format_args!("{} cannot ask the origin again after it answered", self.table.title),
                    "answer with a response or a redirect with \"fallback\", or rewrite before the origin is asked",
                );
            }
        }
        for (at, (rule, stage)) in rules.headers.iter().zip(&placed.headers).enumerate() {
            self.header_rule(&format!("headers[{at}]"), rule, *stage, placed);
        }
        if self.table.sets_only {
            self.check_blind(placed);
        }
    }

    fn header_rule(&mut self, place: &str, rule: &Headers, stage: Stage, placed: &Placed) {
        self.visible(place, stage, rule.at, rule.when.as_ref(), header_values(rule));
        self.statuses(place, stage, rule.when.as_ref());
        let (message, mut stages) = match rule.on {
            On::Request => (Message::Request, vec![stage]),
            On::Response => (Message::Response, vec![stage]),
        };
        if rule.on == On::Response {
            // Answers get these headers at the trigger that makes them.
            if placed.answers_at(Stage::ViewerRequest, self.rules) {
                stages.push(Stage::ViewerRequestAnswer);
            }
            if stage == Stage::OriginResponse && placed.answers_at(Stage::OriginRequest, self.rules) {
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
            } else if name.eq_ignore_ascii_case("set-cookie") && stage == Stage::OriginResponse && verb != "remove" {
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
            format_args!("{} does not allow to {verb} {name} at {}{whose}", self.table.title, stage.name()),
            help,
        );
        true
    }

    fn answer_headers(&mut self, place: &str, stage: Stage, headers: &[(HeaderName, Vec<Template>)]) {
        let answer = match stage {
            Stage::ViewerRequest => Stage::ViewerRequestAnswer,
            Stage::OriginRequest => Stage::OriginRequestAnswer,
            other => other,
        };
        for (name, _) in headers {
            let place = format!("{place}.headers[\"{}\"]", name.as_str());
            if !self.refused(&place, "set", name.as_str(), &[answer], Message::Response)
                && name.lower() == "set-cookie"
                && stage != Stage::ViewerRequest
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
    fn answer_size(&mut self, place: &str, stage: Stage, body: Option<&Body>, headers: &[(HeaderName, Vec<Template>)]) {
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

    /// Conditions and facts that the stage cannot see.
    fn visible<'t>(
        &mut self,
        place: &str,
        stage: Stage,
        explicit: Option<Stage>,
        when: Option<&Condition>,
        templates: impl IntoIterator<Item = &'t Template>,
    ) {
        let table = &self.table;
        let viewer_side = matches!(stage, Stage::ViewerRequest | Stage::ViewerResponse);
        let mut hidden = Vec::new();
        let mut look = |what: &str, fact: Fact| match fact {
            Fact::Missing => hidden.push((
                what.to_owned(),
                format!("{} does not tell the {what}", table.title),
                format!("take it out for this platform, or say that you hand it over: compile with the fact {what:?}"),
            )),
            Fact::OriginHeader(_) | Fact::OriginFlags(_) if viewer_side => hidden.push((
                what.to_owned(),
                format!("{what} cannot be seen at {}: {} adds it later", stage.name(), table.title),
                "leave \"at\" out, or run the rule at an origin stage".to_owned(),
            )),
            _ => {}
        };
        let templates: Vec<&Template> = templates.into_iter().collect();
        let reads = super::Reads::of(when, templates.iter().copied());
        if reads.viewer.is_some() && reads.origin.is_some() && explicit.is_none() {
            // Reported where the rule was to be placed.
            return;
        }
        let mut headers = Vec::new();
        if let Some(when) = when {
            when.visit(&mut |subject, _| match subject {
                Subject::Country => look("country", table.country),
                Subject::Device => look("device", table.device),
                Subject::Scheme => look("scheme", table.scheme),
                Subject::Header(name) => headers.push(name.clone()),
                _ => {}
            });
        }
        for part in templates.into_iter().flat_map(|template| &template.parts) {
            match part {
                Part::Fact { fact: RuleFact::Country, .. } => look("country", table.country),
                Part::Fact { fact: RuleFact::Header(name), .. } => headers.push(name.clone()),
                _ => {}
            }
        }
        if let Some(prefix) = table.origin_only_headers.filter(|_| viewer_side) {
            for name in headers.iter().filter(|name| name.starts_with(prefix)) {
                hidden.push((
                    format!("header[\"{name}\"]"),
                    format!("{name} cannot be seen at {}; one that comes there is the viewer's own", stage.name()),
                    "add \"at\" with an origin stage to the rule".to_owned(),
                ));
            }
        }
        hidden.dedup();
        for (what, message, help) in hidden {
            self.problems.push("hidden-condition", format_args!("{place}.when.{what}"), message, help);
        }
    }

    fn needs_origin(&mut self, place: &str, what: &str, why: &str) {
        self.problems.push(
            "hidden-condition",
            format_args!("{place}.when.{what}"),
            format_args!("reads {what}, which only origin stages can see, but {why}"),
            "take the condition out, or test something that the viewer's request holds",
        );
    }

    /// Viewer-response rules act only below 400.
    fn statuses(&mut self, place: &str, stage: Stage, when: Option<&Condition>) {
        let (Stage::ViewerResponse, Some(when)) = (stage, when) else { return };
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

fn names<T>(list: &[(HeaderName, T)]) -> Vec<&HeaderName> {
    list.iter().map(|(name, _)| name).collect()
}
