//! Which keys of a limit exclude each other: one table.

use super::excludes;
use crate::diagnostic::Diagnostics;
use crate::document::fields::Fields;

/// Of each row the first key cannot stand with any of the others, for the reason at the end.
pub(in crate::document) const APART: &[(&str, &[&str], &str)] = &[
    (
        "distinct",
        &["denials", "cost"],
        "a limit counts one thing: make them two limits",
    ),
    (
        "denials",
        &["cost"],
        "a limit counts one thing: make them two limits",
    ),
    (
        "denials",
        &["operations", "since"],
        "every refused request of the task counts, also one for what no operation is",
    ),
    (
        "denials",
        &["beyond"],
        "an approval lets one call through, and it is the others that are too many",
    ),
    (
        "denials",
        &["fleet"],
        "refused requests are counted where they are refused: take `fleet` out",
    ),
    (
        "distinct",
        &["fleet"],
        "the service counts calls and cannot tell what they are about: take `fleet` out",
    ),
    (
        "idle",
        &[
            "operations",
            "distinct",
            "denials",
            "cost",
            "since",
            "beyond",
            "fleet",
        ],
        "an idle end is about every call of the task: give it a limit of its own",
    ),
];

/// Whether the keys that are written can stand together; what is wrong is said.
pub(super) fn check(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> bool {
    let mut fits = true;
    for (key, others, why) in APART {
        let Some(place) = fields.place(key) else {
            continue;
        };
        for other in *others {
            if let Some(span) = fields.place(other) {
                let message = format!("`{key}` and `{other}` exclude each other");
                diagnostics.push(excludes(span, message, place, why));
                fits = false;
            }
        }
    }
    fits && fixed(fields, diagnostics) && counted(fields, diagnostics)
}

/// Targets each have a time of their own, so that no window of theirs begins together.
fn fixed(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> bool {
    let (Some(place), Some(node)) = (fields.place("distinct"), fields.get("window")) else {
        return true;
    };
    if !matches!(node.value, crate::yaml::Value::Mapping(_)) {
        return true;
    }
    let message = "`distinct` and a fixed window exclude each other".to_owned();
    let help = "each target counts for so long after the last call: write `window: 10m`";
    diagnostics.push(excludes(node.span, message, place, help));
    false
}

/// What is said of a count needs one.
fn counted(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> bool {
    if fields.get("at_most").is_some() || fields.get("idle").is_none() {
        return true;
    }
    let Some(span) = fields.place("window") else {
        return true;
    };
    let message = "`window` says nothing without `at_most`".to_owned();
    let place = fields.place("idle").unwrap_or(span);
    let help = "say how many calls there may be in it: `at_most: 100`";
    diagnostics.push(excludes(span, message, place, help));
    false
}
