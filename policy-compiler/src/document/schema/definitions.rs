//! What is said in several places of a policy in the same way.

use serde_json::{Value, json};

use super::calls;
use super::parts::{list, text};
use crate::document::body;
use crate::document::owners::{Extent, OWNED};
use crate::document::scalars::NAME_BYTES;
use crate::document::types;

pub(super) fn definitions() -> Value {
    json!({
        "name": {
            "type": "string",
            "pattern": format!("^[A-Za-z][A-Za-z0-9_-]{{0,{}}}$", NAME_BYTES - 1),
        },
        "method": calls::method(),
        "members": {
            "description": "Members with their types, or `any`; `\"*\": any` lets others pass.",
            "anyOf": [
                {"const": body::ANY},
                {
                    "type": "object",
                    "properties": {body::OTHERS: {"const": body::ANY, "description": "Others pass, and rules cannot read them."}},
                    "additionalProperties": {"$ref": "#/$defs/type"},
                },
            ],
        },
        "type": {
            "description": "bool, int, uint, double, string, bytes, timestamp, duration, dyn, list(T), map(T), object(name: T, …); optional(T) of any; list(T, 20) and string(64) are bounded.",
            "type": "string",
            "pattern": types(),
        },
        "claims": {
            "anyOf": [
                {"$ref": "#/$defs/type"},
                {"type": "object", "additionalProperties": {"$ref": "#/$defs/claims"}},
            ],
        },
        "pattern": {
            "description": "`*` stands for one segment between slashes, a final `**` for one or more.",
            "type": "string",
            "pattern": r"^(?:[^*]*://)?(?:(?:[^*/]+|\*)/)*(?:[^*/]+|\*\*?)$",
        },
        "operation": {
            "description": "`resource.operation`, or `resource.*` for all of a resource.",
            "type": "string",
            "pattern": r"^[A-Za-z][A-Za-z0-9_-]*\.([A-Za-z][A-Za-z0-9_/-]*|\*)$",
        },
        "owned": {
            "description": "A section, or one name of it: `tasks.triage`.",
            "type": "string",
            "pattern": owned(),
        },
        "labels": {
            "type": "object",
            "additionalProperties": {"anyOf": [text(), list(&text())]},
        },
        "http": {
            "description": "A method and a path: `GET /v1/orders/{order_id}`.",
            "type": "string",
            "pattern": r"^[A-Z-]+ /[^\s?#]*$",
        },
        "host": {
            "description": "As requests carry it: in lower case, without a port.",
            "type": "string",
            "pattern": r"^[^A-Z/\s]+$",
        },
        "query": {
            "description": "Every parameter that may be there, or `any`; without it there may be none.",
            "anyOf": [
                {"const": "any"},
                {"type": "object", "additionalProperties": {"$ref": "#/$defs/type"}},
            ],
        },
    })
}

/// Types by what they begin with; what stands in their brackets is the compiler's to check.
fn types() -> String {
    format!(r"^(?:{})(?:\(.+\))?$", types::NAMES.join("|"))
}

fn owned() -> String {
    let of = |extent: Extent| -> String {
        let sections = OWNED.iter().filter(|(_, _, one)| *one == extent);
        let names: Vec<&str> = sections.map(|(section, ..)| *section).collect();
        names.join("|")
    };
    format!(
        r"^(?:(?:{})(?:\..+)?|{})$",
        of(Extent::Each),
        of(Extent::Whole)
    )
}
