//! `cargo xtask book`: the documents as a site with a search, by mdBook, and the playground.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::{bundle, documents, repo, run, size, summary, tools, wasm};

const CONFIGURATION: &str = r##"[book]
title = "Selvedge"
language = "en"

[build]
create-missing = false

[output.html]
git-repository-url = "REPOSITORY"
smart-punctuation = false
no-section-label = true
additional-css = ["book.css"]

[output.html.playground]
runnable = false
"##;

/// The chapter that the playground belongs to, and its folder from there.
const PLAYGROUND: (&str, &str) = ("docs/guide/playground.md", "playground");
/// What a visitor waits for: the page with all that it loads, after gzip.
const PLAYGROUND_KB: usize = 600;

/// Room for the lines of requests.
const STYLE: &str = ":root { --content-max-width: 920px; }\n";

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Write llms.txt alone, which needs no mdBook
    #[arg(long)]
    llms_only: bool,
    /// Build the playground alone, which needs no mdBook
    #[arg(long, conflicts_with = "llms_only")]
    playground_only: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let (root, read) = (repo::root(), |path: &Path| read(path));
    fs::write(root.join(summary::LLMS), summary::llms(&read(Path::new(summary::PATH))?, read)?)?;
    if args.llms_only {
        return Ok(());
    }
    if args.playground_only {
        let out = repo::target().join("book/playground");
        playground(&out)?;
        println!("{}", out.join("index.html").display());
        return Ok(());
    }
    println!("{}", build()?.join("index.html").display());
    Ok(())
}

/// Builds the book; returns the folder that can be served.
pub(crate) fn build() -> Result<PathBuf> {
    let mdbook = tools::mdbook()?;
    let (book, pages) = (repo::target().join("book"), repo::target().join("book/html"));
    if book.exists() {
        fs::remove_dir_all(&book)?;
    }
    let source = book.join("src");
    let text = read(Path::new(summary::PATH))?;
    let chapters = summary::chapters(&text);
    for chapter in &chapters {
        let text = read(&chapter.path)?;
        let has = |path: &Path| chapters.iter().any(|chapter| chapter.path == path);
        // mdBook names the page of a README.md after what servers look for.
        let index = |to: &str| to.contains("README.md").then(|| to.replace("README.md", "index.md"));
        let address = |to: &str| documents::address(&chapter.path, to, has).or_else(|| index(to));
        let mut text = documents::relinked(&text, address)?;
        if chapter.path == Path::new(PLAYGROUND.0) {
            text += &format!("\n**[Open the playground]({}/index.html)**\n", PLAYGROUND.1);
        }
        write(&source.join(&chapter.path), &text)?;
    }
    // mdBook wants the summary at the top of its sources.
    let from_the_top = |to: &str| Some(documents::target(Path::new(summary::PATH), to)?.0.display().to_string());
    write(&source.join("SUMMARY.md"), &documents::relinked(&text, from_the_top)?)?;
    write(&book.join("book.css"), STYLE)?;
    write(&book.join("book.toml"), &CONFIGURATION.replace("REPOSITORY", documents::REPOSITORY))?;

    let mut command = run::command(mdbook);
    run::quietly("mdbook build", command.arg("build").arg(&book).arg("--dest-dir").arg(&pages))?;
    // What llms.txt leads to, as it is written.
    for chapter in &chapters {
        write(&pages.join(&chapter.path), &read(&chapter.path)?)?;
    }
    write(&pages.join(summary::LLMS), &read(Path::new(summary::LLMS))?)?;
    playground(&pages.join(PLAYGROUND.0).with_extension(""))?;
    Ok(pages)
}

/// Steps of the tests that build the playground at the same time would do it in the same folder.
static BUILT: Mutex<()> = Mutex::new(());

/// The playground around the tools in few bytes; fails where they are too many.
pub(crate) fn playground(out: &Path) -> Result<()> {
    let _turn = BUILT.lock();
    let (package, dist) = (repo::pkg().join("dist"), repo::scratch().join("playground"));
    ensure!(package.join("index.js").exists(), "the playground is made of the package: run `cargo xtask build` once");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    repo::copy_folder(&package, &dist)?;
    wasm::build_for_browsers(&dist.join("generated"))?;
    bundle::playground(out, &dist)?;
    let mut bytes = 0;
    for file in fs::read_dir(out)? {
        bytes += size::gzip(&fs::read(file?.path())?)?;
    }
    println!("the playground has {bytes} bytes after gzip");
    ensure!(bytes <= PLAYGROUND_KB * 1024, "the playground has {bytes} bytes after gzip, more than {PLAYGROUND_KB} KB");
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(repo::root().join(path)).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
