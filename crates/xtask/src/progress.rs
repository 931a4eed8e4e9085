//! Says what takes long: a spinner in a terminal, a line elsewhere.

use anyhow::Result;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Jobs may run side by side, each with a spinner.
static SPINNERS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Runs `job` under a spinner, then leaves one line with the time it took.
pub(crate) fn working<T>(what: &str, job: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let spinner = spinner(what);
    let done = job();
    if let Some(spinner) = &spinner {
        spinner.finish_and_clear();
    }
    if done.is_ok() {
        SPINNERS.suspend(|| eprintln!("  {what} ({})", seconds(started.elapsed())));
    }
    done
}

/// A duration as people read it.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

fn spinner(what: &str) -> Option<ProgressBar> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let style = ProgressStyle::with_template("  {spinner} {msg} ({elapsed})").ok()?;
    let bar = SPINNERS.add(ProgressBar::new_spinner().with_style(style).with_message(what.to_owned()));
    bar.enable_steady_tick(Duration::from_millis(120));
    Some(bar)
}
