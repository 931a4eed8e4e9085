//! Many requests through rules: which rules matched each, and what it came to. Compiled once, and without the reasons that an
//! explanation of one request has.

use std::collections::{BTreeSet, HashMap};

use http::header::{LOCATION, SET_COOKIE};
use http::{StatusCode, Uri, request};
use selvedge_plan::layout::section;
use selvedge_plan::{Decision, Event, Moment, Observed, Observer, Scratch};
use serde::Serialize;

use super::change::{Body, origin};
use super::exchange::{Exchange, split};
use super::pass::{self, Answer, Passage, Passed, StageRunner};
use crate::compile::{Map, compile_mapped, compile_model};
use crate::diagnostic::Diagnostics;
use crate::engine::{ChosenOrigin, Engine, Facts, Flow};
use crate::places::Span;
use crate::platform::Target;
use crate::rules::{Condition, Fact, Kind, Model, Part, Paths, Subject};
use crate::sources::{FileFinding, Honoured, Joined, ParsedFile, errors};
use crate::stage::Stage;

/// Browsers give up after this many redirects.
const MAX_REDIRECTS: usize = 20;

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TrafficRule {
    /// The member of the rules that it belongs to: `redirects` and so on.
    pub kind: &'static str,
    /// Where it stands in the set as a whole: `redirects[3]`.
    pub place: String,
    /// The number of the file that it stands in.
    pub file: usize,
    /// Where it was written, if known.
    pub span: Option<Span>,
    /// The rule in short: its patterns, and what it leads to.
    pub rule: String,
    /// What it depends on besides host, path, query, method and status: `cookie beta`.
    pub reads: BTreeSet<String>,
}

/// What became of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Journey {
    /// The request, and those that its redirects lead to on the same host.
    pub steps: Vec<JourneyStep>,
    /// Whether the redirects come back to where they were, or do not end.
    pub loops: bool,
}

/// One request of a journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JourneyStep {
    /// The status that the viewer gets.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The path and query that the origin is asked for, and which origin; nothing where a rule answered.
    pub asked: Option<String>,
    /// The rules that matched, by their numbers.
    pub rules: Vec<usize>,
}

/// Rules that many requests are sent through: compiled once.
///
/// ```
/// use selvedge::Platform;
/// use selvedge::dialect::{Dialect, Form, Options};
/// use selvedge::sources::RuleFile;
/// use selvedge::trace::{Exchange, Road};
///
/// let file = RuleFile { name: "_redirects", text: "/a /b\n/b /c\n", form: Form::Redirects(Dialect::Netlify) };
/// let road = Road::new(&[file.parse(&Options::new())], Platform::Fetch).unwrap();
/// let journey = road.follow(&Exchange::get("https://example.org/a")).unwrap();
/// assert_eq!(road.rules()[journey.steps[0].rules[0]].rule, "/a → 301 /b");
/// assert_eq!(journey.steps.last().unwrap().asked.as_deref(), Some("/c"));
/// ```
pub struct Road {
    engine: Engine,
    numbered: Numbered,
    target: Target,
}

