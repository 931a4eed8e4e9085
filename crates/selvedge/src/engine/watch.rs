//! What explanations ask of the engine: a stage that is watched, and what one would do.

use http::{request, response};
use selvedge_plan::{Decision, Event, Observer, Scratch};

use super::{Effects, Engine, Facts, room};
use crate::stage::Stage;

impl Engine {
    /// What a stage would do to a message, before it is done.
    pub(crate) fn effects<'m>(
        &self,
        stage: Stage,
        request: &'m request::Parts,
        response: Option<&'m response::Parts>,
        facts: &Facts,
    ) -> Effects<'m> {
        let mut effects = Effects::of(stage, request, response);
        room::with(|room| {
            let decision = self.decide(room, stage, request, response, facts, &mut self.plainly());
            self.apply(&mut effects, stage, decision, room);
        });
        effects
    }

    /// As [`Engine::effects`]. Each attempt to decide is told to a new observer; the last one comes back.
    pub(crate) fn observe<'m, O: Observer>(
        &self,
        stage: Stage,
        request: &'m request::Parts,
        response: Option<&'m response::Parts>,
        facts: &Facts,
        new: impl Fn() -> O,
    ) -> (Effects<'m>, O) {
        let mut observer = new();
        let mut effects = Effects::of(stage, request, response);
        room::with(|room| {
            let decision = self.decide(room, stage, request, response, facts, &mut |stage, event, scratch| {
                observer = new();
                self.watched(stage, event, scratch, &mut observer)
            });
            self.apply(&mut effects, stage, decision, room);
        });
        (effects, observer)
    }

    /// As [`Engine::plainly`], and an observer is told.
    pub(crate) fn watched(
        &self,
        stage: Stage,
        event: Event<'_>,
        scratch: &mut Scratch<'_>,
        observer: &mut impl Observer,
    ) -> Decision {
        self.reader.observe(stage, event, scratch, observer)
    }

    /// What the words of a decision do to a message.
    pub(crate) fn effects_of<'m>(
        &self,
        stage: Stage,
        request: &'m request::Parts,
        response: Option<&'m response::Parts>,
        words: &[u32],
        bytes: &[u8],
    ) -> Effects<'m> {
        let mut effects = Effects::of(stage, request, response);
        effects.words(self, words, bytes);
        effects
    }

    /// Adds the first ops of a constant list.
    pub(crate) fn add_ops(&self, effects: &mut Effects<'_>, list: u32, count: usize) {
        effects.first_of(self, list, count);
    }
}
