//! The lines of rule files that a platform can honour. A line that it cannot costs that line, never the file.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::guard::is_guard;
use super::late::{is_late_pass, rule};
use super::{Compile, FileFinding, Joined, ParsedFile, Report, SoundPart, errors};
use crate::compile::compile_model;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::finding::Severity;
use crate::places::{Span, head};
use crate::platform::{Platform, Target};
use crate::rules::{Model, Rules, Value};

/// So many times lines are left out, and the rest is tried again: one line rarely hides what is wrong with another.
const ROUNDS: usize = 16;

/// The rules that files hold together, but for lines of vendors' files that cannot be honoured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Usable {
    /// The rules.
    pub rules: Value,
    /// The findings of the lines that were left out: an error for each, or a note where the platform does by its own settings what
    /// the line says. In the order of the files, and of their lines.
    pub left_out: Vec<FileFinding>,
}

impl Usable {
    /// The rules, for [`compile`](crate::compile()) and [`Engine`](crate::Engine).
    ///
    /// # Errors
    ///
    /// None that `usable` has not told already.
    pub fn to_rules(&self) -> Result<Rules, Diagnostics> {
        Rules::from_value(self.rules.clone())
    }
}

/// The rules of all files as one set, without the lines of vendors' files that cannot be honoured: by themselves or, with a
/// target, on that platform. It is as if such a line were not there.
///
/// ```
/// use selvedge::Platform;
/// use selvedge::dialect::{Dialect, Form, Options};
/// use selvedge::sources::{RuleFile, usable};
///
/// let text = "/old /new 301!\n/* /index.html 200\n";
/// let file = RuleFile { name: "_redirects", text, form: Form::Redirects(Dialect::Netlify) };
/// // CloudFront cannot ask for /index.html once the origin has said that a file is missing: its custom error responses do it.
/// let usable = usable(&[file.parse(&Options::new())], Some(Platform::Cloudfront.into())).unwrap();
/// assert_eq!(serde_json::to_string(&usable.rules).unwrap(), r#"{"redirects":[{"from":"/old","to":"/new","status":301}],"rewrites":[]}"#);
/// assert_eq!(usable.left_out[0].finding.span.unwrap().line, 2);
/// ```
///
/// # Errors
///
/// Everything that is wrong, where it is not with such a line alone: a file that cannot be read, files that contradict each
/// other, and rules of Selvedge's own. Half of those must never run.
pub fn usable(files: &[ParsedFile<'_>], target: Option<Target>) -> Result<Usable, Vec<FileFinding>> {
    let target = target.unwrap_or(Target::from(Platform::Fetch).with_country().with_device());
    let joined = Joined::of(files);
    let honoured = Honoured::of(&joined, files, target)?;
    let left_out = honoured.left_out;
    Ok(Usable { rules: honoured.part.into_rules(), left_out })
}

/// The same, compiled.
pub(crate) struct Honoured<'f> {
    pub(crate) part: SoundPart<'f>,
    pub(crate) rules: Model,
    pub(crate) plan: Vec<u8>,
    pub(crate) left_out: Vec<FileFinding>,
}

impl<'f> Honoured<'f> {
    /// # Errors
    ///
    /// As of [`usable`].
    pub(crate) fn of(
        joined: &'f Joined<'f>,
        files: &[ParsedFile<'_>],
        target: Target,
    ) -> Result<Honoured<'f>, Vec<FileFinding>> {
        Honoured::by(joined, files, target, &compile_model)
    }

