//! Reads and compiles many redirects: `compile_redirects COUNT [PLAN]`. Prints how long it took, the most memory that the
//! process had, and the bytes of the plan, which is written to a file if one is named.
//!
//! The rules are those of `tests/bench/redirects.mjs`: nine exact paths to one pattern with two captures.

use std::error::Error;
use std::time::Instant;

use selvedge::{Platform, Rules, compile};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let Some(count) = args.next().and_then(|count| count.parse().ok()) else {
        return Err("usage: compile_redirects COUNT [PLAN]".into());
    };
    let text = redirects(count);
    let start = Instant::now();
    let rules: Rules = serde_json::from_str(&text)?;
    let read = start.elapsed();
    let plan = compile(&rules, Platform::Cloudfront)?;
    let both = start.elapsed();
    println!("{count} redirects: read in {read:?}, with compiling {both:?}");
    println!(
        "{} bytes of rules, {} of the plan, {:.2} for a redirect",
        text.len(),
        plan.len(),
        plan.len() as f64 / count as f64
    );
    // Linux alone tells it.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("most memory: {}", line.trim_start_matches("VmHWM:").trim());
    }
    if let Some(file) = args.next() {
        std::fs::write(file, plan)?;
    }
    Ok(())
}

fn redirects(count: usize) -> String {
    let patterns = count / 10;
    let exact = (0..count - patterns).map(|n| {
        let id = 100_000 + n;
        format!(r#"{{"from":"/articles/{id}/a-page.html","to":"/stories/{id}"}}"#)
    });
    let patterns = (0..patterns).map(|n| {
        let section = 10_000 + n;
        format!(r#"{{"from":"/old/:year/section-{section}/*","to":"/archive/:year/{section}/:splat"}}"#)
    });
    format!(r#"{{"redirects":[{}]}}"#, exact.chain(patterns).collect::<Vec<_>>().join(","))
}
