//! The kinds of rules, one file for each, and a set of rules of all kinds.

mod downloads;
mod experiments;
mod headers;
mod html;
mod origins;
mod precompressed;
mod query;
mod redirects;
mod responses;
mod rewrites;
mod security;

pub(crate) use downloads::Download;
pub(crate) use experiments::{Experiment, Variant};
pub(crate) use headers::{Headers, Replacement, depends_on_message};
pub(crate) use html::{Html, TrailingSlash};
pub(crate) use origins::{Origin, OriginField, OriginKind, OriginRule};
pub(crate) use precompressed::{FileVariant, Precompressed, Prefer};
pub(crate) use query::QueryRule;
pub(crate) use redirects::Redirect;
pub(crate) use responses::{Body, Response, refuses};
pub(crate) use rewrites::Rewrite;
#[cfg_attr(not(feature = "trace"), allow(unused_imports))]
pub(crate) use security::{KEYWORDS as CSP_KEYWORDS, Security};

use super::Value;
use super::on_trap::OnTrap;
use super::read::Node;
use super::rule::{Described, Member, Rule};
use super::slashes::{EncodedSlashes, Slashes};

/// A whole set of rules, as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// `ignoreCase`: the default of every rule.
    pub(crate) ignore_case: bool,
    /// `"ignoreTrailingSlash": false`: the default of every rule.
    pub(crate) exact_slash: bool,
    /// `languages` of the site, the default first; tags of RFC 5646.
    pub(crate) languages: Vec<String>,
    /// `onTrap`: what happens when the engine fails, at every stage. By default nothing passes a stage that guards, and
    /// messages pass the others.
    pub(crate) on_trap: Option<OnTrap>,
    /// `slashes`: how adjacent slashes of the path are read.
    pub(crate) slashes: Slashes,
    /// `encodedSlashes`: how `%2F` and `%5C` in the path are read.
    pub(crate) encoded_slashes: EncodedSlashes,
    /// Answers made at the edge.
    pub(crate) responses: Vec<Response>,
    /// Redirects.
    pub(crate) redirects: Vec<Redirect>,
    /// A/B tests.
    pub(crate) experiments: Vec<Experiment>,
    /// Rules on the query string.
    pub(crate) query: Vec<QueryRule>,
    /// Rules that choose the origin.
    pub(crate) origins: Vec<OriginRule>,
    /// Rewrites.
    pub(crate) rewrites: Vec<Rewrite>,
    /// Clean URLs.
    pub(crate) html: Option<Html>,
    /// Files compressed ahead of time.
    pub(crate) precompressed: Vec<Precompressed>,
    /// Security headers.
    pub(crate) security: Option<Security>,
    /// Rules on headers.
    pub(crate) headers: Vec<Headers>,
    /// Downloads.
    pub(crate) downloads: Vec<Download>,
}

/// A kind of rules. Those of `headers` are of two: they run at other stages on requests than on responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Responses,
    Redirects,
    Experiments,
    Query,
    Origins,
    Rewrites,
    Html,
    Precompressed,
    Security,
    RequestHeaders,
    ResponseHeaders,
    Downloads,
}

impl Kind {
    /// In the order of the reference.
    pub(crate) const ALL: [Kind; 12] = [
        Kind::Responses,
        Kind::Redirects,
        Kind::Experiments,
        Kind::Query,
        Kind::Origins,
        Kind::Rewrites,
        Kind::Html,
        Kind::Precompressed,
        Kind::Security,
        Kind::RequestHeaders,
        Kind::ResponseHeaders,
        Kind::Downloads,
    ];

