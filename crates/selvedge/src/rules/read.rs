//! Walking a [`Value`]: typed members by name, places for messages, and everything wrong collected on the way.

use selvedge_plan::heap::sort;
use std::cell::{Cell, OnceCell, RefCell};
use std::fmt::Display;

use super::{Value, suggest::suggest};
use crate::diagnostic::Diagnostics;

/// What all readers share: the problems found so far, and the settings at the top of the document.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) problems: RefCell<Diagnostics>,
    pub(crate) ignore_case: Cell<bool>,
    pub(crate) exact_slash: Cell<bool>,
    pub(crate) languages: OnceCell<Vec<String>>,
}

/// A value and its place in the document: a list linked on the stack, rendered only for a message.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    pub(crate) context: &'a Context,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a Node<'a>, &'a str),
    /// A name that the user chose, such as a header's.
    Key(&'a Node<'a>, &'a str),
    Item(&'a Node<'a>, usize),
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value, context: &'a Context) -> Node<'a> {
        Node { value, context, step: Step::Root }
    }

    /// Reports a value that is not what it should be.
    pub(crate) fn error(&self, message: impl Display, help: impl Display) {
        self.problem("invalid-value", message, help);
    }

    /// Reports a problem of another family.
    pub(crate) fn problem(&self, code: &'static str, message: impl Display, help: impl Display) {
        self.context.problems.borrow_mut().push(code, self.place(), message, help);
    }

    /// Reports a placeholder that means nothing here.
    pub(crate) fn unknown_placeholder(&self, message: String, help: String) {
        self.problem("unknown-placeholder", message, help);
    }

    /// Reports a value of the wrong kind.
    pub(crate) fn expected(&self, what: &str, help: &str) {
        self.error(format_args!("expected {what}, found {}", self.describe()), help);
    }

    pub(crate) fn place(&self) -> String {
        let mut text = String::new();
        self.render(&mut text);
        if text.is_empty() { "rules".to_owned() } else { text }
    }

    fn render(&self, text: &mut String) {
        match self.step {
            Step::Root => {}
            Step::Member(parent, name) => {
                parent.render(text);
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Step::Key(parent, name) => {
                parent.render(text);
                text.push_str(&format!("[{name:?}]"));
            }
            Step::Item(parent, position) => {
                parent.render(text);
                text.push_str(&format!("[{position}]"));
            }
        }
    }

    /// What is here, for messages. Numbers are printed as integers: float formatting is large in WebAssembly.
    fn describe(&self) -> String {
        match self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) if number.fract() == 0.0 => (*number as i64).to_string(),
            Value::Number(number) if number.is_finite() => "a fraction".to_owned(),
            Value::Number(_) => "a number that is not finite".to_owned(),
            Value::String(text) if text.chars().count() > 60 => {
                format!("{:?}…", text.chars().take(60).collect::<String>())
            }
            Value::String(text) => format!("{text:?}"),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        }
    }

    pub(crate) fn string(&self, what: &str) -> Option<&'a str> {
        match self.value {
            Value::String(text) => return Some(text),
            Value::Number(_) | Value::Bool(_) => self.expected(what, "write it in quotes"),
            _ => self.expected(what, ""),
        }
        None
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => return Some(*value),
            Value::String(text) if text == "true" || text == "false" => {
                self.expected("true or false", "write it without quotes");
            }
            _ => self.expected("true or false", ""),
        }
        None
    }

    /// A whole number of a range.
    pub(crate) fn integer(&self, first: u32, last: u32) -> Option<u32> {
        self.number_of("a whole number", first, last)
    }

    /// A whole number of a range, by its own name in messages.
    pub(crate) fn number_of(&self, name: &str, first: u32, last: u32) -> Option<u32> {
        let what = || format!("{name} from {first} to {last}");
        match self.value {
            Value::Number(number) if number.fract() == 0.0 && (f64::from(first)..=f64::from(last)).contains(number) => {
                return Some(*number as u32);
            }
            Value::String(text) if text.parse::<u32>().is_ok() => self.expected(&what(), "write it without quotes"),
            _ => self.expected(&what(), ""),
        }
        None
    }

    /// The place of a member, for what is wrong with it in the light of its neighbours.
    pub(crate) fn member(&'a self, name: &'a str) -> Node<'a> {
        self.with_member(name, self.value)
    }

    /// A member and its value.
    pub(crate) fn with_member(&'a self, name: &'a str, value: &'a Value) -> Node<'a> {
        Node { value, context: self.context, step: Step::Member(self, name) }
    }

    /// One of some words.
    pub(crate) fn one_of<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let words = || choices.iter().map(|(word, _)| *word);
        let Value::String(text) = self.value else {
            self.expected(&quoted(words(), " or "), "");
            return None;
        };
        let found = choices.iter().find(|(word, _)| word == text);
        if found.is_none() {
            let help = match suggest(text, words()) {
                Some(word) => format!("did you mean {word:?}?"),
                None => String::new(),
            };
            self.expected(&quoted(words(), " or "), &help);
        }
        found.map(|(_, value)| *value)
    }

    /// An object whose members are named by the user. Names that are the same (`same` maps them) are reported.
    pub(crate) fn record(
        &'a self,
        what: &str,
        same: fn(&str) -> String,
    ) -> impl Iterator<Item = (&'a str, Node<'a>)> + use<'a> {
        let members = match self.value {
            Value::Object(members) => members.as_slice(),
            _ => {
                self.expected(what, "");
                &[]
            }
        };
        if members.len() > 1 {
            let names: Vec<String> = members.iter().map(|(name, _)| same(name)).collect();
            for pair in in_order(&names).windows(2) {
                if let [(one, _), (other, _)] = pair
                    && one == other
                {
                    self.problem(
                        "duplicate-field",
                        format_args!("{one:?} is given twice"),
                        "keep one of them (a value may be a list)",
                    );
                }
            }
        }
        members
            .iter()
            .map(|(name, value)| (name.as_str(), Node { value, context: self.context, step: Step::Key(self, name) }))
    }

    /// The items of a list; a single value is a list of one.
    pub(crate) fn items(&'a self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let (list, single) = match self.value {
            Value::Array(list) => (list.as_slice(), false),
            value => (std::slice::from_ref(value), true),
        };
        list.iter().enumerate().map(move |(position, value)| {
            if single { *self } else { Node { value, context: self.context, step: Step::Item(self, position) } }
        })
    }

    /// As [`Node::items`], for a list that means nothing when it is empty.
    pub(crate) fn some_items(&'a self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        if matches!(self.value, Value::Array(list) if list.is_empty()) {
            let kind = match self.step {
                Step::Member(_, name) => name,
                _ => "entry",
            };
            self.error("empty list", format_args!("list at least one of the {kind}"));
        }
        self.items()
    }

    /// A string or a list of strings, each checked and converted by `convert`, which reports what is wrong.
    pub(crate) fn strings<T>(&self, what: &str, mut convert: impl FnMut(&Node<'_>, &str) -> Option<T>) -> Vec<T> {
        let mut all = Vec::new();
        for item in self.items() {
            all.extend(item.string(what).and_then(|text| convert(&item, text)));
        }
        all
    }
}

