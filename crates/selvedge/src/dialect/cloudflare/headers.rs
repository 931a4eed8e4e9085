//! `_headers`. All blocks that match apply, in order: first what they take away, then what they set. What an earlier block
//! set is added to, and what the site's files bring is replaced.

use std::collections::HashMap;

use super::MAX_LINE;
use super::names::{Piece, host_expression, pattern, pieces};
use crate::dialect::block::{Block, Header, blocks, is_bare, name_or_path, report_cookies, report_empty, split_header};
use crate::dialect::foreign::expression_in_path;
use crate::dialect::line::{Word, is_authority};
use crate::dialect::netlify::report;
use crate::dialect::placeholders::{Captures, Filled};
use crate::dialect::route::one_or_list;
use crate::dialect::sink::{Members, Sink, string};
use crate::dialect::written;
use crate::dialect::{Dialect, Options, Parsed};
use crate::places::Span;
use crate::rules::Value;

const MAX_BLOCKS: usize = 100;

pub(in crate::dialect) fn headers(text: &str, _: &Options) -> Parsed {
    let mut sink = Sink::default();
    let all = blocks(text, |line| line.starts_with('/') || is_url(line), &mut sink);
    if let Some(block) = all.get(MAX_BLOCKS) {
        let message = format!("Cloudflare reads {MAX_BLOCKS} blocks, and not this one; here all of them count");
        sink.warning("too-many-rules", block.path.span, message, "");
    }
    // Of two blocks for one path the later one counts.
    let last: HashMap<&str, usize> = all.iter().enumerate().map(|(at, block)| (block.path.text, at)).collect();
    let mut read = Vec::new();
    for (at, block) in all.iter().enumerate() {
        if last.get(block.path.text) != Some(&at) {
            let message = "a later block is for the same path and replaces this one";
            sink.warning("duplicate-path", block.path.span, message, "put the headers into one block");
            continue;
        }
        read.extend(Edits::read(block, &mut sink));
    }
    write(&read, &mut sink);
    sink.finish()
}

fn is_url(line: &str) -> bool {
    line.split_once("://").is_some_and(|(scheme, _)| !scheme.is_empty() && !scheme.contains(char::is_whitespace))
}

/// What a block does.
struct Edits<'t> {
    span: Span,
    pattern: String,
    when: Option<Value>,
    unset: Vec<Word<'t>>,
    set: Vec<(Header<'t>, Vec<String>)>,
}