    /// # Errors
    ///
    /// As of [`usable`].
    pub(crate) fn by(
        joined: &'f Joined<'f>,
        files: &[ParsedFile<'_>],
        target: Target,
        compile: &Compile<'_>,
    ) -> Result<Honoured<'f>, Vec<FileFinding>> {
        if !joined.is_readable(files) {
            return Err(errors(files, target, compile));
        }
        let mut lines =
            Lines { joined, files, rules_of: OnceCell::new(), out: Diagnostics::new(), known: HashSet::new() };
        let mut said = Diagnostics::new();
        for _ in 0..ROUNDS {
            let part = SoundPart::of(&joined.rules, &lines.out);
            let compiled = Model::from_value(part.written()).and_then(|rules| {
                let plan = compile(&rules, target)?;
                Ok((rules, plan))
            });
            let problems = match compiled {
                Ok((rules, plan)) => {
                    let mut report = Report::new(files, joined);
                    report.problems(&said, target.platform());
                    let mut left_out = report.finish();
                    let of_rule = |found: &FileFinding| found.finding.code == "not-on-platform";
                    left_out.retain(|found| found.finding.severity == Severity::Error || of_rule(found));
                    return Ok(Honoured { part, rules, plan, left_out });
                }
                Err(problems) => part.join(Diagnostics::new(), Some(&Err(problems))),
            };
            for problem in &problems {
                if !lines.leave_out(problem) {
                    let mut found = errors(files, target, compile);
                    lines.say_that_guards_stay(&mut found);
                    return Err(found);
                }
                if !is_late_pass(&joined.rules, problem) {
                    said.push(problem.code, &problem.place, &problem.message, &problem.help);
                }
            }
        }
        Err(errors(files, target, compile))
    }
}

/// The lines of vendors' files, and the rules of those that are left out.
struct Lines<'f> {
    joined: &'f Joined<'f>,
    files: &'f [ParsedFile<'f>],
    /// The places of the rules of each line.
    rules_of: OnceCell<HashMap<(usize, Span), Vec<String>>>,
    out: Diagnostics,
    known: HashSet<String>,
}

impl Lines<'_> {
    /// Takes out the rules of the line that a problem is in. `false`: it is in no line of a vendor's file, or in one that keeps
    /// requests out.
    fn leave_out(&mut self, problem: &Diagnostic) -> bool {
        let place = head(&problem.place);
        let Some(line) = self.line(place) else { return false };
        let late = is_late_pass(&self.joined.rules, problem);
        let rules = if late { None } else { self.rules_of.get_or_init(|| self.by_line()).get(&line).cloned() };
        let rules = rules.unwrap_or_else(|| vec![place.to_owned()]);
        if rules.iter().any(|place| self.guards(place)) {
            return false;
        }
        for rule in rules {
            if self.known.insert(rule.clone()) {
                self.out.push(problem.code, rule, "", "");
            }
        }
        true
    }

    fn guards(&self, place: &str) -> bool {
        let list = place.split('[').next().unwrap_or(place);
        rule(&self.joined.rules, place).is_some_and(|rule| is_guard(list, rule))
    }

    /// Says at the errors of lines that keep requests out why they cost the file.
    fn say_that_guards_stay(&self, found: &mut [FileFinding]) {
        let by_line = self.rules_of.get_or_init(|| self.by_line());
        let guarded = by_line.iter().filter(|(_, places)| places.iter().any(|place| self.guards(place)));
        let heads: HashSet<_> = guarded.flat_map(|(_, places)| places).map(|place| self.joined.file(place)).collect();
        for FileFinding { file, finding } in found {
            if heads.contains(&(*file, head(&finding.place).to_owned())) {
                let more = "a line that refuses requests is never left out, so nothing of the files is used";
                let separator = if finding.help.is_empty() { "" } else { "; " };
                finding.help = format!("{}{separator}{more}", finding.help);
            }
        }
    }

    fn by_line(&self) -> HashMap<(usize, Span), Vec<String>> {
        let mut lines: HashMap<_, Vec<String>> = HashMap::new();
        let Value::Object(lists) = self.joined.rules.as_ref() else { return lines };
        for (list, items) in lists {
            let count = if let Value::Array(items) = items { items.len() } else { 0 };
            for place in (0..count).map(|at| format!("{list}[{at}]")) {
                if let Some(line) = self.line(&place) {
                    lines.entry(line).or_default().push(place);
                }
            }
        }
        lines
    }

    /// Where the line of a rule is, if it is one of a vendor's file.
    fn line(&self, place: &str) -> Option<(usize, Span)> {
        let (file, place) = self.joined.file(place);
        let places = &self.files.get(file)?.parsed.places;
        let is_line = place.contains('[') && places.root().is_none();
        if is_line { Some((file, places.span(&place)?)) } else { None }
    }
}
