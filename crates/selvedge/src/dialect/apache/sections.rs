//! Sections: which of their directives count, and for what.

use super::Reader;
use super::lex::{Directive, Item, Owned};
use super::permissions::{Permissions, is_container, limited};
use super::viewer::expression_says_who;
use crate::dialect::pcre::Pcre;
use crate::dialect::route::{literal, one_or_list};
use crate::places::Span;
use crate::rules::Value;

/// What a section says of the directives in it.
pub(super) struct Section {
    pub(super) name: String,
    pub(super) span: Span,
    /// The hosts and the scheme of a virtual host.
    when: Vec<(String, Value)>,
    /// Nothing in it is read but what keeps requests out.
    skipped: bool,
    /// Nothing in it counts.
    is_off: bool,
    /// Paths are compared as they are in a file of a directory: without their slash.
    pub(super) is_directory: bool,
    /// What it says is for some viewers, by who they are.
    pub(super) by_viewer: bool,
    /// What it is for, if that is less than what is around it.
    pub(super) scope: Option<Scope>,
    /// `RewriteEngine` and `RewriteBase` around it: these are for one section.
    around: (bool, Option<String>),
    pub(super) permissions: Permissions,
}

/// The paths of a section, and which sections it counts before.
#[derive(Clone)]
pub(super) struct Scope {
    /// As patterns of rules; `None` where these are not known, or are all.
    pub(super) paths: Option<Vec<String>>,
    /// A folder's page is one of them.
    pub(super) has_index: bool,
    /// `<Directory>` by its depth, `<Files>`, `<Location>`.
    pub(super) rank: (u8, usize),
    /// The methods of `<Limit>`.
    pub(super) methods: Vec<(String, Value)>,
    /// It is not a part of the site.
    pub(super) is_elsewhere: bool,
}

impl Scope {
    fn all(rank: u8) -> Scope {
        Scope { paths: None, has_index: false, rank: (rank, 0), methods: Vec::new(), is_elsewhere: false }
    }

    fn of(rank: u8, paths: Vec<String>) -> Scope {
        Scope { paths: Some(paths), ..Scope::all(rank) }
    }
}

/// What a finding says of a section whose paths are not known.
const UNKNOWN: &str = "; where the section keeps requests out, all paths are answered 403: to open what it is not for, write it as \"responses\" and take the section out";

impl Section {
    /// What it says is for the same paths as what is around it.
    fn is_condition(&self) -> bool {
        matches!(self.name.as_str(), "ifmodule" | "ifversion" | "ifdefine" | "virtualhost" | "if" | "else" | "elseif")
            || is_container(&self.name)
    }
}

impl Reader {
    pub(super) fn is_skipped(&self) -> bool {
        self.sections.iter().any(|section| section.skipped || section.is_off)
    }

    /// Not even guards count.
    pub(super) fn is_off(&self) -> bool {
        self.sections.iter().any(|section| section.is_off)
    }

    pub(super) fn open(&mut self, section: &Directive) {
        let outer = self.is_skipped();
        let first = section.words.first().map(|word| word.text.as_str()).unwrap_or_default();
        let mut opened = Section {
            name: section.name.clone(),
            span: section.span,
            when: Vec::new(),
            skipped: outer,
            is_off: false,
            is_directory: false,
            by_viewer: self.is_by_viewer(section),
            scope: None,
            around: (self.is_on, self.base.clone()),
            permissions: Permissions::default(),
        };
        let done = match section.name.as_str() {
            // Modules that the file is written for are there.
            "ifmodule" => {
                if let (Some(name), false) = (first.strip_prefix('!'), outer) {
                    opened.is_off = true;
                    let message = format!("{name} is taken for loaded: what is for a server without it is left out");
                    self.sink.note("changed-meaning", section.span, message, "");
                }
                Ok(())
            }
            // Apache is started without -D, and is not an old one.
            "ifdefine" if !first.starts_with('!') => Err("a part for a start with -D".to_owned()),
            "ifdefine" => Ok(()),
            "ifversion" if first.starts_with(['!', '<']) => {
                opened.is_off = true;
                Err("a part for another version of Apache".to_owned())
            }
            "ifversion" => Ok(()),
            name if is_container(name) => {
                if !self.is_off() {
                    self.permissions().open(section);
                }
                Ok(())
            }
            "virtualhost" => {
                opened.scope = Some(Scope::all(0));
                self.host(section).map(|when| opened.when = when)
            }
            "directory" => {
                opened.is_directory = true;
                self.directory(section).map(|scope| opened.scope = Some(scope))
            }
            "files" | "filesmatch" => files(&section.name, &section.words, &self.indexes).map(|scope| {
                opened.scope = Some(scope);
            }),
            "location" | "locationmatch" => location(&section.name, &section.words).map(|scope| {
                opened.scope = Some(scope);
            }),
            "limit" | "limitexcept" => limited(section).ok_or("methods as these".to_owned()).map(|methods| {
                opened.scope = Some(Scope { methods, ..self.scope() });
            }),
            // What it says counts after all other sections.
            "if" | "elseif" | "else" => {
                opened.scope = Some(Scope { rank: (6, 0), ..self.scope() });
                Err(format!("sections <{}>", section.name))
            }
            name => Err(format!("sections <{name}>")),
        };
        if !opened.is_condition() || opened.name == "virtualhost" {
            (self.is_on, self.base) = (false, None);
            self.conditions.clear();
        }
        if let Err(mut what) = done {
            opened.skipped = true;
            if !opened.is_condition() && opened.scope.is_none() {
                // What it is for is not known: it may be all.
                opened.scope = Some(Scope::all(5));
                what += UNKNOWN;
            }
            if !outer {
                self.refuse(section.span, &what);
            }
        }
        if opened.scope.as_ref().is_some_and(|scope| scope.is_elsewhere) && !outer {
            opened.skipped = true;
            self.refuse(section.span, "a <Directory> that is not a part of the site");
        }
        self.sections.push(opened);
    }

