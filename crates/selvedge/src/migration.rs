//! What changes its meaning if the files of one vendor are handed to another: each file is read in both dialects, and the
//! engine answers sample requests by both readings.

use std::collections::{BTreeMap, BTreeSet};

use http::{Response, StatusCode};

use crate::analysis::sample::{Sample, Variant};
use crate::dialect::{Dialect, Form, Options};
use crate::engine::{self, Entered};
use crate::finding::{Finding, Severity};
use crate::places::Span;
use crate::rules::{Kind, Model};
use crate::sources::{FileFinding, Joined, ParsedFile, RuleFile, SoundPart, compile_value};
use crate::{Engine, Platform, Target};

/// Says, line by line, what the same files mean to another vendor. In the order of the files, and of their lines.
pub fn check_migration(files: &[RuleFile<'_>], from: Dialect, to: Dialect, options: &Options) -> Vec<FileFinding> {
    let old = Reading::of(files, from, options);
    let new = Reading::of(files, to, options);
    let mut found = Vec::new();
    let mut refused = BTreeSet::new();
    for (file, (before, after)) in old.files.iter().zip(&new.files).enumerate() {
        for finding in only_in(&after.parsed.findings, &before.parsed.findings) {
            let code = if finding.severity == Severity::Error { "move-refused" } else { "move-notice" };
            if finding.severity == Severity::Error {
                refused.extend(finding.span.map(|span| (file, span.line)));
            }
            let message = said_of(to, "", &finding.message);
            found.push(FileFinding { file, finding: Finding { code, message, ..finding.clone() } });
        }
        // What was only so at the vendor that is left.
        for finding in only_in(&before.parsed.findings, &after.parsed.findings) {
            let severity = finding.severity.min(Severity::Warning);
            let message = said_of(from, " alone", &finding.message);
            let finding = Finding { code: "move-notice", severity, message, ..finding.clone() };
            found.push(FileFinding { file, finding });
        }
    }
    let lines: BTreeSet<_> = old.samples.keys().chain(new.samples.keys()).copied().collect();
    let open = lines.into_iter().filter(|line| !refused.contains(&(line.file, line.span.line)));
    found.extend(shared(open.flat_map(|line| differences(line, &old, &new)).collect()));
    found.sort_by_key(|FileFinding { file, finding }| {
        (*file, finding.span, std::cmp::Reverse(finding.severity), finding.code)
    });
    found
}

/// Findings that the other reading does not have on the same line.
fn only_in<'f>(all: &'f [Finding], other: &'f [Finding]) -> impl Iterator<Item = &'f Finding> {
    let line = |finding: &Finding| (finding.code, finding.span.map(|span| span.line));
    let known: BTreeSet<_> = other.iter().map(line).collect();
    // What that comes to is found out by asking.
    let asked = |finding: &Finding| finding.code == "file-yields";
    all.iter().filter(move |finding| !known.contains(&line(finding)) && !asked(finding))
}

/// Most messages name the vendor themselves.
fn said_of(dialect: Dialect, alone: &str, message: &str) -> String {
    let title = dialect.title();
    if message.contains(title) { message.to_owned() } else { format!("{title}{alone}: {message}") }
}

/// Where a rule was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    file: usize,
    span: Span,
}

/// The files as one vendor reads them.
struct Reading<'t> {
    dialect: Dialect,
    files: Vec<ParsedFile<'t>>,
    engine: Option<Engine>,
    samples: BTreeMap<Line, Vec<Sample>>,
}

