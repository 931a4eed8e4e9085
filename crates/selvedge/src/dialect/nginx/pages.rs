//! Pages that stand for others: of errors, and those that `try_files` and `rewrite` lead to.

use super::Reader;
use super::guard::Answer;
use super::lex::Directive;
use crate::dialect::route::{Action, Route};
use crate::dialect::sink::{Members, string};
use crate::dialect::taken::Taken;
use crate::rules::Value;

impl Reader {
    pub(super) fn error_page(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let ["404", page] = words.as_slice() else {
            let what = "an error_page but for 404 and a page: write the page as \"responses\" at origin-response, with the status in \"when\"";
            return Err(what.to_owned());
        };
        if !page.starts_with('/') || page.contains('$') {
            return Err(format!("an error_page as {page:?}"));
        }
        let mut members: Members = vec![("from", string("/*"), None), ("to", string(page), None)];
        if !self.when.is_empty() {
            members.push(("when", Value::Object(self.when.clone()), None));
        }
        members.extend([("status", Value::Number(404.0), None), ("fallback", Value::Bool(true), None)]);
        self.last.push(("rewrites", directive.span, members));
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
        self.answers.iter().for_each(|pattern| taken.add(pattern));
        let rewritten = Taken::new(of(|action| *action == Action::Rewrite));
        let headed = Taken::new(self.headed.iter().map(String::as_str));
        for (kind, span, members) in self.last.split_off(pages) {
            let to = members.iter().find(|(name, _, _)| *name == "to");
            match to {
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
            } else if answers.takes(to) {
                self.refuse(span, "a rewrite to what another rule answers; its paths are answered 403");
                self.respond(&route, &Answer::of(403), Vec::new());
            } else if taken.takes(to) || rewritten.takes(to) {
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
