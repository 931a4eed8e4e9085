//! Variables that are one text wherever they are read: `set $name text;`, and `$server_name`.

use super::lex::Directive;
use super::target::{is_named, put};
use crate::dialect::line::split_url;

/// A `set` whose value holds no other variable.
pub(super) fn is_constant(set: &Directive) -> bool {
    matches!(set.words.as_slice(), [name, value] if name.text.starts_with('$') && !value.text.contains('$'))
}

/// The directives of a server, with such variables put in; of one that is set twice, or in an `if`, nothing is known.
pub(super) fn constants(items: &[Directive]) -> Vec<Directive> {
    let mut names = Vec::new();
    all_set(items, &mut names);
    let mut all = with(items, &names);
    if let Some(name) = server_name(items) {
        all.iter_mut().for_each(|item| put_in(item, "server_name", name));
    }
    all
}

/// `$server_name`, the first name, if that is one host.
fn server_name(items: &[Directive]) -> Option<&str> {
    let first = items.iter().find(|item| item.name == "server_name")?.words.first()?.text.as_str();
    let is_host = first.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    (is_host && !first.is_empty() && !first.starts_with('.')).then_some(first)
}

fn all_set<'d>(items: &'d [Directive], names: &mut Vec<&'d str>) {
    for item in items {
        if let ("set", Some(name)) = (item.name.as_str(), item.words.first()) {
            names.push(&name.text);
        }
        all_set(item.block.as_deref().unwrap_or_default(), names);
    }
}

fn with(items: &[Directive], names: &[&str]) -> Vec<Directive> {
    let is_once = |name: &str| names.iter().filter(|own| **own == name).count() == 1;
    let own = items.iter().filter(|item| item.name == "set" && is_constant(item));
    let own: Vec<(&str, &str)> = own
        .filter_map(|item| match item.words.as_slice() {
            [name, value] if is_once(&name.text) => Some((name.text.strip_prefix('$')?, value.text.as_str())),
            _ => None,
        })
        .collect();
    let mut all = items.to_vec();
    for item in &mut all {
        own.iter().for_each(|(name, value)| put_in(item, name, value));
        // What an `if` sets is known there alone.
        if item.name != "if" {
            item.block = item.block.take().map(|block| with(&block, names));
        }
    }
    all
}

fn put_in(item: &mut Directive, name: &str, value: &str) {
    let first = match item.name.as_str() {
        "proxy_pass" | "return" | "try_files" => 0,
        // Their first word is an expression, or a name.
        "rewrite" | "add_header" | "error_page" | "proxy_set_header" => 1,
        _ => usize::MAX,
    };
    for word in item.words.iter_mut().skip(first).filter(|word| is_named(&word.text, name)) {
        let text = put(&word.text, name, value);
        // With a variable, a path there is asked for as it stands.
        if item.name == "proxy_pass" && !split_url(&text).is_some_and(|(_, _, path)| path.is_empty()) {
            continue;
        }
        word.text = text;
    }
    for inner in item.block.iter_mut().flatten() {
        put_in(inner, name, value);
    }
}