impl<'t> Reading<'t> {
    fn of(files: &[RuleFile<'t>], dialect: Dialect, options: &Options) -> Reading<'t> {
        let read = |file: &RuleFile<'t>| {
            let form = match file.form {
                Form::Redirects(_) => Form::Redirects(dialect),
                Form::Headers(_) => Form::Headers(dialect),
                other => other,
            };
            RuleFile { form, ..*file }.parse(options)
        };
        let files: Vec<ParsedFile<'_>> = files.iter().map(read).collect();
        let mut reading = Reading { dialect, engine: None, samples: BTreeMap::new(), files };
        let joined = Joined::of(&reading.files);
        let target = Target::from(Platform::Fetch).with_country().with_device();
        let problems = compile_value(&joined.rules, target).err().unwrap_or_default();
        let part = SoundPart::of(&joined.rules, &problems);
        let Some(rules) = part.rules() else { return reading };
        reading.engine = Engine::of_model(&rules, target).ok();
        reading.samples = samples(&rules, &|place| {
            let (file, place) = joined.file(&part.place(place));
            let span = reading.files.get(file)?.parsed.places.span(&place)?;
            Some(Line { file, span })
        });
        reading
    }

    fn outcome(&self, sample: &Sample) -> Option<Outcome> {
        let engine = self.engine.as_ref()?;
        let (mut request, facts) = sample.request()?;
        let path = |uri: &http::Uri| uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let mut pass = match engine.enter(&mut request, facts.clone()) {
            Entered::Answer(answer) => return Some(Outcome::of(answer.map(drop), None)),
            Entered::Ask(pass) => pass,
        };
        let mut asked = path(&request.uri);
        // A rule for what is missing is asked for by an origin that has nothing.
        let mut status = if sample.missing { StatusCode::NOT_FOUND } else { StatusCode::OK };
        loop {
            let (mut head, ()) = Response::builder().status(status).body(()).ok()?.into_parts();
            match pass.leave(&mut head) {
                engine::Outcome::AskAgain(again, next) => {
                    asked = path(&again.uri);
                    pass = next;
                    status = StatusCode::OK;
                }
                engine::Outcome::Origin | engine::Outcome::Replaced(_) => {
                    return Some(Outcome::of(Response::from_parts(head, ()), Some(asked)));
                }
            }
        }
    }
}

/// Sample requests for each rule.
fn samples(rules: &Model, line: &dyn Fn(&str) -> Option<Line>) -> BTreeMap<Line, Vec<Sample>> {
    let mut all: BTreeMap<Line, Vec<Sample>> = BTreeMap::new();
    for kind in Kind::ALL {
        for (number, rule) in kind.rules(rules) {
            let line = line(&kind.member().place(number).to_string());
            let (Some(paths), Some(line)) = (rule.paths(), line) else { continue };
            let samples = paths.patterns.iter().flat_map(|pattern| Sample::variants(pattern, rule.when()));
            all.entry(line).or_default().extend(samples);
        }
    }
    all
}

/// What comes of a request.
#[derive(PartialEq)]
struct Outcome {
    status: u16,
    location: Option<String>,
    /// What the site was asked for.
    asked: Option<String>,
    headers: Vec<(String, String)>,
}

impl Outcome {
    fn of(response: Response<()>, asked: Option<String>) -> Outcome {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut headers = Vec::new();
        for (name, value) in response.headers() {
            // `Vary` follows from what is asked, not from what is written.
            if !matches!(name.as_str(), "location" | "vary") {
                headers.push((name.as_str().to_owned(), text(value)));
            }
        }
        headers.sort();
        let location = response.headers().get("location").map(text);
        Outcome { status: response.status().as_u16(), location, asked, headers }
    }

    fn describe(&self, sample: &Sample) -> String {
        match (&self.location, &self.asked) {
            (Some(location), _) => format!("answers {} to {location}", self.status),
            (None, Some(asked)) if *asked == sample.target && sample.missing => "has no rule for it".to_owned(),
            (None, Some(asked)) if *asked == sample.target => "serves it".to_owned(),
            (None, Some(asked)) if self.status == if sample.missing { 404 } else { 200 } => format!("serves {asked}"),
            (None, Some(asked)) => format!("serves {asked} with status {}", self.status),
            (None, None) => format!("answers {}", self.status),
        }
    }

