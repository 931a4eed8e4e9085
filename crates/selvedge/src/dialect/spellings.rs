//! Both spellings of reserved characters in the guards of a server's configuration.
//!
//! RFC 3986 §2.2: `/@a` and `/%40a` are two addresses, and patterns of rules keep them apart. Servers compare the path that they
//! have decoded, so what keeps people from one of them there keeps them from the other one.

use super::Parsed;
use crate::rules::{Value, refuses, spellings};

/// The same rules, in which answers and rewrites that refuse are for both spellings of their paths.
pub(super) fn with_spellings(mut parsed: Parsed) -> Parsed {
    let Value::Object(members) = &mut parsed.rules else { return parsed };
    let exact = members.iter().any(|(name, value)| name == "ignoreTrailingSlash" && *value == Value::Bool(false));
    for (kind, paths) in [("responses", "for"), ("rewrites", "from")] {
        let list = members.iter_mut().find(|(name, _)| name == kind);
        let Some((_, Value::Array(rules))) = list else { continue };
        for rule in rules {
            let status =
                rule.member("status").and_then(|status| if let Value::Number(it) = status { Some(*it) } else { None });
            let keeps_out = |status: f64| match kind {
                // Paths that are to be hidden are answered 404 or 410 as well.
                "responses" => (400..=599).contains(&(status as u16)),
                _ => refuses(status as u16),
            };
            if !status.is_some_and(keeps_out) {
                continue;
            }
            let fold = rule.member("ignoreCase") == Some(&Value::Bool(true));
            let Value::Object(members) = rule else { continue };
            if let Some((_, value)) = members.iter_mut().find(|(name, _)| name == paths) {
                spell(value, fold, exact);
            }
        }
    }
    parsed
}

fn spell(value: &mut Value, fold: bool, exact: bool) {
    let patterns = match &*value {
        Value::Array(patterns) => patterns.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut all: Vec<Value> = Vec::new();
    for pattern in patterns {
        let spellings = match pattern {
            Value::String(text) => spellings(text, fold, exact),
            _ => Vec::new(),
        };
        all.extend(
            std::iter::once(pattern.clone()).chain(spellings).filter(|it| !all.contains(it)).collect::<Vec<_>>(),
        );
    }
    if all.len() > patterns.len() {
        *value = Value::Array(all);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::dialect::{Form, Options, parse};
    use crate::{Engine, Facts, Flow, Platform};
    use http::Request;

    fn answers(engine: &Engine, path: &str) -> bool {
        let (mut request, ()) = Request::get(path).body(()).unwrap().into_parts();
        matches!(engine.viewer_request(&mut request, &Facts::new()), Flow::Answer(_))
    }

    /// nginx 1.22 and Apache 2.4 answer 403 to all of these, and 404 to those that are not for a guard.
    #[test]
    fn a_guard_is_for_both_spellings() {
        let nginx = "server { listen 80; root /srv; location /@fs/ { deny all; } location /c+d/ { return 403; }\
             location = /wiki/Special:Export { return 403; } location = \"/a b@c\" { return 403; }\
             location \"/(a;b=c,d)/\" { deny all; } location /q@/ { return 301 /x; } location /@gone/ { return 410; }\
             location = /@no { return 404; } location ^~ /secret/ { deny all; } }";
        let apache = "Redirect 403 /c+d\n<Files \"b(1).txt\">\nRequire all denied\n</Files>\n";
        for (text, form, closed, open) in [
            (
                nginx,
                Form::Nginx,
                &[
                    "/@fs/x",
                    "/%40fs/x",
                    "/c+d/x",
                    "/c%2bd/x",
                    "/wiki/Special:Export",
                    "/wiki/Special%3AExport",
                    "/a%20b@c",
                    "/a%20b%40c",
                    "/(a;b=c,d)/x",
                    "/%28a;b%3Dc%2cd%29/x",
                    "/%28a%3Bb=c,d)/",
                    "/%40gone/x",
                    "/%40no",
                    "/secret%2fx",
                    "/%40gone%2Fx",
                ][..],
                &["/@fs", "/@fsx/x", "/wiki/SpecialxExport", "/(a;b=c,d)", "/x/@fs/x", "/a%20bc"][..],
            ),
            (
                apache,
                Form::Apache,
                &["/c+d", "/c%2Bd", "/c%2Bd/x", "/b(1).txt", "/b%281%29.txt", "/x/b%281).txt"],
                &["/cd", "/b1.txt", "/c%2Bdx"],
            ),
        ] {
            let parsed = parse(text, form, &Options::new());
            assert!(parsed.findings.iter().all(|finding| finding.code == "taken-over"), "{:?}", parsed.findings);
            let rules = parsed.to_rules().unwrap();
            let engine = Engine::new(&rules, Platform::Fetch).unwrap();
            for path in closed {
                assert!(answers(&engine, path), "{path}");
            }
            for path in open {
                assert!(!answers(&engine, path), "{path}");
            }
        }
        let plain = parse("Redirect 403 /secret\nRedirect 301 /a@b /c\n", Form::Apache, &Options::new());
        let rules = serde_json::to_string(&plain.rules).unwrap();
        assert!(rules.contains(r#"{"for":["/secret","/secret/*"],"status":403}"#), "{rules}");
        assert!(rules.contains(r#"{"from":"/a@b","to":"/c","status":301}"#), "{rules}");
    }
}
