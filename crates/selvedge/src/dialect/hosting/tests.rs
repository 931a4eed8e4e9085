#![allow(clippy::unwrap_used)]

use super::*;
use crate::rules::Value;

/// What all rules of a server have.
const SETTINGS: [&str; 3] = ["ignoreTrailingSlash", "slashes", "encodedSlashes"];

/// The rules as JSON without the settings that all have, and the findings but for the share.
fn read(text: &str, host: Hosting) -> (String, Vec<String>) {
    let parsed = hosting(text, host, &Options::new());
    parsed.to_rules().unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let said = parsed.findings.iter().filter(|finding| finding.code != "taken-over");
    let said = said.map(|finding| format!("{} {}", finding.span.unwrap().line, finding.message)).collect();
    let Value::Object(members) = parsed.rules else { return (String::new(), said) };
    let members = members.into_iter().filter(|(name, _)| !SETTINGS.contains(&name.as_str())).collect();
    (serde_json::to_string(&Value::Object(members)).unwrap(), said)
}

/// How much of a file was taken, as the note says it.
fn share(text: &str, host: Hosting) -> String {
    let findings = hosting(text, host, &Options::new()).findings;
    findings.into_iter().find(|finding| finding.code == "taken-over").unwrap().message
}

mod amplify;
mod caddy;
mod firebase;
mod iis;
mod s3;
mod slashes;
mod static_web_app;
