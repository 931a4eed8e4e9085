//! Virtual hosts: the hosts and the schemes that each is for.
//!
//! Apache goes by the address and the port first, then by the name. The first one of an address and port is for all names that
//! no other one of these has: <https://httpd.apache.org/docs/2.4/vhosts/details.html>. What runs before the server may talk to it
//! by one port for both schemes, so a port says the scheme only where the file has a host for the other one as well.

use super::Reader;
use super::lex::{Directive, Item};
use crate::dialect::route::one_or_list;
use crate::dialect::sink::string;
use crate::dialect::when::but_for;
use crate::rules::Value;

/// A virtual host: what it is for.
pub(super) struct VirtualHost {
    line: u32,
    names: Result<Vec<String>, String>,
    addresses: Vec<String>,
    /// Which of HTTP and HTTPS may come to it, and which surely do.
    may: [bool; 2],
    sure: [bool; 2],
}

const SCHEMES: [&str; 2] = ["http", "https"];

/// All of a file.
pub(super) fn virtual_hosts(items: &[Item]) -> Vec<VirtualHost> {
    let mut found: Vec<VirtualHost> = Vec::new();
    let mut main = Vec::new();
    let mut is_inside = false;
    for item in items {
        match item {
            Item::Open(section) if section.name == "virtualhost" => {
                is_inside = true;
                found.push(VirtualHost::new(section));
            }
            Item::Close(section) if section.name == "virtualhost" => is_inside = false,
            Item::Directive(directive) if matches!(directive.name.as_str(), "servername" | "serveralias") => {
                match found.last_mut().filter(|_| is_inside) {
                    Some(host) => host.name(directive),
                    None => main.extend(names(directive).unwrap_or_default()),
                }
            }
            Item::Directive(directive) if directive.name == "sslengine" && is_inside => {
                let is_on = directive.words.first().is_some_and(|word| word.text.eq_ignore_ascii_case("on"));
                if let Some(host) = found.last_mut().filter(|_| is_on) {
                    (host.may, host.sure) = ([false, true], [false, true]);
                }
            }
            _ => {}
        }
    }
    for host in &mut found {
        // It has the server's own name.
        if let Ok(names) = &mut host.names
            && names.is_empty()
        {
            names.clone_from(&main);
        }
    }
    found
}

impl VirtualHost {
    fn new(section: &Directive) -> VirtualHost {
        let (mut may, mut sure) = ([false; 2], [false; 2]);
        let addresses: Vec<String> =
            section.words.iter().map(|word| word.text.to_ascii_lowercase().replacen("_default_", "*", 1)).collect();
        for address in &addresses {
            match address.rsplit_once(':').map(|(_, port)| port) {
                Some("80") => (may[0], sure[0]) = (true, true),
                Some("443") => (may[1], sure[1]) = (true, true),
                Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => may = [true; 2],
                // All ports.
                _ => (may, sure) = ([true; 2], [true; 2]),
            }
        }
        VirtualHost { line: section.span.line, names: Ok(Vec::new()), addresses, may, sure }
    }

    fn name(&mut self, directive: &Directive) {
        match (&mut self.names, names(directive)) {
            (Ok(own), Ok(more)) => own.extend(more),
            (own @ Ok(_), Err(what)) => *own = Err(what),
            (Err(_), _) => {}
        }
    }

    fn known(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }

