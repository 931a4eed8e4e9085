//! The wasm artifacts, and the ES modules that bring them: as text, or as an import that the platform compiles.

mod browsers;
mod counted;
mod snip;
pub(crate) mod text;

pub(crate) use browsers::build_for_browsers;

use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::{self, ScopedJoinHandle};
use wasm_bindgen_cli_support::Bindgen;

use crate::{progress, repo, run, tools};

/// One artifact, and what cargo builds it from.
pub(crate) struct Artifact {
    /// File name in `target/xtask/wasm` and `js-shim/src/generated`, without ending.
    pub(crate) name: &'static str,
    /// The crate.
    pub(crate) package: &'static str,
    /// Cargo's profile.
    profile: &'static str,
    /// rustc's flags, where it is optimised.
    flags: &'static str,
    /// Cargo's feature arguments.
    pub(crate) features: &'static [&'static str],
    /// wasm-opt: size for what is loaded to be run once, speed for what runs per event.
    passes: &'static [&'static str],
    /// Whether it holds wasm-bindgen exports that need glue.
    glue: bool,
    pub(crate) serves: For,
    /// It also travels compressed, for Node: only what is large is worth a library to load.
    packed: Option<Packing>,
}

/// Where an artifact runs, and so how it travels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// As text in a module, and as a file next to it.
    Edge,
    /// As text in a module.
    Tools,
    /// As a file next to the command line.
    Worker,
}

/// What an artifact is compressed by.
#[derive(Clone, Copy)]
enum Packing {
    /// Of the fewest bytes.
    Brotli,
    /// Unpacked in a third of the time: the command line waits for it at every start.
    Deflate,
}

/// From `crates/selvedge-wasm`: of few bytes.
const fn small(
    name: &'static str,
    features: &'static [&'static str],
    passes: &'static [&'static str],
    glue: bool,
    serves: For,
) -> Artifact {
    Artifact {
        name,
        package: "selvedge-wasm",
        profile: "wasm",
        flags: STACK,
        features,
        passes,
        glue,
        serves,
        packed: None,
    }
}

pub(crate) const ARTIFACTS: [Artifact; 6] = [
    Artifact { flags: LINKED, packed: Some(Packing::Brotli), ..small("compiler", &[], &SMALL, false, For::Edge) },
    small("reader-small", &["--no-default-features"], &FAST, false, For::Edge),
    small("reader", &["--no-default-features", "--features", "full"], &FAST, false, For::Edge),
    small("reader-regex", &["--no-default-features", "--features", "full,regex"], &FAST, false, For::Edge),
    Artifact {
        profile: "wasm-tools",
        packed: Some(Packing::Deflate),
        ..small("tools", &["--features", "command-line"], &QUICK, true, For::Tools)
    },
    Artifact {
        name: "zopfli",
        package: "selvedge-zopfli",
        profile: "wasm-speed",
        flags: "-Ctarget-feature=+simd128",
        features: &[],
        passes: &["-O3", "--enable-simd"],
        glue: false,
        serves: For::Worker,
        packed: None,
    },
];

/// Platforms that compile no bytes, by the condition that bundlers for them set: what a module says to import the wasm.
const IMPORTED: [(&str, &str); 2] = [("workerd", ""), ("edge-light", "?module")];

/// The condition of runtimes with Node's libraries, of which one unpacks what is compressed better than a bundle would be.
const PACKED: &str = "node";

