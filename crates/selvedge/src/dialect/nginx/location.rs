//! What stands in a location besides what it rewrites: `try_files`, `proxy_pass`, guards.

use super::Reader;
use super::choose::{Kind, Location};
use super::constants::is_constant;
use super::known::{is_guard, is_harmless};
use super::lex::Directive;
use super::named::Named;
use super::permissions::is_permission;
use super::viewer::is_lost_guard;
use crate::dialect::route::{Action, Route};
use crate::dialect::sink::string;

impl Reader {
    /// `false`: its `return` is left out.
    pub(super) fn location(&mut self, location: &Location<'_>) -> bool {
        // Whatever stands before them, these come first for nginx.
        let is_first = |item: &&Directive| matches!(item.name.as_str(), "return" | "rewrite" | "if");
        let (hidden, items): (Vec<_>, Vec<_>) = location.items.iter().partition(|item| item.name == "internal");
        let (first, rest): (Vec<&Directive>, Vec<_>) = items.into_iter().partition(is_first);
        let (mut has_lost, mut has_return) = (false, true);
        for directive in hidden.into_iter().chain(first).chain(rest) {
            self.directives += 1;
            let done = match directive.name.as_str() {
                "location" => match location.unread.iter().find(|(span, _)| *span == directive.span) {
                    Some((_, what)) => Err(what.clone()),
                    None => continue,
                },
                "add_header" | "expires" => Ok(()),
                name if is_permission(name) => Ok(()),
                "internal" => self.hide(directive.span, location),
                "include" => self.include(directive, location.patterns.clone(), location.paths()),
                "limit_except" => self.limit(directive, location),
                name if is_guard(name, &directive.words) => {
                    self.close(directive.span, location.patterns.clone(), location.paths());
                    Err(format!("the directive {name:?} in a location; its paths are answered 403"))
                }
                "return" | "rewrite" | "if" => self.act(directive, Some(location)),
                "try_files" => self.try_files(directive, location),
                "proxy_pass" if has_lost => Err("a proxy_pass after a rewrite that is left out".to_owned()),
                "proxy_pass" => self.proxy(directive, location),
                "proxy_set_header" => self.proxy_set_header(directive, location),
                "proxy_hide_header" => self.proxy_hide_header(directive, location),
                "index" => self.index(directive, Some(location)),
                "set" if is_constant(directive) => Ok(()),
                name if is_harmless(name, &directive.words) => Ok(()),
                name => Err(format!("the directive {name:?} in a location")),
            };
            if let Err(mut what) = done {
                has_lost |= directive.name == "rewrite";
                has_return &= directive.name != "return";
                if is_lost_guard(directive, &self.of_viewer) {
                    self.close(directive.span, location.patterns.clone(), location.paths());
                    what += "; the location's paths are answered 403: write it as \"responses\" instead";
                }
                self.refuse(directive.span, &what);
            }
        }
        // No other location is looked at.
        let stay = self.route(location.span, location.patterns.clone(), String::new(), &[]);
        self.routes.push(Route { paths: location.paths(), ..stay });
        has_return
    }

    /// `try_files $uri $uri/ /index.html`
    pub(super) fn try_files(&mut self, directive: &Directive, location: &Location<'_>) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let Some((last, files)) = words.split_last() else { return Err("try_files without files".to_owned()) };
        // A page that is tried before nothing is one that is there.
        let (last, files) = match files.split_last() {
            Some((page, files)) if *last == "=404" && page.starts_with('/') && !page.ends_with('/') => (page, files),
            _ => (last, files),
        };
        if !files.iter().all(|file| matches!(*file, "$uri" | "$uri/" | "$uri/index.html")) {
            return Err("other files of try_files than that of the path: write \"html\"".to_owned());
        }
        if !files.iter().any(|file| *file != "$uri") {
            let message = "a folder's own page is served as well, which $uri alone leaves out";
            self.sink.note("changed-meaning", directive.span, message, "nothing, if that does not matter");
        }
        if *last == "=404" {
            return Ok(());
        }
        let named = self.named.iter().find(|(name, _)| name == last).map(|(_, named)| named.clone());
        let page = match named {
            Some(Named::Redirect(status, to, keeps)) => {
                let whole = location.kind == Kind::Prefix && location.text == "/";
                if !whole && to.contains('{') {
                    return Err("the path of the request in a location with a name".to_owned());
                }
                let mut route = self.route(directive.span, location.patterns.clone(), to, &[]);
                (route.action, route.status, route.yields) = (Action::Redirect, status, true);
                (route.paths, route.query) = (location.paths(), (!keeps).then(|| string("drop")));
                self.routes.push(route);
                return Ok(());
            }
            Some(Named::Page(page)) => page,
            None => (*last).to_owned(),
        };
        let (path, query) = page.split_once('?').unwrap_or((&page, ""));
        if !path.starts_with('/') || path.contains('$') || !matches!(query, "" | "$args" | "$query_string") {
            return Err(format!("try_files that end with {last:?}"));
        }
        let mut route = self.route(directive.span, location.patterns.clone(), path.to_owned(), &[]);
        (route.action, route.yields, route.paths) = (Action::Rewrite, true, location.paths());
        self.routes.push(route);
        Ok(())
    }
}
