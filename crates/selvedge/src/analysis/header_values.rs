//! Every header value that rules write.

use std::fmt::Display;

use crate::rules::{HeaderName, Model, On, Template};

/// The values of a header, its name in lower case, and the place of the header: `headers[0].set["Vary"]`.
pub(crate) struct HeaderValues<'r> {
    pub(crate) name: String,
    pub(crate) values: &'r [Template],
    pub(crate) place: String,
    /// Whether a viewer gets it, and not an origin.
    pub(crate) is_response: bool,
}

/// The values of all headers that rules set, add or answer with.
pub(crate) fn header_values(rules: &Model) -> Vec<HeaderValues<'_>> {
    let mut all = Vec::new();
    for (at, rule) in rules.responses.iter().enumerate() {
        each(&rule.headers, &format_args!("responses[{at}].headers"), true, &mut all);
    }
    for (at, rule) in rules.redirects.iter().enumerate() {
        each(&rule.headers, &format_args!("redirects[{at}].headers"), true, &mut all);
    }
    for (at, rule) in rules.headers.iter().enumerate() {
        for (verb, list) in [("default", &rule.default), ("set", &rule.set), ("append", &rule.append)] {
            each(list, &format_args!("headers[{at}].{verb}"), rule.on == On::Response, &mut all);
        }
    }
    all
}

fn each<'r>(
    list: &'r [(HeaderName, Vec<Template>)],
    place: &dyn Display,
    is_response: bool,
    all: &mut Vec<HeaderValues<'r>>,
) {
    all.extend(list.iter().map(|(name, values)| HeaderValues {
        name: name.lower(),
        values,
        place: format!("{place}[\"{}\"]", name.as_str()),
        is_response,
    }));
}

impl<'r> HeaderValues<'r> {
    /// The values without placeholders, and the place of each.
    pub(crate) fn literals(&self) -> impl Iterator<Item = (&'r str, String)> {
        let many = self.values.len() > 1;
        self.values.iter().enumerate().filter_map(move |(at, value)| {
            let place = if many { format!("{}[{at}]", self.place) } else { self.place.clone() };
            Some((value.as_literal()?, place))
        })
    }
}
