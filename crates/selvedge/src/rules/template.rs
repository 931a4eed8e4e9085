//! Templates: literal text with placeholders, in targets and header values.

use std::fmt::{self, Display, Formatter};

use super::part::Part;
use super::pattern::split_name;
use super::scope::{BRACE_HELP, Scope};

/// Text with placeholders.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Template {
    /// The pieces in order; neighbouring literals are merged.
    pub(crate) parts: Vec<Part>,
}

impl Template {
    /// Text without placeholders.
    pub(crate) fn literal(text: impl Into<String>) -> Template {
        let text = text.into();
        Template { parts: if text.is_empty() { Vec::new() } else { vec![Part::Literal(text)] } }
    }

    /// The text, if there are no placeholders.
    pub(crate) fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Parses all of the text and reports every problem with its remedy.
    pub(crate) fn parse(
        text: &str,
        scope: Scope<'_>,
        colons: bool,
        report: &mut dyn FnMut(String, String),
    ) -> Template {
        let special = |byte: u8| matches!(byte, b'{' | b'}') || (colons && byte == b':');
        let mut parts = match text.bytes().filter(|byte| special(*byte)).count() {
            0 => return Template::literal(text),
            count => Vec::with_capacity(count + 1),
        };
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.bytes().position(special) {
            let (before, found) = rest.split_at(at);
            literal.push_str(before);
            let (piece, after) = piece(found, scope, report);
            rest = after;
            match piece {
                Piece::Text(text) => literal.push_str(text),
                Piece::Placeholder(part) => {
                    if !literal.is_empty() {
                        parts.push(Part::Literal(std::mem::take(&mut literal)));
                    }
                    parts.push(part);
                }
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Template { parts }
    }
}

impl Display for Template {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}

enum Piece<'t> {
    Text(&'t str),
    Placeholder(Part),
}

/// The piece that begins with the brace or colon at the start of `found`, and what follows it.
fn piece<'t>(found: &'t str, scope: Scope<'_>, report: &mut dyn FnMut(String, String)) -> (Piece<'t>, &'t str) {
    let (first, after) = found.split_at(1);
    let placeholder = match first {
        ":" => {
            let (name, after) = split_name(after);
            if name.is_empty() { None } else { Some((scope.capture(name, report), after)) }
        }
        // Doubled: the brace itself.
        _ if after.starts_with(first) => return (Piece::Text(first), after.split_at(1).1),
        "}" => None,
        _ => match after.split_once('}') {
            // What would be a placeholder without the braces.
            Some((":", after)) => return (Piece::Text(":"), after),
            Some((inside, after)) => Some((scope.braced(inside, report), after)),
            None => {
                report("\"{\" without \"}\"".to_owned(), BRACE_HELP.to_owned());
                None
            }
        },
    };
    match placeholder {
        Some((Some(part), after)) => (Piece::Placeholder(part), after),
        Some((None, after)) => (Piece::Text(""), after),
        None => (Piece::Text(first), after),
    }
}

/// For tests: the template, or what is wrong first.
#[cfg(test)]
impl Template {
    pub(crate) fn target(text: &str, scope: Scope<'_>) -> Result<Template, String> {
        Template::alone(text, scope, true)
    }

    fn alone(text: &str, scope: Scope<'_>, target: bool) -> Result<Template, String> {
        let mut first = None;
        let template = Template::parse(text, scope, target, &mut |message, _| {
            first.get_or_insert(message);
        });
        first.map_or(Ok(template), Err)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::{Fact, Filter, Pattern};

    const ENCODE: Filter = Filter { lower: false, encode: true };

    fn literal(text: &str) -> Part {
        Part::Literal(text.to_owned())
    }

    fn capture(name: &str) -> Part {
        Part::Capture { name: name.to_owned(), filter: Filter::default() }
    }

    #[test]
    fn targets_take_colons_and_braces() {
        let patterns = [Pattern::parse("/old/:a/:ab/*").unwrap()];
        let target = |text| Template::target(text, Scope::of_patterns(&patterns, false)).map(|template| template.parts);
        assert_eq!(target("/x").unwrap(), [literal("/x")]);
        assert_eq!(
            target("/:ab-:a/{splat}").unwrap(),
            [literal("/"), capture("ab"), literal("-"), capture("a"), literal("/"), capture("splat"),]
        );
        assert_eq!(target("https://a:8080/12:30").unwrap(), [literal("https://a:8080/12:30")]);
        assert_eq!(target("/{{a}}/}").unwrap(), [literal("/{a}/}")]);
        assert_eq!(
            target("/?next={url|encode}&a={a|encode}").unwrap(),
            [
                literal("/?next="),
                Part::Fact { fact: Fact::Url, filter: ENCODE },
                literal("&a="),
                Part::Capture { name: "a".to_owned(), filter: ENCODE },
            ]
        );
        for wrong in ["/:abc", "/:b", "/{hots}", "/{a", "/{}", "/{a|upper}", "/{ a }", "/{response.x}", "/{header.a b}"]
        {
            assert!(target(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_take_braces_only() {
        let patterns = [Pattern::parse("/:a").unwrap()];
        let value =
            |text| Template::alone(text, Scope::of_patterns(&patterns, true), false).map(|template| template.parts);
        assert_eq!(value("max-age=:a").unwrap(), [literal("max-age=:a")]);
        assert_eq!(
            value("{a}{response.ETag}{query.Q}").unwrap(),
            [
                capture("a"),
                Part::Fact { fact: Fact::Response("etag".to_owned()), filter: Filter::default() },
                Part::Fact { fact: Fact::QueryParam("Q".to_owned()), filter: Filter::default() },
            ]
        );
        assert_eq!(value(r#"{{"group":"a"}}"#).unwrap(), [literal(r#"{"group":"a"}"#)]);
    }

    #[test]
    fn a_placeholder_must_be_captured_by_every_pattern() {
        let patterns = [Pattern::parse("/a/:x").unwrap(), Pattern::parse("/b/*").unwrap()];
        let error = Template::target("/:x", Scope::of_patterns(&patterns, false)).unwrap_err();
        assert_eq!(error, "\":x\" is not captured by \"/b/*\"");
    }

    #[test]
    fn a_capture_hides_the_fact_of_its_name() {
        let patterns = [Pattern::parse("/:host").unwrap()];
        assert_eq!(
            Template::alone("{host}", Scope::of_patterns(&patterns, false), false).unwrap().parts,
            [capture("host")]
        );
    }
}
