//! Files of rules in another form.

mod added;
mod changes;
mod collect;
mod collected;
mod comments;
mod conditions;
mod decoded;
mod destination;
mod except;
mod expression;
mod has;
mod json;
mod lines;
#[cfg(feature = "migrate")]
mod list;
mod origins;
mod paths;
mod slash;
mod sound;
mod source;
mod template;
mod vercel;

#[cfg(feature = "migrate")]
pub use list::{List, to_list};

use serde::Serialize;

#[cfg(feature = "migrate")]
use crate::dialect::readable::readable;
use crate::dialect::{Dialect, Form, Options, Parsed, parse};
use crate::finding::Finding;
use crate::places::Places;
use crate::rules::Value;
use sound::{problems, sound};

/// What a file comes to in another form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Converted {
    /// The files, by their usual names.
    pub files: Vec<File>,
    /// What cannot be read, and what the other form cannot express; none of it is in the files.
    pub findings: Vec<Finding>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its usual name.
    pub name: &'static str,
    /// What it holds.
    pub text: String,
}

/// Writes a file of any form as Selvedge's rules: JSON, in which comments of the file become `//` comments.
///
/// ```
/// use selvedge::dialect::convert::to_rules;
/// use selvedge::dialect::{Dialect, Form, Options};
///
/// let converted = to_rules("# moved\n/a /b 301\n", Form::Redirects(Dialect::Cloudflare), &Options::new());
/// let text = &converted.files[0].text;
/// assert!(text.contains("// moved\n    { \"from\": \"/a\", \"ignoreTrailingSlash\": false, \"to\": \"/b\", \"status\": 301 }"), "{text}");
/// ```
pub fn to_rules(text: &str, form: Form, options: &Options) -> Converted {
    let parsed = parse(text, form, options);
    #[cfg(feature = "migrate")]
    let parsed = if form == Form::Rules { parsed } else { readable(parsed).0 };
    let files = match form {
        // They are already, comments included; or the text is not JSON, and nothing can be said.
        Form::Rules if parsed.findings.is_empty() => vec![File { name: "rules.json", text: text.to_owned() }],
        Form::Rules => Vec::new(),
        _ => vec![File { name: "rules.json", text: json::write(&parsed, &comments::of(text, form)) }],
    };
    let wrong = problems(&parsed);
    Converted { files, findings: sorted(parsed.findings, wrong) }
}

/// Writes a file of any form as the `_redirects` and `_headers` of a vendor; whichever has something in it.
///
/// ```
/// use selvedge::dialect::convert::to_files;
/// use selvedge::dialect::{Dialect, Form, Options};
///
/// let rules = r#"{ "headers": { "for": "/a", "set": { "X-A": "1" } }, "redirects": [{ "from": "/a/*", "to": "/b/:splat" }] }"#;
/// let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
/// assert_eq!(converted.files[0].text, "/a/* /b/:splat 301!\n");
/// assert_eq!(converted.files[1].text, "/a\n  X-A: 1\n");
/// ```
pub fn to_files(text: &str, form: Form, options: &Options, dialect: Dialect) -> Converted {
    let (parsed, wrong) = sound(parse(text, form, options));
    let collected = collect::collect(&parsed, is_of_lines(form), false, dialect);
    let mut notes = lines::Notes::new(comments::of(text, form), &collected.redirects, &collected.headers);
    let mut files = Vec::new();
    if !collected.redirects.is_empty() {
        let text = lines::redirects(&collected.redirects, dialect.vendor().files_first, &mut notes);
        files.push(File { name: "_redirects", text });
    }
    if !collected.headers.is_empty() {
        files.push(File { name: "_headers", text: lines::headers(&collected.headers, &mut notes) });
    }
    Converted { files, findings: sorted(parsed.findings, [wrong, collected.findings].concat()) }
}

/// Writes a file of any form as the redirects and headers of a `netlify.toml`.
pub fn to_netlify_toml(text: &str, form: Form, options: &Options) -> Converted {
    let (parsed, wrong) = sound(parse(text, form, options));
    let collected = collect::collect(&parsed, is_of_lines(form), true, Dialect::Netlify);
    let mut notes = lines::Notes::new(comments::of(text, form), &collected.redirects, &collected.headers);
    let text = lines::toml(&collected.redirects, &collected.headers, &mut notes);
    let files = if text.is_empty() { Vec::new() } else { vec![File { name: "netlify.toml", text }] };
    Converted { files, findings: sorted(parsed.findings, [wrong, collected.findings].concat()) }
}

/// Writes a file of any form as `vercel.json`, which has no comments.
pub fn to_vercel_json(text: &str, form: Form, options: &Options) -> Converted {
    let (parsed, wrong) = sound(parse(text, form, options));
    let (members, findings) = vercel::members(&parsed);
    let mut files = Vec::new();
    if !members.is_empty() {
        let written = Parsed::new(Value::Object(members), Places::new(), Vec::new());
        let text = json::document(&written, vercel::SCHEMA, &[]);
        files.push(File { name: "vercel.json", text });
    }
    Converted { files, findings: sorted(parsed.findings, [wrong, findings].concat()) }
}

/// Whether redirects and rewrites are one list there.
fn is_of_lines(form: Form) -> bool {
    !matches!(form, Form::Rules | Form::VercelJson) && !form.is_table()
}

fn sorted(mut findings: Vec<Finding>, more: Vec<Finding>) -> Vec<Finding> {
    findings.extend(more);
    findings.sort_by_key(|finding| finding.span);
    findings
}

#[cfg(test)]
mod tests;
