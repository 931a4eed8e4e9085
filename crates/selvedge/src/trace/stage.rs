//! The rules of one stage, as the reader comes to them: it says which sections it enters, and what becomes of the rules that
//! match there. Why others do not match it is asked while it stands there.

use selvedge_plan::layout::{meta, section, slashes};
use selvedge_plan::path::normalise;
use selvedge_plan::{Captures, Moment, Observed, Observer, Outcome};

use super::change::changes;
use super::compiled::Compiled;
use super::model::{Change, Reason, Step, Verdict};
use super::refusal::refusal;
use super::rules::single;
use super::state::{Message, State};
use super::unfit::unfit;
use super::verdict::verdicts;
use crate::compile::Mapped;
use crate::engine::Effects;
use crate::rules::{EncodedSlashes, Slashes};
use crate::stage::Stage;

/// What a stage did, rule by rule.
pub(super) struct Explained<'m> {
    /// The path that the first rules see.
    pub(super) path: Option<String>,
    pub(super) remarks: Vec<String>,
    pub(super) steps: Vec<Step>,
    /// The message after the rules, one by one.
    pub(super) state: State,
    /// What the engine does to it.
    pub(super) effects: Effects<'m>,
}

/// Follows a message through its stage.
pub(super) fn explain_stage<'m>(compiled: &Compiled<'_>, message: Message<'m>) -> Explained<'m> {
    let Message { stage, request, response, facts } = message;
    let new = || StageObserver::new(compiled, message);
    let (effects, mut observer) = compiled.engine.observe(stage, request, response, facts, new);
    observer.close();
    observer.unreached();
    let StageObserver { path, remarks, steps, state, answered, .. } = observer;
    // Where no rule looks at the path, it is that of the message.
    let path = path.or_else(|| answered.is_none().then(|| normal(request.uri.path())));
    Explained { path, remarks, steps, state, effects }
}

fn normal(path: &str) -> String {
    let mut normal = vec![0; 3 * path.len() + 1];
    let len = normalise(path.as_bytes(), &mut normal).unwrap_or_default();
    String::from_utf8_lossy(normal.get(..len).unwrap_or_default()).into_owned()
}

pub(super) struct StageObserver<'s> {
    pub(super) compiled: &'s Compiled<'s>,
    pub(super) message: Message<'s>,
    path: Option<String>,
    pub(super) remarks: Vec<String>,
    pub(super) steps: Vec<Step>,
    pub(super) state: State,
    /// Sections that were entered, and those among them that have no matcher.
    entered: usize,
    pub(super) groups: usize,
    /// Times that variants were labelled.
    labelled: usize,
    pub(super) section: Section,
    /// The rule that answered, and the one that says which file it is.
    answered: Option<String>,
    routed: Option<String>,
}

/// The section that the reader is in.
pub(super) struct Section {
    /// Without its flag.
    pub(super) kind: u32,
    late: bool,
    pub(super) at: u32,
    /// The number of its first step.
    first: usize,
    /// The message as it came here.
    before: State,
    /// The rule after which no other counts.
    winner: Option<String>,
}

impl Observer for StageObserver<'_> {
    fn see(&mut self, mut moment: Moment<'_, '_>, what: Observed<'_>) {
        match what {
            Observed::Section { kind, at } => {
                self.close();
                self.enter(&mut moment, kind, at);
            }
            Observed::Skipped => self.skip(),
            Observed::Rule { outcome, .. } if self.section.kind == section::SLASHES => {
                self.slashes(&mut moment, outcome.is_ok());
            }
            Observed::Rule { at, outcome, captures } => self.rule(&mut moment, at, outcome, captures),
            Observed::Variant { at, variant, new, outcome, captures } => {
                self.variant(&mut moment, at, (variant, new), outcome, captures);
            }
        }
    }
}

