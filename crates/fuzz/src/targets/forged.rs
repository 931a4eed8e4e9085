use arbitrary::{Result, Unstructured};
use selvedge::Engine;
use selvedge_plan::layout::{CHECKED_FROM, CHECKSUM};
use selvedge_plan::{Decision, Event, Reader, Scratch, Stage, checksum};

use crate::exchange::Exchange;
use crate::meter::Allowance;
use crate::{Target, cases};

pub(super) const TARGET: Target = Target {
    name: "forged",
    about: "plans with forged words and a checksum that fits: an error or a decision, in bounded time and memory",
    max_len: 256,
    seeds: Vec::new,
    prepare: || _ = cases::readers(),
    run: |bytes| _ = run(&mut Unstructured::new(bytes)),
    allowance: Allowance { once: 256 << 20, per_byte: 0 },
};

/// Words that are wrong in many places.
const HOSTILE: [u32; 14] =
    [0, 1, 2, 3, 4, 0x40, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0004, 0xC000_0000, 0xFFFF_FFFC, u32::MAX];

const TEXTS: [&[u8]; 4] =
    [b"/a/b.html", b"/a/b/c/\0a=1&b=2&a=3", b"/\0example.org\0ab=x; cd=y\0de, en;q=0.5\0\x01", b""];

fn run(bytes: &mut Unstructured<'_>) -> Result<()> {
    let readers = cases::readers();
    let mut plan = readers[bytes.choose_index(readers.len())?].plan().as_bytes().to_vec();
    let words = plan.len() / 4;
    // What the checksum covers: where length and version do not fit, a plan is refused at once.
    let first = CHECKED_FROM / 4;
    for _ in 0..bytes.int_in_range(1..=8)? {
        let at = 4 * bytes.int_in_range(first..=words - 1)?;
        let word = match bytes.int_in_range(0..=3)? {
            0 => 4 * bytes.choose_index(words)? as u32,
            1 => word(&plan, 4 * bytes.choose_index(words)?),
            2 => *bytes.choose(&HOSTILE)?,
            _ => bytes.arbitrary()?,
        };
        plan[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }
    let sum = checksum(&plan[CHECKED_FROM..]);
    plan[4 * CHECKSUM as usize..][..8].copy_from_slice(&sum.to_le_bytes());
    let text = bytes.bytes(bytes.len())?;
    decide(&plan, &[TEXTS.as_slice(), &[text]].concat());
    // The same through what applies decisions to messages.
    if let (Ok(engine), Some(exchange)) =
        (Engine::from_plan(plan), Exchange::read(b"GET https://example.org/a/b.html?a=1\nCookie: ab=x\n"))
    {
        let mut request = exchange.request.clone();
        let _ = engine.viewer_request(&mut request, &exchange.facts);
        let _ = engine.origin_request(&mut request, &exchange.facts);
        let mut response = exchange.response.clone();
        let _ = engine.origin_response(&request, &mut response, &exchange.facts);
        let _ = engine.viewer_response(&request, &mut response, &exchange.facts);
    }
    Ok(())
}

/// Until a decision is one too many: what a forged plan wants takes as long in every stage.
fn decide(plan: &[u8], texts: &[&[u8]]) {
    let Ok(reader) = Reader::load(plan) else { return };
    let mut bytes = vec![0; 4096];
    let mut words = vec![0; reader.plan().output_words()];
    for stage in Stage::ALL {
        for text in texts {
            for status in [0, 404] {
                let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
                if reader.decide(stage, Event { text, accept: 0o2222, status }, &mut scratch) == Decision::Exhausted {
                    return;
                }
            }
        }
    }
    for op in (0..plan.len() as u32).step_by(52) {
        reader.ask(op, b"text/html; a", &mut Scratch { bytes: &mut bytes, words: &mut words, base: 0 });
    }
}

fn word(plan: &[u8], at: usize) -> u32 {
    plan.get(at..at + 4).map_or(0, |bytes| {
        u32::from_le_bytes(bytes.try_into().unwrap_or_else(|error| panic!("broken: four bytes: {error:?}")))
    })
}
