//! A file in another form.

use std::borrow::Cow;
use std::cell::RefCell;

use selvedge::Finding;
use selvedge::dialect::Dialect;
use selvedge::dialect::convert::{self, Converted};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::rule_file::RuleFile;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    source: RuleFile<'q>,
    to: Cow<'q, str>,
    /// The site's, for lists that cannot do without.
    #[cfg(feature = "command-line")]
    host: Option<Cow<'q, str>>,
}

#[derive(Serialize)]
struct Answer {
    files: Vec<Named>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
}

/// In bytes.
const MAX_PIECE: usize = 1 << 20;

thread_local! {
    /// What the files of the last answer hold, and how much of it was handed out. As JSON, a list of a million rows would be
    /// held several times.
    static TEXTS: RefCell<Vec<(String, usize)>> = const { RefCell::new(Vec::new()) };
}

/// The next piece of a file that `convert` wrote, by its number; nothing at its end.
#[wasm_bindgen]
pub fn converted(file: usize) -> Option<String> {
    TEXTS.with_borrow_mut(|texts| {
        let (text, from) = texts.get_mut(file)?;
        let rest = text.get(*from..).filter(|rest| !rest.is_empty())?;
        let piece = rest.get(..rest.floor_char_boundary(MAX_PIECE))?.to_owned();
        *from += piece.len();
        Some(piece)
    })
}

/// `{ source: { form, dialect?, text, files? }, to, host? }` → `{ files: [{ name }], findings }`; what the files hold stays for
/// `converted`.
#[wasm_bindgen]
pub fn convert(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Answer, JsError> {
        let Question { source, to, .. } = &question;
        let (text, form, options) = (&source.text, source.form()?, &source.options(None));
        let Converted { files, findings } = match (to.as_ref(), Dialect::from_name(to)) {
            ("netlify-toml", _) => convert::to_netlify_toml(text, form, options),
            ("vercel", _) => convert::to_vercel_json(text, form, options),
            ("selvedge", _) => convert::to_rules(text, form, options),
            (_, Some(dialect)) => convert::to_files(text, form, options, dialect),
            #[cfg(feature = "command-line")]
            (name, None) if let Some(list) = convert::List::from_name(name) => {
                convert::to_list(text, form, options, list, question.host.as_deref())
            }
            _ => return Err(JsError::new(&[to, " is not a form to convert to"].concat())),
        };
        let (files, texts) = files.into_iter().map(|file| (Named { name: file.name }, (file.text, 0))).unzip();
        TEXTS.set(texts);
        Ok(Answer { files, findings })
    })
}
