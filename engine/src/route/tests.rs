use std::borrow::Cow;

use super::{Routes, capture, fold};
use crate::decision::Reason;
use crate::plan::{Access, NameId, OperationId, Plan, ResourceId};
use crate::request::path;
use crate::tests::{capture as capture_of, literal, operation, orders};

/// What a request leads to: operation, resource, and whether the host is known.
struct Led {
    operation: Option<OperationId>,
    resource: Option<ResourceId>,
    host_is_known: bool,
}

fn find(plan: &Plan, host: &str, method: &str, target: &str) -> Led {
    let target = path::parse(target).unwrap();
    let routes = Routes::new(plan);
    let addressed = routes.host(host.as_bytes()).unwrap();
    let found = routes.find(&addressed, method, &target.segments);
    let (operation, resource) = (found.operation, found.resource);
    Led {
        operation,
        resource,
        host_is_known: found.host_is_known,
    }
}

fn operation_at(method: &str, target: &str) -> Option<u32> {
    find(&orders(), "api.corp.example", method, target)
        .operation
        .map(|OperationId(id)| id)
}

#[test]
fn a_literal_beats_a_capture_also_when_it_is_escaped() {
    assert_eq!(operation_at("GET", "/v1/orders/42"), Some(0));
    assert_eq!(operation_at("GET", "/v1/orders/export"), Some(1));
    assert_eq!(operation_at("POST", "/v1/orders/export/refunds"), Some(2));

    let mut plan = orders();
    plan.operations[1].template[2] = literal("a:b");
    let found = find(&plan, "api.corp.example", "GET", "/v1/orders/a%3Ab");
    assert_eq!(found.operation, Some(OperationId(1)));
}

#[test]
fn what_a_lenient_server_takes_for_a_literal_is_no_capture() {
    let mut any = orders();
    any.operations.push(operation(
        "any",
        "GET",
        vec![literal("v1"), capture_of(0), capture_of(1)],
    ));
    for target in [
        "/v1/orders/EXPORT",
        "/v1/orders/Export",
        "/v1/orders/export.",
        "/v1/orders/.export",
        "/v1/orders/export%20",
        "/v1/orders/export%20.",
        "/v1/orders/export.%20.",
        "/v1/orders/export.json",
        "/v1/orders/EXPORT.csv",
        "/v1/orders/export:cancel",
        "/v1/orders/export::$DATA",
    ] {
        assert_eq!(operation_at("GET", target), None, "{target}");
        assert_eq!(
            find(&any, "api.corp.example", "GET", target).operation,
            None,
            "{target}"
        );
    }
    assert_eq!(operation_at("GET", "/v1/orders/exports"), Some(0));
    assert_eq!(operation_at("GET", "/v1/orders/A.export"), Some(0));
    let other = find(&any, "api.corp.example", "GET", "/v1/tickets/7");
    assert_eq!(other.operation, Some(OperationId(3)));
    let alike = find(&any, "api.corp.example", "GET", "/v1/Orders/7");
    assert_eq!(alike.operation, None);
}

#[test]
fn a_literal_in_another_case_is_no_capture_either() {
    let mut plan = orders();
    plan.operations[1].template[2] = literal("Export");
    let at = |target: &str| find(&plan, "api.corp.example", "GET", target).operation;
    assert_eq!(at("/v1/orders/Export"), Some(OperationId(1)));
    for target in [
        "/v1/orders/export",
        "/v1/orders/EXPORT",
        "/v1/orders/export.json",
    ] {
        assert_eq!(at(target), None, "{target}");
    }
}

#[test]
fn letters_beyond_ascii_in_another_case_are_no_capture_either() {
    let mut plan = orders();
    plan.operations[1].template[2] = literal("Größe");
    let at = |target: &str| find(&plan, "api.corp.example", "GET", target).operation;
    assert_eq!(at("/v1/orders/Gr%C3%B6%C3%9Fe"), Some(OperationId(1)));
    assert_eq!(at("/v1/orders/GR%C3%96%C3%9FE"), None);
    assert_eq!(at("/v1/orders/grosse"), Some(OperationId(0)));
    // The lower case of every character is what it is folded with.
    for letter in '\0'..=char::MAX {
        let lower: String = letter.to_lowercase().collect();
        assert_eq!(fold(&letter.to_string()), fold(&lower), "{letter:?}");
    }
    assert_eq!(fold(" \u{212a}ey. "), "key");
}

#[test]
fn what_is_not_there_is_not_found() {
    for (method, target) in [
        ("POST", "/v1/orders/42"),
        ("get", "/v1/orders/42"),
        ("HEAD", "/v1/orders/42"),
        ("GET", "/"),
        ("GET", "/v1/orders"),
        ("GET", "/v1/Orders/42"),
        ("GET", "/v1/orders/42/refunds"),
    ] {
        assert_eq!(operation_at(method, target), None, "{method} {target}");
    }
    let elsewhere = find(&orders(), "other.example", "GET", "/v1/orders/42");
    assert!(
        elsewhere.operation.is_none() && elsewhere.resource.is_none() && !elsewhere.host_is_known
    );
    let unknown = find(&orders(), "api.corp.example", "GET", "/v2");
    assert_eq!(unknown.resource, Some(ResourceId(0)));
}

#[test]
fn a_public_operation_without_a_resource_stands_on_every_host() {
    let mut plan = orders();
    let mut health = operation("health", "GET", vec![literal("healthz")]);
    (health.access, health.resource) = (Access::Public, None);
    plan.operations.push(health);
    for host in ["api.corp.example", "other.example"] {
        assert_eq!(
            find(&plan, host, "GET", "/healthz").operation,
            Some(OperationId(3))
        );
    }
}

#[test]
fn captures_are_read_by_name() {
    let plan = orders();
    let segments = ["v1", "orders", "42", "refunds"].map(Cow::Borrowed);
    assert_eq!(
        capture(&plan.operations[2], &segments, NameId(0)),
        Some("42")
    );
    assert_eq!(capture(&plan.operations[2], &segments, NameId(1)), None);
}

/// A plan's own host is taken as it is, with its port if it has one; any other has to be in normal
/// form and has none.
#[test]
fn reads_hosts() {
    let mut plan = orders();
    plan.resources[0].host = String::from("api.corp.example:8443");
    let routes = Routes::new(&plan);
    let name = |authority: &'static str| routes.host(authority.as_bytes()).map(|host| host.name);
    assert_eq!(name("api.corp.example:8443"), Ok("api.corp.example:8443"));
    assert_eq!(name("api.corp.example"), Ok("api.corp.example"));
    for ambiguous in [
        "api.corp.example:443",
        "API.corp.example:8443",
        "other.example:80",
        "",
        "a..b",
    ] {
        assert_eq!(name(ambiguous), Err(Reason::HostAmbiguous), "{ambiguous}");
    }
    assert!(routes.host(b"\xff").is_err());
}
