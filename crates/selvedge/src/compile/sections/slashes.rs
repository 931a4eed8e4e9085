//! The options `slashes` and `encodedSlashes`: the first section of each stage that looks at a path.

use selvedge_plan::Stage;
use selvedge_plan::layout::{role, section, slashes};

use crate::compile::answer::answer;
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::writer::Writer;
use crate::rules::{EncodedSlashes, HeaderName, Slashes, Template};

/// Puts the options in front of what the stage does. Viewer-request has them in any case, as every other stage and the
/// cache see the path that it leaves; the others again where they run, since a trigger may not be there.
pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.rules;
    let here = stage.stage;
    let runs = here == Stage::ViewerRequest || !stage.is_empty() && (here.is_request() || stage.reads_path());
    if !runs || !rules.arranges_slashes() {
        return;
    }
    let mut options = match rules.encoded_slashes {
        EncodedSlashes::Keep => 0,
        EncodedSlashes::Reject => slashes::REJECT,
        EncodedSlashes::Decode => slashes::DECODE,
    };
    if rules.slashes == Slashes::Merge {
        options |= slashes::MERGE;
    }
    let mut refusal = 0;
    if options & slashes::REJECT != 0 && here.is_request() {
        let no_store = [(HeaderName::Exact("Cache-Control".to_owned()), vec![Template::literal("no-store")])];
        (refusal, _) = answer(writer, stage, 400, None, &no_store, &[]);
    }
    stage.role(role::PATH);
    let at = writer.words(&[options, refusal]);
    stage.first_section(section::SLASHES, at);
    // The path.
    stage.output += 3;
}
