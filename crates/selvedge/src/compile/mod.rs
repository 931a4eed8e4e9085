//! Rules + platform → plan: checks against the platform's table, placement in stages, layout. All diagnostics that depend
//! on a platform are made here.

mod alone;
mod answers;
mod blind;
mod check;
mod condition;
mod endings;
mod experiments;
mod files;
mod guard;
mod headers;
mod lookup;
mod matcher;
mod media_types;
mod names;
mod on_trap;
mod ops;
mod origins;
mod pattern;
mod pieces;
mod placement;
mod query;
mod reason;
mod rewrites;
mod slashes;
mod stage;
mod value;
mod writer;

use selvedge_plan::Stage;
use selvedge_plan::layout::{self, MAX_INPUTS, note, op};

use crate::diagnostic::Diagnostics;
use crate::platform::{Message, Platform, Table, Target};
use crate::rules::NOTE_HEADER;
use crate::rules::{
    EncodedSlashes, Experiment, Headers, Model, On, Redirect, Response, Rewrite, Rules, Template, TrailingSlash,
};
pub(crate) use alone::{asks_again, missing, pinned, plan_of_part, takes_part};
pub(crate) use on_trap::{TrapOutcome, on_trap};
pub(crate) use pattern::{Form, forms};
use placement::{Placeable, Reads, Sides};
use stage::StageBuilder;
use writer::Writer;

/// Compiles `rules` for a platform to the bytes of a plan.
///
/// Equal rules and an equal [`Key`](crate::Key) give equal bytes. Costs a few microseconds a rule; meant for build time or module load.
///
/// # Errors
///
/// Everything in the rules that the platform does not allow, each with its place.
pub fn compile(rules: &Rules, target: impl Into<Target>) -> Result<Vec<u8>, Diagnostics> {
    compile_model(rules.model(), target.into())
}

pub(crate) fn compile_model(rules: &Model, target: Target) -> Result<Vec<u8>, Diagnostics> {
    let mut compiler = Compiler { rules, table: target.table(), problems: Diagnostics::new() };
    let placed = compiler.place();
    compiler.check(&placed);
    if !compiler.problems.is_empty() {
        return Err(compiler.problems);
    }
    let key = target.key();
    compiler.lay_out(target.platform(), &placed, |plan| key.token(plan))
}

struct Compiler<'r> {
    rules: &'r Model,
    table: Table,
    problems: Diagnostics,
}

/// The stage of each rule, list by list.
pub(crate) struct Placed {
    pub(crate) responses: Vec<Stage>,
    pub(crate) redirects: Vec<Stage>,
    pub(crate) rewrites: Vec<Stage>,
    pub(crate) headers: Vec<Stage>,
    pub(crate) precompressed: Vec<Stage>,
    pub(crate) html: Stage,
}

/// Where the rules run, which is the same on every platform; those that cannot be placed stay at their usual stage.
pub(crate) fn place(rules: &Model) -> Placed {
    let table = Target::from(Platform::Fetch).table();
    Compiler { rules, table, problems: Diagnostics::new() }.place()
}

impl Placed {
    /// Whether a rule may answer at this request stage.
    fn answers_at(&self, stage: Stage, rules: &Model) -> bool {
        let slash = stage == Stage::ViewerRequest
            && rules.html.as_ref().is_some_and(|html| html.trailing_slash != TrailingSlash::Keep);
        let refuses = rules.encoded_slashes == EncodedSlashes::Reject;
        slash || refuses || self.responses.contains(&stage) || self.redirects.contains(&stage)
    }
}

