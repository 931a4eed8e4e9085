//! `cleanUrls`, `trailingSlash`, and the files of the site, which come before rewrites.

use super::route_parts::{List, status};
use super::{Reader, WELL_KNOWN, condition, destination, is_proxy, member, strings, text};
use crate::dialect::arrange::warn_of_host;
use crate::dialect::route::literal;
use crate::dialect::sink::Members;
use crate::places::Span;
use crate::rules::Value;

/// The members of an item that read the request.
const CONDITIONS: [&str; 3] = ["has", "missing", "methods"];

impl Reader<'_> {
    pub(super) fn settings(&mut self, clean: bool) {
        self.setting("ignoreCase", Value::Bool(true));
        if !self.of_next {
            self.setting("ignoreTrailingSlash", Value::Bool(false));
        }
        if clean {
            self.clean_urls(self.slash == Some(true));
            let members =
                [("index", "index.html"), ("clean", "file")].map(|(name, value)| (name.to_owned(), text(value)));
            self.setting("html", Value::Object(members.into()));
        }
    }

    /// `trailingSlash` as redirects, in the patterns of @vercel/routing-utils.
    pub(super) fn slashes(&mut self, slash: bool) {
        let span = self.span("trailingSlash");
        if slash {
            self.sink.rule("redirects", span, slash_of_files());
        }
        self.sink.rule("redirects", span, slash_rule(slash));
    }

    /// With clean addresses the page of a folder is also at the folder's name, unless another page is there.
    pub(super) fn pages_of_folders(&mut self) {
        let Some(served) = &self.served else { return };
        let page = |folder: &str| served.iter().any(|path| path.strip_suffix(".html") == Some(folder));
        let folders = served.iter().filter_map(|path| path.strip_suffix("/index.html"));
        let folders: Vec<String> =
            folders.filter(|folder| !folder.is_empty() && !page(folder)).map(str::to_owned).collect();
        for folder in folders {
            let mut members = vec![
                ("from", text(&folder), None),
                ("ignoreCase", Value::Bool(false), None),
                ("ignoreTrailingSlash", Value::Bool(false), None),
                // Only a pattern has to spell a star.
                ("to", text(&format!("{}/index.html", folder.replace("{*}", "*"))), None),
            ];
            members.extend(self.stage());
            self.sink.rule("rewrites", self.span("cleanUrls"), members);
        }
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
            if !self.of_next {
                members.push(("ignoreTrailingSlash", Value::Bool(true), None));
            }
            self.sink.rule("redirects", span, members);
        }
    }

    /// What is served is served, whatever the rules of these lists say.
    pub(super) fn files_first(&mut self, lists: &[List], place: &str) {
        let Some(served) = self.served.as_ref().filter(|served| !served.is_empty()) else { return };
        let from = strings(&served.iter().map(String::as_str).collect::<Vec<_>>());
        for (list, paths) in lists {
            let mut members = vec![
                (*paths, from.clone(), None),
                ("ignoreCase", Value::Bool(false), None),
                ("ignoreTrailingSlash", Value::Bool(false), None),
                ("pass", Value::Bool(true), None),
            ];
            if *list == "rewrites" {
                members.extend(self.stage());
            }
            self.sink.rule(list, self.span(place), members);
        }
    }

    /// What is served comes before rewrites.
    pub(super) fn files_before_rewrites(&mut self, rewrites: &[(&Value, String)]) {
        let origins = rewrites.iter().any(|(item, _)| is_proxy(item)).then_some(("origins", "for"));
        let lists: Vec<List> =
            origins.into_iter().chain((!rewrites.is_empty()).then_some(("rewrites", "from"))).collect();
        self.files_first(&lists, "rewrites");
    }

    /// Where all rewrites run, if one of `items` reads the request: with it, unless one of them has to run where the origin is
    /// asked. That is chosen by the path before a rewrite, and the status of an error page is set there.
    pub(super) fn place_rewrites(&mut self, items: &[(&Value, String)]) {
        let items = || items.iter().filter(|(item, _)| destination(item).is_some());
        let stays = |item: &Value| is_proxy(item) || status(item).is_some();
        let stays_at_origin = items().any(|(item, _)| stays(item));
        let reads = |item: &Value| CONDITIONS.iter().any(|name| member(item, name).is_some());
        self.rewrites_at = match items().any(|(item, _)| reads(item)) {
            true if stays_at_origin => Some("origin-request"),
            // CloudFront tells the country there.
            true if !items().any(|(item, _)| condition::is_by_country(item)) => Some("viewer-request"),
            _ => None,
        };
        if let Some((_, place)) = items().find(|(item, _)| stays_at_origin && condition::is_by_host(item)) {
            warn_of_host(self.span(place), &mut self.sink);
        }
    }

    /// The member of a rewrite that says where it runs.
    pub(super) fn stage(&self) -> Option<(&'static str, Value, Option<Span>)> {
        self.rewrites_at.map(|stage| ("at", text(stage), None))
    }
}

/// `trailingSlash` as a redirect.
pub(in crate::dialect) fn slash_rule(slash: bool) -> Members {
    let (from, to) = if slash { ("/*", "/:splat/") } else { ("/*/", "/:splat") };
    let mut members = vec![("from", text(from), None), ("ignoreTrailingSlash", Value::Bool(false), None)];
    if slash {
        members.push(("except", strings(&["/", "/*/", "*.*", "/.well-known", WELL_KNOWN]), None));
    }
    members.extend([("to", text(to), None), ("status", Value::Number(f64::from(308)), None)]);
    members
}

/// The path of a file loses its slash where others get one.
pub(in crate::dialect) fn slash_of_files() -> Members {
    vec![
        ("from", text("/*.:extension/"), None),
        ("ignoreTrailingSlash", Value::Bool(false), None),
        ("except", text(WELL_KNOWN), None),
        ("to", text("/:splat.:extension"), None),
        ("status", Value::Number(f64::from(308)), None),
    ]
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