impl Road {
    /// Compiles files that make up one set of rules.
    ///
    /// # Errors
    ///
    /// What is wrong with the files. Lines of a rule file that are not honoured do not matter.
    pub fn new(files: &[ParsedFile<'_>], target: impl Into<Target>) -> Result<Road, Vec<FileFinding>> {
        let target = target.into();
        let joined = Joined::of(files);
        let Honoured { part, rules, .. } = Honoured::of(&joined, files, target)?;
        let mut road = Road::of_model(&rules, target).map_err(|_| errors(files, target, &compile_model))?;
        for rule in &mut road.numbered.rules {
            rule.place = part.place(&rule.place);
            let (file, place) = joined.file(&rule.place);
            rule.file = file;
            rule.span = files.get(file).and_then(|file| file.parsed.places.span(&place));
        }
        Ok(road)
    }

    fn of_model(rules: &Model, target: Target) -> Result<Road, Diagnostics> {
        let (plan, map) = compile_mapped(rules, target)?;
        Ok(Road { engine: Engine::of_new_plan(plan)?, numbered: Numbered::new(rules, &map), target })
    }

    /// All rules that can match a request.
    pub fn rules(&self) -> &[TrafficRule] {
        &self.numbered.rules
    }

    /// Sends a request through the rules; redirects are followed on its host. `None`: it cannot be a request.
    pub fn follow(&self, exchange: &Exchange) -> Option<Journey> {
        let first = self.step(exchange)?;
        let Some(mut url) = first.location.as_deref().and_then(|to| next(&exchange.url, to)) else {
            return Some(Journey { steps: vec![first], loops: false });
        };
        let mut steps = vec![first];
        let mut seen = BTreeSet::from([exchange.url.clone()]);
        let mut here = exchange.clone();
        // What the origin says there is not known.
        here.origin.status = None;
        loop {
            if steps.len() > MAX_REDIRECTS || !seen.insert(url.clone()) {
                return Some(Journey { steps, loops: true });
            }
            here.url = url;
            let Some(step) = self.step(&here) else { break };
            let to = step.location.as_deref().and_then(|to| next(&here.url, to));
            steps.push(step);
            let Some(to) = to else { break };
            url = to;
        }
        Some(Journey { steps, loops: false })
    }

    fn step(&self, exchange: &Exchange) -> Option<JourneyStep> {
        let messages = exchange.messages().ok()?;
        let mut hearing = Hearing { engine: &self.engine, numbered: &self.numbered, heard: Vec::new() };
        let Passage { asked, answer: (response, _) } = pass::follow(&mut hearing, self.target, messages, None);
        let mut rules = hearing.heard;
        rules.sort_unstable();
        rules.dedup();
        let status = response.status.as_u16();
        // After a cookie is set, the next request is not like this one.
        let leads = matches!(status, 301 | 302 | 303 | 307 | 308) && !response.headers.contains_key(SET_COOKIE);
        let location = response.headers.get(LOCATION).filter(|_| leads);
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Some(JourneyStep { status, location, asked, rules })
    }
}

/// The rules by their numbers, and where in the plan they stand.
struct Numbered {
    rules: Vec<TrafficRule>,
    /// By a list and a record in it.
    listed: HashMap<(u32, u32), usize>,
    /// The first rule of each list: some sections are a single rule.
    single: HashMap<u32, usize>,
    /// The rules of each section without a matcher.
    groups: Vec<(Stage, Vec<usize>)>,
}

impl Numbered {
    fn new(model: &Model, map: &Map) -> Numbered {
        let mut rules = Vec::new();
        let mut by_paths: HashMap<*const Paths, usize> = HashMap::new();
        let mut security = None;
        for kind in Kind::ALL {
            for (number, rule) in kind.rules(model) {
                match rule.paths() {
                    Some(paths) => drop(by_paths.insert(paths, rules.len())),
                    None => security = Some(rules.len()),
                }
                rules.push(listed(kind, model, number));
            }
        }
        let of = |paths: *const Paths| by_paths.get(&paths).copied();
        let (mut listed, mut single) = (HashMap::new(), HashMap::new());
        for (list, mapped) in map.lists() {
            listed.extend(mapped.iter().filter_map(|mapped| Some(((list, mapped.at), of(mapped.paths)?))));
            single.extend(mapped.first().and_then(|mapped| Some((list, of(mapped.paths)?))));
        }
        let mut groups = Vec::new();
        for stage in Stage::ALL {
            for parts in map.groups(stage) {
                groups.push((stage, parts.iter().filter_map(|part| part.paths.map_or(security, of)).collect()));
            }
        }
        Numbered { rules, listed, single, groups }
    }

    fn group(&self, stage: Stage, number: usize) -> &[usize] {
        self.groups.iter().filter(|(of, _)| *of == stage).nth(number).map_or(&[], |(_, rules)| rules)
    }
}

fn listed(kind: Kind, model: &Model, number: usize) -> TrafficRule {
    let described = kind.described(model, number);
    let mut reads = BTreeSet::new();
    if let Some(condition) = described.and_then(|rule| rule.when()) {
        Condition::visit(condition, &mut |subject, _| {
            if !matches!(subject, Subject::Host | Subject::Method | Subject::Query(_) | Subject::Status) {
                reads.insert(subject.to_string());
            }
        });
    }
    // A value that is not there makes no target: then the rule does not match.
    if let Some(rule) = described {
        rule.templates(&mut |_, template| {
            let facts = template.parts.iter().filter_map(|part| match part {
                Part::Fact { fact, .. } => Some(fact),
                _ => None,
            });
            let unknown = facts.filter(|fact| {
                !matches!(
                    fact,
                    Fact::Host | Fact::Path | Fact::Query | Fact::Url | Fact::QueryParam(_) | Fact::Matched { .. }
                )
            });
            reads.extend(unknown.map(ToString::to_string));
        });
    }
    let is_fallback = kind == Kind::Rewrites && model.rewrites.get(number).is_some_and(|rule| rule.fallback);
    if is_fallback || described.is_some_and(|rule| rule.is_partial()) {
        reads.insert("shares, or which files exist".to_owned());
    }
    TrafficRule {
        kind: kind.member().name,
        place: kind.member().place(number).to_string(),
        file: 0,
        span: None,
        rule: described.map(ToString::to_string).unwrap_or_default(),
        reads,
    }
}

/// Where a `Location` leads on the same host.
fn next(url: &str, location: &str) -> Option<String> {
    let (scheme, host, _) = split(url)?;
    let location = location.split('#').next().unwrap_or_default();
    let absolute = if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{host}{location}")
    } else {
        location.to_owned()
    };
    let (_, to, _) = split(&absolute)?;
    to.eq_ignore_ascii_case(host).then_some(absolute)
}

/// Hears which rules match while the engine decides.
struct Hearing<'h> {
    engine: &'h Engine,
    numbered: &'h Numbered,
    heard: Vec<usize>,
}

