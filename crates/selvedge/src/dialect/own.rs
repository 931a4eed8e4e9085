//! The paths of one route, next to those of others.

use super::arrange::Later;
use super::route::Route;

/// What a route is for, coarsely. Case does not count where one of two routes ignores it.
pub(super) struct Own {
    cased: Later,
    folded: Later,
    folds: bool,
}

impl Own {
    pub(super) fn of(route: &Route) -> Own {
        let mut own = Own { cased: Later::new(false), folded: Later::new(true), folds: route.folds() };
        for pattern in route.patterns() {
            own.cased.add(pattern);
            own.folded.add(pattern);
        }
        own
    }

    /// Whether a pattern may be for one of its paths; `folds` says that the pattern ignores case.
    pub(super) fn may_take(&self, pattern: &str, folds: bool) -> bool {
        let own = if self.folds || folds { &self.folded } else { &self.cased };
        own.may_take(pattern)
    }

    /// Whether another route may be for one of its paths.
    pub(super) fn meets(&self, other: &Route) -> bool {
        other.patterns().any(|pattern| self.may_take(pattern, other.folds()))
    }
}
