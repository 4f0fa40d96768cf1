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
    /// It decides as ever.
    Works,
    /// It decides as ever, but who is refused waits for Envoy's time limit.
    HoldsTheRefused,
    /// Envoy does not start.
    NoStart,
    /// It refuses everything with this reason.
    Refuses(&'static str),
    /// Envoy skips it, and the gate refuses everything.
    Gated,
}

/// What the module comes to without a capability.
fn without(capability: &str) -> Without {
    use Without::*;
    match capability {
        "proxy_on_request_headers" => Gated,
        "proxy_on_configure" => Refuses("not_configured"),
        "proxy_get_header_map_pairs"
        | "proxy_remove_header_map_value"
        | "proxy_replace_header_map_value"
        | "proxy_get_current_time_nanoseconds"
        | "proxy_get_property"
        | "proxy_increment_metric" => Refuses("host_failure"),
        // Without the mark nothing passes, and no record says why.
        "proxy_set_property" => Refuses(""),
        "proxy_get_buffer_bytes"
        | "proxy_define_metric"
        | "proxy_on_context_create"
        | "proxy_set_tick_period_milliseconds" => NoStart,
        "proxy_send_local_response" => HoldsTheRefused,
        // What this policy does not ask for, logging, the SDK's and the C library's own, and what Envoy calls whatever is listed.
        _ => Works,
    }
}

fn restricted(capability: &str) -> Setup {
    // A name that Envoy does not know is no capability.
    Setup::new(&POLICY.plan)
        .workers(1)
        .edit(&format!(" {capability}: {{}}\n"), " left_out: {}\n")
        .edit("stream_idle_timeout: 60s", "stream_idle_timeout: 1s")
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
        assert_eq!(outcome, without(capability), "without {capability}");
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
    let bare = case("bare");
    let held = request("GET", "/v1/orders", &bare)
        .send(gateway.agents())
        .status;
    assert_eq!(
        gateway.arrivals_of(&bare),
        0,
        "without {capability} a bare request passes"
    );
    let name = case("allowed");
    // A copy of an identity header, so that the filter has something to take off.
    let response = allowed(&name)
        .field("x-remit-other", "forged")
        .send(gateway.agents());
    let entry = gateway.entry_of(&name);
    let record = entry.record().unwrap_or_default();
    let reason = record["reason"].as_str().unwrap_or_default();
    match (held, response.status, gateway.arrivals_of(&name), reason) {
        (401 | 504, 200, 1, "allowed") => {
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
            if held == 401 {
                Without::Works
            } else {
                Without::HoldsTheRefused
            }
        }
        (403, 403, 0, "") => {
            assert_eq!(
                entry.0["details"],
                "rbac_access_denied_matched_policy[none]"
            );
            Without::Gated
        }
        (401 | 503, 503, 0, "host_failure") => Without::Refuses("host_failure"),
        (503, 503, 0, "not_configured") => Without::Refuses("not_configured"),
        (401, 503, 0, "") => Without::Refuses(""),
        other => panic!("without {capability}: {other:?}"),
    }
}

/// A host whose crypto fails says yes to nobody. What it is not asked about passes as ever.
#[test]
fn a_host_crypto_that_fails_verifies_nothing() {
    let gateway = started(&restricted("proxy_call_foreign_function"));
    let rs256 = Recipe::partner(now());
    let cases = [
        (rs256.clone(), 503, "host_failure"),
        (
            rs256.signed_by("stranger-rsa", "RS256"),
            503,
            "host_failure",
        ),
        (Recipe::corp(now()), 200, "allowed"),
    ];
    for (recipe, status, reason) in cases {
        let name = case("crypto");
        let token = recipe.token();
        let response = request("GET", "/v1/orders", &name)
            .field("authorization", format!("Bearer {token}"))
            .send(gateway.agents());
        assert_eq!(response.status, status, "{reason}");
        let record = gateway
            .entry_of(&name)
            .record()
            .expect("a decision has a record");
        assert_eq!(record["reason"], reason);
        assert_eq!(gateway.arrivals_of(&name), usize::from(status == 200));
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
