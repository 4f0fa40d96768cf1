use serde_json::{Value, json};

use super::super::Place;
use super::{NoHost, NotJson, Unreadable, propose};

fn with(paths: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Orders"},
        "servers": [{"url": "https://api.corp.example/v1"}],
        "paths": paths,
        "components": {"schemas": {"node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/node"}}}}},
    })
}

/// The operations that are proposed, and the places of what is told.
fn imported(document: &Value) -> (Value, Vec<String>) {
    let page = propose(document.to_string().as_bytes(), &Place::default()).unwrap();
    let back: Value = serde_saphyr::from_str(&page.text).unwrap();
    let places = page
        .notices
        .kept()
        .iter()
        .map(|each| each.place.to_string())
        .collect();
    let resources = back["resources"].as_object().unwrap();
    let resource = resources.values().next().unwrap();
    assert_eq!(resource["host"], "api.corp.example");
    (resource["operations"].clone(), places)
}

#[test]
fn operations_are_proposed() {
    let text = r##"
openapi: 3.1.0
info: {title: Orders API}
servers:
  - url: https://{region}.corp.example:8443/v1/
    variables: {region: {default: api}}
paths:
  /orders/{order-id}/refunds:
    parameters:
      - $ref: "#/components/parameters/trace"
      - {name: order-id, in: path, required: true, schema: {type: string}}
    post:
      operationId: refund
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Refund"}}}}
  /orders:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: tag, in: query, schema: {type: array, items: {type: string}}}
        - {name: state, in: query, required: true, schema: {enum: [open, closed]}}
components:
  parameters: {trace: {name: trace, in: query, schema: {type: boolean}}}
  schemas:
    Refund:
      type: object
      required: [amount, id]
      properties: {id: {type: string, readOnly: true}, amount: {type: number}}
"##;
    let page = propose(text.as_bytes(), &Place::default()).unwrap();
    let lines = page
        .text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let bare: String = lines.map(|line| format!("{line}\n")).collect();
    let expected = "\
remit: v1
resources:
  orders-api:
    host: api.corp.example
    audience: \"https://api.corp.example\"
    operations:
      get-v1-orders:
        http: \"GET /v1/orders\"
        class: read
        query: {limit: optional(int), state: string, tag: optional(list(string))}
        reviewed: false
      refund:
        http: \"POST /v1/orders/{order_id}/refunds\"
        class: write
        query: {trace: optional(bool)}
        body: {amount: double, id: optional(string)}
        reviewed: false
";
    assert_eq!(bare, expected);
    let told: Vec<String> = page
        .notices
        .kept()
        .iter()
        .map(|each| each.place.to_string())
        .collect();
    assert_eq!(told, ["/servers/0/url"]);
}

#[test]
fn classes_follow_methods() {
    let (operations, told) = imported(&with(json!({"/a": {
        "get": {"operationId": "g"}, "head": {"operationId": "h"}, "options": {"operationId": "o"},
        "post": {"operationId": "p"}, "put": {"operationId": "u"}, "patch": {"operationId": "m"},
        "delete": {"operationId": "d"}, "trace": {"operationId": "t"}, "x-other": {},
    }})));
    let class = |name: &str| {
        operations[name]["class"]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    };
    for name in ["g", "h", "o"] {
        assert_eq!(class(name), "read", "{name}");
    }
    for name in ["p", "u", "m", "d"] {
        assert_eq!(class(name), "write", "{name}");
    }
    assert_eq!(class("t"), "none");
    assert_eq!(told, ["/paths/~1a/trace"]);
}

