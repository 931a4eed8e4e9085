//! Locations with a name, `location @missing { … }`: where `try_files` and `error_page` may lead.

use super::known::{is_guard, is_harmless, is_harmless_file};
use super::lex::Directive;
use super::target::{Names, template};

/// What one comes to.
#[derive(Clone)]
pub(super) enum Named {
    /// A page of the site.
    Page(String),
    /// A redirect: its status, its target, and whether the request's query comes after it.
    Redirect(u16, String, bool),
}

/// Whether a location has a name.
pub(super) fn name_of(location: &Directive) -> Option<&str> {
    match location.words.as_slice() {
        [name] if location.name == "location" && name.text.starts_with('@') => Some(&name.text),
        _ => None,
    }
}

/// Whether something in a file may lead to a location with this name: by the name, by variables, or in a file that is not read.
pub(super) fn is_asked_for(name: &str, all: &[Directive]) -> bool {
    all.iter().any(|item| {
        let leads = |word: &str| word.contains(name) || (word.contains('@') && word.contains('$'));
        (item.name == "include" && !is_harmless_file(item))
            || (name_of(item).is_none() && item.words.iter().any(|word| leads(&word.text)))
            || is_asked_for(name, item.block.as_deref().unwrap_or_default())
    })
}

/// What a location with a name does, if that is one thing.
pub(super) fn read(location: &Directive) -> Result<Named, String> {
    let as_this = || "a location with a name that does other than lead to a page".to_owned();
    let block = location.block.as_deref().unwrap_or_default();
    let acts = |item: &&Directive| !is_harmless(&item.name, &item.words) || is_guard(&item.name, &item.words);
    let acting: Vec<&Directive> = block.iter().filter(acts).collect();
    let [act] = acting.as_slice() else { return Err(as_this()) };
    let words: Vec<&str> = act.words.iter().map(|word| word.text.as_str()).collect();
    match (act.name.as_str(), words.as_slice()) {
        ("rewrite", [pattern, to] | [pattern, to, "last" | "break"]) => {
            let is_all = ["^", ".*", "(.*)", "^.*$", "^(.*)$", "^(.+)$", "^/(.*)$", "^/.*$"].contains(pattern);
            let is_page = to.starts_with('/') && !to.contains(['$', '?', '{', '}', ':']);
            if is_all && is_page { Ok(Named::Page((*to).to_owned())) } else { Err(as_this()) }
        }
        ("return", [status, to]) => {
            let status = status.parse().ok().filter(|status| matches!(status, 301 | 302 | 303 | 307 | 308));
            let (to, keeps) = template(to, &Names { captures: &[], given: &[], wide: &[], path: Some("/{splat}") })?;
            Ok(Named::Redirect(status.ok_or_else(as_this)?, to, keeps))
        }
        _ => Err(as_this()),
    }
}
