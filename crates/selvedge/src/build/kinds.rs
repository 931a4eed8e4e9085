//! A set of rules, and a builder for each kind of them.

use selvedge_plan::Stage;

use super::object::{Object, builders, entry, item, shared, whole};
use super::{OriginRule, When};
use crate::diagnostic::Diagnostics;
use crate::rules::{Rules, Value};

builders! {
    /// A set of rules in the making. See [`Rules::builder`].
    RulesBuilder {
        /// Whether patterns ignore the case of ASCII letters, unless a rule says otherwise.
        ignore_case(ignore: bool) "ignoreCase": whole(ignore);
        /// Whether a trailing slash more or less does not count in patterns, unless a rule says otherwise.
        ignore_trailing_slash(ignore: bool) "ignoreTrailingSlash": whole(ignore);
        /// The site's languages, the default first.
        languages(tags: impl Into<Value>) "languages": whole(tags);
        /// `"pass"` or `"block"`: what happens to a message when the engine fails on it, at every stage.
        on_trap(what: &str) "onTrap": whole(what);
        /// `"keep"` or `"merge"`: how adjacent slashes of the path are read.
        slashes(how: &str) "slashes": whole(how);
        /// `"keep"`, `"reject"` or `"decode"`: how `%2F` and `%5C` in the path are read.
        encoded_slashes(how: &str) "encodedSlashes": whole(how);
        /// Adds an answer that is made at the edge.
        response(rule: Response) "responses": item(rule);
        /// Adds a redirect.
        redirect(rule: Redirect) "redirects": item(rule);
        /// Adds an A/B test.
        experiment(rule: Experiment) "experiments": item(rule);
        /// Adds a rule on the query.
        query(rule: Query) "query": item(rule);
        /// Adds a choice of the origin.
        origin(rule: OriginRule) "origins": item(rule);
        /// Adds a rewrite.
        rewrite(rule: Rewrite) "rewrites": item(rule);
        /// Clean URLs.
        html(rule: Html) "html": whole(rule);
        /// Adds files that were compressed ahead of time.
        precompressed(rule: Precompressed) "precompressed": item(rule);
        /// Adds edits of headers.
        headers(rule: Headers) "headers": item(rule);
        /// Adds files that browsers save.
        download(rule: Download) "downloads": item(rule);
        /// Security headers: `"basic"`, `"strict"`, or [`Security`].
        security(preset: impl Into<Value>) "security": whole(preset);
    }
}

impl RulesBuilder {
    pub(crate) fn new() -> RulesBuilder {
        RulesBuilder(Object::default())
    }

    /// Reads what was given, as a document is read.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the rules.
    pub fn build(self) -> Result<Rules, Diagnostics> {
        Rules::from_value(self.into())
    }
}

