//! The steps on Rust code.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

use super::report::Report;
use crate::{api, fuzz, repo, run, tools, wasm};

pub(crate) fn fmt(report: &mut Report) -> Result<()> {
    report.check("fmt", || run::run(run::cargo().args(["fmt", "--all", "--check"])));
    Ok(())
}

/// Clippy on what runs natively, the tests included.
pub(crate) fn clippy_natively(report: &mut Report) {
    report.check("clippy", || {
        run::run(run::cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]))
    });
}

/// What is read of a server's configuration, against the server.
pub(crate) fn servers(report: &mut Report, files: &str, seed: &str) -> Result<()> {
    let name = format!("Apache and nginx against {files} files from seed {seed}");
    match tools::apache() {
        Ok(()) => report.check(&name, || {
            let mut test = run::command(test_program("servers")?);
            test.current_dir(repo::root().join("crates/selvedge")).arg("--nocapture");
            // Lists for Caddy are asked of it where it is there.
            if let (Ok(caddy), Some(path)) = (tools::caddy(), std::env::var_os("PATH")) {
                let own = caddy.parent().map(PathBuf::from);
                test.env("PATH", std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path)))?);
            }
            run::run(test.env("SERVER_FILES", files).env("SERVER_SEED", seed))
        }),
        Err(reason) => report.skipped(&name, &reason),
    }
    Ok(())
}

/// The program of tests/NAME.rs as step `native` compiles it: asked for alone, its crate would have other features, and be
/// compiled once more.
fn test_program(name: &str) -> Result<PathBuf> {
    let mut cargo = run::cargo();
    cargo.args(["test", "--workspace", "--no-run", "--quiet", "--message-format=json"]);
    run::output(&mut cargo)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message.pointer("/target/name").and_then(Value::as_str) == Some(name))
        .find_map(|message| message.pointer("/executable")?.as_str().map(PathBuf::from))
        .with_context(|| format!("cargo compiled no test of the name {name}"))
}

pub(crate) fn clippy(report: &mut Report) -> Result<()> {
    clippy_natively(report);
    report.check("cargo doc", || {
        let mut cargo = run::cargo();
        cargo.args([
            "doc",
            "--no-deps",
            "--quiet",
            "--all-features",
            "--package",
            "selvedge",
            "--package",
            "selvedge-plan",
        ]);
        run::run(cargo.env("RUSTDOCFLAGS", "--deny warnings"))
    });
    tools::wasm_target(tools::WASM_TARGET)?;
    for artifact in &wasm::ARTIFACTS {
        report.check(&format!("clippy {}.wasm", artifact.name), || {
            let mut cargo = run::cargo();
            cargo.args(["clippy", "--package", artifact.package, "--lib", "--quiet", "--target", tools::WASM_TARGET]);
            run::run(cargo.args(artifact.features).args(["--", "--deny", "warnings"]))
        });
    }
    Ok(())
}

/// All native tests; with `case`, the conformance cases alone whose names contain it.
pub(crate) fn native(report: &mut Report, case: Option<&str>) -> Result<()> {
    if case.is_some() {
        return cases(report, case);
    }
    report.check("cargo test", || {
        run::run(
            run::cargo()
                .args(["test", "--workspace", "--no-fail-fast", "--quiet"])
                .env("SELVEDGE_REPORTS", repo::conformance())
                .env("SELVEDGE_HOSTILE_REPORTS", repo::hostile()),
        )
    });
    Ok(())
}

/// The conformance cases, natively.
pub(crate) fn cases(report: &mut Report, case: Option<&str>) -> Result<()> {
    report.check("conformance cases", || {
        let mut cargo = run::cargo();
        cargo.args(["test", "--workspace", "--test", "conformance", "--quiet"]);
        if let Some(case) = case {
            cargo.env("SELVEDGE_CASE", case);
        }
        run::run(&mut cargo)
    });
    Ok(())
}

/// The oldest Rust that compiles the published crates: their `rust-version`.
const OLDEST: &str = "1.88.0";

/// All of a publication but the upload; the crates are compiled as they are packed, unless `more` says otherwise.
pub(crate) fn packed(report: &mut Report, more: &[&str]) -> Result<()> {
    report.check("cargo publish --dry-run", || {
        let mut cargo = run::cargo();
        cargo.args(["publish", "--dry-run", "--allow-dirty", "--quiet"]).args(more);
        cargo.args(api::PUBLISHED.iter().flat_map(|name| ["--package", name]));
        run::run(&mut cargo)?;
        for name in api::PUBLISHED {
            let list =
                run::output(run::cargo().args(["package", "--list", "--allow-dirty", "--quiet", "--package", name]))?;
            for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
                if !list.lines().any(|line| line == file) {
                    bail!("the package of {name} has no {file}");
                }
            }
        }
        Ok(())
    });
    Ok(())
}

