//! Where findings are gathered: a lint names a place of the rules, and the report knows the file, the line and the column.

use std::collections::HashSet;
use std::fmt::Display;

use super::help::more_help;
use super::late::{is_late, rule};
use super::{FileFinding, Joined, ParsedFile, SoundPart};
use crate::by_text::Known;
use crate::diagnostic::Diagnostic;
use crate::dialect::Form;
use crate::finding::{Finding, Severity};
use crate::missing_page::MissingPage;
use crate::places::{Span, head};
use crate::platform::Platform;
use crate::rules::{Subject, Value};

pub(crate) struct Report<'f> {
    files: &'f [ParsedFile<'f>],
    joined: &'f Joined<'f>,
    /// What is looked at, if some rules were left out.
    part: Option<&'f SoundPart<'f>>,
    /// What the reader of a table said of a row: a lint has nothing to add.
    said: Known<(usize, &'static str, u32)>,
    /// Rules of which it is told that the platform cannot ask again.
    late: HashSet<String>,
    found: Vec<FileFinding>,
}

/// Where a rule was written.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Written {
    /// The file by its number.
    At(usize, Span),
    /// A place of the rules.
    Unknown(String),
}

impl<'f> Report<'f> {
    pub(crate) fn new(files: &'f [ParsedFile<'f>], joined: &'f Joined<'f>) -> Report<'f> {
        let mut found = Vec::new();
        for (file, ParsedFile { parsed, .. }) in files.iter().enumerate() {
            found.extend(parsed.findings.iter().map(|finding| FileFinding { file, finding: finding.clone() }));
        }
        let of_table = |it: &&FileFinding| files.get(it.file).is_some_and(|file| file.form.is_table());
        let row = |it: &FileFinding| Some((it.file, it.finding.code, it.finding.span?.line));
        let said = found.iter().filter(of_table).filter_map(row).collect();
        let mut report = Report { files, joined, part: None, said, late: HashSet::new(), found };
        for (file, finding) in &joined.conflicts {
            let span = report.span(*file, &finding.place, true);
            report.found.push(FileFinding { file: *file, finding: Finding { span, ..finding.clone() } });
        }
        report
    }

    /// What compiling the files finds.
    pub(crate) fn problems<'d>(&mut self, problems: impl IntoIterator<Item = &'d Diagnostic>, platform: Platform) {
        for problem in problems {
            // That there is no response to act on, and no way to ask again, is one thing for whoever wrote the line.
            if is_late(&self.joined.rules, problem) && !self.late.insert(head(&problem.place).to_owned()) {
                continue;
            }
            let (file, place) = self.joined.file(&problem.place);
            let name = is_about_name(problem);
            let read = read_by(&self.joined.rules, problem).unwrap_or_default();
            let span = self.span(file, &format!("{place}{read}"), name);
            let (mut message, mut help, mut severity) =
                (problem.message.clone(), problem.help.clone(), Severity::Error);
            if problem.code == "stage-conflict" {
                if !message.contains("scheme") {
                    help = help.replace("; the viewer protocol policy redirects to https", "");
                }
                if self.is_rule_file(&problem.place) {
                    // A line cannot say "at".
                    help = help.replace(
                        "split the rule in two, say with \"at\" where it runs, or build",
                        "split the line in two, or build",
                    );
                    help = self.by_lines(help.trim_end_matches(", or give one of them \"at\""), &problem.place);
                    message = self.by_lines(&message, &problem.place);
                }
            }
            let form = self.files.get(file).map(|file| &file.form);
            if problem.code == "not-on-platform" && form.is_some_and(|form| form.is_read_by(platform)) {
                severity = Severity::Note;
                message.push_str("; its own file does this, and the rules leave it alone");
                help = String::new();
            } else if let Some(form) = form
                && *form != Form::Rules
                && let Some(page) = platform.page_by_itself()
                && is_late(&self.joined.rules, problem)
                && rule(&self.joined.rules, &problem.place).is_some_and(|rule| MissingPage::is_of(rule, page))
            {
                severity = Severity::Note;
                message.push_str(&format!("; {page} is its page for what is missing by itself"));
                help = String::new();
            } else if let Some(form) = form
                && is_late(&self.joined.rules, problem)
            {
                help = match form.late_redirect().filter(|_| problem.place.starts_with("redirects[")) {
                    Some(help) => help.to_owned(),
                    None => platform.page_for_missing(*form == Form::Rules).map_or(help, str::to_owned),
                };
                if *form != Form::Rules
                    && let Some((place, page)) = MissingPage::in_rules(&self.joined.rules, platform)
                    && place == head(&problem.place)
                {
                    severity = Severity::Note;
                    let MissingPage { page, status } = page;
                    let is_for_all =
                        rule(&self.joined.rules, &problem.place).is_none_or(|rule| rule.member("except").is_none());
                    // They ask for no path.
                    let also = if is_for_all { "" } else { ", also of the paths that the line leaves out" };
                    message = format!(
                        "{message}; custom error responses of the distribution do this: {page} with {status} for 403 and 404{also}, as selvedge plan prints them"
                    );
                    help = "with --site FOLDER the rules do it themselves".to_owned();
                }
            }
            let help = more_help(problem, rule(&self.joined.rules, &problem.place)).map_or(help, str::to_owned);
            let finding = Finding { code: problem.code, severity, place, span, message, help };
            self.found.push(FileFinding { file, finding });
        }
    }

    /// The files of the site, where they are known.
    pub(crate) fn site(&self) -> Option<&'f [String]> {
        self.files.iter().find_map(|file| file.site.as_deref())
    }

    /// From now on places are those of a part of the rules.
    pub(crate) fn part(&mut self, part: &'f SoundPart<'f>) {
        self.part = Some(part);
    }

    /// Whether no rule was left out.
    pub(crate) fn is_whole(&self) -> bool {
        self.part.is_none()
    }

    pub(crate) fn error(&mut self, code: &'static str, place: &str, message: impl Display, help: impl Display) {
        self.add(code, Severity::Error, place, &message, &help);
    }

    pub(crate) fn warning(&mut self, code: &'static str, place: &str, message: impl Display, help: impl Display) {
        self.add(code, Severity::Warning, place, &message, &help);
    }

    /// A warning about the name of a member, which is where the caret stands.
    pub(crate) fn wrong_name(&mut self, code: &'static str, place: &str, message: impl Display, help: impl Display) {
        self.push(code, Severity::Warning, place, true, &message, &help);
    }

    pub(crate) fn note(&mut self, code: &'static str, place: &str, message: impl Display, help: impl Display) {
        self.add(code, Severity::Note, place, &message, &help);
    }

    fn add(&mut self, code: &'static str, severity: Severity, place: &str, message: &dyn Display, help: &dyn Display) {
        self.push(code, severity, place, false, message, help);
    }

    fn push(
        &mut self,
        code: &'static str,
        severity: Severity,
        place: &str,
        name: bool,
        message: &dyn Display,
        help: &dyn Display,
    ) {
        let (file, place) = self.place(place);
        let span = self.span(file, &place, name);
        if span.is_some_and(|span| self.said.contains(&(file, code, span.line))) {
            return;
        }
        let finding = Finding { code, severity, place, span, message: message.to_string(), help: help.to_string() };
        self.found.push(FileFinding { file, finding });
    }

    /// JSON of which no member is one of rules is a file of another kind: that is one thing to say, and not one for each member.
    fn tell_once_of_another_kind(&mut self, at: usize) {
        let Some(ParsedFile { form: Form::Rules, parsed, .. }) = self.files.get(at) else { return };
        let Value::Object(members) = &parsed.rules else { return };
        let is_unknown = |FileFinding { file, finding }: &FileFinding| {
            let is_member = finding.place.starts_with("[\"") || !finding.place.contains(['.', '[']);
            *file == at && finding.code == "unknown-field" && is_member
        };
        let unknown: Vec<_> = self.found.iter().filter(|found| is_unknown(found)).collect();
        let misspelt = unknown.iter().filter(|found| found.finding.help.starts_with("did you mean")).count();
        let named = members.iter().filter(|(name, _)| name != "$schema").count();
        if unknown.len() < misspelt + 2 || unknown.len() < named {
            return;
        }
        let mut seen = 0;
        self.found.retain_mut(|found| {
            if !is_unknown(found) {
                return true;
            }
            found.finding.message = "none of the members is one of rules: is this a file of another kind?".to_owned();
            seen += 1;
            seen == 1
        });
    }

    /// Where a rule was written; rules of one line are written at one place.
    pub(crate) fn written(&self, rule: &str) -> Written {
        let (file, place) = self.place(rule);
        match self.files.get(file).and_then(|file| file.parsed.places.span(&place)) {
            Some(span) => Written::At(file, span),
            None => Written::Unknown(place),
        }
    }

    /// Whether somebody wrote this member of a rule: it has a place of its own.
    pub(crate) fn is_written(&self, rule: &str, member: &str) -> bool {
        self.written(rule) != self.written(&format!("{rule}.{member}"))
    }

    /// The place in the conditions of a rule that compares this first, whatever it is nested in.
    pub(crate) fn comparison(&self, rule: &str, subject: Option<&Subject>) -> String {
        let joined = self.part.map_or_else(|| rule.to_owned(), |part| part.place(rule));
        let when = self::rule(&self.joined.rules, &joined).and_then(|rule| rule.member("when"));
        let inside = when.zip(subject).and_then(|(when, subject)| inside(when, subject.member()));
        format!("{rule}.when{}", inside.unwrap_or_default())
    }

    /// Whether a rule was a line of a vendor's file.
    pub(crate) fn is_rule_file(&self, rule: &str) -> bool {
        let (file, _) = self.place(rule);
        self.files.get(file).is_some_and(|file| file.parsed.places.root().is_none())
    }

    /// How to call a rule in a message about another one: by its line in a rule file, by its place in JSON.
    pub(crate) fn name(&self, rule: &str, seen_from: &str) -> String {
        let (file, place) = self.place(rule);
        let own = self.place(seen_from).0 == file;
        let ParsedFile { name, parsed, .. } = match self.files.get(file) {
            Some(file) => file,
            None => return place,
        };
        let is_json = parsed.places.root().is_some();
        match (parsed.places.span(&place), own) {
            (Some(span), true) if is_json => format!("{place} on line {}", span.line),
            (Some(span), true) => format!("line {}", span.line),
            (Some(span), false) => format!("line {} of {name}", span.line),
            (None, true) => place,
            (None, false) => format!("{place} of {name}"),
        }
    }

    /// A message with the lines of the rules that it names.
    fn by_lines(&self, message: &str, seen_from: &str) -> String {
        let words = message.split(' ').map(|word| match word.trim_end_matches(',') {
            rule if rule.ends_with(']') => word.replace(rule, &self.name(rule, seen_from)),
            _ => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    fn place(&self, place: &str) -> (usize, String) {
        match self.part {
            Some(part) => self.joined.file(&part.place(place)),
            None => self.joined.file(place),
        }
    }

    fn span(&self, file: usize, place: &str, name: bool) -> Option<Span> {
        let places = &self.files.get(file)?.parsed.places;
        let span = if name { places.name_span(place) } else { places.span(place) };
        // The joined document is called "rules".
        span.or_else(|| places.root())
    }

    pub(crate) fn finish(mut self) -> Vec<FileFinding> {
        for file in 0..self.files.len() {
            self.tell_once_of_another_kind(file);
        }
        self.found.sort_by_cached_key(|FileFinding { file, finding }| {
            (*file, finding.span, finding.place.clone(), std::cmp::Reverse(finding.severity), finding.code)
        });
        // One line may have become several rules.
        let mut said = Known::default();
        self.found.retain(|FileFinding { file, finding }| {
            let Some(span) = finding.span else { return true };
            said.insert((*file, span, finding.code, finding.message.clone()))
        });
        self.found
    }
}

/// Where in conditions something is compared: a member, and maybe a name in it.
fn inside(when: &Value, (member, name): (&str, Option<&str>)) -> Option<String> {
    let Value::Object(members) = when else { return None };
    let inside = |value| inside(value, (member, name));
    members.iter().find_map(|(own, value)| match (own.as_str(), value, name) {
        ("not", _, _) => Some(format!(".not{}", inside(value)?)),
        ("any", Value::Array(all), _) => {
            all.iter().enumerate().find_map(|(at, one)| Some(format!(".any[{at}]{}", inside(one)?)))
        }
        ("any", _, _) => Some(format!(".any{}", inside(value)?)),
        (own, _, None) if own == member => Some(format!(".{member}")),
        (own, Value::Object(names), Some(name)) if own == member => {
            let (written, _) = names.iter().find(|(written, _)| written.eq_ignore_ascii_case(name))?;
            Some(format!(".{member}[{written:?}]"))
        }
        _ => None,
    })
}

/// The condition that a rule cannot have at its stage, by what the message says that it reads.
fn read_by(rules: &Value, problem: &Diagnostic) -> Option<String> {
    let reads = problem.message.strip_prefix("reads ").filter(|_| problem.code == "stage-conflict")?;
    let reads = reads.strip_prefix("both ").unwrap_or(reads);
    let when = rule(rules, &problem.place)?.member("when")?;
    Some(format!(".when{}", inside(when, (reads.split([',', ' ']).next()?, None))?))
}

/// Whether the name of a member is what is wrong, and not its value: the caret goes there. A message about a name that the
/// author chose begins with it.
fn is_about_name(problem: &Diagnostic) -> bool {
    let chosen = problem.place.strip_suffix("\"]").and_then(|place| place.rsplit_once("[\"")).map(|(_, name)| name);
    let named = problem.message.strip_prefix('"').and_then(|message| message.split_once('"')).map(|(name, _)| name);
    let both = chosen.zip(named);
    let always = ["unknown-field", "duplicate-field", "forbidden-header", "cached-set-cookie"];
    always.contains(&problem.code) || both.is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
}
