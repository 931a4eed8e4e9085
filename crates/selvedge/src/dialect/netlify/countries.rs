//! Lines by country, where what the viewer sends is seen at an earlier stage than the country is: lines of the second kind go
//! first as far as that changes nothing.

use crate::dialect::arrange::Later;
use crate::dialect::route::Route;

/// Puts each line by country after the last one that reads what the viewer sends, unless a line between them may be for
/// one of its paths.
pub(super) fn settle_countries(routes: &mut Vec<Route>) {
    let Some(last) = routes.iter().rposition(|route| route.reads_viewer) else { return };
    let rest = routes.split_off(last + 1);
    let (mut stay, mut go) = (Vec::new(), Vec::new());
    let mut after = Later::default();
    for route in routes.drain(..).rev() {
        let by_country = route.when.iter().any(|(name, _)| name == "country") && !route.reads_viewer;
        let goes = by_country && !route.patterns().any(|pattern| after.may_take(pattern));
        route.patterns().for_each(|pattern| after.add(pattern));
        if goes { go.push(route) } else { stay.push(route) }
    }
    routes.extend(stay.into_iter().rev().chain(go.into_iter().rev()).chain(rest));
}
