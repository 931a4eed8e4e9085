//! Clean URLs of a static site.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::paths::Paths;
use crate::rules::pattern::Pattern;
use crate::rules::read::Node;
use crate::rules::rule::{Described, Member, On, Rule, Sides};

pub(super) const MEMBER: Member = Member {
    name: "html",
    is_list: false,
    first_match: false,
    on: On::Request,
    sides: Sides::LATE,
    also: None,
    values_vary: false,
};

/// How the paths of pages become the names of files. GET and HEAD, where the last segment has no dot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Html {
    /// Which paths; by default all.
    pub(crate) paths: Paths,
    /// Paths of which the site's files say otherwise than the dot whether they are pages.
    pub(crate) otherwise: Paths,
    /// The file that a path ending in `/` gets, if any.
    pub(crate) index: Option<String>,
    /// What a path not ending in `/` gets.
    pub(crate) clean: Clean,
    /// Whether viewers are redirected to the path with or without the slash.
    pub(crate) trailing_slash: TrailingSlash,
    /// Another stage than origin-request.
    pub(crate) at: Option<Stage>,
}

/// What a path without a trailing slash gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clean {
    /// `false`: nothing.
    #[default]
    Off,
    /// `"file"`: `.html`
    File,
    /// `"directory"`: `/index.html`
    Directory,
}

impl Clean {
    /// What is appended to a path.
    pub(crate) fn suffix(self) -> Option<&'static str> {
        match self {
            Clean::Off => None,
            Clean::File => Some(".html"),
            Clean::Directory => Some("/index.html"),
        }
    }
}

/// Whether pages end in a slash; the other form is redirected with 308.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TrailingSlash {
    /// `"keep"`: both forms are served.
    #[default]
    Keep,
    /// `"add"`
    Add,
    /// `"remove"`
    Remove,
}

impl Html {
    pub(crate) fn read(node: &Node<'_>) -> Option<Html> {
        let mut fields = node.object()?;
        let paths = Paths::read(&mut fields, "for", Some("/*"));
        let index = fields.take("index").and_then(|node| {
            let name = node.string("a file name")?;
            if name.is_empty() || name.contains(|c: char| matches!(c, '/' | '\\' | '?' | '#') || c.is_control()) {
                node.error(
                    format_args!("{name:?} is not a file name"),
                    "write a name without slashes, for example \"index.html\"",
                );
            }
            Some(name.to_owned())
        });
        let clean = fields.take("clean").and_then(|node| match node.value {
            crate::rules::Value::Bool(false) => Some(Clean::Off),
            crate::rules::Value::Bool(true) => {
                node.error(
                    "true does not say how",
                    "write \"file\" (/a is /a.html) or \"directory\" (/a is /a/index.html)",
                );
                None
            }
            _ => node.one_of(&[("file", Clean::File), ("directory", Clean::Directory)]),
        });
        let slashes = [("keep", TrailingSlash::Keep), ("add", TrailingSlash::Add), ("remove", TrailingSlash::Remove)];
        let trailing_slash = fields.take("trailingSlash").and_then(|node| node.one_of(&slashes));
        let clean = clean.unwrap_or_default();
        let mut otherwise = Vec::new();
        if let Some(files) = fields.take("files") {
            for node in files.items() {
                let Some(file) = node.string("a path") else { continue };
                let page = clean.suffix().and_then(|suffix| file.strip_suffix(suffix));
                let page = page.or_else(|| file.strip_suffix(index.as_deref()?)?.strip_suffix('/'));
                let path = page.unwrap_or(file);
                let dotted = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
                if dotted == page.is_some() {
                    otherwise.extend(Pattern::parse(path));
                }
            }
        }
        let at = fields.at(&[Stage::OriginRequest, Stage::ViewerRequest]);
        let mut paths = paths?;
        if paths.patterns.iter().any(Pattern::is_every_path) {
            paths.except.extend(NO_PAGES.iter().filter_map(|path| Pattern::parse(path).ok()));
        }
        let otherwise = Paths { patterns: otherwise, except: Vec::new(), ignore_case: paths.ignore_case };
        Some(Html { paths, otherwise, index, clean, trailing_slash: trailing_slash.unwrap_or_default(), at })
    }
}

/// RFC 8615, and a file of Apple's that may stand at the root: others say what these paths are.
const NO_PAGES: [&str; 2] = ["/.well-known/*", "/apple-app-site-association"];

impl Rule for Html {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn at(&self) -> Option<Stage> {
        self.at
    }
}

impl Display for Html {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.paths.fmt(f)
    }
}

impl Described for Html {}

impl Display for TrailingSlash {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TrailingSlash::Keep => "keep",
            TrailingSlash::Add => "add",
            TrailingSlash::Remove => "remove",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, rules};

    #[test]
    fn nothing_is_on_unless_asked_for() {
        let html = |members: &str| rules(&format!(r#"{{ "html": {{ {members} }} }}"#)).html;
        let off = html(r#""clean": false"#);
        assert!(off.is_some_and(|html| html.index.is_none() && html.clean == Clean::Off));
        assert!(html(r#""trailingSlash": "add""#).is_some_and(|html| html.trailing_slash == TrailingSlash::Add));
        assert_problem(r#"{ "html": { "index": "/index.html" } }"#, "html.index", "without slashes");
        assert_problem(r#"{ "html": { "clean": true } }"#, "html.clean", "\"directory\"");
        assert_problem(r#"{ "html": { "at": "origin-response" } }"#, "html.at", "cannot run");
    }
}