    /// The scheme that its ports say.
    fn scheme(&self) -> Option<&'static str> {
        match self.may {
            [true, false] => Some(SCHEMES[0]),
            [false, true] => Some(SCHEMES[1]),
            _ => None,
        }
    }

    /// Whether one scheme may come to both.
    fn meets(&self, other: &VirtualHost) -> bool {
        (self.may[0] && other.may[0]) || (self.may[1] && other.may[1])
    }

    /// The conditions of what stands in it.
    fn when(&self, all: &[VirtualHost]) -> Result<Vec<(String, Value)>, String> {
        let names = self.names.as_ref().map_err(Clone::clone)?;
        let others = || all.iter().filter(|other| other.line != self.line);
        let has_other = match self.may {
            [true, false] => others().any(|other| other.sure[1]),
            [false, true] => others().any(|other| other.sure[0]),
            _ => false,
        };
        let mut when = Vec::new();
        when.extend(self.scheme().filter(|_| has_other).map(|scheme| ("scheme".to_owned(), string(scheme))));
        let is_first = |address: &String| {
            all.iter().find(|host| host.addresses.contains(address)).is_some_and(|host| host.line == self.line)
        };
        let is_default = self.addresses.iter().any(is_first);
        // Of several that have a name, the first one gets it, with a star or without.
        let shares = |other: &&VirtualHost| other.addresses.iter().any(|address| self.addresses.contains(address));
        let earlier: Vec<&String> =
            others().filter(|other| other.line < self.line).filter(shares).flat_map(|other| other.known()).collect();
        let own: Vec<String> =
            names.iter().filter(|name| !earlier.iter().any(|other| takes(other, name))).cloned().collect();
        if !is_default {
            if own.is_empty() {
                return Err("a <VirtualHost> that no name leads to: another one of its port comes first".to_owned());
            }
            let inside = |name: &&String| own.iter().any(|own| takes(own, name));
            let inside: Vec<String> = earlier.into_iter().filter(inside).cloned().collect();
            when.push(("host".to_owned(), one_or_list(&own)));
            when.extend(but_for(inside));
            return Ok(when);
        }
        let mut theirs: Vec<String> = Vec::new();
        for name in others().filter(|other| other.meets(self)).flat_map(|other| other.known()) {
            if !own.iter().any(|own| takes(own, name)) && !theirs.contains(name) {
                theirs.push(name.clone());
            }
        }
        let mine: Vec<String> = own.iter().filter(|name| theirs.iter().any(|it| takes(it, name))).cloned().collect();
        let rest = but_for(theirs);
        if mine.is_empty() {
            when.extend(rest);
        } else {
            let own = Value::Object(vec![("host".to_owned(), one_or_list(&mine))]);
            when.push(("any".to_owned(), Value::Array(vec![own, Value::Object(rest)])));
        }
        Ok(when)
    }
}

/// Whether a name, perhaps with a star, is also for another one.
fn takes(name: &str, other: &str) -> bool {
    name == other || name.strip_prefix('*').is_some_and(|end| other.ends_with(end))
}

/// The hosts of a `ServerName` or `ServerAlias`.
fn names(directive: &Directive) -> Result<Vec<String>, String> {
    let name = |text: &str| {
        let host = text.split("://").last().unwrap_or_default().split(':').next().unwrap_or_default();
        let is_read = !host.is_empty() && !host.strip_prefix("*.").unwrap_or(host).contains(['*', '?', '/']);
        is_read.then(|| host.to_ascii_lowercase()).ok_or_else(|| format!("a host as {text:?}"))
    };
    directive.words.iter().map(|word| name(&word.text)).collect()
}

impl Reader {
    /// The conditions of a virtual host.
    pub(super) fn host(&self, section: &Directive) -> Result<Vec<(String, Value)>, String> {
        let own = self.hosts.iter().find(|host| host.line == section.span.line);
        own.map_or(Ok(Vec::new()), |host| host.when(&self.hosts))
    }

    /// The virtual host around the current line.
    fn own_host(&self) -> Option<&VirtualHost> {
        let section = self.sections.iter().find(|section| section.name == "virtualhost")?;
        self.hosts.iter().find(|host| host.line == section.span.line)
    }

    /// The scheme that its ports say.
    pub(super) fn own_scheme(&self) -> Option<&'static str> {
        self.own_host()?.scheme()
    }

    /// The conditions around a redirect. One from a host's scheme to the other one would lead to itself without its scheme, if
    /// the target's host may be its own.
    pub(super) fn around_redirect(&self, to: &str) -> Vec<(String, Value)> {
        let mut when = self.around();
        let Some((to, rest)) = to.split_once("://") else { return when };
        let to = to.to_ascii_lowercase();
        let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
        let host = rest.get(..end).unwrap_or_default().to_ascii_lowercase();
        let names = self.own_host().map(VirtualHost::known).unwrap_or_default();
        let may_be_own = names.is_empty() || host.contains(['%', '$']) || names.iter().any(|name| takes(name, &host));
        if let Some(own) = self.own_scheme()
            && may_be_own
            && own != to
            && SCHEMES.contains(&to.as_str())
            && !when.iter().any(|(name, _)| name == "scheme")
        {
            when.insert(0, ("scheme".to_owned(), string(own)));
        }
        when
    }
}
