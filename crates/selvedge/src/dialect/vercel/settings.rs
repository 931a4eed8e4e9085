//! `cleanUrls`, `trailingSlash`, and the files of the site, which come before rewrites.

use super::routes::List;
use super::{Reader, WELL_KNOWN, is_proxy, member, strings, text};
use crate::dialect::route::literal;
use crate::rules::Value;

impl Reader<'_> {
    pub(super) fn settings(&mut self, clean: bool, slash: Option<bool>) {
        self.setting("ignoreCase", Value::Bool(true));
        if slash.is_none() {
            self.exact_slash = true;
            self.setting("ignoreTrailingSlash", Value::Bool(false));
        }
        if clean {
            self.clean_urls(slash == Some(true));
        }
        if slash.is_some() {
            self.files_without_slash();
        }
        self.html(clean, slash);
    }

    /// `/a.html` and `/a/index` redirect to `/a`.
    fn clean_urls(&mut self, slash: bool) {
        let span = self.span("cleanUrls");
        let to = if slash { "/:splat/" } else { "/:splat" };
        for (from, to) in [
            (strings(&["/index.html", "/index"]), "/"),
            (strings(&["/*/index.html", "/*/index"]), to),
            (Value::String("/*.html".to_owned()), to),
        ] {
            let mut members =
                vec![("from", from, None), ("to", text(to), None), ("status", Value::Number(f64::from(308)), None)];
            if self.exact_slash {
                members.push(("ignoreTrailingSlash", Value::Bool(true), None));
            }
            self.sink.rule("redirects", span, members);
        }
    }

    /// A file's path loses the slash that it does not have, whatever the setting says of others.
    fn files_without_slash(&mut self) {
        let members = vec![
            ("from", text("/*.:extension/"), None),
            ("ignoreTrailingSlash", Value::Bool(false), None),
            ("except", text(WELL_KNOWN), None),
            ("to", text("/:splat.:extension"), None),
            ("status", Value::Number(f64::from(308)), None),
        ];
        self.sink.rule("redirects", self.span("trailingSlash"), members);
    }

    /// What is served is served, whatever the rules of these lists say.
    pub(super) fn files_first(&mut self, lists: &[List], rewrites_at: Option<&str>, place: &str) {
        let Some(served) = self.served.as_ref().filter(|served| !served.is_empty()) else { return };
        let from = strings(&served.iter().map(String::as_str).collect::<Vec<_>>());
        for (list, paths) in lists {
            let mut members = vec![
                (*paths, from.clone(), None),
                ("ignoreCase", Value::Bool(false), None),
                ("ignoreTrailingSlash", Value::Bool(false), None),
                ("pass", Value::Bool(true), None),
            ];
            members.extend(rewrites_at.filter(|_| *list == "rewrites").map(|stage| ("at", text(stage), None)));
            self.sink.rule(list, self.span(place), members);
        }
    }

    /// What is served comes before rewrites.
    pub(super) fn files_before_rewrites(&mut self, rewrites: &[(&Value, String)]) {
        let mut items = rewrites.iter().map(|(item, _)| *item);
        // Where a rewrite looks at the viewer's request, so early must this come.
        let at = items.clone().any(|item| member(item, "has").or(member(item, "missing")).is_some());
        let origins = items.any(is_proxy).then_some(("origins", "for"));
        let lists: Vec<List> =
            origins.into_iter().chain((!rewrites.is_empty()).then_some(("rewrites", "from"))).collect();
        self.files_first(&lists, at.then_some("viewer-request"), "rewrites");
    }

    fn html(&mut self, clean: bool, slash: Option<bool>) {
        let mut members = Vec::new();
        if clean {
            members.push(("index".to_owned(), text("index.html")));
            members.push(("clean".to_owned(), text("file")));
        }
        if let Some(slash) = slash {
            members.push(("trailingSlash".to_owned(), text(if slash { "add" } else { "remove" })));
        }
        if slash == Some(true) {
            members.push(("except".to_owned(), text(WELL_KNOWN)));
        }
        if !members.is_empty() {
            self.setting("html", Value::Object(members));
        }
    }
}

/// The paths at which Vercel serves the files of a site: their own, a folder for its index.html, and with clean addresses a
/// page's without its extension.
pub(super) fn served(files: &[String], clean: bool) -> Vec<String> {
    let mut paths = Vec::new();
    for file in files {
        let path = literal(&format!("/{}", file.trim_start_matches('/')));
        if let Some(folder) = path.strip_suffix("/index.html") {
            paths.push(format!("{folder}/"));
            if !folder.is_empty() {
                paths.push(folder.to_owned());
            }
        } else if let Some(page) = path.strip_suffix(".html").filter(|_| clean) {
            paths.push(page.to_owned());
        }
        paths.push(path);
    }
    paths
}
