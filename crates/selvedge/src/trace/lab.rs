//! Where rules are taken apart: parts of the set are compiled alone, and the engine itself says what they do to a message.

use http::{HeaderMap, request, response};
use selvedge_plan::Stage;

use crate::compile::{pinned, plan_of_part};
use crate::diagnostic::Diagnostics;
use crate::engine::{ChosenOrigin, Effects, Engine, Facts};
use crate::platform::Target;
use crate::rules::{
    Condition, HeaderName as RuleHeader, Headers, Html, Model, NOTE_HEADER, On, Paths, Pattern, Precompressed, Rewrite,
    Template, Token, TrailingSlash,
};

/// A message at a stage.
#[derive(Clone, Copy)]
pub(super) struct Sight<'m> {
    pub(super) stage: Stage,
    pub(super) request: &'m request::Parts,
    pub(super) response: Option<&'m response::Parts>,
    pub(super) facts: &'m Facts,
}

impl Sight<'_> {
    /// The status that conditions see; 0 for a request.
    pub(super) fn status(&self) -> u16 {
        self.response.map_or(0, |response| response.status.as_u16())
    }
}

pub(super) struct Lab {
    /// The rules with the stage of each spelled out.
    pub(super) rules: Model,
    pub(super) target: Target,
    /// The plan's token: notes between the stages begin with it.
    token: String,
    /// Whether there are rules at origin-request.
    origin_request: bool,
}

/// Something that the reader is asked: do these patterns match, does this condition hold, and what is the text then?
pub(super) struct Question {
    pub(super) paths: Paths,
    pub(super) when: Option<Condition>,
    pub(super) text: Template,
}

/// Questions of one plan at most: their answers are headers, and there cannot be more of these.
const QUESTIONS: usize = 4096;

impl Question {
    /// Do the patterns match?
    pub(super) fn paths(patterns: &[Pattern], except: &[Pattern], ignore_case: bool) -> Question {
        let paths = Paths { patterns: patterns.to_vec(), except: except.to_vec(), ignore_case };
        Question { paths, when: None, text: Template::literal("yes") }
    }

    /// Does the condition hold?
    pub(super) fn when(condition: &Condition) -> Question {
        Question { when: Some(condition.clone()), ..Question::text(Template::literal("yes")) }
    }

    /// What is this text?
    pub(super) fn text(text: Template) -> Question {
        Question { paths: everywhere(), when: None, text }
    }
}

/// `/*`
fn everywhere() -> Paths {
    let tokens = vec![Token::Literal("/".to_owned()), Token::Splat("splat".to_owned())];
    Paths {
        patterns: vec![Pattern::Path { anchored: true, tokens, slash: None }],
        except: Vec::new(),
        ignore_case: false,
    }
}

/// A pattern that no path matches: a space in a path is always escaped.
fn nowhere() -> Paths {
    let tokens = vec![Token::Literal("/ ".to_owned())];
    Paths {
        patterns: vec![Pattern::Path { anchored: true, tokens, slash: None }],
        except: Vec::new(),
        ignore_case: false,
    }
}

impl Lab {
    pub(super) fn new(rules: &Model, target: Target, engine: &Engine) -> Lab {
        let origin_request = engine.uses(Stage::OriginRequest);
        Lab { rules: pinned(rules), target, token: engine.token(), origin_request }
    }

    /// A rule set with none of `stage`'s rules, plus placeholders that make notes pass between the stages as in the full set.
    pub(super) fn around(&self, stage: Stage) -> Model {
        let all = &self.rules;
        let elsewhere = |at: Option<Stage>| at != Some(stage);
        let mut rules = Model {
            ignore_case: all.ignore_case,
            languages: all.languages.clone(),
            on_trap: all.on_trap,
            ..Model::default()
        };
        for at in [Stage::ViewerRequest, Stage::OriginRequest] {
            let known = all.precompressed.iter().find(|rule| rule.at == Some(at) && elsewhere(rule.at));
            rules.precompressed.extend(known.map(|rule| Precompressed {
                paths: nowhere(),
                files: None,
                vary: false,
                ..rule.clone()
            }));
        }
        let moved = all.rewrites.iter().find(|rule| rule.at == Some(Stage::OriginRequest) && elsewhere(rule.at));
        rules.rewrites.extend(moved.map(|rule| Rewrite { from: nowhere(), ..rule.clone() }));
        rules.html = all.html.as_ref().filter(|html| elsewhere(html.at)).map(|html| Html {
            paths: nowhere(),
            trailing_slash: TrailingSlash::Keep,
            ..html.clone()
        });
        // At a request stage they are steps of their own; there has to be a rule for them to come before.
        if !stage.is_request() {
            (rules.slashes, rules.encoded_slashes) = (all.slashes, all.encoded_slashes);
        } else if stage == Stage::OriginRequest && all.arranges_slashes() && self.origin_request {
            let nowhere = Question { paths: nowhere(), ..Question::text(Template::literal("")) };
            rules.headers.push(header(On::Request, stage, nowhere, answer_name(QUESTIONS)));
        }
        rules
    }

