use crate::answer::Answer;
use crate::ask::ask;
use crate::decide::decide;
use crate::event::Event;
use crate::layout::{self, decision};
use crate::plan::{InvalidPlan, Plan};
use crate::span::Span;
use crate::stage::Stage;
use crate::work::Work;

/// Memory that a decision works in; its content does not outlive the next one.
pub struct Scratch<'s> {
    /// Texts: normalised paths, new URIs, header values.
    pub bytes: &'s mut [u8],
    /// The decision's words; [`Plan::output_words`] of them always suffice.
    pub words: &'s mut [u32],
    /// Added to the position of each text that is put out: the address of `bytes` where the caller reads by address.
    pub base: u32,
}

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    Unchanged,
    /// The op list at this offset of the plan.
    Ops(u32),
    /// As many words of the scratch: op lists, or an op with [`crate::layout::op::DYNAMIC`] and then its text's position
    /// and length.
    Words(usize),
    /// The scratch is too small; try again with twice the bytes.
    Grow,
    /// An input contains a NUL; try again without.
    Unclean,
    /// The plan wants more steps than a decision may take: no compiler made it.
    Exhausted,
}

impl Decision {
    /// The number that passes the WebAssembly border.
    pub fn number(self) -> u32 {
        match self {
            Decision::Unchanged => decision::UNCHANGED,
            Decision::Ops(offset) => offset,
            Decision::Words(count) => decision::WORDS | count as u32,
            Decision::Grow => decision::GROW,
            Decision::Unclean => decision::UNCLEAN,
            Decision::Exhausted => decision::EXHAUSTED,
        }
    }
}

/// Decides on events by a plan.
///
/// It holds the plan's bytes, in any form, and copies nothing of them.
#[derive(Clone)]
pub struct Reader<B> {
    bytes: B,
}

impl<B: AsRef<[u8]>> Reader<B> {
    /// A reader of the plan in `bytes`.
    ///
    /// # Errors
    ///
    /// [`InvalidPlan`] when the bytes are not a plan, were altered, or have regular expressions that this reader cannot run.
    pub fn load(bytes: B) -> Result<Reader<B>, InvalidPlan> {
        Plan::load(bytes.as_ref())?;
        Ok(Reader { bytes })
    }

    /// The plan.
    pub fn plan(&self) -> Plan<'_> {
        Plan::checked(self.bytes.as_ref())
    }

    /// Decides on one event. Costs no allocation, and for exact paths and patterns about the same for ten rules and for
    /// a hundred thousand; only regular expressions are tried one by one.
    pub fn decide(&self, stage: Stage, event: Event<'_>, scratch: &mut Scratch<'_>) -> Decision {
        self.run(stage, event, scratch, |work| decide(work, stage, event.accept))
    }

    /// As [`Reader::decide`]; `observer` is told what happens on the way.
    #[cfg(feature = "trace")]
    pub fn observe(
        &self,
        stage: Stage,
        event: Event<'_>,
        scratch: &mut Scratch<'_>,
        observer: &mut impl crate::Observer,
    ) -> Decision {
        self.run(stage, event, scratch, |work| crate::decide::observe(work, stage, event.accept, observer))
    }

    fn run(
        &self,
        stage: Stage,
        event: Event<'_>,
        scratch: &mut Scratch<'_>,
        decide: impl FnOnce(&mut Work<'_>),
    ) -> Decision {
        let plan = self.plan();
        let record = plan.stage(stage);
        if record == 0 {
            return Decision::Unchanged;
        }
        let Scratch { bytes, words, base } = scratch;
        let mut work = Work::new(plan, record, event, bytes, words, *base);
        let Some(work) = &mut work else { return Decision::Unclean };
        decide(work);
        if work.exhausted() {
            return Decision::Exhausted;
        }
        if work.full {
            return Decision::Grow;
        }
        match (work.put, work.words.first()) {
            (0, _) => Decision::Unchanged,
            (1, Some(ops)) => Decision::Ops(*ops),
            (count, _) => Decision::Words(count),
        }
    }

    /// Answers a question about the op at `op` of the plan and `text`: a header's name or value, see
    /// [`crate::layout::op`]. `None`: the scratch is too small.
    pub fn ask(&self, op: u32, text: &[u8], scratch: &mut Scratch<'_>) -> Option<Answer> {
        let Scratch { bytes, words, base } = scratch;
        let event = Event { text, ..Event::default() };
        let plan = self.plan();
        // A list of replacements says where a stage record does how many inputs there are.
        let replaces = cfg!(feature = "regex") && plan.word(op, 0) & 0xFF == layout::op::REPLACE;
        let record = if replaces { plan.word(op, 3) } else { 0 };
        let mut work = Work::new(plan, record, event, bytes, words, *base);
        let work = work.as_mut()?;
        let line = if replaces { work.input(1) } else { None };
        let answer = ask(work, op, line.unwrap_or(Span::whole_input(text)));
        (!work.full).then_some(answer)
    }
}
