//! Rules of headers as Vercel's.

use super::{Kind, Writer, object, text_of};
use crate::dialect::convert::added::{is_cookie, values};
use crate::dialect::convert::collect::{member, strings};
use crate::dialect::convert::destination::no_groups;
use crate::dialect::convert::paths::Path;
use crate::dialect::convert::template::{no_names, put};
use crate::rules::Value;

impl Writer<'_> {
    /// What a rule adds is written where it comes to nothing but what other rules set; what is not costs itself.
    pub(super) fn headers(&mut self, at: usize, rule: &Value, place: &str) -> Vec<Value> {
        if values(rule).next().is_none() && self.added.removes(at, rule).is_empty() {
            return Vec::new();
        }
        let (Value::Object(members), Some(Value::Object(append))) = (rule, member(rule, "append")) else {
            return self.rule(Kind::Headers, rule, place);
        };
        let (append, left): (Vec<_>, Vec<_>) =
            append.iter().cloned().partition(|(name, _)| self.added.adds_one(at, name));
        for (name, _) in left {
            self.cannot(&format!("{place}.append[{name:?}]"), "\"append\"");
        }
        let kept = members.iter().filter(|(name, _)| name != "append").cloned();
        let mut kept: Vec<(String, Value)> = kept.collect();
        if !append.is_empty() {
            kept.push(("append".to_owned(), Value::Object(append)));
        }
        let kept = Value::Object(kept);
        if values(&kept).next().is_none() && member(&kept, "remove").is_none() {
            return Vec::new();
        }
        // A cookie is set where the viewer is answered, here and there.
        let cookies = values(&kept).all(|(_, name, _)| is_cookie(name));
        if !cookies && member(&kept, "append").is_some() {
            self.changes(place, "has the last of several values of a header, where here they add up");
        }
        let Value::Object(members) = kept else { return Vec::new() };
        let kept = members.into_iter().filter(|(name, _)| name != "at" || !cookies);
        self.rule(Kind::Headers, &Value::Object(kept.collect()), place)
    }

    pub(super) fn lines(&mut self, rule: &Value, path: &Path, place: &str) -> Vec<Value> {
        let mut lines = Vec::new();
        let names = || path.captures.iter().chain(path.facts.iter().map(|(_, name)| name)).map(String::as_str);
        for (verb, name, values) in values(rule) {
            let texts = strings(Some(values));
            let place = format!("{place}.{verb}[{name:?}]");
            if texts.len() > 1 {
                self.cannot(&place, "header of several lines");
                continue;
            }
            for text in texts {
                let plain = no_groups(&text).and_then(|()| no_names(&text, names()));
                match plain.and_then(|()| put(&text, path, false)) {
                    Ok(value) => lines.push(object([("key", text_of(name)), ("value", text_of(&value))])),
                    Err(what) => self.cannot(&place, &what),
                }
            }
        }
        lines
    }
}
