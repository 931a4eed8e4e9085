use std::sync::OnceLock;

use selvedge::Engine;

use crate::exchange::Exchange;
use crate::meter::Allowance;
use crate::{Target, cases, judge};

pub(super) const TARGET: Target = Target {
    name: "pass",
    about: "the rules of the cases and any exchange: through all stages, to legal messages",
    max_len: 2048,
    seeds,
    prepare: || _ = engines(),
    run,
    allowance: Allowance { once: 4 << 20, per_byte: 64 << 10 },
};

/// Two bytes choose the rules; the rest is the exchange.
fn run(bytes: &[u8]) {
    let [a, b, exchange @ ..] = bytes else { return };
    let Some(exchange) = Exchange::read(exchange) else { return };
    let engines = engines();
    let engine = &engines[usize::from(u16::from_le_bytes([*a, *b])) % engines.len()];
    let outcome = exchange.pass(engine);
    if let Some(asked) = outcome.asked {
        // What was legal stays so; `http` itself holds no other values.
        judge::path(asked.uri.path().as_bytes());
        assert!(!asked.headers.contains_key("x-selvedge"), "the note reaches the origin");
    } else if let Some(location) = outcome.response.headers.get("location") {
        judge::location(location.as_bytes());
    }
}

fn engines() -> &'static [Engine] {
    static ENGINES: OnceLock<Vec<Engine>> = OnceLock::new();
    ENGINES.get_or_init(|| {
        let plans = cases::readers().iter().map(|reader| reader.plan().as_bytes().to_vec());
        plans
            .map(|plan| {
                Engine::from_plan(plan)
                    .unwrap_or_else(|error| panic!("broken: a plan that was loaded before: {error:?}"))
            })
            .collect()
    })
}

fn seeds() -> Vec<Vec<u8>> {
    let exchanges = cases::cases().iter().step_by(7).enumerate();
    exchanges
        .map(|(number, case)| [&(13 * number as u16).to_le_bytes()[..], case.exchange.as_bytes()].concat())
        .collect()
}
