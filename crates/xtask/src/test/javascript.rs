//! The steps on the built package.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::grid::{CONFORMANCE, HOSTILE};
use super::report::Report;
use crate::installed::Installed;
use crate::node::{self, Node};
use crate::{adapters, book, repo, run, size, tools, wasm};

/// Folders of tests/runtimes that run in each Node version. The others bring a runtime of their own.
const IN_EACH_NODE: [&str; 3] = ["lambda-edge", "fetch", "node"];

/// Every `tests/runtimes/NAME/run.mjs`, on the packed package. All of them run; the grid shows what each made of the cases.
/// With `case`, only cases whose names contain it, and no grid.
pub(crate) fn runtimes(report: &mut Report, case: Option<&str>) -> Result<()> {
    let mut suites = entries(&repo::root().join("tests/runtimes"))?;
    suites.retain(|suite| suite.join("run.mjs").exists());
    if suites.is_empty() {
        bail!("there is no tests/runtimes/*/run.mjs");
    }
    let nodes = node::all()?;
    let tools = tools::test_modules()?;
    let project = Installed::new()?;
    repo::copy_folder(&repo::root().join("tests/runtimes"), &project.folder().join("tests/runtimes"))?;

    let reports = CONFORMANCE.emptied()?;
    for suite in suites {
        let suite = suite.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let run = |node: &Path| {
            let mut command = run::command(node);
            command.arg(project.folder().join("tests/runtimes").join(&suite).join("run.mjs"));
            command.args(case).env("SELVEDGE_TESTS", repo::root().join("tests")).env("SELVEDGE_REPORTS", &reports);
            command.env("SELVEDGE_TOOLS", &tools).env("SELVEDGE_PROJECT", project.folder());
            command.env("ESBUILD", tools::shim_program("esbuild"));
            command
        };
        if !IN_EACH_NODE.contains(&suite.as_str()) {
            let node = node::newest()?;
            let mut command = run(&node);
            if suite == "service-worker" {
                match tools::chromium() {
                    Ok(browser) => command.env("CHROMIUM", browser),
                    Err(reason) => {
                        report.skipped(&suite, &reason);
                        continue;
                    }
                };
            }
            report.check(&suite, || run::run(&mut command));
            continue;
        }
        for node in &nodes {
            let name = format!("{suite} in Node {}", node.major);
            match &node.binary {
                Ok(binary) => report.check(&name, || run::run(&mut run(binary))),
                Err(reason) => report.skipped(&name, reason),
            }
        }
    }
    Ok(())
}

/// Generated CloudFront Functions next to the plan's reader, by random rules and requests.
pub(crate) fn functions(report: &mut Report) -> Result<()> {
    let (node, tools) = (node::newest()?, tools::test_modules()?);
    let mut command = run::command(&node);
    command.arg(repo::root().join("tests/runtimes/cloudfront-functions/random.mjs"));
    command.args(["--pairs", "100000", "--seed", "7"]).env("SELVEDGE_TOOLS", &tools);
    report.check("100,000 pairs of random rules and a request", || run::run(&mut command));
    Ok(())
}

/// The tables of tests/hostile on the packed package: every adapter in the newest Node, those of Node's own parsers in each.
pub(crate) fn hostile(report: &mut Report) -> Result<()> {
    let (newest, tools) = (node::newest()?, tools::test_modules()?);
    let project = Installed::new()?;
    for part in ["tests/runtimes", "tests/hostile"] {
        repo::copy_folder(&repo::root().join(part), &project.folder().join(part))?;
    }
    let reports = HOSTILE.emptied()?;
    let script = |node: &Path, script: &str, arguments: &[&str]| {
        let mut command = run::command(node);
        command.arg(project.folder().join("tests/hostile").join(script)).args(arguments);
        command.env("SELVEDGE_TESTS", repo::root().join("tests")).env("SELVEDGE_REPORTS", &reports);
        command.env("ESBUILD", tools::shim_program("esbuild"));
        run::run(command.env("SELVEDGE_TOOLS", &tools).env("SELVEDGE_PROJECT", project.folder()))
    };
    report.check("hostile messages", || script(&newest, "run.mjs", &[]));
    for node in node::all()? {
        let name = format!("hostile messages in Node {}", node.major);
        match &node.binary {
            Ok(binary) if *binary == newest => {}
            Ok(binary) => report.check(&name, || script(binary, "run.mjs", &["node", "node-h2", "undici"])),
            Err(reason) => report.skipped(&name, reason),
        }
    }
    report.check("spellings of guarded paths", || script(&newest, "spellings.mjs", &[]));
    Ok(())
}

