//! `Vary`, RFC 9110 §12.5.5: each response names the request headers that decisions for its path can read, also where no rule
//! changed anything.
//!
//! It is named at viewer-response, and nowhere before: CloudFront takes out of what it stores the names that its policies do not
//! forward. Answers that rules make name by themselves what was read before them.

use selvedge_plan::Stage;
use selvedge_plan::heap::sort;
use selvedge_plan::layout::{op, role, section, step};

use crate::compile::follow::may_meet;
use crate::compile::guard::{canonical, guard};
use crate::compile::matcher::{Listed, matcher};
use crate::compile::ops::list_of_one;
use crate::compile::place::Placement;
use crate::compile::placed::Placed;
use crate::compile::stage::StageBuilder;
use crate::compile::target::leads_to;
use crate::compile::writer::Writer;
use crate::platform::Table;
use crate::rules::{Kind, Paths, Pattern, Token};

/// In responses: what rules of all kinds read.
pub(crate) fn of_responses(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    section(writer, stage, groups_of_responses(placement, stage.table));
}

/// In answers made at viewer-request: what the rules read that edit their headers.
pub(crate) fn of_answers(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    section(writer, stage, groups_of_answers(placement, stage.table));
}

/// What responses name, by path.
pub(in crate::compile) fn groups_of_responses(placement: &Placement<'_>, table: Table) -> Groups {
    groups(table, &moves(placement), Kind::ALL.into_iter().flat_map(|kind| each(placement, kind)))
}

/// What answers made at viewer-request name, by path.
pub(in crate::compile) fn groups_of_answers(placement: &Placement<'_>, table: Table) -> Groups {
    groups(table, &[], each(placement, Kind::ResponseHeaders))
}

fn each<'p, 'r>(placement: &'p Placement<'r>, kind: Kind) -> impl Iterator<Item = (Kind, &'p Placed<'r>)> {
    placement.of(kind).iter().map(move |placed| (kind, placed))
}

/// Moves that are told apart at most: each rule is held against each.
const MAX_MOVES: usize = 64;

fn anywhere() -> Pattern {
    let tokens = vec![Token::Literal("/".to_owned()), Token::Splat("splat".to_owned())];
    Pattern::Path { anchored: true, tokens, slash: None }
}

/// Paths, and the names that responses for them have.
pub(in crate::compile) struct Group {
    pub(in crate::compile) names: String,
    pub(in crate::compile) paths: Paths,
}

/// What responses for some paths name.
pub(in crate::compile) struct Groups {
    /// For every path.
    pub(in crate::compile) always: String,
    /// For some.
    pub(in crate::compile) by_path: Vec<Group>,
}

fn groups<'p, 'r: 'p>(table: Table, moves: &[Move<'_>], rules: impl Iterator<Item = (Kind, &'p Placed<'r>)>) -> Groups {
    let mut groups: Vec<Group> = Vec::new();
    for (kind, placed) in rules {
        let names = names(table, kind, placed);
        let Some(paths) = placed.rule.paths().filter(|_| !names.is_empty()) else { continue };
        let moves = if placed.stage == Stage::ViewerRequest { moves } else { &[] };
        for paths in [Some(paths.clone()), led_to(moves, paths)].into_iter().flatten() {
            let alike = |group: &&mut Group| {
                let known = &group.paths;
                group.names == names && known.except == paths.except && known.ignore_case == paths.ignore_case
            };
            // Rules that are alike stand together: what they have, and where they lead.
            match groups.iter_mut().rev().take(2).find(alike) {
                Some(group) if group.paths.patterns.ends_with(&paths.patterns) => {}
                Some(group) => group.paths.patterns.extend(paths.patterns),
                None => groups.push(Group { names: names.clone(), paths }),
            }
        }
    }
    let is_every =
        |Group { paths, .. }: &Group| paths.except.is_empty() && paths.patterns.iter().any(Pattern::is_every_path);
    let always = groups.iter().filter(|group| is_every(group));
    let always = list(always.flat_map(|group| group.names.split(", ")).map(str::to_owned).collect());
    groups.retain(|group| !is_every(group));
    Groups { always, by_path: groups }
}

fn section(writer: &mut Writer, stage: &mut StageBuilder, Groups { always, by_path: groups }: Groups) {
    if !always.is_empty() {
        let ops = list_of_one(writer, op::MERGE_VARY, "Vary", &always);
        stage.section_by_endings(section::ALWAYS, ops);
        stage.output += 1;
        writer.map.group(stage.stage);
    }
    if groups.is_empty() {
        return;
    }
    stage.role(role::PATH);
    stage.output += groups.len();
    let mut rest = groups.iter();
    let at = matcher(writer, groups.len(), &mut |writer| {
        let Group { names, paths } = rest.next()?;
        let guard = guard(writer, stage, paths, None, &[]);
        let ops = list_of_one(writer, op::MERGE_VARY, "Vary", names);
        let steps = writer.record(vec![1, step::OPS, ops, 0]);
        Some(Listed { record: writer.record(vec![0, guard, steps]), own: Vec::new(), paths, slots: Vec::new() })
    });
    stage.section(section::HEADERS, at);
}

/// The headers of the viewer's that a rule reads.
fn names(table: Table, kind: Kind, placed: &Placed<'_>) -> String {
    let mut names: Vec<&str> = placed.reads.headers.clone();
    if kind == Kind::Experiments {
        names.push("cookie");
    }
    // What the platform adds comes from no viewer.
    names.retain(|name| !table.origin_only_headers.is_some_and(|prefix| name.starts_with(prefix)));
    list(names.into_iter().map(canonical).collect())
}

/// Each of the names once, as a header has them.
fn list(names: Vec<String>) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    sort(&mut names, |a, b| a < b);
    names.dedup();
    names.join(", ")
}

/// Where viewer-request leads: viewer-response sees that path, and not the one that rules there saw.
struct Move<'r> {
    from: &'r Paths,
    to: Vec<Pattern>,
}

fn moves<'r>(placement: &Placement<'r>) -> Vec<Move<'r>> {
    let mut moves = Vec::new();
    for kind in [Kind::Rewrites, Kind::Experiments, Kind::Html] {
        for placed in placement.of(kind).iter().filter(|placed| placed.stage == Stage::ViewerRequest) {
            // Which file a page is depends on its path.
            let mut to: Vec<Pattern> = if kind == Kind::Html { vec![anywhere()] } else { Vec::new() };
            placed.rule.templates(&mut |_, target| to.extend((!target.parts.is_empty()).then(|| leads_to(target))));
            moves.extend(placed.rule.paths().filter(|_| !to.is_empty()).map(|from| Move { from, to }));
        }
    }
    moves
}

/// Where the moves of a rule's paths lead; beyond some number of moves, anywhere.
fn led_to(moves: &[Move<'_>], paths: &Paths) -> Option<Paths> {
    let patterns: Vec<Pattern> = if moves.len() > MAX_MOVES {
        vec![anywhere()]
    } else {
        moves.iter().filter(|step| may_meet(step.from, paths)).flat_map(|step| step.to.clone()).collect()
    };
    (!patterns.is_empty()).then(|| Paths { patterns, except: Vec::new(), ignore_case: false })
}
