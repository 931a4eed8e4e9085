//! Platforms that run before the response exists: there, response stages can set and append headers, and nothing else.

use selvedge_plan::Stage;

use super::{Compiler, Placed, Reads, header_values};
use crate::rules::{HeaderName, On};

impl Compiler<'_> {
    /// Reports every rule that would have to look at the response, or to take something out of it.
    pub(super) fn check_blind(&mut self, placed: &Placed) {
        let rules = self.rules;
        for (kind, stages) in
            [("responses", &placed.responses), ("redirects", &placed.redirects), ("rewrites", &placed.rewrites)]
        {
            for (at, _) in stages.iter().enumerate().filter(|(_, stage)| **stage == Stage::OriginResponse) {
                self.blind(&format!("{kind}[{at}]"), "acts on the origin's response");
            }
        }
        for (at, _) in rules.rewrites.iter().enumerate().filter(|(_, rule)| rule.status.is_some() && !rule.fallback) {
            self.blind(&format!("rewrites[{at}].status"), "changes the response's status");
        }
        for (at, rule) in rules.headers.iter().enumerate().filter(|(_, rule)| rule.on == On::Response) {
            let place = format!("headers[{at}]");
            if Reads::of(rule.when.as_ref(), header_values(rule)).response {
                self.blind(&place, "reads the response");
            }
            for (at, _) in rule.remove.iter().enumerate().filter(|(_, name)| matches!(name, HeaderName::Wildcard(_))) {
                self.blind(&format!("{place}.remove[{at}]"), "would remove headers of the response");
            }
        }
        if rules.security.as_ref().is_some_and(|security| !security.removed().is_empty()) {
            self.blind("security", "this preset removes headers of the response; \"basic\" only sets some");
        }
        for at in 0..rules.precompressed.len() {
            self.blind(&format!("precompressed[{at}]"), "labels the response by what the origin sent");
        }
        for at in 0..rules.downloads.len() {
            self.blind(&format!("downloads[{at}]"), "depends on the response's status");
        }
    }

    fn blind(&mut self, place: &str, what: &str) {
        self.problems.push(
            "not-on-platform",
            place,
            format_args!("{what}, and {} runs before the response exists", self.table.title),
            "take it out for this platform, or do it at the origin",
        );
    }
}