/// What Node 20 and workerd accept; Rust emits some of these by default.
const FEATURES: [&str; 8] = [
    "-mvp",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Fewer bytes are not always fewer after gzip: what is inlined into its one caller, or held in a local for its second
/// use, looks like nothing else in the module.
const SMALL: [&str; 6] = [
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
    // The stack begins there, and grows from its other end.
    "--low-memory-unused",
    // What is left is a matter of trying: which numbers the locals have.
    "--coalesce-locals-learning",
];
/// The same for what runs per event. rustc was told what to inline: what is small and has many callers stays a call.
const FAST: [&str; 6] = [
    "-O3",
    "--converge",
    "--one-caller-inline-max-function-size=0",
    "--flexible-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--low-memory-unused",
];

/// For what never goes to an edge: two hundredths more bytes for a third of the building time.
const QUICK: [&str; 1] = ["-O1"];

const STRIP: [&str; 3] = ["--strip-debug", "--strip-producers", "--strip-target-features"];

/// Enough for the deepest rules and regular expressions, which are bounded; the linker's own choice is 1 MiB.
const STACK: &str = "-Clink-arg=-zstack-size=131072";
/// The same, optimised by the linker, which sees the allocator too: where it frees nothing, nothing is left of what frees.
const LINKED: &str = "-Clink-arg=-zstack-size=131072 -Clinker-plugin-lto -Clink-arg=--lto-O3";

const BANNER: &str = "// Generated by `cargo xtask build`.\n";

/// Where the finished artifacts lie.
pub(crate) fn folder() -> PathBuf {
    repo::scratch().join("wasm")
}

/// Writes the reader as it ships, but with a counter of its instructions.
pub(crate) fn count_reader() -> Result<()> {
    let reader = repo::pkg().join("dist/reader.wasm");
    let wasm = fs::read(&reader).with_context(|| format!("cannot read {}", reader.display()))?;
    Ok(fs::write(folder().join("reader.counted.wasm"), counted::counted(&wasm)?)?)
}

/// Copies the artifacts that serve there into a folder.
pub(crate) fn copy(serves: For, to: &Path) -> Result<()> {
    for artifact in ARTIFACTS.iter().filter(|artifact| artifact.serves == serves) {
        let file = format!("{}.wasm", artifact.name);
        fs::copy(folder().join(&file), to.join(&file)).with_context(|| format!("cannot copy {file}"))?;
    }
    Ok(())
}

/// Whether the folder's modules bring the wasm otherwise than as text.
pub(crate) fn is_by_condition(folder: &Path) -> bool {
    let conditions = IMPORTED.iter().map(|(condition, _)| *condition).chain([PACKED]);
    conditions.into_iter().any(|condition| folder.ends_with(Path::new("generated").join(condition)))
}

/// Whether a module of `js-shim/src` brings an artifact, as text or otherwise.
pub(crate) fn is_brought_by(module: &Path) -> bool {
    let is = |artifact: &Artifact| module.ends_with(Path::new("generated").join(format!("{}.js", artifact.name)));
    ARTIFACTS.iter().any(is) || module.parent().is_some_and(is_by_condition)
}

/// The artifact as cargo left it, with the names of its functions.
pub(crate) fn named(artifact: &Artifact) -> PathBuf {
    folder().join(format!("{}.cargo.wasm", artifact.name))
}

/// Fails with advice where an artifact was never built.
pub(crate) fn is_built() -> Result<()> {
    match ARTIFACTS.iter().find(|artifact| !folder().join(format!("{}.wasm", artifact.name)).exists()) {
        Some(artifact) => bail!("{}.wasm is not built yet: run `cargo xtask build` once", artifact.name),
        None => Ok(()),
    }
}

/// Whether artifacts were built as they are published.
pub(crate) fn was_optimised() -> bool {
    ARTIFACTS.iter().all(|artifact| optimised(artifact).exists())
}

/// What wasm-opt made of it last.
fn optimised(artifact: &Artifact) -> PathBuf {
    folder().join(format!("{}.opt.wasm", artifact.name))
}

/// Builds all artifacts and writes `js-shim/src/generated`.
pub(crate) fn build(dev: bool) -> Result<()> {
    let generated = repo::shim().join("src/generated");
    fs::create_dir_all(&generated)?;
    fs::create_dir_all(folder())?;
    // Cargo builds one thing at a time for a profile. Linking takes one core: profiles side by side take less time.
    thread::scope(|scope| {
        let profiles = ARTIFACTS.chunk_by(|a, b| a.profile == b.profile);
        let builds: Vec<_> = profiles
            .map(|artifacts| {
                let generated = generated.as_path();
                scope.spawn(move || artifacts.iter().try_for_each(|artifact| build_one(artifact, dev, generated)))
            })
            .collect();
        // All are waited for, even when one fails.
        let ends: Vec<_> = builds.into_iter().map(ScopedJoinHandle::join).collect();
        ends.into_iter().try_for_each(|end| end.unwrap_or_else(|_| bail!("the build of an artifact panicked")))
    })
}

fn build_one(artifact: &Artifact, dev: bool, generated: &Path) -> Result<()> {
    let wasm = finished(artifact, dev, generated)?;
    if artifact.serves != For::Worker {
        write_inlined(artifact, &wasm, generated)?;
    }
    if artifact.serves == For::Edge {
        write_imported(artifact, generated)?;
    }
    if let Some(packing) = artifact.packed {
        write_packed(artifact, &wasm, packing, dev, generated)?;
    }
    Ok(())
}

/// An artifact as it is used, with its glue in a folder.
fn finished(artifact: &Artifact, dev: bool, generated: &Path) -> Result<Vec<u8>> {
    let compiled = compile(artifact, dev)?;
    fs::write(named(artifact), &compiled)?;
    let wasm = if dev { compiled } else { snip::panics(&compiled)? };
    let wasm = if artifact.glue { bind(artifact, &wasm, generated)? } else { wasm };
    let wasm = if dev { wasm } else { optimise(artifact, &wasm)? };
    fs::write(folder().join(format!("{}.wasm", artifact.name)), &wasm)?;
    Ok(wasm)
}

fn compile(artifact: &Artifact, dev: bool) -> Result<Vec<u8>> {
    // What compresses files runs for minutes: nobody waits for it unoptimised.
    let quick = dev && artifact.serves != For::Worker;
    // Unoptimised code takes more stack than is set for what ships.
    let flags = if quick { "" } else { artifact.flags };
    let mut cargo = run::cargo();
    cargo
        .args(["build", "--quiet", "--package", artifact.package, "--lib", "--profile", artifact.profile])
        .args(["--target", tools::WASM_TARGET])
        .args(artifact.features)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", format!("{flags} {}", remapped_paths()));
    if quick {
        let profile = artifact.profile.to_uppercase().replace('-', "_");
        for (setting, value) in [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "0")] {
            cargo.env(format!("CARGO_PROFILE_{profile}_{setting}"), value);
        }
    }
    run::quietly(&format!("cargo build {}.wasm", artifact.name), &mut cargo)?;
    let file = format!("{}.wasm", artifact.package.replace('-', "_"));
    let built = repo::target().join(tools::WASM_TARGET).join(artifact.profile).join(file);
    fs::read(&built).with_context(|| format!("cargo left no {}", built.display()))
}