impl<'t> Edits<'t> {
    fn read(block: &Block<'t>, sink: &mut Sink) -> Option<Edits<'t>> {
        expression_in_path(block.path, "Cloudflare", sink);
        let (pattern, captures, when) = read_path(block.path, sink)?;
        let mut edits = Edits { span: block.path.span, pattern, when, unset: Vec::new(), set: Vec::new() };
        for line in &block.lines {
            edits.line(*line, &captures, sink);
        }
        if edits.unset.is_empty() && edits.set.is_empty() {
            report_empty(block, sink);
            return None;
        }
        for (header, _) in &edits.set {
            if header.name.text.eq_ignore_ascii_case("set-cookie") {
                report_cookies(header, sink);
            }
        }
        sink.written_block(Dialect::Cloudflare, block.path.span, edits.written(block));
        Some(edits)
    }

    fn written(&self, block: &Block<'_>) -> written::Block {
        let set =
            self.set.iter().flat_map(|(header, _)| header.values.iter().map(|value| (header.name.text, value.text)));
        written::Block {
            line: block.path.span.line,
            path: block.path.text.to_owned(),
            remove: self.unset.iter().map(|word| word.text.to_owned()).collect(),
            set: set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            added: Vec::new(),
        }
    }

    fn line(&mut self, line: Word<'t>, captures: &Captures, sink: &mut Sink) {
        if line.text.chars().count() > MAX_LINE {
            sink.error("invalid-line", line.span, format!("more than {MAX_LINE} characters"), "shorten it");
            return;
        }
        let Some((name, value)) = split_header(line) else {
            match line.text.strip_prefix("! ") {
                Some(_) => self.unset.push(line.part(2, line.text.len())),
                None if line.text.starts_with('!') => {
                    let help = format!("write \"! {}\"", line.text.trim_start_matches('!'));
                    sink.warning(
                        "unset-line",
                        line.span,
                        "a line that takes a header away has a space after its \"!\"",
                        help,
                    );
                }
                None => sink.error("invalid-line", line.span, "a header needs a colon", name_or_path(line.text)),
            }
            return;
        };
        if name.text.is_empty() || value.text.is_empty() {
            let what = if name.text.is_empty() { "name" } else { "value" };
            sink.error("invalid-line", line.span, format!("a header without a {what}"), "write \"Name: value\"");
            return;
        }
        if is_bare(name, sink).is_none() {
            return;
        }
        if name.text.eq_ignore_ascii_case("basic-auth") {
            let message =
                "Basic-Auth asks for a password on Netlify alone; Cloudflare would send the password to everybody";
            sink.error("not-honoured", line.span, message, "protect these paths by Cloudflare Access, or by a hook");
            return;
        }
        if name.text.starts_with('!') {
            let help = format!(
                "to take a header away write \"! {}\", without a value",
                name.text.trim_start_matches(['!', ' '])
            );
            if name.text.contains(' ') {
                sink.warning("unset-line", line.span, "a header's name has no space", help);
                return;
            }
            sink.warning("unset-line", line.span, "this sets a header whose name begins with \"!\"", help);
        }
        let filled = captures.fill(value.text, true);
        // A colon is mostly one in a value.
        report(&Filled { unknown: Vec::new(), ..filled.clone() }, Word { text: "", ..value }, sink);
        let known = self.set.iter_mut().find(|(header, _)| header.name.text.eq_ignore_ascii_case(name.text));
        match known {
            Some((header, texts)) => {
                header.values.push(value);
                texts.push(filled.text);
            }
            None => self.set.push((Header { name, values: vec![value] }, vec![filled.text])),
        }
    }

    fn sets(&self, name: &str) -> bool {
        self.set.iter().any(|(header, _)| header.name.text.eq_ignore_ascii_case(name))
    }

    /// Whether it is for every path: what it sets is there for those after it, and replaces what files bring.
    fn is_everywhere(&self) -> bool {
        self.pattern == "/*" && self.when.is_none()
    }

    /// Pattern and condition.
    fn head(&self, place: Span) -> Members {
        let mut members: Members =
            vec![("for", string(&self.pattern), Some(place)), ("ignoreTrailingSlash", Value::Bool(false), None)];
        members.extend(self.when.clone().map(|when| ("when", when, Some(place))));
        members
    }
}

/// Writes the blocks. A name that several blocks set is taken away first where any of them matches, and then added to; the
/// first one sets it where it is for every path.
fn write(all: &[Edits<'_>], sink: &mut Sink) {
    let mut shared: Vec<(&str, Vec<&Edits<'_>>)> = Vec::new();
    for (at, edits) in all.iter().enumerate() {
        for (header, _) in &edits.set {
            let name = header.name.text;
            let later: Vec<_> =
                all.iter().skip(at + 1).filter(|other| other.sets(name) && may_meet(edits, other)).collect();
            if later.is_empty() || is_cookie(name) {
                continue;
            }
            match shared.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                Some((_, those)) => those.extend(later),
                None => shared.push((name, std::iter::once(edits).chain(later).collect())),
            }
        }
    }
    // What special blocks set, and then the one for all paths: each path has its own first one, which sets.
    let mut last: Vec<(&str, Vec<&Edits<'_>>)> = Vec::new();
    shared.retain(|(name, _)| {
        let those: Vec<_> = all.iter().filter(|edits| edits.sets(name)).collect();
        let is_last = is_last_everywhere(name, &those);
        last.extend(is_last.then_some((*name, those)));
        !is_last
    });
    for (name, those) in &shared {
        if those.first().is_some_and(|first| first.is_everywhere()) {
            continue;
        }
        for edits in those
            .iter()
            .enumerate()
            .filter(|(at, edits)| !those.iter().take(*at).any(|earlier| std::ptr::eq(*earlier, **edits)))
        {
            let mut members = edits.1.head(edits.1.span);
            members.push(("remove", string(name), None));
            sink.rule("headers", edits.1.span, members);
        }
    }
    // Cookies are set and taken away where the viewer is answered: they must not be cached. The site's own go first.
    let at_viewer = |edits: &Edits<'_>, verb, value, place, sink: &mut Sink| {
        let mut members = edits.head(edits.span);
        members.push((verb, value, place));
        members.push(("at", string("viewer-response"), None));
        sink.rule("headers", edits.span, members);
    };
    for edits in all.iter().filter(|edits| edits.sets("Set-Cookie")) {
        at_viewer(edits, "remove", string("Set-Cookie"), None, sink);
    }
    for edits in all {
        let appended = |name: &str| {
            let those = shared.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, those)| those);
            those.is_some_and(|those| {
                let leads = those.first().is_some_and(|first| first.is_everywhere() && std::ptr::eq(*first, edits));
                !leads && those.iter().any(|other| std::ptr::eq(*other, edits))
            })
        };
        let is_last =
            |name: &str| last.iter().find(|(known, those)| known.eq_ignore_ascii_case(name) && ends_with(those, edits));
        let mut members = edits.head(edits.span);
        let mut parts = Vec::new();
        let (cookies, unset): (Vec<&Word<'_>>, Vec<&Word<'_>>) =
            edits.unset.iter().partition(|word| is_cookie(word.text));
        if let Some(word) = cookies.first() {
            at_viewer(edits, "remove", string("Set-Cookie"), Some(word.span), sink);
        }
        if !unset.is_empty() {
            let names = unset.iter().map(|word| string(word.text)).collect();
            members.push(("remove", Value::Array(names), unset.first().map(|word| word.span)));
        }
        for verb in ["set", "append"] {
            let of_verb = edits
                .set
                .iter()
                .filter(|(header, _)| !is_cookie(header.name.text) && appended(header.name.text) == (verb == "append"))
                .filter(|(header, _)| is_last(header.name.text).is_none());
            let headers: Vec<(String, Value)> = of_verb
                .map(|(header, texts)| {
                    parts.extend(header.values.first().map(|word| (format!("{verb}.{}", header.name.text), word.span)));
                    (header.name.text.to_owned(), string(texts.join(", ")))
                })
                .collect();
            if !headers.is_empty() {
                members.push((verb, Value::Object(headers), None));
            }
        }
        if members.iter().any(|(name, ..)| matches!(*name, "remove" | "set" | "append")) {
            sink.rule_with("headers", edits.span, members, parts);
        }
        for (header, texts) in &edits.set {
            let Some((name, those)) = is_last(header.name.text) else { continue };
            let special = || those.iter().take(those.len() - 1).map(|other| string(&other.pattern));
            let value = || Value::Object(vec![((*name).to_owned(), string(texts.join(", ")))]);
            let place = header.values.first().map(|word| word.span);
            let mut others = edits.head(edits.span);
            others.extend([("except", Value::Array(special().collect()), None), ("set", value(), place)]);
            sink.rule("headers", edits.span, others);
            let exact = ("ignoreTrailingSlash", Value::Bool(false), None);
            let patterns = ("for", Value::Array(special().collect()), Some(edits.span));
            sink.rule("headers", edits.span, vec![patterns, exact, ("append", value(), place)]);
        }
        for (header, texts) in edits.set.iter().filter(|(header, _)| is_cookie(header.name.text)) {
            let value = Value::Object(vec![("Set-Cookie".to_owned(), one_or_list(texts))]);
            at_viewer(edits, "append", value, header.values.first().map(|word| word.span), sink);
        }
    }
}