impl<'s> StageObserver<'s> {
    fn new(compiled: &'s Compiled<'s>, message: Message<'s>) -> StageObserver<'s> {
        let state = State::new(
            compiled.engine.effects_of(message.stage, message.request, message.response, &[], &[]),
            &message,
        );
        StageObserver {
            compiled,
            message,
            path: None,
            remarks: Vec::new(),
            steps: Vec::new(),
            state: state.clone(),
            entered: 0,
            groups: 0,
            labelled: 0,
            section: Section { kind: 0, late: false, at: 0, first: 0, before: state, winner: None },
            answered: None,
            routed: None,
        }
    }

    /// Looks at all rules of a section: those without a reason then match, and the reader will say what becomes of them.
    fn enter(&mut self, moment: &mut Moment<'_, '_>, flagged: u32, at: u32) {
        let kind = flagged & !section::BELOW_400;
        let late = kind != flagged && moment.status() >= 400;
        let (first, before) = (self.steps.len(), self.state.clone());
        self.section = Section { kind, late, at, first, before, winner: None };
        self.entered += 1;
        self.labelled += usize::from(kind == section::ENCODED);
        if kind != section::SLASHES && self.path.is_none() {
            let path = String::from_utf8_lossy(moment.path(kind)).into_owned();
            self.path = Some(path).filter(|path| !path.is_empty());
        }
        match kind {
            section::ALWAYS | section::EVERY_PATH => self.parts(moment),
            // The rule is a step where it was rewritten; here again only where it acts.
            section::SLASHES | section::STATUS => {}
            section::ENCODED if self.is_again(kind) => {}
            _ => {
                let list = self.list(kind, at);
                let reasons = verdicts(self.compiled, &self.message, moment, kind, list);
                self.steps.extend(list.iter().zip(reasons).filter_map(|(mapped, reason)| {
                    let step = self.compiled.rules.of(mapped.paths)?.step(kind);
                    Some(Step { reason, ..step })
                }));
            }
        }
    }

    /// Whether the section comes for the second time, where it is last: the first time shows what it did.
    fn is_again(&self, kind: u32) -> bool {
        kind == section::ENCODED && self.labelled > 1
    }

    /// The rules of a section with a matcher, or of a list of experiments.
    fn list(&self, kind: u32, at: u32) -> &'s [Mapped] {
        let list = match kind {
            section::HTML | section::TRAILING_SLASH => self.compiled.engine.read_plan().word(at, 0),
            _ => at,
        };
        self.compiled.map.list(list)
    }

    /// The rule at a place of the section, and the number of its step.
    fn find(&self, rule: u32) -> Option<(&'s Mapped, usize)> {
        let list = self.list(self.section.kind, self.section.at);
        let single = matches!(self.section.kind, section::HTML | section::TRAILING_SLASH);
        let number = if single { 0 } else { list.iter().position(|mapped| mapped.at == rule)? };
        Some((list.get(number)?, self.section.first + number))
    }

