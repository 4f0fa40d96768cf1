//! Messages of the specifications: what a client sends is read, and its method is known.

use std::collections::BTreeMap;

use remit_engine::a2a;
use remit_engine::mcp::methods;
use remit_engine::rpc::{Messages, What};
use remit_tests::vectors::{MCP_A2A, Tally};
use serde_json::Value;

use super::{body, cases};

pub(super) fn judge(tally: &mut Tally) {
    let mut by_revision = BTreeMap::new();
    let mut others = 0;
    for file in ["spec_messages", "schema_examples_2026-07-28"] {
        for case in cases(file) {
            let revision = case["revision"].as_str().expect("a case has a revision");
            let sent = by_revision
                .entry(revision.to_owned())
                .or_insert_with(|| sent_by_clients(revision));
            let is_sent = |method: &str| sent.iter().any(|name| name == method);
            others += usize::from(!message(&case, is_sent, methods_of_mcp, tally));
        }
    }
    for case in cases("a2a_doc_messages") {
        let is_known = |method: &str| a2a::methods::by_name(method).is_some();
        others += usize::from(!message(&case, |_| true, is_known, tally));
    }
    tally.skip_all(others, "no messages from a client to a server");
}

fn methods_of_mcp(method: &str) -> bool {
    methods::kind(method).is_some()
}

/// Judges a message, unless it is none that a client sends.
fn message(
    case: &Value,
    is_sent: impl Fn(&str) -> bool,
    is_known: impl Fn(&str) -> bool,
    tally: &mut Tally,
) -> bool {
    let id = case["id"].as_str().expect("a case has an id");
    let message = &case["message"];
    let method = message["method"].as_str();
    let answers = message["result"].is_object() || message["error"].is_object();
    let is_message = message["jsonrpc"] == "2.0"
        && (method.is_some_and(&is_sent) || answers && !message["id"].is_null());
    if is_message {
        tally.check(id, read(message, method, is_known));
    }
    is_message
}

fn read(
    message: &Value,
    method: Option<&str>,
    is_known: impl Fn(&str) -> bool,
) -> Result<(), String> {
    let json = body(message.to_string().as_bytes())?;
    let messages = Messages::read(&json).map_err(|error| error.to_string())?;
    let Messages::One(read) = messages else {
        return Err("a batch".to_owned());
    };
    if read.method() != method {
        return Err(format!("read as {:?}", read.method()));
    }
    match (read.what, method) {
        (What::Response, None) => Ok(()),
        (What::Request { .. } | What::Notification { .. }, Some(method)) if is_known(method) => {
            Ok(())
        }
        (what, _) => Err(format!("read as {what:?}")),
    }
}

/// The methods that clients may use in a revision, by its schema. Every one that the schema has at
/// all must be known.
fn sent_by_clients(revision: &str) -> Vec<String> {
    let schema = MCP_A2A
        .read(&format!("schemas/mcp-{revision}.schema.json"))
        .expect("the schema is there");
    let definitions = [&schema["$defs"], &schema["definitions"]];
    let definitions = definitions
        .into_iter()
        .find(|value| value.is_object())
        .expect("a schema has definitions");
    let method = |definition: &Value| {
        let method = definition["properties"]["method"]["const"].as_str();
        method.map(str::to_owned)
    };
    for method in definitions
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(_, one)| method(one))
    {
        assert!(methods_of_mcp(&method), "{revision}: `{method}` is unknown");
    }
    let mut sent = Vec::new();
    for union in ["ClientRequest", "ClientNotification"] {
        let union = &definitions[union];
        sent.extend(method(union));
        let references = union["anyOf"].as_array().into_iter().flatten();
        let names = references.filter_map(|one| one["$ref"].as_str()?.rsplit('/').next());
        sent.extend(names.filter_map(|name| method(&definitions[name])));
    }
    assert!(sent.len() > 10, "{revision}: clients send {sent:?}");
    sent
}
