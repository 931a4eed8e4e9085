//! Apache's `.htaccess` and the files of its virtual hosts.
//!
//! Documented at <https://httpd.apache.org/docs/2.4/mod/>. Apache tries the RewriteRules first; what they redirect or answer, no
//! `Redirect` sees; what they rewrite, a `Redirect` still does. After a rewrite it looks at all rules again.

mod condition;
mod env;
mod expr;
mod flags;
mod guard;
mod headers;
mod hosts;
mod joined;
mod known;
mod lex;
mod lost;
mod order;
mod pages;
mod permissions;
mod query;
mod redirect;
mod rewrite;
mod sections;
mod target;
mod viewer;

use env::{Env, Seen};
use guard::Guard;
use hosts::VirtualHost;
use known::is_harmless;
use lex::{Directive, Item, items};
use lost::{Lost, Precondition};
use permissions::Permissions;
use rewrite::Rule;
use sections::Section;

pub(super) use condition::{methods, or_absent};
pub(super) use lex::Owned;

use super::existing::Existing;
use super::route::{Action, Route};
use super::sink::{Members, Sink, string};
use super::{Options, Parsed, arrange};
use crate::places::Span;
use crate::rules::Value;

/// Reads a configuration. What cannot be carried over is a finding; a note says how much that is.
pub(super) fn apache(text: &str, options: &Options) -> Parsed {
    let items = items(text);
    let site = options.files.clone().unwrap_or_default();
    let (bodies, env) = (pages::bodies(&items, &site), Env::read(&items));
    let encoded_slashes = Some("reject");
    let mut reader =
        Reader { site, bodies, env, encoded_slashes, replaced: pages::replaced(&items), ..Reader::default() };
    reader.roots = sections::roots(&items);
    reader.aliases = sections::aliases(&items);
    reader.indexes = sections::indexes(&items);
    reader.is_server = sections::is_server(&items);
    reader.turns_on = items.iter().any(|item| matches!(item, Item::Directive(it) if it.name == "rewriteengine" && first(it).eq_ignore_ascii_case("on")));
    reader.hosts = hosts::virtual_hosts(&items);
    reader.last_rules = sections::last_rules(&items);
    for item in &items {
        reader.item(item);
    }
    reader.finish(options)
}