    /// A rule matched.
    fn rule(&mut self, moment: &mut Moment<'_, '_>, rule: u32, outcome: Outcome, captures: &Captures) {
        let kind = self.section.kind;
        let Some((mapped, number)) = self.find(rule) else { return };
        let Some(named) = self.compiled.rules.of(mapped.paths) else {
            let after = State::new(self.effects(moment, 0, 0), &self.message);
            return self.unasked(after);
        };
        let changes = self.advance(moment);
        if kind == section::STATUS || self.is_again(kind) {
            if !changes.is_empty() {
                self.steps.push(Step { verdict: Verdict::Acted, changes, ..named.step(kind) });
            }
            return;
        }
        let Some(step) = self.steps.get_mut(number) else { return };
        if let Err(why) = outcome {
            let found = refusal(moment, &self.message, named, kind, (why, captures), self.routed.as_deref());
            // What speaks against the rule by itself is said first, and a method before all.
            if step.reason.is_none() || found.code == "method" {
                step.reason = Some(found);
            }
            return;
        }
        let first_wins = matches!(kind, section::ANSWERS | section::ORIGINS | section::REWRITES);
        step.verdict = if first_wins || !changes.is_empty() { Verdict::Acted } else { Verdict::Idle };
        step.reason = match step.verdict {
            Verdict::Acted => None,
            _ => moment
                .no_variant(mapped.record)
                .filter(|_| kind == section::PRECOMPRESSED)
                .map(|why| refusal(moment, &self.message, named, kind, (why, captures), None))
                .or_else(|| Some(Reason::new("nothing", "matches, and changes nothing here"))),
        };
        step.changes = changes;
        let place = step.place.clone();
        let passes = moment.plan().word(mapped.record, 0) & meta::PASS != 0;
        match kind {
            section::ANSWERS | section::TRAILING_SLASH if !passes => self.answered = Some(place.clone()),
            section::ORIGINS | section::REWRITES if !passes => {
                self.routed.get_or_insert_with(|| place.clone());
            }
            _ => {}
        }
        if !matches!(kind, section::QUERY | section::HEADERS) {
            self.section.winner = Some(place);
        }
    }

    /// An experiment is for the request, which belongs to a variant.
    fn variant(
        &mut self,
        moment: &mut Moment<'_, '_>,
        experiment: u32,
        (variant, new): (u32, bool),
        outcome: Outcome,
        captures: &Captures,
    ) {
        let Some((mapped, number)) = self.find(experiment) else { return };
        let Some(rule) = self.compiled.rules.of(mapped.paths).and_then(|named| named.experiment()) else { return };
        let changes = self.advance(moment);
        let plan = moment.plan();
        let Some(step) = self.steps.get_mut(number) else { return };
        if self.section.kind == section::COOKIES && !new {
            step.reason = Some(Reason::new("cookie", format!("the viewer has the cookie {} already", rule.cookie)));
            return;
        }
        step.verdict = Verdict::Acted;
        step.changes = changes;
        if self.section.kind == section::EXPERIMENTS {
            let name = plan.str(plan.word(variant, 0), plan.word(variant, 1));
            let to = rule.variants.iter().find(|variant| variant.name == name).and_then(|variant| variant.to.as_ref());
            let but = match (outcome, to) {
                (Err(selvedge_plan::Refusal::Unfit(at)), Some(to)) => unfit(moment, at, captures, to),
                _ => None,
            };
            let but = but.map_or_else(String::new, |but| format!(", but {}", but.text));
            step.reason = Some(Reason::new("variant", format!("variant {name}{but}")));
        }
    }

    /// The options on slashes, which come before every rule of a request stage.
    fn slashes(&mut self, moment: &mut Moment<'_, '_>, acted: bool) {
        let before = self.section.before.clone();
        drop(self.advance(moment));
        if self.message.response.is_some() {
            return;
        }
        let options = moment.plan().word(self.section.at, 0);
        let rules = self.compiled.rules.model;
        // What the first option makes of the path without the second.
        let mut between = self.state.clone();
        if options & slashes::MERGE != 0 && !between.answered {
            between.path.clone_from(&before.path);
            if options & slashes::DECODE != 0 {
                moment.arranged(slashes::DECODE, &mut |path| {
                    between.path = Some(String::from_utf8_lossy(path).into_owned());
                });
            }
        }
        let encoded = match rules.encoded_slashes {
            EncodedSlashes::Keep => None,
            EncodedSlashes::Decode => Some("decode"),
            EncodedSlashes::Reject => Some("reject"),
        };
        let merged = (rules.slashes == Slashes::Merge && !self.state.answered).then_some("merge");
        let after = self.state.clone();
        for (kind, option, from, to) in
            [("encodedSlashes", encoded, &before, &between), ("slashes", merged, &between, &after)]
        {
            let Some(option) = option else { continue };
            let mut step = single(kind, option.to_owned());
            step.changes = changes(from, to);
            step.verdict = if step.changes.is_empty() { Verdict::Idle } else { Verdict::Acted };
            if step.verdict == Verdict::Idle {
                step.reason = Some(Reason::new("nothing", "the path has no such slashes"));
            }
            // What viewer-request has done is not done again.
            if acted && step.verdict == Verdict::Acted || self.message.stage == Stage::ViewerRequest {
                self.steps.push(step);
            }
        }
        if self.state.answered {
            self.answered = Some("encodedSlashes".to_owned());
        }
    }

