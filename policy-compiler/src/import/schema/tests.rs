use serde_json::{Value, json};

use super::super::notice::{Notices, Pointer};
use super::{Reader, SCHEMAS};

/// The type of a property of the schema, and what is said about it.
fn ty_in(root: &Value, schema: &str) -> (String, Vec<String>) {
    let mut notices = Notices::default();
    let schema = root.pointer(schema).unwrap();
    let ty = Reader::new(root, &mut notices).parameter(schema, &Pointer::default());
    let told = notices.kept().iter();
    (
        ty.to_string(),
        told.map(|each| format!("{}: {}", each.place, each.text))
            .collect(),
    )
}

fn ty(schema: Value) -> String {
    ty_in(&json!({"s": schema}), "/s").0
}

fn shape(schema: Value) -> String {
    let mut notices = Notices::default();
    let shape = Reader::new(&schema, &mut notices).shape(&schema, &Pointer::default());
    format!(
        "{}{}",
        super::super::page::write(&[super::super::page::Item::new("arguments", shape.part())])
            .trim_end(),
        notices
            .kept()
            .iter()
            .map(|each| format!(" | {}", each.place))
            .collect::<String>()
    )
}

#[test]
fn scalars_lists_and_objects_have_types() {
    for (schema, expected) in [
        (
            json!({"type": "string", "format": "date", "maxLength": 3}),
            "string",
        ),
        (json!({"type": "integer"}), "int"),
        (json!({"type": "number"}), "double"),
        (json!({"type": ["integer", "number"]}), "double"),
        (json!({"type": ["string"]}), "string"),
        (json!({"type": "boolean"}), "bool"),
        (
            json!({"type": "array", "items": {"type": "string"}}),
            "list(string)",
        ),
        (json!({"type": "array"}), "list(dyn)"),
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}]}),
            "list(dyn)",
        ),
        (json!({"type": "object"}), "map(dyn)"),
        (
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            "map(int)",
        ),
        (
            json!({"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}, "a": {"enum": ["x", "y"]}}}),
            "object(a: optional(string), b: string)",
        ),
        (json!({"const": "x"}), "string"),
        (json!({"enum": [1, 2]}), "int"),
        (json!({"enum": [1, 2.5]}), "double"),
        (json!({"enum": [true]}), "bool"),
        (
            json!({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}),
            "string",
        ),
        (json!({"anyOf": [{"type": "string"}]}), "string"),
        (
            json!({"allOf": [{"properties": {"a": {"type": "string"}}}, {"required": ["a"]}]}),
            "object(a: string)",
        ),
    ] {
        assert_eq!(ty(schema.clone()), expected, "{schema}");
    }
}

#[test]
fn what_is_not_plain_is_dyn() {
    for schema in [
        json!({}),
        json!(true),
        json!({"type": ["string", "null"]}),
        json!({"type": "string", "nullable": true}),
        json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
        json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"enum": ["a", null]}),
        json!({"enum": []}),
        json!({"type": "null"}),
        json!({"type": "elephant"}),
        json!({"type": 7}),
        json!("string"),
        json!({"not": {"type": "string"}}),
    ] {
        assert_eq!(ty(schema.clone()), "dyn", "{schema}");
    }
}

#[test]
fn references_within_the_document_are_followed() {
    let root = json!({
        "$defs": {"a/b": {"type": "string"}, "c": {"$ref": "#/$defs/a~1b"}, "loop": {"$ref": "#/$defs/loop"}},
        "good": {"$ref": "#/$defs/c"},
        "escaped": {"$ref": "#/%24defs/a~1b"},
        "out": {"$ref": "https://elsewhere.example/schema"},
        "anchor": {"$ref": "#name"},
        "nothing": {"$ref": "#/$defs/d"},
        "loop": {"$ref": "#/$defs/loop"},
    });
    assert_eq!(ty_in(&root, "/good"), ("string".to_owned(), vec![]));
    assert_eq!(ty_in(&root, "/escaped"), ("string".to_owned(), vec![]));
    for (name, told) in [
        ("/out", "leads out of the document"),
        ("/anchor", "leads out of the document"),
        ("/nothing", "leads to nothing"),
        ("/loop", "references lead to references"),
    ] {
        let (ty, notices) = ty_in(&root, name);
        assert_eq!(ty, "dyn", "{name}");
        assert!(notices[0].contains(told), "{name}: {notices:?}");
    }
}

