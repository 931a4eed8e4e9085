//! Sections: which of their directives count, and for what.

use super::Reader;
use super::lex::{Directive, Item, Owned};
use crate::dialect::pcre::Pcre;
use crate::dialect::route::{literal, one_or_list};
use crate::dialect::sink::{Members, string};
use crate::places::Span;
use crate::rules::Value;

/// What a section says of the directives in it.
#[derive(Clone)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) span: Span,
    /// The hosts of a virtual host, and its scheme, where its port says it.
    hosts: Vec<String>,
    scheme: Option<&'static str>,
    /// Members of `for`, where files are chosen by their names.
    files: Option<Value>,
    /// Nothing in it is read.
    pub(super) skipped: bool,
    /// Paths are compared as they are in a file of a directory: without their slash.
    pub(super) is_directory: bool,
    /// What `for` is for its paths, where these can be named.
    paths: Option<Value>,
    /// `RewriteEngine` and `RewriteBase` around it: these are for one section.
    around: (bool, Option<String>),
}

impl Section {
    /// What it says is for the same paths as what is around it.
    fn is_condition(&self) -> bool {
        matches!(
            self.name.as_str(),
            "ifmodule" | "ifversion" | "ifdefine" | "virtualhost" | "requireany" | "requireall"
        )
    }
}

impl Reader {
    pub(super) fn is_skipped(&self) -> bool {
        self.sections.iter().any(|section| section.skipped)
    }

    pub(super) fn open(&mut self, section: &Directive, rest: &[Item]) {
        let outer = self.is_skipped();
        let first = section.words.first().map(|word| word.text.as_str()).unwrap_or_default();
        let mut opened = Section {
            name: section.name.clone(),
            span: section.span,
            hosts: Vec::new(),
            scheme: None,
            files: None,
            skipped: outer,
            is_directory: false,
            paths: None,
            around: (self.is_on, self.base.clone()),
        };
        let done = match section.name.as_str() {
            // Modules that the file is written for are there.
            "ifmodule" => {
                if let (Some(name), false) = (first.strip_prefix('!'), outer) {
                    opened.skipped = true;
                    let message = format!("{name} is taken for loaded: what is for a server without it is left out");
                    self.sink.note("changed-meaning", section.span, message, "");
                }
                Ok(())
            }
            // Apache is started without -D, and is not an old one.
            "ifdefine" if !first.starts_with('!') => Err("a part for a start with -D".to_owned()),
            "ifdefine" => Ok(()),
            "ifversion" if first.starts_with(['!', '<']) => Err("a part for another version of Apache".to_owned()),
            "ifversion" => Ok(()),
            "virtualhost" => {
                opened.scheme = scheme(&section.words);
                hosts(rest).map(|hosts| opened.hosts = hosts)
            }
            "directory" => {
                opened.is_directory = true;
                self.directory(section).and_then(|inside| match inside.as_str() {
                    "" => Ok(()),
                    inside => {
                        opened.paths = Some(below(inside));
                        Err("a <Directory> inside of the site: write its rules for its paths".to_owned())
                    }
                })
            }
            "files" | "filesmatch" => files(&section.name, &section.words).map(|value| {
                opened.paths = Some(value.clone());
                opened.files = Some(value);
            }),
            name => {
                if name == "location"
                    && section.words.len() == 1
                    && first.starts_with('/')
                    && !first.contains(['*', '?', '['])
                {
                    opened.paths = Some(below(first));
                }
                Err(format!("sections <{name}>"))
            }
        };
        if !opened.is_condition() || opened.name == "virtualhost" {
            (self.is_on, self.base) = (false, None);
            self.conditions.clear();
        }
        if let Err(what) = done {
            opened.skipped = true;
            if !outer {
                self.refuse(section.span, &what);
            }
        }
        self.sections.push(opened);
    }

    pub(super) fn close(&mut self) {
        let Some(section) = self.sections.pop() else { return };
        if !section.is_condition() || section.name == "virtualhost" {
            (self.is_on, self.base) = section.around;
            self.conditions.clear();
        }
    }

    /// Where a directory is below the root of the site; an error where that is not known.
    fn directory(&self, section: &Directive) -> Result<String, String> {
        let unknown = || Err("a <Directory> that is not the DocumentRoot of the file".to_owned());
        let [path] = section.words.as_slice() else { return unknown() };
        let host =
            self.sections.iter().rev().find(|section| section.name == "virtualhost").map(|section| section.span.line);
        let own = host.and_then(|line| self.roots.iter().find(|(of, _)| *of == line));
        let root = match own.or(self.roots.first()) {
            Some((_, root)) if own.is_some() || self.roots.iter().all(|(_, other)| other == root) => root,
            _ => return unknown(),
        };
        match path.text.trim_end_matches('/').strip_prefix(root.as_str()) {
            Some(inside) if (inside.is_empty() || inside.starts_with('/')) && !inside.contains(['*', '?', '[']) => {
                Ok(inside.to_owned())
            }
            _ => unknown(),
        }
    }

