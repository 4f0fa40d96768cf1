use super::*;
use crate::testing::tests::desk;

#[test]
fn a_header_holds_what_it_can_and_the_rest_encoded() {
    for (text, value) in [
        ("ns/export.v2", "ns/export.v2"),
        ("two words", "two words"),
        ("Grüße", "=?base64?R3LDvMOfZQ==?="),
        (" a", "=?base64?IGE=?="),
        ("=?base64?YQ==?=", "=?base64?PT9iYXNlNjQ/WVE9PT89?="),
    ] {
        assert_eq!(header_value(text), value, "{text}");
    }
}

/// Names of the headers of a call of a tool, and its body.
fn sent(revision: Revision) -> (Vec<String>, Value) {
    let mut request = Request::from_line("POST https://h/mcp").expect("a request");
    let arguments = Map::from_iter([("a".to_owned(), json!(1))]);
    let call = Call::of(CallKind::Tool, "search", Some(arguments));
    let (_, compiled) = desk("    allow: [orders.read]\n");
    call.send(&mut request, &compiled.plan, None, revision);
    let names = request.headers.into_iter().map(|(name, _)| name);
    let body = serde_json::from_str(&request.body.expect("a body")).expect("JSON");
    (names.collect(), body)
}

#[test]
fn each_revision_has_its_headers() {
    let all = [
        "content-type",
        "accept",
        "mcp-protocol-version",
        "mcp-method",
        "mcp-name",
    ];
    for (revision, count) in [
        (Revision::Of20250326, 2),
        (Revision::Of20250618, 3),
        (Revision::Of20251125, 3),
        (Revision::Of20260728, 5),
    ] {
        let (names, body) = sent(revision);
        assert_eq!(names, all[..count], "{revision:?}");
        let mut params = json!({"name": "search", "arguments": {"a": 1}});
        if revision == Revision::default() {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": {"name": "remit-test", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {},
            });
        }
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        assert_eq!(body, message, "{revision:?}");
    }
}