builders! {
    /// An answer that is made at the edge. The first that matches wins.
    Response [paths when] {
        /// 200 to 599; 200 if it is not given.
        status(status: u16) "status": whole(status);
        /// A header of the answer; a list makes several lines.
        header(name: impl Into<String>, value: impl Into<Value>) "headers": entry(name, value);
        /// Text, sent as it is; [`base64`] for bytes.
        body(body: impl Into<Value>) "body": whole(body);
        /// Another stage than viewer-request; at origin-response it replaces errors of the origin.
        at(stage: Stage) "at": whole(stage.name());
    }

    /// A redirect. The first that matches wins.
    Redirect [paths when] {
        /// 301, 302, 303, 307 or 308.
        status(status: u16) "status": whole(status);
        /// A further header of the answer; a list makes several lines.
        header(name: impl Into<String>, value: impl Into<Value>) "headers": entry(name, value);
        /// `"keep"`, `"merge"` or `"drop"`: what becomes of the request's query.
        query(mode: &str) "query": whole(mode);
        /// Parameters of the request that do not go along, as the others do; each may have a `*` at either end.
        drop_query(names: impl Into<Value>) "query": entry("drop", names);
        /// Only if the origin has nothing there.
        fallback(fallback: bool) "fallback": whole(fallback);
        /// Another stage than viewer-request.
        at(stage: Stage) "at": whole(stage.name());
    }

    /// Asks the origin for another path, unseen by the viewer. The first that matches wins.
    Rewrite [paths when] {
        /// What a 200 becomes: 400 to 599, for error pages.
        status(status: u16) "status": whole(status);
        /// `"keep"`, `"merge"` or `"drop"`: what becomes of the request's query.
        query(mode: &str) "query": whole(mode);
        /// Only if the origin has nothing at the path itself.
        fallback(fallback: bool) "fallback": whole(fallback);
        /// Another stage than origin-request.
        at(stage: Stage) "at": whole(stage.name());
    }

    /// An A/B test.
    Experiment [paths when] {
        /// Adds a variant.
        variant(variant: Variant) "variants": item(variant);
        /// How long the cookie lives: seconds, or text such as `"30d"`.
        max_age(age: impl Into<Value>) "maxAge": whole(age);
        /// A query parameter whose value pins a variant.
        force(parameter: &str) "force": whole(parameter);
        /// The domain that the cookie is for, with those below it.
        domain(domain: &str) "domain": whole(domain);
        /// A request header that tells the origin the variant.
        header(name: &str) "header": whole(name);
    }

    /// A variant of an experiment.
    Variant {
        /// Its share is this by the sum of all weights.
        weight(weight: f64) "weight": whole(weight);
        /// The path to serve.
        to(path: &str) "to": whole(path);
    }

    /// Tidies the query.
    Query [paths when] {
        /// Names that go; each may have a `*` at either end.
        drop(names: impl Into<Value>) "drop": whole(names);
        /// The only names that stay.
        keep(names: impl Into<Value>) "keep": whole(names);
        /// Sorts by name, stably.
        sort(sort: bool) "sort": whole(sort);
        /// Lower-cases names and values.
        lowercase(lowercase: bool) "lowercase": whole(lowercase);
    }

    /// Clean URLs of a static site.
    Html [paths] {
        /// Which paths, instead of all.
        paths(patterns: impl Into<Value>) "for": whole(patterns);
        /// The file that a path ending in `/` gets.
        index(file: &str) "index": whole(file);
        /// `"file"` or `"directory"`: what any other path gets.
        clean(how: &str) "clean": whole(how);
        /// `"keep"`, `"add"` or `"remove"`: redirects to the form with the slash or without.
        trailing_slash(how: &str) "trailingSlash": whole(how);
        /// Files of the site that decide where a dot would decide wrongly.
        files(paths: impl Into<Value>) "files": whole(paths);
        /// Another stage than origin-request.
        at(stage: Stage) "at": whole(stage.name());
    }

    /// Serves compressed variants of files, negotiated by RFC 9110.
    Precompressed [paths] {
        /// The server's preference, among `br`, `zstd`, `gzip` and `identity`.
        encodings(names: impl Into<Value>) "encodings": whole(names);
        /// The suffix of the files of an encoding.
        suffix(encoding: &str, suffix: &str) "suffix": entry(encoding, suffix);
        /// A file and the encodings that it has.
        file(path: impl Into<String>, encodings: impl Into<Value>) "files": entry(path, encodings);
        /// `"order"` or `"smallest"`: which of the equally welcome variants is sent.
        prefer(how: &str) "prefer": whole(how);
        /// Whether `Vary: Accept-Encoding` is sent.
        vary(vary: bool) "vary": whole(vary);
        /// Another stage than origin-request.
        at(stage: Stage) "at": whole(stage.name());
    }

    /// Edits headers: removes, replaces, sets defaults, sets and appends, in this order.
    Headers [paths when] {
        /// `"response"` or `"request"`: whose headers.
        on(message: &str) "on": whole(message);
        /// Removes a header, or those that a wildcard with one `*` matches.
        remove(name: &str) "remove": item(name);
        /// Replaces every match of an expression in each line of a header.
        replace(name: impl Into<String>, expression: &str, with: &str) "replace": entry(name, replacement(expression, with));
        /// Sets a header where it is absent.
        default(name: impl Into<String>, value: impl Into<Value>) "default": entry(name, value);
        /// Sets a header, whatever was there.
        set(name: impl Into<String>, value: impl Into<Value>) "set": entry(name, value);
        /// Adds lines; `Vary` is merged.
        append(name: impl Into<String>, value: impl Into<Value>) "append": entry(name, value);
        /// Another stage than origin-response, or origin-request for requests.
        at(stage: Stage) "at": whole(stage.name());
    }

    /// Files that browsers save instead of showing.
    Download [paths when] {
        /// The name to save under.
        filename(name: &str) "filename": whole(name);
    }

    /// A preset of security headers with a policy of one's own.
    Security {
        /// A directive of the Content-Security-Policy, which is then given whole.
        csp(directive: impl Into<String>, sources: impl Into<Value>) "csp": entry(directive, sources);
    }
}

