//! Where the rules run and which paths they cover: what `selvedge plan` needs besides the plan.

use serde::Serialize;

use crate::compile::{
    Placed, Placement, TrapOutcome, on_trap, place, set_at_viewer_request, unkeyed_at_viewer_request,
};
use crate::missing_page::MissingPage;
use crate::platform::Target;
use crate::rules::{EncodedSlashes, Kind, Model, Paths, Pattern, Slashes, Token};
use crate::sources::{FileFinding, Honoured, Joined, ParsedFile};
use crate::stage::Stage;

/// A compiled rule set, and where its rules run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Outline {
    /// The plan's bytes.
    #[serde(skip)]
    pub plan: Vec<u8>,
    /// The rules by stage: how many of each member of the rules run there.
    pub stages: Vec<StageOutline>,
    /// Request headers, in lower case, that rules set at viewer-request.
    pub set_at_viewer_request: Vec<String>,
    /// Those of them that need not be in the cache key: alike for every request, or the viewer's address and the request's identifier.
    pub unkeyed_at_viewer_request: Vec<String>,
    /// Paths that cover what every rule is for, as `/blog/*` or `/about`; absent where a rule may be for any path.
    pub paths: Option<Vec<String>>,
    /// The page that the platform has to be told to serve for what is missing, because no rule can.
    pub missing_page: Option<MissingPage>,
    /// The findings of lines of vendors' files that were left out, as by [`usable`](crate::sources::usable).
    #[serde(skip)]
    pub left_out: Vec<FileFinding>,
}

/// The rules of a stage.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StageOutline {
    /// Its name.
    pub stage: &'static str,
    /// Members of the rules, and how many run there; `Vary` for those that run elsewhere and are named in it there.
    pub rules: Vec<(&'static str, usize)>,
    /// Where the engine fails there, the answer is 503; otherwise the message goes on unchanged.
    pub blocks: bool,
    /// Why it blocks, or that the rules say that it does not: `responses[0] answers 403`.
    pub because: Option<String>,
}

