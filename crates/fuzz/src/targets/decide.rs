use selvedge_plan::layout::{self, HEADER_WORDS, input, op};
use selvedge_plan::{Decision, Event, Plan, Reader, Scratch, Stage};

use crate::meter::Allowance;
use crate::{Target, cases, judge};

pub(super) const TARGET: Target = Target {
    name: "decide",
    about: "compiled plans and events of any bytes: decided within the budget, and what is put out is legal where it goes",
    max_len: 1024,
    seeds,
    prepare: || _ = cases::readers(),
    run,
    allowance: Allowance { once: 64 << 20, per_byte: 0 },
};

/// What the engine gives a decision at most.
const MAX_SCRATCH: usize = 16 << 20;

/// Two bytes choose the plan, one the stage, two `Accept-Encoding`, two the status; the rest are the inputs, joined by NUL.
fn run(bytes: &[u8]) {
    let [a, b, stage, c, d, e, f, text @ ..] = bytes else { return };
    let readers = cases::readers();
    let reader = &readers[usize::from(u16::from_le_bytes([*a, *b])) % readers.len()];
    let stage = Stage::ALL[usize::from(*stage) % Stage::ALL.len()];
    let plan = reader.plan();
    if !plan.uses(stage) {
        return;
    }
    let inputs: Vec<u32> = plan.inputs(stage).map(|(kind, _)| kind).collect();
    let text = joined(text, &inputs);
    let accept = u32::from(u16::from_le_bytes([*c, *d])) & 0o7777 | (u32::from(*d) & 3) << 16;
    let event = Event { text: &text, accept, status: u32::from(u16::from_le_bytes([*e, *f])) };
    decide(reader, stage, event);
}

/// As many inputs as the stage has: those that are missing are absent. A server hands over no control characters in a query
/// or a header.
fn joined(text: &[u8], inputs: &[u32]) -> Vec<u8> {
    let mut given = text.split(|byte| *byte == 0);
    let mut joined = Vec::new();
    for (number, kind) in inputs.iter().enumerate() {
        if number > 0 {
            joined.push(0);
        }
        match given.next() {
            None => joined.push(1),
            Some(value) if *kind == input::PATH => joined.extend(value),
            Some(value) => {
                joined.extend(value.iter().filter(|byte| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | 1)))
            }
        }
    }
    joined
}

fn decide(reader: &Reader<Vec<u8>>, stage: Stage, event: Event<'_>) {
    let plan = reader.plan();
    let mut words = vec![0; plan.output_words()];
    let mut bytes = vec![0; 4096];
    let decision = loop {
        let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
        match reader.decide(stage, event, &mut scratch) {
            Decision::Grow if bytes.len() < MAX_SCRATCH => bytes = vec![0; 2 * bytes.len()],
            decision => break decision,
        }
    };
    match decision {
        Decision::Unchanged => {}
        Decision::Ops(list) => look(plan, list),
        Decision::Words(count) => {
            let mut rest = words.get(..count).unwrap_or_else(|| panic!("broken: the plan says how many there can be"));
            while let [word, after @ ..] = rest {
                rest = after;
                if word & op::DYNAMIC == 0 {
                    look(plan, *word);
                    continue;
                }
                let [at, len, after @ ..] = after else { panic!("an op without its text") };
                rest = after;
                let text = bytes
                    .get(*at as usize..)
                    .and_then(|rest| rest.get(..*len as usize))
                    .unwrap_or_else(|| panic!("broken: text that was written"));
                judge(plan, word & !op::DYNAMIC, text);
            }
        }
        Decision::Grow | Decision::Unclean | Decision::Exhausted => panic!("{decision:?} for a compiled plan"),
    }
}

/// An op list lies in the plan.
fn look(plan: Plan<'_>, list: u32) {
    assert!(list >= 4 * HEADER_WORDS && (list as usize) < plan.as_bytes().len());
    assert!(plan.ops(list).all(|op| matches!(plan.word(op, 0) & 0xFF, 1..=14)));
}

/// The value of an op that depends on the event.
fn judge(plan: Plan<'_>, op: u32, text: &[u8]) {
    if op == plan.word(0, layout::LOCATION_OP) {
        return judge::location(text);
    }
    match plan.word(op, 0) & 0xFF {
        op::SET_URI => judge::path(text),
        op::APPEND_URI | op::SET_QUERY => {}
        op::DEFAULT | op::SET | op::APPEND | op::REPLACE => {
            text.split(|byte| *byte == b'\n').for_each(judge::field_value)
        }
        code => panic!("an op {code} whose value depends on the event"),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let texts =
        ["/a/b.html\0a=1&b=2\0example.org\0a=x; b=y\0de, en;q=0.5", "/old/..%2f/x\0u=%0d%0a\0[::1]:80\0\u{1}\0é"];
    let head = |number: usize| [&(37 * number as u16).to_le_bytes()[..], &[number as u8, 0o222, 2, 200, 0]].concat();
    (0..60).map(|number| [head(number), texts[number % 2].into()].concat()).collect()
}
