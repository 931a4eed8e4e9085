//! `redirect-loop` and `redirect-chain`: where redirects lead, found out by asking the engine itself.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use selvedge_plan::checksum;

use crate::analysis::answered::Answered;
use crate::analysis::pattern::Shape;
use crate::analysis::sample::Sample;
use crate::by_text::{By, Known};
use crate::rules::{Condition, Match, Model, Part, Redirect, Subject};
use crate::sources::Report;
use crate::{Engine, Flow};

/// Browsers give up after this many.
const MAX_STEPS: usize = 20;

/// So many rules are tried in all. Where thousands share one path, each request has to try them all.
const TRIES: usize = 2_000_000;

pub(super) fn check(rules: &Model, engine: Option<&Engine>, report: &mut Report<'_>) {
    let Some(engine) = engine else { return };
    let site = Site { engine, hosts: hosts(rules), known: RefCell::default() };
    let answered = Answered::of(rules);
    let mut chained = BTreeSet::new();
    let mut left = None;
    for (at, rule) in rules.redirects.iter().enumerate().filter(|(_, rule)| !rule.pass) {
        // Nothing comes after a target that no rule is for, and a list may have a million of them.
        if answered.as_ref().is_some_and(|answered| answered.ends_at(&rule.to)) {
            continue;
        }
        let left = left.get_or_insert_with(|| TRIES / tries(rules));
        if *left == 0 {
            break;
        }
        *left -= 1;
        let Some(pattern) = rule.from.patterns.first() else { continue };
        let Some(sample) = Sample::of(pattern, rule.when.as_ref()) else { continue };
        let place = format!("redirects[{at}].to");
        match site.lead(rule, &sample) {
            Journey::Loop(steps) => report_loop(report, &place, &sample, &steps),
            // A line may be several rules, and leads where it leads.
            Journey::Chain(steps) if chained.insert(report.written(&place)) => {
                let last = steps.last().cloned().unwrap_or_default();
                report.note(
                    "redirect-chain",
                    &place,
                    format_args!("{} takes {} redirects: {}", sample.target, steps.len() - 1, Steps(&steps)),
                    format_args!("lead to {last} at once: each step costs the viewer a round trip"),
                );
            }
            // The bare path may go round where those below it do not: its target ends with a slash, which `html` takes away.
            Journey::Chain(_) | Journey::Done => {
                let Some(bare) = sample.bare() else { continue };
                if let Journey::Loop(steps) = site.lead(rule, &bare) {
                    report_loop(report, &place, &bare, &steps);
                }
            }
        }
    }
}

fn report_loop(report: &mut Report<'_>, place: &str, sample: &Sample, steps: &[String]) {
    report.error(
        "redirect-loop",
        place,
        format_args!("{} goes round in circles: {}", sample.target, Steps(steps)),
        "take one of these redirects out, or narrow its pattern",
    );
}

struct Site<'e> {
    engine: &'e Engine,
    /// Those that conditions name: a redirect to one of them comes back to these rules.
    hosts: Known<String>,
    /// Where requests lead that are nothing but a host and a target.
    known: RefCell<By<(String, String), Option<String>>>,
}

enum Journey {
    Done,
    Chain(Vec<String>),
    Loop(Vec<String>),
}

