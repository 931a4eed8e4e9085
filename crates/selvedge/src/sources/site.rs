//! What rules of one's own leave to the files of the site: which paths are pages, what looks like a file, and the text of
//! an error page.

use crate::dialect::Options;
use crate::rules::{MEDIA_TYPES, Value, extensions};

/// Puts what is known of the site where the rules ask for it.
pub(super) fn settle(rules: &mut Value, options: &Options) {
    let (Some(files), Value::Object(members)) = (&options.files, rules) else { return };
    for (name, value) in members {
        for rule in items(value) {
            patterns(rule, files);
            match name.as_str() {
                "html" => pages(rule, files),
                "responses" => body(rule, options),
                _ => {}
            }
        }
    }
}

/// Files that a dot would tell wrongly; no list means the site's.
fn pages(html: &mut Value, files: &[String]) {
    let Value::Object(members) = html else { return };
    if !members.iter().any(|(name, _)| name == "files") {
        let exact = |file: &str| file.strip_suffix(".html").is_some_and(|page| files.iter().any(|other| other == page));
        members.push(("files".to_owned(), list(files.iter().filter(|file| misleads(file) && !exact(file)))));
    }
}

/// Whether it is a file without a dot in its name, or a page of whose path the last segment may have one.
fn misleads(file: &str) -> bool {
    let mut segments = file.rsplit('/');
    let name = segments.next().unwrap_or_default();
    let folder = segments.next().unwrap_or_default();
    !name.contains('.') || name.matches('.').count() > 1 || (name.starts_with("index.") && folder.contains('.'))
}

/// `{ "files": true }` is also what the site has without a known extension.
fn patterns(rule: &mut Value, files: &[String]) {
    let Value::Object(members) = rule else { return };
    let paths = members.iter_mut().filter(|(name, _)| matches!(name.as_str(), "from" | "for" | "except"));
    for pattern in paths.flat_map(|(_, paths)| items(paths)) {
        if let Value::Object(members) = pattern
            && let Some((_, known)) = members.iter_mut().find(|(name, _)| name == "files")
            && *known == Value::Bool(true)
        {
            let found = files_unknown(files);
            if !found.is_empty() {
                *known = Value::Array(found.into_iter().map(Value::String).collect());
            }
        }
    }
}

/// Patterns for what `{ "files": true }` does not take for a file: it knows extensions in lower case.
fn files_unknown(files: &[String]) -> Vec<String> {
    let (mut found, mut others) = (Vec::new(), Vec::new());
    for file in files {
        let extension = file.rsplit_once('.').map(|(_, extension)| extension);
        match extension {
            Some(extension) if extensions().any(|known| known == extension) => {}
            Some(extension) if media_type(file).is_some() => {
                if !others.contains(&extension) {
                    others.push(extension);
                }
            }
            _ => found.push(literal(file)),
        }
    }
    found.extend(others.into_iter().map(|extension| format!("*.{extension}")));
    found
}

/// `"body": { "file": "404.html" }`: its text, and its type, where the rule says none.
fn body(response: &mut Value, options: &Options) {
    let Value::Object(members) = response else { return };
    let Some((_, body)) = members.iter_mut().find(|(name, _)| name == "body") else { return };
    let Some(Value::String(file)) = body.member("file") else { return };
    let path = format!("/{}", file.trim_start_matches('/'));
    let Some((_, text)) = options.bodies.iter().find(|(name, _)| *name == path) else { return };
    *body = text.clone();
    let Some(media_type) = media_type(&path) else { return };
    let value = Value::String(media_type.to_owned());
    match members.iter_mut().find(|(name, _)| name == "headers") {
        Some((_, Value::Object(headers))) => {
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                headers.push(("Content-Type".to_owned(), value));
            }
        }
        Some((_, headers)) if *headers != Value::Null => {}
        _ => members.push(("headers".to_owned(), Value::Object(vec![("Content-Type".to_owned(), value)]))),
    }
}

/// By its extension.
fn media_type(file: &str) -> Option<&'static str> {
    let name = file.rsplit('/').next().unwrap_or_default();
    let (_, extension) = name.rsplit_once('.')?;
    let known = MEDIA_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.map(|(_, media_type)| *media_type)
}

fn list<'f>(files: impl Iterator<Item = &'f String>) -> Value {
    Value::Array(files.map(|file| Value::String(literal(file))).collect())
}

/// Without what would be a wildcard in a pattern.
fn literal(file: &str) -> String {
    file.replace(':', "{:}").replace('*', "{*}")
}

fn items(value: &mut Value) -> &mut [Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_mut(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(rules: &str, files: &[&str]) -> String {
        let mut rules: Value = serde_json::from_str(rules).unwrap();
        settle(&mut rules, &Options::new().files(files.iter().copied()).body("/404.html", "gone"));
        serde_json::to_string(&rules).unwrap()
    }

    #[test]
    fn a_list_of_ones_own_stands() {
        let rules =
            r#"{"html":{"clean":"file","files":["/a"]},"rewrites":[{"from":"/*","except":{"files":["/b"]},"to":"/"}]}"#;
        assert_eq!(settled(rules, &["/CNAME"]), rules);
    }

    #[test]
    fn what_a_dot_tells_wrongly_is_listed() {
        let files = [
            "/index.html",
            "/about.html",
            "/v1.2.html",
            "/docs/2.0/index.html",
            "/docs/index.html",
            "/CNAME",
            "/a.css",
        ];
        assert_eq!(
            settled(r#"{"html":{"clean":"file"}}"#, &files),
            r#"{"html":{"clean":"file","files":["/v1.2.html","/docs/2.0/index.html","/CNAME"]}}"#
        );
    }

    #[test]
    fn files_without_a_known_extension_are_listed() {
        assert_eq!(
            settled(
                r#"{"rewrites":{"from":"/*","except":["/api/*",{"files":true}],"to":"/"}}"#,
                &["/a.js", "/CNAME", "/x.unknown", "/b/IMG_1.JPG", "/IMG_2.JPG"]
            ),
            r#"{"rewrites":{"from":"/*","except":["/api/*",{"files":["/CNAME","/x.unknown","*.JPG"]}],"to":"/"}}"#
        );
    }

    #[test]
    fn a_body_is_its_text_with_its_type() {
        assert_eq!(
            settled(
                r#"{"responses":[{"for":"/a","body":{"file":"404.html"}},{"for":"/b","body":{"file":"/no.html"}}]}"#,
                &[]
            ),
            r#"{"responses":[{"for":"/a","body":"gone","headers":{"Content-Type":"text/html; charset=utf-8"}},{"for":"/b","body":{"file":"/no.html"}}]}"#
        );
        let typed = r#"{"responses":[{"for":"/a","body":"gone","headers":{"content-type":"text/plain"}}]}"#;
        assert_eq!(settled(&typed.replace(r#""gone""#, r#"{"file":"404.html"}"#), &[]), typed);
    }
}
