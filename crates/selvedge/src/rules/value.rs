//! A JSON-like tree that anything self-describing deserialises into.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How deep a tree may nest.
const MAX_DEPTH: u8 = 64;

/// A JSON-like value, as rules are written.
///
/// An object keeps the order of its members, and duplicates, so that they can be reported. Deserialising refuses to
/// nest deeper than 64 levels.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, or `undefined` from JavaScript. As an optional member it counts as absent, but not in a condition.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Members in the order written.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// A member of an object.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().find(|(member, _)| member == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Tree { depth: MAX_DEPTH }.deserialize(deserializer)
    }
}

/// Whole numbers are written as such: `301`, not `301.0`.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Up to here each whole number has a float of its own.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => {
                serializer.serialize_i64(*number as i64)
            }
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(list) => serializer.collect_seq(list),
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

macro_rules! conversions {
    ($($type:ty: $value:ident => $made:expr;)*) => { $(
        impl From<$type> for Value {
            fn from($value: $type) -> Value {
                $made
            }
        }
    )* };
}

conversions! {
    bool: value => Value::Bool(value);
    u16: number => Value::Number(number.into());
    u32: number => Value::Number(number.into());
    i32: number => Value::Number(number.into());
    f64: number => Value::Number(number);
    &str: text => Value::String(text.to_owned());
    String: text => Value::String(text);
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(list: Vec<T>) -> Value {
        Value::Array(list.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(list: [T; N]) -> Value {
        Vec::from(list).into()
    }
}

/// Deserialises one value, with this many levels left below it.
struct Tree {
    depth: u8,
}

impl Tree {
    fn below<E: Error>(&self) -> Result<Tree, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Tree { depth }),
            None => Err(E::custom("nested deeper than 64 levels")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.below()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            object.push((name, members.next_value_seed(self.below()?)?));
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_duplicates() {
        let value: Value = serde_json::from_str(r#"{"b": [1, true, null], "a": "x", "b": 2.5}"#).unwrap();
        let list = Value::Array(vec![Value::Number(1.0), Value::Bool(true), Value::Null]);
        assert_eq!(
            value,
            Value::Object(vec![
                ("b".to_owned(), list),
                ("a".to_owned(), Value::String("x".to_owned())),
                ("b".to_owned(), Value::Number(2.5)),
            ])
        );
    }

    #[test]
    fn is_written_as_it_was_read() {
        let text = r#"{"b":[1,-2,true,null],"a":"x","b":2.5,"c":1e300}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), text.replace("1e300", "1e+300"));
    }

    #[test]
    fn nests_64_levels_and_no_more() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(serde_json::from_str::<Value>(&nested(64)).is_ok());
        let error = serde_json::from_str::<Value>(&nested(65)).unwrap_err();
        assert!(error.to_string().contains("nested deeper than 64 levels"), "{error}");
    }
}
