//! TypeScript into `pkg/dist`: the modules of js-shim/src as ES modules, by groups of few files (`js-shim/group.mjs`), the same as
//! CommonJS in `dist/cjs`, and declarations. Bundling is left to the users' bundlers. The command line and the plugins of bundlers
//! are bundled, with the libraries they use.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{repo, run, tools, wasm};

pub(crate) fn build() -> Result<()> {
    let source = repo::shim().join("src");
    let dist = repo::pkg().join("dist");
    match fs::remove_dir_all(&dist) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context("cannot empty pkg/dist");
        }
        _ => fs::create_dir_all(&dist)?,
    }
    let mut modules = Vec::new();
    files_ending(&source, ".ts", &mut modules)?;
    files_ending(&source, ".js", &mut modules)?;
    modules.retain(|module| !module.to_string_lossy().ends_with(".d.ts"));
    es_modules(modules, &source, &dist)?;
    wasm::copy(wasm::For::Edge, &dist)?;
    commonjs(&dist)?;
    declarations(&source, &dist)?;
    command_line(&dist.join("cli"))?;
    plugins(&dist.join("plugin"))
}

/// What brings the wasm is found by conditions of the runtime, so it stays by itself.
fn es_modules(modules: Vec<PathBuf>, source: &Path, dist: &Path) -> Result<()> {
    const OPTIONS: [&str; 2] = ["--format=esm", "--target=node20,es2022"];
    let (bringing, modules): (Vec<_>, Vec<_>) = modules.into_iter().partition(|module| wasm::is_brought_by(module));
    transpile("modules with wasm", &bringing, source, dist, &OPTIONS)?;
    let single = repo::scratch().join("modules");
    if single.exists() {
        fs::remove_dir_all(&single)?;
    }
    transpile("ES modules", &modules, source, &single, &OPTIONS)?;
    let mut group = run::command("node");
    run::quietly("rollup: groups", group.arg(repo::shim().join("group.mjs")).args([&single, dist])).map(drop)
}

fn transpile(what: &str, modules: &[PathBuf], from: &Path, to: &Path, options: &[&str]) -> Result<()> {
    let mut esbuild = esbuild();
    esbuild.args(modules).args(options).arg("--log-level=warning");
    esbuild.arg(format!("--outbase={}", from.display())).arg(format!("--outdir={}", to.display()));
    run::quietly(&format!("esbuild: {what}"), &mut esbuild).map(drop)
}

/// Each ES module turned into CommonJS one to one, so that the wasm and the classes are shared there too. The folder's
/// own package.json makes `.js` and `.d.ts` mean CommonJS: no import has to be renamed. Where the wasm is imported there
/// are bundlers, which take ES modules; where it is compressed it needs `node:zlib`, which an ES module made of CommonJS cannot
/// import.
fn commonjs(dist: &Path) -> Result<()> {
    let mut modules = Vec::new();
    files_ending(dist, ".js", &mut modules)?;
    modules.retain(|module| !module.parent().is_some_and(wasm::is_by_condition));
    let out = dist.join("cjs");
    transpile("CommonJS", &modules, dist, &out, &["--format=cjs", "--platform=node", "--target=node20"])?;
    without_imports(&out)?;
    fs::write(out.join("package.json"), "{ \"type\": \"commonjs\", \"sideEffects\": false }\n")?;
    Ok(())
}

/// CommonJS is for Node alone, so `#wasm/NAME` has one meaning there. A manifest of `imports` in a nested folder works in
/// Node, but not in every bundler.
fn without_imports(cjs: &Path) -> Result<()> {
    let mut modules = Vec::new();
    files_ending(cjs, ".js", &mut modules)?;
    for module in modules {
        let text = fs::read_to_string(&module)?;
        let parts = text.split("require(\"#wasm/").collect::<Vec<_>>();
        if parts.len() == 1 {
            continue;
        }
        let up = "../".repeat(module.strip_prefix(cjs)?.components().count() - 1);
        let parts = parts.iter().enumerate().map(|(at, part)| match at {
            0 => (*part).to_owned(),
            _ => format!("require(\"./{up}generated/{}", part.replacen("\")", ".js\")", 1)),
        });
        fs::write(&module, parts.collect::<String>())?;
    }
    Ok(())
}

fn declarations(source: &Path, dist: &Path) -> Result<()> {
    let mut tsc = run::command(tools::shim_program("tsc"));
    tsc.arg("--project").arg(repo::shim().join("tsconfig.json"));
    tsc.args(["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir"]).arg(dist);
    run::quietly("tsc: types", &mut tsc)?;
    // tsc leaves out what are declarations already.
    for name in fs::read_dir(source.join("generated"))? {
        let file = name?.path();
        if file.to_string_lossy().ends_with(".d.ts") {
            fs::copy(&file, dist.join(file.strip_prefix(source)?))?;
        }
    }
    let mut types = Vec::new();
    files_ending(dist, ".d.ts", &mut types)?;
    for file in types {
        let copy = dist.join("cjs").join(file.strip_prefix(dist)?);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, copy)?;
    }
    Ok(())
}

