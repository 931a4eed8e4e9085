//! `Redirect`, `RedirectMatch`, `ErrorDocument`.

use super::Reader;
use super::lex::{Directive, Owned};
use super::target::{Names, template};
use crate::dialect::line::{is_resolved, split_url};
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{Action, Mapping, Route, Spans, literal};
use crate::rules::Value;

impl Reader {
    pub(super) fn redirect(&mut self, directive: &Directive) -> Result<(), String> {
        let (status, words) = status(directive)?;
        self.is_for_files(directive)?;
        let Some((from, to)) = words.split_first() else { return Err("a Redirect without a path".to_owned()) };
        let path = from.text.as_str();
        if !path.starts_with('/') {
            return Err("a Redirect for a section".to_owned());
        }
        let bare = literal(path.trim_end_matches('/'));
        let is_folder = path.ends_with('/');
        let below = format!("{bare}/*");
        if status >= 400 {
            let from = if is_folder { vec![below] } else { vec![bare, below] };
            return self.answer_by(directive, from, status, Vec::new());
        }
        let [to] = to else { return Err("a Redirect without a target".to_owned()) };
        let target = self.target(to, &[])?;
        // What is below comes after the target, whatever that is.
        let rest = if is_folder { format!("{target}{{splat}}") } else { format!("{target}/{{splat}}") };
        if target.contains('?') {
            return Err("a Redirect to an address with a query: use RedirectMatch".to_owned());
        }
        let mut mappings = vec![Mapping { from: vec![below], to: rest }];
        if !is_folder {
            mappings.insert(0, Mapping { from: vec![bare], to: target });
        }
        self.push(directive, from, to, mappings, status, Vec::new());
        Ok(())
    }

    pub(super) fn redirect_match(&mut self, directive: &Directive) -> Result<(), String> {
        let (status, words) = status(directive)?;
        self.is_for_files(directive)?;
        let Some((from, to)) = words.split_first() else { return Err("a RedirectMatch without a pattern".to_owned()) };
        let pattern = Pcre::new(&from.text, false)?.path("")?;
        let spelled: Vec<String> = pattern.patterns.iter().map(Spelled::text).collect();
        let paths = if pattern.fold { vec![("ignoreCase", Value::Bool(true))] } else { Vec::new() };
        if status >= 400 {
            return self.answer_by(directive, spelled, status, paths);
        }
        let [to] = to else { return Err("a RedirectMatch without a target".to_owned()) };
        let target = self.target(to, &pattern.captures)?;
        self.push(directive, from, to, vec![Mapping { from: spelled, to: target }], status, paths);
        Ok(())
    }

    /// A path and the name of a file at once is what rules do not have; an answer is then for all files of the name.
    fn is_for_files(&mut self, directive: &Directive) -> Result<(), String> {
        if self.files().is_none() {
            return Ok(());
        }
        match self.close_redirect(directive) {
            Some(closed) => Err(format!("a Redirect for a part of the site; {closed}")),
            None => Err("a Redirect for a part of the site".to_owned()),
        }
    }

    fn answer_by(
        &mut self,
        directive: &Directive,
        from: Vec<String>,
        status: u16,
        paths: Vec<(&'static str, Value)>,
    ) -> Result<(), String> {
        let mapping = Mapping { from, to: String::new() };
        let route = self.route(directive, vec![mapping], paths);
        self.gone.push((route, status));
        Ok(())
    }

    fn target(&mut self, to: &Owned, captures: &[String]) -> Result<String, String> {
        if !to.text.starts_with('/') && split_url(&to.text).is_none() {
            return Err(format!("a target as {:?}", to.text));
        }
        is_resolved(to.word(), &mut self.sink).ok_or("dot segments in a target")?;
        template(&to.text, &Names { captures, conditions: &[], lower: &[], encodes: false })
    }

    fn push(
        &mut self,
        directive: &Directive,
        from: &Owned,
        to: &Owned,
        mappings: Vec<Mapping>,
        status: u16,
        paths: Vec<(&'static str, Value)>,
    ) {
        let mut route = self.route(directive, mappings, paths);
        route.spans = Spans { from: from.span, to: to.span, ..route.spans };
        (route.action, route.status) = (Action::Redirect, status);
        route.when = self.around_redirect(&to.text);
        self.redirects.push(route);
    }

    fn route(&self, directive: &Directive, mappings: Vec<Mapping>, paths: Vec<(&'static str, Value)>) -> Route {
        Route { paths, ..Route::stay(directive.span, mappings, self.around()) }
    }
}

/// The status, and the words that follow it.
pub(super) fn status(directive: &Directive) -> Result<(u16, &[Owned]), String> {
    let words = directive.words.as_slice();
    match directive.name.as_str() {
        "redirectpermanent" => return Ok((301, words)),
        "redirecttemp" => return Ok((302, words)),
        _ => {}
    }
    let Some((first, rest)) = words.split_first() else { return Ok((302, words)) };
    let status = match first.text.to_ascii_lowercase().as_str() {
        "permanent" => 301,
        "temp" => 302,
        "seeother" => 303,
        "gone" => 410,
        number => match number.parse() {
            Ok(number) => number,
            Err(_) => return Ok((302, words)),
        },
    };
    if matches!(status, 301 | 302 | 303 | 307 | 308 | 400..=599) {
        Ok((status, rest))
    } else {
        Err(format!("the status {status}"))
    }
}