    /// What `rules`, a part of the set, do to the message.
    pub(super) fn run(&self, rules: &Model, sight: &Sight<'_>) -> Result<Effects, Diagnostics> {
        let engine = Engine::of_new_plan(plan_of_part(rules, self.target, &self.token)?)?;
        Ok(engine.effects(sight.stage, sight.request, sight.response, sight.facts))
    }

    /// Where the message stands after `rules`.
    pub(super) fn state(&self, rules: &Model, sight: &Sight<'_>) -> Result<State, Diagnostics> {
        Ok(State::new(self.run(rules, sight)?, sight))
    }

    /// Asks the reader, after the rules in `before`, which hold nothing of `headers`. `None`: no.
    pub(super) fn ask(
        &self,
        before: &Model,
        sight: &Sight<'_>,
        questions: Vec<Question>,
    ) -> Result<Vec<Option<String>>, Diagnostics> {
        let (on, at) = match sight.stage {
            Stage::ViewerRequest | Stage::OriginRequest => (On::Request, sight.stage),
            Stage::ViewerResponse => (On::Response, sight.stage),
            _ => (On::Response, Stage::OriginResponse),
        };
        let mut answers = Vec::with_capacity(questions.len());
        let mut rest = questions.into_iter().peekable();
        while rest.peek().is_some() {
            let mut rules = before.clone();
            rules.headers = (rest.by_ref().take(QUESTIONS).enumerate())
                .map(|(number, question)| header(on, at, question, answer_name(number)))
                .collect();
            let effects = self.run(&rules, sight)?;
            answers.extend((0..rules.headers.len()).map(|number| {
                let value = effects.headers.get(answer_name(number))?;
                Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
            }));
        }
        Ok(answers)
    }

    /// The path that patterns see after `before`.
    pub(super) fn path(&self, before: &Model, sight: &Sight<'_>) -> Result<String, Diagnostics> {
        let whole = Pattern::Regex { source: "^(.*)$".to_owned(), names: vec!["1".to_owned()] };
        let capture = crate::rules::Part::Capture { name: "1".to_owned(), encode: false };
        let mut question = Question::paths(&[whole], &[], false);
        question.text = Template { parts: vec![capture] };
        Ok(self.ask(before, sight, vec![question])?.pop().flatten().unwrap_or_default())
    }
}

/// A rule that answers a question by the header `name`.
fn header(on: On, at: Stage, question: Question, name: String) -> Headers {
    Headers {
        paths: question.paths,
        when: question.when,
        on,
        at: Some(at),
        remove: Vec::new(),
        replace: Vec::new(),
        default: Vec::new(),
        set: vec![(RuleHeader::Exact(name), vec![question.text])],
        append: Vec::new(),
    }
}

fn answer_name(number: usize) -> String {
    format!("selvedge-question-{number}")
}

/// A message after some of a stage's rules.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// The path; at response stages the one that the origin is to be asked again for.
    pub(super) path: Option<String>,
    pub(super) query: Option<String>,
    pub(super) origin: Option<ChosenOrigin>,
    pub(super) status: Option<u16>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    pub(super) answered: bool,
    pub(super) is_request: bool,
}

impl State {
    pub(super) fn new(effects: Effects, sight: &Sight<'_>) -> State {
        let is_request = sight.response.is_none();
        let uri = &sight.request.uri;
        let query = || uri.query().unwrap_or_default().to_owned();
        let mut headers = effects.headers;
        // The stages' own note is not a rule's doing.
        headers.remove(NOTE_HEADER);
        State {
            path: if is_request { effects.path.or_else(|| Some(uri.path().to_owned())) } else { effects.path },
            query: if is_request { effects.query.or_else(|| Some(query())) } else { effects.query },
            origin: effects.origin,
            status: effects.status.map(|status| status.as_u16()),
            headers,
            body: effects.body,
            answered: effects.answered,
            is_request,
        }
    }
}
