//! `cargo xtask bench`: against hand-written JavaScript in each Node version, and native instructions; with `--peers`, next to what
//! others made.

use anyhow::Result;

use crate::{build, node, run, tools};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure redirects and negotiation next to other packages, and write docs/benchmarks
    #[arg(long)]
    peers: bool,
    /// Passed on to tests/bench/run.mjs, or with --peers to tests/bench/peers/run.mjs
    #[arg(last = true)]
    rest: Vec<String>,
}

/// tests/bench/run.mjs gets one `--node MAJOR=BINARY` per Node version there is.
pub(crate) fn run(args: &Args) -> Result<()> {
    build::release()?;
    if args.peers {
        let peers = tools::bench_peers()?;
        let mut bench = run::command(node::newest()?);
        bench.arg("tests/bench/peers/run.mjs").args(&args.rest).env("SELVEDGE_PEERS", peers);
        return run::run(&mut bench);
    }
    let mut bench = run::command("node");
    bench.arg("tests/bench/run.mjs").env("SELVEDGE_TOOLS", tools::test_modules()?);
    for node in node::all()? {
        match node.binary {
            Ok(binary) => drop(bench.arg("--node").arg(format!("{}={}", node.major, binary.display()))),
            Err(reason) => eprintln!("Node {} skipped: {reason}", node.major),
        }
    }
    run::run(bench.args(&args.rest))
}
