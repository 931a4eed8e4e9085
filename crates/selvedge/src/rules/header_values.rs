//! Headers as rules write them: names, each with its values.

use super::grammar::check_header_value;
use super::header_name::HeaderName;
use super::part::Part;
use super::read::Node;
use super::rule::VisitTemplates;
use super::scope::Scope;
use super::template::Template;

/// An object of header names, each with a value or a list of values.
pub(crate) fn read_headers(node: &Node<'_>, scope: Scope<'_>) -> Vec<(HeaderName, Vec<Template>)> {
    let mut headers = Vec::new();
    for (name, value) in node.record("an object of header names and values", str::to_ascii_lowercase) {
        let name = HeaderName::read(&value, name);
        let values: Vec<Template> = value.some_items().filter_map(|item| read_value(&item, scope)).collect();
        headers.extend(name.map(|name| (name, values)));
    }
    headers
}

/// A header value with placeholders.
fn read_value(node: &Node<'_>, scope: Scope<'_>) -> Option<Template> {
    let text = node.string("a header value or a list of values")?;
    check_header_value(node, text);
    Some(Template::parse(text, scope, false, &mut |message, help| node.unknown_placeholder(message, help)))
}

/// Visits the values of the member `member`, each with its place in the rule.
pub(crate) fn visit_values<'r>(
    headers: &'r [(HeaderName, Vec<Template>)],
    member: &str,
    visit: &mut VisitTemplates<'_, 'r>,
) {
    for (name, values) in headers {
        for value in values {
            visit(&format_args!("{member}[\"{}\"]", name.as_str()), value);
        }
    }
}

/// What keeps an answer with these headers out of shared caches: `sets Cache-Control: private`.
pub(crate) fn keeps_private(headers: &[(HeaderName, Vec<Template>)]) -> Option<String> {
    headers.iter().find_map(|(name, values)| {
        let directive = private_directive(name, values)?;
        Some(format!("sets {}: {directive}", name.as_str()))
    })
}

/// The directive of a header that keeps a response out of shared caches.
pub(crate) fn private_directive(name: &HeaderName, values: &[Template]) -> Option<&'static str> {
    let name = name.lower();
    if !name.ends_with("cache-control") && name != "surrogate-control" {
        return None;
    }
    let literals = values.iter().flat_map(|value| &value.parts).filter_map(|part| match part {
        Part::Literal(text) => Some(text.as_str()),
        _ => None,
    });
    let mut words = literals.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'));
    words.find_map(|word| ["private", "no-store"].into_iter().find(|directive| word.eq_ignore_ascii_case(directive)))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    fn set(value: &str) -> String {
        format!(r#"{{ "headers": [{{ "set": {{ "X": {value} }} }}] }}"#)
    }

    #[test]
    fn values_are_field_values() {
        for (value, message) in [
            (r#""a\rb""#, "contains CR"),
            (r#""a\nb""#, "contains LF"),
            (r#""a\u0000""#, "contains NUL"),
            (r#""a\u0007""#, "U+0007"),
            (r#"" a""#, "begin or end with a blank"),
            (r#""a\t""#, "begin or end with a blank"),
            (r#""€""#, "ASCII"),
            (r#""{hots}""#, "did you mean \"{host}\""),
            (r#""{""#, "without \"}\""),
            ("5", "write it in quotes"),
            ("[]", "empty list"),
        ] {
            assert_problem(&set(value), r#"headers[0].set["X"]"#, message);
        }
        rules(&set(r#""a\tb""#));
        rules(&set(r#""""#));
        rules(&set(r#""{{\"a\":{{}}}}""#));
    }
}
