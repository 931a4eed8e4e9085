//! What a line is for: a path, or a URL with its host.

use std::fmt::{self, Display, Formatter};

use crate::dialect::line::{Word, is_authority, percent_decoded, split_url};
use crate::dialect::placeholders::Captures;
use crate::dialect::route::literal;
use crate::dialect::sink::Sink;
use crate::places::Span;

/// How many stars between slashes one path may have: each of them makes two rules, with it and without.
const MAX_MIDDLE: usize = 3;

pub(super) struct From {
    pub(super) url: Option<Url>,
    pub(super) path: Path,
    pub(super) span: Span,
}

/// What a line for a URL asks besides its path.
pub(super) struct Url {
    pub(super) scheme: &'static str,
    pub(super) host: String,
}

/// A path as Netlify reads it, segment by segment.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Segment {
    Literal(String),
    /// `:name`
    Name(String),
    /// `*` between slashes, or at the end.
    Star,
    /// `text*`, the last.
    Glued(String),
}

pub(super) fn read_from(word: Word<'_>, sink: &mut Sink) -> Option<From> {
    let (url, text) = match split_url(word.text) {
        Some((scheme, host, rest)) => {
            is_authority(host, word.span, sink)?;
            // Netlify takes host and path of a URL, whatever follows them.
            let path = rest.split(['?', '#']).next().unwrap_or_default();
            if path.len() < rest.len() {
                let message = "query and fragment of a URL are left out: the line matches the path with any query";
                let help = format!("write {:?}", format!("{scheme}://{host}{path}"));
                sink.warning("query-in-path", word.span, message, help);
            }
            let path = if path.is_empty() { "/" } else { path };
            (Some(Url { scheme, host: host.to_ascii_lowercase() }), path)
        }
        None => (None, word.text),
    };
    if url.is_none() && looks_like_host(text) {
        let message = format!("Netlify reads the path {:?} here: a host has its scheme in front", format!("/{text}"));
        let help = format!("write {:?}, or {:?} for the path", format!("https://{text}"), format!("/{text}"));
        sink.warning("missing-slash", word.span, message, help);
    }
    if let Some(plain) = without_escapes(text) {
        let message = "Netlify compares the decoded path with the line as it is written, so one with an escape never matches there";
        sink.warning("never-matches", word.span, message, plain);
    }
    let never = |sink: &mut Sink, message: &str, help: String| {
        sink.warning("never-matches", word.span, message, help);
        None
    };
    if text == "/.netlify" || text.starts_with("/.netlify/") {
        sink.error("invalid-line", word.span, "paths under /.netlify are Netlify's own", "use another path");
        return None;
    }
    if let Some((path, query)) = text.split_once('?') {
        let pairs = query.replace('&', " ");
        return never(
            sink,
            "a path has no query, so the line never matches",
            format!("write \"{path} {pairs} …\", or query = {{ … }} in netlify.toml"),
        );
    }
    if let Some((path, _)) = text.split_once('#') {
        return never(sink, "a fragment never reaches a server, so the line never matches", format!("write {path:?}"));
    }
    let mut segments = Vec::new();
    let mut in_a_row = false;
    // The first slash may be left out.
    let mut pieces = text.strip_prefix('/').unwrap_or(text).split('/').peekable();
    while let Some(piece) = pieces.next() {
        // What follows an empty segment does not count.
        let last = pieces.peek().is_none_or(|next| next.is_empty());
        if piece.is_empty() {
            if pieces.peek().is_some() {
                cut(&segments, word, sink);
            }
            break;
        }
        let stars = piece.matches('*').count();
        // The first of several takes all that they could.
        if piece == "*" && segments.last() == Some(&Segment::Star) {
            in_a_row = true;
            continue;
        }
        segments.push(match piece {
            "*" => Segment::Star,
            // A name is all of the segment.
            _ if piece.len() > 1 && piece.starts_with(':') => Segment::Name(piece.split_at(1).1.to_owned()),
            _ if stars == 1 && last && piece.ends_with('*') => Segment::Glued(piece.trim_end_matches('*').to_owned()),
            _ if stars > 0 => {
                sink.warning(
                    "dead-glob",
                    word.span,
                    format!("Netlify knows \"*\" as a whole segment or at the end; {piece:?} never matches, so the line does nothing"),
                    "list the paths, or write \"*\" as the last segment",
                );
                return None;
            }
            _ => Segment::Literal(piece.to_owned()),
        });
    }
    let (_, before) = segments.split_last().unwrap_or((&Segment::Star, &[]));
    let middle = before.iter().filter(|segment| **segment == Segment::Star).count();
    if middle > MAX_MIDDLE {
        sink.error(
            "not-honoured",
            word.span,
            format!("{middle} stars between slashes; {MAX_MIDDLE} can be honoured"),
            "write one \"*\" at the end",
        );
        return None;
    }
    if in_a_row || middle > 0 && matches!(segments.last(), Some(Segment::Star | Segment::Glued(_))) {
        let message = "Netlify does not say which of several stars takes how much; here the first takes what it can";
        sink.note("several-stars", word.span, message, "write one \"*\" at the end");
    }
    Some(From { url, path: Path { segments }, span: word.span })
}

/// What to write in place of a path with escapes.
fn without_escapes(text: &str) -> Option<String> {
    let plain = percent_decoded(text);
    (plain != text).then(|| match plain.contains(char::is_whitespace) {
        true => format!("write it in netlify.toml, as from = {plain:?}"),
        false => format!("write {plain:?}"),
    })
}

