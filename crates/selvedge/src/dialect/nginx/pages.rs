//! Pages that stand for others: of errors, and those that `try_files` and `rewrite` lead to.

use super::Reader;
use super::choose::{Kind, Location};
use super::guard::Answer;
use super::lex::Directive;
use super::named::Named;
use crate::dialect::line::split_url;
use crate::dialect::route::{Action, Route};
use crate::dialect::sink::{Members, string};
use crate::dialect::taken::Taken;
use crate::rules::Value;

/// The words of an `error_page`.
struct ErrorPage<'d> {
    codes: Vec<u16>,
    /// `=200`; `=` alone is what the page itself has.
    status: Option<u16>,
    to: &'d str,
}

impl ErrorPage<'_> {
    fn read(directive: &Directive) -> Result<ErrorPage<'_>, String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let as_this = || format!("an error_page as {:?}", words.join(" "));
        let (to, codes) = words.split_last().ok_or_else(as_this)?;
        let (status, codes) = match codes.split_last() {
            Some((last, codes)) if last.starts_with('=') => (Some(last.trim_start_matches('=')), codes),
            _ => (None, codes),
        };
        let status = match status {
            Some("") => Some(200),
            Some(code) => Some(code.parse().map_err(|_| as_this())?),
            None => None,
        };
        let codes: Vec<u16> = codes.iter().map(|code| code.parse().map_err(|_| as_this())).collect::<Result<_, _>>()?;
        let is_error = |code: &u16| (400..600).contains(code);
        if codes.is_empty() || !codes.iter().all(is_error) {
            return Err(as_this());
        }
        Ok(ErrorPage { codes, status, to })
    }
}

impl Reader {
    /// `error_page 404 /404.html`, `error_page 404 =200 /index.html`, `error_page 500 502 /50x.html`
    pub(super) fn error_page(&mut self, directive: &Directive) -> Result<(), String> {
        let ErrorPage { codes, status, to } = ErrorPage::read(directive)?;
        for code in codes {
            if code == 404 {
                self.missing(directive, to, status)?;
                continue;
            }
            let body = self.body(to).filter(|_| status.is_none() && self.when.is_empty()).ok_or_else(|| {
                let what = "name the files of the site (--site), or write it as \"responses\" at origin-response";
                format!("an error_page for {code} as {to:?}: {what}")
            })?;
            let code = Value::Number(f64::from(code));
            let when = Value::Object(vec![("status".to_owned(), code.clone())]);
            let mut members: Members = vec![("for", string("/*"), None), ("at", string("origin-response"), None)];
            members.extend([("when", when, None), ("status", code, None), ("body", body, None)]);
            self.last.push(("responses", directive.span, members));
        }
        Ok(())
    }

    /// What stands for what is not there.
    fn missing(&mut self, directive: &Directive, to: &str, status: Option<u16>) -> Result<(), String> {
        let named = self.named.iter().find(|(name, _)| name == to).map(|(_, named)| named.clone());
        let as_this = || format!("an error_page as {to:?}");
        let (kind, to, status, query) = match (named, status) {
            (Some(Named::Page(page)), status) => ("rewrites", page, status.unwrap_or(404), None),
            (Some(Named::Redirect(status, to, keeps)), _) => {
                ("redirects", to, status, (!keeps).then(|| string("drop")))
            }
            (None, None | Some(301 | 302 | 303 | 307 | 308)) if split_url(to).is_some() && !to.contains('$') => {
                ("redirects", to.to_owned(), status.unwrap_or(302), Some(string("drop")))
            }
            (None, status) if to.starts_with('/') && !to.contains(['$', '?']) => {
                ("rewrites", to.to_owned(), status.unwrap_or(404), None)
            }
            _ => return Err(as_this()),
        };
        if kind == "rewrites" && !matches!(status, 200 | 400..=599) {
            return Err(as_this());
        }
        let mut members: Members = vec![("from", string("/*"), None), ("to", string(to), None)];
        if !self.when.is_empty() {
            members.push(("when", Value::Object(self.when.clone()), None));
        }
        members.extend(query.map(|query| ("query", query, None)));
        if status != 200 {
            members.push(("status", Value::Number(f64::from(status)), None));
        }
        members.push(("fallback", Value::Bool(true), None));
        self.last.push((kind, directive.span, members));
        Ok(())
    }

    /// A file of the site as a body.
    fn body(&self, path: &str) -> Option<Value> {
        let name = path.strip_prefix('/').filter(|_| self.site.iter().any(|file| file == path))?;
        Some(Value::Object(vec![("file".to_owned(), string(name))]))
    }

