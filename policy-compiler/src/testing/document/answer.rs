//! Reading what the upstream answers.

use remit_engine::answers::ListKind;
use remit_engine::mcp::methods::{self, Kind};
use serde_json::{Map, Value as Json, json};

use super::value;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::yaml::{Node, Value};

/// What the upstream answers: the result of the message, in which entries of lists may be names
/// alone; of a call that lists, the names alone.
pub(super) fn read(
    node: &Node,
    method: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let mut result = Map::new();
    if let Value::List(_) = &node.value {
        let Some(Kind::List(kind)) = method.and_then(methods::kind) else {
            diagnostics.push(
                Diagnostic::new(Code::WrongKind, node.span, "a mapping is expected here")
                    .label("this is a list")
                    .help("names alone answer a `call` of a method that lists, `{method: tools/list}`"),
            );
            return None;
        };
        let (member, _) = kind.members();
        result.insert(member.to_owned(), value::json(node, diagnostics));
    } else {
        result = value::members(Some(node), diagnostics);
    }
    for (member, naming) in ListKind::ALL.map(ListKind::members) {
        let entries = result.get_mut(member).and_then(Json::as_array_mut);
        for entry in entries.into_iter().flatten() {
            if let Json::String(name) = entry {
                *entry = json!({naming: name});
            }
        }
    }
    Some(json!({"jsonrpc": "2.0", "id": 1, "result": result}).to_string())
}
