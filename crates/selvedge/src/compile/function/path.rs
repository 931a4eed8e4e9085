//! Patterns of paths as tests of `p`, the normalised path, and `t`, the same without one slash at its end.

use super::body::Body;
use super::script::{any, in_expression, string};
use crate::compile::pattern::{Form, flags, forms, group_number};
use crate::compile::place::Placement;
use crate::expression::Expression;
use crate::rules::{EncodedSlashes, Paths, Pattern, Slashes, Token};
use selvedge_plan::layout::{MAX_CAPTURES, entry};

/// A test of the path, and what it captures.
pub(super) struct Matched {
    pub(super) test: String,
    /// An expression for each slot.
    pub(super) captures: Vec<String>,
}

/// One form of a pattern.
struct Test {
    test: String,
    /// The test by an expression that captures, as `/…/.exec(p)`.
    exec: Option<String>,
    /// The group of each slot; 0: nothing is captured.
    groups: Vec<usize>,
    /// How many groups, from the first, have captured something wherever it matches.
    certain: usize,
}

/// Whether a rule's patterns match, less its exceptions; `slots` are the captures that its templates use.
pub(super) fn matched(body: &mut Body<'_>, paths: &Paths, slots: &[String]) -> Matched {
    if paths.patterns.iter().any(Pattern::is_every_path) && slots.is_empty() {
        return Matched { test: "true".to_owned(), captures: Vec::new() };
    }
    let mut tests = Vec::new();
    for pattern in &paths.patterns {
        tests.extend(of_pattern(body, pattern, paths.ignore_case, slots));
    }
    if slots.is_empty() {
        return Matched { test: any(tests.into_iter().map(|test| test.test).collect()), captures: Vec::new() };
    }
    body.uses('m');
    let first = tests.first().map(|test| test.groups.clone()).unwrap_or_default();
    let alike = tests.iter().all(|test| test.exec.is_some() && test.groups == first);
    let certain = if alike { tests.iter().map(|test| test.certain).min().unwrap_or_default() } else { 0 };
    let tests = tests.into_iter().map(|Test { test, exec, groups, .. }| {
        let group = |group: &usize| if *group == 0 { String::new() } else { format!("m[{group}]") };
        match exec {
            Some(exec) if alike => exec,
            // Elsewhere each form puts its captures into the places of the slots.
            Some(exec) => {
                format!("(m={exec})&&(m=[0,{}])", groups.iter().map(group).collect::<Vec<_>>().join(","))
            }
            None => format!("{test}&&(m=[0])"),
        }
    });
    let tests: Vec<String> = tests.collect();
    let groups: Vec<usize> = if alike { first } else { (1..=slots.len()).collect() };
    let test = if alike {
        format!("(m={})", tests.join("||"))
    } else {
        any(tests.iter().map(|test| format!("({test})")).collect())
    };
    let captures = groups.iter().map(|group| match *group {
        0 => "''".to_owned(),
        group if group <= certain => format!("m[{group}]"),
        group => format!("(m[{group}]||'')"),
    });
    Matched { test, captures: captures.collect() }
}

/// Whether one of the patterns matches.
pub(super) fn matches_any(body: &mut Body<'_>, patterns: &[Pattern], ignore_case: bool) -> String {
    any(tests(body, patterns, ignore_case))
}

/// Tests of which one holds where one of the patterns matches.
pub(super) fn tests(body: &mut Body<'_>, patterns: &[Pattern], ignore_case: bool) -> Vec<String> {
    let mut tests = Vec::new();
    for pattern in patterns {
        if pattern.is_every_path() {
            return vec!["true".to_owned()];
        }
        tests.extend(of_pattern(body, pattern, ignore_case, &[]).into_iter().map(|test| test.test));
    }
    tests
}

/// The path that a pattern names alone, less its trailing slash, where nothing else counts.
pub(super) fn exact(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::Path { anchored: true, tokens, slash: None } => match tokens.as_slice() {
            [] => Some(""),
            [Token::Literal(path)] => Some(path),
            _ => None,
        },
        _ => None,
    }
}

fn of_pattern(body: &mut Body<'_>, pattern: &Pattern, ignore_case: bool, slots: &[String]) -> Vec<Test> {
    let bits = flags(pattern, ignore_case);
    if let Some(test) = open_end(body, pattern, bits, slots) {
        return vec![test];
    }
    let mut all = Vec::new();
    forms(pattern, &mut |form| all.push(of_form(body, &form, bits, slots)));
    all
}

