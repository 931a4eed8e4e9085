//! `ErrorDocument`: pages and texts of errors.

use super::Reader;
use super::lex::{Directive, Item, Owned};
use crate::dialect::line::split_url;
use crate::dialect::route::{Route, one_or_list};
use crate::dialect::sink::{Members, string};
use crate::rules::Value;

/// The type that Apache sends such a text with.
const TEXT: &str = "text/html; charset=iso-8859-1";

/// What stands for the answers of a status: a text, or the name of a file of the site.
enum Page {
    Text(String),
    File(String),
}

impl Page {
    fn members(&self) -> Members {
        match self {
            Page::Text(text) => {
                let kind = Value::Object(vec![("Content-Type".to_owned(), string(TEXT))]);
                vec![("headers", kind, None), ("body", string(text), None)]
            }
            Page::File(path) => {
                let file = Value::Object(vec![("file".to_owned(), string(path.trim_start_matches('/')))]);
                vec![("body", file, None)]
            }
        }
    }
}

/// What an `ErrorDocument` has besides a page for 404, which the origin has. `files` are those of the site.
fn page(directive: &Directive, files: &[String]) -> Option<(u16, Page)> {
    let [status, page] = directive.words.as_slice() else { return None };
    let status = status.text.parse().ok().filter(|status| (400..600).contains(status))?;
    let to = page.text.as_str();
    let is_text = !to.starts_with('/') && split_url(to).is_none() && !to.eq_ignore_ascii_case("default");
    if is_text {
        return Some((status, Page::Text(to.to_owned())));
    }
    (status != 404 && files.iter().any(|file| file == to)).then(|| (status, Page::File(to.to_owned())))
}

/// The directives for the whole site: the last one of each status, which counts, and those whose place it takes.
fn sorted(items: &[Item]) -> (Vec<&Directive>, Vec<&Directive>) {
    let mut narrow = 0;
    let (mut last, mut replaced): (Vec<&Directive>, Vec<&Directive>) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Open(section) if section.name != "ifmodule" => narrow += 1,
            Item::Close(section) if section.name != "ifmodule" => narrow -= 1,
            Item::Directive(directive) if narrow == 0 && directive.name == "errordocument" => {
                let status = directive.words.first().map(text);
                let same = last.iter().position(|other| other.words.first().map(text) == status);
                replaced.extend(same.map(|at| last.remove(at)));
                last.push(directive);
            }
            _ => {}
        }
    }
    (last, replaced)
}

fn text(word: &Owned) -> &str {
    &word.text
}

/// What the file says of the answers that rules make, for the whole site.
pub(super) fn bodies(items: &[Item], files: &[String]) -> Vec<(u16, Members)> {
    let (last, _) = sorted(items);
    let pages = last.into_iter().filter_map(|directive| page(directive, files));
    pages.map(|(status, page)| (status, page.members())).collect()
}

/// The lines of directives whose place a later one takes.
pub(super) fn replaced(items: &[Item]) -> Vec<u32> {
    sorted(items).1.iter().map(|directive| directive.span.line).collect()
}

impl Reader {
    /// The body of an answer that rules make.
    pub(super) fn body_of(&self, status: u16) -> Members {
        let own = self.bodies.iter().find(|(of, _)| *of == status);
        own.map(|(_, members)| members.clone()).unwrap_or_default()
    }

    /// Leaves the paths of rules for what does not exist to these: they are tried before Apache says that there is nothing. An
    /// answer at origin-response would come before them, also that for 403, which some stores of files say instead.
    pub(super) fn after_fallbacks(&mut self, routes: &[Route]) {
        let late: Vec<&Route> = routes.iter().filter(|route| route.yields && !route.is_exact()).collect();
        let patterns: Vec<String> = late.iter().flat_map(|route| route.any_case()).collect();
        if patterns.is_empty() {
            return;
        }
        let is_for = |members: &Members| {
            members
                .iter()
                .any(|(name, value, _)| *name == "status" && [403.0, 404.0].map(Value::Number).contains(value))
        };
        let is_partly =
            late.iter().any(|route| !route.when.is_empty() || route.paths.iter().any(|(name, _)| *name == "except"));
        let mut all = std::mem::take(&mut self.last);
        for (_, span, members) in all.iter_mut().filter(|(kind, _, members)| *kind == "responses" && is_for(members)) {
            members.insert(1, ("except", one_or_list(&patterns), None));
            if is_partly {
                let message =
                    "it is not for the paths of rules for what does not exist, also where their conditions do not hold";
                self.sink.note("changed-meaning", *span, message, "nothing, if that does not matter");
            }
        }
        self.last = all;
    }

    pub(super) fn error_document(&mut self, directive: &Directive) -> Result<(), String> {
        if self.files().is_some() {
            return Err("an ErrorDocument for a part of the site".to_owned());
        }
        let [status, page] = directive.words.as_slice() else { return Err("an ErrorDocument as this one".to_owned()) };
        let to = page.text.as_str();
        if to.eq_ignore_ascii_case("default") || self.replaced.contains(&directive.span.line) {
            return Ok(());
        }
        if let Some((status, page)) = self::page(directive, &self.site) {
            if !self.around().is_empty() {
                return Err("a text or a page of an ErrorDocument for one of several hosts".to_owned());
            }
            let status = Value::Number(f64::from(status));
            let when = Value::Object(vec![("status".to_owned(), status.clone())]);
            let mut members: Members = vec![("for", string("/*"), None), ("at", string("origin-response"), None)];
            members.extend([("when", when, None), ("status", status, None)]);
            members.extend(page.members());
            self.last.push(("responses", directive.span, members));
            return Ok(());
        }
        if status.text != "404" {
            let what = "name the files of the site (--site), or write it as \"responses\" at origin-response";
            return Err(format!("an ErrorDocument for {} as {to:?}: {what}", status.text));
        }
        let is_url = split_url(to).is_some();
        if !is_url {
            self.pages.push((to.to_owned(), directive.span));
        }
        let mut members = vec![("from", string("/*"), None), ("to", string(to), Some(page.span))];
        if !is_url {
            members.push(("status", Value::Number(404.0), None));
        }
        members.push(("fallback", Value::Bool(true), None));
        self.last.push((if is_url { "redirects" } else { "rewrites" }, directive.span, members));
        Ok(())
    }
}
