//! What requests ask for: each line leads to another finding, or to the same one in another way.

use remit_engine::decision::Reason;

use super::{Finding, Stage};
use crate::recipe::{API, LEDGER};

/// A request without its credential.
#[derive(Debug, Clone, Copy)]
pub struct Errand {
    /// Its name in the table.
    pub name: &'static str,
    /// The method.
    pub method: &'static str,
    /// The authority.
    pub host: &'static str,
    /// Path and query.
    pub target: &'static str,
    /// Further header fields.
    pub fields: &'static [(&'static str, &'static str)],
    /// What the policy calls it.
    pub operation: Option<Operation>,
    /// What it leads to with a good token of the task `triage`.
    pub finding: Finding,
    /// On which wires it can be sent.
    pub wire: Wire,
}

/// An operation of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The resource's name; `None` for a public operation on any host.
    pub resource: Option<&'static str>,
    /// Its own name.
    pub name: &'static str,
    /// Its class.
    pub class: &'static str,
}

/// On which wires an errand can be sent so that it reaches the filter as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// HTTP/1.1 and HTTP/2.
    Both,
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2 alone: Envoy refuses it in HTTP/1.1.
    Http2,
    /// None: Envoy changes or refuses it. For the engine only.
    Native,
}

const API_HOST: &str = "api.corp.example";

impl Errand {
    /// The cluster to which the gateway of the tests sends it.
    #[must_use]
    pub fn cluster(&self) -> &'static str {
        match self.host {
            API_HOST | "misrouted.corp.example" => "orders",
            "ledger.corp.example" => "ledger",
            _ => "upstream",
        }
    }

    /// What a token must be for.
    #[must_use]
    pub fn audience(&self) -> Option<&'static str> {
        match self.operation?.resource? {
            _ if self.finding.stage <= Stage::Public => None,
            "ledger" => Some(LEDGER),
            _ => Some(API),
        }
    }

    /// Where the resource's metadata is, which refusals point to once the host is known.
    #[must_use]
    pub fn metadata(&self) -> Option<&'static str> {
        match self.host {
            _ if self.finding.stage == Stage::Request => None,
            API_HOST | "misrouted.corp.example" => {
                Some("https://api.corp.example/.well-known/oauth-protected-resource")
            }
            "ledger.corp.example" => {
                Some("https://ledger.corp.example/.well-known/oauth-protected-resource/v2")
            }
            _ => None,
        }
    }

    /// The finding for a task. The partner's can do one thing.
    #[must_use]
    pub fn finding_for(&self, task: &str) -> Finding {
        if task == "triage" || self.finding.stage < Stage::Rules {
            return self.finding;
        }
        match self.operation {
            Some(Operation { name: "list", .. }) => {
                Finding::by(Stage::Passed, Reason::Allowed, "orders.list")
            }
            _ => Finding::new(Stage::Rules, Reason::NotAllowed),
        }
    }
}

const fn get(name: &'static str, target: &'static str, finding: Finding) -> Errand {
    Errand {
        name,
        method: "GET",
        host: API_HOST,
        target,
        fields: &[],
        operation: None,
        finding,
        wire: Wire::Both,
    }
}

const fn order(name: &'static str, class: &'static str) -> Option<Operation> {
    Some(Operation {
        resource: Some("orders"),
        name,
        class,
    })
}

const fn refused(reason: Reason) -> Finding {
    Finding::new(Stage::Request, reason)
}

const fn allowed(rule: &'static str) -> Finding {
    Finding::by(Stage::Passed, Reason::Allowed, rule)
}

const UNKNOWN: Finding = Finding::new(Stage::Operation, Reason::UnknownOperation);
const PUBLIC: Finding = Finding::new(Stage::Public, Reason::Public);
const UNDECLARED: Finding = Finding::new(Stage::Query, Reason::UndeclaredQuery);
const AMBIGUOUS_QUERY: Finding = Finding::new(Stage::Query, Reason::QueryAmbiguous);

/// All errands.
#[must_use]
pub fn errands() -> Vec<Errand> {
    [
        passing(),
        at_the_rules(),
        unknown(),
        misshapen(),
        at_the_query(),
    ]
    .concat()
}

fn passing() -> Vec<Errand> {
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
                resource: Some("orders"),
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

fn at_the_rules() -> Vec<Errand> {
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

fn unknown() -> Vec<Errand> {
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

fn misshapen() -> Vec<Errand> {
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

fn at_the_query() -> Vec<Errand> {
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
