//! Differences from the servers that are meant, each with its reason.

use selvedge::Engine;

use super::{Came, SITE, ours, split};

/// nginx finds the folder, and does not list it: to it no page is missing.
pub(super) fn is_unlisted(text: &str, url: &str, theirs: &Came) -> bool {
    let (_, target) = split(url);
    let path = target.split('?').next().unwrap_or_default();
    let begins = |file: &&str| file.starts_with(path) && path.ends_with('/');
    (text.contains("try_files $uri $uri/") || text.contains("error_page 404 ="))
        && *theirs == Came::Status(403)
        && SITE.iter().any(begins)
        && !SITE.contains(&format!("{path}index.html").as_str())
}

/// Host and the rest of a URL.
fn split_host(to: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = to.split_once("://")?;
    let (host, _) = rest.split_once('/')?;
    let whole = scheme.len() + 3;
    Some((host, to.get(whole + host.len()..)?))
}

/// The name of a difference that is meant, if it is one.
pub(super) fn decided(text: &str, url: &str, theirs: &Came, engine: &Engine) -> Option<&'static str> {
    let (_, target) = split(url);
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let index = format!("{}index.html{query}", &url[..url.len() - query.len()]);
    if path.ends_with('/') && ours(engine, &index) != Came::File(200, format!("{path}index.html")) {
        // The server looks for the page of a folder as if it had been asked for by its name, and tries all rules on that.
        return Some("page-of-a-folder");
    }
    if let Came::File(200, page) = ours(engine, url)
        && page.ends_with("/index.html")
        && *theirs == ours(engine, &format!("{}{page}{query}", &url[..url.len() - target.len()]))
    {
        // The same where a rewrite leads to the folder.
        return Some("page-of-a-folder");
    }
    let is_folder = SITE.iter().any(|file| file.starts_with(&format!("{}/", path.trim_end_matches('/'))));
    if (text.contains("!-d") || text.contains("-s [OR]")) && is_folder {
        // A folder without a page is there for the server, and one with a page is no file; a site at the edge has files alone.
        return Some("folder-without-page");
    }
    if is_unlisted(text, url, theirs) && !text.contains("deny") {
        return Some("folder-without-page");
    }
    if path.ends_with('/') && text.contains("try_files $uri =404") {
        return Some("page-of-a-folder");
    }
    if is_folder && matches!(theirs, Came::To(301, to) if *to == format!("{path}/{query}")) {
        // What asks for a folder without its slash is the origin's to answer.
        return Some("slash-of-a-folder");
    }
    if *theirs == Came::Status(500) {
        // It rewrites in circles, and gives up after ten turns.
        return Some("circle");
    }
    if matches!(theirs, Came::To(_, to) if *to == target.replace("//", "/")) {
        // It leads to the request itself, with its slashes merged, which rules never do.
        return Some("circle");
    }
    if let (Came::To(_, to), Came::To(_, own)) = (theirs, ours(engine, url))
        && to.contains(' ')
        && to.replace(' ', "%20") == own
    {
        // [NE] leaves a blank in Location, which no field of HTTP may have there.
        return Some("blank-in-location");
    }
    if let (Came::To(_, to), Came::To(_, own)) = (theirs, ours(engine, url))
        && text.contains("$request_uri")
        && to.replace("%2f", "/").replace("//", "/").replacen(":/", "://", 1) == own
    {
        // Rules have one path, in which slashes are decoded and merged.
        return Some("slashes-of-request-uri");
    }
    if let (Came::Status(403 | 410), Came::To(..)) = (theirs, ours(engine, url))
        && text.contains("%{HTTPS} off")
    {
        // An answer by the scheme is given where platforms tell the scheme, which is after redirects.
        return Some("scheme-after-redirects");
    }
    if let (Came::To(_, to), Came::Status(400..=599)) = (theirs, ours(engine, url))
        && split_host(to).is_some_and(|(host, rest)| {
            // [QSD] takes the query off.
            let rest = rest.split('?').next().unwrap_or_default().replace(' ', "%20");
            host != split(url).0 && rest == path.replace("//", "/")
        })
    {
        // A redirect to the same path of another host, where the answer is the same: it is given at once.
        return Some("answer-before-another-host");
    }
    if text.contains("server {")
        && text.contains("deny ")
        && !matches!(theirs, Came::File(200, _))
        && ours(engine, url) == Came::Status(403)
    {
        // What returns in a location comes before permissions for nginx; answers come before all else here.
        return Some("return-before-permissions");
    }
    if matches!(theirs, Came::To(_, to) if to.contains("/site/")) {
        // A redirect to a relative path without RewriteBase shows the folder on the server's disk, which nobody means.
        return Some("path-on-disk");
    }
    None
}
