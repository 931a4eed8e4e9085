//! Rule files against the engines and servers of the vendors.

use std::process::Command;

use anyhow::Result;

use super::report::Report;
use crate::{node, repo, run, tools};

/// The dialects of rule files against the engines of the vendors.
pub(crate) fn short(report: &mut Report) -> Result<()> {
    against_vendors(report, "dialects against the vendors' engines", &[])?;
    against_hosts(report, "configurations against the hosts' servers", &[])
}

/// The same with more files, from seeds besides the one that everybody has.
pub(crate) fn by_seeds(report: &mut Report) -> Result<()> {
    for seed in ["7", "1001", "31337"] {
        let name = format!("2,000 files of each kind from seed {seed}");
        let args = ["--seed", seed, "--files", "2000"];
        against_vendors(report, &format!("{name} against engines"), &args)?;
        against_hosts(report, &format!("{name} against servers"), &args)?;
    }
    Ok(())
}

fn against_vendors(report: &mut Report, name: &str, args: &[&str]) -> Result<()> {
    let mut command = oracle("run.mjs", args)?;
    report.check(name, || run::run(&mut command));
    Ok(())
}

fn against_hosts(report: &mut Report, name: &str, args: &[&str]) -> Result<()> {
    let mut command = oracle("hosts.mjs", args)?;
    command.env("AZURE", tools::azure_modules()?);
    match tools::caddy() {
        Ok(caddy) => {
            command.env("CADDY", caddy);
        }
        Err(reason) => report.skipped(&format!("{name}: Caddy"), &reason),
    }
    report.check(name, || run::run(&mut command));
    Ok(())
}

/// A program of tests/oracles.
fn oracle(program: &str, args: &[&str]) -> Result<Command> {
    let (node, tools) = (node::newest()?, tools::test_modules()?);
    let mut command = run::command(&node);
    command.arg(repo::root().join("tests/oracles").join(program)).args(args).env("SELVEDGE_TOOLS", &tools);
    Ok(command)
}
