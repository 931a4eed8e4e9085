//! Configurations of hosts: what a file says of redirects, rewrites, headers and access, as rules.
//!
//! Each host has a file here; what they share is [`reader`]. A host's own defaults that the file does not mention are not made
//! into rules.

mod amplify;
mod caddy;
mod firebase;
mod glob;
mod iis;
mod reader;
mod s3;
mod static_web_app;
mod xml;

use super::{Options, Parsed, invalid_json};
use crate::places::json_places;

/// Whose configuration a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hosting {
    /// A bucket of Amazon S3 as a website: JSON or XML, the whole configuration or its RoutingRules.
    S3,
    /// AWS Amplify Hosting's custom rules.
    Amplify,
    /// Azure Static Web Apps: `staticwebapp.config.json`.
    StaticWebApp,
    /// Firebase Hosting: `firebase.json`.
    Firebase,
    /// IIS: `web.config`.
    Iis,
    /// Caddy: the JSON of `caddy adapt`.
    Caddy,
}

impl Hosting {
    /// Every host.
    pub const ALL: [Hosting; 6] =
        [Hosting::S3, Hosting::Amplify, Hosting::StaticWebApp, Hosting::Firebase, Hosting::Iis, Hosting::Caddy];

    /// Its name, which is that of the form.
    pub fn name(self) -> &'static str {
        match self {
            Hosting::S3 => "s3",
            Hosting::Amplify => "amplify",
            Hosting::StaticWebApp => "static-web-app",
            Hosting::Firebase => "firebase",
            Hosting::Iis => "iis",
            Hosting::Caddy => "caddy",
        }
    }
}

/// Reads a configuration. What cannot be carried over is a finding; a note says how much that is.
pub(super) fn hosting(text: &str, host: Hosting, options: &Options) -> Parsed {
    let read = match host {
        Hosting::Iis => return iis::parse(text, options),
        Hosting::S3 => s3::read,
        Hosting::Amplify => amplify::read,
        Hosting::StaticWebApp => static_web_app::read,
        Hosting::Firebase => firebase::read,
        Hosting::Caddy => caddy::read,
    };
    let is_xml = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with('<');
    let tree = match is_xml && host == Hosting::S3 {
        true => xml::value(text),
        false => json_places(text).map_err(|invalid| Box::new(invalid_json(text, &invalid))),
    };
    let (file, places) = match tree {
        Ok(tree) => tree,
        Err(parsed) => return *parsed,
    };
    let mut reader = reader::Reader::new(&places, options);
    read(&file, &mut reader);
    reader.finish()
}

#[cfg(test)]
mod tests;
