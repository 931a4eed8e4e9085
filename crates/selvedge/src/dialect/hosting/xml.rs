//! A configuration in XML as the tree that its JSON form comes to.

use roxmltree::{Document, Node};

use crate::dialect::Parsed;
use crate::finding::{Finding, Severity};
use crate::places::{Places, Span};
use crate::rules::Value;

/// How deep elements may nest here.
const MAX_DEPTH: usize = 16;

/// Reads a document, or says where it is broken.
pub(super) fn document(text: &str) -> Result<Document<'_>, Box<Parsed>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Document::parse(text.trim_start()).map_err(|error| {
        let at = error.pos();
        // Blanks before the document are not in the parser's count.
        let skipped = text.len() - text.trim_start().len();
        let lines = text.get(..skipped).unwrap_or_default().matches('\n').count() as u32;
        let finding = Finding {
            code: "invalid-xml",
            severity: Severity::Error,
            place: String::new(),
            span: Some(Span { line: at.row + lines, column: at.col, length: 1 }),
            message: error.to_string(),
            help: String::new(),
        };
        Box::new(Parsed::new(Value::Object(Vec::new()), Places::new(), vec![finding]))
    })
}

/// Elements as members: one that holds several of its singular (`RoutingRules`) is a list.
pub(super) fn value(text: &str) -> Result<(Value, Places), Box<Parsed>> {
    let document = document(text)?;
    let root = document.root_element();
    let mut places = Places::new();
    let inside = of(root, String::new(), &mut places, MAX_DEPTH);
    Ok((inside, places))
}

fn of(node: Node<'_, '_>, place: String, places: &mut Places, depth: usize) -> Value {
    places.insert(place.clone(), span(node));
    let children: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    if depth == 0 || children.is_empty() {
        return Value::String(node.text().unwrap_or_default().trim().to_owned());
    }
    let name = node.tag_name().name();
    if children.iter().all(|child| name.strip_suffix('s') == Some(child.tag_name().name())) {
        let items = children.into_iter().enumerate();
        return Value::Array(items.map(|(at, child)| of(child, format!("{place}[{at}]"), places, depth - 1)).collect());
    }
    let members = children.into_iter().map(|child| {
        let name = child.tag_name().name();
        (name.to_owned(), of(child, super::reader::join(&place, name), places, depth - 1))
    });
    Value::Object(members.collect())
}

/// Where an element begins.
pub(super) fn span(node: Node<'_, '_>) -> Span {
    let range = node.range();
    let at = node.document().text_pos_at(range.start);
    let text = node.document().input_text().get(range).unwrap_or_default();
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    Span { line: at.row, column: at.col, length: (line.chars().count() as u32).max(1) }
}
