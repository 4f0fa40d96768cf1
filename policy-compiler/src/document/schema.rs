//! The shape of a policy file as a JSON Schema (2020-12), for editors.
//!
//! Made from the tables that the readers beside it read by: their keys, their words, their bounds.
//! A schema cannot relate names to each other or look into conditions; what it refuses, the
//! compiler refuses too.

mod calls;
mod definitions;
mod issuers;
mod limits;
mod parts;
mod resources;
mod sources;
mod tasks;

use serde_json::{Value, json};

use super::SECTIONS;
use parts::{described, list, named, object, some, text, to};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let mut schema = object(SECTIONS, &["remit"], section);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Remit policy",
        "description": "What agents may do behind a gateway: docs/policy.md describes it.",
        "$defs": definitions::definitions(),
    });
    if let (Value::Object(schema), Value::Object(head)) = (&mut schema, head) {
        schema.extend(head);
    }
    schema
}

fn section(key: &str) -> Value {
    match key {
        "remit" => described(json!({"const": "v1"}), "The version of the language."),
        "policy" => described(to("name"), "The policy's name in records."),
        "owner" => described(
            to("name"),
            "Whose this file is, where a policy is a folder of files.",
        ),
        "owners" => described(
            named(&some(&to("owned"))),
            "What the files of each owner may define; named in one file.",
        ),
        "labels" => described(
            named(&some(&to("name"))),
            "A closed vocabulary: each label with the values that it can have.",
        ),
        "issuers" => issuers::section(),
        "public" => resources::public(),
        "resources" => resources::section(),
        "tasks" => tasks::section(),
        "guards" => tasks::guards(),
        "observe" => described(
            list(&text()),
            "Ids of `deny` and `require` rules, guards and limits that only report.",
        ),
        "deny_feed" => described(
            sources::standing(),
            "Where it says what no longer stands before its time: tokens, sessions, runs, agents, subjects.",
        ),
        "break_glass" => tasks::exceptions(),
        "history" => limits::history(),
        "fleet" => limits::fleet(),
        "approvals" => limits::approvals(),
        _ => Value::Bool(true),
    }
}

#[cfg(test)]
mod tests;
