//! `cargo xtask demo`: the local edge in front of the sample site.

use anyhow::Result;

use crate::{build, run};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Send the listed requests, print what each stage did, and exit: 0 only if all did what the list says
    #[arg(long)]
    once: bool,
    /// Passed on to the demo, e.g. `-- --port 8787`
    #[arg(last = true)]
    rest: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    build::to_try()?;
    let mut node = run::command("node");
    node.arg("js-shim/local-edge/demo.mjs").args(args.once.then_some("--once")).args(&args.rest);
    run::run(&mut node)
}
