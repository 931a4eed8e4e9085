//! Redirects that live in a KeyValueStore: which, in what order with those of the source, and how the function reads them.
//!
//! The function reads one key, that of the path. A line of its value may have a turn: the number of the look at it. The first look
//! is where the first of the stored redirects stands among those of the source; a redirect after rules that may match its path
//! waits for the look that comes after them.

use serde::Serialize;

use selvedge_plan::Stage;

use super::answer::{LOCATION, answer};
use super::body::Body;
use super::loops::may_lead_to_itself;
use super::path::arranged;
use super::template::Captures;
use crate::compile::place::Placement;
use crate::compile::value::literal_target;
use crate::diagnostic::Diagnostics;
use crate::platform::key_value_store::{Line, MAX_STORE, Pairs};
use crate::rules::{Condition, Kind, Match, Pattern, QueryMode, Reads, Redirect, Subject, Token};

/// Which redirects go into a KeyValueStore, where each is a key; the others are in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreUse {
    /// None.
    #[default]
    Never,
    /// All that can, if the source would be larger than CloudFront takes.
    IfNeeded,
    /// All that can: those of single paths, with no condition but on the host, and a target without placeholders.
    Always,
}

/// What a KeyValueStore has to hold for a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Store {
    /// The file that CloudFront imports: `{"data":[{"key":…,"value":…}]}`.
    pub json: String,
    /// How many keys it has.
    pub keys: usize,
    /// Bytes of keys and values; a store takes 5 MB.
    pub bytes: usize,
}

/// The redirects of one stage that are stored.
pub(super) struct Stored {
    stage: Stage,
    /// Whether keys are in lower case.
    fold: bool,
    /// By the number in the list of the stage.
    rules: Vec<bool>,
    /// How many rules of the source come before each look.
    looks: Vec<usize>,
    pairs: Pairs,
}

