//! A file in another form.

use std::borrow::Cow;

use selvedge::dialect::Dialect;
use selvedge::dialect::convert::{self, Converted, List};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::rule_file::RuleFile;

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    source: RuleFile<'q>,
    to: Cow<'q, str>,
    /// The site's, for lists that cannot do without.
    host: Option<Cow<'q, str>>,
}

/// `{ source: { form, dialect?, text, files? }, to, host? }` → `{ files: [{ name, text }], findings }`.
#[wasm_bindgen]
pub fn convert(question: &str) -> Result<String, JsError> {
    super::answer(question, |Question { source, to, host }: Question<'_>| -> Result<Converted, JsError> {
        let (text, form, options) = (&source.text, source.form()?, &source.options(None));
        match (to.as_ref(), Dialect::from_name(&to)) {
            ("netlify-toml", _) => Ok(convert::to_netlify_toml(text, form, options)),
            ("vercel", _) => Ok(convert::to_vercel_json(text, form, options)),
            ("selvedge", _) => Ok(convert::to_rules(text, form, options)),
            (_, Some(dialect)) => Ok(convert::to_files(text, form, options, dialect)),
            (name, None) if let Some(list) = List::from_name(name) => {
                Ok(convert::to_list(text, form, options, list, host.as_deref()))
            }
            _ => Err(JsError::new(&["there is no form ", &to, " to convert to"].concat())),
        }
    })
}
