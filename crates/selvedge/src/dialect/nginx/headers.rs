//! `add_header` and `expires`: those of a location replace all that are around it, each by its own name.

use super::choose::Location;
use super::lex::Directive;
use super::{Reader, disjoint};
use crate::dialect::route::one_or_list;
use crate::dialect::sink::{Members, at_viewer, string};
use crate::rules::Value;

/// The directives that count for a block.
#[derive(Clone, Default)]
pub(super) struct Headers<'d> {
    adds: Vec<&'d Directive>,
    expires: Option<&'d Directive>,
}

impl<'d> Headers<'d> {
    /// Those of a block, with what it has from around it; whether it has any of its own.
    pub(super) fn read(&self, items: &'d [Directive]) -> (Headers<'d>, bool) {
        let adds: Vec<&Directive> = items.iter().filter(|item| item.name == "add_header").collect();
        let expires = items.iter().rfind(|item| item.name == "expires");
        let has_own = !adds.is_empty() || expires.is_some();
        let adds = if adds.is_empty() { self.adds.clone() } else { adds };
        (Headers { adds, expires: expires.or(self.expires) }, has_own)
    }

    /// Those of a block in others, the outermost first.
    fn read_all(&self, scopes: impl Iterator<Item = &'d [Directive]>) -> (Headers<'d>, bool) {
        scopes.fold((self.clone(), false), |(outer, has_own), items| {
            let (headers, has_more) = outer.read(items);
            (headers, has_own || has_more)
        })
    }
}

impl Reader {
    /// Makes rules of the headers of a server and of its locations, which are in the order in which they are chosen.
    pub(super) fn headers<'d>(&mut self, items: &'d [Directive], locations: &[Location<'d>]) {
        let outer = self.outer.clone();
        let (server, _) = Headers::default().read(&outer).0.read(items);
        let own: Vec<_> = locations.iter().map(|location| server.read_all(location.scopes())).collect();
        let with_own = locations.iter().zip(&own).filter(|(_, (_, has_own))| *has_own);
        let except: Vec<String> = with_own.flat_map(|(location, _)| location.any_case()).collect();
        self.headed.clone_from(&except);
        self.head(&server, None, except);
        for (at, (location, (headers, has_own))) in locations.iter().zip(&own).enumerate() {
            if !has_own {
                continue;
            }
            // An exception that counts case and one that does not stand in one rule: expressions say it themselves.
            let own = location.any_case();
            let before = locations.iter().take(at).flat_map(Location::any_case);
            let except =
                before.filter(|other| own.iter().any(|pattern| disjoint(pattern, other) != Some(true))).collect();
            self.head(headers, Some(&own), except);
        }
    }

    fn head(&mut self, headers: &Headers<'_>, paths: Option<&[String]>, mut except: Vec<String>) {
        let mut members: Members = paths.map(|paths| ("for", one_or_list(paths), None)).into_iter().collect();
        except.dedup();
        if !except.is_empty() {
            members.push(("except", one_or_list(&except), None));
        }
        if !self.when.is_empty() {
            members.push(("when", Value::Object(self.when.clone()), None));
        }
        let all = headers.expires.into_iter().chain(headers.adds.iter().copied());
        for directive in all {
            match header(directive, headers.expires.is_some()) {
                Ok(Some((action, edit))) => {
                    let stage = at_viewer(action, &edit).map(|stage| ("at", stage, None));
                    let members = members.iter().cloned().chain(stage).chain([(action, edit, None)]).collect();
                    self.sink.rule("headers", directive.span, members);
                }
                Ok(None) => {}
                Err(what) => self.refuse(directive.span, &what),
            }
        }
    }
}

/// The edit that a directive makes.
pub(super) fn header(directive: &Directive, with_expires: bool) -> Result<Option<(&'static str, Value)>, String> {
    let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
    let member = |name: &str, value: &str| {
        let value = value.replace('{', "{{").replace('}', "}}");
        Value::Object(vec![(name.to_owned(), string(value))])
    };
    if directive.name == "expires" {
        let value = match words.as_slice() {
            ["off"] => return Ok(None),
            ["epoch"] => "no-cache".to_owned(),
            ["max"] => "max-age=315360000".to_owned(),
            [time] if time.starts_with('-') => "no-cache".to_owned(),
            [time] => format!("max-age={}", seconds(time).ok_or_else(|| format!("expires as {time:?}"))?),
            _ => return Err(format!("expires as {:?}", words.join(" "))),
        };
        return Ok(Some(("set", member("Cache-Control", &value))));
    }
    let (name, value) = match words.as_slice() {
        [name, value] | [name, value, "always"] => (*name, *value),
        _ => return Err("an add_header as this one".to_owned()),
    };
    if value.contains('$') {
        return Err("variables of nginx in a header".to_owned());
    }
    if value.is_empty() {
        return Ok(None);
    }
    let is_list = ["set-cookie", "link", "vary"].iter().any(|list| name.eq_ignore_ascii_case(list))
        || (with_expires && name.eq_ignore_ascii_case("cache-control"));
    Ok(Some((if is_list { "append" } else { "set" }, member(name, value))))
}

/// `30d`, `1h30m`, `3600`, in seconds.
fn seconds(text: &str) -> Option<u64> {
    let mut sum: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: u64 = rest.get(..end)?.parse().ok()?;
        let after = rest.get(end..)?;
        let (unit, left) = match after.chars().next() {
            None | Some('s') => (1, after.get(1..).unwrap_or_default()),
            Some('m') => (60, after.get(1..)?),
            Some('h') => (3_600, after.get(1..)?),
            Some('d') => (86_400, after.get(1..)?),
            Some('w') => (7 * 86_400, after.get(1..)?),
            Some('M') => (30 * 86_400, after.get(1..)?),
            Some('y') => (365 * 86_400, after.get(1..)?),
            Some(_) => return None,
        };
        sum = sum.checked_add(number.checked_mul(unit)?)?;
        rest = left;
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    /// <https://nginx.org/en/docs/syntax.html>
    #[test]
    fn times() {
        let seconds = super::seconds;
        assert_eq!(
            ["30d", "1h30m", "3600", "1y", "", "d", "1ms"].map(seconds),
            [Some(2_592_000), Some(5_400), Some(3_600), Some(31_536_000), None, None, None]
        );
    }
}
