//! `netlify.toml`: its `[[redirects]]` and `[[headers]]`, which say what lines of `_redirects` and `_headers` say.
//!
//! Documented at <https://docs.netlify.com/routing/redirects/> and <https://docs.netlify.com/routing/headers/>. Other tables
//! have nothing to do with routing, and are left alone.

mod fields;
mod unknown;

use fields::member;
use unknown::{KNOWN_OF_HEADERS, KNOWN_OF_REDIRECTS};

use super::headers::{Empty, write};
use super::redirects::{Header, Parts, Routes};
use crate::dialect::block::Block;
use crate::dialect::line::{Word, is_clean};
use crate::dialect::sink::Sink;
use crate::dialect::{Options, Parsed};
use crate::finding::{Finding, Severity};
use crate::places::{Places, Span, toml_places};
use crate::rules::Value;

pub(in crate::dialect) fn netlify_toml(text: &str, options: &Options) -> Parsed {
    let (file, places) = match toml_places(text) {
        Ok(read) => read,
        Err(invalid) => {
            let finding = Finding {
                code: "invalid-toml",
                severity: Severity::Error,
                place: String::new(),
                span: Some(invalid.span),
                message: invalid.message,
                help: help_for(text),
            };
            return Parsed::new(Value::Object(Vec::new()), Places::new(), vec![finding]);
        }
    };
    let mut reader = Reader { places: &places, sink: Sink::default() };
    reader.unknown_tables(&file);
    let mut routes = Routes::new(options);
    for (item, place) in reader.items(&file, "redirects") {
        if let Some(redirect) = reader.redirect(item, &place) {
            redirect.add(&mut routes, &mut reader.sink);
        }
    }
    routes.finish(&mut reader.sink);
    for (item, place) in reader.items(&file, "headers") {
        if let Some(headers) = reader.headers(item, &place) {
            headers.write(&mut reader.sink);
        }
    }
    reader.sink.finish()
}

/// What a file that is not TOML may have been meant to be.
fn help_for(text: &str) -> String {
    let help = match text.trim_start().chars().next() {
        Some('{') => "a file in JSON is called rules.json, vercel.json and so on",
        Some('/') => "lines such as \"/from /to 301\" are those of a file called _redirects",
        _ => "a text is in double quotes, a name has \"=\" after it, and no name comes twice in a table",
    };
    help.to_owned()
}

struct Reader<'p> {
    places: &'p Places,
    sink: Sink,
}

/// A text of the file, or one that says what a part of it would be in a line.
type Text = (String, Span);

fn word((text, span): &Text) -> Word<'_> {
    Word { text, span: *span }
}

/// A redirect by the words that it would be in `_redirects`.
struct Redirect {
    span: Span,
    from: Text,
    query: Vec<Text>,
    to: Option<Text>,
    status: Option<Text>,
    conditions: Vec<Text>,
    headers: Vec<(String, Text)>,
}

impl Redirect {
    fn add(&self, routes: &mut Routes, sink: &mut Sink) {
        let query: Vec<Word<'_>> = self.query.iter().map(word).collect();
        let conditions: Vec<Word<'_>> = self.conditions.iter().map(word).collect();
        let headers = self.headers.iter().map(|(name, value)| Header { name, value: word(value) });
        let headers: Vec<Header<'_>> = headers.collect();
        let parts = Parts {
            line: self.span,
            from: word(&self.from),
            query: &query,
            to: self.to.as_ref().map(word),
            status: self.status.as_ref().map(word),
            conditions: &conditions,
            headers: &headers,
        };
        routes.add(&parts, sink);
    }
}

/// A block by the lines that it would be in `_headers`.
struct Headers {
    path: Text,
    lines: Vec<Text>,
}

impl Headers {
    fn write(&self, sink: &mut Sink) {
        let block = Block { path: word(&self.path), lines: self.lines.iter().map(word).collect() };
        write(&block, Empty::Allowed, sink);
    }
}

