//! The documents: where their links lead, and the anchors of their headings.

use anyhow::{Context, Result};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

/// Where the sources are read by others.
pub(crate) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

pub(crate) struct Link {
    pub(crate) text: String,
    pub(crate) to: String,
    /// Of the whole link in the text.
    range: Range<usize>,
}

/// A document in short: what a table of contents needs.
#[derive(Default)]
pub(crate) struct Outline {
    pub(crate) links: Vec<Link>,
    pub(crate) headings: Vec<String>,
    /// Code in running text.
    pub(crate) codes: Vec<String>,
    /// What stands between the title and the next heading or block, as plain text.
    pub(crate) paragraph: String,
}

impl Outline {
    pub(crate) fn of(markdown: &str) -> Self {
        let mut outline = Self::default();
        // A link may be around an image.
        let (mut heading, mut open, mut paragraph) = (None, Vec::new(), None);
        let mut begun = false;
        for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    begun = !outline.headings.is_empty();
                    outline.headings.extend(heading.take());
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    open.push(Link { text: String::new(), to: dest_url.into_string(), range });
                }
                Event::End(TagEnd::Link | TagEnd::Image) => outline.links.extend(open.pop()),
                Event::Start(Tag::Paragraph) if !begun => (begun, paragraph) = (true, Some(String::new())),
                Event::End(TagEnd::Paragraph) => outline.paragraph.extend(paragraph.take()),
                Event::Start(Tag::CodeBlock(_) | Tag::Table(_) | Tag::List(_)) => begun = true,
                Event::Code(text) => {
                    push(&mut heading, open.last_mut(), &mut paragraph, &text);
                    outline.codes.push(text.into_string());
                }
                Event::Text(text) => push(&mut heading, open.last_mut(), &mut paragraph, &text),
                Event::SoftBreak | Event::HardBreak => push(&mut heading, open.last_mut(), &mut paragraph, " "),
                _ => {}
            }
        }
        outline
    }

    /// As GitHub and mdBook make them of the headings.
    fn anchors(&self) -> BTreeSet<String> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let anchor = |heading: &String| {
            let kept = heading.to_lowercase();
            let slug = kept.chars().filter(|it| it.is_alphanumeric() || [' ', '-', '_'].contains(it));
            let slug = slug.collect::<String>().replace(' ', "-");
            let count = seen.entry(slug.clone()).and_modify(|count| *count += 1).or_default();
            if *count == 0 { slug } else { format!("{slug}-{count}") }
        };
        self.headings.iter().map(anchor).collect()
    }
}

fn push(heading: &mut Option<String>, link: Option<&mut Link>, paragraph: &mut Option<String>, text: &str) {
    if let Some(heading) = heading {
        heading.push_str(text);
    }
    if let Some(link) = link {
        link.text.push_str(text);
    }
    if let Some(paragraph) = paragraph {
        paragraph.push_str(text);
    }
}

/// The file or folder that a link in the document `from` leads to, by its path from the root, and its anchor. Nothing for
/// addresses on the web.
pub(crate) fn target<'a>(from: &Path, to: &'a str) -> Option<(PathBuf, Option<&'a str>)> {
    if to.contains("://") || to.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = to.split_once('#').map_or((to, None), |(path, anchor)| (path, Some(anchor)));
    if path.is_empty() {
        return Some((from.to_owned(), anchor));
    }
    let mut found = from.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => drop(found.pop()),
            Component::Normal(name) => found.push(name),
            _ => {}
        }
    }
    Some((found, anchor))
}

/// The document with other addresses in its links, where `to` gives one.
pub(crate) fn relinked(markdown: &str, to: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut text = markdown.to_owned();
    for link in Outline::of(markdown).links.iter().rev() {
        let Some(new) = to(&link.to) else { continue };
        let whole = markdown.get(link.range.clone()).unwrap_or_default();
        let old = format!("]({}", link.to);
        let at = whole.rfind(&old).with_context(|| format!("the link `{whole}` is not written as [text](address)"))?;
        let start = link.range.start + at;
        text.replace_range(start..start + old.len(), &format!("]({new}"));
    }
    Ok(text)
}

/// Where a link of the document `from` leads in the repository, if its readers do not have the file: `has` says which they have.
pub(crate) fn address(from: &Path, to: &str, has: impl Fn(&Path) -> bool) -> Option<String> {
    let (path, anchor) = target(from, to).filter(|(path, _)| !has(path))?;
    // A picture is not the page about it.
    let kind = path.extension().map_or("tree", |ending| if ending == "svg" { "raw" } else { "blob" });
    let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
    Some(format!("{REPOSITORY}/{kind}/main/{}{anchor}", path.display()))
}