    fn acts(&self, sample: &Sample) -> bool {
        self.location.is_some() || self.asked.as_ref().is_none_or(|asked| *asked != sample.target)
    }
}

/// How a line differs, as far as others may do so too.
type Shared = (&'static str, Variant, u16, u16);

/// A difference that several lines of a file share is one finding, at the first of them.
fn shared(all: Vec<(Shared, FileFinding)>) -> Vec<FileFinding> {
    let mut counts: BTreeMap<(usize, Shared), usize> = BTreeMap::new();
    let is_shared = |code: &str| matches!(code, "move-status" | "move-match" | "move-files");
    let mut found = Vec::new();
    for (kind, finding) in all {
        let count = counts.entry((finding.file, kind)).or_default();
        *count += 1;
        if *count == 1 || !is_shared(finding.finding.code) {
            found.push((kind, finding));
        }
    }
    found
        .into_iter()
        .map(|(kind, mut found)| {
            let count = counts.get(&(found.file, kind)).copied().unwrap_or(1);
            if count > 1 && is_shared(found.finding.code) {
                found.finding.message.push_str(&match count - 1 {
                    1 => "; 1 other line differs alike".to_owned(),
                    others => format!("; {others} other lines differ alike"),
                });
            }
            found
        })
        .collect()
}

/// One finding for each way in which a line differs, with the first sample that shows it.
fn differences(line: Line, old: &Reading<'_>, new: &Reading<'_>) -> Vec<(Shared, FileFinding)> {
    let samples = [old, new].into_iter().filter_map(|reading| reading.samples.get(&line)).flatten();
    let mut codes = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for sample in samples {
        if !seen.insert((sample.host.as_str(), sample.target.as_str())) {
            continue;
        }
        let there = sample.where_missing(false);
        let gone = sample.where_missing(true);
        // What is only so where a file exists is a matter of its own.
        let (sample, before, after, code) = match (compare(&gone, old, new), compare(&there, old, new)) {
            (Some((before, after, code)), _) => (gone, before, after, code),
            (None, Some((before, after, "move-match" | "move-target"))) => (there, before, after, "move-files"),
            (None, Some((before, after, code))) => (there, before, after, code),
            (None, None) => continue,
        };
        if !codes.insert(code) {
            continue;
        }
        let (from, to) = (old.dialect.title(), new.dialect.title());
        let (message, help) = match code {
            "move-headers" => {
                (headers(&sample, (from, &before), (to, &after)), "write one line for each header and path")
            }
            _ => {
                let (before, after) = (before.describe(&sample), after.describe(&sample));
                let whether = if code == "move-files" { " (if it exists)" } else { "" };
                (format!("{}{whether}: {from} {before}, {to} {after}", sample.target), help(code, sample.variant))
            }
        };
        let seldom = code == "move-files" || sample.variant == Variant::Case;
        let severity = if seldom { Severity::Note } else { Severity::Warning };
        let (place, span, help) = (String::new(), Some(line.span), help.to_owned());
        let finding = Finding { code, severity, place, span, message, help };
        found.push(((code, sample.variant, before.status, after.status), FileFinding { file: line.file, finding }));
    }
    found
}

/// Both outcomes, and how they differ.
fn compare(sample: &Sample, old: &Reading<'_>, new: &Reading<'_>) -> Option<(Outcome, Outcome, &'static str)> {
    let (before, after) = (old.outcome(sample)?, new.outcome(sample)?);
    let redirects = before.location.is_some() && after.location.is_some();
    let code = if before.acts(sample) != after.acts(sample) {
        "move-match"
    } else if before.location != after.location || (!redirects && before.asked != after.asked) {
        "move-target"
    } else if before.status != after.status {
        "move-status"
    } else if before.headers != after.headers {
        "move-headers"
    } else {
        return None;
    };
    Some((before, after, code))
}

/// The first header that differs.
fn headers(sample: &Sample, (from, before): (&str, &Outcome), (to, after): (&str, &Outcome)) -> String {
    let names: BTreeSet<&str> = before.headers.iter().chain(&after.headers).map(|(name, _)| name.as_str()).collect();
    let values = |outcome: &Outcome, name: &str| {
        let values = outcome.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        let values: Vec<&str> = values.collect();
        if values.is_empty() { "none".to_owned() } else { format!("{:?}", values.join(", ")) }
    };
    let differs = names.into_iter().find(|name| values(before, name) != values(after, name)).unwrap_or_default();
    let (before, after) = (values(before, differs), values(after, differs));
    format!("{}: {differs} is {before} on {from}, {after} on {to}", sample.target)
}

fn help(code: &str, variant: Variant) -> &'static str {
    match (code, variant) {
        ("move-status", _) => "write the status out",
        (_, Variant::Slash | Variant::Bare) => "write a line for each form of the path, with and without its slash",
        (_, Variant::Case) => "write the path as it is requested",
        (_, Variant::Query) => "check where the query is to go",
        (_, Variant::DoubleSlash) => "never redirect to a bare \":splat\"",
        _ => "",
    }
}