    pub(crate) const fn member(self) -> &'static Member {
        match self {
            Kind::Responses => &responses::MEMBER,
            Kind::Redirects => &redirects::MEMBER,
            Kind::Experiments => &experiments::MEMBER,
            Kind::Query => &query::MEMBER,
            Kind::Origins => &origins::MEMBER,
            Kind::Rewrites => &rewrites::MEMBER,
            Kind::Html => &html::MEMBER,
            Kind::Precompressed => &precompressed::MEMBER,
            Kind::Security => &security::MEMBER,
            Kind::RequestHeaders => &headers::ON_REQUESTS,
            Kind::ResponseHeaders => &headers::ON_RESPONSES,
            Kind::Downloads => &downloads::MEMBER,
        }
    }

    /// The rules of the kind, each with its number in the member.
    pub(crate) fn rules(self, of: &Model) -> impl Iterator<Item = (usize, &dyn Rule)> {
        let all = (0..).map_while(move |number| Some((number, self.rule(of, number)?)));
        all.filter(move |(_, rule)| rule.on() == self.member().on)
    }

    fn rule(self, of: &Model, number: usize) -> Option<&dyn Rule> {
        match self {
            Kind::Responses => item(&of.responses, number),
            Kind::Redirects => item(&of.redirects, number),
            Kind::Experiments => item(&of.experiments, number),
            Kind::Query => item(&of.query, number),
            Kind::Origins => item(&of.origins, number),
            Kind::Rewrites => item(&of.rewrites, number),
            Kind::Html => item(of.html.as_slice(), number),
            Kind::Precompressed => item(&of.precompressed, number),
            Kind::Security => item(of.security.as_slice(), number),
            Kind::RequestHeaders | Kind::ResponseHeaders => item(&of.headers, number),
            Kind::Downloads => item(&of.downloads, number),
        }
    }

    /// Reads the member.
    pub(crate) fn read(self, into: &mut Model, node: &Node<'_>) {
        match self {
            Kind::Responses => read_list(&mut into.responses, node, Response::read),
            Kind::Redirects => read_list(&mut into.redirects, node, Redirect::read),
            Kind::Experiments => experiments::read_all(&mut into.experiments, node),
            Kind::Query => read_list(&mut into.query, node, QueryRule::read),
            Kind::Origins => read_list(&mut into.origins, node, OriginRule::read),
            Kind::Rewrites => read_list(&mut into.rewrites, node, Rewrite::read),
            Kind::Html => into.html = Html::read(node),
            Kind::Precompressed => read_list(&mut into.precompressed, node, Precompressed::read),
            Kind::Security => into.security = Security::read(node),
            Kind::RequestHeaders | Kind::ResponseHeaders => read_list(&mut into.headers, node, Headers::read),
            Kind::Downloads => read_list(&mut into.downloads, node, Download::read),
        }
    }
}

/// A rule for tools. (Not in the table: what compiles rules would carry it.)
impl Kind {
    pub(crate) fn described(self, of: &Model, number: usize) -> Option<&dyn Described> {
        match self {
            Kind::Responses => of.responses.get(number).map(|rule| rule as _),
            Kind::Redirects => of.redirects.get(number).map(|rule| rule as _),
            Kind::Experiments => of.experiments.get(number).map(|rule| rule as _),
            Kind::Query => of.query.get(number).map(|rule| rule as _),
            Kind::Origins => of.origins.get(number).map(|rule| rule as _),
            Kind::Rewrites => of.rewrites.get(number).map(|rule| rule as _),
            Kind::Html => of.html.as_ref().map(|rule| rule as _),
            Kind::Precompressed => of.precompressed.get(number).map(|rule| rule as _),
            Kind::Security => of.security.as_ref().map(|rule| rule as _),
            Kind::RequestHeaders | Kind::ResponseHeaders => of.headers.get(number).map(|rule| rule as _),
            Kind::Downloads => of.downloads.get(number).map(|rule| rule as _),
        }
    }
}

/// The rules of a list; a single one may stand without the list.
fn read_list<T>(rules: &mut Vec<T>, node: &Node<'_>, read: fn(&Node<'_>) -> Option<T>) {
    rules.reserve_exact(if let Value::Array(list) = node.value { list.len() } else { 1 });
    rules.extend(node.items().filter_map(|item| read(&item)));
}

/// A rule of a list.
fn item<T: Rule>(rules: &[T], number: usize) -> Option<&dyn Rule> {
    rules.get(number).map(|rule| rule as &dyn Rule)
}