    /// Whether an `<If>` asks who it is that asks; what follows it is for the others.
    fn is_by_viewer(&mut self, section: &Directive) -> bool {
        let says_who = || section.words.iter().any(|word| expression_says_who(&word.text));
        match section.name.as_str() {
            "if" => self.asked_who = says_who(),
            "elseif" => self.asked_who |= says_who(),
            "else" => {}
            _ => return false,
        }
        self.asked_who
    }

    pub(super) fn close(&mut self) {
        if self.sections.last().is_some_and(|section| is_container(&section.name)) && !self.is_off() {
            self.permissions().close();
        }
        let permissions = self.sections.last_mut().map(|section| std::mem::take(&mut section.permissions));
        self.guarded(permissions.unwrap_or_default());
        let Some(section) = self.sections.pop() else { return };
        if !section.is_condition() || section.name == "virtualhost" {
            (self.is_on, self.base) = section.around;
            self.conditions.clear();
        }
    }

    /// The permissions of the section that the current line is in.
    pub(super) fn permissions(&mut self) -> &mut Permissions {
        match self.sections.iter_mut().rev().find(|section| section.scope.is_some()) {
            Some(section) => &mut section.permissions,
            None => &mut self.permissions,
        }
    }

    /// What the current line is for. A section in another one is for what both are for; the inner one alone is more.
    pub(super) fn scope(&self) -> Scope {
        self.sections.iter().rev().find_map(|section| section.scope.clone()).unwrap_or(Scope::all(0))
    }

    /// Where a directory is below the root of the site; an error where that is not known.
    fn directory(&self, section: &Directive) -> Result<Scope, String> {
        let unknown = || Err("a <Directory> where its part of the site is not known: name the DocumentRoot".to_owned());
        let [path] = section.words.as_slice() else { return unknown() };
        let host =
            self.sections.iter().rev().find(|section| section.name == "virtualhost").map(|section| section.span.line);
        let own = host.and_then(|line| self.roots.iter().find(|(of, _)| *of == line));
        let root = match own.or(self.roots.first()) {
            Some((_, root)) if own.is_some() || self.roots.iter().all(|(_, other)| other == root) => root,
            _ => return unknown(),
        };
        let path = path.text.trim_end_matches('/');
        if path.contains(['*', '?', '[']) {
            return unknown();
        }
        let depth = path.matches('/').count();
        let inside = |path: &str, of: &str| {
            path.strip_prefix(of).filter(|rest| rest.is_empty() || rest.starts_with('/')).map(str::to_owned)
        };
        let places =
            std::iter::once(("", root.as_str())).chain(self.aliases.iter().map(|(at, to)| (at.as_str(), to.as_str())));
        let mut paths = Vec::new();
        for (at, to) in places {
            match (inside(path, to), inside(to, path)) {
                (Some(rest), _) => paths.push(format!("{at}{rest}")),
                (None, Some(_)) => paths.push(at.to_owned()),
                (None, None) => {}
            }
        }
        let scope = Scope { rank: (1, depth), ..Scope::all(1) };
        Ok(if paths.iter().any(String::is_empty) {
            scope
        } else {
            let is_elsewhere = paths.is_empty();
            Scope { paths: Some(paths.iter().flat_map(|path| below(path)).collect()), is_elsewhere, ..scope }
        })
    }

    /// The line of the section that the current line is in, but for those of modules; 0 for none.
    pub(super) fn section(&self) -> u32 {
        self.sections.iter().rev().find(|section| section.name != "ifmodule").map_or(0, |section| section.span.line)
    }

