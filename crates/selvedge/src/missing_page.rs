//! The page for everything that is missing, where only the platform's own settings can serve it: no rule makes it ask the origin
//! again.

use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::platform::Platform;
use crate::rules::Value;
use crate::sources::{FileFinding, Joined, ParsedFile};

/// A page, and the status that it goes out with: `/* /404.html 404`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MissingPage {
    /// Its path.
    pub page: String,
    /// What the viewer gets with it.
    pub status: u16,
}

impl MissingPage {
    /// The page of a line that was left out because the platform cannot ask again: a note says that its settings serve it.
    pub(crate) fn among(
        left_out: &[FileFinding],
        joined: &Joined<'_>,
        files: &[ParsedFile<'_>],
        platform: Platform,
    ) -> Option<MissingPage> {
        let (place, page) = MissingPage::in_rules(&joined.rules, platform)?;
        let (file, place) = joined.file(&format!("{place}.fallback"));
        let span = files.get(file)?.parsed.places.span(&place)?;
        let is_told = |told: &FileFinding| {
            let Finding { severity, span: at, .. } = &told.finding;
            told.file == file && *severity == Severity::Note && *at == Some(span)
        };
        left_out.iter().any(is_told).then_some(page)
    }

    /// The place of the first rewrite for every path that the origin has nothing at, and its page, if the settings of the platform
    /// can serve it. One that leaves paths out, as `/((?!api).*)` does, counts where none is for all.
    pub(crate) fn in_rules(rules: &Value, platform: Platform) -> Option<(String, MissingPage)> {
        let Some(Value::Array(rewrites)) = rules.member("rewrites") else { return None };
        let find = |but_some: bool| {
            let is_it = |rule: &Value| is_for_everything(rule) && rule.member("except").is_some() == but_some;
            rewrites.iter().enumerate().find(|(_, rule)| is_it(rule))
        };
        let (at, rule) = find(false).or_else(|| find(true))?;
        Some((format!("rewrites[{at}]"), MissingPage::of(rule, platform.page_statuses())?))
    }

    /// Whether a rule serves this page with 404 wherever the origin has nothing.
    pub(crate) fn is_of(rule: &Value, page: &str) -> bool {
        is_for_everything(rule)
            && rule.member("except").is_none()
            && MissingPage::of(rule, &[404]).is_some_and(|own| own.page == page)
    }

    /// `statuses`: those that the setting may have.
    fn of(rule: &Value, statuses: &[u16]) -> Option<MissingPage> {
        let Some(Value::String(page)) = rule.member("to") else { return None };
        let status = match rule.member("status") {
            Some(Value::Number(status)) => *status,
            _ => 200.0,
        };
        let status = *statuses.iter().find(|known| f64::from(**known) == status)?;
        // A template, or a query: the setting has neither.
        let is_path = page.starts_with('/') && !page.contains(['{', ':', '?', '#']);
        is_path.then(|| MissingPage { page: page.clone(), status })
    }
}

/// Whether the rule acts for every path that the origin has nothing at, or for all but some.
fn is_for_everything(rule: &Value) -> bool {
    let is_true = |name: &str| rule.member(name) == Some(&Value::Bool(true));
    let everywhere = rule.member("from") == Some(&Value::String("/*".to_owned()));
    everywhere && is_true("fallback") && !is_true("pass") && rule.member("when").is_none()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::dialect::{Dialect, Form, Options};
    use crate::outline;
    use crate::sources::RuleFile;

    /// The page, and the lines that stay left out.
    fn of(text: &str, platform: Platform) -> (Option<(String, u16)>, Vec<u32>) {
        of_form(text, Form::Redirects(Dialect::Netlify), platform)
    }

    fn of_form(text: &str, form: Form, platform: Platform) -> (Option<(String, u16)>, Vec<u32>) {
        let file = RuleFile { name: "_redirects", text, form };
        let outline = outline(&[file.parse(&Options::new())], platform).unwrap();
        let errors = outline.left_out.iter().filter(|told| told.finding.severity == Severity::Error);
        let lines = errors.map(|told| told.finding.span.unwrap().line).collect();
        (outline.missing_page.map(|page| (page.page, page.status)), lines)
    }

    fn page(page: &str, status: u16) -> Option<(String, u16)> {
        Some((page.to_owned(), status))
    }

    #[test]
    fn the_line_for_all_paths_is_the_page() {
        let cloudfront = |text: &str| of(text, Platform::Cloudfront);
        assert_eq!(cloudfront("/a /b 301!\n/* /index.html 200\n"), (page("/index.html", 200), vec![]));
        assert_eq!(cloudfront("/* /404.html 404\n"), (page("/404.html", 404), vec![]));
        // A narrower one is an error as before, and the first for all paths counts.
        assert_eq!(cloudfront("/b/* /b.html 200\n/* /a.html 200\n/* /c.html 404"), (page("/a.html", 200), vec![1, 3]));
        // CloudFront answers no 410 there, and knows no conditions and no captures.
        for line in ["/* /gone.html 410", "/* /x 200 Cookie=a", "/* /x/:splat 200", "/* /x?a=b 200", "/a/* /x 200"] {
            assert_eq!(cloudfront(line), (None, vec![1]), "{line}");
        }
        assert_eq!(cloudfront("/* /x 200!"), (None, vec![]));
    }

    /// Vercel's documentation has `/((?!api/.*).*)` for single-page applications; people write `/:path*` as well.
    #[test]
    fn a_line_for_all_paths_but_some_is_the_page() {
        let of = |sources: &[&str]| {
            let rewrites = sources.iter().enumerate();
            let rewrites: Vec<String> = rewrites
                .map(|(at, source)| format!("{{ \"source\": {source:?}, \"destination\": \"/{at}.html\" }}"))
                .collect();
            let text = format!("{{ \"rewrites\": [\n{}\n] }}", rewrites.join(",\n"));
            of_form(&text, Form::VercelJson, Platform::Cloudfront)
        };
        for source in ["/((?!api).*)", "/((?!api/.*).*)", "/((?!api|assets/).*)", "/:path*", "/(.*)"] {
            assert_eq!(of(&[source]), (page("/0.html", 200), vec![]), "{source}");
        }
        assert_eq!(of(&["/((?!api).*)", "/(.*)"]), (page("/1.html", 200), vec![2]));
        assert_eq!(of(&["/b/((?!api).*)"]), (None, vec![2]));
    }

    #[test]
    fn other_platforms_have_their_own_ways() {
        assert_eq!(of("/* /404.html 404\n", Platform::Fetch), (None, vec![]));
        assert_eq!(of("/a/* /404.html 404\n", Platform::Vercel).0, None);
    }
}
