//! `spelling-opens-guard`: rules that keep people from paths, and let them through under another spelling of the same path.
//!
//! Which spellings a rule sees through is asked of the engine. That an origin takes them for the path is not known here; that
//! the rules do not say what it does with them is.

use http::Request;
use selvedge_plan::Stage;

use crate::analysis::login::sends_to_login;
use crate::rules::{
    EncodedSlashes, Model, Paths, Pattern, Response, Slashes, Token, Value, normalise, respelled, spellings,
};
use crate::sources::Report;
use crate::{Engine, Facts, Flow, Platform};

/// So many rules are looked at; who has more knows by then.
const MAX_GUARDS: usize = 500;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    let refusals = rules.responses.iter().enumerate().filter(|(_, rule)| rule.at != Some(Stage::OriginResponse));
    let refusals =
        refusals.filter_map(|(at, rule)| Some((format!("responses[{at}]"), &rule.paths, hides(rule.status)?)));
    let logins = rules.redirects.iter().enumerate().filter(|(_, rule)| !rule.pass && sends_to_login(rule));
    let logins = logins.map(|(at, rule)| (format!("redirects[{at}]"), &rule.from, false));
    for (place, paths, hides) in refusals.chain(logins).take(MAX_GUARDS) {
        let Some(open) = Open::of(paths, rules) else { continue };
        let message = format!("is not for {}: an origin may take {} for the same path", open.paths(), open.pronoun());
        let help = open.help();
        if hides {
            report.note("spelling-opens-guard", &place, message, help);
        } else {
            report.warning("spelling-opens-guard", &place, message, help);
        }
    }
}

/// Whether the status hides something that may not be there at all; `None` where it keeps nobody out.
fn hides(status: u16) -> Option<bool> {
    match status {
        401 | 403 | 407 | 451 => Some(false),
        404 | 410 => Some(true),
        _ => None,
    }
}

/// Spellings that a guard does not see through: one for each option that is missing, and one of reserved characters, with the
/// patterns that are for it.
struct Open {
    slashes: Option<String>,
    encoded: Option<String>,
    reserved: Option<(String, Vec<String>)>,
}

impl Open {
    fn of(paths: &Paths, rules: &Model) -> Option<Open> {
        let guard =
            Response { paths: paths.clone(), when: None, status: 403, headers: Vec::new(), body: None, at: None };
        let (slashes, encoded_slashes) = (rules.slashes, rules.encoded_slashes);
        let alone = Model { responses: vec![guard], slashes, encoded_slashes, ..Model::default() };
        let engine = Engine::of_model(&alone, Platform::Fetch).ok()?;
        let samples = || paths.patterns.iter().filter_map(|pattern| Some((pattern, sample(pattern)?)));
        let guarded = || samples().filter(|(_, path)| answers(&engine, path) == Some(true));
        let reserved = guarded().find_map(|(pattern, path)| {
            let passes = respelled(&path).into_iter().find(|path| answers(&engine, path) == Some(false))?;
            Some((passes, missing(pattern, paths)))
        });
        let guarded: Vec<String> = guarded().map(|(_, path)| path).collect();
        let excepted: Vec<String> =
            if guarded.is_empty() { Vec::new() } else { paths.except.iter().filter_map(folder).collect() };
        let first = |spellings: &dyn Fn(&str) -> Vec<String>, way_out: &str| {
            let mut all = guarded.iter().flat_map(|path| spellings(path));
            let passes = |path: &String| answers(&engine, path) == Some(false);
            all.find(passes).or_else(|| excepted.iter().map(|folder| format!("{folder}{way_out}")).find(passes))
        };
        let open = Open {
            // What an option does to such paths is asked with the option that is missing.
            slashes: (slashes == Slashes::Keep).then(|| first(&|path| spelled(path, "//"), "/../anything")).flatten(),
            encoded: (encoded_slashes == EncodedSlashes::Keep)
                .then(|| first(&|path| spelled(path, "%2F"), "..%2Fanything"))
                .flatten(),
            reserved,
        };
        (open.slashes.is_some() || open.encoded.is_some() || open.reserved.is_some()).then_some(open)
    }

    fn all(&self) -> Vec<&str> {
        let reserved = self.reserved.as_ref().map(|(path, _)| path);
        [self.slashes.as_ref(), self.encoded.as_ref(), reserved].into_iter().flatten().map(String::as_str).collect()
    }

    fn paths(&self) -> String {
        let mut all = self.all();
        let last = all.pop().unwrap_or_default();
        if all.is_empty() { last.to_owned() } else { format!("{} and {last}", all.join(", ")) }
    }

    fn pronoun(&self) -> &'static str {
        if self.all().len() > 1 { "them" } else { "it" }
    }

    fn help(&self) -> String {
        let slashes = self.slashes.as_ref().map(|_| "\"slashes\": \"merge\"");
        let encoded = self.encoded.as_ref().map(|_| "\"encodedSlashes\": \"reject\" or \"decode\"");
        let options = [slashes, encoded].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let options = (!options.is_empty()).then(|| format!("say at the top what the origin does: {options}"));
        let added = self.reserved.as_ref().map(|(_, patterns)| format!("add {} to its paths", patterns.join(", ")));
        options.into_iter().chain(added).collect::<Vec<_>>().join("; ")
    }
}

/// A path that the pattern matches.
fn sample(pattern: &Pattern) -> Option<String> {
    let Pattern::Path { tokens, slash, .. } = pattern else { return None };
    let text = |token: &Token| match token {
        Token::Literal(text) => text.clone(),
        Token::Param(_) | Token::Splat(_) => "anything".to_owned(),
    };
    let mut path: String = tokens.iter().map(text).collect();
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    if *slash == Some(true) {
        path.push('/');
    }
    Some(normalise(&path).unwrap_or(path))
}

