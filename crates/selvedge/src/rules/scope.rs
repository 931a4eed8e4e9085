//! What the placeholders of a template can name.

use super::condition::Condition;
use super::fact::Fact;
use super::filter::Filter;
use super::part::Part;
use super::paths::Paths;
use super::pattern::Pattern;
use super::suggest::suggest;

/// How to write a brace that is not a placeholder.
pub(crate) const BRACE_HELP: &str = "write \"{{\" for a literal \"{\"";

/// The last one is of the response.
const FACTS: [&str; 11] = [
    "host",
    "path",
    "query",
    "url",
    "country",
    "clientIp",
    "requestId",
    "query.x",
    "header.x",
    "cookie.x",
    "response.x",
];

/// The captures and facts that the placeholders of a template can name.
///
/// Where a capture has the name of a fact, `{name}` is the capture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    /// Absent when the patterns are wrong themselves: then any capture will do.
    patterns: Option<&'a [Pattern]>,
    /// The rule's condition, whose expressions have groups.
    when: Option<&'a Condition>,
    /// The expression whose groups come before all else, and alone have numbers.
    groups: Option<&'a Pattern>,
    facts: Facts,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Facts {
    None,
    Request,
    Response,
}

impl<'a> Scope<'a> {
    /// The captures of these patterns alone.
    pub(crate) fn captures(patterns: &'a [Pattern]) -> Scope<'a> {
        Scope { patterns: Some(patterns), when: None, groups: None, facts: Facts::None }
    }

    /// For a rule: its paths, if they could be read, its condition, and whether it sees the response.
    pub(crate) fn of(paths: Option<&'a Paths>, when: Option<&'a Condition>, response: bool) -> Scope<'a> {
        let facts = if response { Facts::Response } else { Facts::Request };
        Scope { patterns: paths.map(|paths| paths.patterns.as_slice()), when, groups: None, facts }
    }

    /// For what replaces a match of `groups`: its captures first, then what the rule knows.
    pub(crate) fn in_replacement(self, groups: &'a Pattern) -> Scope<'a> {
        Scope { groups: Some(groups), ..self }
    }

    /// As [`Scope::of`], without a condition.
    #[cfg(test)]
    pub(crate) fn of_patterns(patterns: &'a [Pattern], response: bool) -> Scope<'a> {
        Scope { patterns: Some(patterns), ..Scope::of(None, None, response) }
    }

    /// `:name`
    pub(crate) fn capture(&self, name: &str, report: &mut dyn FnMut(String, String)) -> Option<Part> {
        let filter = Filter::default();
        if let Some(fact) = self.matched(name) {
            return Some(Part::Fact { fact, filter });
        }
        self.check(name, true, report)?;
        Some(Part::Capture { name: name.to_owned(), filter })
    }

    /// A group of the condition's expressions, unless a pattern captures this name.
    fn matched(&self, name: &str) -> Option<Fact> {
        let tests = self.when.filter(|_| !self.is_captured(name)).and_then(|when| when.captures(name))?;
        Some(Fact::Matched { name: name.to_owned(), tests })
    }

    fn is_captured(&self, name: &str) -> bool {
        self.patterns.is_some_and(|patterns| patterns.iter().any(|pattern| pattern.has_capture(name)))
    }

    /// `{inside}`
    pub(crate) fn braced(&self, inside: &str, report: &mut dyn FnMut(String, String)) -> Option<Part> {
        let (name, filter) = match Filter::split(inside) {
            Ok(split) => split,
            Err(filter) => {
                let message = format!("unknown filter {filter:?} in \"{{{inside}}}\"");
                report(message, "there are {…|lower} and {…|encode}".to_owned());
                return None;
            }
        };
        if let Some(groups) = self.groups {
            let numbered = name.bytes().all(|byte| byte.is_ascii_digit());
            if numbered || groups.has_capture(name) {
                Scope::captures(std::slice::from_ref(groups)).check(name, false, report)?;
                return Some(Part::Capture { name: name.to_owned(), filter });
            }
        }
        let fact = match self.matched(name) {
            None if self.is_captured(name) || self.facts == Facts::None => None,
            None => Fact::parse(name),
            matched => matched,
        };
        match fact {
            Some(Fact::Response(_)) if self.facts == Facts::Request => {
                report(
                    format!("\"{{{inside}}}\" is not known yet: only the request is visible here"),
                    "use it in a rule on responses".to_owned(),
                );
                None
            }
            Some(fact) => Some(Part::Fact { fact, filter }),
            None => {
                self.check(name, false, report)?;
                Some(Part::Capture { name: name.to_owned(), filter })
            }
        }
    }

    /// Whether a pattern captures `splat` and the template leaves it out.
    pub(crate) fn has_unused_splat(&self, parts: &[Part]) -> bool {
        let puts_in = |part: &Part| matches!(part, Part::Capture { name, .. } if name == "splat");
        self.is_captured("splat") && !parts.iter().any(puts_in)
    }

    /// Reports a capture that is not there in every pattern.
    fn check(&self, name: &str, colon: bool, report: &mut dyn FnMut(String, String)) -> Option<()> {
        let Some(patterns) = self.patterns else { return Some(()) };
        let missing = patterns.iter().find(|pattern| !pattern.has_capture(name));
        let Some(missing) = missing else { return Some(()) };
        let somewhere = patterns.iter().any(|pattern| pattern.has_capture(name));
        let wrap = |name: &str| if colon { format!(":{name}") } else { format!("{{{name}}}") };
        let facts: &[&str] = match self.facts {
            Facts::None => &[],
            _ if colon => &[],
            Facts::Request => FACTS.split_last().map_or(&[], |(_, facts)| facts),
            Facts::Response => &FACTS,
        };
        let groups = self.groups.map(Pattern::captures).unwrap_or_default();
        let known: Vec<&str> = groups.into_iter().chain(missing.captures()).chain(facts.iter().copied()).collect();
        let odd = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-');
        let help = match suggest(name, known.iter().copied()) {
            _ if somewhere => "every pattern of the list must capture it".to_owned(),
            Some(near) => format!("did you mean {:?}?", wrap(near)),
            None if name.is_empty() || name.contains(odd) => BRACE_HELP.to_owned(),
            None if known.is_empty() && matches!(missing, Pattern::Path { anchored: false, .. }) => {
                "a pattern without a leading \"/\" captures nothing".to_owned()
            }
            None if name == "splat" => "end the pattern with \"/*\" to capture it".to_owned(),
            None if known.is_empty() && colon => "write {:} for a literal colon".to_owned(),
            None if known.is_empty() => "nothing is captured here".to_owned(),
            None => format!("known here: {}", known.iter().map(|name| wrap(name)).collect::<Vec<_>>().join(" ")),
        };
        let message = if somewhere || colon {
            format!("\"{}\" is not captured by \"{missing}\"", wrap(name))
        } else {
            format!("unknown placeholder \"{}\"", wrap(name))
        };
        report(message, help);
        None
    }
}