impl<'r> Compiler<'r> {
    fn place(&mut self) -> Placed {
        let rules = self.rules;
        let responses: Vec<Placeable> = rules.responses.iter().map(placeable_response).collect();
        let redirects: Vec<Placeable> = rules.redirects.iter().map(placeable_redirect).collect();
        let rewrites: Vec<Placeable> = rules.rewrites.iter().map(placeable_rewrite).collect();
        let mut placed = Placed {
            responses: self.place_list("responses", responses, Sides::ANSWERS),
            redirects: self.place_list("redirects", redirects, Sides::ANSWERS),
            rewrites: self.place_list("rewrites", rewrites, Sides::REWRITES),
            headers: vec![Stage::OriginResponse; rules.headers.len()],
            precompressed: rules.precompressed.iter().map(|rule| rule.at.unwrap_or(Stage::OriginRequest)).collect(),
            html: rules.html.as_ref().and_then(|html| html.at).unwrap_or(Stage::OriginRequest),
        };
        self.passes_hold("redirects", &placed.redirects, rules.redirects.iter().map(|rule| rule.pass));
        self.passes_hold("rewrites", &placed.rewrites, rules.rewrites.iter().map(|rule| rule.pass));
        // Request and response headers are two lists in one.
        for on in [On::Request, On::Response] {
            let list: Vec<Option<Placeable>> =
                rules.headers.iter().map(|rule| (rule.on == on).then(|| placeable_headers(rule))).collect();
            let stages = self.place_some("headers", &list, Sides::headers(on));
            for (slot, stage) in placed.headers.iter_mut().zip(stages) {
                *slot = stage.unwrap_or(*slot);
            }
        }
        placed
    }