/// Panic messages of dependencies name their source files: keep the builder's home out of the package.
fn remapped_paths() -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let registries = sources.into_iter().flatten().filter_map(Result::ok);
    registries
        .map(|entry| format!("--remap-path-prefix={}=/deps", entry.path().display()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs wasm-bindgen; its glue becomes a factory, because a throwaway instance needs glue with state of its own.
fn bind(artifact: &Artifact, wasm: &[u8], generated: &Path) -> Result<Vec<u8>> {
    let name = artifact.name;
    progress::working(&format!("wasm-bindgen {name}.wasm"), || {
        let mut output = Bindgen::new()
            .input_bytes(name, wasm.to_vec())
            .no_modules(true)?
            .omit_default_module_path(true)
            .typescript(false)
            .remove_name_section(true)
            .remove_producers_section(true)
            .generate_output()?;
        let glue = format!("{BANNER}export function createGlue() {{\n{}\nreturn wasm_bindgen;\n}}\n", output.js());
        fs::write(generated.join(format!("{name}-glue.js")), glue)?;
        let types = format!(
            "{BANNER}\
             /** wasm-bindgen's glue, one independent copy per call; load/{name}.ts names the exports. */\n\
             export function createGlue<Exports>(): Exports & {{\n\
             \x20 initSync(options: {{ module: WebAssembly.Module | Uint8Array }}): WebAssembly.Exports;\n\
             }};\n"
        );
        fs::write(generated.join(format!("{name}-glue.d.ts")), types)?;
        Ok(output.wasm_mut().emit_wasm())
    })
}

/// Runs wasm-opt, or takes its last result when input and arguments are the same.
fn optimise(artifact: &Artifact, wasm: &[u8]) -> Result<Vec<u8>> {
    let file = |ending: &str| folder().join(format!("{}.{ending}", artifact.name));
    let (input, output, last_args) = (file("input.wasm"), optimised(artifact), file("opt.args"));
    let args = [&FEATURES[..], artifact.passes, &STRIP].concat();
    let same_args = fs::read_to_string(&last_args).is_ok_and(|last| last == args.join(" "));
    if same_args && output.exists() && fs::read(&input).is_ok_and(|last| last == wasm) {
        return Ok(fs::read(&output)?);
    }
    let _ = fs::remove_file(&last_args);
    fs::write(&input, wasm)?;
    let mut wasm_opt = run::command(tools::shim_program("wasm-opt"));
    wasm_opt.args(&args).arg(&input).arg("-o").arg(&output);
    run::quietly(&format!("wasm-opt {}.wasm", artifact.name), &mut wasm_opt)?;
    fs::write(&last_args, args.join(" "))?;
    fs::read(&output).map_err(|error| anyhow!("wasm-opt left no {}: {error}", output.display()))
}

/// The wasm as text, see [`text`].
fn write_inlined(artifact: &Artifact, wasm: &[u8], generated: &Path) -> Result<()> {
    let name = artifact.name;
    let text::Text { order, text } = text::of(wasm);
    let literal = serde_json::Value::String(text);
    fs::write(
        generated.join(format!("{name}.js")),
        format!(
            "{BANNER}import {{ moduleOf }} from \"../load/inline.js\";\n\
             export const wasmModule = () => moduleOf({{ order: \"{order}\", text: {literal} }});\n"
        ),
    )?;
    let types = format!("{BANNER}/** Compiles {name}.wasm. */\nexport function wasmModule(): WebAssembly.Module;\n");
    fs::write(generated.join(format!("{name}.d.ts")), types)?;
    Ok(())
}

/// The wasm compressed, in base64: a bundle that is compressed once more has no more bytes for it.
fn write_packed(artifact: &Artifact, wasm: &[u8], packing: Packing, dev: bool, generated: &Path) -> Result<()> {
    let folder = generated.join(PACKED);
    fs::create_dir_all(&folder)?;
    let (name, file, arguments) = match packing {
        Packing::Brotli => ("unpacked", "packed", format!("\"{}\"", text::brotli(wasm, dev)?)),
        Packing::Deflate => ("inflated", "inflated", format!("\"{}\", {}", text::deflate(wasm, dev)?, wasm.len())),
    };
    let module = format!(
        "{BANNER}import {{ {name} }} from \"../../load/{file}.js\";\nexport const wasmModule = () => {name}({arguments});\n"
    );
    Ok(fs::write(folder.join(format!("{}.js", artifact.name)), module)?)
}

/// The wasm as an import, under each condition that wants one.
fn write_imported(artifact: &Artifact, generated: &Path) -> Result<()> {
    let name = artifact.name;
    for (condition, suffix) in IMPORTED {
        let folder = generated.join(condition);
        fs::create_dir_all(&folder)?;
        let module = format!(
            "{BANNER}import wasm from \"../../{name}.wasm{suffix}\";\n\
             import {{ moduleFrom }} from \"../../load/module.js\";\n\
             export const wasmModule = () => moduleFrom(wasm, \"{name}.wasm\");\n"
        );
        fs::write(folder.join(format!("{name}.js")), module)?;
    }
    Ok(())
}