#[test]
fn a_schema_that_unfolds_without_end_is_cut() {
    let refs: serde_json::Map<String, Value> = (0..40)
        .map(|index| (format!("p{index}"), json!({"$ref": "#/$defs/node"})))
        .collect();
    let root = json!({"$defs": {"node": {"type": "object", "properties": refs}}, "s": {"$ref": "#/$defs/node"}});
    let (ty, notices) = ty_in(&root, "/s");
    assert!(ty.len() < SCHEMAS * 40, "{}", ty.len());
    assert!(notices.iter().any(|each| each.contains("too large")));
    let mut deep = json!({"type": "string"});
    for _ in 0..20 {
        deep = json!({"type": "array", "items": deep});
    }
    assert_eq!(super::super::schema::DEPTH, 8);
    assert_eq!(
        self::ty(deep),
        "list(list(list(list(list(list(list(list(dyn))))))))"
    );
}

#[test]
fn members_are_closed_unless_the_schema_opens_them() {
    let a = || json!({"a": {"type": "string"}});
    for (schema, expected) in [
        (
            json!({"type": "object", "properties": a(), "required": ["a"]}),
            "arguments: {a: string}",
        ),
        (
            json!({"type": "object", "properties": a(), "additionalProperties": false}),
            "arguments: {a: optional(string)}",
        ),
        (
            json!({"type": "object", "properties": a(), "additionalProperties": true}),
            "arguments: {a: optional(string), \"*\": any}",
        ),
        (
            json!({"type": "object", "properties": a(), "additionalProperties": {}}),
            "arguments: {a: optional(string), \"*\": any}",
        ),
        (json!({"type": "object", "properties": {}}), "arguments: {}"),
        (
            json!({"type": "object", "additionalProperties": false}),
            "arguments: {}",
        ),
        (json!({"type": "object"}), "arguments: any"),
        (json!({"type": "array"}), "arguments: any | /"),
        (json!(true), "arguments: any"),
        (
            json!({"type": "object", "properties": a(), "oneOf": [{"required": ["a"]}]}),
            "arguments: {a: optional(string)}",
        ),
        (
            json!({"type": "object", "properties": a(), "oneOf": [{"properties": {"b": {}}}]}),
            "arguments: {a: optional(string), \"*\": any} | /oneOf",
        ),
        (
            json!({"type": "object", "properties": a(), "patternProperties": {"^x": {}}}),
            "arguments: {a: optional(string), \"*\": any} | /patternProperties",
        ),
        (
            json!({"properties": {"*": {}, "a": {}}}),
            "arguments: {a: optional(dyn), \"*\": any} | /properties/*",
        ),
        (
            json!({"properties": {"a\nb": {}, "c": {}}}),
            "arguments: {c: optional(dyn), \"*\": any} | /properties/a\nb",
        ),
    ] {
        assert_eq!(shape(schema.clone()), expected, "{schema}");
    }
}

#[test]
fn a_field_that_a_type_cannot_name_is_told() {
    let schema =
        json!({"s": {"type": "object", "properties": {"a b": {}, "c": {"type": "string"}}}});
    let (ty, notices) = ty_in(&schema, "/s");
    assert_eq!(ty, "object(c: optional(string))");
    assert_eq!(notices.len(), 1);
    let only = json!({"s": {"type": "object", "properties": {"a b": {}}}});
    assert_eq!(ty_in(&only, "/s").0, "map(dyn)");
}