/// Programs with the libraries in them: the command line, and the workers that compress files and read logs; and the construct of the AWS CDK,
/// which builds as the command line does. The package's own modules are in them too, but for what brings the wasm: a start that
/// loads few files is quick.
fn command_line(out: &Path) -> Result<()> {
    let source = repo::shim().join("cli");
    let mut tsc = run::command(tools::shim_program("tsc"));
    run::quietly("tsc: command line", tsc.arg("--project").arg(source.join("tsconfig.json")))?;
    let mut esbuild = bundled(
        &[
            ("selvedge", "cli/main.ts"),
            ("load-module", "cli/load-module.ts"),
            ("load-sheet", "cli/load-sheet.ts"),
            ("precompress-worker", "cli/precompress/worker.ts"),
            ("traffic-worker", "cli/traffic/worker.ts"),
            ("local-edge", "local-edge/index.ts"),
            ("handler-worker", "local-edge/handlers/worker.ts"),
            ("cdk/index", "cdk/index.ts"),
        ],
        out,
        CLI_INPUTS,
    );
    // Its main module is one that bundlers cannot follow. An alias is looked up from the working directory, so by its path.
    let jsonc = repo::shim().join("node_modules/jsonc-parser/lib/esm/main.js");
    esbuild.arg(format!("--alias:jsonc-parser={}", jsonc.display()));
    // Whoever uses the construct has the AWS CDK.
    esbuild.args(["--external:aws-cdk-lib", "--external:constructs"]);
    run::quietly("esbuild: command line", &mut esbuild)?;
    take_types(&types_of("cdk", "construct")?, &["index", "build"], &out.join("cdk"))?;
    inspector(&out.join("inspector"))?;
    lambda_edge(out)?;
    wasm::copy(wasm::For::Worker, out)
}

/// The bundlers that have a plugin.
pub(crate) const BUNDLERS: [&str; 6] = ["esbuild", "rolldown", "rollup", "rspack", "vite", "webpack"];

/// The plugins of bundlers, an entry each, around one plugin. webpack and Rspack load files of unplugin by their paths.
fn plugins(out: &Path) -> Result<()> {
    let source = repo::shim().join("plugin");
    let types = types_of("plugin", "plugins")?;

    let loaders =
        ["webpack/loaders/load", "webpack/loaders/transform", "rspack/loaders/load", "rspack/loaders/transform"];
    let entries = BUNDLERS.iter().map(|name| ((*name).to_owned(), format!("plugin/{name}.ts")));
    let loaded = loaders.iter().map(|name| ((*name).to_owned(), format!("node_modules/unplugin/dist/{name}.mjs")));
    let loader = ("load-module".to_owned(), "cli/load-module.ts".to_owned());
    let programs = entries.chain(loaded).chain([loader]).collect::<Vec<_>>();
    let programs = programs.iter().map(|(name, module)| (name.as_str(), module.as_str())).collect::<Vec<_>>();
    let mut esbuild = bundled(&programs, out, PLUGIN_INPUTS);
    esbuild.arg(format!("--alias:node:module={}", source.join("webpack-require.ts").display()));
    run::quietly("esbuild: plugins", &mut esbuild)?;
    for name in loaders {
        fs::rename(out.join(name).with_extension("js"), out.join(name).with_extension("mjs"))?;
    }
    take_types(&types, BUNDLERS.iter().chain(&["options"]), out)?;
    fs::copy(source.join("files.d.ts"), out.join("files.d.ts")).context("cannot copy files.d.ts").map(drop)
}

/// The declarations of a folder of js-shim, a file for each module.
fn types_of(folder: &str, what: &str) -> Result<PathBuf> {
    let types = repo::scratch().join(format!("{folder}-types"));
    let mut tsc = run::command(tools::shim_program("tsc"));
    tsc.arg("--project").arg(repo::shim().join(folder).join("tsconfig.json"));
    tsc.args(["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir"]).arg(&types);
    run::quietly(&format!("tsc: {what}"), &mut tsc)?;
    Ok(types.join(folder))
}

fn take_types<'n>(types: &Path, names: impl IntoIterator<Item = &'n &'n str>, out: &Path) -> Result<()> {
    for name in names {
        let file = format!("{name}.d.ts");
        fs::copy(types.join(&file), out.join(&file)).with_context(|| format!("tsc left no {file}"))?;
    }
    Ok(())
}

