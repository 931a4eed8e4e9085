//! Files that were compressed ahead of time.

use selvedge_plan::Stage;
use selvedge_plan::negotiate::Coding;

use super::Value;
use super::paths::Paths;
use super::pattern::normalise;
use super::read::{Fields, Node, in_order};

/// Serves the compressed variants of files, negotiated by RFC 9110 §12.5.3.
#[derive(Clone, Debug, PartialEq)]
pub struct Precompressed {
    /// Which paths.
    pub paths: Paths,
    /// The codings in the server's preference, each with the suffix of its files (none for `identity`).
    pub encodings: Vec<(Coding, String)>,
    /// The variants that exist: the path of the original, normalised, and its codings. Absent: all are assumed to.
    pub files: Option<Vec<(String, Vec<Coding>)>>,
    /// Whether `Vary: Accept-Encoding` is sent.
    pub vary: bool,
    /// Another stage of the request half than origin-request.
    pub at: Option<Stage>,
}

/// The codings by name, with the usual suffix of their files.
const CODINGS: [(&str, (Coding, &str)); 4] = [
    ("br", (Coding::Br, ".br")),
    ("zstd", (Coding::Zstd, ".zst")),
    ("gzip", (Coding::Gzip, ".gz")),
    ("identity", (Coding::Identity, "")),
];

impl Precompressed {
    pub(crate) fn read(node: &Node<'_>) -> Option<Precompressed> {
        let mut fields = node.object()?;
        let paths = Paths::read(&mut fields, "for", None);
        let mut encodings = read_encodings(&mut fields);
        read_suffixes(&mut fields, &mut encodings);
        let files = fields.take("files").map(|node| read_files(&node, &encodings));
        let vary = fields.take("vary").and_then(|node| node.bool()).unwrap_or(true);
        let at = fields.at(&[Stage::OriginRequest, Stage::ViewerRequest]);
        Some(Precompressed { paths: paths?, encodings, files, vary, at })
    }
}

fn read_encodings(fields: &mut Fields<'_>) -> Vec<(Coding, String)> {
    let mut encodings: Vec<(Coding, String)> = Vec::new();
    let Some(node) = fields.take("encodings") else {
        return CODINGS.iter().take(3).map(|(_, (coding, suffix))| (*coding, (*suffix).to_owned())).collect();
    };
    for item in node.some_items() {
        let Some((coding, suffix)) = read_coding(&item) else { continue };
        if encodings.iter().any(|(other, _)| *other == coding) {
            item.error(format_args!("{:?} is listed twice", coding.name()), "keep one of them");
        } else {
            encodings.push((coding, suffix.to_owned()));
        }
    }
    encodings
}

fn read_coding(node: &Node<'_>) -> Option<(Coding, &'static str)> {
    if let Value::String(name) = node.value
        && let Some(registered) = match name.to_ascii_lowercase().as_str() {
            "brotli" => Some("br"),
            "zst" | "zstandard" => Some("zstd"),
            "gz" | "x-gzip" => Some("gzip"),
            _ => None,
        }
    {
        node.error(format_args!("{name:?} is no content coding"), format_args!("write {registered:?}"));
        return None;
    }
    node.one_of(&CODINGS)
}

fn read_suffixes(fields: &mut Fields<'_>, encodings: &mut [(Coding, String)]) {
    let Some(node) = fields.take("suffix") else { return };
    for (name, value) in node.record("an object of encodings and suffixes", str::to_owned) {
        let coding = Coding::from_name(name);
        let Some((coding, suffix)) = encodings.iter_mut().find(|(known, _)| Some(*known) == coding) else {
            value.error(
                format_args!("{name:?} is not among the encodings"),
                "add it to \"encodings\", or remove it here",
            );
            continue;
        };
        let Some(text) = value.string("a suffix") else { continue };
        if *coding == Coding::Identity {
            value.error("\"identity\" is the file itself", "remove it here");
        } else if text.is_empty() {
            value.error("empty suffix", "write for example \".br\"");
        } else if text.contains(|c: char| !c.is_ascii_graphic() || matches!(c, '/' | '\\' | '?' | '#' | '%')) {
            value.error(format_args!("{text:?} is no suffix of a file name"), "write for example \".br\"");
        } else {
            text.clone_into(suffix);
        }
    }
    let shared =
        |(at, (_, suffix)): (usize, &(Coding, String))| encodings.iter().skip(at + 1).any(|(_, it)| it == suffix);
    if encodings.iter().enumerate().any(shared) {
        node.error("two encodings have the same suffix", "give each its own");
    }
}