impl Stored {
    /// What of the redirects can be stored. Of the two stages, one that has more of them: there is one key for a request. It is read
    /// before all else, so no rule may have led the request to another path.
    pub(super) fn of(placement: &Placement<'_>, problems: &mut Diagnostics) -> Option<Stored> {
        let leads = [Kind::Experiments, Kind::Rewrites, Kind::Html];
        let leads = leads.into_iter().any(|kind| placement.has(kind, Stage::ViewerRequest));
        let stages = [Stage::ViewerRequest, Stage::OriginRequest].map(|stage| {
            let reads_in_time = stage == Stage::ViewerRequest || !leads;
            let rules = placement.at_or_passing(Kind::Redirects, &placement.rules.redirects, stage);
            // A condition at origin-request marks what it looked at.
            let is_able = |rule: &Redirect, reads: &Reads<'_>| {
                reads_in_time && can(rule, reads) && (stage == Stage::ViewerRequest || rule.when.is_none())
            };
            let able = |fold: bool| {
                let able = rules.iter().map(|(rule, reads)| rule.from.ignore_case == fold && is_able(rule, reads));
                able.collect::<Vec<_>>()
            };
            let count = |rules: &[bool]| rules.iter().filter(|able| **able).count();
            // A key is in lower case or not: the more common of both.
            let (exact, folded) = (able(false), able(true));
            let fold = count(&folded) > count(&exact);
            let able = if fold { folded } else { exact };
            (count(&able), fold, able, stage)
        });
        let (count, fold, rules, stage) =
            stages.into_iter().reduce(|one, other| if other.0 > one.0 { other } else { one })?;
        if count == 0 {
            return None;
        }
        let mut stored = Stored { stage, fold, rules, looks: Vec::new(), pairs: Pairs::default() };
        stored.fill(placement, problems);
        Some(stored)
    }

    fn fill(&mut self, placement: &Placement<'_>, problems: &mut Diagnostics) {
        let placed = placement.taking_part(Kind::Redirects, self.stage);
        let rules = placement.at_or_passing(Kind::Redirects, &placement.rules.redirects, self.stage);
        // Of the source: the beginning that a path must have for one of the patterns.
        let mut before: Vec<Vec<String>> = Vec::new();
        let mut waiting: Vec<(usize, String, &Redirect, Option<bool>, usize)> = Vec::new();
        for (number, (rule, _)) in rules.iter().enumerate() {
            if !self.is_stored(number) {
                before.push(rule.from.patterns.iter().map(beginning).collect());
                continue;
            }
            let place = placed.get(number).map_or(0, |placed| placed.number);
            for (path, slash) in rule.from.patterns.iter().filter_map(path) {
                let path = if self.fold { path.to_ascii_lowercase() } else { path.to_owned() };
                let lower = path.to_ascii_lowercase();
                let may_match = |begin: &String| lower.starts_with(begin.as_str());
                let after = before.iter().rposition(|begins| begins.iter().any(may_match)).map_or(0, |last| last + 1);
                if !self.looks.contains(&after) {
                    self.looks.push(after);
                }
                waiting.push((after, path, rule, slash, place));
            }
        }
        self.looks.sort_unstable();
        for (after, path, rule, slash, place) in waiting {
            let turn = self.looks.iter().position(|look| *look == after).unwrap_or(0);
            let hosts = hosts(rule.when.as_ref()).unwrap_or_default();
            let to = literal_target(rule.to.as_literal().unwrap_or_default());
            let may_be_itself = may_lead_to_itself(rule);
            let query = match rule.query {
                QueryMode::Keep => "",
                QueryMode::Merge => "m",
                QueryMode::Drop => "d",
            };
            let line = Line { status: rule.status, query, slash, turn, hosts, may_be_itself, to: &to };
            if let Err(too_large) = self.pairs.add(Pairs::key(&path).unwrap_or_default(), &line) {
                problems.push(
                    "not-on-platform",
                    Kind::Redirects.member().place(place),
                    format_args!("a KeyValueStore has no room for {too_large}"),
                    "shorten it, or leave it to Lambda@Edge (--platform cloudfront)",
                );
            }
        }
        if self.pairs.bytes() > MAX_STORE {
            problems.push(
                "not-on-platform",
                "redirects",
                format_args!(
                    "the KeyValueStore has {} keys with {} bytes, and CloudFront takes {MAX_STORE}",
                    self.pairs.len(),
                    self.pairs.bytes()
                ),
                "leave redirects out that are not used any more (selvedge usage), write several as one pattern, \
                 or use Lambda@Edge (--platform cloudfront)",
            );
        }
    }

    /// Whether this redirect of the list is stored, at the stage.
    pub(super) fn holds(&self, stage: Stage, number: usize) -> bool {
        stage == self.stage && self.is_stored(number)
    }

    fn is_stored(&self, number: usize) -> bool {
        self.rules.get(number).copied().unwrap_or_default()
    }

    /// Which look comes after this many rules of the source, if one does.
    pub(super) fn look(&self, stage: Stage, after: usize) -> Option<usize> {
        self.looks.iter().position(|look| stage == self.stage && *look == after)
    }

    pub(super) fn finish(&self) -> Store {
        Store { json: self.pairs.json(), keys: self.pairs.len(), bytes: self.pairs.bytes() }
    }

    /// The next look after this many rules of the source.
    pub(super) fn next_look(&self, stage: Stage, after: usize) -> Option<usize> {
        self.looks.iter().copied().find(|look| stage == self.stage && *look > after)
    }

    /// The handler, which reads the key and hands it to `$h`: variables of an asynchronous function cannot be relied on in the
    /// functions in it, see the engine `njs` of the tests.
    pub(super) fn handler(&self, placement: &Placement<'_>) -> String {
        let path = if placement.rules.arranges_slashes() { arranged(placement) } else { "u".to_owned() };
        let fold = if self.fold { ".toLowerCase()" } else { "" };
        // No key is there for a path of slashes alone. One that is not there is an error.
        format!(
            "async function handler(e){{var u=e.request.uri,y\nif(!e.response)try{{u=N({path}).replace(/\\/$/,''){fold}\n\
             y=await $s.get(u=='/'?'':u||'/')}}catch(a){{}}\nreturn $h(e,y)}}\n"
        )
    }

    /// A look, as a statement.
    pub(super) fn write(&self, body: &mut Body<'_>, look: usize) -> String {
        for var in ['x', 'i', 'p', 't', 'c', 'u', 's', 'h', 'z'] {
            body.uses(var);
        }
        for helper in ["U", "um", "Y", "y"] {
            body.call(helper);
        }
        if self.stage == Stage::OriginRequest {
            body.uses('n');
        }
        let answer = answer(body, &"i", None, Some(LOCATION), &[], &Captures::NONE, &Reads::default(), false);
        format!("if($y&&(i=$k({look}))){{{answer}}}\n")
    }

    /// `$k(d)`: the status of the first line that fits at look `d`, with its location in `x`. It reads all that a line may have,
    /// whatever this store has: a store is updated without its function.
    pub(super) fn function(&self) -> String {
        let mark = if self.stage == Stage::OriginRequest { "if(x!=b)n=1\n" } else { "" };
        format!(
            r"function $k(d){{for(var a=$y.split('\n'),j=0,m,b;j<a.length;j++){{m=/^(?:(\d*)([dm]?)([sn]?)(?:#(\d+))?(?:@(\S+))? )?(.*)$/.exec(a[j])
if((m[4]||0)==d&&(!m[3]||(m[3]=='s')==p.endsWith('/'))&&(!m[5]||m[5].split(',').includes(z))){{b=x=m[6]
if(m[2]!='d')x=(m[2]?um:U)(x,c)
{mark}if(!(x[0]=='/'?Y(x,u,s):y(x,u,s,h)))return+m[1]||301}}}}}}
"
        )
    }
}

/// Whether a line of a store says all of it.
fn can(rule: &Redirect, reads: &Reads<'_>) -> bool {
    !rule.pass
        && rule.from.except.is_empty()
        && rule.headers.is_empty()
        && rule.drop.is_empty()
        && rule.to.as_literal().is_some()
        && reads.vary().is_empty()
        && hosts(rule.when.as_ref()).is_some()
        && rule.from.patterns.iter().all(|pattern| path(pattern).is_some_and(|(path, _)| Pairs::key(path).is_some()))
}

/// The hosts that a rule is for, if it asks for nothing else; any where it asks for nothing.
fn hosts(when: Option<&Condition>) -> Option<&[String]> {
    match when {
        None => Some(&[]),
        Some(Condition::Test { subject: Subject::Host, test: Match::Equal(hosts) }) => {
            hosts.iter().all(|host| !host.starts_with('*')).then_some(hosts)
        }
        Some(Condition::All(parts)) => match parts.as_slice() {
            [part] => hosts(Some(part)),
            _ => None,
        },
        _ => None,
    }
}

/// The one path of a pattern, less the slash at its end, and whether that has to be there.
fn path(pattern: &Pattern) -> Option<(&str, Option<bool>)> {
    match pattern {
        Pattern::Path { anchored: true, tokens, slash } => match tokens.as_slice() {
            [] => Some(("", *slash)),
            [Token::Literal(path)] => Some((path, *slash)),
            _ => None,
        },
        _ => None,
    }
}

/// What a path begins with that a pattern matches, in lower case.
fn beginning(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Path { anchored: true, tokens, .. } => match tokens.as_slice() {
            // `/a/*` also matches `/a`.
            [Token::Literal(text), ..] => text.trim_end_matches('/').to_ascii_lowercase(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}
