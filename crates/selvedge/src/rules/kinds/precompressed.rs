//! Files that were compressed ahead of time.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;
use selvedge_plan::negotiate::Coding;

use crate::rules::Value;
use crate::rules::fields::Fields;
use crate::rules::paths::Paths;
use crate::rules::pattern::normalise;
use crate::rules::read::{Node, in_order};
use crate::rules::reads::Reads;
use crate::rules::rule::{Described, Member, On, Rule, Sides};

pub(super) const MEMBER: Member = Member {
    name: "precompressed",
    is_list: true,
    first_match: true,
    on: On::Request,
    sides: Sides::LATE,
    also: Some(Stage::OriginResponse),
    values_vary: false,
};

/// Serves the compressed variants of files, negotiated by RFC 9110 §12.5.3.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Precompressed {
    /// Which paths.
    pub(crate) paths: Paths,
    /// The codings in the server's preference, each with the suffix of its files (none for `identity`).
    pub(crate) encodings: Vec<(Coding, String)>,
    /// The variants that exist: the path of the original, normalised, and its variants. Absent: all are assumed to.
    pub(crate) files: Option<Vec<(String, Vec<FileVariant>)>>,
    /// What breaks ties.
    pub(crate) prefer: Prefer,
    /// Whether `Vary: Accept-Encoding` is sent.
    pub(crate) vary: bool,
    /// Another stage of the request half than origin-request.
    pub(crate) at: Option<Stage>,
}

/// A file of a manifest in one coding; under `identity` the file itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileVariant {
    /// How it is compressed.
    pub(crate) coding: Coding,
    /// Its size, where the manifest tells it.
    pub(crate) bytes: Option<u32>,
}

/// Which of the equally welcome variants is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Prefer {
    /// `"order"`: the first of `encodings`.
    #[default]
    Order,
    /// `"smallest"`: the one with the fewest bytes; of several, the first of `encodings`.
    Smallest,
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
        let prefer = read_prefer(&mut fields, files.as_deref());
        let vary = fields.take("vary").and_then(|node| node.bool()).unwrap_or(true);
        let at = fields.at(&[Stage::OriginRequest, Stage::ViewerRequest]);
        Some(Precompressed { paths: paths?, encodings, files, prefer, vary, at })
    }
}

impl Rule for Precompressed {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn at(&self) -> Option<Stage> {
        self.at
    }

    fn needs_response(&self, _reads: &Reads<'_>, report: &mut dyn FnMut(&dyn Display, &str)) {
        report(&"", "labels the response by what the origin sent");
    }
}

impl Display for Precompressed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let codings: Vec<&str> = self.encodings.iter().map(|(coding, _)| coding.name()).collect();
        write!(f, "{} {}", self.paths, codings.join(" "))
    }
}

impl Described for Precompressed {
    fn is_partial(&self) -> bool {
        self.files.is_some()
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
        node.error(format_args!("{name:?} is not a content coding"), format_args!("write {registered:?}"));
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
            value.error(format_args!("{text:?} is not a suffix of a file name"), "write for example \".br\"");
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

fn read_prefer(fields: &mut Fields<'_>, files: Option<&[(String, Vec<FileVariant>)]>) -> Prefer {
    let Some(node) = fields.take("prefer") else { return Prefer::default() };
    let prefer = node.one_of(&[("order", Prefer::Order), ("smallest", Prefer::Smallest)]).unwrap_or_default();
    let mut variants = files.into_iter().flatten().flat_map(|(_, variants)| variants);
    if prefer == Prefer::Smallest && (files.is_none() || variants.any(|variant| variant.bytes.is_none())) {
        node.error(
            "needs the size of every variant",
            "give \"files\" as { \"/app.js\": { \"br\": 1200, \"gzip\": 1500 } }; `selvedge precompress` writes such a manifest",
        );
    }
    prefer
}

/// `{ "/app.js": ["br", "gzip"] }`, `{ "/app.js": { "br": 1200, "gzip": 1500 } }` or `["/app.js.br", "/app.js.gz"]`.
fn read_files(node: &Node<'_>, encodings: &[(Coding, String)]) -> Vec<(String, Vec<FileVariant>)> {
    let (mut paths, mut variants): (Vec<String>, Vec<Vec<FileVariant>>) = Default::default();
    if let Value::Object(_) = node.value {
        for (path, value) in node.record("", str::to_owned) {
            paths.push(read_path(&value, path));
            variants.push(match value.value {
                Value::Object(_) => read_sizes(&value),
                _ => read_codings(&value, encodings),
            });
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
                    variants.push(vec![FileVariant { coding, bytes: None }]);
                }
                None => item.error(
                    format_args!("{path:?} ends in no configured suffix"),
                    "list compressed files only, for example \"/app.js.br\"",
                ),
            }
        }
    }
    let mut files: Vec<(String, Vec<FileVariant>)> = Vec::with_capacity(paths.len());
    for (path, at) in in_order(&paths) {
        let variants = variants.get(at).map(Vec::as_slice).unwrap_or_default();
        match files.last_mut() {
            Some((last, known)) if last == path => known.extend(variants),
            _ => files.push((path.to_owned(), variants.to_vec())),
        }
    }
    files
}

