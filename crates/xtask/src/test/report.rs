//! What passed, what failed, what was skipped and why, and how long it took.

use anyhow::{Error, Result, bail};
use std::time::{Duration, Instant};

use crate::progress;

#[derive(Default)]
pub(crate) struct Report {
    checks: Vec<Check>,
}

struct Check {
    name: String,
    outcome: Outcome,
    time: Duration,
}

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

impl Report {
    /// Runs one check. Its error is printed here; the caller only stops.
    pub(crate) fn check(&mut self, name: &str, job: impl FnOnce() -> Result<()>) -> Result<()> {
        let started = Instant::now();
        let done = job();
        let outcome = if done.is_ok() { Outcome::Passed } else { Outcome::Failed };
        self.checks.push(Check { name: name.to_owned(), outcome, time: started.elapsed() });
        done.inspect_err(|error| eprintln!("\nFAILED {name}: {error:#}"))
    }

    pub(crate) fn failed(&mut self, name: &str, error: &Error) {
        eprintln!("\nFAILED {name}: {error:#}");
        self.checks.push(Check { name: name.to_owned(), outcome: Outcome::Failed, time: Duration::ZERO });
    }

    /// A step ended with an error: one that no check has reported, as when setting up fails, becomes a failure of the step.
    pub(crate) fn stopped(&mut self, step: &str, error: &Error) {
        if !self.checks.iter().any(|check| matches!(check.outcome, Outcome::Failed)) {
            self.failed(step, error);
        }
    }

    pub(crate) fn skipped(&mut self, name: &str, reason: &str) {
        println!("skipped {name}: {reason}");
        self.checks.push(Check {
            name: name.to_owned(),
            outcome: Outcome::Skipped(reason.to_owned()),
            time: Duration::ZERO,
        });
    }

    /// Prints the summary; an error when something failed, or when nothing ran.
    pub(crate) fn close(&self) -> Result<()> {
        println!("\n=== summary");
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for Check { name, outcome, time } in &self.checks {
            let time = progress::seconds(*time);
            match outcome {
                Outcome::Passed => {
                    passed += 1;
                    println!("passed  {name} ({time})");
                }
                Outcome::Failed => {
                    failed += 1;
                    println!("FAILED  {name} ({time})");
                }
                Outcome::Skipped(reason) => {
                    skipped += 1;
                    println!("skipped {name}: {reason}");
                }
            }
        }
        match skipped {
            0 => println!("\n{passed} passed, {failed} failed"),
            _ => println!("\n{passed} passed, {failed} failed, {skipped} skipped"),
        }
        match (passed, failed) {
            (0, 0) => bail!("nothing was tested"),
            (_, 0) => Ok(()),
            _ => bail!("the first failure is above the summary; run it alone with `cargo xtask test --only STEP`"),
        }
    }
}
