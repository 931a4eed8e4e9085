//! Where the rules run and which paths they cover: what `selvedge plan` needs besides the plan.

use serde::Serialize;

use crate::compile::{TrapOutcome, compile_model, on_trap, pinned, place};
use crate::platform::{Platform, Target};
use crate::rules::{EncodedSlashes, Model, On, Paths, Pattern, Slashes, Token};
use crate::sources::{FileFinding, Joined, ParsedFile, errors};
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
    /// Paths that cover what every rule is for, as `/blog/*` or `/about`; absent where a rule may be for any path.
    pub paths: Option<Vec<String>>,
}

/// The rules of a stage.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StageOutline {
    /// Its name.
    pub stage: &'static str,
    /// Members of the rules, and how many run there.
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
/// Everything that is wrong with the files.
pub fn outline(files: &[ParsedFile<'_>], target: impl Into<Target>) -> Result<Outline, Vec<FileFinding>> {
    let target = target.into();
    let errors = |_| errors(files, target);
    let rules = Joined::of(files).model(files).map_err(errors)?;
    let plan = compile_model(&rules, target).map_err(errors)?;
    let rules = pinned(&rules, target);
    let set = rules
        .headers
        .iter()
        .filter(|rule| rule.on == On::Request && rule.at == Some(Stage::ViewerRequest))
        .flat_map(|rule| [&rule.default, &rule.set, &rule.append])
        .flatten()
        .map(|(name, _)| name.lower());
    let mut set: Vec<String> = set.collect();
    set.sort();
    set.dedup();
    Ok(Outline { plan, stages: stages_of(&rules), set_at_viewer_request: set, paths: paths(&rules) })
}

/// Where the rules of files run, and what happens there if the engine fails: the same on every platform. Nothing where the
/// files cannot be used.
pub fn stages(files: &[ParsedFile<'_>]) -> Vec<StageOutline> {
    let rules = Model::from_value(&Joined::of(files).rules);
    rules.map(|rules| stages_of(&pinned(&rules, Platform::Fetch.into()))).unwrap_or_default()
}

/// Of rules whose stages are spelled out.
fn stages_of(rules: &Model) -> Vec<StageOutline> {
    on_trap(rules, &place(rules)).into_iter().map(|outcome| stage_outline(rules, outcome)).collect()
}

fn stage_outline(rules: &Model, TrapOutcome { stage, blocks, because }: TrapOutcome) -> StageOutline {
    let here = |at: &Option<Stage>| *at == Some(stage);
    let on = |at: Stage, count: usize| if at == stage { count } else { 0 };
    let html = usize::from(rules.html.as_ref().is_some_and(|html| here(&html.at)));
    let encoded = on(Stage::OriginResponse, rules.precompressed.len());
    let experiments =
        on(Stage::ViewerRequest, rules.experiments.len()) + on(Stage::ViewerResponse, rules.experiments.len());
    let option = |given: bool| on(Stage::ViewerRequest, usize::from(given));
    let all = [
        ("slashes", option(rules.slashes != Slashes::Keep)),
        ("encodedSlashes", option(rules.encoded_slashes != EncodedSlashes::Keep)),
        ("responses", rules.responses.iter().filter(|rule| here(&rule.at)).count()),
        ("redirects", rules.redirects.iter().filter(|rule| here(&rule.at)).count()),
        ("experiments", experiments),
        ("query", on(Stage::ViewerRequest, rules.query.len())),
        ("origins", on(Stage::OriginRequest, rules.origins.len())),
        ("rewrites", rules.rewrites.iter().filter(|rule| here(&rule.at)).count()),
        ("html", html),
        ("precompressed", rules.precompressed.iter().filter(|rule| here(&rule.at)).count() + encoded),
        ("security", on(Stage::OriginResponse, usize::from(rules.security.is_some()))),
        ("headers", rules.headers.iter().filter(|rule| here(&rule.at)).count()),
        ("downloads", on(Stage::ViewerResponse, rules.downloads.len())),
    ];
    let rules = all.into_iter().filter(|(_, count)| *count > 0).collect();
    StageOutline { stage: stage.name(), rules, blocks, because }
}

/// Paths that cover all that the rules are for.
fn paths(rules: &Model) -> Option<Vec<String>> {
    if rules.security.is_some() || rules.arranges_slashes() {
        return None;
    }
    let lists = [
        rules.responses.iter().map(|rule| &rule.paths).collect::<Vec<_>>(),
        rules.redirects.iter().map(|rule| &rule.from).collect(),
        rules.experiments.iter().map(|rule| &rule.paths).collect(),
        rules.query.iter().map(|rule| &rule.paths).collect(),
        rules.origins.iter().map(|rule| &rule.paths).collect(),
        rules.rewrites.iter().map(|rule| &rule.from).collect(),
        rules.html.iter().map(|rule| &rule.paths).collect(),
        rules.precompressed.iter().map(|rule| &rule.paths).collect(),
        rules.headers.iter().map(|rule| &rule.paths).collect(),
        rules.downloads.iter().map(|rule| &rule.paths).collect(),
    ];
    let mut covers = Vec::new();
    for paths in lists.into_iter().flatten() {
        for pattern in &paths.patterns {
            covers.extend(cover(pattern, paths)?);
        }
    }
    covers.sort();
    covers.dedup();
    let within = |cover: &String, other: &String| {
        other.strip_suffix('*').is_some_and(|begin| cover != other && cover.starts_with(begin))
    };
    let wider: Vec<String> =
        covers.iter().filter(|cover| !covers.iter().any(|other| within(cover, other))).cloned().collect();
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
        assert_eq!(of(r#"{ "redirects": [{ "from": "/a", "to": "/b" }], "security": "basic" }"#).paths, None);
        assert_eq!(of(r#"{ "downloads": [{ "for": "*.pdf" }] }"#).paths, None);
        assert_eq!(of(r#"{ "downloads": [{ "for": "/v:number" }] }"#).paths, None);
        assert_eq!(of(r#"{ "downloads": [{ "for": "/a/*", "ignoreCase": true }] }"#).paths, None);
    }

    #[test]
    fn stages_and_headers_are_those_of_the_placed_rules() {
        let outline = of(r#"{ "headers": [
                { "on": "request", "set": { "X-A": "{query.a}" } },
                { "on": "request", "at": "origin-request", "set": { "X-B": "1" } },
                { "set": { "X-C": "{cookie.c}" } }
            ] }"#);
        assert_eq!(outline.set_at_viewer_request, ["x-a"]);
        let told: Vec<_> = outline.stages.iter().map(|stage| (stage.stage, stage.rules.clone())).collect();
        let one = || vec![("headers", 1)];
        assert_eq!(
            told,
            [
                ("viewer-request", one()),
                ("origin-request", one()),
                ("origin-response", Vec::new()),
                ("viewer-response", one())
            ]
        );
    }
}
