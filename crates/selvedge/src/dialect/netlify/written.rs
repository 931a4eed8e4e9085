//! Lines and blocks as Netlify has them.

use super::redirects::{Parts, read_code};
use crate::dialect::line::Word;
use crate::dialect::sink::Sink;
use crate::dialect::written::Redirect;

const CONDITIONS: [&str; 3] = ["Country", "Language", "Cookie"];

impl Parts<'_, '_> {
    /// The line, of which the reader took all words.
    pub(super) fn written(&self) -> Redirect {
        let said = self.status.and_then(|status| read_code(status, &mut Sink::default()));
        let (status, force) = said.unwrap_or((301, false));
        let from = self.from.text.to_owned();
        // As Netlify's parser reads a line without a target.
        let to = self.to.map_or_else(|| from.replace("/*", "/:splat"), |to| to.text.to_owned());
        let query = self.query.iter().filter_map(|word| {
            let mut pieces = word.text.split('=');
            Some((pieces.next()?.to_owned(), pieces.next()?.to_owned()))
        });
        Redirect {
            line: self.line.line,
            from,
            to,
            status: status.into(),
            force,
            query: query.collect(),
            conditions: self.conditions.iter().filter_map(condition).collect(),
            headers: self.headers.iter().map(|it| (it.name.to_owned(), it.value.text.to_owned())).collect(),
        }
    }

    /// What those without the role get for whom the line is.
    pub(super) fn written_denied(&self) -> Redirect {
        let (to, conditions, headers) = ("/404.html".to_owned(), Vec::new(), Vec::new());
        Redirect { to, status: 404, force: true, conditions, headers, ..self.written() }
    }
}

fn condition(word: &Word<'_>) -> Option<(&'static str, Vec<String>)> {
    let (key, list) = word.text.split_once('=')?;
    let name = CONDITIONS.into_iter().find(|name| name.eq_ignore_ascii_case(key))?;
    Some((name, list.split(',').filter(|value| !value.is_empty()).map(str::to_owned).collect()))
}
