//! Security headers, by the advice of the OWASP Secure Headers Project.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::Value;
use crate::rules::grammar::describe;
use crate::rules::paths::Paths;
use crate::rules::read::Node;
use crate::rules::reads::Reads;
use crate::rules::rule::{Described, Member, On, Rule, Sides};

pub(super) const MEMBER: Member = Member {
    name: "security",
    is_list: false,
    first_match: false,
    on: On::Response,
    sides: Sides::only(Stage::OriginResponse),
    also: None,
    values_vary: false,
};

/// The security headers of every answer; they come before those of `headers`, and a policy that the origin sent stays.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Security {
    /// Which set.
    pub(crate) preset: Preset,
    /// A Content-Security-Policy instead of the preset's: directives and their sources. Empty: none is sent.
    pub(crate) csp: Option<Vec<(String, Vec<String>)>>,
}

/// A set of security headers.
///
/// | header | `"basic"` | `"strict"` |
/// | --- | --- | --- |
/// | `Strict-Transport-Security` (RFC 6797) | `max-age=63072000` | `max-age=63072000; includeSubDomains` |
/// | `X-Content-Type-Options` | `nosniff` | `nosniff` |
/// | `X-Frame-Options` (RFC 7034) | `sameorigin` | `deny` |
/// | `Referrer-Policy` | `strict-origin-when-cross-origin` | `no-referrer` |
/// | `X-Permitted-Cross-Domain-Policies` | `none` | `none` |
/// | `Content-Security-Policy` (CSP Level 3) | – | `default-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; upgrade-insecure-requests` |
/// | `Cross-Origin-Embedder-Policy` | – | `require-corp` |
/// | `Cross-Origin-Opener-Policy` | – | `same-origin` |
/// | `Cross-Origin-Resource-Policy` | – | `same-origin` |
/// | `Permissions-Policy` | – | every feature of OWASP's list off (`sync-xhr` left to the site), see `PERMISSIONS` in the source |
/// | `X-DNS-Prefetch-Control` | – | `off` |
/// | removed | – | `Server`, `X-Powered-By`, `X-AspNet-Version`, `X-AspNetMvc-Version` |
///
/// `strict` is the project's "configuration proposal", <https://owasp.org/www-project-secure-headers/#div-bestpractices>
/// (its `ci/headers_add.json` as of 2026-07-19), less two headers: `Cache-Control: no-store, max-age=0` would defeat the
/// CDN, and `Clear-Site-Data` on every answer would log everyone out; both belong to single paths, by a `headers` rule.
/// `basic` is the part of it that breaks no ordinary site: it lets a site frame itself and send its origin as the referrer
/// (today's default of browsers), and says nothing on subdomains, popups or scripts.
/// `X-XSS-Protection`, `Expect-CT`, `Feature-Policy` and `Public-Key-Pins` are deprecated there, and not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Preset {
    /// `"basic"`: what breaks no ordinary site.
    #[default]
    Basic,
    /// `"strict"`: all that OWASP proposes and a cache permits. Needs testing: embedding, popups and third parties stop.
    Strict,
}

const BASIC: &[(&str, &str)] = &[
    ("Strict-Transport-Security", "max-age=63072000"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "sameorigin"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
];

const STRICT: &[(&str, &str)] = &[
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "deny"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", PERMISSIONS),
    ("X-DNS-Prefetch-Control", "off"),
];

const STRICT_CSP: &str = "default-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'; \
    frame-ancestors 'none'; upgrade-insecure-requests";

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), cross-origin-isolated=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), keyboard-map=(), magnetometer=(), microphone=(), \
    midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), sync-xhr=(self), \
    usb=(), web-share=(), xr-spatial-tracking=(), clipboard-read=(), clipboard-write=(), gamepad=(), hid=(), \
    idle-detection=(), interest-cohort=(), serial=(), unload=()";

/// The words of CSP that mean something else without their quotes.
pub(crate) const KEYWORDS: [&str; 8] = [
    "self",
    "none",
    "unsafe-inline",
    "unsafe-eval",
    "strict-dynamic",
    "unsafe-hashes",
    "report-sample",
    "wasm-unsafe-eval",
];

impl Security {
    /// The headers to send, names and values.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        let preset = match self.preset {
            Preset::Basic => BASIC,
            Preset::Strict => STRICT,
        };
        let mut headers: Vec<_> = preset.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let csp = match &self.csp {
            Some(directives) => serialise(directives),
            None if self.preset == Preset::Strict => STRICT_CSP.to_owned(),
            None => String::new(),
        };
        if !csp.is_empty() {
            headers.push(("Content-Security-Policy", csp));
        }
        headers
    }

    /// The headers to remove, as they disclose the software of the origin.
    pub(crate) fn removed(&self) -> &'static [&'static str] {
        match self.preset {
            Preset::Basic => &[],
            Preset::Strict => &["Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version"],
        }
    }

    pub(crate) fn read(node: &Node<'_>) -> Option<Security> {
        let presets = [("basic", Preset::Basic), ("strict", Preset::Strict)];
        match node.value {
            Value::Object(_) => {
                let mut fields = node.object()?;
                let preset = fields.take("preset").and_then(|node| node.one_of(&presets)).unwrap_or_default();
                let csp = fields.take("csp").map(|node| read_csp(&node));
                Some(Security { preset, csp })
            }
            Value::String(_) => node.one_of(&presets).map(|preset| Security { preset, csp: None }),
            _ => {
                node.expected("\"basic\", \"strict\" or { \"preset\": …, \"csp\": … }", "");
                None
            }
        }
    }
}

