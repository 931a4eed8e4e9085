use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::{InvalidJson, Model, Value};
use crate::diagnostic::{Cause, Diagnostics};

/// A set of rules that nothing is wrong with by itself; what depends on a platform is checked by
/// [`compile`](crate::compile()).
///
/// There are four ways to one, and all go through the same checks: text ([`str::parse`]), any format of serde
/// ([`Deserialize`]), a tree ([`Rules::from_value`]), and code ([`Rules::builder`]). Serialised, rules are the document that
/// they were made from; there, comments are gone.
///
/// ```
/// use selvedge::Rules;
///
/// let rules: Rules = r#"{
///     // JSON, with comments
///     "redirects": [{ "from": "/old/*", "to": "/new/:splat" }]
/// }"#.parse()?;
/// assert_eq!(serde_json::to_string(&rules)?, r#"{"redirects":[{"from":"/old/*","to":"/new/:splat"}]}"#);
///
/// let problems = r#"{ "redirects": [{ "form": "/a", "from": "/a", "to": "/b" }] }"#.parse::<Rules>().unwrap_err();
/// assert_eq!(problems.to_string(), r#"redirects[0].form: unknown field, did you mean "from"?"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rules {
    document: Value,
    model: Model,
}

impl Rules {
    /// Reads rules from a tree and checks all that depends on neither platform nor stage.
    ///
    /// # Errors
    ///
    /// Everything that is wrong. Nothing is returned besides: half a rule set must never run.
    pub fn from_value(document: Value) -> Result<Rules, Diagnostics> {
        let model = Model::from_value(&document)?;
        Ok(Rules { document, model })
    }

    /// The document that the rules were made from.
    pub fn as_value(&self) -> &Value {
        &self.document
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }
}

/// No rules: nothing is changed.
impl Default for Rules {
    fn default() -> Rules {
        Rules { document: Value::Object(Vec::new()), model: Model::default() }
    }
}

/// Rules are equal that mean the same, however they are written: a status of 301 may be left out.
impl PartialEq for Rules {
    fn eq(&self, other: &Rules) -> bool {
        self.model == other.model
    }
}

/// JSON text, RFC 8259, where `//` and `/* */` comments count as blanks.
impl FromStr for Rules {
    type Err = Diagnostics;

    fn from_str(text: &str) -> Result<Rules, Diagnostics> {
        Rules::from_value(Value::from_json(text)?)
    }
}

impl TryFrom<Value> for Rules {
    type Error = Diagnostics;

    fn try_from(document: Value) -> Result<Rules, Diagnostics> {
        Rules::from_value(document)
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rules, D::Error> {
        Rules::from_value(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for Rules {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

impl From<InvalidJson> for Diagnostics {
    fn from(invalid: InvalidJson) -> Diagnostics {
        let (line, column) = invalid.position();
        let mut problems = Diagnostics::new();
        problems.push(
            "invalid-json",
            format_args!("line {line}, column {column}"),
            format_args!("not valid JSON: {}", invalid.message()),
            "",
        );
        problems.caused_by(Cause::Json(invalid))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::error::Error;

    use super::*;

    #[test]
    fn text_that_is_not_json_has_a_place_and_a_source() {
        let problems = "{\n  \"redirects\": [,] }".parse::<Rules>().unwrap_err();
        assert_eq!(problems.to_string().split(':').next().unwrap(), "line 2, column 17");
        assert!(problems.has("invalid-json"));
        assert!(problems.source().unwrap().is::<InvalidJson>());
        let problems = "{ \"redirect\": [] }".parse::<Rules>().unwrap_err();
        assert!(problems.has("unknown-field") && !problems.has("invalid-json") && problems.source().is_none());
    }

    #[test]
    fn rules_come_back_from_what_they_are_written_as() {
        let text = r#"{"$schema":"x","redirects":{"from":["/a","/b"],"to":"/c"},"languages":"en","html":null}"#;
        let rules: Rules = text.parse().unwrap();
        assert_eq!(serde_json::to_string(&rules).unwrap(), text);
        assert_eq!(serde_json::from_str::<Rules>(text).unwrap(), rules);
        assert_eq!(serde_json::to_string(&Rules::default()).unwrap(), "{}");
    }
}
