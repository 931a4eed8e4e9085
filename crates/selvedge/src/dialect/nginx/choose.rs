//! Locations: which paths each is for, and which one is chosen.
//!
//! A location in another one is as one of its server's, with what it has from around it. Of those that a path has, nginx tries
//! the deepest expressions first, then those around them, then the longest beginning.

use super::known::closes;
use super::lex::Directive;
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{folded, literal};
use crate::places::Span;
use crate::rules::Value;

/// In the order in which they are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Exact,
    /// An expression in a location, for what begins as that does.
    Inner,
    /// `^~`
    First,
    Regex,
    Prefix,
}

pub(super) struct Location<'d> {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) patterns: Vec<String>,
    pub(super) captures: Vec<String>,
    /// Names of groups, by their numbers from 1.
    pub(super) names: Vec<(String, usize)>,
    fold: bool,
    pub(super) items: &'d [Directive],
    /// What stands in the locations around it, the outermost first.
    pub(super) around: Vec<&'d [Directive]>,
    pub(super) span: Span,
    /// Locations in it that are not read, and why.
    pub(super) unread: Vec<(Span, String)>,
}

/// Puts locations in the order in which they are chosen.
pub(super) fn sort(locations: &mut [Location<'_>]) {
    // Expressions stay in the order of the file.
    locations.sort_by_key(|it| {
        let length = if matches!(it.kind, Kind::Regex | Kind::Inner) { 0 } else { it.text.len() };
        let depth = if it.kind == Kind::Exact { 0 } else { it.around.len() };
        (it.kind, usize::MAX - length, usize::MAX - depth)
    });
}

/// A `^~` location that another one below it takes paths from, for which expressions would be tried after all.
pub(super) fn hidden(locations: &[Location<'_>]) -> Option<Span> {
    let plain = |first: &Location<'_>| {
        locations
            .iter()
            .any(|it| it.kind == Kind::Prefix && it.text.len() > first.text.len() && it.text.starts_with(&first.text))
    };
    locations.iter().find(|it| it.kind == Kind::First && plain(it)).map(|it| it.span)
}

/// The locations of a server with those in them.
pub(super) fn flat(mut locations: Vec<Location<'_>>) -> Vec<Location<'_>> {
    let mut all = Vec::with_capacity(locations.len());
    let begins: Vec<(Kind, String)> = locations.iter().map(|it| (it.kind, it.text.clone())).collect();
    for location in &mut locations {
        let inner = location.inner(&begins);
        all.extend(inner);
    }
    locations.extend(all);
    locations
}

impl<'d> Location<'d> {
    pub(super) fn read(directive: &Directive, items: &'d [Directive]) -> Result<Location<'d>, String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let (kind, text, fold) = match words.as_slice() {
            ["=", text] => (Kind::Exact, *text, false),
            ["^~", text] => (Kind::First, *text, false),
            ["~", text] => (Kind::Regex, *text, false),
            ["~*", text] => (Kind::Regex, *text, true),
            [text] if text.starts_with('/') => (Kind::Prefix, *text, false),
            _ => return Err(format!("a location as {:?}", words.join(" "))),
        };
        let mut location = Location {
            kind,
            text: text.to_owned(),
            patterns: Vec::new(),
            captures: Vec::new(),
            names: Vec::new(),
            fold: false,
            items,
            around: Vec::new(),
            span: directive.span,
            unread: Vec::new(),
        };
        match kind {
            Kind::Exact => location.patterns.push(literal(text)),
            Kind::First | Kind::Prefix => location.patterns.push(format!("{}*", literal(text))),
            Kind::Regex | Kind::Inner => location.set_expression(&Pcre::new(text, fold)?)?,
        }
        Ok(location)
    }

    fn set_expression(&mut self, pcre: &Pcre) -> Result<(), String> {
        let path = pcre.path("")?;
        self.patterns = path.patterns.iter().map(Spelled::text).collect();
        (self.captures, self.fold) = (path.captures, path.fold);
        self.names.clone_from(&pcre.names);
        Ok(())
    }

    /// The locations in it, as if they stood next to it. `begins` are the locations that stand there.
    fn inner(&mut self, begins: &[(Kind, String)]) -> Vec<Location<'d>> {
        let mut all = Vec::new();
        for directive in self.items {
            let ("location", Some(block)) = (directive.name.as_str(), &directive.block) else { continue };
            match self.inner_one(directive, block, begins) {
                Ok(location) => all.push(location),
                Err(what) => self.unread.push((directive.span, what)),
            }
        }
        let begins: Vec<(Kind, String)> = all.iter().map(|it| (it.kind, it.text.clone())).collect();
        let deeper: Vec<_> = all.iter_mut().flat_map(|it| it.inner(&begins)).collect();
        all.extend(deeper);
        all
    }

    fn inner_one(
        &self,
        directive: &Directive,
        items: &'d [Directive],
        begins: &[(Kind, String)],
    ) -> Result<Location<'d>, String> {
        if !matches!(self.kind, Kind::First | Kind::Prefix) {
            return Err("a location in one that is an expression".to_owned());
        }
        let is_longer = |(kind, text): &(Kind, String)| {
            matches!(kind, Kind::First | Kind::Prefix) && text.len() > self.text.len() && text.starts_with(&self.text)
        };
        if begins.iter().any(is_longer) {
            return Err("a location in one of whose paths some are another one's".to_owned());
        }
        let mut inner = Location::read(directive, items)?;
        let is_expression = |item: &Directive| {
            item.name == "location" && item.words.first().is_some_and(|word| word.text.starts_with('~'))
        };
        match inner.kind {
            Kind::Exact | Kind::Prefix | Kind::First if !inner.text.starts_with(&self.text) => {
                return Err(format!("a location outside of {:?}, which it is in", self.text));
            }
            Kind::First if self.items.iter().any(is_expression) => {
                return Err("a ^~ location in another one that has expressions as well".to_owned());
            }
            Kind::Exact => {}
            Kind::First | Kind::Prefix => inner.kind = self.kind,
            Kind::Regex | Kind::Inner => {
                let fold = directive.words.first().is_some_and(|word| word.text == "~*");
                inner.set_expression(&Pcre::new(&inner.text, fold)?.below(&self.text)?)?;
                inner.kind = Kind::Inner;
            }
        }
        inner.around.extend(self.around.iter().copied().chain([self.items]));
        Ok(inner)
    }

    /// What stands in it and around it, the outermost first.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &'d [Directive]> {
        self.around.clone().into_iter().chain([self.items])
    }

    /// Its patterns, those whose case does not count as expressions that say so themselves.
    pub(super) fn any_case(&self) -> Vec<String> {
        self.patterns.iter().map(|text| if self.fold { folded(text) } else { text.clone() }).collect()
    }

    pub(super) fn paths(&self) -> Vec<(&'static str, Value)> {
        if self.fold { vec![("ignoreCase", Value::Bool(true))] } else { Vec::new() }
    }

    /// `default_type` in it or around it.
    pub(super) fn default_type(&self) -> Option<String> {
        self.scopes().filter_map(default_type).last()
    }

    /// Whether something in it keeps requests out.
    pub(super) fn is_guarded(&self) -> bool {
        self.items.iter().any(closes)
    }

    /// The path of the request, as a template.
    pub(super) fn path(&self) -> Option<String> {
        match self.kind {
            Kind::Exact => Some(self.text.clone()),
            Kind::First | Kind::Prefix => Some(format!("{}{{splat}}", self.text)),
            Kind::Regex | Kind::Inner => None,
        }
    }
}

/// The type of what has no ending that says it.
pub(super) fn default_type(items: &[Directive]) -> Option<String> {
    let own = items.iter().rfind(|item| item.name == "default_type")?;
    own.words.first().map(|word| word.text.clone())
}
