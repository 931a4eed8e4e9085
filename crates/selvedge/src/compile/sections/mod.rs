//! The sections of each stage: what the rules of each kind become.

pub(super) mod downloads;
pub(super) mod experiments;
pub(super) mod headers;
pub(super) mod html;
pub(super) mod origins;
pub(super) mod precompressed;
pub(super) mod query;
pub(super) mod redirects;
pub(super) mod responses;
pub(super) mod rewrites;
pub(super) mod slashes;
pub(super) mod vary;

use selvedge_plan::Stage;

use super::place::Placement;
use super::stage::StageBuilder;
use super::writer::Writer;

/// Writes what rules of a kind do at a stage; nothing where there are none.
type Section = fn(&Placement<'_>, &mut Writer, &mut StageBuilder);

/// The order in which the rules of a stage run.
fn order(stage: Stage) -> &'static [Section] {
    match stage {
        Stage::ViewerRequest => &[
            responses::section,
            redirects::section,
            html::trailing_slash,
            experiments::variants,
            query::section,
            rewrites::section,
            html::section,
            precompressed::variants,
            headers::on_requests,
        ],
        Stage::OriginRequest => &[
            responses::section,
            redirects::section,
            origins::section,
            rewrites::section,
            html::section,
            precompressed::variants,
            headers::on_requests,
        ],
        Stage::OriginResponse => &[
            responses::section,
            redirects::section,
            rewrites::section,
            rewrites::statuses,
            headers::on_responses,
            precompressed::labels,
        ],
        Stage::ViewerResponse => &[headers::on_responses, downloads::section, experiments::cookies, vary::of_responses],
        // No response trigger runs for an answer on the side that made it.
        Stage::ViewerRequestAnswer => &[headers::of_origin_response, headers::of_viewer_response, vary::of_answers],
        Stage::OriginRequestAnswer => &[headers::of_origin_response, headers::keep_private],
    }
}

/// Writes the sections of a stage.
pub(super) fn fill(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    for section in order(stage.stage) {
        section(placement, writer, stage);
    }
    slashes::section(placement, writer, stage);
}
