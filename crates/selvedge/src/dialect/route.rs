//! A line of a file of redirects as its vendor means it, before it is rules.

#[cfg(feature = "migrate")]
use super::certain::{fits_always, leads_always};
use super::sink::string;
use crate::places::Span;
use crate::rules::Value;
#[cfg(feature = "migrate")]
use crate::rules::pattern::normalise;

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// Where the line is, and its parts.
    pub(super) spans: Spans,
    /// One rule each: mostly one.
    pub(super) mappings: Vec<Mapping>,
    pub(super) action: Action,
    pub(super) status: u16,
    /// Members of `when`; all must hold.
    pub(super) when: Vec<(String, Value)>,
    /// A condition is on something that only the viewer's request has.
    pub(super) reads_viewer: bool,
    /// A file at the path comes first.
    pub(super) yields: bool,
    /// A trailing slash counts.
    pub(super) exact_slash: bool,
    /// Further members of each of its rules: `except`, `ignoreCase`.
    pub(super) paths: Vec<(&'static str, Value)>,
    /// What becomes of the request's query, if it is not kept.
    pub(super) query: Option<Value>,
}

/// Where the parts of a line were written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spans {
    pub(super) line: Span,
    pub(super) from: Span,
    pub(super) to: Span,
    pub(super) status: Option<Span>,
    pub(super) when: Option<Span>,
}

/// Patterns, and where what they match leads, both in Selvedge's own spelling; a regular expression is spelled `~` and what
/// it is.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub(super) from: Vec<String>,
    pub(super) to: String,
}

/// What a line does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    Redirect,
    /// Serves another path, with a status of its own from 400 on.
    Rewrite,
    /// Asks another origin, which is the value.
    Proxy(Value),
    /// Nothing: the path is served as it is.
    Stay,
}

impl Route {
    /// Serves paths as they are, whatever routes after it say. Other actions start from this.
    #[cfg(feature = "migrate")]
    pub(super) fn stay(span: Span, mappings: Vec<Mapping>, when: Vec<(String, Value)>) -> Route {
        let reads_viewer = when.iter().any(|(name, _)| !["scheme", "country", "device"].contains(&name.as_str()));
        Route {
            spans: Spans { line: span, from: span, to: span, status: None, when: None },
            mappings,
            action: Action::Stay,
            status: 200,
            when,
            reads_viewer,
            yields: false,
            exact_slash: false,
            paths: Vec::new(),
            query: None,
        }
    }

    /// All patterns, in Selvedge's spelling.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.mappings.iter().flat_map(|mapping| &mapping.from).map(String::as_str)
    }

    /// The same, those whose case does not count as expressions that say so themselves.
    #[cfg(feature = "migrate")]
    pub(super) fn any_case(&self) -> Vec<String> {
        self.patterns().map(|text| if self.folds() { folded(text) } else { text.to_owned() }).collect()
    }

    /// Whether it acts on all its paths that are also some of these. What yields leaves files as their vendor does.
    #[cfg(feature = "migrate")]
    pub(super) fn acts_in(&self, paths: &[String]) -> bool {
        let leads = |mapping: &Mapping| {
            let may_lead_back = |own: &[String]| !leads_always(own.iter().map(String::as_str), &mapping.to, true);
            !may_lead_back(&mapping.from) || !may_lead_back(paths)
        };
        match self.action {
            // What another origin is asked for is none of the site's own.
            Action::Stay | Action::Proxy(_) => true,
            _ if self.yields => true,
            Action::Redirect => self.mappings.iter().all(leads),
            Action::Rewrite => self.mappings.iter().all(|mapping| fits_always(&mapping.to)),
        }
    }

    /// Whether its patterns ignore case.
    pub(super) fn folds(&self) -> bool {
        self.paths.iter().any(|(name, _)| *name == "ignoreCase")
    }

    /// Whether the patterns have no wildcards.
    pub(super) fn is_exact(&self) -> bool {
        self.patterns().all(is_exact)
    }
}

/// A redirect to the path that is asked for, of another host or scheme.
#[cfg(feature = "migrate")]
pub(super) fn keeps_path(route: &Route) -> bool {
    let keeps = |to: &str| {
        let to = to.split_once("://").map_or("", |(_, rest)| rest);
        to.strip_suffix("{path}").or_else(|| to.strip_suffix("/{splat}")).is_some_and(|host| !host.contains('/'))
    };
    route.action == Action::Redirect
        && route.mappings.iter().all(|mapping| mapping.from == ["/*"] && keeps(&mapping.to))
}

/// Whether a pattern in Selvedge's spelling has no wildcards.
pub(super) fn is_exact(pattern: &str) -> bool {
    !pattern.starts_with('~') && !pattern.replace("{:}", "").replace("{*}", "").contains([':', '*'])
}

/// The folder that all paths of an expression are in, as far as its text says so.
pub(super) fn beginning(src: &str) -> &str {
    let inside = src.strip_prefix('^').unwrap_or(src);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_".contains(c);
    let plain = inside.find(|c| !is_plain(c)).unwrap_or(inside.len());
    let (plain, rest) = inside.split_at(plain);
    // What may be missing says nothing.
    let sure = if rest.starts_with(['?', '*', '{']) { plain.len().saturating_sub(1) } else { plain.len() };
    let folder = plain.get(..sure).and_then(|sure| sure.rfind('/')).and_then(|slash| plain.get(..=slash));
    folder.filter(|folder| folder.starts_with('/') && !src.contains('|')).unwrap_or("/")
}

/// Text that a pattern matches literally.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ':' => out.push_str("{:}"),
            '*' => out.push_str("{*}"),
            '{' => out.push_str("%7B"),
            '}' => out.push_str("%7D"),
            '\\' => out.push_str("%5C"),
            '?' => out.push_str("%3F"),
            '#' => out.push_str("%23"),
            c if c.is_whitespace() => {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
            }
            c => out.push(c),
        }
    }
    out
}

/// A pattern whose case does not count, as an expression that says so.
#[cfg(feature = "migrate")]
pub(super) fn folded(pattern: &str) -> String {
    if pattern.starts_with('~') || pattern == "/*" {
        return pattern.to_owned();
    }
    let (text, end) = pattern.strip_suffix('*').map_or((pattern, "$"), |text| (text, ""));
    let text = text.replace("{:}", ":").replace("{*}", "*");
    // Expressions see paths as they are normalised.
    let text = normalise(&text).unwrap_or(text);
    format!("~(?i)^{}{end}", regex_lite::escape(&text))
}

/// One text or a list of them.
pub(super) fn one_or_list(texts: &[String]) -> Value {
    match texts {
        [one] => spelled(one),
        all => Value::Array(all.iter().map(|text| spelled(text)).collect()),
    }
}

fn spelled(text: &str) -> Value {
    match text.strip_prefix('~') {
        Some(regex) => Value::Object(vec![("regex".to_owned(), string(regex))]),
        None => string(text),
    }
}
