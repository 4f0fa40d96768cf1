//! Names that a lenient server takes for others.
//!
//! Go's `encoding/json` and others match member names whatever their case, by Unicode's simple
//! folding: to them `NAME` and `argument\u{17f}` are `name` and `arguments`. Whoever decides by one
//! spelling must not let another through beside it or in its place.

use crate::json::{Json, Object};

/// Whether a name is not the known one, and is taken for it where case does not matter.
///
/// It says yes to a little more than simple folding does (`ß` and `ss`).
#[must_use]
pub fn is_alike(name: &str, known: &str) -> bool {
    if name.is_ascii() && known.is_ascii() {
        return name != known && name.eq_ignore_ascii_case(known);
    }
    name != known && folded(name).eq(folded(known))
}

/// Whether an object has a member that is taken for a known one, and is none of them.
#[must_use]
pub fn any_alike(object: &Object<'_>, known: &[&str]) -> bool {
    object
        .names()
        .any(|name| !known.contains(&name) && known.iter().any(|known| is_alike(name, known)))
}

/// Whether two members of an object, or of one within, are taken for each other.
pub(crate) fn has_alikes(value: &Json<'_>) -> bool {
    match value {
        Json::Array(elements) => elements.iter().any(has_alikes),
        Json::Object(object) => {
            let names = object.names().map(|name| folded(name).collect()).collect();
            let names: Vec<String> = crate::order::sorted(names, Ord::cmp);
            names
                .windows(2)
                .any(|pair| matches!(pair, [a, b] if a == b))
                || object.members().any(|(_, value)| has_alikes(value))
        }
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Double(_) | Json::String(_) => false,
    }
}

/// The same for names that differ by case alone. There and back again, since some letters have
/// two small forms, and some two large ones.
fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests;
