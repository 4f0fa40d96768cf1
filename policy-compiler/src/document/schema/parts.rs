//! The few schemas that everything is made of.

use serde_json::{Map, Value, json};

/// An object with the keys of a reader's table. A key without a property could not be described.
pub(super) fn object(keys: &[&str], required: &[&str], property: fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| ((*key).to_owned(), property(key)))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// A schema with a sentence for whoever points at the key.
pub(super) fn described(mut schema: Value, description: &str) -> Value {
    if let Value::Object(members) = &mut schema {
        members.insert("description".into(), json!(description));
    }
    schema
}

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

pub(super) fn some(items: &Value) -> Value {
    json!({"type": "array", "items": items, "minItems": 1})
}

/// A mapping from names to what they name.
pub(super) fn named(of: &Value) -> Value {
    json!({"type": "object", "propertyNames": to("name"), "additionalProperties": of})
}

pub(super) fn to(definition: &str) -> Value {
    json!({"$ref": format!("#/$defs/{definition}")})
}

/// Visible ASCII without quotes and backslashes.
pub(super) fn line(longest: usize) -> Value {
    json!({"type": "string", "pattern": r"^[!#-\[\]-~]+$", "maxLength": longest})
}

pub(super) fn word<T>(words: &[(&str, T)]) -> Value {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    json!({"enum": names})
}

pub(super) fn duration() -> Value {
    json!({"type": "string", "pattern": "^[0-9]+[smhd]$"})
}