#[test]
fn what_cannot_be_imported_is_told_with_its_place() {
    let json_body = |schema: Value| json!({"required": true, "content": {"application/json": {"schema": schema}}});
    let (operations, told) = imported(&with(json!({
        "/a/{x}.csv": {"get": {}},
        "/a/": {"get": {}},
        "/gone": {"$ref": "#/nowhere"},
        "/list": {"post": {"operationId": "list", "requestBody": json_body(json!({"type": "array"}))}},
        "/loop": {"post": {"operationId": "loop", "requestBody": json_body(json!({"$ref": "#/components/schemas/node"}))}},
        "/multi": {"put": {"operationId": "multi", "requestBody": {"required": true, "content": {"text/plain": {}, "application/json; charset=utf-8": {}}}}},
        "/optional": {"post": {"operationId": "optional", "callbacks": {}, "requestBody": {"content": {"application/json": {}}}}},
        "/get": {"get": {"operationId": "get", "requestBody": {"content": {"application/json": {}}}, "parameters": [
            {"in": "query", "name": "o", "schema": {"type": "object"}},
            {"in": "query", "name": "*", "schema": {"type": "string"}},
            {"in": "query", "schema": {"type": "string"}},
            {"in": "query", "name": "d", "schema": {}},
            {"in": "header", "name": "h", "schema": {"type": "object"}}]}},
    })));
    let names: Vec<&String> = operations.as_object().unwrap().keys().collect();
    assert_eq!(names, ["get", "list", "loop", "multi", "optional"]);
    assert_eq!(operations["list"].get("body"), None);
    assert_eq!(operations["multi"]["body"], "any");
    assert_eq!(operations["optional"]["body"], "any");
    assert_eq!(operations["get"]["query"], json!({"d": "optional(string)"}));
    let loops = operations["loop"]["body"]["next"].as_str().unwrap();
    assert!(
        loops.starts_with("optional(object(next: optional(object("),
        "{loops}"
    );
    assert!(loops.contains("map(dyn)"), "{loops}");
    assert_eq!(
        told,
        [
            "/paths/~1a~1/get",
            "/paths/~1a~1{x}.csv/get",
            "/paths/~1get/get/parameters/0/schema",
            "/paths/~1get/get/parameters/1",
            "/paths/~1get/get/parameters/2",
            "/paths/~1get/get/parameters/3/schema",
            "/paths/~1get/get/requestBody",
            "/paths/~1gone",
            "/paths/~1list/post/requestBody/content/application~1json/schema",
            "/paths/~1multi/put/requestBody/content",
            "/paths/~1optional/post/requestBody/content",
            "/paths/~1optional/post/callbacks",
        ]
    );
}

#[test]
fn words_of_the_description_stay_where_they_are_put() {
    let evil = "x\n      evil: {class: read, reviewed: true}\u{1b}[2J\u{2028}# \" }";
    let mut document = with(json!({"/a": {"post": {
        "operationId": evil, "summary": evil, "deprecated": true, "security": [],
        "parameters": [{"in": "query", "name": "a: b, \"c\"", "schema": {"type": "string"}}],
    }}}));
    document["info"]["title"] = json!(evil);
    let page = propose(document.to_string().as_bytes(), &Place::default()).unwrap();
    let back: Value = serde_saphyr::from_str(&page.text).unwrap();
    let resources = back["resources"].as_object().unwrap();
    assert_eq!(resources.len(), 1);
    let operations = resources.values().next().unwrap()["operations"]
        .as_object()
        .unwrap();
    assert_eq!(operations.len(), 1);
    let operation = operations.values().next().unwrap();
    assert_eq!(operation["reviewed"], json!(false));
    assert_eq!(
        operation["query"],
        json!({"a: b, \"c\"": "optional(string)"})
    );
    assert!(
        !page
            .text
            .chars()
            .any(|each| each.is_control() && each != '\n' || each == '\u{2028}')
    );
}

#[test]
fn what_is_no_description_is_refused() {
    let read = |text: &str| propose(text.as_bytes(), &Place::default()).unwrap_err();
    assert_eq!(read("{}"), Unreadable::NotOpenApi);
    assert_eq!(read("openapi: 3.1.0"), Unreadable::NotOpenApi);
    assert_eq!(read("{} {}"), Unreadable::NotOpenApi);
    assert!(matches!(read("{"), Unreadable::NotJson(_)));
    assert!(matches!(
        read("{\"openapi\":\"3.1.0\",\"openapi\":\"3.1.0\"}"),
        Unreadable::NotJson(_)
    ));
    assert!(matches!(read("a: [b"), Unreadable::NotYaml { .. }));
    assert!(matches!(
        read("openapi: 3.1.0\nopenapi: 3.1.0\npaths: {}"),
        Unreadable::NotYaml { .. }
    ));
    assert!(
        matches!(read("swagger: '2.0'\npaths: {}"), Unreadable::Version { said } if said == "2.0")
    );
    assert_eq!(
        read("openapi: 3.0.0\npaths: {}"),
        Unreadable::NoHost(NoHost)
    );
    assert_eq!(
        read(&" ".repeat(super::INPUT_BYTES + 1)),
        Unreadable::NotJson(NotJson::TooLong)
    );
    let many: serde_json::Map<String, Value> = (0..=super::OPERATIONS)
        .map(|index| (format!("/{index}"), json!({"get": {}})))
        .collect();
    assert_eq!(read(&with(many.into()).to_string()), Unreadable::TooMany);
}

#[test]
fn names_are_given_once() {
    let (operations, _) = imported(&with(json!({
        "/a": {"get": {"operationId": "same"}, "post": {"operationId": "same"}},
        "/b": {"get": {"operationId": "get-v1-c"}},
        "/c": {"get": {}},
    })));
    let names: Vec<&String> = operations.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["get-v1-c", "get-v1-c-operation", "same", "same-operation"]
    );
    // One that has the name keeps it, wherever it stands.
    assert_eq!(operations["get-v1-c"]["http"], "GET /v1/b");
}
