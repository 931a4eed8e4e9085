//! A file in another form.

use std::borrow::Cow;

use selvedge::dialect::Dialect;
use selvedge::dialect::convert::{self, Converted};
use serde::Deserialize;
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

/// `{ source: { form, dialect?, text, files? }, to, host? }` → `{ files: [{ name, text }], findings }`.
#[wasm_bindgen]
pub fn convert(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| -> Result<Converted, JsError> {
        let Question { source, to, .. } = &question;
        let (text, form, options) = (&source.text, source.form()?, &source.options(None));
        match (to.as_ref(), Dialect::from_name(to)) {
            ("netlify-toml", _) => Ok(convert::to_netlify_toml(text, form, options)),
            ("vercel", _) => Ok(convert::to_vercel_json(text, form, options)),
            ("selvedge", _) => Ok(convert::to_rules(text, form, options)),
            (_, Some(dialect)) => Ok(convert::to_files(text, form, options, dialect)),
            #[cfg(feature = "command-line")]
            (name, None) if let Some(list) = convert::List::from_name(name) => {
                Ok(convert::to_list(text, form, options, list, question.host.as_deref()))
            }
            _ => Err(JsError::new(&["there is no form ", to, " to convert to"].concat())),
        }
    })
}
