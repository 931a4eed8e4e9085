//! docs/reference/lints.md against the code: each code has a section, each section's example shows exactly that code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex_lite::{Captures, Regex};
use selvedge::dialect::convert::to_files;
use selvedge::dialect::{Dialect, Form, Options};
use selvedge::internal::{TargetAnswer, check_and_stages, outside_targets};
use selvedge::lint::check;
use selvedge::sources::{FileFinding, RuleFile};
use selvedge::{Platform, Severity, check_migration};

/// A fenced block: its info string and its text.
struct Block {
    info: String,
    text: String,
}

struct Section {
    severities: Vec<Severity>,
    blocks: Vec<Block>,
}

/// The sections by their code, which is the heading.
fn sections() -> BTreeMap<String, Section> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/lints.md")).unwrap();
    let heading = Regex::new(r"(?m)^### (\S+)$").unwrap();
    let block = Regex::new(r"(?ms)^```([^\n]*)\n(.*?)^```$").unwrap();
    let headings: Vec<_> = heading.captures_iter(&text).collect();
    let mut sections = BTreeMap::new();
    for (at, found) in headings.iter().enumerate() {
        let start = found.get(0).unwrap().end();
        let end = headings.get(at + 1).map_or(text.len(), |next| next.get(0).unwrap().start());
        let body = &text[start..end];
        let first = body.trim_start().split('.').next().unwrap().to_lowercase();
        let severities = [Severity::Error, Severity::Warning, Severity::Note];
        let severities: Vec<Severity> = severities.into_iter().filter(|it| first.contains(it.name())).collect();
        assert!(!severities.is_empty(), "{} begins with {first:?}, not with its severity", &found[1]);
        let blocks = block.captures_iter(body);
        let blocks = blocks.map(|it| Block { info: it[1].to_owned(), text: filled(&it[2]) }).collect();
        let code = found[1].to_owned();
        assert!(sections.insert(code, Section { severities, blocks }).is_none(), "{} has two sections", &found[1]);
    }
    sections
}

/// What would be too long to print is written in words.
fn filled(text: &str) -> String {
    let names = Regex::new(r#""<(\d+) names>": true"#).unwrap();
    let text = names.replace_all(text, |found: &Captures<'_>| {
        let all: Vec<String> = (0..found[1].parse().unwrap()).map(|at: u32| format!("\"x-{at}\": true")).collect();
        all.join(", ")
    });
    let lines = Regex::new(r"(?m)^<(\d+) lines such as (.*)>$").unwrap();
    let text = lines.replace_all(&text, |found: &Captures<'_>| {
        let all: Vec<String> =
            (0..found[1].parse().unwrap()).map(|at: u32| found[2].replace('1', &at.to_string())).collect();
        all.join("\n").replace("\\n", "\n")
    });
    let text = text.replace("<NUL>", "\0");
    let characters = Regex::new(r"<(\d+) characters>").unwrap();
    characters.replace_all(&text, |found: &Captures<'_>| "x".repeat(found[1].parse().unwrap())).into_owned()
}

/// What checking the block finds. Its info string: `json`, and a platform or form; `toml` and the form; or
/// `text`, the form and the dialect. With an arrow: what moving or converting it finds.
fn findings(block: &Block) -> Vec<FileFinding> {
    let words: Vec<&str> = block.info.split(' ').collect();
    let dialect = words.iter().find_map(|word| Dialect::from_name(word));
    let form = match words.as_slice() {
        ["json", form] if form.contains("json") => Form::from_name(form, None).unwrap(),
        ["json", ..] => Form::Rules,
        ["toml", form] => Form::from_name(form, None).unwrap(),
        ["text", form, ..] => Form::from_name(form.trim_start_matches('_'), dialect).unwrap(),
        _ => panic!("what is {:?}?", block.info),
    };
    if let ["json", "→", to] = words.as_slice() {
        let converted = to_files(&block.text, form, &Options::new(), Dialect::from_name(to).unwrap());
        return converted.findings.into_iter().map(|finding| FileFinding { file: 0, finding }).collect();
    }
    let online = words.iter().find_map(|word| word.strip_prefix("online="));
    if let Some(answer) = online {
        let (url, status, moved) = match answer.split_once('→') {
            Some((url, moved)) => (url, 200, Some(moved.to_owned())),
            None => answer.rsplit_once(':').map(|(url, status)| (url, status.parse().unwrap(), None)).unwrap(),
        };
        let answer = TargetAnswer { url: url.to_owned(), status, moved, problem: None };
        let file = RuleFile { name: "example", text: &block.text, form };
        assert_eq!(outside_targets(&[file.parse(&Options::new())]), [url]);
        return check_and_stages(&[file.parse(&Options::new())], None, &[answer]).0;
    }
    let site = words.iter().find_map(|word| word.strip_prefix("site="));
    let options = site.map_or_else(Options::new, |files| Options::new().files(files.split(',')));
    let file = RuleFile { name: "example", text: &block.text, form };
    if let [_, _, from, "→", to] = words.as_slice() {
        return check_migration(
            &[file],
            Dialect::from_name(from).unwrap(),
            Dialect::from_name(to).unwrap(),
            &Options::new(),
        );
    }
    let platform = words.iter().find_map(|word| Platform::from_name(word)).filter(|_| form == Form::Rules);
    check(&[file.parse(&options)], platform.map(Into::into))
}

#[test]
fn each_example_shows_exactly_its_own_code() {
    let mut wrong = Vec::new();
    for (code, Section { severities, blocks }) in sections() {
        assert!(!blocks.is_empty(), "{code} has no example");
        for block in blocks {
            let mut found = findings(&block);
            // Every configuration of a server has a note of its share.
            found.retain(|found| code == "taken-over" || found.finding.code != "taken-over");
            let codes: BTreeSet<&str> = found.iter().map(|found| found.finding.code).collect();
            let fine = |FileFinding { finding, .. }: &FileFinding| {
                severities.contains(&finding.severity) && finding.span.is_some()
            };
            if codes != BTreeSet::from([code.as_str()]) || !found.iter().all(fine) {
                let found: Vec<String> = found.iter().map(|found| found.finding.to_string()).collect();
                wrong.push(format!("{code}: {}\n  {}", block.text, found.join("\n  ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_code_has_a_section() {
    let mut codes = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    codes_in(&folder, &mut codes);
    assert!(codes.contains("shadowed-rule") && codes.contains("unknown-field"), "{codes:?}");
    let documented: BTreeSet<String> = sections().into_keys().collect();
    assert_eq!(codes, documented, "codes in the code, and sections of docs/reference/lints.md");
}

/// The codes that the sources report: the first argument of what makes a finding, or its member.
fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
    let call = r#"(?:\b(?:finding|problem|push|error|warning|wrong_name|note)\(\s*|\bcode: |\(code, [a-z, ]+\) = \()"([a-z]+(?:-[a-z0-9]+)+)""#;
    let call = Regex::new(call).unwrap();
    let moves = Regex::new(r#""(move-[a-z]+)""#).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What explain says of its own questions is not a finding.
        if path.ends_with("trace") {
            continue;
        }
        if path.is_dir() {
            codes_in(&path, codes);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        codes.extend(call.captures_iter(code).map(|found| found[1].to_owned()));
        codes.extend(moves.captures_iter(code).map(|found| found[1].to_owned()));
    }
}
