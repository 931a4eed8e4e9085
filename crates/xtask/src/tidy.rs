//! `cargo xtask tidy`: the invariants of the source tree that a machine can check.

mod features;
mod rooms;
mod words;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{adapters, documents, repo, run, summary};

/// Past this many lines a file gets a hard look.
const LONG: usize = 400;

/// What the adapters of all vendors share in TypeScript.
const COMMON: [&str; 3] = ["js-shim/src/core", "js-shim/src/compile", "js-shim/src/rules"];

/// Crates that must not know of JavaScript.
const PURE: [&str; 2] = ["selvedge", "selvedge-plan"];

const BINDINGS: [&str; 4] = ["wasm-bindgen", "js-sys", "web-sys", "serde-wasm-bindgen"];

pub(crate) fn run() -> Result<()> {
    let files = Files::read()?;
    let mut problems = Vec::new();
    words::have_one_home(&files, &mut problems);
    vendors_only_where_they_belong(&files, &mut problems)?;
    rooms::depend_on_lower_ones(&files, &mut problems);
    bindings_only_at_the_border(&files, &mut problems)?;
    package_agrees_with_crates(&mut problems)?;
    features::are_the_same(&mut problems)?;
    no_machine_in_the_files(&files, &mut problems);
    no_half_of_a_merge(&files, &mut problems);
    cases_can_be_read(&files, &mut problems);
    documents::broken_links(&files.texts, &mut problems);
    documents::missing_files(&files.texts, &mut problems);
    summary::problems(&files.texts, &mut problems)?;
    for (path, text) in &files.texts {
        let lines = text.lines().count();
        let by_hand =
            ["rs", "ts", "mjs", "cjs"].iter().any(|ending| path.extension().is_some_and(|have| have == *ending));
        if by_hand && lines > LONG {
            println!("hint: {} has {lines} lines: does it hold more than one noun?", path.display());
        }
    }
    if problems.is_empty() {
        println!("{} files are tidy", files.texts.len());
        return Ok(());
    }
    bail!("{}", problems.join("\n"))
}

/// The text files that git tracks or would track, by their path from the root.
struct Files {
    texts: Vec<(PathBuf, String)>,
}

impl Files {
    fn read() -> Result<Self> {
        let list =
            run::output(run::command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
        let paths = list
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            // A link is another file's text.
            .filter(|path| !repo::root().join(path).is_symlink());
        // What is not UTF-8 is not text; what was removed and not yet committed is not there.
        let texts = paths.filter_map(|path| Some((path.clone(), fs::read_to_string(repo::root().join(path)).ok()?)));
        Ok(Self { texts: texts.collect() })
    }

    fn under(&self, folder: impl AsRef<Path>) -> impl Iterator<Item = (&Path, &str)> {
        let files = self.texts.iter().map(|(path, text)| (path.as_path(), text.as_str()));
        files.filter(move |(path, _)| path.starts_with(folder.as_ref()))
    }
}

/// In code: comments and tests may name a platform as an example.
fn vendors_only_where_they_belong(files: &Files, problems: &mut Vec<String>) -> Result<()> {
    let vendors: Vec<String> = adapters::read()?.into_iter().flat_map(|adapter| adapter.vendors).collect();
    for krate in PURE {
        let source = Path::new("crates").join(krate).join("src");
        for (path, text) in files.under(&source) {
            // A function is source for one vendor's runtime.
            let home =
                ["platform", "dialect", "compile/function"].iter().any(|name| path.starts_with(source.join(name)));
            let test = path.file_stem().is_some_and(|stem| stem == "tests");
            if home || test || path.parent().is_some_and(|folder| folder.ends_with("tests")) {
                continue;
            }
            for (number, line) in code_lines(text) {
                let line = line.to_ascii_lowercase();
                if let Some(vendor) = vendors.iter().find(|vendor| line.contains(vendor.as_str())) {
                    problems.push(format!(
                        "{}:{number}: names a vendor ({vendor}); that belongs under platform/, dialect/ or compile/function/",
                        path.display()
                    ));
                }
            }
        }
    }
    for folder in COMMON {
        for (path, text) in files.under(folder) {
            for (number, line) in code_lines(text).filter(|(_, line)| !line.trim_start().starts_with(['*', '/'])) {
                let line = line.to_ascii_lowercase();
                if let Some(vendor) = vendors.iter().find(|vendor| line.contains(vendor.as_str())) {
                    problems.push(format!(
                        "{}:{number}: names a vendor ({vendor}); that belongs into its adapter",
                        path.display()
                    ));
                }
            }
        }
    }
    Ok(())
}

fn bindings_only_at_the_border(files: &Files, problems: &mut Vec<String>) -> Result<()> {
    for package in packages()? {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = text(&package, "name");
        let dependencies = package.get("dependencies").and_then(Value::as_array).cloned().unwrap_or_default();
        for dependency in dependencies.iter().map(|dependency| text(dependency, "name")) {
            if name != "selvedge-wasm" && BINDINGS.contains(&dependency.as_str()) {
                problems.push(format!("crate {name} depends on {dependency}: only selvedge-wasm may"));
            }
        }
    }
    for (path, text) in PURE.iter().flat_map(|krate| files.under(Path::new("crates").join(krate))) {
        for (number, line) in code_lines(text) {
            if line.contains("wasm_bindgen") || line.contains("js_sys") {
                problems.push(format!("{}:{number}: only selvedge-wasm names wasm-bindgen and js-sys", path.display()));
            }
        }
    }
    Ok(())
}

fn package_agrees_with_crates(problems: &mut Vec<String>) -> Result<()> {
    let text = fs::read_to_string(repo::pkg().join("package.json")).context("cannot read pkg/package.json")?;
    let npm: Value = serde_json::from_str(&text).context("pkg/package.json is not JSON")?;
    for package in packages()? {
        if package.get("version") != npm.get("version") {
            let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
            problems.push(format!("pkg/package.json and crate {name} have different versions"));
        }
    }
    if npm.get("dependencies").is_some() {
        problems.push("pkg/package.json has dependencies: the package ships without any".to_owned());
    }
    if npm.get("sideEffects") != Some(&Value::Bool(false)) {
        problems.push("pkg/package.json must say \"sideEffects\": false".to_owned());
    }
    Ok(())
}

/// Neither paths of the machine that wrote a file nor the registry it used.
fn no_machine_in_the_files(files: &Files, problems: &mut Vec<String>) {
    let mut telling = vec![format!("{}/", repo::root().display())];
    telling.extend(std::env::home_dir().map(|home| format!("{}/.", home.display())));
    telling.extend(["static.", "index."].map(|host| format!("{host}crates.io")));
    telling.push(["registry", "npmjs", "org"].join("."));
    telling.extend(configured_registry());
    for (path, text) in &files.texts {
        for word in telling.iter().filter(|word| text.contains(word.as_str())) {
            problems.push(format!("{}: contains `{word}`, which is true on this machine only", path.display()));
        }
        if path.ends_with("package-lock.json") && text.contains("\"resolved\":") {
            problems.push(format!(
                "{}: has download addresses; its folder's .npmrc says how to leave them out",
                path.display()
            ));
        }
    }
}

/// What git leaves where two changes met.
fn no_half_of_a_merge(files: &Files, problems: &mut Vec<String>) {
    let marks = ["<", ">"].map(|mark| mark.repeat(7) + " ");
    for (path, text) in &files.texts {
        for (number, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.starts_with(mark.as_str())) {
                problems.push(format!("{}:{}: an unresolved merge", path.display(), number + 1));
            }
        }
    }
}