/// Compiles files that make up one set of rules, and says where its rules run.
///
/// # Errors
///
/// Everything that is wrong with the files, if it is more than lines of vendors' files that cannot be honoured.
pub fn outline(files: &[ParsedFile<'_>], target: impl Into<Target>) -> Result<Outline, Vec<FileFinding>> {
    let target = target.into();
    let joined = Joined::of(files);
    let Honoured { rules, plan, left_out, .. } = Honoured::of(&joined, files, target)?;
    let missing_page = MissingPage::among(&left_out, &joined, files, target.platform());
    let placement = place(&rules);
    let (stages, paths) = (stages_of(&placement), paths(&placement));
    let set_at_viewer_request = set_at_viewer_request(&placement);
    let unkeyed_at_viewer_request = unkeyed_at_viewer_request(&placement);
    Ok(Outline { plan, stages, set_at_viewer_request, unkeyed_at_viewer_request, paths, missing_page, left_out })
}

/// Where the rules of files run, and what happens there if the engine fails: the same on every platform. Nothing where the
/// files cannot be used.
pub fn stages(files: &[ParsedFile<'_>]) -> Vec<StageOutline> {
    let rules = Model::from_value(&Joined::of(files).rules);
    rules.map(|rules| stages_of(&place(&rules))).unwrap_or_default()
}

pub(crate) fn stages_of(placement: &Placement<'_>) -> Vec<StageOutline> {
    on_trap(placement).into_iter().map(|outcome| stage_outline(placement, outcome)).collect()
}

fn stage_outline(placement: &Placement<'_>, TrapOutcome { stage, blocks, because }: TrapOutcome) -> StageOutline {
    let mut rules: Vec<(&'static str, usize)> = Vec::new();
    if stage == Stage::ViewerRequest {
        let (slashes, encoded) = (placement.rules.slashes, placement.rules.encoded_slashes);
        rules.extend((slashes != Slashes::Keep).then_some(("slashes", 1)));
        rules.extend((encoded != EncodedSlashes::Keep).then_some(("encodedSlashes", 1)));
    }
    for kind in Kind::ALL {
        let member = kind.member();
        let acts = |placed: &&Placed<'_>| placed.stage == stage || member.also == Some(stage);
        let count = placement.of(kind).iter().filter(acts).count();
        match rules.last_mut() {
            Some((name, all)) if *name == member.name => *all += count,
            _ if count > 0 => rules.push((member.name, count)),
            _ => {}
        }
    }
    if stage == Stage::ViewerResponse {
        let elsewhere = Kind::ALL.into_iter().filter(|kind| kind.member().also.is_none());
        let elsewhere = elsewhere.flat_map(|kind| placement.of(kind)).filter(|placed| placed.stage != stage);
        let named = elsewhere.filter(|placed| !placed.reads.headers.is_empty()).count();
        rules.extend((named > 0).then_some(("Vary", named)));
    }
    StageOutline { stage: stage.name(), rules, blocks, because }
}

/// Paths that cover all that the rules are for.
fn paths(placement: &Placement<'_>) -> Option<Vec<String>> {
    if placement.rules.arranges_slashes() {
        return None;
    }
    let mut covers = Vec::new();
    for placed in Kind::ALL.into_iter().flat_map(|kind| placement.of(kind)) {
        let paths = placed.rule.paths()?;
        for pattern in &paths.patterns {
            covers.extend(cover(pattern, paths)?);
        }
    }
    covers.sort();
    covers.dedup();
    let mut begins: Vec<&str> = covers.iter().filter_map(|cover| cover.strip_suffix('*')).collect();
    begins.sort_unstable();
    // Without those within another: so what a cover begins with can only be the last of them that is not after it.
    begins.dedup_by(|later, begin| later.starts_with(*begin));
    let within = |cover: &str| {
        let after = begins.partition_point(|begin| *begin <= cover);
        let begin = after.checked_sub(1).and_then(|last| begins.get(last));
        begin.and_then(|begin| cover.strip_prefix(begin)).is_some_and(|rest| rest != "*")
    };
    let wider: Vec<String> = covers.iter().filter(|cover| !within(cover)).cloned().collect();
    Some(wider)
}

/// A path, or the folder that its first wildcard stands in; each with a trailing slash and without.
fn cover(pattern: &Pattern, paths: &Paths) -> Option<[String; 2]> {
    let Pattern::Path { anchored: true, tokens, .. } = pattern else { return None };
    if paths.ignore_case {
        return None;
    }
    match tokens.as_slice() {
        [] => Some(["/".to_owned(), "/".to_owned()]),
        [Token::Literal(path)] => {
            let bare = path.trim_end_matches('/');
            Some([bare.to_owned(), format!("{bare}/")])
        }
        [Token::Literal(begin), ..] => {
            let folder = begin.get(..begin.rfind('/')?)?;
            (!folder.is_empty()).then(|| [folder.to_owned(), format!("{folder}/*")])
        }
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Platform;
    use crate::dialect::{Form, Options};
    use crate::sources::RuleFile;

    fn of(text: &str) -> Outline {
        let file = RuleFile { name: "rules", text, form: Form::Rules };
        outline(&[file.parse(&Options::new())], Platform::Cloudfront).unwrap()
    }

    #[test]
    fn paths_cover_every_rule() {
        let rules =
            r#"{ "redirects": [{ "from": ["/a/b", "/c/:x/d"], "to": "/e" }, { "from": "/c/d/*", "to": "/f" }] }"#;
        assert_eq!(of(rules).paths.unwrap(), ["/a/b", "/a/b/", "/c", "/c/*"]);
        // In the order of their letters, `/c/!` and `/c$` stand before `/c/*`.
        let odd = r#"{ "redirects": [{ "from": ["/c/!/x", "/c/:x/d", "/c/!/:y/d", "/c$"], "to": "/e" }] }"#;
        assert_eq!(of(odd).paths.unwrap(), ["/c", "/c$", "/c$/", "/c/*"]);
        assert_eq!(of(r#"{ "redirects": [{ "from": "/a", "to": "/b" }], "security": "basic" }"#).paths, None);
        assert_eq!(of(r#"{ "downloads": [{ "for": "*.pdf" }] }"#).paths, None);
        assert_eq!(of(r#"{ "downloads": [{ "for": "/v:number" }] }"#).paths, None);
        assert_eq!(of(r#"{ "downloads": [{ "for": "/a/*", "ignoreCase": true }] }"#).paths, None);
    }

    /// Each with each would be 1.6 billion pairs, which take minutes.
    #[test]
    fn paths_of_many_rules_are_found_in_time() {
        let rule = |n: usize| format!(r#"{{ "from": "/a/{n}/*", "to": "/b" }}"#);
        let rules: Vec<String> = (0..20_000).map(rule).collect();
        let rules = format!(r#"{{ "redirects": [{}] }}"#, rules.join(","));
        assert_eq!(of(&rules).paths.unwrap().len(), 40_000);
    }

    #[test]
    fn what_rules_elsewhere_read_is_named_at_viewer_response() {
        let outline = of(r#"{ "redirects": [{ "from": "/", "to": "/a", "when": { "cookie": { "a": true } } }] }"#);
        assert_eq!(outline.stages.last().unwrap().rules, [("Vary", 1)]);
    }

    #[test]
    fn stages_and_headers_are_those_of_the_placed_rules() {
        let outline = of(r#"{ "headers": [
                { "on": "request", "set": { "X-A": "{query.a}" } },
                { "on": "request", "at": "viewer-request", "set": { "X-Id": "{clientIp} {requestId}", "X-Both": "{clientIp} {query.a}", "X-All": "1" } },
                { "on": "request", "at": "viewer-request", "for": "/a", "set": { "X-Some": "1" } },
                { "on": "request", "at": "viewer-request", "when": { "query": { "a": true } }, "set": { "X-If": "{clientIp}" } },
                { "on": "request", "at": "origin-request", "set": { "X-B": "1" } },
                { "set": { "X-C": "{cookie.c}" } }
            ] }"#);
        assert_eq!(outline.set_at_viewer_request, ["x-a", "x-all", "x-both", "x-id", "x-if", "x-some"]);
        assert_eq!(outline.unkeyed_at_viewer_request, ["x-all", "x-id"]);
        let told: Vec<_> = outline.stages.iter().map(|stage| (stage.stage, stage.rules.clone())).collect();
        let headers = |count| vec![("headers", count)];
        assert_eq!(
            told,
            [
                ("viewer-request", headers(4)),
                ("origin-request", headers(1)),
                ("origin-response", Vec::new()),
                ("viewer-response", headers(1))
            ]
        );
    }
}
