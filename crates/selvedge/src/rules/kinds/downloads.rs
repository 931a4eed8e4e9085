//! Downloads.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::condition::Condition;
use crate::rules::grammar::check_control;
use crate::rules::part::Part;
use crate::rules::paths::Paths;
use crate::rules::read::Node;
use crate::rules::reads::Reads;
use crate::rules::rule::{Described, Member, On, Rule, Sides, VisitTemplates};
use crate::rules::scope::Scope;
use crate::rules::template::Template;
use crate::rules::when::{Sees, read_when};

pub(super) const MEMBER: Member = Member {
    name: "downloads",
    is_list: true,
    first_match: false,
    on: On::Response,
    sides: Sides::only(Stage::ViewerResponse),
    also: None,
    values_vary: false,
};

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
        let scope = Scope::of(paths.as_ref(), when.as_ref(), true);
        let filename = fields.take("filename").and_then(|node| read_filename(&node, scope));
        fields.fixed_at(Stage::ViewerResponse);
        Some(Download { paths: paths?, when, filename })
    }
}

impl Rule for Download {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    fn templates<'r>(&'r self, visit: &mut VisitTemplates<'_, 'r>) {
        if let Some(filename) = &self.filename {
            visit(&"filename", filename);
        }
    }

    fn on(&self) -> On {
        On::Response
    }

    fn needs_response(&self, _reads: &Reads<'_>, report: &mut dyn FnMut(&dyn Display, &str)) {
        report(&"", "depends on the response's status");
    }
}

impl Display for Download {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.paths.fmt(f)
    }
}

impl Described for Download {}

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
