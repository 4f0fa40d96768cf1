//! `remit import` from outside: what is imported compiles, and takes effect only when it is reviewed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod compiled;
mod told;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const TOOLS: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[
  {"name":"search_tickets","description":"Searches","annotations":{"readOnlyHint":true},
   "inputSchema":{"type":"object","required":["q"],"properties":{"q":{"type":"string"},"limit":{"type":"integer"},
     "tags":{"type":"array","items":{"type":"string"}},"by":{"anyOf":[{"type":"string"},{"type":"null"}]}}}},
  {"name":"close.ticket","title":"Close","_meta":{"x":1},
   "inputSchema":{"type":"object","required":["ticket_id"],"properties":{
     "ticket_id":{"type":"string","x-mcp-header":"Ticket"},
     "notes":{"type":"array","items":{"type":"object","required":["text"],"properties":{"text":{"type":"string"},"odd name":{}}}}},
     "additionalProperties":true}},
  {"name":"noop","inputSchema":{"type":"object","additionalProperties":false}}]}}
{"jsonrpc":"2.0","id":2,"result":{"prompts":[{"name":"summary","arguments":[{"name":"topic","required":true}]}]}}
{"jsonrpc":"2.0","id":3,"result":{"resourceTemplates":[{"uriTemplate":"ticket://tickets/{id}","name":"ticket"}]}}
{"jsonrpc":"2.0","id":4,"result":{"resources":[{"uri":"file:///help.md","name":"help.md"},{"uri":"no scheme","name":"bad"}]}}
"#;

const OPENAPI: &str = r#"
openapi: 3.1.0
info: {title: Orders}
servers: [{url: "https://api.corp.example/v1"}]
paths:
  /orders/{order-id}/refunds:
    post:
      operationId: refund
      parameters: [{name: dry, in: query, schema: {type: boolean}}]
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [amount], properties: {
          amount: {type: number}, note: {type: string}, lines: {type: array, items: {type: object, properties: {sku: {type: string}}}}}}}}
  /orders:
    get: {parameters: [{name: state, in: query, required: true, schema: {enum: [open, closed]}}]}
"#;

/// The rest of a policy; the imported pages lie beside it.
const POLICY: &str = r#"remit: v1
policy: desk
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/support/*"]
    allow:
RULES"#;

fn remit(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_remit"))
        .current_dir(folder)
        .env_remove("REMIT_IMPORT_HEADER")
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs the command and expects an exit code; standard output and standard error.
fn exits(code: i32, folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = remit(folder, arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}\n{out}\n{err}"
    );
    (out, err)
}

/// A folder with the inputs.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lists.jsonl"), TOOLS).unwrap();
    fs::write(folder.path().join("orders.api"), OPENAPI).unwrap();
    folder
}
