//! Objects that stand elsewhere in the description.

use serde_json::Value;

use super::super::notice::{Notices, Pointer};
use super::super::schema::follow;

/// Longest chain of references.
const HOPS: usize = 16;

/// What an object is, references followed; `None`, with the reason told, where that cannot be had.
pub(super) fn resolved<'d>(
    document: &'d Value,
    object: &'d Value,
    at: &Pointer,
    notices: &mut Notices,
) -> Option<(&'d Value, Pointer)> {
    let mut object = object;
    let mut at = at.clone();
    for _ in 0..HOPS {
        let Some(reference) = object.get("$ref").and_then(Value::as_str) else {
            return Some((object, at));
        };
        match follow(document, reference) {
            Ok((target, place)) => {
                object = target;
                at = place;
            }
            Err(problem) => {
                notices.push(&at, format!("{problem}: left out"));
                return None;
            }
        }
    }
    notices.push(
        &at,
        format!("references lead to references more than {HOPS} times: left out"),
    );
    None
}
