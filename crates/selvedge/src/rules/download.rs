//! Downloads.

use selvedge_plan::Stage;

use super::condition::Condition;
use super::grammar::check_control;
use super::paths::Paths;
use super::read::Node;
use super::scope::Scope;
use super::template::{Part, Template};
use super::when::{Sees, read_when};

/// Makes browsers save a file: `Content-Disposition: attachment`, RFC 6266, on 200 and 206.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Download {
    /// Which paths.
    pub(crate) paths: Paths,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// The name to save it under; without one, the browser takes it from the URL.
    pub(crate) filename: Option<Template>,
}

impl Download {
    pub(crate) fn read(node: &Node<'_>) -> Option<Download> {
        let mut fields = node.object()?;
        let paths = Paths::read(&mut fields, "for", None);
        let when = read_when(&mut fields, Sees::Response);
        let scope = Scope::of(paths.as_ref().map(|paths| paths.patterns.as_slice()), true);
        let filename = fields.take("filename").and_then(|node| read_filename(&node, scope));
        fields.fixed_at(Stage::ViewerResponse);
        Some(Download { paths: paths?, when, filename })
    }
}

fn read_filename(node: &Node<'_>, scope: Scope<'_>) -> Option<Template> {
    let text = node.string("a file name")?;
    check_control(node, text, false);
    if text.trim().is_empty() {
        node.error("empty file name", "leave \"filename\" out: the browser then takes the name from the URL");
    }
    let template = Template::parse(text, scope, false, &mut |message, help| node.unknown_placeholder(message, help));
    let slash = |part: &Part| matches!(part, Part::Literal(text) if text.contains(['/', '\\']));
    if template.parts.iter().any(slash) {
        node.error("a file name has no slashes", "write the name alone, RFC 6266 §4.3");
    }
    Some(template)
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    #[test]
    fn file_names_are_names() {
        let download = |name: &str| format!(r#"{{ "downloads": [{{ "for": "/:year/*", "filename": "{name}" }}] }}"#);
        assert!(rules(&download("Bericht € {year} {response.etag}.pdf")).downloads[0].filename.is_some());
        assert_problem(&download("a/b.pdf"), "downloads[0].filename", "no slashes");
        assert_problem(&download(""), "downloads[0].filename", "empty file name");
        assert_problem(&download("a\\n.pdf"), "downloads[0].filename", "contains LF");
        assert_problem(&download("{yera}.pdf"), "downloads[0].filename", "did you mean \"{year}\"");
    }
}
