//! What passed, what failed, what was skipped and why, and how long it took.

use anyhow::{Error, Result, bail};
use std::time::{Duration, Instant};

use crate::progress;

pub(crate) struct Report {
    started: Instant,
    checks: Vec<Check>,
}

impl Default for Report {
    fn default() -> Self {
        Report { started: Instant::now(), checks: Vec::new() }
    }
}

struct Check {
    name: String,
    outcome: Outcome,
    time: Duration,
}

enum Outcome {
    Passed,
    Failed(Error),
    Skipped(String),
}

impl Report {
    /// Runs one check. Its error stands in the report.
    pub(crate) fn check(&mut self, name: &str, job: impl FnOnce() -> Result<()>) {
        self.passes(name, job);
    }

    /// Runs one check that others build on: whether it passed.
    pub(crate) fn passes(&mut self, name: &str, job: impl FnOnce() -> Result<()>) -> bool {
        let started = Instant::now();
        let outcome = match job() {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                eprintln!("\nFAILED {name}: {error:#}");
                Outcome::Failed(error)
            }
        };
        let passed = matches!(outcome, Outcome::Passed);
        self.checks.push(Check { name: name.to_owned(), outcome, time: started.elapsed() });
        passed
    }

    pub(crate) fn skipped(&mut self, name: &str, reason: &str) {
        println!("skipped {name}: {reason}");
        self.checks.push(Check {
            name: name.to_owned(),
            outcome: Outcome::Skipped(reason.to_owned()),
            time: Duration::ZERO,
        });
    }

    /// With what ran besides.
    pub(crate) fn and(mut self, other: Report) -> Report {
        self.started = self.started.min(other.started);
        self.checks.extend(other.checks);
        self
    }

    /// Prints the summary, and what failed once more; an error when something failed, or when nothing ran.
    pub(crate) fn close(&self) -> Result<()> {
        println!("\n=== summary");
        let (mut passed, mut failed, mut skipped) = (0, Vec::new(), 0);
        for Check { name, outcome, time } in &self.checks {
            let time = progress::seconds(*time);
            match outcome {
                Outcome::Passed => {
                    passed += 1;
                    println!("passed  {name} ({time})");
                }
                Outcome::Failed(error) => {
                    failed.push((name, error));
                    println!("FAILED  {name} ({time})");
                }
                Outcome::Skipped(reason) => {
                    skipped += 1;
                    println!("skipped {name}: {reason}");
                }
            }
        }
        let time = progress::seconds(self.started.elapsed());
        println!("\n{passed} passed, {} failed, {skipped} skipped in {time}", failed.len());
        for (name, error) in &failed {
            eprintln!("FAILED {name}: {error:#}");
        }
        match (passed, failed.len()) {
            (0, 0) => bail!("nothing was tested"),
            (_, 0) => Ok(()),
            _ => bail!("what failed said why above; `cargo xtask test --only STEP` runs one step alone"),
        }
    }
}