impl Rule for Security {
    fn paths(&self) -> Option<&Paths> {
        None
    }

    fn on(&self) -> On {
        On::Response
    }

    fn needs_response(&self, _reads: &Reads<'_>, report: &mut dyn FnMut(&dyn Display, &str)) {
        if !self.removed().is_empty() {
            report(&"", "this preset removes headers of the response; \"basic\" only sets some");
        }
    }
}

impl Display for Security {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.preset == Preset::Strict { "strict" } else { "basic" })
    }
}

impl Described for Security {}

/// `serialized-policy` of CSP Level 3 §2.2.
fn serialise(directives: &[(String, Vec<String>)]) -> String {
    let mut text = String::new();
    for (name, sources) in directives {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(name);
        for source in sources {
            text.push(' ');
            text.push_str(source);
        }
    }
    text
}

fn read_csp(node: &Node<'_>) -> Vec<(String, Vec<String>)> {
    let mut directives = Vec::new();
    for (name, value) in node.record("an object of directives and their sources", str::to_ascii_lowercase) {
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            value.error(format_args!("{name:?} is not a directive"), "write for example \"default-src\"");
        } else if name.contains(|c: char| c.is_ascii_uppercase()) {
            let kebab: String = name
                .chars()
                .flat_map(|c| {
                    [c.is_ascii_uppercase().then_some('-'), Some(c.to_ascii_lowercase())].into_iter().flatten()
                })
                .collect();
            value.error(
                format_args!("{name:?} is not a directive"),
                format_args!("write {:?}", kebab.trim_start_matches('-')),
            );
        }
        let sources = value.strings("a source or a list of sources", |node, text| {
            check_source(node, text);
            Some(text.to_owned())
        });
        if sources.len() > 1 && sources.iter().any(|source| source == "'none'") {
            value.error("'none' has no effect together with other sources", "remove it, or the others");
        }
        directives.push((name.to_owned(), sources));
    }
    directives
}

fn check_source(node: &Node<'_>, text: &str) {
    let bad = text.chars().find(|c| matches!(c, ';' | ',' | ' ') || !c.is_ascii_graphic());
    if text.is_empty() {
        node.error("empty source", "remove it; a directive without sources is []");
    } else if let Some(bad) = bad {
        let help = if bad == ' ' { "write each source as an item of its own" } else { "percent-encode it" };
        node.error(format_args!("{text:?} contains {}", describe(bad)), help);
    } else if KEYWORDS.contains(&text) || text.starts_with("nonce-") || text.starts_with("sha256-") {
        node.error(
            format_args!("{text:?} would be a host"),
            format_args!("write \"'{text}'\", with the single quotes"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_never_touches_the_cache() {
        let headers = Security { preset: Preset::Strict, csp: None }.headers();
        assert!(!headers.iter().any(|(name, _)| matches!(*name, "Cache-Control" | "Clear-Site-Data")));
        assert!(headers.iter().any(|(name, value)| *name == "Content-Security-Policy" && value == STRICT_CSP));
        assert!(headers.iter().all(|(_, value)| !value.contains("  ")), "line continuations leave no blanks");
    }

    #[test]
    fn a_policy_replaces_that_of_the_preset() {
        let csp = vec![
            ("default-src".to_owned(), vec!["'self'".to_owned(), "https:".to_owned()]),
            ("upgrade-insecure-requests".to_owned(), vec![]),
        ];
        let headers = Security { preset: Preset::Basic, csp: Some(csp) }.headers();
        let (_, value) =
            headers.iter().find(|(name, _)| *name == "Content-Security-Policy").cloned().unwrap_or_default();
        assert_eq!(value, "default-src 'self' https:; upgrade-insecure-requests");
    }

    #[test]
    fn refuses_policies_that_browsers_would_misread() {
        for (csp, place, message) in [
            (r#"{ "default-src": "self" }"#, "[\"default-src\"]", "write \"'self'\""),
            (r#"{ "script-src": ["'self'", "a;b"] }"#, "[\"script-src\"][1]", "contains ';'"),
            (r#"{ "script-src": "'self' https:" }"#, "[\"script-src\"]", "an item of its own"),
            (r#"{ "script-src": ["'none'", "https:"] }"#, "[\"script-src\"]", "no effect"),
            (r#"{ "defaultSrc": [] }"#, "[\"defaultSrc\"]", "write \"default-src\""),
            (r#"{ "default src": [] }"#, "[\"default src\"]", "is not a directive"),
        ] {
            let json = format!(r#"{{ "security": {{ "csp": {csp} }} }}"#);
            crate::rules::testing::assert_problem(&json, &format!("security.csp{place}"), message);
        }
        crate::rules::testing::assert_problem(r#"{ "security": "strickt" }"#, "security", "did you mean \"strict\"");
    }

    #[test]
    fn security_is_a_word_or_an_object() {
        let csp = r#"{ "security": { "preset": "strict", "csp": { "default-src": "'self'", "upgrade-insecure-requests": [] } } }"#;
        let security = crate::rules::testing::rules(csp).security;
        assert_eq!(security.as_ref().map(|security| security.preset), Some(Preset::Strict));
        assert_eq!(security.and_then(|security| security.csp).map(|csp| csp.len()), Some(2));
    }
}
