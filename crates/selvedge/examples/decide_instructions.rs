//! Decides on many paths, for an instruction counter: `decide_instructions PLAN PATHS`, a compiled plan and a file with
//! one path a line. Prints how many paths the plan had something to do for.
//!
//! `tests/bench/instructions.mjs` runs it under `valgrind --tool=callgrind --toggle-collect='*decide_all*'`.

use std::error::Error;
use std::hint::black_box;

use selvedge_plan::{Decision, Event, Reader, Scratch, Stage};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(plan), Some(paths)) = (args.next(), args.next()) else {
        return Err("usage: decide_instructions PLAN PATHS".into());
    };
    let plan = std::fs::read(plan)?;
    let paths = std::fs::read_to_string(paths)?;
    let reader = Reader::load(plan)?;
    let paths: Vec<&str> = paths.lines().collect();
    println!("{} of {} paths", decide_all(&reader, &paths), paths.len());
    Ok(())
}

/// The part that is counted: the name must survive, and nothing be left out.
#[inline(never)]
fn decide_all(reader: &Reader<Vec<u8>>, paths: &[&str]) -> usize {
    let mut bytes = [0; 16_384];
    let mut words = vec![0; reader.plan().output_words()];
    let mut scratch = Scratch { bytes: &mut bytes, words: &mut words, base: 0 };
    let inputs = reader.plan().inputs(Stage::ViewerRequest).len();
    let mut text = Vec::new();
    let mut changed = 0;
    for path in paths {
        text.clear();
        text.extend_from_slice(path.as_bytes());
        // The query and what else the stage reads: empty.
        text.resize(path.len() + inputs.saturating_sub(1), 0);
        let event = Event { text: &text, accept: 0, status: 0 };
        if black_box(reader.decide(Stage::ViewerRequest, event, &mut scratch)) != Decision::Unchanged {
            changed += 1;
        }
    }
    changed
}