/// Endings of files that have paths below them: `index.php/about`.
const SCRIPTS: [&str; 10] = ["php", "html", "htm", "asp", "aspx", "jsp", "cgi", "cfm", "pl", "js"];

/// Whether a path without its first slash begins as a host does: `www.x.example/*`, `x.example/a`. A name of a file ends the path.
fn looks_like_host(text: &str) -> bool {
    let Some((host, _)) = text.split_once('/').or_else(|| text.starts_with("www.").then_some((text, ""))) else {
        return false;
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let last = host.rsplit_once('.').map(|(_, last)| last);
    !host.starts_with('.')
        && host.chars().all(is_name)
        && last.is_some_and(|last| last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && !last.is_some_and(|last| SCRIPTS.contains(&last))
}

/// Netlify reads a path as far as its first empty segment (npm netlify-redirector: `/a//b` matches `/a`).
fn cut(segments: &[Segment], word: Word<'_>, sink: &mut Sink) {
    let path = segments.iter().map(|segment| format!("/{segment}")).collect::<String>();
    let path = if path.is_empty() { "/" } else { path.as_str() };
    let message = format!("Netlify reads a path up to its first empty segment: the line is for {path:?}");
    sink.warning("empty-segment", word.span, message, "write one slash between segments");
}

impl Display for Segment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Segment::Literal(text) => f.write_str(text),
            Segment::Name(name) => write!(f, ":{name}"),
            Segment::Star => f.write_str("*"),
            Segment::Glued(text) => write!(f, "{text}*"),
        }
    }
}

impl Segment {
    /// Whether it is this one segment of a path.
    pub(super) fn takes(&self, piece: &str) -> bool {
        match self {
            Segment::Literal(text) => piece == text,
            Segment::Name(_) => !piece.is_empty(),
            Segment::Star => true,
            Segment::Glued(text) => piece.starts_with(text.as_str()),
        }
    }
}

impl Path {
    /// Of a path that ends in a star, the text in front of it; empty where another wildcard comes first.
    pub(super) fn base(&self) -> Option<String> {
        let (last, before) = self.segments.split_last()?;
        let end = match last {
            Segment::Star => String::new(),
            Segment::Glued(text) => format!("/{text}"),
            _ => return None,
        };
        let mut base = String::new();
        for segment in before {
            match segment {
                Segment::Literal(text) => base.push_str(&format!("/{text}")),
                _ => return Some(String::new()),
            }
        }
        Some(base + &end)
    }

    pub(super) fn has_star(&self) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Star | Segment::Glued(_)))
    }

    /// Whether it is for every path.
    pub(super) fn is_all(&self) -> bool {
        self.segments == [Segment::Star]
    }

    /// Whether it matches this path, and then all that begin with it: segment by segment, stars between slashes left aside.
    pub(super) fn matches(&self, path: &str) -> bool {
        let mut pieces = path.split('/').skip(1);
        self.segments.iter().all(|segment| match segment {
            Segment::Star => true,
            segment => pieces.next().is_some_and(|piece| segment.takes(piece)),
        })
    }

    /// The patterns: a star between slashes matches no segment as well, which is a rule of its own.
    pub(super) fn alternatives(&self) -> Vec<(Vec<String>, Captures)> {
        let last = self.segments.len().saturating_sub(1);
        let middle: Vec<usize> = self
            .segments
            .iter()
            .enumerate()
            .filter(|(at, it)| **it == Segment::Star && *at != last)
            .map(|(at, _)| at)
            .collect();
        let mut alternatives = Vec::new();
        for choice in 0..1u32 << middle.len() {
            let left_out = |at: usize| middle.iter().position(|it| *it == at).is_some_and(|bit| choice >> bit & 1 == 1);
            alternatives.push(self.alternative(&left_out));
        }
        alternatives
    }

    fn alternative(&self, left_out: &dyn Fn(usize) -> bool) -> (Vec<String>, Captures) {
        let mut captures = Captures::default();
        let mut pattern = String::new();
        let mut also = None;
        let mut stars = 0;
        let mut star = |captures: &mut Captures| {
            stars += 1;
            captures.add("splat", if stars == 1 { "splat".to_owned() } else { format!("splat{stars}") });
        };
        for (at, segment) in self.segments.iter().enumerate() {
            if left_out(at) {
                // What it matched is empty, and further stars do not count.
                captures.add("splat", "");
                continue;
            }
            pattern.push('/');
            match segment {
                Segment::Literal(text) => pattern.push_str(&literal(text)),
                Segment::Name(name) => {
                    let ours = format!("p{}", at + 1);
                    captures.add(name.as_str(), ours.as_str());
                    pattern.push_str(&format!(":{ours}"));
                }
                Segment::Star => {
                    star(&mut captures);
                    pattern.push('*');
                }
                Segment::Glued(text) => {
                    star(&mut captures);
                    pattern.push_str(&literal(text));
                    // The slash after the text is not captured.
                    also = Some(format!("{pattern}/*"));
                    pattern.push('*');
                }
            }
        }
        if pattern.is_empty() {
            pattern.push('/');
        }
        // A star between slashes takes all that it can, and leaves nothing to the last one.
        if stars > 1 && also.is_none() {
            also = pattern.strip_suffix("/*").map(str::to_owned);
        }
        (also.into_iter().chain([pattern]).collect(), captures)
    }
}
