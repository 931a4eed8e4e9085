//! The forms that files of rules have.

#[cfg(feature = "migrate")]
use super::Hosting;
use super::parsed::invalid_json;
#[cfg(feature = "migrate")]
use super::spellings::with_spellings;
use super::{Dialect, Options, Parsed, headers, redirects, vercel_json};
use crate::places::json_places;
use crate::platform::Platform;

/// The form of a file of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// Selvedge's own: JSON, with comments or without.
    Rules,
    /// `_redirects`.
    Redirects(Dialect),
    /// `_headers`.
    Headers(Dialect),
    /// `netlify.toml`.
    #[cfg(feature = "toml")]
    NetlifyToml,
    /// `vercel.json`.
    VercelJson,
    /// A table of redirects: CSV and its like, or lines of JSON.
    #[cfg(feature = "migrate")]
    Table,
    /// Apache's `.htaccess`, or a file of its virtual hosts.
    #[cfg(feature = "migrate")]
    Apache,
    /// nginx's configuration.
    #[cfg(feature = "migrate")]
    Nginx,
    /// A host's configuration.
    #[cfg(feature = "migrate")]
    Hosting(Hosting),
}

impl Form {
    /// What to do about a redirect of a vendor's file that is for paths without a file, where a platform cannot ask for files.
    pub(crate) fn late_redirect(self) -> Option<&'static str> {
        match self {
            Form::Rules => None,
            Form::Redirects(Dialect::Netlify) => Some(
                "give the list of files (--site FOLDER), or write the status with \"!\", as in 301!: then no file comes first",
            ),
            #[cfg(feature = "toml")]
            Form::NetlifyToml => {
                Some("give the list of files (--site FOLDER), or write force = true: then no file comes first")
            }
            _ => Some("give the list of files (--site FOLDER)"),
        }
    }

    /// The form of this name: `rules`, `vercel-json`, `netlify-toml`, `table`, `apache`, `nginx`, that of a
    /// host, or `redirects` and `headers` with a dialect.
    pub fn from_name(name: &str, dialect: Option<Dialect>) -> Option<Form> {
        match (name, dialect) {
            ("rules", _) => Some(Form::Rules),
            ("redirects", Some(dialect)) => Some(Form::Redirects(dialect)),
            #[cfg(feature = "toml")]
            ("netlify-toml", _) => Some(Form::NetlifyToml),
            ("vercel-json", _) => Some(Form::VercelJson),
            #[cfg(feature = "migrate")]
            ("table", _) => Some(Form::Table),
            #[cfg(feature = "migrate")]
            ("apache", _) => Some(Form::Apache),
            #[cfg(feature = "migrate")]
            ("nginx", _) => Some(Form::Nginx),
            ("headers", Some(dialect)) => Some(Form::Headers(dialect)),
            #[cfg(feature = "migrate")]
            (name, _) => Hosting::ALL.into_iter().find(|host| host.name() == name).map(Form::Hosting),
            #[cfg(not(feature = "migrate"))]
            _ => None,
        }
    }
}

impl Form {
    /// Whether the platform reads such a file itself, so that what rules cannot do there is done anyway.
    pub(crate) fn is_read_by(self, platform: Platform) -> bool {
        self == Form::VercelJson && platform == Platform::Vercel
    }

    /// Whether it is read row by row.
    pub(crate) fn is_table(self) -> bool {
        match self {
            #[cfg(feature = "migrate")]
            Form::Table => true,
            _ => false,
        }
    }
}

/// Reads a file. What cannot be read or honoured is among the findings; the rules are those that can.
pub fn parse(text: &str, form: Form, options: &Options) -> Parsed {
    match form {
        Form::Rules => rules(text),
        Form::Redirects(dialect) => redirects(text, dialect, options),
        Form::Headers(dialect) => headers(text, dialect, options),
        #[cfg(feature = "toml")]
        Form::NetlifyToml => super::netlify::netlify_toml(text, options),
        Form::VercelJson => vercel_json(text, options),
        #[cfg(feature = "migrate")]
        Form::Table => with_spellings(super::table::table(text, options)),
        #[cfg(feature = "migrate")]
        Form::Apache => with_spellings(super::apache::apache(text, options)),
        #[cfg(feature = "migrate")]
        Form::Nginx => with_spellings(super::nginx::nginx(text, options)),
        #[cfg(feature = "migrate")]
        Form::Hosting(host) => with_spellings(super::hosting::hosting(text, host, options)),
    }
}

fn rules(text: &str) -> Parsed {
    match json_places(text) {
        Ok((rules, places)) => Parsed::new(rules, places, Vec::new()),
        Err(invalid) => invalid_json(text, &invalid),
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::places::Span;

    #[test]
    fn a_broken_document_is_a_finding() {
        let parsed = parse("{\n  \"redirects\": [,] }", Form::Rules, &Options::new());
        assert_eq!(parsed.findings[0].code, "invalid-json");
        assert_eq!(parsed.findings[0].span, Some(Span { line: 2, column: 17, length: 1 }));
    }

    #[test]
    fn the_usual_mistakes_in_json_have_help() {
        for (text, help) in [
            ("", "nothing are {}"),
            ("{ 'redirects': [] }", "straight double quotes"),
            ("{ “redirects”: [] }", "straight double quotes"),
            ("{ \"redirects\": [ 1,\r\n] }", "take the comma out"),
            ("{ \"é\": 1,\n \"html\": {}, }", "take the comma out"),
            ("redirects:\n  - from: /a\n", "begins with {"),
            ("{ redirects: [] }", "double quotes around it"),
            ("{ \"pass\": True }", "in lower case"),
            ("{ \"from\": /a }", ""),
            ("{ \"redirects\": [", "close what is open"),
        ] {
            let parsed = parse(text, Form::Rules, &Options::new());
            assert!(parsed.findings[0].help.contains(help), "{text}: {}", parsed.findings[0].help);
            assert_eq!(parsed.findings[0].help.is_empty(), help.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_form_of_vendors_needs_the_vendor() {
        assert_eq!(Form::from_name("rules", None), Some(Form::Rules));
        assert_eq!(Form::from_name("headers", Some(Dialect::Netlify)), Some(Form::Headers(Dialect::Netlify)));
        assert_eq!(Form::from_name("headers", None), None);
    }
}