/// What is imported by the applications of users, and so has to work in each Node version.
const SHIM: (&str, &str) = ("js-shim/test", "shim");

/// Other folders with tests of node:test on the built package, and what they are about.
const SUITES: [(&str, &str); 4] = [
    ("js-shim/cli/test", "command line"),
    ("js-shim/local-edge", "local edge"),
    ("examples", "examples"),
    ("tests/readme", "examples of the documents"),
];

/// No file takes as long where it works, on a slow and busy machine too.
const FILE_LIMIT: Duration = Duration::from_secs(6 * 60);

/// The shim in each Node version, the rest in the oldest.
pub(crate) fn suites(report: &mut Report) -> Result<()> {
    let nodes = node::all()?;
    for node in &nodes {
        suite(report, SHIM, node, &[])?;
    }
    for folder in SUITES {
        nodes.first().map_or(Ok(()), |oldest| suite(report, folder, oldest, &[]))?;
    }
    Ok(())
}

/// What [`suites`] leaves out: the other Node versions, and each run of the command line as a process of its own.
pub(crate) fn suites_in_the_others(report: &mut Report) -> Result<()> {
    for node in node::all()?.iter().skip(1) {
        for folder in SUITES {
            suite(report, folder, node, &[("SELVEDGE_APART", "1")])?;
        }
    }
    Ok(())
}

/// Every `*.test.mjs` of a folder, a process for each core.
fn suite(report: &mut Report, (folder, name): (&str, &str), node: &Node, variables: &[(&str, &str)]) -> Result<()> {
    let mut tests = entries(&repo::root().join(folder))?;
    tests.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    if tests.is_empty() {
        bail!("there is no {folder}/*.test.mjs");
    }
    let name = format!("{name} in Node {}", node.major);
    match &node.binary {
        Ok(binary) => report.check(&name, || {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let mut node = run::command(binary);
            node.args(["--test", "--test-reporter=dot", &format!("--test-concurrency={cores}")]);
            // A file that hangs is named.
            node.arg(format!("--test-timeout={}", FILE_LIMIT.as_millis()));
            run::run(node.args(&tests).envs(variables.iter().copied()))
        }),
        Err(reason) => report.skipped(&name, reason),
    }
    Ok(())
}

/// All the forged plans of which each run of the shim's tests takes a part.
pub(crate) fn forgeries(report: &mut Report) -> Result<()> {
    let node = node::newest()?;
    report.check("forged plans", || {
        let mut node = run::command(&node);
        node.args(["--test", "--test-reporter=spec", "js-shim/test/untrusted.test.mjs"]);
        run::run(node.env("FORGERIES", "all"))
    });
    Ok(())
}

/// The examples of the platforms, each in its own runtime.
pub(crate) fn platforms(report: &mut Report) -> Result<()> {
    let tools = tools::test_modules()?;
    let node = node::newest()?;
    report.check("examples of the platforms", || {
        let mut node = run::command(&node);
        node.args(["--test", "--test-reporter=spec", "tests/platforms/examples.test.mjs"]);
        run::run(node.env("SELVEDGE_TOOLS", &tools).env("ESBUILD", tools::shim_program("esbuild")))
    });
    Ok(())
}

/// The chain from the command line's variants to what real clients decode.
pub(crate) fn precompress(report: &mut Report) -> Result<()> {
    let tools = tools::test_modules()?;
    let node = node::newest()?;
    let chromium = tools::chromium();
    if let Err(reason) = &chromium {
        report.skipped("precompressed site in Chromium", reason);
    }
    report.check("precompressed site, from the command line to the clients", || {
        let mut node = run::command(&node);
        node.args(["--test", "--test-reporter=spec", "tests/precompress/chain.test.mjs"]);
        node.env("SELVEDGE_TOOLS", &tools).env("ESBUILD", tools::shim_program("esbuild"));
        if let Ok(browser) = &chromium {
            node.env("CHROMIUM", browser);
        }
        run::run(&mut node)
    });
    Ok(())
}

