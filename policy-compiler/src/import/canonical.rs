//! The pin of a definition: SHA-256 over its canonical form (RFC 8785).

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The pin of a definition as a list has it: the whole object without `_meta`, which is about the answer
/// and may differ from one to the next. `None` where it has a number with no canonical form.
pub(super) fn pin(definition: &Value) -> Option<String> {
    let mut definition = definition.clone();
    if let Value::Object(members) = &mut definition {
        members.remove("_meta");
    }
    let canonical = serde_json_canonicalizer::to_vec(&definition).ok()?;
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(canonical) {
        text.push_str(&format!("{byte:02x}"));
    }
    Some(text)
}

#[cfg(test)]
mod tests;