    /// `token` makes what the plan's notes begin with of all its other bytes.
    fn lay_out(
        mut self,
        platform: Platform,
        placed: &Placed,
        token: impl FnOnce(&[u8]) -> String,
    ) -> Result<Vec<u8>, Diagnostics> {
        let rules = self.rules;
        let mut writer = Writer::new();
        let mut stages: Vec<StageBuilder> =
            Stage::ALL.into_iter().map(|stage| StageBuilder::new(stage, self.table)).collect();
        for stage in &mut stages {
            self.fill(&mut writer, stage, placed);
            slashes::arrange(&mut writer, stage, rules);
        }
        self.plan_notes(&mut stages, placed);
        for stage in &stages {
            if stage.input_count() > MAX_INPUTS {
                self.problems.push(
                    "too-many-inputs",
                    "rules",
                    format_args!(
                        "read {} different values at {}, more than {MAX_INPUTS}",
                        stage.input_count(),
                        stage.stage.name()
                    ),
                    "test fewer different headers, cookies or query parameters in one rule set",
                );
            }
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let mut output = 0;
        for (number, stage) in stages.into_iter().enumerate() {
            if let Some(endings) = self.endings(&stage, placed) {
                let mut table = vec![endings.len() as u32];
                for ending in &endings {
                    table.extend(writer.text(ending));
                }
                let at = writer.words(&table);
                writer.set(0, layout::ENDINGS + number as u32, at);
            }
            let (kind, words) = (number as u32, stage.scratch_words());
            let at = stage.write(&mut writer);
            writer.set(0, layout::STAGES + kind, at);
            output = output.max(words);
        }
        self.well_known(&mut writer);
        writer.set(0, layout::PLATFORM, Platform::ALL.iter().position(|other| *other == platform).unwrap_or(0) as u32);
        writer.set(0, layout::MAX_URI, self.table.max_uri.unwrap_or(0));
        writer.set(0, layout::OUTPUT_WORDS, output as u32);
        let blocking = on_trap::blocking(rules, placed).map(|stage| layout::BLOCKS << stage as u32);
        Ok(writer.finish(blocking.fold(0, |flags, bit| flags | bit), token))
    }

    /// The sections of one stage, in the order of the contract.
    fn fill(&self, writer: &mut Writer, stage: &mut StageBuilder, placed: &Placed) {
        let rules = self.rules;
        let here = stage.stage;
        let responses = at_stage(&rules.responses, &placed.responses, here);
        let redirects = with_passes(&rules.redirects, &placed.redirects, here, |rule| rule.pass);
        let rewrites = with_passes(&rules.rewrites, &placed.rewrites, here, |rule| rule.pass);
        answers::responses(writer, stage, &responses);
        answers::redirects(writer, stage, &redirects);
        match here {
            Stage::ViewerRequest | Stage::OriginRequest => {
                if here == Stage::ViewerRequest {
                    files::trailing_slash(writer, stage, rules);
                    experiments::requests(writer, stage, &rules.experiments);
                    query::queries(writer, stage, &rules.query);
                } else {
                    origins::origins(writer, stage, &rules.origins);
                }
                rewrites::rewrites(writer, stage, &rewrites);
                if placed.html == here {
                    files::html(writer, stage, rules.html.as_ref());
                }
                let precompressed = at_stage(&rules.precompressed, &placed.precompressed, here);
                files::precompressed(writer, stage, &precompressed);
                let headers = at_stage(&rules.headers, &placed.headers, here);
                headers::sections(writer, stage, None, &headers, Message::Request, 0);
            }
            Stage::OriginResponse => {
                rewrites::rewrites(writer, stage, &rewrites);
                let direct = with_passes(&rules.rewrites, &placed.rewrites, Stage::OriginRequest, |rule| rule.pass);
                rewrites::statuses(writer, stage, &direct);
                self.response_headers(writer, stage, placed, here, 0);
                files::encoded(writer, stage, &rules.precompressed);
            }
            Stage::ViewerResponse => {
                self.response_headers(writer, stage, placed, here, layout::section::BELOW_400);
                headers::downloads(writer, stage, &rules.downloads);
                experiments::cookies(writer, stage, &rules.experiments);
            }
            Stage::ViewerRequestAnswer => {
                self.response_headers(writer, stage, placed, Stage::OriginResponse, 0);
                self.response_headers(writer, stage, placed, Stage::ViewerResponse, layout::section::BELOW_400);
            }
            Stage::OriginRequestAnswer => {
                self.response_headers(writer, stage, placed, Stage::OriginResponse, 0);
                headers::keep_private(writer, stage);
            }
        }
    }

    /// `security` and `headers` of a response stage.
    fn response_headers(&self, writer: &mut Writer, stage: &mut StageBuilder, placed: &Placed, of: Stage, flag: u32) {
        let security = self.rules.security.as_ref().filter(|_| of == Stage::OriginResponse);
        let headers: Vec<&Headers> = at_stage(&self.rules.headers, &placed.headers, of)
            .into_iter()
            .filter(|rule| rule.on == On::Response)
            .collect();
        headers::sections(writer, stage, security, &headers, Message::Response, flag);
    }

    /// Which stages write, read and delete the note.
    fn plan_notes(&self, stages: &mut [StageBuilder], placed: &Placed) {
        let [viewer_request, origin_request, origin_response, viewer_response, ..] = stages else { return };
        let variant_at = |stage: Stage| placed.precompressed.contains(&stage);
        let moves = placed.rewrites.contains(&Stage::OriginRequest)
            || (self.rules.html.is_some() && placed.html == Stage::OriginRequest);
        let at_viewer = variant_at(Stage::ViewerRequest);
        let at_origin = variant_at(Stage::OriginRequest)
            || (moves && (at_viewer || origin_response.reads_path() || viewer_response.reads_path()));
        // The first request stage in use deletes what came from outside, so that no later stage can be fooled.
        if at_viewer {
            viewer_request.note = note::WRITE | note::DELETE;
        } else if !viewer_request.is_empty() {
            viewer_request.note = note::DELETE;
        }
        if at_origin {
            origin_request.note = note::WRITE | if at_viewer { note::READ } else { note::DELETE };
        } else if !origin_request.is_empty() {
            origin_request.note = if at_viewer { note::READ } else { note::DELETE };
        }
        if at_viewer || at_origin {
            origin_response.note = note::READ;
            // Where all stages run in one pass, the request is still the same at its end.
            if at_viewer || self.table.one_pass {
                viewer_response.note = note::READ;
            }
        }
        for stage in [viewer_request, origin_request, origin_response, viewer_response] {
            if stage.note & (note::READ | note::WRITE) != 0 && stage.reads_path() {
                stage.role(layout::role::PATH);
            }
            // What is not believed is deleted, while the message is a request.
            if stage.note & note::READ != 0 && (stage.reads_path() || stage.stage.is_request()) {
                stage.role(layout::role::NOTE);
            }
        }
    }

    /// Ops and tables that the header names.
    fn well_known(&self, writer: &mut Writer) {
        for (index, code, name) in [
            (layout::LOCATION_OP, op::SET, "Location"),
            (layout::URI_OP, op::SET_URI, ""),
            (layout::QUERY_OP, op::SET_QUERY, ""),
            (layout::NOTE_OP, op::SET, NOTE_HEADER),
            (layout::CONTENT_TYPE_OP, op::SET, "Content-Type"),
        ] {
            let at = ops::single(writer, code, name);
            writer.set(0, index, at);
        }
        let no_note = ops::list_of_one(writer, op::REMOVE, NOTE_HEADER, "");
        writer.set(0, layout::NO_NOTE_OPS, no_note);
        let no_store = answers::no_store(writer);
        writer.set(0, layout::NO_STORE_OPS, no_store);
        if !self.rules.precompressed.is_empty() {
            let table = media_types::table(writer);
            writer.set(0, layout::MEDIA_TYPES, table);
            let table = files::suffixes(writer, &self.rules.precompressed);
            writer.set(0, layout::SUFFIXES, table);
        }
        if !self.rules.languages.is_empty() {
            let mut table = vec![self.rules.languages.len() as u32];
            for language in &self.rules.languages {
                table.extend(writer.text(language));
            }
            let at = writer.words(&table);
            writer.set(0, layout::LANGUAGES, at);
        }
    }
}

fn at_stage<'t, T>(rules: &'t [T], stages: &[Stage], here: Stage) -> Vec<&'t T> {
    rules.iter().zip(stages).filter(|(_, stage)| **stage == here).map(|(rule, _)| rule).collect()
}