/// The tests that are packed, outside of the checkout; and the crates compiled by the oldest Rust.
pub(crate) fn apart(report: &mut Report) -> Result<()> {
    report.check("tests of the packed crates", || {
        let folder = std::env::temp_dir().join(format!("selvedge-crates-{}", std::process::id()));
        let tested = test_packed(&folder);
        // A leftover in the system's temporary folder is not a reason to fail.
        let _ = fs::remove_dir_all(&folder);
        tested
    });
    if run::output(run::command("rustup").args(["run", OLDEST, "rustc", "--version"])).is_err() {
        report.skipped("the oldest Rust", &format!("rustup toolchain install {OLDEST} --profile minimal"));
        return Ok(());
    }
    report.check("the oldest Rust", || {
        let mut cargo = run::command("rustup");
        cargo.args(["run", OLDEST, "cargo", "check", "--quiet", "--ignore-rust-version", "--all-features"]);
        cargo.args(api::PUBLISHED.iter().flat_map(|name| ["--package", name]));
        // A cargo that started this one has set its own toolchain.
        cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
        run::run(cargo.env("CARGO_TARGET_DIR", repo::scratch().join("oldest")))
    });
    Ok(())
}

fn test_packed(folder: &std::path::Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut version = run::output(run::cargo().args(["pkgid", "--package", "selvedge"]))?;
    version = version.trim().rsplit(['#', '@']).next().unwrap_or_default().to_owned();
    for name in api::PUBLISHED {
        let packed = repo::target().join("package").join(format!("{name}-{version}.crate"));
        run::run(run::command("tar").arg("-xzf").arg(packed).arg("-C").arg(folder))?;
    }
    let plan = folder.join(format!("selvedge-plan-{version}"));
    for name in api::PUBLISHED {
        let mut cargo = run::cargo();
        cargo.args(["test", "--quiet", "--all-features"]).current_dir(folder.join(format!("{name}-{version}")));
        if name != "selvedge-plan" {
            cargo.arg("--config").arg(format!("patch.crates-io.selvedge-plan.path={:?}", plan.display().to_string()));
        }
        run::run(cargo.env("CARGO_TARGET_DIR", repo::scratch().join("apart")))?;
    }
    Ok(())
}

/// Seconds for each target: enough to notice what a change broke. What is rare is found by runs by hand.
const FUZZ_SECONDS: u32 = 10;

pub(crate) fn fuzz(report: &mut Report) -> Result<()> {
    fuzz::all(FUZZ_SECONDS, |target, run| report.check(&format!("fuzz {target}"), run))
}

/// The example for Fastly Compute, and every case through it.
pub(crate) fn fastly(report: &mut Report) -> Result<()> {
    const TARGET: &str = "wasm32-wasip1";
    if !example(report, "fastly", TARGET) {
        return Ok(());
    }
    report.check("fastly: conformance under viceroy", || {
        let guests = repo::target().join(TARGET).join("release");
        let mut test = run::cargo();
        test.args(["test", "--quiet", "--package", "selvedge", "--test", "fastly", "--", "--ignored"]);
        test.env("SELVEDGE_VICEROY", tools::viceroy()?).env("SELVEDGE_FASTLY_GUESTS", guests);
        run::run(test.env("SELVEDGE_REPORTS", repo::conformance()).env("SELVEDGE_HOSTILE_REPORTS", repo::hostile()))
    });
    Ok(())
}

/// The example for Cloudflare Workers in Rust, in workerd.
pub(crate) fn worker(report: &mut Report) -> Result<()> {
    if !example(report, "cloudflare-rust", tools::WASM_TARGET) {
        return Ok(());
    }
    report.check("cloudflare-rust in workerd", || {
        let (bin, modules) = (tools::wasm_pack()?, tools::test_modules()?);
        let built = repo::target().join(tools::WASM_TARGET).join("release/selvedge_example_cloudflare.wasm");
        let folder = repo::scratch().join("worker");
        let mut bindgen = run::command(bin.join("wasm-bindgen"));
        bindgen.args(["--target", "bundler", "--no-typescript", "--out-name", "index", "--out-dir"]);
        run::run(bindgen.arg(&folder).arg(built))?;
        let mut node = run::command("node");
        node.arg("examples/cloudflare-rust/tests/run.mjs").arg(folder);
        run::run(node.env("SELVEDGE_TOOLS", modules))
    });
    Ok(())
}

/// An example that is a workspace of its own, because nothing else is compiled for its target.
fn example(report: &mut Report, name: &str, target: &str) -> bool {
    let folder = repo::root().join("examples").join(name);
    let cargo = |words: &[&str]| {
        let mut cargo = run::cargo();
        cargo.current_dir(&folder).args(words);
        run::run(&mut cargo)
    };
    report.passes(&format!("{name}: fmt, clippy, build"), || {
        tools::wasm_target(target)?;
        cargo(&["fmt", "--check"])?;
        cargo(&["clippy", "--locked", "--quiet", "--release", "--all-targets", "--", "--deny", "warnings"])?;
        cargo(&["build", "--locked", "--quiet", "--release", "--lib", "--bins", "--examples"])
    })
}

pub(crate) fn wasm_pack(report: &mut Report) -> Result<()> {
    report.check("wasm-pack test --node", || {
        tools::wasm_target(tools::WASM_TARGET)?;
        let bin = tools::wasm_pack()?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(bin.clone()).chain(std::env::split_paths(&path)))?;
        let mut wasm_pack = run::command(bin.join("wasm-pack"));
        wasm_pack.args(["test", "--node", "--mode", "no-install", "crates/selvedge-wasm"]);
        // wasm-bindgen reads the whole file: without debug information, that is a tenth of it.
        wasm_pack.env("CARGO_PROFILE_DEV_DEBUG", "0");
        run::run(wasm_pack.env("PATH", path).env("CARGO_TARGET_DIR", repo::target()))
    });
    Ok(())
}
