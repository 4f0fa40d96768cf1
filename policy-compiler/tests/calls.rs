//! What MCP servers, A2A agents and bodies come to in a plan.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use remit_engine::limits;
use remit_engine::plan::{
    Access, BodyShape, CallKind, Capability, Class, Conditional, Currency, ErrorCodes, Members,
    NameId, Operation, Others, Plan, Presence, Protocol, QueryShape, Slot, Target, TemplateSegment,
    Type, UriPart,
};
use remit_policy_compiler::compile;
use remit_policy_compiler::diagnostic::{self, Colour};
use remit_policy_compiler::source::Sources;

const ISSUERS: &str = r#"remit: v1
policy: calls
labels: {classification: [internal, pii]}
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks:
      inline:
        keys:
          - {kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}
    may_assert: ["spiffe://corp.example/**"]
    claims: {amount: double, tickets: "list(string)"}
"#;
const TASK: &str = r#"
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/*"]
"#;

fn plan(resources: &str, rules: &str) -> Plan {
    let text = format!("{ISSUERS}resources:\n{resources}{TASK}{rules}");
    let files = [(PathBuf::from("p.yaml"), text)];
    let sources = Sources::in_memory(files, BTreeMap::new());
    let compiled = compile(&sources).unwrap_or_else(|rejected| {
        let all = rejected.diagnostics.iter();
        let messages = all.map(|one| diagnostic::human(one, &sources, Colour::None));
        panic!("{}", messages.collect::<Vec<_>>().join("\n"))
    });
    compiled.plan
}

fn operation<'p>(plan: &'p Plan, name: &str) -> &'p Operation {
    plan.operations.iter().find(|one| one.name == name).unwrap()
}

fn name(plan: &Plan, id: NameId) -> &str {
    &plan.names[id.index()]
}

fn members(operation: &Operation) -> &Members {
    match &operation.body {
        BodyShape::Json(members) => members,
        BodyShape::Unread => panic!("{} has no body", operation.name),
    }
}

/// Declared members with their types, and what becomes of others.
fn shape(plan: &Plan, operation: &Operation) -> String {
    let Members {
        declared, others, ..
    } = members(operation);
    let each = declared.iter().map(|one| {
        let mark = match one.presence {
            Presence::Mandatory => "",
            Presence::Optional => "?",
        };
        format!("{}{mark}: {:?}", name(plan, one.name), one.ty)
    });
    let mut each: Vec<String> = each.collect();
    if *others == Others::Pass {
        each.push("*".to_owned());
    }
    each.join(", ")
}

fn path(operation: &Operation) -> String {
    let segments = operation.template.iter().map(|segment| match segment {
        TemplateSegment::Literal(literal) => format!("/{literal}"),
        TemplateSegment::Capture(_) => "/*".to_owned(),
    });
    format!("{} {}", operation.method, segments.collect::<String>())
}

const HELPDESK: &str = r#"
  helpdesk:
    mcp:
      host: mcp.corp.example
      path: /v1/mcp
      body_limit: 128KiB
      conditional: mark
      errors: -30001
      origins: ["https://app.corp.example"]
    audience: https://mcp.corp.example
    cluster: helpdesk
    labels: {classification: internal}
    tools:
      search_tickets: {class: read}
      close_ticket:
        class: write
        labels: {classification: pii}
        scope: tickets:write
        arguments: {ticket_id: string, note: optional(string), "*": any}
        log: [ticket_id]
        headers: {Ticket: ticket_id}
        pin: sha256:00ff000000000000000000000000000000000000000000000000000000000a1b
      ns-export: {name: ns/export.v2, class: read, arguments: {}}
    prompts:
      summary: {class: read, arguments: {topic: string(20)}}
    resources:
      ticket: {uri: "ticket://tickets/{id}", class: read}
      files: {uri: "file:///{+path}", class: read}
    methods:
      completion/complete: {class: read}
"#;

#[test]
fn an_mcp_server_is_an_endpoint_with_operations() {
    let plan = plan(
        HELPDESK,
        "    allow: [helpdesk.search_tickets, helpdesk.completion/complete]\n",
    );
    assert_eq!(
        plan.requires,
        [Capability::RequestHeaders, Capability::Bodies]
    );
    let resource = &plan.resources[0];
    assert_eq!(resource.host, "mcp.corp.example");
    assert_eq!(resource.cluster.as_deref(), Some("helpdesk"));
    let endpoint = resource.endpoint.as_ref().unwrap();
    assert_eq!(endpoint.protocol, Protocol::Mcp);
    assert_eq!(endpoint.path, ["v1", "mcp"]);
    assert_eq!(endpoint.body_bytes, 128 * 1024);
    assert_eq!(endpoint.conditional, Conditional::Mark);
    assert_eq!(endpoint.errors, ErrorCodes::Own(-30_001));
    assert_eq!(endpoint.origins, ["https://app.corp.example"]);
    let calls: Vec<(String, CallKind)> = plan
        .operations
        .iter()
        .map(|one| (one.name.clone(), one.call.as_ref().unwrap().kind))
        .collect();
    let expected = [
        ("search_tickets", CallKind::Tool),
        ("close_ticket", CallKind::Tool),
        ("ns-export", CallKind::Tool),
        ("summary", CallKind::Prompt),
        ("ticket", CallKind::Resource),
        ("files", CallKind::Resource),
        ("completion/complete", CallKind::Method),
    ];
    assert_eq!(calls, expected.map(|(name, kind)| (name.to_owned(), kind)));
    for operation in &plan.operations {
        assert_eq!(path(operation), "POST /v1/mcp");
        assert_eq!(operation.query, QueryShape::Declared(vec![]));
        assert_eq!(members(operation).body_bytes, 128 * 1024);
        assert_eq!(operation.access, Access::Task);
    }
}

#[test]
fn a_tool_is_called_as_the_policy_says() {
    let plan = plan(HELPDESK, "    allow: [helpdesk.search_tickets]\n");
    assert_eq!(shape(&plan, operation(&plan, "search_tickets")), "*");
    assert_eq!(shape(&plan, operation(&plan, "ns-export")), "");
    let close = operation(&plan, "close_ticket");
    assert_eq!(shape(&plan, close), "ticket_id: String, note?: String, *");
    assert_eq!(close.class, Class::Write);
    assert_eq!(close.classification, ["pii"]);
    assert_eq!(close.scopes, ["tickets:write"]);
    let logged = members(close).logged.iter();
    let logged: Vec<&str> = logged.map(|id| name(&plan, *id)).collect();
    assert_eq!(logged, ["ticket_id"]);
    let call = close.call.as_ref().unwrap();
    assert_eq!(call.target, Target::Name("close_ticket".into()));
    let (header, argument) = &call.mirrored[0];
    assert_eq!(
        (header.as_str(), name(&plan, *argument)),
        ("ticket", "ticket_id")
    );
    let pin = call.pin.unwrap();
    assert_eq!((pin[0], pin[1], pin[30], pin[31]), (0, 0xff, 0x0a, 0x1b));
    let export = operation(&plan, "ns-export").call.as_ref().unwrap();
    assert_eq!(export.target, Target::Name("ns/export.v2".into()));
    assert_eq!(export.pin, None);
    let prompt = operation(&plan, "summary");
    assert_eq!(
        members(prompt).declared[0].ty,
        Type::AtMost(Box::new(Type::String), 20)
    );
}

#[test]
fn an_mcp_resource_is_found_by_its_uri() {
    let plan = plan(HELPDESK, "    allow: [helpdesk.ticket]\n");
    let parts = |operation: &str| match &operation_target(&plan, operation) {
        Target::Uri(parts) => parts
            .iter()
            .map(|part| match part {
                UriPart::Literal(text) => text.clone(),
                UriPart::Capture(id) => format!("<{}>", name(&plan, *id)),
                UriPart::Rest(id) => format!("<+{}>", name(&plan, *id)),
            })
            .collect::<Vec<_>>(),
        Target::Name(name) => panic!("{name}"),
    };
    assert_eq!(parts("ticket"), ["ticket://tickets/", "<id>"]);
    assert_eq!(parts("files"), ["file:///", "<+path>"]);
}

fn operation_target(plan: &Plan, name: &str) -> Target {
    let call = operation(plan, name).call.as_ref().unwrap();
    call.target.clone()
}

#[test]
fn conditions_read_what_is_declared() {
    let rules = r"
    allow:
      - id: one
        operations: [helpdesk.close_ticket]
        when: >-
          params.arguments.ticket_id in token.tickets && params.name != '' &&
          params.arguments.?note.orValue('').size() < 100 &&
          (!has(params.arguments.note) || params.arguments.note != 'x')
      - id: two
        operations: [helpdesk.ticket]
        when: path.id in token.tickets && params.uri.startsWith('ticket:')
";
    let plan = plan(HELPDESK, rules);
    let named = |wanted: &str| {
        let position = plan.names.iter().position(|one| one == wanted);
        NameId(u32::try_from(position.unwrap()).unwrap())
    };
    for slot in [
        Slot::Argument(named("ticket_id")),
        Slot::Argument(named("note")),
        Slot::Capture(named("id")),
        Slot::CalledName,
        Slot::CalledUri,
    ] {
        assert!(plan.slots.contains(&slot), "{slot:?}");
    }
}

const ORDERS: &str = r#"
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read}
      refund:
        http: POST /v1/orders/{order_id}/refunds
        class: write
        body: {amount: double, lines: "list(object(sku: string, count: int), 100)"}
        log: [amount]
      note: {http: "POST /v1/orders/{order_id}/notes", class: write, body: any, body_limit: 1MiB}
"#;

#[test]
fn bodies_of_requests_are_read_where_they_are_declared() {
    let rules = r"
    allow:
      - id: small
        operations: [orders.refund]
        when: body.amount <= token.amount && body.lines.all(line, line.count < 10)
";
    let plan = plan(ORDERS, rules);
    assert_eq!(
        plan.requires,
        [Capability::RequestHeaders, Capability::Bodies]
    );
    assert_eq!(operation(&plan, "read").body, BodyShape::Unread);
    let refund = operation(&plan, "refund");
    assert_eq!(members(refund).others, Others::Refuse);
    assert_eq!(members(refund).body_bytes, limits::BODY_BYTES);
    assert_eq!(members(refund).logged, [members(refund).declared[0].name]);
    assert_eq!(members(operation(&plan, "note")).body_bytes, 1024 * 1024);
    assert_eq!(shape(&plan, operation(&plan, "note")), "*");
    let amount = Slot::Body(members(refund).declared[0].name);
    assert!(plan.slots.contains(&amount));
}

#[test]
fn what_tokens_can_bound_is_where_the_policy_says() {
    let orders = r#"
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      refund:
        http: POST /v1/orders/{order_id}/refunds
        class: write
        body: {amount: optional(double)}
        amount: {value: amount, in: EUR}
      note: {http: "POST /v1/orders/{order_id}/notes", class: write, body: any}
  desk:
    mcp: {host: mcp.corp.example, path: /mcp}
    audience: https://mcp.corp.example
    tools:
      pay:
        class: write
        arguments: {sum: "string(40)", money: string, to: "list(string, 10)", "*": any}
        amount: {value: sum, currency: money}
        recipient: {value: to}
"#;
    let plan = plan(orders, "    allow: [orders.refund, desk.pay]\n");
    let named = |id: &NameId| name(&plan, *id);
    let refund = members(operation(&plan, "refund"));
    let amount = refund.amount.as_ref().unwrap();
    assert_eq!(named(&amount.value), "amount");
    assert_eq!(amount.currency, Currency::Fixed("EUR".to_owned()));
    assert_eq!(refund.recipient, None);
    let pay = members(operation(&plan, "pay"));
    let amount = pay.amount.as_ref().unwrap();
    assert_eq!(named(&amount.value), "sum");
    let Currency::Member(money) = &amount.currency else {
        panic!("a member says it");
    };
    assert_eq!(named(money), "money");
    assert_eq!(pay.recipient.as_ref().map(named), Some("to"));
    let note = members(operation(&plan, "note"));
    assert_eq!((&note.amount, note.recipient), (&None, None));
}

#[test]
fn a_plan_that_reads_no_body_needs_no_more_than_heads() {
    let orders = ORDERS.split("      refund:").next().unwrap();
    let plan = plan(orders, "    allow: [orders.read]\n");
    assert_eq!(plan.requires, [Capability::RequestHeaders]);
}

#[test]
fn what_a_rule_can_take_follows_from_the_longest_body() {
    let rules = r"
    allow:
      - id: known
        operations: [orders.tag]
        when: body.tags.all(tag, tag != '')
";
    let orders = r#"
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      tag: {http: "POST /tags", class: write, body: {tags: list(string)}, body_limit: LIMIT}
"#;
    let too_expensive = |limit: &str| {
        let text = orders.replace("LIMIT", limit);
        let text = format!("{ISSUERS}resources:\n{text}{TASK}{rules}");
        let files = [(PathBuf::from("p.yaml"), text)];
        let rejected = compile(&Sources::in_memory(files, BTreeMap::new())).err();
        rejected.is_some_and(|rejected| {
            let mut all = rejected.diagnostics.iter();
            all.any(|one| one.code == diagnostic::Code::TooExpensive)
        })
    };
    assert!(too_expensive("64KiB"));
    assert!(!too_expensive("4KiB"));
}

const TRAVEL: &str = r#"
  travel:
    a2a: {host: a2a.corp.example, path: /a2a, rest: /a2a/v1}
    audience: https://a2a.corp.example
    methods:
      SendMessage: {class: execute}
      ListTasks: {class: read}
      GetTask: {class: read}
      CancelTask: {class: write}
    skills:
      book: {class: execute, skill: book-flight}
"#;

#[test]
fn an_a2a_agent_has_messages_an_http_binding_and_a_card() {
    let plan = plan(TRAVEL, "    allow: [travel.SendMessage, travel.book]\n");
    let operations: Vec<(String, String, bool)> = plan
        .operations
        .iter()
        .map(|one| (one.name.clone(), path(one), one.call.is_some()))
        .collect();
    let expected = [
        ("SendMessage", "POST /a2a", true),
        ("ListTasks", "POST /a2a", true),
        ("GetTask", "POST /a2a", true),
        ("CancelTask", "POST /a2a", true),
        ("book", "POST /a2a", true),
        ("agent-card", "GET /.well-known/agent-card.json", false),
    ];
    let expected = expected.map(|(name, path, call)| (name.to_owned(), path.to_owned(), call));
    assert_eq!(operations, expected);
    assert_eq!(operation(&plan, "agent-card").access, Access::Public);
    assert_eq!(
        operation_target(&plan, "book"),
        Target::Name("book-flight".into())
    );
    // The HTTP binding is another way to the same endpoint.
    let endpoint = plan.resources[0].endpoint.as_ref().expect("an endpoint");
    let base = ["a2a", "v1"].map(str::to_owned).to_vec();
    assert_eq!(endpoint.rest, Some(base));
    let covered: Vec<u32> = plan.tasks[0].rules.iter().map(|(id, _)| id.0).collect();
    assert_eq!(covered, [0, 4]);
}

#[test]
fn a_card_that_needs_a_task_is_an_operation_like_others() {
    let travel = TRAVEL.replace("rest: /a2a/v1", "card: task");
    let plan = plan(&travel, "    allow: [travel.agent-card]\n");
    assert_eq!(operation(&plan, "agent-card").access, Access::Task);
    assert_eq!(plan.tasks[0].rules.len(), 1);
}

#[test]
fn agents_on_one_host_have_one_card() {
    let other = TRAVEL
        .replace("travel:", "other:")
        .replace("path: /a2a, rest: /a2a/v1", "path: /b2b");
    let plan = plan(&format!("{TRAVEL}{other}"), "    allow: [travel.book]\n");
    let cards = plan
        .operations
        .iter()
        .filter(|one| one.name == "agent-card");
    assert_eq!(cards.count(), 1);
}
