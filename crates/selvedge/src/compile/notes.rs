//! The note that the stages pass on in a request header.

use selvedge_plan::Stage;
use selvedge_plan::layout::{note, role};

use super::place::Placement;
use super::stage::StageBuilder;
use crate::platform::Table;
use crate::rules::Kind;

/// Which stages write, read and delete the note.
pub(super) fn plan(placement: &Placement<'_>, table: Table, stages: &mut [StageBuilder]) {
    let [viewer_request, origin_request, origin_response, viewer_response, ..] = stages else { return };
    let variant_at = |stage: Stage| placement.has(Kind::Precompressed, stage);
    let moves = placement.has(Kind::Rewrites, Stage::OriginRequest) || placement.has(Kind::Html, Stage::OriginRequest);
    let at_viewer = variant_at(Stage::ViewerRequest);
    let at_origin = variant_at(Stage::OriginRequest)
        || (moves && (at_viewer || origin_response.reads_path() || viewer_response.reads_path()));
    // The first request stage in use deletes what came from outside, so that no later stage can be fooled.
    if at_viewer {
        viewer_request.note = note::WRITE | note::DELETE;
    } else if !viewer_request.is_empty() {
        viewer_request.note = note::DELETE;
    }
    if at_origin {
        origin_request.note = note::WRITE | if at_viewer { note::READ } else { note::DELETE };
    } else if !origin_request.is_empty() {
        origin_request.note = if at_viewer { note::READ } else { note::DELETE };
    }
    if at_viewer || at_origin {
        origin_response.note = note::READ;
        // Where all stages run in one pass, the request is still the same at its end.
        if at_viewer || table.one_pass {
            viewer_response.note = note::READ;
        }
    }
    for stage in [viewer_request, origin_request, origin_response, viewer_response] {
        if stage.note & (note::READ | note::WRITE) != 0 && stage.reads_path() {
            stage.role(role::PATH);
        }
        // What is not believed is deleted, while the message is a request.
        if stage.note & note::READ != 0 && (stage.reads_path() || stage.stage.is_request()) {
            stage.role(role::NOTE);
        }
    }
}
