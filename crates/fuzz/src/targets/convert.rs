use selvedge::Value;
use selvedge::dialect::convert::{Converted, to_files, to_netlify_toml, to_rules, to_vercel_json};
use selvedge::dialect::{Dialect, Form, Options, parse};
use selvedge::{Rules, Severity};

use super::dialect;
use crate::Target;
use crate::meter::Allowance;

pub(super) const TARGET: Target = Target {
    name: "convert",
    about: "any file in any other form: written as rules it reads the same; written twice it is the same text",
    max_len: 1024,
    seeds,
    prepare: || {},
    run,
    allowance: Allowance { once: 64 << 20, per_byte: 1 << 20 },
};

/// Those of the vendors of `_redirects` come last, so that one more leaves the numbers of the others as they are.
fn forms() -> Vec<Form> {
    let of_vendors = Dialect::ALL.into_iter().flat_map(|dialect| [Form::Redirects(dialect), Form::Headers(dialect)]);
    [Form::Rules, Form::NetlifyToml, Form::VercelJson].into_iter().chain(of_vendors).collect()
}

/// The first byte chooses the form; the rest is the file.
fn run(bytes: &[u8]) {
    let [form, text @ ..] = bytes else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let forms = forms();
    let form = forms[usize::from(*form) % forms.len()];
    let none = Options::new();
    let parsed = parse(text, form, &none);
    let is_sound = Rules::from_value(parsed.rules.clone()).is_ok();
    let rules = to_rules(text, form, &none);
    for file in &rules.files {
        let read = parse(&file.text, Form::Rules, &none);
        assert!(read.findings.is_empty(), "{:?} in {}", read.findings, file.text);
        if is_sound || form == Form::Rules {
            assert_eq!(without_schema(read.rules), without_schema(parsed.rules.clone()), "{}", file.text);
        } else {
            // What rules refuse is left out, and said.
            assert!(rules.findings.iter().any(|finding| finding.severity == Severity::Error), "{}", file.text);
            Rules::from_value(read.rules).unwrap_or_else(|error| panic!("{error} in {}", file.text));
        }
    }
    // What is wrong by itself is in no other form.
    if !is_sound {
        return;
    }
    for dialect in Dialect::ALL {
        settles(
            &to_files(text, form, &none, dialect),
            |name| match name {
                "_redirects" => Form::Redirects(dialect),
                _ => Form::Headers(dialect),
            },
            |text, form| to_files(text, form, &none, dialect),
        );
    }
    settles(
        &to_netlify_toml(text, form, &none),
        |_| Form::NetlifyToml,
        |text, form| to_netlify_toml(text, form, &none),
    );
    settles(&to_vercel_json(text, form, &none), |_| Form::VercelJson, |text, form| to_vercel_json(text, form, &none));
}

/// Only what is written for people says where the schema is.
fn without_schema(mut rules: Value) -> Value {
    if let Value::Object(members) = &mut rules {
        members.retain(|(name, _)| name != "$schema");
    }
    rules
}

/// What was written can be read without a complaint; and after one reading more it is written as it is.
fn settles(written: &Converted, form: impl Fn(&str) -> Form, write: impl Fn(&str, Form) -> Converted) {
    let again = |text: &str, name: &str| {
        let mut again = write(text, form(name));
        again.files.retain(|other| other.name == name);
        (again.files.pop().map(|file| file.text).unwrap_or_default(), again.findings.is_empty())
    };
    for file in &written.files {
        let form = form(file.name);
        let read = parse(&file.text, form, &Options::new());
        let error = read.findings.iter().find(|finding| finding.severity == Severity::Error);
        assert!(error.is_none(), "{error:?} in {:?}", file.text);
        // Members such as cleanUrls are read as the redirects that they mean, and these are written.
        if form == Form::VercelJson {
            continue;
        }
        let (second, whole) = again(&file.text, file.name);
        if whole {
            let (third, _) = again(&second, file.name);
            assert_eq!(third, second, "from {:?}", file.text);
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let rules = crate::cases::rules()
        .map(String::into_bytes)
        .filter(|rules| rules.len() < 300)
        .step_by(9)
        .map(|rules| [vec![0], rules].concat());
    let of_vendors = forms().into_iter().zip(0..).flat_map(|(form, number)| {
        let files = match form {
            Form::Redirects(_) => dialect::redirects(),
            Form::Headers(_) => dialect::headers(),
            Form::NetlifyToml => dialect::toml(),
            Form::VercelJson => dialect::vercel(),
            _ => Vec::new(),
        };
        files.into_iter().map(move |file| [vec![number], file].concat())
    });
    rules.chain(of_vendors).collect()
}
