//! Contestants in turn, batch by batch, as in tests/bench/peers/clock.mjs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::kinds::Asked;

const BATCH_TIME: Duration = Duration::from_millis(3);
/// What is prepared for a batch takes longer than the batch itself.
const MAX_BATCH: usize = 4_096;
const ROUNDS: usize = 9;
/// Of calls that take longer, a few are enough.
const LONG: Duration = Duration::from_millis(50);

type Answer = dyn Fn(&Asked) -> Option<String>;
/// So many calls, and how long they took.
type Batch = dyn Fn(&Asked, usize) -> Duration;

/// One of those that are compared: what it answers, and how long so many calls take.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) answer: Box<Answer>,
    batch: Box<Batch>,
}

impl Contestant {
    /// `prepare` is not timed, `call` is, and `seen` is what of its result is compared.
    pub(crate) fn new<I: 'static, O: 'static>(
        name: &'static str,
        prepare: impl Fn(&Asked) -> I + Copy + 'static,
        call: impl Fn(I) -> O + 'static,
        seen: impl Fn(O) -> Option<String> + 'static,
    ) -> Contestant {
        let call = std::rc::Rc::new(call);
        let same = std::rc::Rc::clone(&call);
        Contestant {
            name,
            answer: Box::new(move |asked| seen(same(prepare(asked)))),
            batch: Box::new(move |asked, size| {
                let inputs: Vec<I> = (0..size).map(|_| prepare(asked)).collect();
                let start = Instant::now();
                for input in inputs {
                    black_box(call(black_box(input)));
                }
                start.elapsed()
            }),
        }
    }
}

/// Nanoseconds for a call of each: those of its fastest batch, since whatever else the machine does only adds to one.
pub(crate) fn times(contestants: &mut [Contestant], asked: &Asked) -> Vec<(&'static str, u128)> {
    let mut running: Vec<(usize, Duration)> = Vec::new();
    for contestant in &*contestants {
        let mut size = 1;
        while (contestant.batch)(asked, size) < BATCH_TIME && size < MAX_BATCH {
            size *= 2;
        }
        running.push((size, (contestant.batch)(asked, size)));
    }
    for round in 0..ROUNDS {
        for (contestant, (size, least)) in contestants.iter().zip(&mut running) {
            if round < 1 || *least < LONG * u32::try_from(*size).unwrap_or(u32::MAX) {
                *least = (*least).min((contestant.batch)(asked, *size));
            }
        }
    }
    let ns = |size: usize, least: Duration| least.as_nanos() / size as u128;
    contestants.iter().zip(running).map(|(contestant, (size, least))| (contestant.name, ns(size, least))).collect()
}
