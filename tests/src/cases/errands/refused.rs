//! Requests that no operation answers to, or that are not in form.

use remit_engine::decision::Reason;

use super::{Errand, Operation, PUBLIC, Wire, get, order};
use crate::cases::{Finding, Stage};

const UNKNOWN: Finding = Finding::new(Stage::Operation, Reason::UnknownOperation);
const UNDECLARED: Finding = Finding::new(Stage::Query, Reason::UndeclaredQuery);
const AMBIGUOUS_QUERY: Finding = Finding::new(Stage::Query, Reason::QueryAmbiguous);

const fn refused(reason: Reason) -> Finding {
    Finding::new(Stage::Request, reason)
}

pub(super) fn unknown() -> Vec<Errand> {
    vec![
        get("unknown path", "/v2/orders", UNKNOWN),
        get("the root", "/", UNKNOWN),
        get("a segment more", "/v1/orders/A-17/refunds/1", UNKNOWN),
        get("other letter case", "/V1/orders", UNKNOWN),
        Errand {
            method: "PATCH",
            ..get("unknown method", "/v1/orders", UNKNOWN)
        },
        Errand {
            method: "OPTIONS",
            ..get("options", "/v1/orders", UNKNOWN)
        },
        Errand {
            method: "HEAD",
            ..get("head of what has none", "/v1/audit", UNKNOWN)
        },
        Errand {
            host: "unknown.example",
            ..get("unknown host", "/v1/orders", UNKNOWN)
        },
        Errand {
            host: "ledger.corp.example",
            ..get("another host's path", "/v1/orders", UNKNOWN)
        },
    ]
}

pub(super) fn misshapen() -> Vec<Errand> {
    use Reason::{ConnectRefused, HostAmbiguous, PathAmbiguous, RequestMalformed, UpgradeRefused};
    let path = |name, target| get(name, target, refused(PathAmbiguous));
    let host = |name, host, wire| Errand {
        host,
        wire,
        ..get(name, "/v1/orders", refused(HostAmbiguous))
    };
    let native = |errand: Errand| Errand {
        wire: Wire::Native,
        ..errand
    };
    vec![
        path("path parameter", "/v1/orders;x=1"),
        path("escaped semicolon", "/v1/orders/%3b"),
        path("doubly escaped", "/v1/orders/%252e%252e"),
        path("broken escape", "/v1/orders/%zz"),
        path("overlong", "/v1/orders/%c0%af"),
        path("fullwidth slash", "/v1/orders/%ef%bc%8f"),
        path("trailing slash", "/v1/orders/"),
        native(path("dot segment", "/v1/../v1/orders")),
        native(path("empty segment", "/v1//orders")),
        native(path("escaped letter", "/v1/%6frders")),
        native(path("escaped slash", "/v1%2forders")),
        native(path("absolute", "http://api.corp.example/v1/orders")),
        native(path("fragment", "/v1/orders#x")),
        host("upper-case host", "API.corp.example", Wire::Both),
        host("empty label", "api..example", Wire::Both),
        host("trailing dot", "api.corp.example.", Wire::Native),
        host("unexpected port", "api.corp.example:8443", Wire::Native),
        Errand {
            method: "get",
            wire: Wire::Http2,
            ..get("lower-case method", "/v1/orders", refused(RequestMalformed))
        },
        Errand {
            method: "CONNECT",
            ..get("connect", "", refused(ConnectRefused))
        },
        Errand {
            fields: &[("connection", "upgrade"), ("upgrade", "websocket")],
            wire: Wire::Native,
            ..get("upgrade", "/v1/orders", refused(UpgradeRefused))
        },
    ]
}

pub(super) fn at_the_query() -> Vec<Errand> {
    let search = |name, target, finding| Errand {
        operation: order("search", "read"),
        ..get(name, target, finding)
    };
    let status = |name, target, finding| Errand {
        operation: Some(Operation {
            resource: Some("orders"),
            name: "GET /status",
            class: "read",
        }),
        ..get(name, target, finding)
    };
    let public_query = |reason| Finding::new(Stage::Public, reason);
    vec![
        get(
            "token in the query",
            "/v1/orders?access_token=x",
            refused(Reason::CredentialInQuery),
        ),
        get(
            "escaped token name",
            "/v1/orders?%61ccess_token=x",
            refused(Reason::CredentialInQuery),
        ),
        get(
            "broken query",
            "/v1/orders?a=%zz",
            refused(Reason::QueryAmbiguous),
        ),
        search("repeated scalar", "/v1/search?q=a&q=b", AMBIGUOUS_QUERY),
        search("not a number", "/v1/search?q=a&page=two", AMBIGUOUS_QUERY),
        search(
            "two spellings of a number",
            "/v1/search?q=a&page=02",
            AMBIGUOUS_QUERY,
        ),
        search(
            "semicolon for ampersand",
            "/v1/search?q=a;page=2",
            AMBIGUOUS_QUERY,
        ),
        search("undeclared parameter", "/v1/search?q=a&admin=1", UNDECLARED),
        search(
            "mandatory parameter missing",
            "/v1/search?page=2",
            UNDECLARED,
        ),
        status("public with query", "/status?verbose=true", PUBLIC),
        status(
            "public, undeclared",
            "/status?admin=1",
            public_query(Reason::UndeclaredQuery),
        ),
        status(
            "public, ambiguous",
            "/status?verbose=yes",
            public_query(Reason::QueryAmbiguous),
        ),
    ]
}