/// The page of `selvedge dev`.
pub(crate) fn inspector(report: &mut Report) -> Result<()> {
    in_chromium(report, "inspector", &[])
}

pub(crate) fn playground(report: &mut Report) -> Result<()> {
    let page = repo::scratch().join("playground-page");
    if !report.passes("the playground, and its budget", || book::playground(&page)) {
        return Ok(());
    }
    in_chromium(report, "playground", &[("PLAYGROUND", &page)])
}

/// Small sites by the frameworks that recipes are for, served by these.
pub(crate) fn sites(report: &mut Report) -> Result<()> {
    let (modules, gatsby) = (tools::site_modules()?, tools::gatsby_modules()?);
    let hugo = match tools::hugo() {
        Ok(program) => ("HUGO", program),
        Err(reason) => ("HUGO_MISSING", reason.into()),
    };
    in_chromium(report, "sites", &[("SELVEDGE_SITES", &modules), ("SELVEDGE_GATSBY", &gatsby), (hugo.0, &hugo.1)])
}

/// `tests/NAME/NAME.test.mjs`, which looks at a page in Chromium.
fn in_chromium(report: &mut Report, name: &str, variables: &[(&str, &Path)]) -> Result<()> {
    let title = format!("{name} in Chromium");
    let chromium = match tools::chromium() {
        Ok(browser) => browser,
        Err(reason) => {
            report.skipped(&title, &reason);
            return Ok(());
        }
    };
    let (tools, node) = (tools::test_modules()?, node::newest()?);
    report.check(&title, || {
        let mut node = run::command(&node);
        node.args(["--test", "--test-reporter=spec", &format!("tests/{name}/{name}.test.mjs")]);
        node.envs(variables.iter().copied());
        run::run(node.env("SELVEDGE_TOOLS", &tools).env("CHROMIUM", &chromium))
    });
    Ok(())
}

/// The tools of others on what the command line writes, on the recipes of the documents, and around handlers.
pub(crate) fn outside(report: &mut Report) -> Result<()> {
    let (tools, outside, node) = (tools::test_modules()?, tools::outside_modules()?, node::newest()?);
    report.check("tools of others", || {
        let mut tests = run::command(&node);
        tests.args(["--test", "--test-reporter=spec", "tests/outside/*.test.mjs"]);
        tests.env("SELVEDGE_TOOLS", &tools).env("SELVEDGE_OUTSIDE", &outside);
        tests.env("ESBUILD", tools::shim_program("esbuild")).env("TSC", tools::shim_program("tsc"));
        for (name, program) in [("CFN_LINT", tools::cfn_lint()), ("MOTO", tools::moto())] {
            match program {
                Ok(program) => tests.env(name, program),
                Err(reason) => tests.env(format!("{name}_MISSING"), reason),
            };
        }
        run::run(&mut tests)
    });
    for node in node::all()? {
        let title = format!("TypeScript by tsx in Node {}", node.major);
        let binary = match &node.binary {
            Ok(binary) => binary,
            Err(reason) => {
                report.skipped(&title, reason);
                continue;
            }
        };
        report.check(&title, || {
            let mut tests = run::command(binary);
            tests.args(["--test", "--test-reporter=spec", "tests/outside/typescript/typescript.test.mjs"]);
            run::run(tests.env("SELVEDGE_OUTSIDE", &outside))
        });
    }
    Ok(())
}

/// The demo's list of requests: each must do what its table says.
pub(crate) fn demo(report: &mut Report) -> Result<()> {
    report.check("demo --once", || run::run(run::command("node").args(["js-shim/local-edge/demo.mjs", "--once"])));
    Ok(())
}