/// esbuild on programs for Node, by their names and modules in js-shim; what they share is in files of its own, so what one of
/// them alone needs is loaded when it is asked for.
fn bundled(programs: &[(&str, &str)], out: &Path, inputs: &str) -> std::process::Command {
    let mut esbuild = esbuild();
    esbuild.args(programs.iter().map(|(name, module)| format!("{name}={}", repo::shim().join(module).display())));
    esbuild.arg(format!("--outdir={}", out.display()));
    esbuild.args([
        "--bundle",
        "--splitting",
        "--platform=node",
        "--format=esm",
        "--target=node20",
        "--external:#wasm/*",
        "--legal-comments=none",
        "--log-level=warning",
    ]);
    esbuild.arg(format!("--alias:#dist={}", repo::pkg().join("dist").display()));
    // Libraries in CommonJS ask for Node's modules by `require`, which an ES module lacks.
    esbuild.arg("--banner:js=import { createRequire as requireOf } from \"node:module\"; const require = requireOf(import.meta.url);");
    esbuild.arg(format!("--metafile={}", repo::scratch().join(inputs).display()));
    esbuild
}

/// The Lambda@Edge function that `selvedge build` puts a plan into. It is read as text, and no module of the package.
fn lambda_edge(out: &Path) -> Result<()> {
    let source = repo::shim().join("cli/cloudfront/lambda");
    let forms = [
        ("small.ts", "reader-small", "lambda-edge-small.txt"),
        ("plain.ts", "reader", "lambda-edge.txt"),
        ("regex.ts", "reader-regex", "lambda-edge-regex.txt"),
    ];
    for (module, reader, name) in forms {
        let mut esbuild = esbuild();
        esbuild.arg(format!("--alias:#dist/generated/{reader}.js={}", packed(reader)?.display()));
        esbuild.arg(source.join(module)).arg(format!("--outfile={}", out.join(name).display()));
        esbuild.arg(format!("--alias:#dist={}", repo::pkg().join("dist").display()));
        esbuild.args(["--bundle", "--minify", "--platform=node", "--format=iife", "--target=node20"]);
        // What is written is CommonJS.
        esbuild.args(["--log-level=warning", "--log-override:commonjs-variable-in-esm=silent"]);
        run::quietly("esbuild: Lambda@Edge function", &mut esbuild)?;
    }
    Ok(())
}

/// A module that brings a reader compressed: Lambda is Node, which unpacks it.
fn packed(reader: &str) -> Result<PathBuf> {
    let wasm = fs::read(wasm::folder().join(format!("{reader}.wasm"))).with_context(|| format!("no {reader}.wasm"))?;
    let module = repo::scratch().join(format!("packed-{reader}.js"));
    let unpacked = repo::pkg().join("dist/load/packed.js");
    let text = wasm::text::brotli(&wasm, false)?;
    let source = format!(
        "import {{ unpacked }} from {:?};\nexport const wasmModule = () => unpacked(\"{text}\");\n",
        unpacked.display().to_string()
    );
    fs::write(&module, source)?;
    Ok(module)
}

/// The page of `selvedge dev`.
fn inspector(out: &Path) -> Result<()> {
    let page = repo::shim().join("local-edge/inspector/page");
    for_browsers("inspector", &page, "page.html", out, &repo::pkg().join("dist"))
}

/// The playground of the book, with the tools of a folder that is like the package's `dist`.
pub(crate) fn playground(out: &Path, dist: &Path) -> Result<()> {
    let source = repo::shim().join("playground");
    let mut tsc = run::command(tools::shim_program("tsc"));
    run::quietly("tsc: playground", tsc.arg("--project").arg(source.join("tsconfig.json")))?;
    for_browsers("playground", &source, "index.html", out, dist)
}

/// A page with its style and its script; `#dist/` is what it takes of the package.
fn for_browsers(what: &str, page: &Path, html: &str, out: &Path, dist: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    let mark = repo::shim().join("pages/mark.svg");
    for (from, to) in [(page.join("page.html"), html), (mark, "mark.svg")] {
        fs::copy(&from, out.join(to)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    let mut esbuild = esbuild();
    esbuild.args([page.join("page.ts"), page.join("page.css")]).arg(format!("--outdir={}", out.display()));
    esbuild.arg(format!("--alias:#dist={}", dist.display()));
    // The package's manifest says where these are in the package, and in no other folder.
    esbuild.arg(format!("--alias:#wasm={}", dist.join("generated").display()));
    esbuild.args([
        "--bundle",
        "--platform=browser",
        "--format=esm",
        "--target=es2022,chrome123",
        "--log-level=warning",
    ]);
    esbuild.arg("--minify");
    run::quietly(&format!("esbuild: {what}"), &mut esbuild).map(drop)
}

const CLI_INPUTS: &str = "cli.json";
const PLUGIN_INPUTS: &str = "plugin.json";

/// What esbuild tells of what is bundled: which files each program is made of.
pub(crate) fn inputs() -> [PathBuf; 2] {
    [CLI_INPUTS, PLUGIN_INPUTS].map(|name| repo::scratch().join(name))
}

pub(crate) fn esbuild() -> std::process::Command {
    run::command(tools::shim_program("esbuild"))
}

fn files_ending(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_ending(&path, ending, found)?;
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    Ok(())
}