fn read_codings(node: &Node<'_>, encodings: &[(Coding, String)]) -> Vec<FileVariant> {
    let codings = node.items().filter_map(|item| {
        let (coding, _) = read_coding(&item)?;
        if !encodings.iter().any(|(known, _)| *known == coding) {
            let message = format!("{:?} is not among the encodings", coding.name());
            item.error(message, "add it to \"encodings\", or remove it here");
        }
        Some(FileVariant { coding, bytes: None })
    });
    codings.collect()
}

/// Sizes come from a manifest, which tells all there is: what this rule has no use for is not a mistake in it.
fn read_sizes(node: &Node<'_>) -> Vec<FileVariant> {
    let mut variants = Vec::new();
    for (name, value) in node.record("an object of encodings and sizes", str::to_owned) {
        let bytes = value.number_of("a size in bytes", 0, u32::MAX);
        match Coding::from_name(name) {
            Some(coding) => variants.push(FileVariant { coding, bytes }),
            None => value.error(format_args!("{name:?} is not a content coding"), "write for example \"br\""),
        }
    }
    variants
}

fn read_path(node: &Node<'_>, path: &str) -> String {
    if !path.starts_with('/') {
        node.error(format_args!("{path:?} is not a path"), format_args!("write {:?}", format!("/{path}")));
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

    fn variant(coding: Coding, bytes: Option<u32>) -> FileVariant {
        FileVariant { coding, bytes }
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
                [
                    ("/%C3%A9.js".to_owned(), vec![variant(Coding::Br, None), variant(Coding::Gzip, None)]),
                    ("/b.js".to_owned(), vec![variant(Coding::Gzip, None)])
                ]
                .as_slice()
            )
        );
    }

    #[test]
    fn a_manifest_may_tell_sizes_and_more_codings_than_the_rule_uses() {
        let rules =
            rules(&document(r#", "encodings": "br", "files": { "/a.js": { "br": 7, "zstd": 8, "identity": 20 } }"#));
        let variants =
            vec![variant(Coding::Br, Some(7)), variant(Coding::Zstd, Some(8)), variant(Coding::Identity, Some(20))];
        assert_eq!(rules.precompressed[0].files, Some(vec![("/a.js".to_owned(), variants)]));
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
            (r#"["br"], "suffix": { "br": "/br" }"#, ".suffix[\"br\"]", "not a suffix"),
            (r#"["br"], "files": { "/a.js": ["gzip"] }"#, ".files[\"/a.js\"][0]", "not among the encodings"),
            (r#"["br"], "files": ["/a.js"]"#, ".files[0]", "ends in no configured suffix"),
            (r#"["br"], "files": ["a.js.br"]"#, ".files[0]", "write \"/a.js\""),
            (
                r#"["br"], "files": { "/a.js": { "brotli": 1 } }"#,
                ".files[\"/a.js\"][\"brotli\"]",
                "not a content coding",
            ),
            (r#"["br"], "files": { "/a.js": { "br": -1 } }"#, ".files[\"/a.js\"][\"br\"]", "expected a size in bytes"),
            (r#"["br"], "prefer": "largest""#, ".prefer", "expected \"order\" or \"smallest\""),
            (r#"["br"], "prefer": "smallest""#, ".prefer", "size of every variant"),
            (r#"["br"], "prefer": "smallest", "files": { "/a.js": "br" }"#, ".prefer", "size of every variant"),
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