/// Compiles tests/types against the installed package, as its users' compilers would.
pub(crate) fn types(report: &mut Report) -> Result<()> {
    let project = Installed::new()?;
    // aws-lambda's types need those of Node, which need undici's.
    for types in ["@types/aws-lambda", "@types/node", "undici-types"] {
        let folder = Path::new("node_modules").join(types);
        repo::copy_folder(&repo::shim().join(&folder), &project.folder().join(&folder))?;
    }
    repo::copy_folder(&repo::root().join("tests/types"), &project.folder().join("types"))?;
    let mut projects = entries(&project.folder().join("types"))?;
    projects.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    for tsconfig in projects {
        let name = format!("types: {}", tsconfig.file_stem().unwrap_or_default().to_string_lossy());
        report.check(&name, || run::run(run::command(tools::shim_program("tsc")).arg("--project").arg(&tsconfig)));
    }
    Ok(())
}

/// tests/packaging uses the installed package in every form, and its bundles in an empty folder; publint and
/// are-the-types-wrong look at the package itself.
pub(crate) fn packaging(report: &mut Report) -> Result<()> {
    let project = Installed::new()?;
    repo::copy_folder(&repo::root().join("tests/packaging"), project.folder())?;
    repo::copy_folder(&repo::root().join("tests/runtimes"), &project.folder().join("runtimes"))?;
    fs::copy(repo::shim().join("adapters.json"), project.folder().join("adapters.json"))?;
    let suite = |node: &Path, file: &str| {
        let mut node = run::command(node);
        node.args(["--test", "--test-reporter=spec", file]).current_dir(project.folder());
        node.env("ESBUILD", tools::shim_program("esbuild")).env("SELVEDGE_REPORTS", repo::conformance());
        node
    };
    report.check("packed package", || run::run(&mut suite(Path::new("node"), "packaging.test.mjs")));

    let tools = tools::test_modules()?;
    let newest = node::newest()?;
    fs::create_dir_all(repo::conformance())?;
    for name in ["bundlers", "plugins", "wrangler"] {
        let file = format!("{name}.test.mjs");
        report.check(name, || run::run(suite(&newest, &file).env("SELVEDGE_TOOLS", &tools)));
    }
    let check = |name: &str, program: &str, options: &[&str]| {
        let mut checker = run::command(&newest);
        checker.arg(tools.join("node_modules").join(program)).args(options).arg("--").arg(project.tarball());
        run::quietly(name, &mut checker).map(drop)
    };
    report.check("publint", || check("publint", "publint/src/cli.js", &["run", "--strict"]));
    report.check("are the types wrong?", || {
        // Patterns are looked at by name. Files of WebAssembly are left out: their types are their platform's.
        let names = adapters::imports()?;
        let entries = ["--entrypoints", ".", "compile", "dialect"].into_iter().chain(names.iter().map(String::as_str));
        let options = ["--no-emoji", "--format", "ascii"].into_iter().chain(entries).collect::<Vec<_>>();
        check("are the types wrong?", "@arethetypeswrong/cli/dist/index.js", &options)
    });
    Ok(())
}

pub(crate) fn budgets(report: &mut Report) -> Result<()> {
    for bundle in size::bundles()? {
        report.check(&format!("{}: at most {} KB by gzip -9", bundle.import, bundle.budget_kb), || {
            bundle.within_budget()
        });
    }
    Ok(())
}

pub(crate) fn instructions(report: &mut Report) -> Result<()> {
    report.check("allocations in JavaScript", || run::run(run::command("node").arg("tests/bench/allocations.mjs")));
    report.check("instructions of WebAssembly", || {
        wasm::count_reader()?;
        run::run(run::command("node").arg("tests/bench/wasm-instructions.mjs"))
    });
    if run::output(run::command("valgrind").arg("--version")).is_err() {
        report.skipped("native instructions", "there is no valgrind");
        return Ok(());
    }
    report.check("native instructions", || run::run(run::command("node").arg("tests/bench/instructions.mjs")));
    let (tools, mut function) = (tools::test_modules()?, run::command("node"));
    function.arg("tests/bench/function.mjs").env("SELVEDGE_TOOLS", &tools);
    report.check("a CloudFront Function next to one by hand", || run::run(&mut function));
    Ok(())
}

/// The entries of a folder, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        found.push(entry?.path());
    }
    found.sort();
    Ok(found)
}
