use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::super::Place;
use super::super::{Listing, propose};
use super::{Comparison, Known, NoResource, compare};
use crate::source::Sources;

fn listing(tools: &Value) -> Listing {
    let mut listing = Listing::default();
    listing.add(tools.to_string().as_bytes()).unwrap();
    listing.complete()
}

fn sources(text: &str) -> Sources {
    Sources::in_memory(
        [(PathBuf::from("policy.yaml"), text.to_owned())],
        BTreeMap::new(),
    )
}

fn tool(name: &str, properties: Value) -> Value {
    json!({"name": name, "inputSchema": {"type": "object", "properties": properties}})
}

fn reviewed(tools: &Value) -> String {
    let place = Place {
        host: Some("mcp.corp.example".to_owned()),
        ..Place::default()
    };
    let page = propose(&listing(tools), &place).unwrap();
    page.text.replace(
        "        reviewed: false\n",
        "        labels: {team: \"a, b\"}\n",
    )
}

fn compared(policy: &str, tools: &Value) -> (Comparison, Known) {
    let known = Known::find(&sources(policy), &Place::default()).unwrap();
    (compare(&listing(tools), &known), known)
}

fn before() -> Value {
    json!([
        tool("keep", json!({"a": {"type": "string"}})),
        tool(
            "change",
            json!({"a": {"type": "string"}, "b": {"type": "integer"}})
        ),
        tool("ns/gone", json!({})),
    ])
}

fn after() -> Value {
    json!([
        tool("ns.new", json!({})),
        tool("ns/new", json!({})),
        tool("change", json!({"a": {"type": "integer"}, "c": {}})),
        tool("keep", json!({"a": {"type": "string"}})),
    ])
}

#[test]
fn what_is_as_it_was_has_no_changes() {
    let (comparison, known) = compared(&reviewed(&before()), &before());
    assert_eq!(comparison.changes, []);
    assert_eq!((comparison.unchanged, comparison.unpinned.len()), (3, 0));
    // The merged page says the same as the policy.
    let merged = comparison.merged(&known).text;
    let read = |text: &str| -> Value { serde_saphyr::from_str(text).unwrap() };
    assert_eq!(read(&merged), read(&reviewed(&before())));
}

#[test]
fn what_changed_is_told() {
    let (comparison, known) = compared(&reviewed(&before()), &after());
    let document = super::json(&comparison, &known.name);
    let changes = document["changes"].as_array().unwrap();
    let said: Vec<String> = changes
        .iter()
        .map(|each| {
            format!(
                "{} {} {}",
                each["change"], each["operation"], each["called"]
            )
            .replace('"', "")
        })
        .collect();
    assert_eq!(
        said,
        [
            "changed change change",
            "removed ns-gone ns/gone",
            "added ns-new ns.new",
            "added ns-new-tool ns/new",
        ]
    );
    assert_eq!(
        changes[0]["arguments"],
        json!([
            {"name": "a", "old": "optional(string)", "new": "optional(int)"},
            {"name": "b", "old": "optional(int)", "new": null},
            {"name": "c", "old": null, "new": "optional(dyn)"},
        ])
    );
    assert_ne!(changes[0]["pin"]["old"], changes[0]["pin"]["new"]);
    assert_eq!(document["unchanged"], 1);
}

#[test]
fn the_merged_page_has_what_changed_looked_at_again() {
    let (comparison, known) = compared(&reviewed(&before()), &after());
    let merged = comparison.merged(&known).text;
    let back: Value = serde_saphyr::from_str(&merged).unwrap();
    let tools = &back["resources"]["corp"]["tools"];
    let names: Vec<&String> = tools.as_object().unwrap().keys().collect();
    assert_eq!(names, ["change", "keep", "ns-new", "ns-new-tool"]);
    assert_eq!(tools["keep"].get("reviewed"), None);
    for name in ["change", "ns-new", "ns-new-tool"] {
        assert_eq!(tools[name]["reviewed"], json!(false), "{name}");
    }
    // What the author added stays.
    assert_eq!(tools["change"]["labels"], json!({"team": "a, b"}));
    assert_eq!(
        tools["change"]["arguments"],
        json!({"a": "optional(int)", "c": "optional(dyn)"})
    );
    assert!(
        merged.contains("# Not listed any more: ns-gone"),
        "{merged}"
    );
    // Held against itself, nothing is new.
    let (again, _) = compared(&merged, &after());
    assert_eq!(again.changes, []);
}

#[test]
fn what_has_no_pin_is_told_and_is_no_change() {
    let policy = "resources: {a: {mcp: {host: h, path: /mcp}, tools: {keep: {class: read, arguments: any}}}}";
    let (comparison, _) = compared(policy, &json!([tool("keep", json!({}))]));
    assert_eq!(comparison.changes, []);
    assert_eq!(comparison.unpinned[0].operation, "keep");
}

#[test]
fn the_resource_is_found_by_name_or_place() {
    let two = sources(
        "resources: {a: {mcp: {host: x, path: /a}}, b: {mcp: {host: y, path: /b}}, c: {host: z}}",
    );
    let find = |resource: Option<&str>, host: Option<&str>| {
        let place = Place {
            resource: resource.map(str::to_owned),
            host: host.map(str::to_owned),
            ..Place::default()
        };
        Known::find(&two, &place).map(|known| known.name)
    };
    assert_eq!(find(Some("a"), None).unwrap(), "a");
    assert_eq!(find(None, Some("y")).unwrap(), "b");
    assert!(matches!(find(None, None), Err(NoResource::Several(_))));
    assert!(matches!(find(Some("c"), None), Err(NoResource::None(_))));
    assert!(matches!(
        Known::find(&sources("a: [b"), &Place::default()),
        Err(NoResource::Unreadable(_))
    ));
    assert!(matches!(
        Known::find(&sources("a: b"), &Place::default()),
        Err(NoResource::None(_))
    ));
}
