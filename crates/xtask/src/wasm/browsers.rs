//! The tools for the playground of the book.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Artifact, BANNER, For, SMALL, finished, small, text};
use crate::{repo, run};

/// The tools for browsers, where each byte is waited for; elsewhere they are fast rather than small.
const PLAYGROUND: Artifact = small("playground", &["--features", "tools"], &SMALL, true, For::Tools);

/// Builds the tools for browsers; writes their modules into a folder, under the names that those of the package have.
/// Compressed, the wasm has fewer bytes than gzip makes of it as text. A browser unpacks it while the page waits. The package
/// compresses it: its command line finds the fewest bytes for gzip.
pub(crate) fn build_for_browsers(generated: &Path) -> Result<()> {
    let wasm = finished(&PLAYGROUND, false, generated)?;
    let glue = |name: &str| generated.join(format!("{name}-glue.js"));
    fs::rename(glue(PLAYGROUND.name), glue("tools"))?;
    let module = format!(
        "{BANNER}const bytes = Uint8Array.from(atob(\"{}\"), (character) => character.charCodeAt(0));\n\
         const wasm = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream(\"gzip\")));\n\
         const module = await WebAssembly.compile(await wasm.arrayBuffer());\n\
         export const wasmModule = () => module;\n",
        text::base64(&gzipped(&wasm)?)
    );
    Ok(fs::write(generated.join("tools.js"), module)?)
}

/// What `selvedge precompress` makes of the tools.
fn gzipped(wasm: &[u8]) -> Result<Vec<u8>> {
    let folder = repo::scratch().join("gzipped");
    fs::create_dir_all(&folder)?;
    let file = folder.join("tools.wasm");
    fs::write(&file, wasm)?;
    let mut precompress = run::command("node");
    precompress.arg(repo::pkg().join("dist/cli/selvedge.js")).arg("precompress").arg(&folder);
    run::quietly("selvedge precompress", precompress.args(["--encodings", "gzip", "--include", "*.wasm"]))?;
    fs::read(file.with_extension("wasm.gz")).context("selvedge precompress left no tools.wasm.gz")
}