/// `{ "/app.js": ["br", "gzip"] }` or `["/app.js.br", "/app.js.gz"]`.
fn read_files(node: &Node<'_>, encodings: &[(Coding, String)]) -> Vec<(String, Vec<Coding>)> {
    let (mut paths, mut variants): (Vec<String>, Vec<Vec<Coding>>) = Default::default();
    if let Value::Object(_) = node.value {
        for (path, value) in node.record("", str::to_owned) {
            let codings = value.items().filter_map(|item| {
                let (coding, _) = read_coding(&item)?;
                if !encodings.iter().any(|(known, _)| *known == coding) {
                    let message = format!("{:?} is not among the encodings", coding.name());
                    item.error(message, "add it to \"encodings\", or remove it here");
                }
                Some(coding)
            });
            let codings: Vec<Coding> = codings.collect();
            paths.push(read_path(&value, path));
            variants.push(codings);
        }
    } else {
        for item in node.items() {
            let Some(path) = item.string("a path, or an object of paths and encodings") else { continue };
            let variant = encodings.iter().find_map(|(coding, suffix)| {
                (*coding != Coding::Identity).then_some(())?;
                Some((path.strip_suffix(suffix.as_str())?, *coding))
            });
            match variant {
                Some((original, coding)) => {
                    paths.push(read_path(&item, original));
                    variants.push(vec![coding]);
                }
                None => item.error(
                    format_args!("{path:?} ends in no configured suffix"),
                    "list compressed files only, for example \"/app.js.br\"",
                ),
            }
        }
    }
    let mut files: Vec<(String, Vec<Coding>)> = Vec::with_capacity(paths.len());
    for (path, at) in in_order(&paths) {
        let codings = variants.get(at).map(Vec::as_slice).unwrap_or_default();
        match files.last_mut() {
            Some((last, known)) if last == path => known.extend(codings),
            _ => files.push((path.to_owned(), codings.to_vec())),
        }
    }
    files
}

fn read_path(node: &Node<'_>, path: &str) -> String {
    if !path.starts_with('/') {
        node.error(format_args!("{path:?} is no path"), format_args!("write {:?}", format!("/{path}")));
    }
    normalise(path).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::rules::testing::{assert_problem, rules};

    fn document(more: &str) -> String {
        format!(r#"{{ "precompressed": [{{ "for": "*.js" {more} }}] }}"#)
    }

    #[test]
    fn defaults() {
        let rules = rules(&document(""));
        let suffixes: Vec<(Coding, &str)> =
            rules.precompressed[0].encodings.iter().map(|(coding, suffix)| (*coding, suffix.as_str())).collect();
        assert_eq!(suffixes, [(Coding::Br, ".br"), (Coding::Zstd, ".zst"), (Coding::Gzip, ".gz")]);
        assert!(rules.precompressed[0].vary && rules.precompressed[0].files.is_none());
    }

    #[test]
    fn manifests_in_both_shapes_are_one() {
        let object = rules(&document(r#", "files": { "/é.js": ["br", "gzip"], "/b.js": "gzip" }"#));
        let list = rules(&document(r#", "files": ["/é.js.br", "/b.js.gz", "/é.js.gz"]"#));
        assert_eq!(object, list);
        assert_eq!(
            object.precompressed[0].files.as_deref(),
            Some(
                [("/%C3%A9.js".to_owned(), vec![Coding::Br, Coding::Gzip]), ("/b.js".to_owned(), vec![Coding::Gzip])]
                    .as_slice()
            )
        );
    }

    #[test]
    fn encodings_are_known_and_differ() {
        for (more, place, message) in [
            (r#"["br", "br"]"#, ".encodings[1]", "listed twice"),
            (r#"["brotli"]"#, ".encodings[0]", "write \"br\""),
            (r#"["deflate"]"#, ".encodings[0]", "expected \"br\""),
            ("[]", ".encodings", "empty list"),
            (r#"["br"], "suffix": { "gzip": ".gz" }"#, ".suffix[\"gzip\"]", "not among the encodings"),
            (r#"["br", "gzip"], "suffix": { "gzip": ".br" }"#, ".suffix", "the same suffix"),
            (r#"["br"], "suffix": { "br": "/br" }"#, ".suffix[\"br\"]", "no suffix"),
            (r#"["br"], "files": { "/a.js": ["gzip"] }"#, ".files[\"/a.js\"][0]", "not among the encodings"),
            (r#"["br"], "files": ["/a.js"]"#, ".files[0]", "ends in no configured suffix"),
            (r#"["br"], "files": ["a.js.br"]"#, ".files[0]", "write \"/a.js\""),
            (r#"["br"], "at": "viewer-response""#, ".at", "cannot run"),
        ] {
            assert_problem(
                &document(&format!(r#", "encodings": {more}"#)),
                &format!("precompressed[0]{place}"),
                message,
            );
        }
    }
}