/// Other spellings of a pattern, as they are written, that are not among the rule's own.
fn missing(pattern: &Pattern, paths: &Paths) -> Vec<String> {
    let Pattern::Path { slash, .. } = pattern else { return Vec::new() };
    let own: Vec<String> = paths.patterns.iter().map(written).collect();
    let all = spellings(&written(pattern), paths.ignore_case, slash.is_some());
    let all = all.iter().filter(|it| !matches!(it, Value::String(text) if own.contains(text)));
    let shown = |it: &Value| match it {
        Value::Object(_) => it.member("regex").and_then(shown_text).map(|text| format!("{{ \"regex\": {text} }}")),
        it => shown_text(it),
    };
    all.filter_map(shown).collect()
}

fn shown_text(value: &Value) -> Option<String> {
    if let Value::String(text) = value { Some(format!("{text:?}")) } else { None }
}

/// A pattern as a rule has it.
fn written(pattern: &Pattern) -> String {
    let Pattern::Path { tokens, slash, .. } = pattern else { return String::new() };
    let text = |token: &Token| match token {
        Token::Literal(text) => text.replace(':', "{:}").replace('*', "{*}"),
        Token::Param(name) => format!(":{name}"),
        Token::Splat(_) => "*".to_owned(),
    };
    let text: String = tokens.iter().map(text).collect();
    if *slash == Some(true) || text.is_empty() { text + "/" } else { text }
}

/// The folder that a pattern takes all of.
fn folder(pattern: &Pattern) -> Option<String> {
    let Pattern::Path { anchored: true, tokens, .. } = pattern else { return None };
    match tokens.as_slice() {
        [Token::Literal(folder), Token::Splat(_)] if folder.ends_with('/') && folder.len() > 1 => {
            Some(normalise(folder).unwrap_or_else(|| folder.clone()))
        }
        _ => None,
    }
}

/// `path` with one of its slashes written in another way.
fn spelled(path: &str, slash: &str) -> Vec<String> {
    // The first slash of a path is always one.
    let first = format!("/{}{}", slash.strip_prefix('/').unwrap_or(slash), path.strip_prefix('/').unwrap_or(path));
    let inner = path.match_indices('/').skip(1).filter(|(at, _)| at + 1 < path.len());
    let inner = inner.map(|(at, _)| {
        let (before, after) = path.split_at(at);
        format!("{before}{slash}{}", after.strip_prefix('/').unwrap_or(after))
    });
    std::iter::once(first).chain(inner).collect()
}

/// Whether the rule answers; `None` where there is no such request.
fn answers(engine: &Engine, path: &str) -> Option<bool> {
    let (mut request, ()) = Request::get(path).body(()).ok()?.into_parts();
    Some(matches!(engine.viewer_request(&mut request, &Facts::new()), Flow::Answer(_)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// By hand: what a path has to be spelled like so that a rule for it does not match.
    #[test]
    fn which_spellings_pass() {
        let open = |guard: &str, options: &str| {
            let rules = crate::rules::testing::rules(&format!(
                r#"{{ {options} "responses": [{{ {guard}, "status": 403 }}] }}"#
            ));
            Open::of(&rules.responses.first().unwrap().paths, &rules).map(|open| open.paths())
        };
        let both = r#""slashes": "merge", "encodedSlashes": "reject","#;
        let (merge, reject) = (r#""slashes": "merge","#, r#""encodedSlashes": "reject","#);
        for (guard, options, expected) in [
            (r#""for": "/secret/*""#, "", Some("//secret/anything and /%2Fsecret/anything")),
            (r#""for": "/secret/*""#, merge, Some("/%2Fsecret/anything")),
            (r#""for": "/secret/*""#, reject, Some("//secret/anything")),
            (r#""for": "/secret""#, r#""slashes": "merge", "encodedSlashes": "decode","#, None),
            (r#""for": "/*""#, "", None),
            // A name at any depth is still the last segment; escaped, it is part of one.
            (r#""for": "*.bak""#, "", None),
            (r#""for": ".env""#, "", Some("/%2F.env")),
            (r#""for": "/*", "except": "/login""#, "", None),
            (r#""for": "/*", "except": "/public/*""#, "", Some("/public//../anything and /public/..%2Fanything")),
            (r#""for": "/*", "except": "*.css""#, "", None),
            (r#""for": { "regex": "^/secret" }"#, "", None),
            (r#""for": "/@fs/*""#, both, Some("/%40fs/anything")),
            (r#""for": "/%40fs/*""#, both, Some("/@fs/anything")),
            (r#""for": ["/@fs/*", "/%40fs/*"]"#, both, None),
            (r#""for": "/c+d""#, "", Some("//c+d, /%2Fc+d and /c%2Bd")),
            (r#""for": "/a{:}b""#, both, Some("/a%3Ab")),
            (r#""for": "/*", "except": "/@public/*""#, both, None),
        ] {
            assert_eq!(open(guard, options).as_deref(), expected, "{guard} {options}");
        }
    }

    /// By hand.
    #[test]
    fn the_help_has_the_patterns() {
        let help = |guard: &str| {
            let rules = crate::rules::testing::rules(&format!(
                r#"{{ "slashes": "merge", "encodedSlashes": "reject", "responses": [{{ "for": {guard}, "status": 403 }}] }}"#
            ));
            Open::of(&rules.responses.first().unwrap().paths, &rules).map(|open| open.help())
        };
        assert_eq!(help(r#""/@fs/*""#).as_deref(), Some(r#"add "/%40fs/*" to its paths"#));
        assert_eq!(help(r#"["/x/*", "/a{:}b/:c"]"#).as_deref(), Some(r#"add "/a%3Ab/:c" to its paths"#));
    }
}
