//! `host-at-origin`: the host, read where the platform shows the origin's unless the viewer's is forwarded.

use selvedge_plan::Stage;

use crate::compile::Placement;
use crate::platform::Target;
use crate::rules::{Kind, each_read};
use crate::sources::Report;

pub(super) fn check(placement: &Placement<'_>, target: Target, report: &mut Report<'_>) {
    let table = target.table();
    if table.one_pass {
        return;
    }
    for kind in Kind::ALL {
        for placed in placement.of(kind) {
            let rule = kind.member().place(placed.number).to_string();
            // Readers of rule files say it of their lines.
            let at_origin = matches!(placed.stage, Stage::OriginRequest | Stage::OriginResponse);
            if !at_origin || placed.reads.viewer.is_none() || report.is_rule_file(&rule) {
                continue;
            }
            let mut found = Vec::new();
            each_read(placed.rule, &mut |template, seen| {
                if matches!(seen.what, "host" | "{host}" | "{url}") {
                    let place = template.map_or_else(|| format!("{rule}.when"), |place| format!("{rule}.{place}"));
                    found.push((place, seen.what));
                }
            });
            found.dedup();
            for (place, what) in found {
                let stage = placed.stage.name();
                let message = format!("reads {what} at {stage}, where {} shows the origin's host", table.title);
                report.warning("host-at-origin", &place, message, "forward the Host header of viewers");
            }
        }
    }
}
