//! Pages that stand for others: of errors, and those that `try_files` and `rewrite` lead to.

use super::Reader;
use super::lex::Directive;
use crate::dialect::arrange::Later;
use crate::dialect::route::{Action, Route, literal};
use crate::dialect::sink::{Members, string};
use crate::rules::Value;

impl Reader {
    pub(super) fn error_page(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let ["404", page] = words.as_slice() else { return Err("an error_page but for 404 and a page".to_owned()) };
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

    /// Leaves out pages of try_files and of errors that another rule of the server takes: nginx looks for them by all of them.
    pub(super) fn looked_for_again(&mut self, first: usize, pages: usize) {
        let routes = self.routes.split_off(first);
        let acts = |other: &&Route| !matches!(other.action, Action::Stay | Action::Rewrite);
        let patterns = routes.iter().filter(acts).flat_map(Route::patterns);
        let (mut literals, mut expressions) = (Later::default(), Vec::new());
        for pattern in patterns.chain(self.answers.iter().map(String::as_str)) {
            match pattern.strip_prefix('~') {
                Some(regex) => expressions.extend(regex_lite::Regex::new(regex)),
                None => literals.add(pattern),
            }
        }
        let is_taken =
            |page: &str| literals.may_take(&literal(page)) || expressions.iter().any(|regex| regex.is_match(page));
        for (kind, span, members) in self.last.split_off(pages) {
            let to = members.iter().find(|(name, _, _)| *name == "to");
            match to {
                Some((_, Value::String(page), _)) if kind == "rewrites" && is_taken(page) => {
                    self.refuse(span, "a page of errors that another rule of the server takes");
                }
                _ => self.last.push((kind, span, members)),
            }
        }
        for route in &routes {
            let page = route.mappings.first().map(|mapping| mapping.to.as_str()).unwrap_or_default();
            if route.action == Action::Rewrite && is_taken(page) {
                self.refuse(route.spans.line, "a page of try_files that another rule of the server takes");
            } else {
                self.routes.push(route.clone());
            }
        }
        self.before.0 = self.routes.len();
    }
}