impl Site<'_> {
    /// Where a request is redirected to. Not by an answer that sets a cookie: the next request would not be like this one.
    fn answer(&self, sample: &Sample) -> Option<String> {
        if !sample.is_plain() {
            return self.ask(sample);
        }
        let key = (sample.host.clone(), sample.target.clone());
        let known = self.known.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let answer = self.ask(sample);
            self.known.borrow_mut().insert(key, answer.clone());
            answer
        })
    }

    fn ask(&self, sample: &Sample) -> Option<String> {
        let (mut request, facts) = sample.request()?;
        let mut flow = self.engine.viewer_request(&mut request, facts);
        if let Flow::Continue(_) = flow {
            flow = self.engine.origin_request(&mut request, facts);
        }
        let Flow::Answer(answer) = flow else { return None };
        let redirects = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
        if !redirects || answer.headers().contains_key("set-cookie") {
            return None;
        }
        answer.headers().get("location")?.to_str().ok().map(str::to_owned)
    }

    /// Where a request ends that the rule redirects; nowhere, if another rule answers it.
    fn lead(&self, rule: &Redirect, sample: &Sample) -> Journey {
        let first = self.answer(sample).filter(|first| led_by(&rule.to.parts, first));
        first.map_or(Journey::Done, |first| self.journey(sample, &first))
    }

    fn journey(&self, sample: &Sample, first: &str) -> Journey {
        let mut steps = vec![sample.target.clone()];
        let address = |at: &Sample| (at.scheme.clone(), at.host.clone(), at.target.clone());
        let mut seen = Known::from_iter([address(sample)]);
        let mut location = first.to_owned();
        let mut here = sample.clone();
        // From host to host is how a site gets to its one name; that is not a chain to be shortened.
        let mut one_host = true;
        loop {
            let next = here.follow(&location);
            steps.push(location);
            if next.host != here.host {
                one_host = false;
                if !self.hosts.contains(&next.host) {
                    return Journey::Done;
                }
            }
            if !seen.insert(address(&next)) || steps.len() > MAX_STEPS {
                return Journey::Loop(steps);
            }
            location = match self.answer(&next) {
                Some(location) => location,
                None if one_host && steps.len() > 2 => return Journey::Chain(steps),
                None => return Journey::Done,
            };
            here = next;
        }
    }
}

/// How many rules a request has to try at worst: those that begin with the same literal segments.
fn tries(rules: &Model) -> usize {
    // A million texts would take more memory than what stands for them.
    let mut groups: Vec<u64> = Vec::with_capacity(rules.redirects.len());
    for paths in rules.redirects.iter().map(|rule| &rule.from).chain(rules.responses.iter().map(|rule| &rule.paths)) {
        for pattern in &paths.patterns {
            let shapes = Shape::of(pattern, paths.ignore_case).unwrap_or_default();
            let prefix = shapes.first().map(Shape::segments).unwrap_or_default();
            groups.push(checksum(&prefix));
        }
    }
    groups.sort_unstable();
    groups.chunk_by(|one, other| one == other).map(<[u64]>::len).max().unwrap_or(1)
}

/// The hosts that some condition compares with.
fn hosts(rules: &Model) -> Known<String> {
    let mut hosts = Known::default();
    let conditions = rules.redirects.iter().map(|rule| &rule.when).chain(rules.responses.iter().map(|rule| &rule.when));
    for condition in conditions.flatten() {
        Condition::visit(condition, &mut |subject, test| {
            if let (Subject::Host, Match::Equal(names)) = (subject, test) {
                hosts.extend(names.iter().cloned());
            }
        });
    }
    hosts
}

/// Whether this rule can have said so: what the target says literally is there, in order. Another rule may have come first.
fn led_by(to: &[Part], location: &str) -> bool {
    let mut rest = location;
    for (at, part) in to.iter().enumerate() {
        let Part::Literal(text) = part else { continue };
        match rest.find(text.as_str()) {
            Some(found) if at > 0 || found == 0 => rest = rest.get(found + text.len()..).unwrap_or_default(),
            _ => return false,
        }
    }
    // The request's query may follow.
    let open = matches!(to.last(), Some(Part::Capture { .. } | Part::Fact { .. }));
    open || rest.is_empty() || rest.starts_with(['?', '&'])
}

/// `/a → /b → /a`; of a long row its beginning.
struct Steps<'s>(&'s [String]);

impl fmt::Display for Steps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        for (at, step) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{step}", if at > 0 { " → " } else { "" })?;
        }
        f.write_str(if self.0.len() > SHOWN { " → …" } else { "" })
    }
}
