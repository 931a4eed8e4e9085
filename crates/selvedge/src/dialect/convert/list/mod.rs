//! Redirects as lists that vendors and servers take: a line for each address.

mod caddyfile;
mod entry;
mod path;
mod servers;
mod tables;

use entry::Entries;

use super::changes::Changes;
use super::sound::sound;
use super::{Converted, File, sorted};
use crate::dialect::{Form, Options, Parsed, parse};

/// A form of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum List {
    /// A table: `from,to,status`.
    Csv,
    /// Cloudflare's Bulk Redirects.
    CloudflareBulk,
    /// Vercel's bulk redirects.
    VercelBulk,
    /// What CloudFront's KeyValueStore imports.
    KeyValueStore,
    /// The RoutingRules of an S3 website.
    S3,
    /// A map of nginx.
    NginxMap,
    /// Caddy's `redir`.
    Caddyfile,
    /// Apache's `.htaccess`.
    Htaccess,
}

impl List {
    /// Every form of lists.
    pub const ALL: [List; 8] = [
        List::Csv,
        List::CloudflareBulk,
        List::VercelBulk,
        List::KeyValueStore,
        List::S3,
        List::NginxMap,
        List::Caddyfile,
        List::Htaccess,
    ];

    /// The form of this name, as [`List::name`] has it.
    pub fn from_name(name: &str) -> Option<List> {
        List::ALL.into_iter().find(|list| list.name() == name)
    }

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            List::Csv => "csv",
            List::CloudflareBulk => "cloudflare-bulk",
            List::VercelBulk => "vercel-bulk",
            List::KeyValueStore => "kvs",
            List::S3 => "s3",
            List::NginxMap => "nginx-map",
            List::Caddyfile => "caddyfile",
            List::Htaccess => "htaccess",
        }
    }

    /// Its name, for people.
    fn title(self) -> &'static str {
        match self {
            List::Csv => "a table",
            List::CloudflareBulk => "a list of Cloudflare's",
            List::VercelBulk => "a list of Vercel's",
            List::KeyValueStore => "a KeyValueStore",
            List::S3 => "S3",
            List::NginxMap => "a map of nginx",
            List::Caddyfile => "Caddy's redir",
            List::Htaccess => ".htaccess",
        }
    }

    /// Whether an entry can be for http or https alone.
    fn knows_schemes(self) -> bool {
        matches!(self, List::Csv | List::CloudflareBulk | List::Caddyfile | List::Htaccess)
    }

    fn file(self) -> &'static str {
        match self {
            List::Csv => "redirects.csv",
            List::CloudflareBulk => "cloudflare-bulk.csv",
            List::VercelBulk => "vercel-bulk.csv",
            List::KeyValueStore => "key-value-store.json",
            List::S3 => "routing-rules.json",
            List::NginxMap => "redirects.conf",
            List::Caddyfile => "redirects.caddy",
            List::Htaccess => ".htaccess",
        }
    }
}

/// Writes the redirects of a file of any form as a list. `host` is the site's: some lists cannot do without.
///
/// ```
/// use selvedge::dialect::convert::{List, to_list};
/// use selvedge::dialect::{Form, Options};
///
/// let converted = to_list("from;to\n/old;/new\n", Form::Table, &Options::new(), List::VercelBulk, None);
/// assert_eq!(converted.files[0].text, "source,destination,statusCode,caseSensitive,query\n/old,/new,301,t,t\n/old/,/new,301,t,t\n");
/// ```
pub fn to_list(text: &str, form: Form, options: &Options, list: List, host: Option<&str>) -> Converted {
    let (Parsed { rules, places, findings, .. }, wrong) = sound(parse(text, form, options));
    let mut entries = Entries::of(rules, places, list);
    let text = match list {
        List::Csv => tables::csv(&mut entries),
        List::CloudflareBulk => tables::cloudflare(&mut entries, host),
        List::VercelBulk => tables::vercel(&mut entries),
        List::KeyValueStore => tables::key_value_store(&mut entries),
        List::S3 => servers::s3(&mut entries),
        List::NginxMap => servers::nginx_map(&mut entries),
        List::Caddyfile => caddyfile::caddyfile(&mut entries),
        List::Htaccess => servers::htaccess(&mut entries),
    };
    let files = if text.is_empty() { Vec::new() } else { vec![File { name: list.file(), text }] };
    Converted { files, findings: sorted(findings, [wrong, entries.findings()].concat()) }
}

#[cfg(test)]
mod tests;