    /// The bodies that a server's own answers have by its pages of errors.
    pub(super) fn bodies_of(&self, items: &[Directive]) -> Vec<(u16, Value)> {
        let pages = items.iter().filter(|item| item.name == "error_page").filter_map(|it| ErrorPage::read(it).ok());
        let pages = pages.filter(|page| page.status.is_none());
        let of = |page: ErrorPage<'_>| Some((page.codes, self.body(page.to)?));
        pages.filter_map(of).flat_map(|(codes, body)| codes.into_iter().map(move |code| (code, body.clone()))).collect()
    }

    /// The page of a folder, for the site, or in a location for what is the same there.
    pub(super) fn index(&mut self, directive: &Directive, location: Option<&Location<'_>>) -> Result<(), String> {
        let names: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let [name, others @ ..] = names.as_slice() else { return Err("an index without a name".to_owned()) };
        if name.contains(['/', '$']) {
            return Err("a folder's page elsewhere".to_owned());
        }
        let is_for_all = location.is_none_or(|location| location.kind == Kind::Prefix && location.text == "/");
        let own = self.last.iter().rfind(|(kind, _, _)| *kind == "html");
        let own = own.and_then(|(_, _, members)| members.iter().find(|(name, _, _)| *name == "index"));
        let is_same = own.map_or(*name == "index.html", |(_, value, _)| *value == string(name));
        if !is_same && location.is_some() && (!is_for_all || own.is_some()) {
            return Err("an index for a part of the site".to_owned());
        }
        if !others.is_empty() {
            let message = format!("the first of several names of a folder's page counts: {name}");
            self.sink.warning("changed-meaning", directive.span, message, "");
        }
        if is_for_all {
            self.last.retain(|(kind, _, _)| *kind != "html");
            self.last.push(("html", directive.span, vec![("index", string(name), None)]));
        }
        Ok(())
    }

    /// Leaves out pages of try_files and of errors, and rewrites, where another rule of the server takes what they lead to: nginx
    /// looks for that by all of them.
    pub(super) fn looked_for_again(&mut self, first: usize, pages: usize) {
        let routes = self.routes.split_off(first);
        let of = |acts: fn(&Action) -> bool| {
            routes.iter().filter(move |route| acts(&route.action)).flat_map(Route::patterns)
        };
        let answers = Taken::new(self.parts.iter().map(String::as_str));
        let mut taken = Taken::new(of(|action| !matches!(action, Action::Stay | Action::Rewrite)));
        // An answer for all paths asks what a page does not change.
        self.parts.iter().for_each(|pattern| taken.add(pattern));
        let rewritten = Taken::new(of(|action| *action == Action::Rewrite));
        let headed = Taken::new(self.headed.iter().map(String::as_str));
        let has_rewrites = routes.iter().any(|route| !route.yields && route.action == Action::Rewrite);
        for (kind, span, members) in self.last.split_off(pages) {
            let to = members.iter().find(|(name, _, _)| *name == "to");
            let has_pages = || routes.iter().any(|route| route.yields && route.action == Action::Rewrite);
            match to {
                Some(_) if kind == "redirects" && has_pages() => {
                    self.refuse(span, "an error_page that leads elsewhere, where try_files leads to a page");
                }
                Some((_, Value::String(to), _)) if kind == "redirects" && to.contains('{') && has_rewrites => {
                    self.refuse(span, "an error_page to the address of the request, next to rewrites that change it");
                }
                Some((_, Value::String(page), _)) if kind == "rewrites" && taken.takes(page) => {
                    self.refuse(span, "a page of errors that another rule of the server takes");
                }
                _ => self.last.push((kind, span, members)),
            }
        }
        for route in routes {
            let to = route.mappings.first().map(|mapping| mapping.to.as_str()).unwrap_or_default();
            let span = route.spans.line;
            if route.action != Action::Rewrite {
                self.routes.push(route);
            } else if route.yields {
                if taken.takes(to) {
                    self.refuse(span, "a page of try_files that another rule of the server takes");
                } else {
                    self.routes.push(route);
                }
            } else if answers.takes(to) || route.patterns().any(|from| answers.opens(from, to)) {
                self.refuse(span, "a rewrite to what another rule answers; its paths are answered 403");
                self.respond(&route, &Answer::of(403), Vec::new());
            } else if taken.takes(to)
                || rewritten.takes(to)
                || route.patterns().any(|from| taken.opens(from, to) || rewritten.opens(from, to))
            {
                self.refuse(span, "a rewrite to what another rule of the server takes");
            } else if headed.takes(to) || route.patterns().any(|from| headed.meets(from)) {
                self.refuse(span, "a rewrite from or to a location that has headers of its own");
            } else if route.patterns().any(|from| answers.meets(from)) {
                self.refuse(span, "a rewrite of what another rule answers, which nginx would not look at");
            } else {
                self.routes.push(route);
            }
        }
        self.before.0 = self.routes.len();
    }
}
