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
    /// Nothing but load on `selvedge dev`, for so many seconds
    #[arg(long, value_name = "SECONDS")]
    dev: Option<u32>,
    /// Repeats a run; each prints its own
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if let Some(seconds) = args.dev {
        return local_edge(seconds);
    }
    build::release()?;
    let mut soak = run::command(node::newest()?);
    soak.args(["--expose-gc", "tests/soak/run.mjs"]);
    soak.args([format!("--events={}", args.events), format!("--requests={}", args.requests)]);
    soak.args(args.seed.map(|seed| format!("--seed={seed}")));
    run::run(&mut soak)
}

/// The cache of `selvedge dev`, against a server of the same folder.
fn local_edge(seconds: u32) -> Result<()> {
    build::to_try()?;
    let mut load = run::command("node");
    load.args(["tests/soak/local-edge.mjs", &format!("--seconds={seconds}")]);
    run::run(&mut load)
}
