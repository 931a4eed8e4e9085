//! Why a rule that matches does nothing, in the words of a person.

use selvedge_plan::layout::section;
use selvedge_plan::{Captures, Moment, Refusal};

use super::model::Reason;
use super::rules::Named;
use super::state::Message;
use super::unfit::unfit;

/// `routed` is the place of the rule that says which file it is.
pub(super) fn refusal(
    moment: &mut Moment<'_, '_>,
    message: &Message<'_>,
    named: Named<'_>,
    kind: u32,
    (why, captures): (Refusal, &Captures),
    routed: Option<&str>,
) -> Reason {
    let path = String::from_utf8_lossy(moment.path(kind)).into_owned();
    let at_path = |code, what: &str| Reason::new(code, format!("path is {path}, {what}"));
    match why {
        Refusal::Unfit(at) => named
            .target()
            .and_then(|to| unfit(moment, at, captures, to))
            .unwrap_or_else(|| Reason::new("nothing", "leads nowhere here")),
        Refusal::Itself => Reason::new("itself", "would lead to the request itself"),
        Refusal::Share => {
            let share = named.weight().map_or_else(String::new, |weight| format!(" of {weight} %"));
            Reason::new("weight", format!("matches, but its share{share} was not drawn"))
        }
        Refusal::Dots if kind == section::ORIGINS => {
            Reason::new("dots", "a server could take a segment of the path for \"..\", and leave the origin's path")
        }
        Refusal::Dots => at_path("dots", "in which a server could find a \".\" or \"..\" segment"),
        Refusal::Method => other_method(message),
        Refusal::Routed => match routed {
            Some(place) => Reason::by(place, format!("{place} says which file it is")),
            None => Reason::new("rule", "a rule of origins or rewrites is for this path"),
        },
        Refusal::File => at_path("file", "which names a file"),
        Refusal::Directory => at_path("file", "which names no file"),
        Refusal::Variant => at_path("file", "which is such a variant itself"),
        Refusal::Unlisted => Reason::new("files", format!("\"files\" has no variant of {path}")),
        Refusal::Coding => {
            let accept = message.request.headers.get("accept-encoding");
            let accept = accept.map(|value| format!("{:?}", String::from_utf8_lossy(value.as_bytes())));
            let accept = accept.as_deref().unwrap_or("absent");
            Reason::new("variant", format!("no variant suits: Accept-Encoding is {accept}"))
        }
        Refusal::Slashes => at_path("slash", "which ends with several slashes"),
        Refusal::Pattern => Reason::new("pattern", format!("path is {path}")),
        Refusal::Nothing if kind == section::TRAILING_SLASH => at_path("nothing", "as it should be"),
        Refusal::Nothing => at_path("nothing", "which needs no other name"),
    }
}

/// Files have other names for GET and HEAD only.
pub(super) fn other_method(message: &Message<'_>) -> Reason {
    let method = &message.request.method;
    Reason::new("method", format!("method is {method}, not GET or HEAD"))
}
