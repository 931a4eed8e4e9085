//! `unreachable-page`: pages of the site that no URL leads to, found out by asking the engine itself.

use crate::analysis::pages::path_of;
use crate::analysis::sample::Sample;
use crate::rules::{Html, Model, Part, Pattern};
use crate::sources::Report;
use crate::{Engine, Flow};

pub(super) fn check(rules: &Model, engine: Option<&Engine>, report: &mut Report<'_>) {
    let Some(html) = &rules.html else { return };
    let Some(engine) = report.site().and(engine) else { return };
    let files: Vec<String> = report.site().into_iter().flatten().map(|file| path_of(file)).collect();
    let index = html.index.as_deref().unwrap_or("index.html");
    for file in files.iter().filter(|file| file.ends_with(".html") || file.ends_with(&format!("/{index}"))) {
        if is_error_page(file) || is_named(rules, file) {
            continue;
        }
        let urls = urls(file, index, html);
        let ends: Vec<End> = urls.iter().map(|url| end(engine, url, file)).collect();
        let by_own_name = end(engine, file, file);
        let unknown = ends.iter().chain([&by_own_name]).any(|end| matches!(end, End::Unknown));
        if unknown || ends.iter().any(|end| matches!(end, End::Page)) {
            continue;
        }
        let Some((url, end)) = urls.first().zip(ends.first()) else { continue };
        let what = match end {
            End::Moved(to) => format!("{url} leads to {to}"),
            End::File(other) => format!("{url} is {other}"),
            End::Page | End::Unknown => continue,
        };
        let help =
            "build the site so that its files fit \"html\", or change \"html\"; an exception goes into \"rewrites\"";
        if matches!(by_own_name, End::Page) && !file.ends_with(&format!("/{index}")) {
            report.note("unreachable-page", "html", format_args!("only its own name leads to {file}: {what}"), help);
        } else {
            report.warning("unreachable-page", "html", format_args!("no URL of a page leads to {file}: {what}"), help);
        }
    }
}

/// Where a request ends.
enum End {
    Page,
    /// The path of another file.
    File(String),
    /// A slash more or less.
    Moved(String),
    /// It depends on more than the path.
    Unknown,
}

fn end(engine: &Engine, url: &str, page: &str) -> End {
    let sample = Pattern::parse("/").ok().and_then(|root| Sample::of(&root, None)).map(|root| root.at(url));
    let Some((mut request, facts)) = sample.as_ref().and_then(Sample::request) else { return End::Unknown };
    let mut flow = engine.viewer_request(&mut request, facts);
    if let Flow::Continue(_) = flow {
        flow = engine.origin_request(&mut request, facts);
    }
    match flow {
        Flow::Continue(_) if request.uri.path() == page => End::Page,
        Flow::Continue(_) => End::File(request.uri.path().to_owned()),
        Flow::Answer(answer) => {
            let location = answer.headers().get("location").and_then(|location| location.to_str().ok());
            match location.filter(|to| to.trim_end_matches('/') == url.trim_end_matches('/')) {
                Some(to) => End::Moved(to.to_owned()),
                None => End::Unknown,
            }
        }
    }
}

/// The URLs that a visitor would expect of a page, the likeliest first.
fn urls(file: &str, index: &str, html: &Html) -> Vec<String> {
    let mut urls = Vec::new();
    if let Some(folder) = file.strip_suffix(index).filter(|folder| folder.ends_with('/')) {
        urls.push(folder.to_owned());
        urls.extend(folder.strip_suffix('/').filter(|page| !page.is_empty()).map(str::to_owned));
    } else if let Some(page) = file.strip_suffix(".html") {
        urls.extend([page.to_owned(), format!("{page}/")]);
    }
    if html.clean.suffix().is_none() && html.index.is_none() {
        urls.clear();
    }
    urls
}

/// What says that another page is missing, or broken, is asked for by rules or by the platform.
fn is_error_page(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or_default();
    let folder = file.strip_suffix("/index.html").and_then(|folder| folder.rsplit('/').next());
    [name.strip_suffix(".html"), folder]
        .into_iter()
        .flatten()
        .any(|name| name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a rewrite names it, or may.
fn is_named(rules: &Model, file: &str) -> bool {
    rules.rewrites.iter().any(|rule| match rule.to.parts.as_slice() {
        [Part::Literal(to)] => to == file,
        _ => !rule.pass,
    })
}
