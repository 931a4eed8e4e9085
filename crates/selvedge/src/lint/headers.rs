//! Every header value that rules write.

use std::fmt::Display;

use crate::rules::{HeaderName, Model, On, Template};

/// A value, the header's name in lower case, and the place of the header: `headers[0].set["Vary"]`.
pub(super) struct Written<'r> {
    pub(super) name: String,
    pub(super) values: &'r [Template],
    pub(super) place: String,
    /// Whether a viewer gets it, and not an origin.
    pub(super) is_response: bool,
}

/// The values of all headers that rules set, add or answer with.
pub(super) fn written(rules: &Model) -> Vec<Written<'_>> {
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
    all: &mut Vec<Written<'r>>,
) {
    all.extend(list.iter().map(|(name, values)| Written {
        name: name.lower(),
        values,
        place: format!("{place}[\"{}\"]", name.as_str()),
        is_response,
    }));
}

impl Written<'_> {
    /// The values without placeholders, and the place of each.
    pub(super) fn literals(&self) -> impl Iterator<Item = (&str, String)> {
        let many = self.values.len() > 1;
        self.values.iter().enumerate().filter_map(move |(at, value)| {
            let place = if many { format!("{}[{at}]", self.place) } else { self.place.clone() };
            Some((value.as_literal()?, place))
        })
    }
}