/// Links between files that lead nowhere, in all documents of the tree.
pub(crate) fn broken_links(files: &[(PathBuf, String)], problems: &mut Vec<String>) {
    // Pages of the sites under test lead to addresses of their site; the test that crawls them follows those.
    let is_document =
        |path: &Path| path.extension().is_some_and(|ending| ending == "md") && !path.starts_with("tests/sites");
    let outlines: BTreeMap<&Path, Outline> = files
        .iter()
        .filter(|(path, _)| is_document(path))
        .map(|(path, text)| (path.as_path(), Outline::of(text)))
        .collect();
    for (from, outline) in &outlines {
        for link in &outline.links {
            let Some((path, anchor)) = target(from, &link.to) else { continue };
            let broken = match (outlines.get(path.as_path()), anchor) {
                (Some(document), Some(anchor)) => !document.anchors().contains(anchor),
                (Some(_), None) => false,
                (None, _) => !files.iter().any(|(file, _)| file.starts_with(&path)),
            };
            if broken {
                problems.push(format!("{}: the link to {} leads nowhere", from.display(), link.to));
            }
        }
    }
}

/// The top of what a contributor changes.
const SOURCES: [&str; 6] = ["crates/", "docs/", "examples/", "js-shim/", "pkg/", "tests/"];

/// Files that CONTRIBUTING.md names, and that are not there: its recipes are to be true.
pub(crate) fn missing_files(files: &[(PathBuf, String)], problems: &mut Vec<String>) {
    let contributing = Path::new("CONTRIBUTING.md");
    let Some((_, text)) = files.iter().find(|(path, _)| path == contributing) else { return };
    for name in Outline::of(text).codes.iter().filter(|name| SOURCES.iter().any(|top| name.starts_with(top))) {
        if !files.iter().any(|(file, _)| file.starts_with(name)) {
            problems.push(format!("CONTRIBUTING.md: there is no {name}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &[(&str, &str)]) -> Vec<(PathBuf, String)> {
        all.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
    }

    #[test]
    fn links_lead_to_files_folders_and_headings() {
        let tree = files(&[
            (
                "README.md",
                "# A `b`, c!\n\n[x](docs/one.md#two-words) [y](src) [z](#a-b-c) [w](https://example.org/#no)",
            ),
            (
                "docs/one.md",
                "# One\n\n```md\n# Not a heading\n[no](nowhere.md)\n```\n\n## Two words\n## Two words\n\n[up](../README.md) [again](#two-words-1)",
            ),
            ("src/main.rs", ""),
        ]);
        let mut problems = Vec::new();
        broken_links(&tree, &mut problems);
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn a_link_to_nothing_is_a_problem() {
        for link in ["docs/two.md", "docs/one.md#three", "#three", "../README.md/x", "sr", "docs/one.md#not-a-heading"]
        {
            let tree = files(&[
                ("README.md", &format!("# A\n\n[x]({link})")),
                ("docs/one.md", "# One\n\n```md\n# Not a heading\n```"),
            ]);
            let mut problems = Vec::new();
            broken_links(&tree, &mut problems);
            assert_eq!(problems, [format!("README.md: the link to {link} leads nowhere")]);
        }
    }

    #[test]
    fn recipes_name_files_that_exist() {
        let text =
            "`tests/cases` `tests/case` `cargo test` `tests/cases/a.json`\n\n```sh\ntests/none\n```\n\n`docs/b.md`";
        let tree = files(&[("CONTRIBUTING.md", text), ("tests/cases/a.json", "")]);
        let mut problems = Vec::new();
        missing_files(&tree, &mut problems);
        assert_eq!(problems, ["CONTRIBUTING.md: there is no tests/case", "CONTRIBUTING.md: there is no docs/b.md"]);
    }

    #[test]
    fn links_are_changed_and_nothing_else() {
        let text = "a.md [a.md](a.md) `[a](a.md)` [![i](a.md)](a.md#x) [b](b.md)\n";
        let changed = relinked(text, |to| to.strip_prefix("a.md").map(|rest| format!("c.md{rest}")));
        assert_eq!(changed.ok().as_deref(), Some("a.md [a.md](c.md) `[a](a.md)` [![i](c.md)](c.md#x) [b](b.md)\n"));
    }
}