/// A rule that passes at viewer-request also holds off those after it in the list that run at origin-request.
fn with_passes<'t, T>(rules: &'t [T], stages: &[Stage], here: Stage, passes: fn(&T) -> bool) -> Vec<&'t T> {
    let last = stages.iter().rposition(|stage| *stage == here).map_or(0, |last| last + 1);
    let before = |stage: Stage| stage == Stage::ViewerRequest && here == Stage::OriginRequest;
    let all = rules.iter().zip(stages).take(last);
    all.filter(|(rule, stage)| **stage == here || before(**stage) && passes(rule)).map(|(rule, _)| rule).collect()
}

fn placeable_response(rule: &Response) -> Placeable {
    let reads = Reads::of(rule.when.as_ref(), answers::values(&rule.headers));
    Placeable { reads, at: rule.at, fixed: reads.response.then_some(Stage::OriginResponse) }
}

fn placeable_redirect(rule: &Redirect) -> Placeable {
    let reads = Reads::of(rule.when.as_ref(), std::iter::once(&rule.to).chain(answers::values(&rule.headers)));
    let late = rule.fallback || reads.response;
    Placeable { reads, at: rule.at, fixed: late.then_some(Stage::OriginResponse) }
}

fn placeable_rewrite(rule: &Rewrite) -> Placeable {
    let reads = Reads::of(rule.when.as_ref(), [&rule.to]);
    let fixed = match (rule.fallback, rule.status) {
        (true, _) => Some(Stage::OriginResponse),
        (false, Some(_)) => Some(Stage::OriginRequest),
        (false, None) => None,
    };
    Placeable { reads, at: rule.at, fixed }
}

fn placeable_headers(rule: &Headers) -> Placeable {
    Placeable { reads: Reads::of(rule.when.as_ref(), header_values(rule)), at: rule.at, fixed: None }
}

/// Every value of a header rule.
fn header_values(rule: &Headers) -> impl Iterator<Item = &Template> + Clone {
    answers::values(&rule.default).chain(answers::values(&rule.set)).chain(answers::values(&rule.append))
}

fn experiment_reads(rule: &Experiment) -> Reads {
    Reads::of(rule.when.as_ref(), rule.variants.iter().filter_map(|variant| variant.to.as_ref()))
}
