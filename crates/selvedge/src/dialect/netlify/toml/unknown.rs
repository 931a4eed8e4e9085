//! Names that Netlify does not know: whoever wrote one wanted something.

use super::Reader;
use super::fields::member;
use crate::rules::{Value, suggest};

/// The tables that are read.
const ROUTING: [&str; 2] = ["redirects", "headers"];

/// The tables that Netlify documents, <https://docs.netlify.com/build/configure-builds/file-based-configuration/>.
const TABLES: [&str; 11] = [
    "redirects",
    "headers",
    "build",
    "context",
    "dev",
    "edge_functions",
    "functions",
    "images",
    "plugins",
    "settings",
    "template",
];

/// Those that are lists of tables.
const LISTS: [&str; 4] = ["redirects", "headers", "edge_functions", "plugins"];

/// The members of a redirect, with the names that some had before.
pub(super) const KNOWN_OF_REDIRECTS: [&str; 15] = [
    "from",
    "origin",
    "to",
    "destination",
    "status",
    "force",
    "query",
    "params",
    "parameters",
    "conditions",
    "signed",
    "signing",
    "sign",
    "headers",
    "rate_limit",
];

/// The members of a block of headers.
pub(super) const KNOWN_OF_HEADERS: [&str; 2] = ["for", "values"];

impl Reader<'_> {
    /// Netlify passes over a name that it does not know: whoever wrote it wanted something.
    pub(super) fn unknown(&mut self, item: &Value, place: &str, known: &[&str]) {
        let Value::Object(members) = item else { return };
        for (name, _) in members.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            let at = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            let span = self.places.name_span(&at).unwrap_or_else(|| self.span(&at));
            let help = match suggest(name, known.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None if known == KNOWN_OF_HEADERS => format!("a header stands below [headers.values]: {name} = \"…\""),
                None => "remove it".to_owned(),
            };
            let message = format!("Netlify knows no {name:?} here, and passes over it");
            self.sink.warning("unknown-field", span, message, help);
        }
    }

    /// Tables besides those that Netlify knows are none of our business, but for those that were meant to be them.
    pub(super) fn unknown_tables(&mut self, file: &Value) {
        let Value::Object(members) = file else { return };
        self.of_contexts(file);
        // Netlify takes [Build] as well, packages/config/src/case.js.
        let unknown = |name: &str| name != "Build" && !TABLES.contains(&name);
        for (name, _) in members.iter().filter(|(name, _)| unknown(name)) {
            if let Some(near) = suggest(name, TABLES.into_iter()) {
                let span = self.places.name_span(name).unwrap_or_else(|| self.span(name));
                let message = format!("Netlify knows no table {name:?}, and passes over it");
                let near = if LISTS.contains(&near) { format!("[[{near}]]") } else { format!("[{near}]") };
                self.sink.warning("unknown-field", span, message, format!("did you mean {near}?"));
            }
        }
    }

    /// Redirects and headers are those of the site in all contexts:
    /// <https://docs.netlify.com/build/configure-builds/file-based-configuration/#deploy-contexts>.
    fn of_contexts(&mut self, file: &Value) {
        let Some((_, Value::Object(contexts))) = member(file, &["context"]) else { return };
        for (context, of_context) in contexts {
            for name in ROUTING {
                if member(of_context, &[name]).is_some() {
                    let at = format!("context.{context}.{name}");
                    let span = self.places.name_span(&at).unwrap_or_else(|| self.span(&at));
                    let message = format!("Netlify takes {name} for all contexts alone, and passes over those of one");
                    self.sink.warning("unknown-field", span, message, format!("write [[{name}]]"));
                }
            }
        }
    }
}
