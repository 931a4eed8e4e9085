//! The same rules in other crates: `peers COUNT...` prints a line of JSON for each time, in nanoseconds.
//!
//! `cargo xtask bench --peers` runs it, for docs/benchmarks. All answers are compared before anything is timed.

mod clock;
mod kinds;
mod look_ups;
#[path = "../services/mod.rs"]
mod services;
mod towers;

use std::collections::BTreeMap;
use std::error::Error;

use serde_json::{Value, json};

use clock::Contestant;
use kinds::Kind;

/// A contestant that cannot take ten times as many rules in this time, in milliseconds, is not asked to.
const SLOW_SET_UP: u128 = 2_000;
/// Nor one that takes longer for a call, in nanoseconds.
const SLOW_CALL: u128 = 100_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let counts = std::env::args().skip(1).map(|count| count.parse()).collect::<Result<Vec<usize>, _>>()?;
    for kind in Kind::ALL {
        compare(kind, &counts)?;
    }
    for (name, times) in towers::times()? {
        for (contestant, ns) in times {
            println!(
                "{}",
                json!({ "what": "Rust, tower", "kind": "layers", "place": name, "count": 1, "name": contestant, "ns": ns })
            );
        }
    }
    Ok(())
}

fn compare(kind: Kind, counts: &[usize]) -> Result<(), Box<dyn Error>> {
    let mut stopped: BTreeMap<&str, String> = BTreeMap::new();
    for &count in counts {
        eprintln!("  Rust: {}, {count}", kind.name());
        let mut contestants: Vec<Contestant> = Vec::new();
        for (name, make) in look_ups::ALL {
            if stopped.contains_key(name) {
                continue;
            }
            let start = std::time::Instant::now();
            match make(kind, count).and_then(|made| checked(made, kind, count)) {
                Ok(contestant) => contestants.push(contestant),
                Err(reason) => drop(stopped.insert(name, format!("at {count} rules: {reason}"))),
            }
            if start.elapsed().as_millis() > SLOW_SET_UP {
                stopped.entry(name).or_insert_with(|| "ten times as many rules take minutes to set up".to_owned());
            }
        }
        for (place, asked) in kind.places(count) {
            for (name, ns) in clock::times(&mut contestants, &asked) {
                println!("{}", row(kind, json!({ "place": place, "count": count, "name": name, "ns": ns })));
                if ns > SLOW_CALL {
                    stopped
                        .entry(name)
                        .or_insert_with(|| "ten times as many rules take more than a second for each call".to_owned());
                }
            }
        }
    }
    for (name, reason) in stopped {
        println!("{}", row(kind, json!({ "name": name, "stopped": reason })));
    }
    Ok(())
}

fn row(kind: Kind, mut row: Value) -> Value {
    if let Some(row) = row.as_object_mut() {
        row.insert("what".to_owned(), "Rust, look-up".into());
        row.insert("kind".to_owned(), kind.name().into());
    }
    row
}

/// Refuses a contestant that answers otherwise.
fn checked(contestant: Contestant, kind: Kind, count: usize) -> Result<Contestant, String> {
    for (_, asked) in kind.places(count) {
        let got = (contestant.answer)(&asked);
        if got != asked.target {
            return Err(format!("{} leads to {got:?}, not to {:?}", asked.path, asked.target));
        }
    }
    Ok(contestant)
}
