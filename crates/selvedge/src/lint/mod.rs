//! Everything that can be said about files of rules before they are used: errors with their place in the text, and what is
//! legal but probably not meant.
//!
//! A lint claims only what it can prove from the rules. Each finding has a code, which names the file of the lint, and a section
//! in docs/reference/lints.md.

mod always_holds;
mod cache_control_conflict;
mod cache_control_typo;
mod cors_credentials;
mod costly_expression;
mod dead_target;
mod double_slash;
mod dropped_cookies;
mod foreign_syntax;
mod hidden_by_rewrite;
mod host_at_origin;
mod ignored_header_value;
mod joined_set_cookie;
mod missing_challenge;
mod missing_slash;
mod missing_target;
mod misspelt_header;
mod never_matches;
mod odd_age;
mod odd_weight;
pub(crate) mod online;
mod open_redirect;
mod overridden_header;
mod permanent_personal_redirect;
mod precompressed_without_files;
mod private_after_cache;
mod redirect_loop;
mod repeated_header;
mod rewritten_assets;
mod self_redirect;
mod shadowed_rule;
mod soft_404;
mod spelling_opens_guard;
mod swallowed_origin;
mod trap_opens_guard;
mod unknown_country;
mod unreachable_page;

use crate::Engine;
#[cfg(feature = "functions")]
use crate::compile::{FUNCTION_PLATFORM, StoreUse, function_of};
use crate::compile::{Placement, compile_model, place};
#[cfg(feature = "functions")]
use crate::key::Key;
use crate::platform::Target;
#[cfg(feature = "functions")]
use crate::rules::Model;
use crate::rules::Value;
use crate::sources::{FileFinding, ParsedFile, Report, examine};

/// Checks files that make up one set of rules: what reading them found, what [`compile`](crate::compile()) would refuse, and
/// the lints. Without a target, what depends on a platform is left out. In the order of the files, and of their lines.
///
/// ```
/// use selvedge::dialect::{Form, Options};
/// use selvedge::{lint::check, sources::RuleFile};
///
/// let text = r#"{ "redirects": [{ "from": "/a", "to": "/b" }, { "from": "/b", "to": "/a" }] }"#;
/// let file = RuleFile { name: "rules.json", text, form: Form::Rules };
/// let found = check(&[file.parse(&Options::new())], None);
/// assert_eq!(found[0].finding.code, "redirect-loop");
/// ```
pub fn check(files: &[ParsedFile<'_>], target: Option<Target>) -> Vec<FileFinding> {
    examine(files, target, &compile_model, |written, rules, target, plan, report| {
        lints(written, &place(rules), target, plan, report);
    })
}

/// `written` is what the rules were read from, and `plan` theirs, if the platform allows them.
fn lints(written: &Value, placement: &Placement<'_>, target: Target, plan: Option<Vec<u8>>, report: &mut Report<'_>) {
    let rules = placement.rules;
    let engine = plan.and_then(|plan| Engine::of_new_plan(plan).ok());
    #[cfg(feature = "functions")]
    let is_allowed = engine.is_some();
    redirect_loop::check(rules, engine.as_ref(), report);
    unreachable_page::check(rules, engine.as_ref(), report);
    missing_target::check(rules, engine.as_ref(), report);
    dropped_cookies::check(rules, engine.as_ref(), report);
    // The plan of a million rules is large, and so is what other lints take.
    drop(engine);
    foreign_syntax::check(written, rules, report);
    missing_slash::check(written, report);
    double_slash::check(rules, report);
    swallowed_origin::check(rules, report);
    rewritten_assets::check(rules, report);
    ignored_header_value::check(rules, report);
    cors_credentials::check(rules, report);
    misspelt_header::check(rules, report);
    never_matches::check(rules, report);
    always_holds::check(rules, report);
    unknown_country::check(rules, report);
    soft_404::check(rules, report);
    missing_challenge::check(rules, report);
    hidden_by_rewrite::check(placement, report);
    host_at_origin::check(placement, target, report);
    shadowed_rule::check(placement, report);
    self_redirect::check(rules, report);
    open_redirect::check(rules, target, report);
    permanent_personal_redirect::check(rules, report);
    cache_control_typo::check(rules, report);
    cache_control_conflict::check(rules, report);
    joined_set_cookie::check(rules, report);
    odd_age::check(rules, report);
    odd_weight::check(rules, report);
    overridden_header::check(placement, report);
    repeated_header::check(rules, report);
    precompressed_without_files::check(rules, report);
    private_after_cache::check(placement, target, report);
    trap_opens_guard::check(rules, report);
    spelling_opens_guard::check(rules, report);
    costly_expression::check(rules, report);
    #[cfg(feature = "functions")]
    if is_allowed && report.is_whole() && target.platform() == FUNCTION_PLATFORM {
        room_in_function(rules, report);
    }
}

/// Whether CloudFront takes the source, with a store where one helps, and the store: known when both are written.
#[cfg(feature = "functions")]
fn room_in_function(rules: &Model, report: &mut Report<'_>) {
    if let Err(problems) = function_of(rules, Key::random(), StoreUse::IfNeeded) {
        report.problems(&problems, FUNCTION_PLATFORM);
    }
}
