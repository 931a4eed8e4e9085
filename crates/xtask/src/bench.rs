//! `cargo xtask bench`: against hand-written JavaScript in each Node version, and native instructions.

use anyhow::Result;

use crate::{build, node, run, tools};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Passed on to tests/bench/run.mjs
    #[arg(last = true)]
    rest: Vec<String>,
}

/// tests/bench/run.mjs gets one `--node MAJOR=BINARY` per Node version there is.
pub(crate) fn run(args: &Args) -> Result<()> {
    build::release()?;
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
