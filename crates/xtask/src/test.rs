//! `cargo xtask test`: what CI runs, step by step.

pub(crate) mod code;
mod grid;
mod javascript;
mod oracles;
mod report;
mod supply;

use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

pub(crate) use report::Report;

use self::grid::{CONFORMANCE, HOSTILE};
use crate::{api, book, build, run, tidy};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only this step (may be given several times); the package is built first when the step needs it
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Run the steps too that take long to set up
    #[arg(long, conflicts_with = "only")]
    all: bool,
    /// Run only the conformance cases whose names contain this: steps native and runtimes
    #[arg(long, value_name = "TEXT", conflicts_with = "all")]
    case: Option<String>,
    /// Print the steps, in the order they run, and stop
    #[arg(long)]
    list: bool,
}

/// No program of a step takes as long where it works; the longest compiles for a quarter of an hour.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// One step; it reports one check or several.
struct Step {
    name: &'static str,
    about: &'static str,
    needs_package: bool,
    /// Left out unless it is asked for, or everything is.
    long: bool,
    run: fn(&mut Report, &Args) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step {
        name: "tidy",
        about: "the invariants of the source tree",
        needs_package: false,
        long: false,
        run: |report, _| {
            report.check("tidy", tidy::run);
            Ok(())
        },
    },
    Step {
        name: "fmt",
        about: "cargo fmt --check",
        needs_package: false,
        long: false,
        run: |report, _| code::fmt(report),
    },
    Step {
        name: "clippy",
        about: "warnings are errors: natively, in the documentation, and the wasm crate in each of its forms",
        needs_package: false,
        long: false,
        run: |report, _| code::clippy(report),
    },
    Step {
        name: "native",
        about: "cargo test: unit tests, doctests, conformance cases",
        needs_package: false,
        long: false,
        run: |report, args| code::native(report, args.case.as_deref()),
    },
    Step {
        name: "crates",
        about: "what of the published crates would be uploaded",
        needs_package: false,
        long: false,
        run: |report, _| code::packed(report, &["--no-verify"]),
    },
    Step {
        name: "crates-apart",
        about: "the published crates compiled and tested as they are packed, by the oldest Rust, and their public API",
        needs_package: false,
        long: true,
        run: |report, _| {
            code::packed(report, &[])?;
            code::apart(report)?;
            for name in api::PUBLISHED {
                report.check(&format!("public API of {name}"), || api::check(name));
            }
            Ok(())
        },
    },
    Step {
        name: "fastly",
        about: "conformance of the example for Fastly Compute under viceroy, which takes a quarter of an hour to compile",
        needs_package: false,
        long: true,
        run: |report, _| code::fastly(report),
    },
    Step {
        name: "worker",
        about: "the example for Cloudflare Workers in Rust, compiled and run in workerd",
        needs_package: false,
        long: true,
        run: |report, _| code::worker(report),
    },
    Step {
        name: "fuzz",
        about: "each fuzz target under libFuzzer for a few seconds; needs a C++ compiler",
        needs_package: true,
        long: true,
        run: |report, _| code::fuzz(report),
    },
    Step {
        name: "forgeries",
        about: "every word of five plans by every hostile word, through the adapters",
        needs_package: true,
        long: true,
        run: |report, _| javascript::forgeries(report),
    },
    Step { name: "build", about: "the npm package", needs_package: true, long: false, run: |_, _| Ok(()) },
    Step {
        name: "runtimes",
        about: "conformance of the packed package in every runtime: tests/runtimes/*/run.mjs, and a grid of them",
        needs_package: true,
        long: false,
        run: |report, args| javascript::runtimes(report, args.case.as_deref()),
    },
    Step {
        name: "functions",
        about: "generated CloudFront Functions next to the plan's reader: 100,000 pairs of random rules and a request",
        needs_package: true,
        long: true,
        run: |report, _| javascript::functions(report),
    },
    Step {
        name: "hostile",
        about: "what viewers and origins send to get around rules, over raw sockets, in every adapter; and a grid of it",
        needs_package: true,
        long: false,
        run: |report, _| javascript::hostile(report),
    },
    Step {
        name: "suites",
        about: "node --test on the shim in each Node version; on the command line, the local edge, the examples and the documents in the oldest",
        needs_package: true,
        long: false,
        run: |report, _| javascript::suites(report),
    },
    Step {
        name: "suites-in-each-node",
        about: "the suites that otherwise run in the oldest Node version, in the others",
        needs_package: true,
        long: true,
        run: |report, _| javascript::suites_in_the_others(report),
    },
    Step {
        name: "oracles",
        about: "rule files against the own engines of Netlify and Cloudflare and the servers of Firebase, Caddy and Azure, by random files and requests",
        needs_package: true,
        long: false,
        run: |report, _| oracles::short(report),
    },
    Step {
        name: "oracles-by-seeds",
        about: "the same with 2,000 files of each kind, from three more seeds",
        needs_package: true,
        long: true,
        run: |report, _| oracles::by_seeds(report),
    },
    Step {
        name: "servers",
        about: "configurations of Apache and nginx against the servers themselves, by random files",
        needs_package: false,
        long: false,
        run: |report, _| code::servers(report, "150", "14"),
    },
    Step {
        name: "servers-by-seeds",
        about: "the same with 2,000 files, from another seed: more than 10,000 requests",
        needs_package: false,
        long: true,
        run: |report, _| code::servers(report, "2000", "99"),
    },
    Step {
        name: "platforms",
        about: "each platform's example, started and asked over HTTP",
        needs_package: true,
        long: false,
        run: |report, _| javascript::platforms(report),
    },
    Step {
        name: "precompress",
        about: "a site precompressed, served by the local edge and workerd, fetched by Node, curl and Chromium",
        needs_package: true,
        long: false,
        run: |report, _| javascript::precompress(report),
    },
    Step {
        name: "inspector",
        about: "the page of selvedge dev in Chromium: what it shows, by keyboard, at every width, with axe-core",
        needs_package: true,
        long: false,
        run: |report, _| javascript::inspector(report),
    },
    Step {
        name: "playground",
        about: "the playground of the book in Chromium: what it explains and shares, at every width, with axe-core",
        needs_package: true,
        long: false,
        run: |report, _| javascript::playground(report),
    },
    Step {
        name: "demo",
        about: "the demo's requests, each with what it must show",
        needs_package: true,
        long: false,
        run: |report, _| javascript::demo(report),
    },
    Step {
        name: "outside",
        about: "what selvedge init writes, by wrangler, cfn-lint, moto and the AWS CDK; the recipes of test runners, by Vitest and Jest",
        needs_package: true,
        long: true,
        run: |report, _| javascript::outside(report),
    },
    Step {
        name: "sites",
        about: "the recipes of frameworks: a small site of each, built by it, served by the recipe's rules, crawled in Chromium",
        needs_package: true,
        long: true,
        run: |report, _| javascript::sites(report),
    },
    Step {
        name: "wasm-pack",
        about: "wasm-pack test --node crates/selvedge-wasm",
        needs_package: false,
        long: false,
        run: |report, _| code::wasm_pack(report),
    },
    Step {
        name: "types",
        about: "the packed package's types: ESM, CommonJS, bundlers, with @types/aws-lambda and without",
        needs_package: true,
        long: false,
        run: |report, _| javascript::types(report),
    },
    Step {
        name: "packaging",
        about: "the packed package installed in an empty project, used and bundled in both forms",
        needs_package: true,
        long: false,
        run: |report, _| javascript::packaging(report),
    },
    Step {
        name: "budgets",
        about: "bytes of the bundles by gzip -9",
        needs_package: true,
        long: false,
        run: |report, _| javascript::budgets(report),
    },
    Step {
        name: "instructions",
        about: "instructions for a decision, a request and a CloudFront Function: native by valgrind, of WebAssembly by a counter; bytes that an event allocates in JavaScript",
        needs_package: true,
        long: true,
        run: |report, _| javascript::instructions(report),
    },
    Step {
        name: "book",
        about: "the documents as a site, by mdBook, which takes minutes to compile",
        needs_package: true,
        long: true,
        run: |report, _| {
            report.check("book", || book::build().map(drop));
            Ok(())
        },
    },
    Step {
        name: "supply",
        about: "licences, bans, sources and advisories of crates by cargo-deny, which takes minutes to compile; npm audit",
        needs_package: false,
        long: true,
        run: |report, _| supply::supply(report),
    },
    Step {
        name: "reproducible",
        about: "the package built once more, in a copy of the checkout elsewhere: the same bytes",
        needs_package: true,
        long: true,
        run: |report, _| supply::reproducible(report),
    },
];

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.list {
        for step in STEPS {
            println!("{:19} {}{}", step.name, step.about, if step.long { " (--all)" } else { "" });
        }
        return Ok(());
    }
    if let Some(unknown) = args.only.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        bail!("there is no step `{unknown}`: cargo xtask test --list prints them");
    }
    let wanted = |step: &&Step| match args.only.as_slice() {
        [] if args.case.is_some() => ["native", "runtimes"].contains(&step.name),
        [] => args.all || !step.long,
        only => only.iter().any(|name| name == step.name),
    };
    let steps: Vec<&Step> = STEPS.iter().filter(wanted).collect();
    let report = all(&steps, args)?;
    for (step, grid) in [("runtimes", CONFORMANCE), ("hostile", HOSTILE)] {
        if args.case.is_none() && steps.iter().any(|it| it.name == step) {
            grid.print()?;
        }
    }
    report.close()
}

