//! One Envoy with a listener a row, each with its filters in front of the same direct response.

use serde_json::{Value, json};

use crate::variant::Variant;

/// Where a wasm filter names its virtual machine.
const MACHINE: &str = "/typed_config/config/vm_config/vm_id";

/// The bootstrap for rows; listeners are named after their position.
#[must_use]
pub fn bootstrap(variants: &[Variant], clusters: Vec<Value>) -> Value {
    let listeners: Vec<Value> = variants
        .iter()
        .enumerate()
        .map(|(position, variant)| listener(&listener_name(position), variant))
        .collect();
    json!({
        "admin": {"address": loopback(0)},
        "static_resources": {"listeners": listeners, "clusters": clusters},
    })
}

/// The name of a row's listener.
#[must_use]
pub fn listener_name(position: usize) -> String {
    format!("row-{position}")
}

/// A socket of the loopback interface; port 0 is a free one.
#[must_use]
pub fn loopback(port: u16) -> Value {
    json!({"socket_address": {"address": "127.0.0.1", "port_value": port}})
}

fn listener(name: &str, variant: &Variant) -> Value {
    let router = json!({
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
    });
    let answer = &variant.answer;
    let media = json!({"key": "content-type", "value": answer.media});
    let route = json!({
        "match": {"prefix": "/"},
        "direct_response": {"status": 200, "body": {"inline_string": answer.body}},
        "response_headers_to_add": [{"header": media, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}],
    });
    let filters = variant.filters.iter();
    let mut filters: Vec<Value> = filters.cloned().chain([router]).collect();
    for filter in &mut filters {
        // Rows of one module and plan would share a machine and what it remembers.
        if let Some(Value::String(machine)) = filter.pointer_mut(MACHINE) {
            *machine = format!("{machine}-{name}");
        }
    }
    let manager = json!({
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": name,
            "http_filters": filters,
            "route_config": {
                "max_direct_response_body_size_bytes": answer.body.len().max(1),
                "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}],
            },
        },
    });
    json!({
        "name": name,
        "address": loopback(0),
        "filter_chains": [{"filters": [manager]}],
    })
}
