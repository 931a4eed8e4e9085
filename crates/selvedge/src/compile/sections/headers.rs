//! Header rules, and `security`.

use selvedge_plan::Stage;
use selvedge_plan::layout::{op, role, section};

use crate::compile::answer::PRIVATE;
use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::steps::Steps;
use crate::compile::value::slots;
use crate::compile::writer::Writer;
use crate::platform::Message;
use crate::rules::{
    Condition, HeaderName, Headers, Kind, Match, Paths, Pattern, Reads, Rule, Security, Subject, Template,
};

/// Rules on requests.
pub(crate) fn on_requests(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::RequestHeaders, &placement.rules.headers, stage.stage);
    sections(writer, stage, None, &rules, Message::Request, 0);
}

/// Rules on the responses of a stage.
pub(crate) fn on_responses(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    if stage.stage == Stage::ViewerResponse {
        of_viewer_response(placement, writer, stage);
    } else {
        of_origin_response(placement, writer, stage);
    }
}

/// `security`, and the rules of origin-response.
pub(crate) fn of_origin_response(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::ResponseHeaders, &placement.rules.headers, Stage::OriginResponse);
    sections(writer, stage, placement.rules.security.as_ref(), &rules, Message::Response, 0);
}

/// The rules of viewer-response, which leave errors alone.
pub(crate) fn of_viewer_response(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::ResponseHeaders, &placement.rules.headers, Stage::ViewerResponse);
    sections(writer, stage, None, &rules, Message::Response, section::BELOW_400);
}

/// Writes `security` and header rules as sections, in their order. Rules that hold for every path are told apart, so that
/// a stage that has no others need not look at the path, and neighbours among them become one constant outcome.
fn sections(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    security: Option<&Security>,
    rules: &[HeaderRule<'_>],
    message: Message,
    flag: u32,
) {
    let mut groups: Vec<Group<'_>> =
        security.map(|security| Group::Always(Some(security), Vec::new())).into_iter().collect();
    for rule in rules.iter().copied() {
        look_at(stage, rule.0);
        match (Group::of(rule), groups.last_mut()) {
            (Group::Always(..), Some(Group::Always(_, list))) | (Group::Matched(_), Some(Group::Matched(list))) => {
                list.push(rule);
            }
            (group, _) => groups.push(group),
        }
    }
    for group in groups {
        let (kind, at) = group.write(writer, stage, message);
        if at != 0 {
            stage.section_by_endings(kind | flag, at);
            if kind != section::HEADERS {
                writer.map.group(stage.stage);
            }
        }
    }
}

/// What the rule looks at of a path; a template may put any part of it into a value.
fn look_at(stage: &mut StageBuilder, rule: &Headers) {
    stage.endings.add_paths(&rule.paths);
    rule.templates(&mut |_, template| {
        if template.as_literal().is_none() {
            stage.endings.give_up();
        }
    });
}

/// An answer that must not be shared stays so, whatever the header rules say of `Cache-Control`: they are for what the
/// origin sends.
pub(crate) fn keep_private(_: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    if stage.is_empty() {
        return;
    }
    let paths = Paths { patterns: Vec::new(), except: Vec::new(), ignore_case: false };
    let private = Condition::Test {
        subject: Subject::ResponseHeader("cache-control".to_owned()),
        test: Match::Equal(vec![PRIVATE.to_owned()]),
    };
    let guard = guard(writer, stage, &paths, Some(&private), &[]);
    let mut steps = Steps::new(writer, stage, Vec::new());
    let name = HeaderName::Exact("Cache-Control".to_owned());
    steps.values(op::SET, &name, &[Template::literal(PRIVATE)], false);
    let steps = steps.write();
    let rule = writer.words(&[0, guard, steps]);
    stage.section(section::EVERY_PATH, rule);
}

type HeaderRule<'r> = (&'r Headers, &'r Reads<'r>);

/// Neighbouring rules that one section holds.
enum Group<'r> {
    /// For every path and without conditions, after the security headers.
    Always(Option<&'r Security>, Vec<HeaderRule<'r>>),
    /// For every path, with conditions.
    EveryPath(HeaderRule<'r>),
    /// By path.
    Matched(Vec<HeaderRule<'r>>),
}

impl<'r> Group<'r> {
    fn of((rule, reads): HeaderRule<'r>) -> Group<'r> {
        let every_path = rule.paths.patterns.iter().any(Pattern::is_every_path) && rule.paths.except.is_empty();
        if !every_path || !slots(rule).is_empty() {
            Group::Matched(vec![(rule, reads)])
        } else if rule.when.is_some() {
            Group::EveryPath((rule, reads))
        } else {
            Group::Always(None, vec![(rule, reads)])
        }
    }

    /// The section's kind and offset.
    fn write(self, writer: &mut Writer, stage: &mut StageBuilder, message: Message) -> (u32, u32) {
        match self {
            Group::Always(security, rules) => {
                let mut steps = Steps::new(writer, stage, Vec::new());
                if let Some(security) = security {
                    steps.security(security);
                }
                for (rule, _) in rules {
                    steps.rule(rule, message);
                }
                match steps.finish() {
                    Ok(ops) => (section::ALWAYS, ops),
                    Err(steps) => (section::EVERY_PATH, writer.words(&[0, 0, steps])),
                }
            }
            Group::EveryPath((rule, reads)) => {
                let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), reads.vary());
                let steps = write_rule(writer, stage, rule, &[], message);
                (section::EVERY_PATH, writer.words(&[0, guard, steps]))
            }
            Group::Matched(rules) => {
                stage.role(role::PATH);
                let mut rest = rules.iter();
                let at = matcher(writer, rules.len(), &mut |writer| {
                    let (rule, reads) = rest.next()?;
                    let slots = slots(*rule);
                    let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), reads.vary());
                    let steps = write_rule(writer, stage, rule, &slots, message);
                    Some(Listed {
                        record: writer.record(vec![0, guard, steps]),
                        own: Vec::new(),
                        paths: &rule.paths,
                        slots,
                    })
                });
                (section::HEADERS, at)
            }
        }
    }
}

fn write_rule(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    rule: &Headers,
    slots: &[String],
    message: Message,
) -> u32 {
    let mut steps = Steps::new(writer, stage, slots.to_vec());
    steps.rule(rule, message);
    steps.write()
}
