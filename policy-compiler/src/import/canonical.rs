//! The pin of a definition, made as the gateway makes it of what it sees in lists.

use remit_engine::json::{canonical, reader::Reader};
use serde_json::Value;

use super::INPUT_BYTES;

/// The pin of a definition as a list has it: the hash of the whole object without `_meta`. `None` where it
/// is beyond the bounds of what the gateway reads, so that it could not hold it against a pin.
pub(super) fn pin(definition: &Value) -> Option<String> {
    let mut reader = Reader::new(INPUT_BYTES);
    reader.push(definition.to_string().as_bytes()).ok()?;
    let hash = canonical::definition(&reader.finish().ok()?);
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("sha256:{digits}"))
}

#[cfg(test)]
mod tests;