    /// The conditions of the sections around a line.
    pub(super) fn around(&self) -> Vec<(String, Value)> {
        self.sections.iter().flat_map(|section| &section.when).cloned().collect()
    }

    /// The patterns of the part of the site that a line is for, if it is not for all of it.
    pub(super) fn files(&self) -> Option<Value> {
        self.scope().paths.map(|paths| one_or_list(&paths))
    }
}

/// Whether a file is a server's own: what only such a file may have is in it.
pub(super) fn is_server(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Open(section) => {
            matches!(
                section.name.as_str(),
                "virtualhost" | "directory" | "directorymatch" | "location" | "locationmatch"
            )
        }
        Item::Directive(directive) => {
            matches!(directive.name.as_str(), "documentroot" | "listen" | "loadmodule" | "servername" | "serverroot")
        }
        Item::Close(_) => false,
    })
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

/// The lines of the rules for rewriting after which none comes in the same section.
pub(super) fn last_rules(items: &[Item]) -> Vec<u32> {
    let is_condition = |name: &str| matches!(name, "ifmodule" | "ifversion" | "ifdefine");
    let mut lines = Vec::new();
    let mut is_last = true;
    let mut around = Vec::new();
    for item in items.iter().rev() {
        match item {
            Item::Directive(directive) if directive.name == "rewriterule" => {
                lines.extend(std::mem::take(&mut is_last).then_some(directive.span.line));
            }
            Item::Close(section) if !is_condition(&section.name) => around.push(std::mem::replace(&mut is_last, true)),
            Item::Open(section) if !is_condition(&section.name) => is_last = around.pop().unwrap_or(true),
            _ => {}
        }
    }
    lines
}

/// `Alias` and its like: which paths lead where on the disk.
pub(super) fn aliases(items: &[Item]) -> Vec<(String, String)> {
    let pairs = items.iter().filter_map(|item| match item {
        Item::Directive(directive) if matches!(directive.name.as_str(), "alias" | "scriptalias") => Some(directive),
        _ => None,
    });
    let bare = |word: &Owned| word.text.trim_end_matches('/').to_owned();
    pairs.filter_map(|it| if let [at, to] = it.words.as_slice() { Some((bare(at), bare(to))) } else { None }).collect()
}

/// The pages that a folder may have.
pub(super) fn indexes(items: &[Item]) -> Vec<String> {
    let names = items.iter().flat_map(|item| match item {
        Item::Directive(directive) if directive.name == "directoryindex" => directive.words.as_slice(),
        _ => &[],
    });
    names.map(|word| word.text.clone()).chain(["index.html".to_owned()]).collect()
}

/// A path and what is below it.
pub(super) fn below(path: &str) -> Vec<String> {
    let bare = literal(path.trim_end_matches('/'));
    let own = (!path.ends_with('/')).then(|| bare.clone());
    own.into_iter().chain([format!("{bare}/*")]).collect()
}

fn location(section: &str, words: &[Owned]) -> Result<Scope, String> {
    let (is_match, word) = match words {
        [tilde, word] if tilde.text == "~" => (true, word),
        [word] => (section == "locationmatch", word),
        _ => return Err("a section without a path".to_owned()),
    };
    let text = word.text.as_str();
    if is_match {
        return Ok(Scope::of(4, Pcre::new(text, false)?.path("")?.any_case()));
    }
    match text {
        "/" => Ok(Scope::all(4)),
        _ if !text.starts_with('/') || text.contains(['*', '?', '[']) => Err(format!("a <Location> as {text:?}")),
        _ => Ok(Scope::of(4, below(text))),
    }
}

/// Files by their names, wherever they are.
fn files(section: &str, words: &[Owned], indexes: &[String]) -> Result<Scope, String> {
    let (is_match, word) = match words {
        [tilde, word] if tilde.text == "~" => (true, word),
        [word] => (section == "filesmatch", word),
        _ => return Err("a section without the name of files".to_owned()),
    };
    if is_match {
        let pcre = Pcre::new(&word.text, false)?;
        let matcher = pcre.matcher();
        let has_index = indexes.iter().any(|name| matcher.may_match(name));
        return Ok(Scope { has_index, ..Scope::of(3, pcre.file_names()?) });
    }
    if word.text.is_empty() || word.text.contains(['?', '[', '/', '{']) {
        return Err(format!("names of files as {:?}", word.text));
    }
    let matches = |name: &&String| match word.text.split_once('*') {
        Some((begin, rest)) => name.starts_with(begin) && (rest.contains('*') || name.ends_with(rest)),
        None => **name == word.text,
    };
    let has_index = indexes.iter().any(|name| matches(&name));
    Ok(Scope { has_index, ..Scope::of(3, vec![word.text.replace(':', "{:}")]) })
}