    /// The conditions of the sections around a line.
    pub(super) fn around(&self) -> Vec<(String, Value)> {
        let hosts = self.sections.iter().flat_map(|section| &section.hosts).cloned().collect::<Vec<_>>();
        let host = (!hosts.is_empty()).then(|| ("host".to_owned(), one_or_list(&hosts)));
        let scheme = self.sections.iter().find_map(|section| section.scheme);
        scheme.map(|scheme| ("scheme".to_owned(), string(scheme))).into_iter().chain(host).collect()
    }

    /// The patterns of files that a section is for.
    pub(super) fn files(&self) -> Option<Value> {
        self.sections.iter().rev().find_map(|section| section.files.clone())
    }

    /// Answers 403 where a guard stands that rules do not have, and says whether its paths are known.
    pub(super) fn keep_closed(&mut self, directive: &Directive) -> bool {
        let paths = match self.sections.iter().rev().find(|section| !section.is_condition()) {
            Some(section) if section.is_directory && !section.skipped => Some(string("/*")),
            Some(section) => section.paths.clone(),
            None => Some(string("/*")),
        };
        let Some(paths) = paths else { return false };
        let mut members: Members = vec![("for", paths, None)];
        let when = self.around();
        if !when.is_empty() {
            members.push(("when", Value::Object(when), None));
        }
        members.push(("status", Value::Number(403.0), None));
        self.sink.rule("responses", directive.span, members);
        true
    }
}

/// What keeps all out that it does not name.
pub(super) fn is_guard(directive: &Directive) -> bool {
    let words: Vec<String> = directive.words.iter().map(|word| word.text.to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match directive.name.as_str() {
        "require" => !matches!(words.as_slice(), ["all", "granted"] | ["not", ..]),
        "deny" => words == ["from", "all"],
        "sslverifyclient" => words == ["require"],
        _ => false,
    }
}

/// The roots of sites, each with the line of its virtual host.
pub(super) fn roots(items: &[Item]) -> Vec<(u32, String)> {
    let (mut host, mut roots) = (0, Vec::new());
    for item in items {
        match item {
            Item::Open(section) if section.name == "virtualhost" => host = section.span.line,
            Item::Close(section) if section.name == "virtualhost" => host = 0,
            Item::Directive(directive) if directive.name == "documentroot" => {
                roots.extend(directive.words.first().map(|word| (host, word.text.trim_end_matches('/').to_owned())));
            }
            _ => {}
        }
    }
    roots
}

/// The hosts of a virtual host, wherever in it they stand.
fn hosts(rest: &[Item]) -> Result<Vec<String>, String> {
    let mut hosts = Vec::new();
    let inside = rest.iter().take_while(|item| !matches!(item, Item::Close(section) if section.name == "virtualhost"));
    for item in inside {
        let Item::Directive(directive) = item else { continue };
        if !matches!(directive.name.as_str(), "servername" | "serveralias") {
            continue;
        }
        for word in &directive.words {
            let host = word.text.split("://").last().unwrap_or_default().split(':').next().unwrap_or_default();
            if host.strip_prefix("*.").unwrap_or(host).contains(['*', '?', '/']) || host.is_empty() {
                return Err(format!("a host as {:?}", word.text));
            }
            hosts.push(host.to_ascii_lowercase());
        }
    }
    Ok(hosts)
}

/// What the port of a virtual host says.
fn scheme(addresses: &[Owned]) -> Option<&'static str> {
    let ends = |port: &str| !addresses.is_empty() && addresses.iter().all(|word| word.text.ends_with(port));
    if ends(":80") {
        Some("http")
    } else if ends(":443") {
        Some("https")
    } else {
        None
    }
}

fn below(path: &str) -> Value {
    let bare = literal(path.trim_end_matches('/'));
    one_or_list(&[bare.clone(), format!("{bare}/*")].into_iter().filter(|path| !path.is_empty()).collect::<Vec<_>>())
}

/// `for` of the files of a section: their names, wherever they are.
fn files(section: &str, words: &[Owned]) -> Result<Value, String> {
    let (is_match, word) = match words {
        [tilde, word] if tilde.text == "~" => (true, word),
        [word] => (section == "filesmatch", word),
        _ => return Err("a section without the name of files".to_owned()),
    };
    if is_match {
        let pcre = Pcre::new(&word.text, false)?;
        return Ok(one_or_list(&[pcre.file_name()?]));
    }
    if word.text.contains(['?', '[', '/', '{']) {
        return Err(format!("names of files as {:?}", word.text));
    }
    Ok(string(word.text.replace(':', "{:}")))
}