/// The texts in their order, and where each stood.
pub(crate) fn in_order(texts: &[String]) -> Vec<(&str, usize)> {
    let mut sorted: Vec<(&str, usize)> = texts.iter().enumerate().map(|(at, text)| (text.as_str(), at)).collect();
    sort(&mut sorted, |a, b| a < b);
    sorted
}

/// `"a", "b" or "c"`: words in quotes, the last joined by `last`.
pub(crate) fn quoted(words: impl Iterator<Item = impl Display>, last: &str) -> String {
    let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    match words.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, start)) => format!("{}{last}{end}", start.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{assert_problem, problems};

    #[test]
    fn places_are_json_paths() {
        assert_problem(
            r#"{ "headers": [{ "set": { "X-Bad Name": "a" } }] }"#,
            r#"headers[0].set["X-Bad Name"]"#,
            "a space",
        );
        assert_problem(
            r#"{ "experiments": [{ "name": "e", "for": "/", "cookie": "c", "variants": [
                { "name": "a", "weight": 1 }, { "name": "b", "weight": "1" }] }] }"#,
            "experiments[0].variants[1].weight",
            "expected a weight of 0 or more, found \"1\"",
        );
    }

    #[test]
    fn unknown_fields_come_with_what_was_meant() {
        let of = |field: &str| problems(&format!(r#"{{ "html": {{ "index": "i.html", "{field}": "add" }} }}"#));
        assert_eq!(of("trailingslash"), [r#"html.trailingslash: unknown field, did you mean "trailingSlash"?"#]);
        assert_eq!(
            of("banana"),
            [
                "html.banana: unknown field, known here: for, ignoreTrailingSlash, except, ignoreCase, index, clean, trailingSlash, files, at"
            ]
        );
    }

    #[test]
    fn a_key_twice_is_an_error() {
        assert_problem(r#"{ "html": { "index": "a.html", "index": "b.html" } }"#, "html.index", "given twice");
        assert_problem(
            r#"{ "headers": [{ "set": { "A": "1", "a": "2" } }] }"#,
            "headers[0].set",
            "\"a\" is given twice",
        );
    }

    #[test]
    fn wrong_types_say_what_is_expected_and_found() {
        assert_problem(
            r#"{ "ignoreCase": "true" }"#,
            "ignoreCase",
            "expected true or false, found \"true\", write it without",
        );
        assert_problem(r#"{ "onTrap": 5 }"#, "onTrap", "expected \"pass\" or \"block\", found 5");
        assert_problem(r#"{ "redirects": ["/a /b"] }"#, "redirects[0]", "expected an object, found \"/a /b\"");
        assert_problem(r#"{ "redirects": "/a /b" }"#, "redirects", "expected an object");
    }

    #[test]
    fn stages_must_exist_and_suit_the_rule() {
        let rewrite = |at: &str| format!(r#"{{ "rewrites": [{{ "from": "/a", "to": "/b", "at": "{at}" }}] }}"#);
        assert_problem(&rewrite("origin-response"), "rewrites[0].at", "cannot run at \"origin-response\"");
        assert_problem(&rewrite("viewer-requst"), "rewrites[0].at", "did you mean \"viewer-request\"?");
    }
}