impl Hearing<'_> {
    /// How the engine asks the reader.
    fn hear(&mut self) -> impl FnMut(Stage, Event<'_>, &mut Scratch<'_>) -> Decision {
        |stage, event, scratch| {
            let mut matches =
                Matches { numbered: self.numbered, stage, list: 0, kind: 0, entered: 0, here: vec![], all: vec![] };
            let decision = self.engine.watched(stage, event, scratch, &mut matches);
            matches.close();
            // Where the room was too small it is decided anew.
            if !matches!(decision, Decision::Grow) {
                self.heard.append(&mut matches.all);
            }
            decision
        }
    }
}

impl StageRunner for Hearing<'_> {
    /// The path and query, and which origin.
    type Asked = String;

    fn request_stage(&mut self, stage: Stage, request: &mut request::Parts, facts: &Facts) -> Passed {
        match self.engine.request_stage(stage, request, facts, &mut self.hear()) {
            Flow::Continue(chosen) => Passed { chosen, answer: None },
            Flow::Answer(given) => {
                let (head, body) = given.into_parts();
                Passed { chosen: None, answer: Some((head, Body::Rule(body))) }
            }
        }
    }

    fn response_stage(
        &mut self,
        stage: Stage,
        request: &request::Parts,
        page: Option<&Uri>,
        (response, _): &mut Answer,
        facts: &Facts,
    ) -> Option<(Uri, Option<StatusCode>)> {
        let reply = match page {
            None => self.engine.response_stage(stage, request, response, facts, &mut self.hear()),
            Some(page) => self.engine.page_stage(stage, request, page, response, facts, &mut self.hear()),
        };
        reply.ask_again.map(|uri| (uri, reply.ask_again_status))
    }

    fn asked(&self, request: &request::Parts, chosen: Option<&ChosenOrigin>) -> String {
        let uri = &request.uri;
        let query = uri.query().filter(|query| !query.is_empty());
        let origin = chosen.map(|chosen| [" at ", &origin(chosen)].concat());
        let mark = if query.is_some() { "?" } else { "" };
        [uri.path(), mark, query.unwrap_or_default(), origin.as_deref().unwrap_or_default()].concat()
    }
}

/// The rules that match at one stage.
struct Matches<'m> {
    numbered: &'m Numbered,
    stage: Stage,
    /// The section that the reader is in, and its list of rules.
    kind: u32,
    list: u32,
    /// Sections without a matcher that were entered.
    entered: usize,
    here: Vec<usize>,
    all: Vec<usize>,
}

impl Observer for Matches<'_> {
    fn see(&mut self, mut moment: Moment<'_, '_>, what: Observed<'_>) {
        match what {
            Observed::Section { kind, at } => {
                self.close();
                self.kind = kind & !section::BELOW_400;
                self.list = at;
                match self.kind {
                    section::HTML | section::TRAILING_SLASH => self.list = moment.plan().word(at, 0),
                    section::ALWAYS | section::EVERY_PATH => {
                        if self.kind == section::ALWAYS || moment.admits(self.kind, at) {
                            self.here.extend_from_slice(self.numbered.group(self.stage, self.entered));
                        }
                        self.entered += 1;
                    }
                    _ => {}
                }
            }
            Observed::Skipped => self.here.clear(),
            Observed::Rule { at, outcome: Ok(()), .. } | Observed::Variant { at, .. } => {
                let rule = match self.kind {
                    // A page by its status was counted where it was asked for.
                    section::SLASHES | section::STATUS => None,
                    section::HTML | section::TRAILING_SLASH => self.numbered.single.get(&self.list),
                    _ => self.numbered.listed.get(&(self.list, at)),
                };
                self.here.extend(rule);
            }
            Observed::Rule { .. } => {}
        }
    }
}

impl Matches<'_> {
    /// The reader leaves the section.
    fn close(&mut self) {
        self.all.append(&mut self.here);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::Platform;
    use crate::rules::Rules;

    use super::*;

    /// What a rule depends on besides what a log has: else it would count as never hit.
    #[test]
    fn a_rule_tells_what_it_depends_on() {
        let rules: Rules = r#"{ "redirects": [
            { "from": "/a", "to": "/b", "when": { "host": "a.example", "query": { "x": true }, "method": "GET" } },
            { "from": "/b", "to": "/{cookie.lang}/b" },
            { "from": "/c", "to": "/{query.x}/{path}", "when": { "country": "DE" } }
        ], "rewrites": [{ "from": "/*", "to": "/index.html", "fallback": true }] }"#
            .parse()
            .unwrap();
        let road = Road::of_model(rules.model(), Target::from(Platform::Fetch).with_country()).unwrap();
        let reads: Vec<String> = road.rules().iter().map(|rule| Vec::from_iter(rule.reads.clone()).join(" ")).collect();
        assert_eq!(reads, ["", "cookie.lang", "country", "shares, or which files exist"]);
    }
}