    /// What the engine would do if the stage ended here, after some steps.
    pub(super) fn effects(&self, moment: &mut Moment<'_, '_>, steps: u32, count: u32) -> Effects<'s> {
        let Message { stage, request, response, .. } = self.message;
        let mut effects = self.compiled.engine.effects_of(stage, request, response, &[], &[]);
        moment.output_after(steps, count, &mut |words, bytes| {
            effects = self.compiled.engine.effects_of(stage, request, response, words, bytes);
        });
        effects
    }

    /// Takes the message as the reader has it now; what changed.
    fn advance(&mut self, moment: &mut Moment<'_, '_>) -> Vec<Change> {
        let after = State::new(self.effects(moment, 0, 0), &self.message);
        let found = changes(&self.state, &after);
        self.state = after;
        found
    }

    /// The reader does not run the section: nothing that was seen ahead counts.
    fn skip(&mut self) {
        let status = self.message.response.map_or(0, |response| response.status.as_u16());
        self.state = self.section.before.clone();
        for step in self.steps.iter_mut().skip(self.section.first) {
            step.changes.clear();
            if self.section.late {
                let text = format!("status is {status}, and rules of viewer-response act below 400 only");
                (step.verdict, step.reason) = (Verdict::Unmatched, Some(Reason::new("status", text)));
            } else if step.reason.is_none() {
                match &self.answered {
                    Some(by) => {
                        step.verdict = Verdict::Preempted;
                        step.reason = Some(Reason::by(by, format!("{by} made this answer")));
                    }
                    None => step.reason = Some(super::refusal::other_method(&self.message)),
                }
            }
        }
    }

    /// The reader leaves the section: a rule that matches, and of which it said nothing, came too late.
    fn close(&mut self) {
        for step in self.steps.iter_mut().skip(self.section.first) {
            if step.verdict != Verdict::Unmatched || step.reason.is_some() {
                continue;
            }
            step.reason = Some(match &self.section.winner {
                Some(place) => {
                    step.verdict = Verdict::Preempted;
                    Reason::by(place, format!("{place} came first"))
                }
                None => Reason::new("nothing", "matches, and does nothing here"),
            });
        }
        self.section.first = self.steps.len();
    }

    /// The sections after an answer.
    fn unreached(&mut self) {
        let Some(by) = self.answered.clone().filter(|_| self.message.response.is_none()) else { return };
        let reason = Reason::by(&by, format!("{by} answered"));
        for (flagged, at) in self.compiled.engine.read_plan().sections(self.message.stage).skip(self.entered) {
            let kind = flagged & !section::BELOW_400;
            let steps: Vec<Step> = match kind {
                section::ALWAYS | section::EVERY_PATH => {
                    self.groups += 1;
                    let parts = self.compiled.map.groups(self.message.stage).nth(self.groups - 1).unwrap_or_default();
                    parts.iter().filter_map(|part| Some(self.part(*part)?.0)).collect()
                }
                _ => {
                    let rules = self.list(kind, at).iter().filter_map(|mapped| self.compiled.rules.of(mapped.paths));
                    rules.map(|named| named.step(kind)).collect()
                }
            };
            let unreached = |step| Step { verdict: Verdict::Unreached, reason: Some(reason.clone()), ..step };
            self.steps.extend(steps.into_iter().map(unreached));
        }
    }
}
