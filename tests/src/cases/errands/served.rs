//! Requests that an operation answers to: those that pass, and those that stop at a rule.

use remit_engine::decision::Reason;

use super::{Errand, Operation, PUBLIC, get, order};
use crate::cases::{Finding, Stage};

const fn allowed(rule: &'static str) -> Finding {
    Finding::by(Stage::Passed, Reason::Allowed, rule)
}

pub(super) fn passing() -> Vec<Errand> {
    let watched = Finding {
        observed: &["watch-lists"],
        ..allowed("orders.list")
    };
    let post = |name, target, operation, finding| Errand {
        method: "POST",
        operation: order(operation, "write"),
        ..get(name, target, finding)
    };
    let list = order("list", "read");
    let read = order("read", "read");
    vec![
        Errand {
            operation: list,
            ..get("list", "/v1/orders", allowed("orders.list"))
        },
        Errand {
            operation: list,
            ..get("list watched", "/v1/orders?everything", watched)
        },
        Errand {
            operation: read,
            ..get("read", "/v1/orders/A-17", allowed("orders.read"))
        },
        Errand {
            operation: read,
            ..get("read escaped", "/v1/orders/a%20b", allowed("orders.read"))
        },
        Errand {
            method: "HEAD",
            operation: order("peek", "read"),
            ..get("head", "/v1/orders/A-17", allowed("orders.peek"))
        },
        post(
            "refund",
            "/v1/orders/A-17/refunds",
            "refund",
            allowed("small-refund"),
        ),
        post(
            "annotate",
            "/v1/orders/new-1/notes",
            "annotate",
            allowed("orders.annotate"),
        ),
        Errand {
            operation: order("search", "read"),
            ..get(
                "search",
                "/v1/search?q=late&tag=a&tag=b&page=2",
                allowed("orders.search"),
            )
        },
        Errand {
            operation: Some(Operation {
                resource: None,
                name: "GET /healthz",
                class: "read",
            }),
            ..get("public anywhere", "/healthz", PUBLIC)
        },
        Errand {
            host: "unknown.example",
            operation: Some(Operation {
                resource: None,
                name: "GET /healthz",
                class: "read",
            }),
            ..get("public on an unknown host", "/healthz", PUBLIC)
        },
        Errand {
            host: "misrouted.corp.example",
            operation: Some(Operation {
                resource: Some("misrouted"),
                name: "look",
                class: "read",
            }),
            ..get(
                "misrouted",
                "/look",
                Finding::new(Stage::Route, Reason::WrongCluster),
            )
        },
        Errand {
            host: "ledger.corp.example",
            operation: Some(Operation {
                resource: Some("ledger"),
                name: "balance",
                class: "read",
            }),
            ..get("another audience", "/balance", allowed("ledger.balance"))
        },
    ]
}

pub(super) fn at_the_rules() -> Vec<Errand> {
    use Reason::{DeniedByRule, NotAllowed, RequirementNotMet, RuleError};
    let of = |method, name, target, operation, class, reason, rule| Errand {
        method,
        operation: order(operation, class),
        ..get(
            name,
            target,
            Finding {
                stage: Stage::Rules,
                reason,
                rule,
                observed: &[],
            },
        )
    };
    vec![
        of(
            "GET",
            "export",
            "/v1/orders/export",
            "export",
            "read",
            DeniedByRule,
            Some("no-pii"),
        ),
        of(
            "POST",
            "old note",
            "/v1/orders/old-1/notes",
            "annotate",
            "write",
            DeniedByRule,
            Some("no-notes-on-old"),
        ),
        of(
            "GET",
            "deny errs",
            "/v1/audit",
            "audit",
            "read",
            RuleError,
            Some("audit-by-share"),
        ),
        of(
            "PUT",
            "requirement",
            "/v1/orders/A-17/approval",
            "approve",
            "write",
            RequirementNotMet,
            Some("grave-enough"),
        ),
        of(
            "GET",
            "require errs",
            "/v1/recount",
            "recount",
            "read",
            RuleError,
            Some("recount-share"),
        ),
        of(
            "GET",
            "allow errs",
            "/v1/tally",
            "tally",
            "read",
            RuleError,
            Some("tally-by-grade"),
        ),
        of(
            "POST",
            "refund of another",
            "/v1/orders/C-3/refunds",
            "refund",
            "write",
            NotAllowed,
            None,
        ),
        of(
            "DELETE",
            "not in the task",
            "/v1/orders/A-17",
            "archive",
            "write",
            NotAllowed,
            None,
        ),
    ]
}
