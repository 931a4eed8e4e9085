//! `cargo xtask soak`: many events and requests, and whether anything grows, drifts or gets stuck.

use anyhow::Result;

use crate::{build, node, run};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Events through `lambdaEdge`
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    events: u64,
    /// Requests over sockets, half through `selvedge/node`, half through `selvedge/fetch`
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    requests: u64,
    /// Repeats a run; each prints its own
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    build::release()?;
    let mut soak = run::command(node::newest()?);
    soak.args(["--expose-gc", "tests/soak/run.mjs"]);
    soak.args([format!("--events={}", args.events), format!("--requests={}", args.requests)]);
    soak.args(args.seed.map(|seed| format!("--seed={seed}")));
    run::run(&mut soak)
}
