//! The project's own commands, run as `cargo xtask VERB`. One file per verb.

mod adapters;
mod api;
mod bench;
mod book;
mod build;
mod bundle;
mod check;
mod demo;
mod documents;
mod fuzz;
mod inside;
mod installed;
mod node;
mod notices;
mod progress;
mod repo;
mod run;
mod sbom;
mod size;
mod soak;
mod summary;
mod test;
mod tidy;
mod tools;
mod vocabulary;
mod wasm;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Builds, tests and measures Selvedge.
///
/// A machine needs git, rustup, Node 20 or later and npm. Everything else (the wasm target, esbuild, wasm-opt, other
/// Node versions, wasm-pack) is pinned and installed by these commands into target/ and js-shim/node_modules/.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build the npm package: wasm and TypeScript into pkg/dist
    Build(build::Args),
    /// Check what a change most often breaks, in seconds: format, clippy, the conformance cases natively, types
    Check(check::Args),
    /// Run everything CI runs: lints, tests in Rust and in each Node version, the packed package, byte budgets
    Test(test::Args),
    /// Build, then start the local edge with the sample site
    Demo(demo::Args),
    /// Build, then measure against hand-written JavaScript in each Node version, and count native instructions
    Bench(bench::Args),
    /// Build, then print the bytes of each wasm artifact and each bundle, raw and gzip'd
    Size(size::Args),
    /// Give a target bytes that libFuzzer makes up, until one shows that something does not hold
    Fuzz(fuzz::Args),
    /// Build, then send millions of events and requests through it, and see whether anything grows, drifts or gets stuck
    Soak(soak::Args),
    /// List what the public API of the crates gained and lost, as listed in crates/*/api.txt
    Api(api::Args),
    /// Build the documents into a site with a search, and write llms.txt
    Book(book::Args),
    /// Check the invariants of the source tree that a machine can check
    Tidy,
}

fn main() -> ExitCode {
    let done = match Cli::parse().verb {
        Verb::Build(args) => build::run(&args),
        Verb::Check(args) => check::run(&args),
        Verb::Test(args) => test::run(&args),
        Verb::Demo(args) => demo::run(&args),
        Verb::Bench(args) => bench::run(&args),
        Verb::Size(args) => size::run(&args),
        Verb::Fuzz(args) => fuzz::run(&args),
        Verb::Soak(args) => soak::run(&args),
        Verb::Api(args) => api::run(&args),
        Verb::Book(args) => book::run(&args),
        Verb::Tidy => tidy::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
