//! Rules of headers as blocks.

use super::{Collector, member, strings};
use crate::dialect::Form;
use crate::dialect::convert::added::{is_cookie, values};
use crate::dialect::convert::collected::{one_for_each_path, replace_earlier};
use crate::dialect::convert::lines;
use crate::dialect::convert::template::value;
use crate::dialect::vendor::Lines;
use crate::dialect::written::Block;
use crate::rules::Value;

impl Collector<'_> {
    pub(super) fn headers(&mut self, rule: &Value, at: usize, place: &str) {
        let remove = self.added.removes(at, rule);
        if remove.is_empty() && member(rule, "remove").is_some() && values(rule).next().is_none() {
            return;
        }
        let before = self.out.findings.len();
        let exact = self.paths_are(rule, place, self.dialect.vendor().folds_headers).unwrap_or(self.exact);
        let mut known = vec!["for", "set", "remove", "on", "ignoreCase", "ignoreTrailingSlash"];
        if self.added.adds(at, rule) {
            known.push("append");
            let cookies = values(rule).all(|(_, name, _)| is_cookie(name));
            // A cookie is set where the viewer is answered, here and there.
            known.extend(cookies.then_some("at"));
            if !cookies && !self.dialect.vendor().removes_headers {
                self.changes(place, "has the last of several values of a header, where here they add up");
            }
        }
        self.others(rule, place, &known);
        if member(rule, "on").is_some_and(|on| *on != Value::String("response".to_owned())) {
            self.cannot(&format!("{place}.on"), "headers of requests");
        }
        if !remove.is_empty() && !self.dialect.vendor().removes_headers {
            self.cannot(&format!("{place}.remove"), "way to take a header away");
        }
        if remove.iter().any(|name| name.contains('*')) {
            self.cannot(&format!("{place}.remove"), "wildcards in names of headers");
        }
        let all = Value::String("/*".to_owned());
        let from = Some(member(rule, "for").unwrap_or(&all));
        let patterns = self.patterns(from, &format!("{place}.for"), Lines::Headers, exact);
        let sound = self.out.findings.len() == before;
        for path in patterns.into_iter().filter(|_| sound) {
            // A header that cannot be written costs that header.
            let (mut set, mut added) = (Vec::new(), Vec::new());
            for (verb, name, values) in values(rule) {
                let place = format!("{place}.{verb}[{name:?}]");
                for text in strings(Some(values)) {
                    match value(&text, &path, self.dialect) {
                        Ok(text) if self.takes_header(&place, &path.text, name, &text) => {
                            set.push((name.to_owned(), text));
                            added.extend((verb == "append").then(|| name.to_owned()));
                        }
                        Ok(_) => {}
                        Err(what) => self.cannot(&place, &what),
                    }
                }
            }
            let (line, remove) = (self.line(place), remove.clone());
            let block = Block { line, path: path.text, remove, set, added };
            if block.set.is_empty() && block.remove.is_empty() {
                continue;
            }
            if self.tables || self.takes(place, &lines::block(&block), Form::Headers(self.dialect)) {
                self.out.headers.push(block);
            }
        }
    }

    /// Blocks add up, but for two of one path.
    pub(super) fn join_blocks(&mut self) {
        let (blocks, lost) = one_for_each_path(std::mem::take(&mut self.out.headers));
        self.out.headers = blocks;
        replace_earlier(&mut self.out.headers);
        for path in lost {
            self.cannot(
                "headers",
                &format!("second block for {path}, and rules for other paths stand between the two"),
            );
        }
    }

    /// An empty value, which tables can say and blocks cannot.
    fn takes_header(&mut self, place: &str, path: &str, name: &str, value: &str) -> bool {
        let alone = Block {
            line: 0,
            path: path.to_owned(),
            remove: Vec::new(),
            set: vec![(name.to_owned(), value.to_owned())],
            added: Vec::new(),
        };
        (self.tables && value.is_empty()) || self.takes(place, &lines::block(&alone), Form::Headers(self.dialect))
    }
}
