//! docs/SUMMARY.md: the order of the documents. The book and llms.txt follow it.

use anyhow::{Context, Result};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::documents::{self, Outline};

pub(crate) const PATH: &str = "docs/SUMMARY.md";
pub(crate) const LLMS: &str = "llms.txt";

/// A document of the book.
pub(crate) struct Chapter {
    pub(crate) title: String,
    pub(crate) path: PathBuf,
}

/// The documents that SUMMARY.md names, in its order.
pub(crate) fn chapters(summary: &str) -> Vec<Chapter> {
    let links = Outline::of(summary).links;
    let chapter = |link: &documents::Link| Some((link.text.clone(), documents::target(Path::new(PATH), &link.to)?.0));
    links.iter().filter_map(chapter).map(|(title, path)| Chapter { title, path }).collect()
}

/// A table of contents for language models (llmstxt.org): SUMMARY.md, with what each document says first.
pub(crate) fn llms(summary: &str, text: impl Fn(&Path) -> Result<String>) -> Result<String> {
    let mut llms = String::new();
    for line in summary.lines() {
        if let Some(part) = line.strip_prefix("# ").filter(|_| !llms.is_empty()) {
            write!(llms, "\n## {part}\n\n")?;
        }
        for Chapter { title, path } in chapters(line) {
            let outline = Outline::of(&text(&path)?);
            if llms.is_empty() {
                write!(llms, "# {title}\n\n> {}\n", outline.paragraph)?;
            } else {
                let first = outline.paragraph.split(". ").next().unwrap_or_default().trim_end_matches(['.', ':']);
                writeln!(llms, "- [{title}]({}): {first}.", path.display())?;
            }
        }
    }
    Ok(llms)
}

/// Whether SUMMARY.md names each document under docs/ once, and llms.txt is what it makes.
pub(crate) fn problems(files: &[(PathBuf, String)], problems: &mut Vec<String>) -> Result<()> {
    let text = |path: &Path| {
        let found = files.iter().find(|(file, _)| file == path);
        found.map(|(_, text)| text.clone()).with_context(|| format!("{} is missing", path.display()))
    };
    let summary = text(Path::new(PATH))?;
    let chapters = chapters(&summary);
    for (path, _) in
        files.iter().filter(|(path, _)| path.starts_with("docs") && path.extension().is_some_and(|it| it == "md"))
    {
        let count = chapters.iter().filter(|chapter| chapter.path == *path).count();
        if path != Path::new(PATH) && count != 1 {
            problems
                .push(format!("{PATH}: names {} {count} times, and each document belongs there once", path.display()));
        }
    }
    for Chapter { path, .. } in &chapters {
        if Outline::of(&text(path)?).paragraph.is_empty() {
            problems.push(format!("{}: needs a paragraph after its title that says what it is about", path.display()));
        }
    }
    if text(Path::new(LLMS)).ok() != llms(&summary, text).ok() {
        problems.push(format!("{LLMS}: is not what {PATH} and the documents make: cargo xtask book --llms-only"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn llms_txt_follows_the_summary() {
        let summary = "# Summary\n\n[Name](../README.md)\n\n# Guide\n\n- [One](one.md)\n  - [Two](two/README.md)\n";
        let text = |path: &Path| Ok(format!("# T\n\nSays `{}`\nfirst. Then more.\n", path.display()));
        let expected = "# Name\n\n> Says README.md first. Then more.\n\n## Guide\n\n- [One](docs/one.md): Says docs/one.md first.\n\
                        - [Two](docs/two/README.md): Says docs/two/README.md first.\n";
        assert_eq!(llms(summary, text).ok().as_deref(), Some(expected));
    }
}
