//! Whether a rule's patterns and conditions let it act on a message, and why not: asked of the reader, one by one.

use super::lab::{Lab, Question, Sight};
use super::model::Reason;
use super::when::unmet;
use crate::diagnostic::Diagnostics;
use crate::rules::{Condition, Model, Paths, Pattern, Token};

/// Rules whose patterns are compared segment by segment at most: that is for the eyes of a person.
const DETAILED: usize = 2048;

/// A rule whose turn it might be.
pub(super) struct Candidate<'r> {
    pub(super) paths: &'r Paths,
    pub(super) when: Option<Condition>,
}

impl<'r> Candidate<'r> {
    pub(super) fn new(paths: &'r Paths, when: Option<&Condition>) -> Candidate<'r> {
        Candidate { paths, when: when.cloned() }
    }
}

/// For each candidate why it does not match; `None` where it does. `before` are the rules that ran before.
pub(super) fn verdicts(
    lab: &Lab,
    before: &Model,
    sight: &Sight<'_>,
    candidates: &[Candidate<'_>],
) -> Result<Vec<Option<Reason>>, Diagnostics> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let path = lab.path(before, sight)?;
    let whole = |candidate: &Candidate<'_>| Question {
        when: candidate.when.clone(),
        ..Question::paths(&candidate.paths.patterns, &candidate.paths.except, candidate.paths.ignore_case)
    };
    let patterns =
        |candidate: &Candidate<'_>| Question::paths(&candidate.paths.patterns, &[], candidate.paths.ignore_case);
    // Conditions are asked of those alone whose patterns match: most rules of a large set do not.
    let matched = lab.ask(before, sight, candidates.iter().map(patterns).collect())?;
    let near: Vec<&Candidate<'_>> = candidates
        .iter()
        .zip(&matched)
        .filter(|(_, answer)| answer.is_some())
        .map(|(candidate, _)| candidate)
        .collect();
    let mut held = lab.ask(before, sight, near.into_iter().map(whole).collect())?.into_iter();
    let unmatched = candidates.iter().zip(&matched).filter(|(_, answer)| answer.is_none());
    let unmatched: Vec<&Paths> = unmatched.take(DETAILED).map(|(candidate, _)| candidate.paths).collect();
    let mut mismatched = mismatches(lab, before, sight, &unmatched, &path)?.into_iter();
    let mut reasons = Vec::with_capacity(candidates.len());
    for (candidate, matched) in candidates.iter().zip(&matched) {
        reasons.push(match matched {
            None => Some(mismatched.next().unwrap_or_else(|| Reason::new("pattern", format!("path is {path}")))),
            Some(_) if held.next().flatten().is_some() => None,
            Some(_) => Some(refusal(lab, before, sight, candidate, &path)?),
        });
    }
    Ok(reasons)
}

/// `except` or `when`.
fn refusal(
    lab: &Lab,
    before: &Model,
    sight: &Sight<'_>,
    candidate: &Candidate<'_>,
    path: &str,
) -> Result<Reason, Diagnostics> {
    let Paths { except, ignore_case, .. } = candidate.paths;
    let questions =
        except.iter().map(|pattern| Question::paths(std::slice::from_ref(pattern), &[], *ignore_case)).collect();
    let answers = lab.ask(before, sight, questions)?;
    if let Some((pattern, _)) = except.iter().zip(&answers).find(|(_, answer)| answer.is_some()) {
        return Ok(Reason::new("except", format!("path is {path}, which \"except\" {pattern} takes out")));
    }
    match &candidate.when {
        Some(when) => Ok(Reason::new("condition", unmet(lab, before, sight, when)?)),
        None => Ok(Reason::new("pattern", format!("path is {path}"))),
    }
}

/// How far a path went along with the nearest pattern of each rule: all is asked at once.
fn mismatches(
    lab: &Lab,
    before: &Model,
    sight: &Sight<'_>,
    list: &[&Paths],
    path: &str,
) -> Result<Vec<Reason>, Diagnostics> {
    let stems: Vec<Vec<Stem>> = list.iter().map(|paths| paths.patterns.iter().flat_map(stems).collect()).collect();
    let mut questions = Vec::new();
    for (paths, stems) in list.iter().zip(&stems) {
        let Paths { patterns, ignore_case, .. } = paths;
        questions
            .extend(stems.iter().map(|stem| Question::paths(std::slice::from_ref(&stem.pattern), &[], *ignore_case)));
        // Would it match if the case of letters, or a slash at the end, did not count?
        questions.push(Question::paths(patterns, &[], true));
        let any_slash: Vec<Pattern> = patterns.iter().cloned().map(without_slash).collect();
        questions.push(Question::paths(&any_slash, &[], *ignore_case));
    }
    let mut answers = lab.ask(before, sight, questions)?.into_iter().map(|answer| answer.is_some());
    let mut next = || answers.next().unwrap_or(false);
    Ok(stems
        .iter()
        .map(|stems| {
            let nearest = stems.iter().filter(|_| next()).max_by_key(|stem| stem.segments);
            mismatch(path, nearest, next(), next())
        })
        .collect())
}

fn mismatch(path: &str, nearest: Option<&Stem>, but_for_case: bool, but_for_slash: bool) -> Reason {
    let text = |more: &str| format!("path is {path}{more}");
    match nearest {
        _ if but_for_case => {
            let more = ", which differs in the case of its letters: \"ignoreCase\" would let it match";
            Reason { near: u32::MAX, ..Reason::new("case", text(more)) }
        }
        _ if but_for_slash => {
            Reason { near: u32::MAX, ..Reason::new("slash", text(", which differs by the slash at its end")) }
        }
        Some(Stem { begin, rest, segments, .. }) => {
            let more = format!(", which matches as far as {begin}, but not {rest}");
            Reason { near: *segments, ..Reason::new("pattern", text(&more)) }
        }
        None => Reason::new("pattern", text("")),
    }
}

/// A pattern for which a slash at the end does not count.
fn without_slash(pattern: Pattern) -> Pattern {
    match pattern {
        Pattern::Path { anchored, tokens, .. } => Pattern::Path { anchored, tokens, slash: None },
        regex => regex,
    }
}

/// The first segments of a pattern, with anything after them.
struct Stem {
    begin: String,
    rest: String,
    segments: u32,
    pattern: Pattern,
}

/// Every shorter beginning of a pattern that ends where a segment does.
fn stems(pattern: &Pattern) -> Vec<Stem> {
    let Pattern::Path { anchored: true, tokens, slash: end } = pattern else { return Vec::new() };
    let mut stems = Vec::new();
    let mut head: Vec<Token> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if let Token::Literal(text) = token {
            for (slash, _) in text.match_indices('/').filter(|(slash, _)| at > 0 || *slash > 0) {
                let (begin, rest) = text.split_at(slash);
                let mut tokens_before = head.clone();
                tokens_before.push(Token::Literal(begin.to_owned()));
                let shown = Pattern::Path { anchored: true, tokens: tokens_before.clone(), slash: None }.to_string();
                tokens_before.pop();
                tokens_before.push(Token::Literal(format!("{begin}/")));
                tokens_before.push(Token::Splat(String::new()));
                let mut tail = vec![Token::Literal(rest.to_owned())];
                tail.extend(tokens.iter().skip(at + 1).cloned());
                stems.push(Stem {
                    segments: shown.matches('/').count() as u32,
                    begin: shown,
                    rest: Pattern::Path { anchored: true, tokens: tail, slash: *end }.to_string(),
                    pattern: Pattern::Path { anchored: true, tokens: tokens_before, slash: None },
                });
            }
        }
        head.push(token.clone());
    }
    stems
}
