//! Members that several kinds of rules have.

use selvedge_plan::Stage;

use super::condition::Condition;
use super::fields::Fields;
use super::read::{Node, quoted};
use super::subject::Subject;
use super::suggest::suggest;
use super::when::Sees;

impl Fields<'_> {
    /// `at`: one of the stages that the rule can have.
    pub(crate) fn at(&mut self, allowed: &[Stage]) -> Option<Stage> {
        let node = self.take("at")?;
        let text = node.string("the name of a stage")?;
        let stage = Stage::from_name(text);
        if let Some(stage) = stage.filter(|stage| allowed.contains(stage)) {
            return Some(stage);
        }
        let names = || allowed.iter().map(|stage| stage.name());
        let help = match suggest(text, names()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("possible here: {}", quoted(names(), ", ")),
        };
        match stage {
            Some(_) => node.error(format_args!("this rule cannot run at {text:?}"), help),
            None => node.error(format_args!("there is no stage {text:?}"), help),
        }
        None
    }

    /// Refuses `at` for a kind of rule that has one place only.
    pub(crate) fn fixed_at(&mut self, stage: Stage) {
        if let Some(node) = self.take("at") {
            node.error(format_args!("this kind of rule always runs at {:?}", stage.name()), "leave \"at\" out");
        }
    }
}

/// `pass`, or `to`, which must be there without it. A rule that passes does nothing and ends its list: the members of what
/// it would do are refused.
pub(crate) fn read_to<'a>(fields: &mut Fields<'a>, verbs: &[&'static str], help: &str) -> (bool, Option<Node<'a>>) {
    if !fields.flag("pass") {
        return (false, fields.required("to", help));
    }
    for verb in ["to"].iter().chain(verbs) {
        if let Some(node) = fields.take(verb) {
            node.error("a rule with \"pass\" does nothing", "remove one of the two");
        }
    }
    (true, None)
}

/// `at` and, for redirects, `fallback`, which settles the stage itself.
pub(crate) fn read_placement(fields: &mut Fields<'_>, fallback: bool) -> (Option<Stage>, bool) {
    let at = fields.at(&[Stage::ViewerRequest, Stage::OriginRequest, Stage::OriginResponse]);
    let fallback = fallback && fields.flag("fallback");
    if fallback && at.is_some() {
        fields.node.error("\"fallback\" decides by the origin's answer, so \"at\" has no say", "remove one of the two");
    }
    (at, fallback)
}

/// What the conditions of an answer see.
pub(crate) fn sees(response: bool) -> Sees {
    if response { Sees::Response } else { Sees::Request("add \"at\": \"origin-response\"") }
}

/// At origin-response an answer replaces what the origin sent, so it must say which statuses it replaces.
pub(crate) fn check_error_page(fields: &Fields<'_>, at: Option<Stage>, when: Option<&Condition>) {
    let status = || when.is_some_and(|when| when.reads(|subject| *subject == Subject::Status));
    if at == Some(Stage::OriginResponse) && !status() {
        fields.node.error(
            "at origin-response it would replace every answer of the origin",
            "add for example \"when\": { \"status\": [404] }",
        );
    }
}