#[derive(Default)]
struct Reader {
    sink: Sink,
    /// `DocumentRoot`, by the line of its virtual host.
    roots: Vec<(u32, String)>,
    /// All virtual hosts of the file.
    hosts: Vec<VirtualHost>,
    /// Paths, and the folders on the disk that they lead to.
    aliases: Vec<(String, String)>,
    /// Pages of folders.
    indexes: Vec<String>,
    /// It is a server's own file, and not one of a directory.
    is_server: bool,
    /// The file turns the engine on somewhere.
    turns_on: bool,
    /// Of the file itself, and those of sections that are read.
    permissions: Permissions,
    guards: Vec<Guard>,
    /// Patterns that a guard answers.
    closed: Vec<String>,
    /// Sections around the current line.
    sections: Vec<Section>,
    conditions: Vec<(Directive, usize)>,
    rules: Vec<Rule>,
    /// What the rule before says of the next ones.
    precondition: Option<Precondition>,
    /// The last `<If>`, or an `<ElseIf>` of it, asked who it is that asks.
    asked_who: bool,
    /// Rewrites that are left out.
    lost: Vec<Lost>,
    /// The lines of those that no other one follows.
    last_rules: Vec<u32>,
    /// Of `Redirect` and its like.
    redirects: Vec<Route>,
    /// The same with a status alone.
    gone: Vec<(Route, u16)>,
    /// The files of the site, as far as they are known.
    site: Vec<String>,
    /// What answers of a status have, besides it.
    bodies: Vec<(u16, Members)>,
    /// Lines of `ErrorDocument`s whose place a later one takes.
    replaced: Vec<u32>,
    env: Env,
    /// Maps that make letters small.
    lower: Vec<String>,
    /// Pages of errors.
    pages: Vec<(String, Span)>,
    base: Option<String>,
    is_on: bool,
    has_index: bool,
    has_php: bool,
    /// From here on files of the site come first.
    files_first: bool,
    conds: usize,
    directives: usize,
    left_out: usize,
    /// `MergeSlashes Off`
    keeps_slashes: bool,
    /// How `%2F` is read, by `AllowEncodedSlashes`: `None` keeps it.
    encoded_slashes: Option<&'static str>,
    /// What `Header` says, each with the rank of its section.
    edits: Vec<((u8, usize), Span, Members)>,
    /// Rules that come after all others of their kind.
    last: Vec<(&'static str, Span, Members)>,
}

impl Reader {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Open(section) => self.open(section),
            Item::Close(section) => {
                if self.sections.last().is_some_and(|open| open.name == section.name) {
                    self.close();
                } else {
                    self.broken(section.span, &format!("</{}> closes nothing", section.name));
                }
            }
            Item::Directive(_) if self.is_off() => {}
            Item::Directive(directive) if self.permit(directive) => {
                self.directives += usize::from(!self.is_skipped());
            }
            Item::Directive(directive) if self.is_skipped() => self.guard_in_skipped(directive),
            Item::Directive(directive) => self.directive(directive),
        }
    }

    /// Whether a directive is one of permissions.
    fn permit(&mut self, directive: &Directive) -> bool {
        let env = std::mem::take(&mut self.env);
        let seen = Seen { env: &env, section: self.section(), is_permission: true };
        let is_permission = self.permissions().read(directive, &seen);
        self.env = env;
        is_permission
    }

    fn directive(&mut self, directive: &Directive) {
        self.directives += 1;
        let first = first(directive);
        let done = match directive.name.as_str() {
            "rewriteengine" => {
                self.is_on = first.eq_ignore_ascii_case("on");
                Ok(())
            }
            "mergeslashes" => {
                self.keeps_slashes |= first.eq_ignore_ascii_case("off");
                Ok(())
            }
            // By default such a path is answered 404.
            "allowencodedslashes" => {
                match first.to_ascii_lowercase().as_str() {
                    "on" => self.encoded_slashes = Some("decode"),
                    "nodecode" if self.encoded_slashes == Some("reject") => self.encoded_slashes = None,
                    _ => {}
                }
                Ok(())
            }
            "rewritebase" => {
                self.base = Some(format!("{}/", first.trim_end_matches('/')));
                Ok(())
            }
            "rewritecond" => {
                self.conds += 1;
                self.conditions.push((directive.clone(), self.conds));
                Ok(())
            }
            "rewriterule" => self.rewrite_rule(directive),
            "rewritemap" => self.rewrite_map(directive),
            "include" | "includeoptional" => self.include(directive),
            "allowmethods" => self.allow_methods(directive),
            "secrule" | "secaction" => self.sec_rule(directive),
            "redirect" | "redirectpermanent" | "redirecttemp" => self.redirect(directive),
            "redirectmatch" => self.redirect_match(directive),
            "errordocument" => self.error_document(directive),
            "header" => self.header(directive),
            "requestheader" => Err("headers of requests as Apache sets them".to_owned()),
            "expiresactive" => Ok(()),
            "expiresdefault" | "expiresbytype" => self.expires(directive),
            "directoryindex" | "options" | "addtype" | "addencoding" | "adddefaultcharset" | "addcharset"
                if self.files().is_some() =>
            {
                Err(format!("{} for a part of the site", directive.name))
            }
            "addtype" | "addencoding" | "adddefaultcharset" | "addcharset" => self.types(directive),
            "directoryindex" => self.directory_index(directive),
            "options" => self.options(directive),
            "authtype" | "authname" | "authuserfile" | "authgroupfile" | "authbasicprovider" | "authdigestprovider" => {
                Err("passwords and permissions of Apache: see Basic auth in the recipes".to_owned())
            }
            name if env::sets(name) => Ok(()),
            _ if is_harmless(directive) => {
                self.note_php(directive);
                Ok(())
            }
            other => Err(format!("the directive {other:?}")),
        };
        if let Err(what) = done {
            self.refuse(directive.span, &what);
        }
    }

    /// A directive that is left out; sections count as one, whatever they hold.
    fn refuse(&mut self, span: Span, what: &str) {
        self.left_out += 1;
        self.sink.error(
            "not-honoured",
            span,
            format!("rules do not have {what}"),
            "leave it out, or write what it does as rules",
        );
    }

    /// Apache does not start with such a file.
    fn broken(&mut self, span: Span, message: &str) {
        self.sink.error("invalid-line", span, message, "close each section by its own name, the inner one first");
    }

    fn options(&mut self, directive: &Directive) -> Result<(), String> {
        match directive.words.iter().find(|word| word.text.trim_start_matches('+').eq_ignore_ascii_case("multiviews")) {
            Some(_) => Err("MultiViews: write \"html\" with \"clean\", or \"precompressed\"".to_owned()),
            None => Ok(()),
        }
    }

    /// Says once that settings of PHP are left out.
    fn note_php(&mut self, directive: &Directive) {
        if directive.name.starts_with("php_") && !std::mem::replace(&mut self.has_php, true) {
            let message = format!("{}: no PHP runs at the edge, so its settings are left out", directive.name);
            self.sink.note("changed-meaning", directive.span, message, "nothing, where the site is files alone");
        }
    }

    fn rewrite_map(&mut self, directive: &Directive) -> Result<(), String> {
        match directive.words.as_slice() {
            [name, function] if function.text == "int:tolower" => {
                self.lower.push(name.text.clone());
                Ok(())
            }
            [_, function] if function.text.starts_with("int:") => Err(format!("the map {}", function.text)),
            _ => Err("RewriteMap: write its rows as a table, see Move a site".to_owned()),
        }
    }

    fn directory_index(&mut self, directive: &Directive) -> Result<(), String> {
        let names: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        match names.as_slice() {
            _ if self.has_index => Err("a second DirectoryIndex".to_owned()),
            [name, ..] if !name.contains('/') => {
                self.has_index = true;
                let html = vec![("index".to_owned(), string(name))];
                self.sink.setting("html", Value::Object(html));
                if names.len() > 1 {
                    let message = format!("the first of several names counts: {name}");
                    self.sink.warning("changed-meaning", directive.span, message, "");
                }
                Ok(())
            }
            _ => Err("a folder's page elsewhere, or none".to_owned()),
        }
    }

    fn finish(mut self, options: &Options) -> Parsed {
        while let Some((span, name)) = self.sections.last().map(|section| (section.span, section.name.clone())) {
            self.close();
            self.broken(span, &format!("<{name}> is not closed"));
        }
        let permissions = std::mem::take(&mut self.permissions);
        self.guarded(permissions);
        self.keep_out();
        self.edit_headers();
        self.rewritten_again();
        self.led_to_guarded();
        self.pages_of_errors();
        let routes = self.in_order();
        let existing = options.files.as_deref().map(Existing::new);
        if existing.is_none() {
            self.after_fallbacks(&routes);
        }
        self.sink.setting("ignoreTrailingSlash", Value::Bool(false));
        if !self.keeps_slashes {
            self.sink.setting("slashes", string("merge"));
        }
        if let Some(how) = self.encoded_slashes {
            self.sink.setting("encodedSlashes", string(how));
        }
        arrange::arrange(&routes, existing.as_ref(), &mut self.sink);
        for (kind, span, members) in std::mem::take(&mut self.last) {
            self.sink.rule(kind, span, members);
        }
        self.sink.taken_over(self.directives, self.left_out);
        self.sink.finish()
    }
}

fn first(directive: &Directive) -> &str {
    directive.words.first().map(|word| word.text.as_str()).unwrap_or_default()
}

/// What a route does to others with the same paths.
fn is_internal(route: &Route) -> bool {
    !matches!(route.action, Action::Redirect)
}

#[cfg(test)]
mod tests;
