//! `cargo xtask check`: what a change most often breaks, in seconds.

use anyhow::Result;

use crate::test::{Report, code};
use crate::{adapters, repo, run, tools, vocabulary};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only the conformance cases whose names contain this
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let mut report = Report::default();
    code::fmt(&mut report)?;
    code::clippy_natively(&mut report);
    code::cases(&mut report, args.case.as_deref())?;
    tools::shim_modules()?;
    vocabulary::write()?;
    adapters::write()?;
    for (name, folder) in [
        ("types of the shim", ""),
        ("types of the command line", "cli"),
        ("types of the plugins", "plugin"),
        ("types of the construct", "cdk"),
    ] {
        let project = repo::shim().join(folder).join("tsconfig.json");
        report.check(name, || run::run(run::command(tools::shim_program("tsc")).arg("--project").arg(&project)));
    }
    report.close()
}
