//! Stages that look at nothing but how the path ends: `*.js`, and whether it is an archive already. What they decide can
//! be remembered by the endings alone, so that the path need not cross the border to the reader.

use selvedge_plan::Stage;
use selvedge_plan::layout::MAX_ENDINGS;

use super::stage::StageBuilder;
use super::{Compiler, Placed, at_stage, header_values};
use crate::rules::{Headers, On, Paths, Pattern, Token};

impl Compiler<'_> {
    /// The endings that a stage's decisions depend on; `None` where they depend on more.
    pub(super) fn endings(&self, stage: &StageBuilder, placed: &Placed) -> Option<Vec<String>> {
        let rules = self.rules;
        let here = stage.stage;
        let on = if here.is_request() { On::Request } else { On::Response };
        if !stage.reads_path() || stage.input_count() != 1 || rules.arranges_slashes() {
            return None;
        }
        let only_files = match here {
            Stage::ViewerRequest => {
                rules.experiments.is_empty() && rules.query.is_empty() && !placed.answers_at(here, rules)
            }
            Stage::OriginRequest => rules.origins.is_empty() && !placed.answers_at(here, rules),
            Stage::OriginResponse => {
                rules.precompressed.is_empty() && !placed.responses.contains(&here) && !placed.redirects.contains(&here)
            }
            _ => false,
        };
        let html = rules.html.is_some() && placed.html == here;
        let statuses = here == Stage::OriginResponse && rules.rewrites.iter().any(|rule| rule.status.is_some());
        if !only_files || html || statuses || placed.rewrites.contains(&here) {
            return None;
        }
        let mut endings = Vec::new();
        for rule in at_stage(&rules.precompressed, &placed.precompressed, here) {
            if rule.files.is_some() {
                return None;
            }
            add(&mut endings, &rule.paths)?;
            // Neither a folder nor an archive is negotiated.
            endings.push("/".to_owned());
            endings.extend(rule.encodings.iter().map(|(_, suffix)| suffix.clone()).filter(|suffix| !suffix.is_empty()));
        }
        let headers: Vec<&Headers> = at_stage(&rules.headers, &placed.headers, here);
        for rule in headers.into_iter().filter(|rule| rule.on == on) {
            if header_values(rule).any(|value| value.as_literal().is_none()) {
                return None;
            }
            add(&mut endings, &rule.paths)?;
        }
        endings.sort_unstable();
        endings.dedup();
        (endings.len() <= MAX_ENDINGS).then_some(endings)
    }
}

/// Adds what `paths` ask of a path's end; `None` where they ask more.
fn add(endings: &mut Vec<String>, paths: &Paths) -> Option<()> {
    for pattern in paths.patterns.iter().chain(&paths.except) {
        match pattern {
            Pattern::Path { anchored: true, tokens, .. } if matches!(tokens.as_slice(), [Token::Literal(slash), Token::Splat(_)] if slash == "/") =>
                {}
            Pattern::Path { anchored: false, tokens, .. } if !paths.ignore_case => match tokens.as_slice() {
                [Token::Splat(_), Token::Literal(ending)] if !ending.contains('/') => {
                    // One trailing slash is ignored.
                    endings.extend([ending.clone(), format!("{ending}/")]);
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(())
}
