//! Rules that refuse, and what comes before them in the file. An answer comes before all else, so what an earlier rule takes is left
//! out of it; where that cannot be said, the answer is for more.

use super::{Element, place};
use crate::dialect::hosting::reader::{Paths, Reader, When};
use crate::dialect::route::{Action, Route, keeps_path};
use crate::dialect::taken::{Taken, are_apart, is_below};
use crate::dialect::when::not;
use crate::rules::Value;

/// A status alone. The error says that it is for more than the rule is.
pub(super) fn answer(
    node: Element<'_>,
    paths: &Paths,
    when: &When,
    status: u16,
    reader: &mut Reader<'_>,
) -> Result<(), String> {
    let mut left =
        Left { paths: paths.clone(), except: Vec::new(), when: when.clone(), is_more: false, is_same: false };
    left.except = left.paths.take_except();
    // A rule that yields to files takes nothing from those that are there; one that may not act takes nothing that is sure.
    let earlier: Vec<&Route> = reader.routes().iter().filter(|route| !route.yields).collect();
    for route in &earlier {
        left.without(route);
    }
    let Left { paths, except, when, is_more, is_same } = left;
    reader.answer(&place(node), &paths, &except, &when, status);
    if is_same && !is_more {
        let message = format!("{status} is answered at once, without the redirect of all paths before it");
        reader.sink.note(
            "changed-meaning",
            reader.span(&place(node)),
            message,
            "nothing, if both hosts have these rules",
        );
    }
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
    /// An earlier redirect leads to the same path of another host or scheme.
    is_same: bool,
}

impl Left {
    /// Leaves out what a rule takes.
    fn without(&mut self, route: &Route) {
        let taken: Vec<String> = route.patterns().map(str::to_owned).collect();
        let mut of_route = Paths { from: taken.clone(), more: route.paths.clone() };
        let kept = of_route.take_except();
        let is_all = taken == ["/*"];
        let own = Taken::new(self.paths.from.iter().map(String::as_str));
        let meets = |pattern: &String| own.meets(pattern) && !self.paths.from.iter().all(|own| are_apart(own, pattern));
        let is_apart = !taken.iter().any(meets);
        match (route.when.is_empty(), kept.is_empty()) {
            _ if is_apart => {}
            // All but some: these are what is left.
            (_, false) if kept.iter().any(|kept| self.paths.from.iter().all(|own| is_below(own, kept))) => {}
            // The answer is the same where that leads.
            _ if !route.acts_in(&self.paths.from) && is_all && keeps_path(route) => self.is_same = true,
            _ if !route.acts_in(&self.paths.from) => self.is_more = true,
            (true, true) if self.fits(&taken, route) => self.except.extend(taken),
            (true, false) if is_all && self.is_everything() => {
                self.fold(route.folds());
                self.paths.from = kept;
            }
            (false, true)
                if route.action == Action::Stay
                    && (is_all || taken == self.paths.from && route.folds() == self.paths.folds()) =>
            {
                not(&mut self.when, route.when.clone());
            }
            _ => self.is_more = true,
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
