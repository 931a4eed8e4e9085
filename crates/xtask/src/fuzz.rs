//! `cargo xtask fuzz`: the targets of crates/fuzz under libFuzzer.
//!
//! rustc instruments code by LLVM's own pass, which stable toolchains have as well: neither nightly nor cargo-fuzz is
//! needed. libFuzzer itself comes as C++ source in a crate, so a C++ compiler is.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{build, repo, run};

/// What LLVM's coverage pass counts: edges, and what is compared with what, so that it can be guessed.
const INSTRUMENTED: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// The target in JavaScript; tests/fuzz has an engine of its own, which asks V8 what ran.
const REQUEST_TARGET: &str = "request-target";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to fuzz; --list prints the targets
    target: Option<String>,
    /// Print the targets, and stop
    #[arg(long, conflicts_with = "target")]
    list: bool,
    /// Stop after this many seconds; without it, run until something is found or it is interrupted
    #[arg(long, value_name = "N")]
    seconds: Option<u32>,
    /// Run this input, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "seconds")]
    input: Option<PathBuf>,
    /// After the run, take what it needs to reach all the code it reached into the corpus in the tree
    #[arg(long)]
    keep: bool,
    /// Change what is known blindly, without libFuzzer: many times as fast, and finds what coverage does not lead to
    #[arg(long, requires = "seconds", conflicts_with_all = ["input", "keep"])]
    blind: bool,
    /// Passed on to libFuzzer, e.g. `-- -jobs=2`
    #[arg(last = true)]
    rest: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let Some(target) = &args.target else {
        if !args.list {
            bail!("name a target: cargo xtask fuzz --list prints them");
        }
        run::run(Fuzzer::build()?.command().arg("--list"))?;
        build::release()?;
        return run::run(script().arg("--list"));
    };
    if target == REQUEST_TARGET {
        build::release()?;
        let seconds = args.seconds.map(|seconds| format!("--seconds={seconds}"));
        return run::run(script().arg(target).args(seconds).args(&args.rest));
    }
    if args.blind {
        return blind(target, args.seconds.unwrap_or_default());
    }
    let fuzzer = Fuzzer::build()?;
    match &args.input {
        Some(input) => run::run(fuzzer.of(target)?.arg(input).args(&args.rest)),
        None => {
            let seconds = args.seconds.map(|seconds| format!("-max_total_time={seconds}"));
            let ran = run::run(fuzzer.fuzz(target)?.args(seconds).args(&args.rest));
            if args.keep {
                fuzzer.keep(target)?;
            }
            ran
        }
    }
}

/// The engine in JavaScript, on the built package.
fn script() -> Command {
    let mut node = run::command("node");
    node.arg("tests/fuzz/run.mjs");
    node
}

/// The test that does it, built as fast as the fuzzer and without its instruments.
fn blind(target: &str, seconds: u32) -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args(["test", "--quiet", "--package", "selvedge-fuzz", "--profile", "fuzz", "--test", "corpus"]);
    cargo.args(["--", "--ignored", "--nocapture"]);
    run::run(cargo.env("SELVEDGE_FUZZ_TARGET", target).env("SELVEDGE_FUZZ_SECONDS", seconds.to_string()))
}

/// Each target for a few seconds, on the built package; what `cargo xtask test --all` runs.
pub(crate) fn all(seconds: u32, mut each: impl FnMut(&str, &mut dyn FnMut() -> Result<()>)) -> Result<()> {
    let fuzzer = Fuzzer::build()?;
    for target in fuzzer.targets()? {
        each(&target, &mut || {
            let mut command = fuzzer.fuzz(&target)?;
            command.args([format!("-max_total_time={seconds}"), "-verbosity=0".to_owned()]);
            run::quietly(&format!("fuzz {target}"), &mut command).map(drop)
        });
    }
    each(REQUEST_TARGET, &mut || run::run(script().arg(REQUEST_TARGET).arg(format!("--seconds={seconds}"))));
    Ok(())
}

/// The targets in one program.
struct Fuzzer {
    program: PathBuf,
}

impl Fuzzer {
    fn build() -> Result<Fuzzer> {
        compiler()?;
        let host = host()?;
        let folder = repo::target().join("fuzz");
        let mut cargo = run::cargo();
        // With a target named, build scripts and macros are not instrumented.
        cargo.args(["build", "--quiet", "--package", "selvedge-fuzz", "--features", "libfuzzer", "--profile", "fuzz"]);
        cargo.args(["--bin", "fuzz", "--target", &host]);
        cargo.env("CARGO_TARGET_DIR", &folder).env("RUSTFLAGS", INSTRUMENTED);
        run::quietly("cargo build of the fuzz targets (minutes, the first time)", &mut cargo)?;
        let program = folder.join(host).join("fuzz").join(format!("fuzz{}", std::env::consts::EXE_SUFFIX));
        Ok(Fuzzer { program })
    }

    fn command(&self) -> Command {
        run::command(&self.program)
    }

    fn targets(&self) -> Result<Vec<String>> {
        let list = run::output(self.command().arg("--list"))?;
        Ok(list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
    }

    fn of(&self, target: &str) -> Result<Command> {
        if !self.targets()?.iter().any(|name| name == target) {
            bail!("there is no target `{target}`: cargo xtask fuzz --list prints them");
        }
        let mut command = self.command();
        command.env("SELVEDGE_FUZZ_TARGET", target);
        Ok(command)
    }

    /// A run that goes on with what earlier ones found, besides the corpus in the tree and seeds from the conformance cases.
    fn fuzz(&self, target: &str) -> Result<Command> {
        let mut command = self.of(target)?;
        let (working, found) = (working(target), repo::scratch().join("fuzz/found").join(target));
        for folder in [&working, &found] {
            fs::create_dir_all(folder)?;
        }
        run::output(self.of(target)?.arg("--seeds").arg(&working))?;
        command.arg(&working).args(Some(corpus(target)).filter(|folder| folder.exists()));
        // A run takes microseconds to milliseconds; seconds are a finding.
        command.args(["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"]);
        command.arg(format!("-artifact_prefix={}/", found.display()));
        Ok(command)
    }

    /// The smallest choice of inputs that reaches what all of them reach.
    fn keep(&self, target: &str) -> Result<()> {
        let corpus = corpus(target);
        fs::create_dir_all(&corpus)?;
        let mut merge = self.of(target)?;
        merge.args(["-merge=1", "-max_len=512"]).arg(&corpus).arg(working(target));
        run::quietly(&format!("merge into {}", corpus.display()), &mut merge).map(drop)
    }
}

fn corpus(target: &str) -> PathBuf {
    repo::root().join("crates/fuzz/corpus").join(target)
}

fn working(target: &str) -> PathBuf {
    repo::scratch().join("fuzz/corpus").join(target)
}

/// Fails with advice where there is no C++ compiler: cargo would say it in pages.
fn compiler() -> Result<()> {
    let named = std::env::var("CXX").ok();
    let names = named.iter().map(String::as_str).chain(["c++", "g++", "clang++"]);
    for name in names {
        if run::output(run::command(name).arg("--version")).is_ok() {
            return Ok(());
        }
    }
    bail!("libFuzzer needs a C++ compiler: install g++ or clang (Debian: apt-get install g++), or name one in CXX")
}

fn host() -> Result<String> {
    let printed = run::output(run::command("rustc").arg("-vV"))?;
    let host = printed.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}
