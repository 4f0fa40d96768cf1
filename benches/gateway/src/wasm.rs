//! Wasm filters as Envoy's configuration has them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const STRING: &str = "type.googleapis.com/google.protobuf.StringValue";

/// The modules that are measured.
#[derive(Debug, Clone, clap::Args)]
pub struct Modules {
    /// The filter for request headers, as it is shipped.
    #[arg(long, value_name = "WASM")]
    pub module: PathBuf,
    /// The filter for bodies and answers as well, as it is shipped.
    #[arg(long, value_name = "WASM")]
    pub full: PathBuf,
    /// The same without some of what it does after deciding.
    #[arg(long, value_name = "WASM")]
    pub parts: PathBuf,
    /// A filter of the SDK that does nothing.
    #[arg(long, value_name = "WASM")]
    pub noop: PathBuf,
    /// The same with no more exports than ours.
    #[arg(long, value_name = "WASM")]
    pub noop_trimmed: PathBuf,
}

/// The filter as it is shipped, with a plan.
#[must_use]
pub fn remit(modules: &Modules, plan: &[u8]) -> Value {
    remit_in(modules, "remit", plan)
}

/// The same in a machine of its own, with shared data of its own.
#[must_use]
pub fn remit_in(modules: &Modules, machine: &str, plan: &[u8]) -> Value {
    wasm(machine, &modules.module, "", &STANDARD.encode(plan))
}

/// The filter for bodies and answers as well, with a plan, as the gateway's configuration has it where
/// bodies are read.
#[must_use]
pub fn full(modules: &Modules, plan: &[u8]) -> Value {
    let mut filter = wasm("full", &modules.full, "", &STANDARD.encode(plan));
    filter["typed_config"]["config"]["allow_on_headers_stop_iteration"] = json!(true);
    filter
}

/// The filter with some of what it does after deciding.
#[must_use]
pub fn parts(modules: &Modules, kept: &str, plan: &[u8]) -> Value {
    wasm(
        &format!("parts-{kept}"),
        &modules.parts,
        kept,
        &STANDARD.encode(plan),
    )
}

/// A filter that does nothing.
#[must_use]
pub fn noop(name: &str, module: &Path) -> Value {
    wasm(name, module, "", "")
}

/// The native gate that stands behind the filter in every configuration that is shipped.
#[must_use]
pub fn gate() -> Value {
    let mark = json!({"prefix": r#"{"decision":"allow","#});
    let marked = json!({"filter_state": {"key": "wasm.remit", "string_match": mark}});
    json!({
        "name": "remit-gate",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
            "rules": {
                "action": "ALLOW",
                "policies": {"decided": {"permissions": [{"any": true}], "principals": [marked]}},
            },
        },
    })
}

fn wasm(machine: &str, module: &Path, machine_configuration: &str, configuration: &str) -> Value {
    let string = |value: &str| json!({"@type": STRING, "value": value});
    json!({
        "name": "remit",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
            "config": {
                "name": "remit",
                "root_id": "remit",
                "failure_policy": "FAIL_RELOAD",
                "vm_config": {
                    "vm_id": machine,
                    "runtime": "envoy.wasm.runtime.v8",
                    "code": {"local": {"filename": module}},
                    "configuration": string(machine_configuration),
                },
                "configuration": string(configuration),
            },
        },
    })
}
