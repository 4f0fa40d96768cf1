//! Policies of the rows with bodies and lists. Their rules demand what the one rule of other rows
//! demands, and where they read a member of the body, it has to be the token's ticket.

use std::fmt::Write as _;

use crate::policy::{HOST, compiled, issuer, task};
use crate::tokens::{AUDIENCE, SCOPE, TASK};

/// The path of the operation with a body.
pub(super) const ORDERS: &str = "/v1/orders/4711";
/// The path of the MCP endpoint.
pub(super) const MCP: &str = "/mcp";

/// One HTTP operation, whose rule reads a member of the body.
#[must_use]
pub(super) fn orders() -> Vec<u8> {
    let mut policy = issuer();
    let _ = write!(
        policy,
        r#"  api:
    host: {HOST}
    audience: {AUDIENCE}
    operations:
      change: {{http: "POST /v1/orders/{{order_id}}", class: write, body: {{ticket: string, "*": any}}}}
{task}      - id: own
        operations: [api.change]
        when: {rule} && request.path.startsWith('/v1/orders/') && body.ticket == token.ticket.id
"#,
        task = task(),
        rule = rule(),
    );
    compiled(policy)
}

/// One tool, whose rule reads an argument.
#[must_use]
pub(super) fn one_tool() -> Vec<u8> {
    let mut policy = tools(1);
    let _ = write!(
        policy,
        "{}      - id: own\n        operations: [api.tool0]\n        when: {} && \
         request.path.startsWith('{MCP}') && params.arguments.ticket == token.ticket.id\n",
        task(),
        rule(),
    );
    compiled(policy)
}

/// So many tools, of which every other one may be called: one rule each.
#[must_use]
pub(super) fn every_other_of(count: usize) -> Vec<u8> {
    let mut policy = tools(count);
    policy.push_str(&task());
    for number in (0..count).step_by(2) {
        let _ = writeln!(
            policy,
            "      - id: rule{number}\n        operations: [api.tool{number}]\n        when: {}",
            rule(),
        );
    }
    compiled(policy)
}

fn tools(count: usize) -> String {
    let mut policy = issuer();
    let _ = write!(
        policy,
        "  api:\n    mcp: {{host: {HOST}, path: {MCP}}}\n    audience: {AUDIENCE}\n    tools:\n"
    );
    for number in 0..count {
        let _ = writeln!(
            policy,
            "      tool{number}: {{class: read, arguments: {{ticket: string, \"*\": any}}}}"
        );
    }
    policy
}

fn rule() -> String {
    format!("task == '{TASK}' && request.method == 'POST' && '{SCOPE}' in token.scopes")
}