impl Reader<'_> {
    fn span(&self, place: &str) -> Span {
        self.places.span(place).unwrap_or(Span { line: 1, column: 1, length: 1 })
    }

    fn redirect(&mut self, item: &Value, place: &str) -> Option<Redirect> {
        // First: a wrong name says why something is missing.
        self.unknown(item, place, &KNOWN_OF_REDIRECTS);
        let from = self.text(item, place, &["from", "origin"])?;
        let Some(from) = from else {
            self.sink.error("missing-field", self.span(place), "\"from\" is missing", "the path it is for");
            return None;
        };
        let to = self.text(item, place, &["to", "destination"])?;
        let forced = match member(item, &["force"]) {
            None => false,
            Some((_, Value::Bool(forced))) => *forced,
            Some(_) => return self.wrong(&format!("{place}.force"), "true or false, without quotes"),
        };
        let status = match member(item, &["status"]) {
            None if forced => Some(("301!".to_owned(), self.span(&format!("{place}.force")))),
            None => None,
            // As `parseInt` reads it, a text is a number too; what forces a line is "force" alone.
            Some((_, status @ (Value::Number(_) | Value::String(_)))) => {
                if !forced && matches!(status, Value::String(text) if text.trim().ends_with('!')) {
                    let span = self.span(&format!("{place}.status"));
                    let message = "a \"!\" in a table forces nothing: a file comes first";
                    self.sink.warning("odd-status", span, message, "write force = true");
                }
                let text = match status {
                    Value::String(text) => text.trim().trim_end_matches('!').to_owned(),
                    Value::Number(number) => number.to_string(),
                    _ => String::new(),
                };
                Some((format!("{text}{}", if forced { "!" } else { "" }), self.span(&format!("{place}.status"))))
            }
            Some(_) => return self.wrong(&format!("{place}.status"), "a number such as 301"),
        };
        let query = self.pairs(item, place, &["query", "params", "parameters"])?;
        let conditions = self.pairs(item, place, &["conditions"])?;
        for (names, help) in [
            (["signed", "signing", "sign"], "sign them in a hook"),
            (["rate_limit", "", ""], "limit rates at the origin, or by the platform"),
        ] {
            if let Some((name, _)) = member(item, &names) {
                let message = format!("{name:?} is not honoured");
                self.sink.error("not-honoured", self.span(&format!("{place}.{name}")), message, help);
                return None;
            }
        }
        let headers = self.texts(item, place, "headers")?;
        let redirect = Redirect { span: self.span(place), from, query, to, status, conditions, headers };
        let Redirect { from, to, query, conditions, headers, .. } = &redirect;
        let headers = headers.iter().map(|(_, value)| value);
        for text in [from].into_iter().chain(to).chain(query).chain(conditions).chain(headers) {
            is_clean(word(text), &mut self.sink)?;
        }
        Some(redirect)
    }

    fn headers(&mut self, item: &Value, place: &str) -> Option<Headers> {
        self.unknown(item, place, &KNOWN_OF_HEADERS);
        let Some(path) = self.text(item, place, &["for"])? else {
            self.sink.error("missing-field", self.span(place), "\"for\" is missing", "the path it is for");
            return None;
        };
        let values = match member(item, &["values"]) {
            None => &[],
            Some((_, Value::Object(values))) => values.as_slice(),
            Some(_) => {
                return self
                    .wrong(&format!("{place}.values"), "a table of names and values, as in values = { X-A = \"1\" }");
            }
        };
        let mut lines = Vec::new();
        for (name, value) in values {
            let place = format!("{place}.values.{name}");
            // A value that is wrong costs its header, and no other.
            let texts = match value {
                Value::String(text) => Some(vec![text.as_str()]),
                Value::Array(items) => self.all_texts(items, &place),
                _ => self.wrong(&place, "a text, or a list of texts; write it in quotes"),
            };
            for text in texts.into_iter().flatten() {
                // A text of several lines is one value.
                let value = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
                lines.push((format!("{name}: {}", value.collect::<Vec<_>>().join(" ")), self.span(&place)));
            }
        }
        lines.retain(|text| is_clean(word(text), &mut self.sink).is_some());
        Some(Headers { path: (path.0.trim().to_owned(), path.1), lines })
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::dialect::netlify::{headers, redirects};

    /// What the file says is what these lines say.
    fn assert_same(toml: &str, lines: &str, blocks: &str) {
        let options = Options::new().files(["/a.html"]);
        let parsed = netlify_toml(toml, &options);
        let of = |value: &Value| match value {
            Value::Object(members) => members.clone(),
            _ => Vec::new(),
        };
        let mut expected = of(&redirects(lines, &options).rules);
        expected.extend(of(&headers(blocks, &options).rules));
        assert_eq!(parsed.findings, [], "{toml}");
        assert_eq!(of(&parsed.rules), expected, "{toml}");
        assert!(!expected.is_empty());
    }

    /// The examples of Netlify's documentation.
    #[test]
    fn says_what_lines_say() {
        assert_same(
            r#"
            [build]
              command = "npm run build"
            [[redirects]]
              from = "/old-path"
              to = "/new-path"
              status = 301
              force = true
              conditions = { Country = ["US", "DE"], Language = ["en"] }
            [[redirects]]
              from = "/news"
              to = "/blog/:id"
              query = { path = ":id" }
              force = false
            [[redirects]]
              origin = "/old/*"
              destination = "/new/:splat"
              status = 200
            [[headers]]
              for = "/*"
              [headers.values]
                X-Frame-Options = "DENY"
                cache-control = '''
                max-age=0,
                no-cache'''
            "#,
            "/old-path /new-path 301! Country=US,DE Language=en\n/news path=:id /blog/:id\n/old/* /new/:splat 200\n",
            "/*\n  X-Frame-Options: DENY\n  cache-control: max-age=0, no-cache\n",
        );
        assert_same("redirects = [{ from = \"/a\", to = \"/b\", force = true }]", "/a /b 301!\n", "");
    }

    #[test]
    fn places_are_those_of_the_file() {
        let parsed = netlify_toml("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nstatus = 302\n", &Options::new());
        assert_eq!(parsed.places.span("redirects[0].to"), Some(Span { line: 3, column: 6, length: 4 }));
        assert_eq!(parsed.places.span("redirects[0].status"), Some(Span { line: 4, column: 10, length: 3 }));
    }

    #[test]
    fn nothing_is_dropped_in_silence() {
        for (toml, said) in [
            ("redirects = 1", "line 1, column 13: error [invalid-value]: expected a list of tables"),
            ("[[redirects]]\nto = \"/b\"", "line 1, column 1: error [missing-field]: \"from\" is missing"),
            (
                "[[redirects]]\nfrm = \"/a\"\nto = \"/b\"",
                "Netlify knows no \"frm\" here, and passes over it, did you mean \"from\"?",
            ),
            ("[[headers]]\nfro = \"/a\"", "did you mean \"for\"?"),
            ("[[redirects]]\nfrom = 1", "line 2, column 8: error [invalid-value]: expected a text"),
            ("[[redirects]]\nfrom = \"/a\"", "the line says no target"),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nsigned = \"X\"", "line 4, column 10: error [not-honoured]"),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nheaders = { X = \"1\" }", "warning [headers-without-proxy]"),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nheaders = \"X\"", "expected a table"),
            (
                "[[redirects]]\nfrom = \"/a\"\nto = \"https://b.example/\"\nstatus = 200\nheaders = { Host = \"x\" }",
                "cannot be set for an origin",
            ),
            (
                "[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nquery = { test = [true, \"a\"] }",
                "line 4, column 19: error [invalid-value]: expected a text",
            ),
            (
                "[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nconditions = { Country = [1] }",
                "expected a text, write it in quotes",
            ),
            ("[[headers]]\nfor = \"/\"\nvalues = { A = [\"b\", 1] }", "expected a text, write it in quotes"),
            (
                "[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nstauts = 302",
                "line 4, column 1: warning [unknown-field]: Netlify knows no \"stauts\" here, and passes over it, did you mean \"status\"?",
            ),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nforced = true", "did you mean \"force\"?"),
            (
                "[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nstatus = \"301!\"",
                "line 4, column 10: warning [odd-status]: a \"!\" in a table forces nothing",
            ),
            (
                "[[header]]\nfor = \"/\"",
                "line 1, column 3: warning [unknown-field]: Netlify knows no table \"header\", and passes over it, did you mean [[headers]]?",
            ),
            ("[redirect]\nfrom = \"/\"", "did you mean [[redirects]]?"),
            (
                "[buidl]\npublish = \"dist\"",
                "Netlify knows no table \"buidl\", and passes over it, did you mean [build]?",
            ),
            ("[[plugin]]\npackage = \"a\"", "did you mean [[plugins]]?"),
            ("[contexts.production]\ncommand = \"a\"", "did you mean [context]?"),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nconditions = { Role = [\"admin\"] }", "a role is in a token"),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nquery = { a = 1 }", "write it in quotes"),
            ("[[headers]]\n[headers.values]\nA = \"1\"", "\"for\" is missing"),
            ("[[headers]]\nfor = \"/\"\nvalues = { A = 1 }", "expected a text, or a list"),
            ("[[headers]]\nfor = \"/\"\nvalues = { A = \"a\\u0007\" }", "[control-character]"),
            ("[[redirects", "error [invalid-toml]"),
            ("{ \"redirects\": [] }", "a file in JSON is called rules.json"),
            ("/a /b 301", "a file called _redirects"),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nforce = \"true\"", "expected true or false, without quotes"),
            ("[[redirects]]\nfrom = [\"/a\"]\nto = \"/b\"", "expected a text, write a table for each"),
            ("[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nconditions = \"Country=de\"", "write conditions = { Country"),
            ("[[headers]]\nfor = \"/\"\nX-A = \"1\"", "a header stands below [headers.values]"),
            (
                "[context.production]\n[[context.production.redirects]]\nfrom = \"/a\"\nto = \"/b\"",
                "line 2, column 22: warning [unknown-field]: Netlify takes redirects for all contexts alone",
            ),
        ] {
            let findings = netlify_toml(toml, &Options::new()).findings;
            let found: Vec<String> = findings.iter().map(ToString::to_string).collect();
            assert!(found.iter().any(|finding| finding.contains(said)), "{toml}: {found:?}");
        }
    }

    #[test]
    fn a_wrong_value_costs_its_header_or_its_line() {
        let toml = "[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nquery = { id = 5 }\n[[redirects]]\nfrom = \"/c\"\nto = \"/d\"\n\
                    [[headers]]\nfor = \"/\"\n[headers.values]\nX-A = 1\nX-B = [\"b\", 2]\nX-C = \"c\"\nX-D = true\n";
        let parsed = netlify_toml(toml, &Options::new());
        assert_eq!(
            serde_json::to_string(&parsed.rules).unwrap_or_default(),
            concat!(
                r#"{"redirects":[{"from":"/c","to":"/d","status":301}],"#,
                r#""headers":[{"for":"/","ignoreCase":true,"set":{"X-C":"c"}}]}"#
            )
        );
        let lines = parsed.findings.iter().filter_map(|finding| Some(finding.span?.line));
        assert_eq!(lines.collect::<Vec<_>>(), [4, 11, 12, 14]);
    }
}
