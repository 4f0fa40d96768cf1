//! What is imported compiles.

use std::fs;

use remit_engine::plan::{CallKind, Class, Plan};

use super::{POLICY, exits, folder};

fn plan(folder: &std::path::Path) -> Plan {
    let sources = remit_policy_compiler::source::Sources::load(folder).unwrap();
    match remit_policy_compiler::compile(&sources) {
        Ok(compiled) => compiled.plan,
        Err(rejected) => panic!("{rejected:?}"),
    }
}

#[test]
fn what_is_imported_compiles_and_nothing_of_it_can_be_allowed_before_it_is_reviewed() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir(at.join("policy")).unwrap();
    let rules = "      - id: all\n        operations: [desk.search_tickets, desk.summary, desk.ticket, desk.help-md, orders.get-v1-orders]\n      \
        - id: close\n        operations: [desk.close-ticket]\n        when: params.arguments.ticket_id == 'T-1'\n      \
        - id: refund\n        operations: [orders.refund]\n        when: body.amount <= 50.0 && path.order_id != 'x'\n";
    fs::write(
        at.join("policy/policy.yaml"),
        POLICY.replace("RULES", rules),
    )
    .unwrap();
    exits(
        0,
        at,
        &[
            "import",
            "mcp",
            "lists.jsonl",
            "--resource",
            "desk",
            "--host",
            "mcp.corp.example",
            "-o",
            "policy/desk.yaml",
        ],
    );
    exits(
        0,
        at,
        &[
            "import",
            "openapi",
            "orders.api",
            "-o",
            "policy/orders.yaml",
        ],
    );

    let (told, _) = exits(1, at, &["check", "policy"]);
    assert_eq!(
        told.matches("error[unreviewed-allowed]").count(),
        3,
        "{told}"
    );
    assert_eq!(told.matches("error[").count(), 3, "{told}");
    assert_eq!(told.matches("warning[unreviewed]").count(), 8, "{told}");

    for page in ["policy/desk.yaml", "policy/orders.yaml"] {
        let text = fs::read_to_string(at.join(page)).unwrap();
        fs::write(at.join(page), text.replace("        reviewed: false\n", "")).unwrap();
    }
    exits(0, at, &["check", "policy"]);
    exits(
        0,
        at,
        &["fmt", "--check", "policy/desk.yaml", "policy/orders.yaml"],
    );
    let plan = plan(&at.join("policy"));
    let operation = |name: &str| {
        let mut all = plan.operations.iter();
        all.find(|one| one.name == name)
            .unwrap_or_else(|| panic!("{name}"))
    };
    let search = operation("search_tickets");
    assert_eq!(search.class, Class::Read);
    let close = operation("close-ticket");
    assert_eq!(close.class, Class::Write);
    let call = close.call.as_ref().unwrap();
    assert_eq!(call.kind, CallKind::Tool);
    assert!(call.pin.is_some());
    assert_eq!(call.mirrored.len(), 1);
    assert!(operation("refund").call.is_none());
}