/// Two threads, since every step leaves a core idle for long: where it links, or waits for one runtime after the other. One
/// runs the steps on Rust code in turn, which would wait for each other at cargo's lock; the other builds the package. As
/// soon as each is done it takes the next step on the package that nobody has.
fn all(steps: &[&Step], args: &Args) -> Result<Report> {
    let (on_package, on_code): (Vec<_>, Vec<_>) = steps.iter().enumerate().partition(|(_, step)| step.needs_package);
    let (package, on_package) = (OnceLock::new(), Mutex::new(on_package.into_iter()));
    let one = |(place, step): (usize, &&Step), parts: &mut Vec<(usize, Report)>| {
        let mut report = Report::default();
        println!("\n=== {}: {}", step.name, step.about);
        // Who comes second waits here until it is built.
        if step.needs_package && !*package.get_or_init(|| report.passes("build", build::release)) {
            report.skipped(step.name, "the package could not be built");
        } else if let Err(error) = run::within(LIMIT, || (step.run)(&mut report, args)) {
            // An error of the step itself is one in what its checks need.
            report.check(step.name, || Err(error));
        }
        parts.push((place, report));
    };
    let of_the_package = |parts: &mut Vec<_>| {
        loop {
            let next = on_package.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(step) = next else { break };
            one(step, parts);
        }
    };
    let mut parts = Vec::new();
    if let [step] = steps {
        one((0, step), &mut parts);
    } else {
        thread::scope(|scope| {
            let other = scope.spawn(|| {
                let mut parts = Vec::new();
                run::in_blocks(|| of_the_package(&mut parts));
                parts
            });
            run::in_blocks(|| {
                for step in on_code {
                    one(step, &mut parts);
                }
                of_the_package(&mut parts);
            });
            parts.extend(other.join().map_err(|_| anyhow!("a step panicked: the reason stands above"))?);
            anyhow::Ok(())
        })?;
    }
    parts.sort_by_key(|(place, _)| *place);
    parts.into_iter().map(|(_, report)| report).reduce(Report::and).ok_or_else(|| anyhow!("nothing was tested"))
}
