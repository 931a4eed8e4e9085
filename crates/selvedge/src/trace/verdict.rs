//! Whether a rule's patterns and conditions let it act on a message, and why not: asked of the reader, one by one.

use super::lab::{Lab, Question, Sight};
use super::model::Reason;
use super::when::unmet;
use crate::diagnostic::Diagnostics;
use crate::rules::{Condition, Paths, Pattern, Rules, Token};

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
    before: &Rules,
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
    let mut details = DETAILED;
    let mut reasons = Vec::with_capacity(candidates.len());
    for (candidate, matched) in candidates.iter().zip(&matched) {
        reasons.push(match matched {
            None if details == 0 => Some(Reason::new("pattern", format!("path is {path}"))),
            None => {
                details -= 1;
                Some(mismatch(lab, before, sight, candidate.paths, &path)?)
            }
            Some(_) if held.next().flatten().is_some() => None,
            Some(_) => Some(refusal(lab, before, sight, candidate, &path)?),
        });
    }
    Ok(reasons)
}

/// `except` or `when`.
fn refusal(
    lab: &Lab,
    before: &Rules,
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

/// How far a path went along with the nearest pattern.
fn mismatch(lab: &Lab, before: &Rules, sight: &Sight<'_>, paths: &Paths, path: &str) -> Result<Reason, Diagnostics> {
    let stems: Vec<Stem> = paths.patterns.iter().flat_map(stems).collect();
    let mut questions: Vec<Question> =
        stems.iter().map(|stem| Question::paths(std::slice::from_ref(&stem.pattern), &[], paths.ignore_case)).collect();
    if !paths.ignore_case {
        questions.push(Question::paths(&paths.patterns, &[], true));
    }
    let answers = lab.ask(before, sight, questions)?;
    if answers.len() > stems.len() && answers.last().is_some_and(Option::is_some) {
        let text =
            format!("path is {path}, which differs in the case of its letters: \"ignoreCase\" would let it match");
        return Ok(Reason { near: u32::MAX, ..Reason::new("case", text) });
    }
    let matched = stems.iter().zip(&answers).filter(|(_, answer)| answer.is_some()).map(|(stem, _)| stem);
    Ok(match matched.max_by_key(|stem| stem.segments) {
        Some(stem) => Reason {
            near: stem.segments,
            ..Reason::new(
                "pattern",
                format!("path is {path}, which matches as far as {}, but not {}", stem.begin, stem.rest),
            )
        },
        None => Reason::new("pattern", format!("path is {path}")),
    })
}

/// The first segments of a pattern, with anything behind them.
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