impl Response {
    /// For these paths.
    pub fn new(paths: impl Into<Value>) -> Response {
        Response(of("for", paths))
    }
}

impl Redirect {
    /// From these paths to a path or URL, in which `:name` and `{name}` are captures.
    pub fn new(from: impl Into<Value>, to: &str) -> Redirect {
        Redirect(of("from", from).put("to", whole(to)))
    }

    /// Lets requests for these paths go on: the redirects after this one are not tried.
    pub fn pass(from: impl Into<Value>) -> Redirect {
        Redirect(of("from", from).put("pass", whole(true)))
    }
}

impl Rewrite {
    /// From these paths to another path.
    pub fn new(from: impl Into<Value>, to: &str) -> Rewrite {
        Rewrite(of("from", from).put("to", whole(to)))
    }

    /// Lets these paths stay: the rewrites after this one are not tried.
    pub fn pass(from: impl Into<Value>) -> Rewrite {
        Rewrite(of("from", from).put("pass", whole(true)))
    }
}

impl Experiment {
    /// The test of this name, on these paths, with the cookie that keeps the variant.
    pub fn new(name: &str, paths: impl Into<Value>, cookie: &str) -> Experiment {
        Experiment(of("name", name).put("for", whole(paths)).put("cookie", whole(cookie)))
    }
}

impl Variant {
    /// The variant of this name.
    pub fn new(name: &str) -> Variant {
        Variant(of("name", name))
    }
}

impl Query {
    /// For these paths.
    pub fn new(paths: impl Into<Value>) -> Query {
        Query(of("for", paths))
    }
}

impl Html {
    /// For all paths.
    pub fn new() -> Html {
        Html(Object::default())
    }
}

impl Default for Html {
    fn default() -> Html {
        Html::new()
    }
}

impl Precompressed {
    /// For these paths.
    pub fn new(paths: impl Into<Value>) -> Precompressed {
        Precompressed(of("for", paths))
    }
}

impl Headers {
    /// For these paths, of responses.
    pub fn new(paths: impl Into<Value>) -> Headers {
        Headers(of("for", paths))
    }
}

impl Download {
    /// For these paths.
    pub fn new(paths: impl Into<Value>) -> Download {
        Download(of("for", paths))
    }
}

impl Security {
    /// `"basic"` or `"strict"`.
    pub fn new(preset: &str) -> Security {
        Security(of("preset", preset))
    }
}

/// A body of bytes, in base64 (RFC 4648 §4).
pub fn base64(text: impl Into<String>) -> Value {
    of("base64", text.into()).into()
}

fn replacement(expression: &str, with: &str) -> Value {
    vec![Value::from(of("regex", expression).put("with", whole(with)))].into()
}

fn of(member: &str, value: impl Into<Value>) -> Object {
    Object::default().put(member, whole(value))
}

/// For a test: an object with `@` in place of one more member, the members that its builder has methods for, and those that the
/// builder begins with.
#[cfg(test)]
pub(super) type Row = (&'static str, fn() -> Vec<&'static str>, &'static [&'static str]);

#[cfg(test)]
pub(super) const ROWS: [Row; 11] = [
    (r#"{ "responses": { @ } }"#, Response::members, &["for"]),
    (r#"{ "redirects": { "from": "/a", "to": "/b", @ } }"#, Redirect::members, &["from", "to", "pass"]),
    (r#"{ "rewrites": { "from": "/a", "to": "/b", @ } }"#, Rewrite::members, &["from", "to", "pass"]),
    (r#"{ "experiments": { @ } }"#, Experiment::members, &["name", "for", "cookie"]),
    (
        r#"{ "experiments": { "name": "e", "for": "/", "cookie": "c", "variants": { @ } } }"#,
        Variant::members,
        &["name"],
    ),
    (r#"{ "query": { @ } }"#, Query::members, &["for"]),
    (r#"{ "html": { @ } }"#, Html::members, &[]),
    (r#"{ "precompressed": { @ } }"#, Precompressed::members, &["for"]),
    (r#"{ "headers": { @ } }"#, Headers::members, &["for"]),
    (r#"{ "downloads": { @ } }"#, Download::members, &["for"]),
    (r#"{ "security": { @ } }"#, Security::members, &["preset"]),
];
