//! Bodies, calls and lists in tests.

use super::*;

const POLICY: &str = r#"remit: v1
policy: desk
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      refund: {http: "POST /v1/refunds", class: write, body: {amount: double, api_key: optional(string)}}
  helpdesk:
    mcp: {host: mcp.corp.example, path: /mcp, conditional: mark}
    audience: https://mcp.corp.example
    tools:
      search: {class: read, arguments: {query: string, access_token: optional(string)}}
      export: {name: ns/export.v2, class: read, arguments: {region: string}, headers: {region: region}}
      close: {class: write}
    prompts:
      summary: {class: read, arguments: {topic: string}}
    resources:
      ticket: {uri: "ticket://tickets/{id}", class: read}
  travel:
    a2a: {host: a2a.corp.example, path: /a2a}
    audience: https://a2a.corp.example
    methods: {SendMessage: {class: execute}, GetTask: {class: read}}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/*"]
    allow:
      - {id: small, operations: [orders.refund], when: "body.amount <= 50.0 && body.?api_key.orValue('') != 'x'"}
      - id: ask
        operations: [helpdesk.search]
        when: "params.arguments.query != 'all' && params.arguments.?access_token.orValue('').startsWith('')"
      - helpdesk.export
      - helpdesk.summary
      - {id: own, operations: [helpdesk.ticket], when: path.id == "7"}
      - travel.SendMessage
"#;

const TOKENS: &str = "tokens:
  agent: {claims: {sub: mara, client_id: spiffe://corp.example/a, task: triage}}
requests:
";

/// The policy with one test, of a request with these lines.
fn desk(lines: &str) -> Desk {
    let desk = Desk(tempfile::tempdir().unwrap());
    desk.write("policy.yaml", POLICY);
    let lines: String = lines
        .trim()
        .lines()
        .map(|line| format!("    {}\n", line.trim()))
        .collect();
    desk.write(
        "policy.test.yaml",
        &format!("{TOKENS}  - name: one\n    token: {{like: agent}}\n{lines}"),
    );
    desk
}

fn passes(lines: &str) {
    let out = desk(lines).remit(&["test", "."]);
    assert!(
        out.status.success(),
        "{lines}\n{}{}",
        text(&out.stdout),
        text(&out.stderr)
    );
}

fn mistake(lines: &str, wanted: &str) {
    let message = desk(lines).ends(2, &["test", "."]);
    assert!(
        message.contains(wanted) && message.contains("policy.test.yaml:"),
        "{message}"
    );
}

const REFUND: &str = "send: POST https://api.corp.example/v1/refunds\n";

#[test]
fn a_body_is_decided_on() {
    for (body, expected) in [
        (
            "body: {amount: 50}",
            "{decision: allow, reason: allowed, rule: small}",
        ),
        (
            "body: {amount: 50.5}",
            "{decision: challenge, reason: not_allowed}",
        ),
        (
            "body: {amount: much}",
            "{decision: deny, reason: arguments_refused}",
        ),
        ("body: [7]", "{decision: deny, reason: arguments_refused}"),
        (
            "raw_body: '{\"amount\": 5}'\nheaders: [\"content-type: application/json\"]",
            "{decision: allow, reason: allowed, rule: small}",
        ),
        (
            "raw_body: '{'\nheaders: [\"content-type: application/json\"]",
            "{decision: deny, reason: body_malformed}",
        ),
        (
            "raw_body: '{\"amount\": 5}'",
            "{decision: deny, reason: content_refused}",
        ),
        (
            "headers: [\"content-type: application/json\"]",
            "{decision: deny, reason: body_malformed}",
        ),
        (
            "body: {amount: 5}\nheaders: [\"content-type: text/plain\"]",
            "{decision: deny, reason: content_refused}",
        ),
    ] {
        passes(&format!("{REFUND}{body}\nexpect: {expected}"));
    }
}

#[test]
fn a_call_is_sent_as_its_revision_wants_it() {
    let allowed =
        |rule: &str| format!("expect: {{decision: allow, reason: allowed, rule: {rule}}}");
    for (call, rule) in [
        ("{tool: search, arguments: {query: printer}}", "ask"),
        (
            "{tool: ns/export.v2, arguments: {region: Göteborg}}",
            "helpdesk.export",
        ),
        (
            "{prompt: summary, arguments: {topic: printers}}",
            "helpdesk.summary",
        ),
        ("{resource: \"ticket://tickets/7\"}", "own"),
    ] {
        for revision in ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] {
            let at = "send: POST https://mcp.corp.example/mcp\n";
            passes(&format!(
                "{at}revision: {revision}\ncall: {call}\n{}",
                allowed(rule)
            ));
        }
        passes(&format!(
            "resource: helpdesk\ncall: {call}\n{}",
            allowed(rule)
        ));
    }
    for (method, reason) in [
        ("notifications/initialized", "session"),
        ("ping", "session"),
    ] {
        let expect = format!("expect: {{decision: allow, reason: {reason}}}");
        passes(&format!(
            "resource: helpdesk\ncall: {{method: {method}}}\n{expect}"
        ));
    }
    passes(&format!(
        "resource: travel\ncall: {{method: SendMessage, params: {{message: {{messageId: m, role: ROLE_USER, \
         parts: [{{text: hi}}]}}}}}}\n{}",
        allowed("travel.SendMessage")
    ));
}

#[test]
fn what_no_call_says_is_sent_as_it_stands() {
    let at = "send: POST https://mcp.corp.example/mcp\n";
    let ping = "{jsonrpc: '2.0', id: 1, method: ping}";
    let batch = format!("{at}body: [{ping}, {ping}]\n");
    passes(&format!(
        "{batch}expect: {{decision: allow, reason: session}}"
    ));
    let expect = "expect: {decision: deny, reason: message_malformed}";
    let header = "headers: [\"mcp-protocol-version: 2025-06-18\"]\n";
    passes(&format!("{batch}{header}{expect}"));
}

/// A header that a test writes is sent, whatever the call says.
#[test]
fn headers_of_a_test_stand_in_the_place_of_those_of_the_call() {
    for header in [
        "mcp-name: close",
        "Mcp-Method: tools/list",
        "mcp-protocol-version: 2025-11-25",
        "mcp-param-region: apac",
    ] {
        passes(&format!(
            "resource: helpdesk\ncall: {{tool: ns/export.v2, arguments: {{region: emea}}}}\n\
             headers: [\"{header}\"]\nexpect: {{decision: deny, reason: header_mismatch}}"
        ));
    }
    // The same name in another form: two of them would be refused.
    passes(
        "resource: helpdesk\ncall: {tool: ns/export.v2, arguments: {region: emea}}\n\
         headers: [\"MCP-Name: =?base64?bnMvZXhwb3J0LnYy?=\"]\n\
         expect: {decision: allow, reason: allowed, rule: helpdesk.export}",
    );
}

#[test]
fn what_remains_of_a_list_is_compared() {
    let list = "resource: helpdesk\ncall: {method: tools/list}\n";
    let expect = |listed: &str| format!("expect: {{decision: allow, reason: session, {listed}}}");
    let all = "listed: [ns/export.v2, search], marked: [search]";
    passes(&format!(
        "{list}answer: [close, ns/export.v2, search, other]\n{}",
        expect(all)
    ));
    passes(&format!(
        "{list}answer: {{tools: [{{name: search, title: S}}, ns/export.v2]}}\n{}",
        expect("listed: [search, ns/export.v2]")
    ));
    passes(&format!(
        "resource: helpdesk\ncall: {{method: resources/list}}\nanswer: [\"ticket://tickets/7\", \"ticket://tickets/8\"]\n{}",
        expect("listed: [\"ticket://tickets/7\"]")
    ));
    let out = desk(&format!(
        "{list}answer: [search]\n{}",
        expect("listed: [], marked: []")
    ))
    .ends(1, &["test", "."]);
    assert!(out.contains("listed  expected none, got `search`"), "{out}");
    assert!(out.contains("marked  expected none, got `search`"), "{out}");
    // An answer that cannot be handed on has no list.
    let out = desk(&format!(
        "{list}answer: {{prompts: []}}\n{}",
        expect("listed: []")
    ))
    .ends(1, &["test", "."]);
    assert!(out.contains("expected none, got no list"), "{out}");
}

#[test]
fn a_mistake_in_a_call_is_underlined() {
    let session = "expect: {decision: allow, reason: session}";
    let call = |lines: &str| format!("resource: helpdesk\n{lines}\n{session}");
    for (lines, wanted) in [
        (call("call: {tol: search}"), "did you mean `tool`?"),
        (call("call: {arguments: {}}"), "a call says what is called"),
        (
            call("call: {tool: search, prompt: summary}"),
            "`tool` and `prompt` exclude each other",
        ),
        (
            call("call: {tool: search, params: {}}"),
            "write them under `arguments`",
        ),
        (
            call("call: {resource: \"a://b\", arguments: {}}"),
            "its URI says all",
        ),
        (
            call("call: {method: ping}\nbody: {}"),
            "`body` and `call` exclude each other",
        ),
        (
            call("call: {method: ping}\nrevision: 2025-11-26"),
            "did you mean `2025-11-25`?",
        ),
        (
            call("call: {method: ping}\nsend: POST https://mcp.corp.example/mcp"),
            "`resource` and `send` exclude each other",
        ),
        (
            call("call: {method: ping}\nanswer: {tools: []}"),
            "nothing looks at this answer",
        ),
        (
            call("call: {method: ping}\nanswer: [search]"),
            "names alone answer",
        ),
        (
            call("body: {}\nsend: POST https://a.example/"),
            "`resource` says nothing here",
        ),
        (
            format!("resource: hepldesk\ncall: {{method: ping}}\n{session}"),
            "did you mean `helpdesk`?",
        ),
        (
            format!("resource: travel\ncall: {{tool: book}}\n{session}"),
            "an agent of A2A has no tool",
        ),
        (
            format!("resource: travel\nrevision: 2025-11-25\ncall: {{method: GetTask}}\n{session}"),
            "`revision` is one of MCP",
        ),
        (
            call("call: {method: tools/list}").replace("session}", "session, listed: []}"),
            "without an `answer`",
        ),
        (
            call("call: {method: tools/list}\nanswer: []")
                .replace("session}", "session, marked: []}"),
            "among what is listed",
        ),
        (
            call("call: {method: tools/list}\nanswer: []").replace(
                "allow, reason: session}",
                "deny, reason: not_allowed, listed: []}",
            ),
            "answered with no list",
        ),
    ] {
        mistake(&lines, wanted);
    }
}

#[test]
fn arguments_are_explained_and_their_secrets_are_not_shown() {
    let call = "{tool: search, arguments: {query: printer, access_token: sk-hunter22}}";
    let lines = format!(
        "resource: helpdesk\ncall: {call}\nexpect: {{decision: allow, reason: allowed, rule: ask}}"
    );
    let out = desk(&lines).ends(0, &["explain", ".", "--case", "one"]);
    assert!(
        out.contains("'printer'") && out.contains("*** (11 characters)"),
        "{out}"
    );
    assert!(!out.contains("hunter22"), "{out}");
    let line = [
        "explain",
        ".",
        "--request",
        "POST https://api.corp.example/v1/refunds",
        "--body",
    ];
    let claims = r#"{"sub": "mara", "client_id": "spiffe://corp.example/a", "task": "triage"}"#;
    let body = r#"{"amount": 80, "api_key": "sk-hunter22"}"#;
    let arguments = [&line[..], &[body, "--claims", claims]].concat();
    let out = desk(&lines).ends(0, &arguments);
    assert!(out.contains("body.amount"), "{out}");
    assert!(
        out.contains("80.0") && out.contains("does not allow"),
        "{out}"
    );
    assert!(!out.contains("hunter22"), "{out}");
}
