//! Rules that refuse, and what comes before them in the file. An answer comes before all else, so what an earlier rule takes is left
//! out of it; where that cannot be said, the answer is for more.

use super::{Element, place};
use crate::dialect::hosting::reader::{Paths, Reader, When, not};
use crate::dialect::route::{Action, Route};
use crate::rules::Value;

/// A status alone. The error says that it is for more than the rule is.
pub(super) fn answer(
    node: Element<'_>,
    paths: &Paths,
    when: &When,
    status: u16,
    reader: &mut Reader<'_>,
) -> Result<(), String> {
    let mut left = Left { paths: paths.clone(), except: Vec::new(), when: when.clone(), is_more: false };
    left.except = left.paths.take_except();
    // A rule that yields to files takes nothing from those that are there.
    let earlier: Vec<&Route> = reader.routes().iter().filter(|route| !route.yields).collect();
    for route in &earlier {
        left.without(route);
    }
    let Left { paths, except, when, is_more } = left;
    reader.answer(&place(node), &paths, &except, &when, status);
    if is_more {
        return Err(format!(
            "what an earlier rule takes from one that refuses; its paths are answered {status}, those of the earlier rule as well"
        ));
    }
    Ok(())
}

struct Left {
    paths: Paths,
    except: Vec<String>,
    when: When,
    is_more: bool,
}

impl Left {
    /// Leaves out what a rule takes.
    fn without(&mut self, route: &Route) {
        let taken: Vec<String> = route.patterns().map(str::to_owned).collect();
        let mut of_route = Paths { from: taken.clone(), more: route.paths.clone() };
        let kept = of_route.take_except();
        let is_all = taken == ["/*"];
        match (route.when.is_empty(), kept.is_empty()) {
            (true, true) if self.fits(&taken, route) => self.except.extend(taken),
            // All but some: these are what is left.
            (true, false) if kept.iter().any(|kept| self.paths.from.iter().all(|own| is_below(own, kept))) => {}
            (true, false) if is_all && self.is_everything() => {
                self.fold(route.folds());
                self.paths.from = kept;
            }
            (true, _) => self.is_more = true,
            // Redirects by a condition come after the answer.
            (false, _) if route.action != Action::Stay => {}
            (false, true) if is_all || taken == self.paths.from && route.folds() == self.paths.folds() => {
                not(&mut self.when, route.when.clone());
            }
            (false, _) => self.is_more = true,
        }
    }

    fn is_everything(&self) -> bool {
        self.paths.from == ["/*"] && self.except.is_empty()
    }

    /// Whether patterns mean in an exception what they mean in their own rule.
    fn fits(&mut self, taken: &[String], route: &Route) -> bool {
        if self.is_everything() {
            self.fold(route.folds());
        }
        route.folds() == self.paths.folds() || taken.iter().all(|pattern| pattern.starts_with('~') || pattern == "/*")
    }

    fn fold(&mut self, folds: bool) {
        self.paths.more.retain(|(name, _)| *name != "ignoreCase");
        self.paths.more.extend(folds.then_some(("ignoreCase", Value::Bool(true))));
    }
}

/// Whether a pattern is for nothing but what another one is for.
fn is_below(own: &str, outer: &str) -> bool {
    let begin = outer.strip_suffix('*').filter(|begin| !begin.contains([':', '*', '~', '{']));
    own == outer || begin.is_some_and(|begin| own.starts_with(begin))
}