/// `/blog/*` also matches `/blog`: one expression for both, where no wildcard before takes slashes.
fn open_end(body: &mut Body<'_>, pattern: &Pattern, bits: u32, slots: &[String]) -> Option<Test> {
    let Pattern::Path { anchored: true, tokens, slash: None } = pattern else { return None };
    let [before @ .., Token::Literal(prefix), Token::Splat(last)] = tokens.as_slice() else { return None };
    let bare = prefix.strip_suffix('/').filter(|bare| !bare.ends_with('/'))?;
    if before.iter().any(|token| matches!(token, Token::Splat(_))) {
        return None;
    }
    let (mut source, mut names) = tokens_source(before, slots);
    source.push_str(&in_expression(bare));
    names.push(last.as_str());
    let i = if bits & entry::FOLD != 0 { "i" } else { "" };
    body.uses('p');
    let wanted = slots.iter().any(|slot| slot == last);
    let certain = names.len() - 1;
    let tail = if wanted { "(?:\\/(.*))?$" } else { "(?:\\/|$)" };
    let expression = format!("/^{source}{tail}/{i}");
    Some(Test {
        test: format!("{expression}.test(p)"),
        exec: Some(format!("{expression}.exec(p)")),
        groups: groups(&names, slots),
        certain,
    })
}

fn groups(names: &[&str], slots: &[String]) -> Vec<usize> {
    slots.iter().map(|slot| names.iter().position(|name| name == slot).map_or(0, |at| at + 1)).collect()
}

/// The source of tokens that begin a path, with a group for each wildcard that is a slot, and their names.
fn tokens_source<'t>(tokens: &'t [Token], slots: &[String]) -> (String, Vec<&'t str>) {
    let (mut source, mut names) = (String::new(), Vec::new());
    for token in tokens {
        let (name, wildcard) = match token {
            Token::Literal(text) => {
                source.push_str(&in_expression(text));
                continue;
            }
            Token::Param(name) => (name, "[^/]+"),
            Token::Splat(name) => (name, ".*"),
        };
        if slots.contains(name) {
            names.push(name.as_str());
            source.push_str(&format!("({wildcard})"));
        } else {
            source.push_str(wildcard);
        }
    }
    (source, names)
}

fn of_form(body: &mut Body<'_>, form: &Form<'_>, bits: u32, slots: &[String]) -> Test {
    let fold = bits & entry::FOLD != 0;
    let slash = match bits & (entry::SLASH | entry::NO_SLASH) {
        0 => "",
        wanted if wanted & entry::SLASH != 0 => "p.endsWith('/')&&",
        _ => "!p.endsWith('/')&&",
    };
    if !slash.is_empty() {
        body.uses('p');
    }
    let i = if fold { "i" } else { "" };
    match form {
        Form::Exact(path) => {
            body.uses('t');
            let test = match fold {
                true => format!("t.toLowerCase()=={}", string(&path.to_ascii_lowercase())),
                false => format!("t=={}", string(path)),
            };
            Test { test: format!("{slash}{test}"), exec: None, groups: vec![0; slots.len()], certain: slots.len() }
        }
        Form::Regex { source, names } => {
            body.uses('p');
            let script =
                Expression::new(source).ok().and_then(|expression| expression.script().ok()).unwrap_or_default();
            let groups = slots.iter().map(|slot| group_number(source, names, slot) as usize);
            let groups = groups.map(|group| if group < MAX_CAPTURES { group } else { 0 }).collect();
            Test { test: format!("/{script}/.test(p)"), exec: Some(format!("/{script}/.exec(p)")), groups, certain: 0 }
        }
        Form::Glob { anchored: true, tokens } => {
            let (source, names) = tokens_source(tokens, slots);
            let open = matches!(tokens.last(), Some(Token::Splat(_))) && bits & entry::SLASH == 0;
            let var = if open { 'p' } else { 't' };
            body.uses(var);
            let expression = format!("/^{source}$/{i}");
            let groups = groups(&names, slots);
            let exec = slash.is_empty().then(|| format!("{expression}.exec({var})"));
            let exec = exec.or_else(|| Some(format!("({slash}{expression}.exec({var}))")));
            Test { test: format!("{slash}{expression}.test({var})"), exec, groups, certain: slots.len() }
        }
        Form::Glob { anchored: false, tokens } => {
            body.uses('t');
            let test = match tokens.as_slice() {
                [Token::Splat(_), Token::Literal(text)] if !text.contains('/') && !fold => {
                    format!("t.endsWith({})", string(text))
                }
                _ => {
                    let source = tokens.iter().map(|token| match token {
                        Token::Literal(text) => in_expression(text),
                        Token::Param(_) => "[^/]+".to_owned(),
                        Token::Splat(_) => "[^/]*".to_owned(),
                    });
                    format!("/\\/{}$/{i}.test(t)", source.collect::<String>())
                }
            };
            Test { test: format!("{slash}{test}"), exec: None, groups: vec![0; slots.len()], certain: slots.len() }
        }
    }
}

/// The path as the options on slashes want it.
pub(super) fn arranged(placement: &Placement<'_>) -> String {
    let rules = placement.rules;
    let slash = if rules.encoded_slashes == EncodedSlashes::Decode { "[/\\\\]|%2f|%5c" } else { "[/\\\\]" };
    let several = if rules.slashes == Slashes::Merge { "+" } else { "" };
    format!("u.replace(/(?:{slash}){several}/gi,'/')")
}
