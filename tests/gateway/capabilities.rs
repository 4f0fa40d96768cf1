//! What happens where Envoy does not let the filter call or be called: no request gets past.
//!
//! Envoy's capability restriction silently skips an export that is not listed, and answers a call
//! of an import that is not listed with a failure. Each name that the module needs is left out in
//! turn, with the shipped module and the shipped gate.

use std::path::Path;

use remit_policy_compiler::envoy::Module;
use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::places;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::CASE;
use tempfile::TempDir;

use crate::world::{POLICY, allowed, case, now, request, started};

/// What is left of the filter without a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    /// Everything that matters.
    Works,
    /// Envoy does not start.
    NoStart,
    /// The filter refuses with this reason.
    Refuses(&'static str),
    /// Envoy skips the filter, and the gate refuses.
    Gated,
    /// The machine traps at each request: 503.
    Traps,
}

/// What it must come to for an allowed request. Names that are not here only matter at the build
/// of a machine or not at all.
fn without(capability: &str) -> &'static [Without] {
    use Without::*;
    match capability {
        "proxy_on_request_headers" => &[Gated],
        "proxy_on_configure" => &[Refuses("not_configured")],
        "proxy_get_header_map_pairs"
        | "proxy_get_current_time_nanoseconds"
        | "proxy_replace_header_map_value"
        | "proxy_get_property"
        | "proxy_increment_metric" => &[Refuses("host_failure")],
        // Without these a decision cannot be made, counted or loaded at all.
        "proxy_get_buffer_bytes" | "proxy_define_metric" => &[NoStart],
        // Without the mark the request is refused; the record cannot say so.
        "proxy_set_property" => &[Traps, Refuses("host_failure"), Gated],
        _ => &[Works, NoStart, Traps, Gated, Refuses("not_configured")],
    }
}

fn restricted(capability: &str) -> Setup {
    // A name that Envoy does not know is no capability.
    Setup::new(&POLICY.plan)
        .workers(1)
        .edit(&format!(" {capability}: {{}}\n"), " left_out: {}\n")
}

#[test]
fn each_capability_left_out() {
    let module = Module::read(&places::module()).expect("the filter module");
    let mut seen = vec![];
    for capability in module.capabilities() {
        let outcome = match restricted(capability).start() {
            Err(_) => Without::NoStart,
            Ok(gateway) => look(&gateway, capability),
        };
        let expected = without(capability);
        assert!(
            expected.contains(&outcome),
            "without {capability}: {outcome:?}, not {expected:?}"
        );
        seen.push(capability.to_owned());
    }
    assert!(
        seen.iter().any(|name| name == "proxy_on_request_headers"),
        "{seen:?}"
    );
    assert!(
        seen.iter().any(|name| name == "proxy_set_property"),
        "{seen:?}"
    );
}

fn look(gateway: &Gateway, capability: &str) -> Without {
    // Whatever else: without a token nothing passes.
    let name = case("bare");
    let status = request("GET", "/v1/orders", &name)
        .send(gateway.agents())
        .status;
    assert_eq!(
        gateway.arrivals_of(&name),
        0,
        "without {capability} a bare request passes"
    );
    assert!(
        matches!(status, 401 | 403 | 503),
        "without {capability} a bare request gets {status}"
    );
    let name = case("allowed");
    // A copy of an identity header, so that the filter has something to take off.
    let response = allowed(&name)
        .field("x-remit-other", "forged")
        .send(gateway.agents());
    let entry = gateway.entry_of(&name);
    let reason = entry
        .record()
        .map(|record| record["reason"].clone())
        .unwrap_or_default();
    let gated = entry.0["details"] == "rbac_access_denied_matched_policy[none]";
    match (response.status, gateway.arrivals_of(&name), reason.as_str()) {
        (200, 1, Some("allowed")) => {
            let arrival = gateway.upstream("orders").only_arrival_of(&name);
            assert!(
                arrival.values("x-remit-other").is_empty(),
                "without {capability}"
            );
            assert_eq!(
                arrival.values("x-remit-agent").len(),
                1,
                "without {capability}"
            );
            Without::Works
        }
        (403, 0, _) if gated => Without::Gated,
        (503, 0, Some("host_failure")) => Without::Refuses("host_failure"),
        (503, 0, Some("not_configured")) => Without::Refuses("not_configured"),
        (503, 0, _) => Without::Traps,
        other => panic!("without {capability}: {other:?}"),
    }
}

/// Without the host's crypto the engine verifies RS256 and ES256 itself, and as strictly.
#[test]
fn without_foreign_functions_signatures_are_verified_in_the_module() {
    let gateway = started(&restricted("proxy_call_foreign_function"));
    let partner = |key| Recipe::partner(now()).signed_by(key, "RS256").token();
    for (key, status) in [("partner-rsa", 200), ("stranger-rsa", 401)] {
        let name = case("rs256");
        let response = request("GET", "/v1/orders", &name)
            .field("authorization", format!("Bearer {}", partner(key)))
            .send(gateway.agents());
        assert_eq!(response.status, status, "{key}");
        assert_eq!(
            gateway.arrivals_of(&name),
            usize::from(status == 200),
            "{key}"
        );
    }
}

/// An export that the module itself lacks: the configuration is not even written; where somebody
/// writes it by hand, the gate refuses.
#[test]
fn a_module_without_an_export() {
    let folder = TempDir::new().expect("a temporary folder");
    for (export, status) in [
        ("proxy_on_request_headers", 403),
        ("proxy_on_configure", 503),
    ] {
        let broken = folder.path().join(format!("{export}.wasm"));
        rename_export(&broken, export);
        assert!(
            Module::read(&broken).is_err(),
            "a module without {export} is taken"
        );
        let good = format!("{}", places::module().display());
        let setup = Setup::new(&POLICY.plan).edit(&good, &broken.display().to_string());
        let gateway = started(&setup);
        for path in ["/v1/orders", "/healthz"] {
            let name = case("export");
            let request = Request::new("GET", path, "api.corp.example").field(CASE, &name);
            let response = request
                .field("authorization", crate::world::good())
                .send(gateway.agents());
            assert_eq!(
                (response.status, gateway.arrivals_of(&name)),
                (status, 0),
                "{export} {path}"
            );
        }
    }
}

/// Gives an export a name of the same length that nobody calls.
fn rename_export(to: &Path, export: &str) {
    let mut module = std::fs::read(places::module()).expect("the filter module");
    let name = export.as_bytes();
    let at: Vec<usize> = module
        .windows(name.len())
        .enumerate()
        .filter_map(|(at, window)| (window == name).then_some(at))
        .collect();
    assert!(!at.is_empty(), "the module has no {export}");
    for at in at {
        if let Some(last) = module.get_mut(at + name.len() - 1) {
            *last = b'X';
        }
    }
    std::fs::write(to, module).expect("the folder can be written");
}
