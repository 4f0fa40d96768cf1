//! A comparison for machines.

use serde_json::{Value, json};

use super::{Comparison, Difference, Subject};

/// The comparison as one JSON document.
#[must_use]
pub fn json(comparison: &Comparison, resource: &str) -> Value {
    let changes = comparison.changes.iter().map(|change| {
        let mut value = subject(&change.subject);
        let more = match &change.difference {
            Difference::Added { place } => json!({"change": "added", "place": place.to_string()}),
            Difference::Removed => json!({"change": "removed"}),
            Difference::Changed {
                place,
                old,
                new,
                arguments,
            } => {
                let arguments = arguments
                    .iter()
                    .map(|each| json!({"name": each.name, "old": each.old, "new": each.new}));
                json!({
                    "change": "changed",
                    "place": place.to_string(),
                    "pin": {"old": old, "new": new},
                    "arguments": arguments.collect::<Vec<_>>(),
                })
            }
        };
        if let (Value::Object(members), Value::Object(more)) = (&mut value, more) {
            members.extend(more);
        }
        value
    });
    let notices = comparison.notices.kept().iter();
    json!({
        "resource": resource,
        "unchanged": comparison.unchanged,
        "changes": changes.collect::<Vec<_>>(),
        "unpinned": comparison.unpinned.iter().map(subject).collect::<Vec<_>>(),
        "notices": notices
            .map(|each| json!({"place": each.place.to_string(), "text": each.text}))
            .collect::<Vec<_>>(),
    })
}

fn subject(subject: &Subject) -> Value {
    json!({"kind": subject.kind, "operation": subject.operation, "called": subject.called})
}