/// Whether of the blocks that set a header the last one alone is for all paths, and no path is for two of the others.
fn is_last_everywhere(name: &str, those: &[&Edits<'_>]) -> bool {
    let Some((last, special)) = those.split_last() else { return false };
    let apart = |(at, one): (usize, &&Edits<'_>)| !special.iter().skip(at + 1).any(|other| may_meet(one, other));
    let unsets = |edits: &&Edits<'_>| edits.unset.iter().any(|word| word.text.eq_ignore_ascii_case(name));
    // What its star matches is known for its own pattern alone.
    let fills = last.set.iter().filter(|(header, _)| header.name.text.eq_ignore_ascii_case(name));
    let is_literal = fills.flat_map(|(_, texts)| texts).all(|text| !text.contains('{'));
    last.is_everywhere()
        && is_literal
        && !those.iter().any(unsets)
        && special.iter().all(|edits| edits.when.is_none() && !edits.is_everywhere())
        && special.iter().enumerate().all(apart)
}

fn ends_with(those: &[&Edits<'_>], edits: &Edits<'_>) -> bool {
    those.last().is_some_and(|last| std::ptr::eq(*last, edits))
}

fn is_cookie(name: &str) -> bool {
    name.eq_ignore_ascii_case("set-cookie")
}

/// Whether a path may match both blocks, as far as what their patterns begin and end with says.
fn may_meet(one: &Edits<'_>, other: &Edits<'_>) -> bool {
    let ends = |pattern: &str| {
        let first = pattern.find([':', '*']).unwrap_or(pattern.len());
        let last = pattern.rfind([':', '*']).map_or(0, |at| at + 1);
        let name = pattern.get(last..).unwrap_or_default();
        let tail = name.find('/').map_or("", |at| name.get(at..).unwrap_or_default());
        let begin = pattern.get(..first).unwrap_or_default().to_owned();
        // After a star the text begins at once; after a name with the next slash, to be careful.
        let is_star = last > 0 && pattern.get(last - 1..last) == Some("*");
        let end = if last == 0 {
            pattern.to_owned()
        } else if is_star {
            name.to_owned()
        } else {
            tail.to_owned()
        };
        (begin, end, first == pattern.len())
    };
    let (begin, end, exact) = ends(&one.pattern);
    let (other_begin, other_end, other_exact) = ends(&other.pattern);
    if exact && other_exact {
        return begin == other_begin;
    }
    (begin.starts_with(&other_begin) || other_begin.starts_with(&begin))
        && (end.ends_with(&other_end) || other_end.ends_with(&end))
}

/// The pattern of a path or URL, what it captures, and the condition on its host.
fn read_path(word: Word<'_>, sink: &mut Sink) -> Option<(String, Captures, Option<Value>)> {
    let (host, path) = match word.text.split_once("://") {
        Some((scheme, rest)) if is_url(word.text) && !word.text.starts_with('/') => {
            if !scheme.eq_ignore_ascii_case("https") {
                sink.error(
                    "invalid-line",
                    word.span,
                    "a URL begins with https://",
                    "write https://, or the path alone",
                );
                return None;
            }
            let end = rest.find('/').unwrap_or(rest.len());
            let (host, path) = rest.split_at(end);
            (Some(host), if path.is_empty() { "/" } else { path })
        }
        _ => (None, word.text),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let found = pieces(path);
    let names = |found: &[Piece<'_>], wanted: &str| {
        found.iter().any(|piece| matches!(piece, Piece::Name(name) if *name == wanted))
    };
    let host_pieces = host.map(pieces).unwrap_or_default();
    let stars = found.iter().chain(&host_pieces).filter(|piece| **piece == Piece::Star).count();
    if stars > 1 || (stars == 1 && names(&found, "splat")) {
        sink.error("invalid-line", word.span, "a path has one \"*\", which is \":splat\"", "write several blocks");
        return None;
    }
    if host.is_some() {
        let shape = host_pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "x" });
        is_authority(&shape.collect::<String>(), word.span, sink)?;
    }
    let (pattern, mut captures) = pattern(word, &host_pieces, path, sink)?;
    let when = match host {
        None => None,
        Some(host) if host_pieces.iter().all(|piece| matches!(piece, Piece::Text(_))) => {
            if host.contains(':') {
                sink.error("invalid-line", word.span, "a URL here has no port", "leave it out");
                return None;
            }
            Some(Value::Object(vec![("host".to_owned(), string(host.to_ascii_lowercase()))]))
        }
        Some(_) => {
            let regex = host_expression(&host_pieces, &mut captures);
            let test = Value::Object(vec![("regex".to_owned(), string(regex))]);
            Some(Value::Object(vec![("host".to_owned(), test)]))
        }
    };
    Some((pattern, captures, when))
}
