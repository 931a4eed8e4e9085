//! Rules by who asks: what leads some viewers elsewhere keeps them out of what the others see.

use super::Reader;
use super::flags::{redirects, refuses};
use super::guard::{closed, patterns};
use super::lex::Directive;
use super::sections::below;

impl Reader {
    /// A rule that leads some viewers elsewhere, by who they are, to a page where they log in or one that says that there is
    /// nothing for them: without it everybody would come in.
    pub(super) fn close_login(&mut self, directive: &Directive, conditions: &[(Directive, usize)]) -> Option<String> {
        let flags = directive.words.get(2).map(|word| word.text.as_str()).unwrap_or_default();
        let to = directive.words.get(1).map(|word| word.text.as_str()).unwrap_or_default();
        let leads = redirects(flags) || !matches!(to, "-" | "");
        // A copy of the page itself, where there is one, is for all: a cache.
        let asks_for_file = |(cond, _): &(Directive, usize)| {
            cond.words.get(1).is_some_and(|word| matches!(word.text.as_str(), "-f" | "-d" | "-s"))
        };
        let is_copy = !redirects(flags) && to.contains(['$', '%']) && conditions.iter().any(asks_for_file);
        if !leads || is_copy || refuses(flags).is_some() || !self.asks_who(conditions) {
            return None;
        }
        self.close_for(directive, conditions)
    }

    fn close_for(&mut self, directive: &Directive, conditions: &[(Directive, usize)]) -> Option<String> {
        let closing = self.closing(directive, conditions)?;
        let said = closed(&closing.from, 403);
        self.close_as(closing, 403);
        Some(said)
    }

    /// The same of a rule that others skip who are known.
    pub(super) fn close_skipped(&mut self, directive: &Directive, conditions: &[(Directive, usize)]) -> Option<String> {
        let leads = directive.words.get(1).is_some_and(|to| to.text != "-");
        if leads { self.close_for(directive, conditions) } else { None }
    }

    /// The same of a `Redirect` in a section for some viewers.
    pub(super) fn close_redirect_of_viewers(&mut self, directive: &Directive) -> Option<String> {
        if !self.sections.iter().any(|section| section.by_viewer) {
            return None;
        }
        let (_, words) = super::redirect::status(directive).ok()?;
        let own = words.first().map(|word| word.text.as_str()).filter(|path| path.starts_with('/'));
        let from = match own {
            Some(path) if self.scope().paths.is_none() && !directive.name.ends_with("match") => below(path),
            _ => patterns(&self.scope()),
        };
        let said = closed(&from, 403);
        self.close_paths(directive.span, from, Vec::new(), self.around(), 403);
        Some(said)
    }

    /// Whether conditions, or the sections around them, ask who it is that asks.
    pub(super) fn asks_who(&self, conditions: &[(Directive, usize)]) -> bool {
        conditions.iter().any(|(condition, _)| self.is_of_viewer(condition))
            || self.sections.iter().any(|section| section.by_viewer)
    }

    fn is_of_viewer(&self, condition: &Directive) -> bool {
        let word = |at: usize| condition.words.get(at).map(|word| word.text.to_ascii_uppercase()).unwrap_or_default();
        let subject = word(0);
        let is_set = |name: &str| self.env.has(name.split('}').next().unwrap_or_default());
        (subject == "EXPR" && expression_says_who(&word(1)))
            || says_who(&subject)
            || subject.split("%{ENV:").skip(1).any(is_set)
    }
}

/// Whether the subject of a condition says who asks: an address, a cookie, a certificate, a header with a key.
fn says_who(subject: &str) -> bool {
    let of_viewer =
        ["REMOTE_", "CONN_REMOTE_", "HTTP_COOKIE", "SSL_CLIENT_", "SSL:SSL_CLIENT_", "AUTH_TYPE", "HTTP_FORWARDED"];
    let is_key = |name: &str| {
        let name = name.split('}').next().unwrap_or_default();
        !OF_BROWSERS.iter().any(|begin| name.starts_with(begin))
    };
    of_viewer.iter().any(|name| subject.contains(name)) || subject.split("HTTP:").skip(1).any(is_key)
}

/// The same of an expression of Apache's.
pub(super) fn expression_says_who(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let is_key = |call: &str| {
        let name = call.trim_start_matches(['(', '\'', '"', ' ']);
        !OF_BROWSERS.iter().any(|begin| name.starts_with(begin))
    };
    says_who(&text)
        || ["-IPMATCH", "-R '", "-R \""].iter().any(|test| text.contains(test))
        || ["REQ(", "REQ_NOVARY(", "HTTP("].iter().any(|call| text.split(call).skip(1).any(is_key))
}

/// Headers that say what browser it is and what it wants, or how the request came: all others may hold a key or an address.
const OF_BROWSERS: [&str; 20] = [
    "ACCEPT",
    "CLOUDFRONT-FORWARDED-PROTO",
    "CONNECTION",
    "CF-VISITOR",
    "DNT",
    "HOST",
    "IF-",
    "ORIGIN",
    "PROFILE",
    "PURPOSE",
    "RANGE",
    "REFERER",
    "SAVE-DATA",
    "SEC-",
    "UPGRADE",
    "USER-AGENT",
    "VIA",
    "X-FORWARDED-HOST",
    "X-FORWARDED-P",
    "X-REQUESTED-WITH",
];