/// The host of the npm registry in use.
fn configured_registry() -> Option<String> {
    let address = run::output(run::npm().args(["config", "get", "registry"])).ok()?;
    let host = address.trim().split("://").nth(1)?.split(['/', ':']).next()?;
    (host.contains('.') && host.len() > 4).then(|| host.to_owned())
}

fn cases_can_be_read(files: &Files, problems: &mut Vec<String>) {
    for (path, text) in files.under("tests").filter(|(path, _)| path.extension().is_some_and(|ending| ending == "json"))
    {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if path.ends_with("skips.json") && !skips_say_why(&value) => {
                problems.push(format!("{}: each skip names a file, a case and a reason", path.display()));
            }
            Ok(_) => {}
            Err(error) => problems.push(format!("{}: {error}", path.display())),
        }
    }
}

/// A list of `{ "file": …, "name": …, "reason": … }`.
fn skips_say_why(value: &Value) -> bool {
    let says =
        |skip: &Value, key: &str| skip.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    let complete = |skip: &Value| ["file", "name", "reason"].iter().all(|key| says(skip, key));
    value.as_array().is_some_and(|skips| skips.iter().all(complete))
}

/// Numbered lines that are not comments, up to the tests, which come last in a file.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn packages() -> Result<Vec<Value>> {
    let printed = run::output(run::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&printed)?;
    Ok(metadata.get("packages").and_then(Value::as_array).cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_no_code() {
        let text = "//! a\ncode\n  // b\nmore // c\n#[cfg(test)]\nmod tests {}\n";
        assert_eq!(code_lines(text).collect::<Vec<_>>(), [(2, "code"), (4, "more // c")]);
    }

    #[test]
    fn a_skip_needs_a_reason() {
        let says_why = |text: &str| skips_say_why(&serde_json::from_str(text).unwrap_or_default());
        assert!(says_why("[]"));
        assert!(says_why(r#"[{ "file": "a.json", "name": "b", "reason": "cannot see the response" }]"#));
        assert!(!says_why(r#"[{ "file": "a.json", "name": "b", "reason": " " }]"#));
        assert!(!says_why(r#"{ "file": "a.json", "name": "b", "reason": "c" }"#));
    }
}
