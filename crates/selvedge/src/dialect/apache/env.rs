//! Variables of the environment, as far as they say something of the request: `SetEnvIf`, `BrowserMatch`, `SetEnv`.

use super::condition::{self, Test};
use super::lex::{Directive, Item, Owned};
use crate::rules::Value;

/// A variable, and what sets it.
struct Variable {
    name: String,
    /// Members of `when` for the requests that it is set for; `None` where rules cannot tell.
    when: Option<Vec<(String, Value)>>,
    /// The line of the section that it is set in, or 0: elsewhere it is not.
    section: u32,
    /// It is set after permissions are looked at: `SetEnv` and its like.
    is_late: bool,
}

#[derive(Default)]
pub(super) struct Env(Vec<Variable>);

/// The variables, as what stands in a section sees them.
pub(super) struct Seen<'e> {
    pub(super) env: &'e Env,
    pub(super) section: u32,
    /// Permissions see what is set before them alone.
    pub(super) is_permission: bool,
}

impl Seen<'_> {
    pub(super) fn when(&self, name: &str) -> Result<Vec<(String, Value)>, String> {
        self.env.when(name, self)
    }
}

/// What sets variables, and does nothing else.
pub(super) fn sets(name: &str) -> bool {
    matches!(
        name,
        "setenv" | "unsetenv" | "passenv" | "setenvif" | "setenvifnocase" | "browsermatch" | "browsermatchnocase"
    )
}

impl Env {
    /// All that a file sets, wherever it stands: Apache does it before all else.
    pub(super) fn read(items: &[Item]) -> Env {
        let mut env = Env::default();
        let mut sections = Vec::new();
        for item in items {
            let section = sections.last().copied().unwrap_or(0);
            match item {
                Item::Open(open) if open.name != "ifmodule" => sections.push(open.span.line),
                Item::Close(close) if close.name != "ifmodule" => drop(sections.pop()),
                Item::Directive(directive) if directive.name == "rewriterule" => env.flags(directive),
                Item::Directive(directive) if sets(&directive.name) => env.set(directive, section),
                _ => {}
            }
        }
        env
    }

    /// Members of `when` for a variable that is set, or is not, as what stands in a section sees it.
    fn when(&self, name: &str, seen: &Seen<'_>) -> Result<Vec<(String, Value)>, String> {
        let (negated, name) = name.strip_prefix('!').map_or((false, name), |name| (true, name));
        let mut ways = Vec::new();
        let is_seen = |own: &&Variable| own.name == name && !(own.is_late && seen.is_permission);
        for own in self.0.iter().filter(is_seen) {
            let when = own.when.clone().filter(|_| [0, seen.section].contains(&own.section));
            ways.push(when.ok_or_else(|| format!("the variable {name}, which is set by what rules do not have"))?);
        }
        let when = match ways.len() {
            0 if name == "HTTPS" => vec![("scheme".to_owned(), Value::String("https".to_owned()))],
            0 => return Err(format!("the variable {name}, which the file does not set")),
            1 => ways.remove(0),
            _ => vec![("any".to_owned(), Value::Array(ways.into_iter().map(Value::Object).collect()))],
        };
        Ok(condition::not(negated, when))
    }

    /// Whether the file sets a variable, by any of its names for it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|own| own.name.eq_ignore_ascii_case(name))
    }

    fn add(&mut self, name: &str, when: Option<Vec<(String, Value)>>, section: u32) {
        self.0.push(Variable { name: name.to_owned(), when, section, is_late: false });
    }

    /// As `SetEnv` does.
    fn add_late(&mut self, name: &str, when: Option<Vec<(String, Value)>>, section: u32) {
        self.0.push(Variable { name: name.to_owned(), when, section, is_late: true });
    }

    fn set(&mut self, directive: &Directive, section: u32) {
        let words = directive.words.as_slice();
        let (subject, pattern, names) = match (directive.name.as_str(), words) {
            ("setenv", [name, ..]) => return self.add_late(&name.text, Some(Vec::new()), section),
            ("browsermatch" | "browsermatchnocase", [pattern, names @ ..]) => {
                (Some("%{HTTP_USER_AGENT}".to_owned()), pattern, names)
            }
            ("setenvif" | "setenvifnocase", [attribute, pattern, names @ ..]) => (subject(attribute), pattern, names),
            (_, names) => return names.iter().for_each(|name| self.add_late(&name.text, None, section)),
        };
        // Where no header has the name, a variable is compared.
        let is_variable =
            words.first().is_some_and(|word| directive.name.starts_with("setenvif") && self.has(&word.text));
        let subject = subject.filter(|_| !is_variable);
        let when = subject.and_then(|subject| {
            let word = |text: &str| Owned { text: text.to_owned(), span: directive.span };
            let flags = if directive.name.ends_with("nocase") { "[NC]" } else { "" };
            // What is a sign of a RewriteCond is a character here.
            if pattern.text.starts_with(['!', '-', '=', '<', '>']) {
                return None;
            }
            match condition::read(&[word(&subject), pattern.clone(), word(flags)], 0).ok()?.test {
                Test::When(when) => Some(when),
                _ => None,
            }
        });
        for name in names {
            let name = name.text.split('=').next().unwrap_or_default();
            match name.strip_prefix('!') {
                Some(unset) => self.add(unset, None, section),
                None => self.add(name, when.clone(), section),
            }
        }
    }

    /// What a RewriteRule sets depends on whether it counts.
    fn flags(&mut self, directive: &Directive) {
        let flags = directive.words.get(2).map(|word| word.text.trim_matches(['[', ']'])).unwrap_or_default();
        for (name, value) in flags.split(',').filter_map(|flag| flag.trim().split_once('=')) {
            if matches!(name.to_ascii_uppercase().as_str(), "E" | "ENV") {
                let variable = value.split(':').next().unwrap_or_default().trim_start_matches('!');
                self.add(variable, None, 0);
            }
        }
    }
}

/// What a `SetEnvIf` compares, as a RewriteCond has it.
fn subject(attribute: &Owned) -> Option<String> {
    let is_name = attribute.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match attribute.text.to_ascii_lowercase().as_str() {
        "host" => Some("%{HTTP_HOST}".to_owned()),
        "request_method" => Some("%{REQUEST_METHOD}".to_owned()),
        // Of the server and the connection rules know nothing; another variable is not a header.
        name if is_name && !name.is_empty() => Some(format!("%{{HTTP:{name}}}")),
        _ => None,
    }
}
